import { formatNumber } from './units.ts';

test.each([
  // Counts are whole, others have two decimals, and what is not nothing is never 0.
  [4110, 'locale', '4,110'],
  [2_088_275, 'none', '2,088,275'],
  [0, 'locale', '0'],
  [0.0281, 'locale', '0.03'],
  [0.00102, 'none', '< 0.01'],
  [-0.004, 'none', '> -0.01'],
  [12.7, 'none', '12.70'],
  [999.5, 'none', '999.50'],
  [1_618_506.44, 'none', '1,618,506'],
  // A day count is days, license-hours are hours.
  [30, 'suffix: d', '30 d'],
  [-3, 'suffix: d', '-3 d'],
  [16.2, 'suffix: h', '16.20 h'],
  [720, 'suffix: h', '720 h'],
  [5, 'epm', '5/min'],
  // Neither nearly full nor over it reads as full.
  [118.47, 'percent', '118.5%'],
  [100, 'percent', '100%'],
  [99.97, 'percent', '< 100%'],
  [100.02, 'percent', '> 100%'],
  [0.03, 'percent', '< 0.1%'],
  // Ages.
  [2.5, 's', '2.50 s'],
  [90, 's', '1 min 30 s'],
  [3600, 's', '1 h'],
  [3599.9, 's', '1 h'],
  [38_900, 's', '10 h 48 min'],
  [144_000, 's', '1 d 16 h'],
  [2_062_000, 's', '23 d 21 h'],
])('%d in "%s" is read as %s', (value, unit, text) => expect(formatNumber(value, unit)).toBe(text));

test('as many decimals as a panel says, and no nothing by rounding', () => {
  expect(formatNumber(6.25, 'none', 1)).toBe('6.3');
  expect(formatNumber(0.4, 'none', 0)).toBe('< 1');
  // A whole count stays whole.
  expect(formatNumber(4110, 'locale', 2)).toBe('4,110');
});
