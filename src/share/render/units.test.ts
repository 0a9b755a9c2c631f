import { formatNumber } from './units.ts';

/** What Grafana 12.3 writes for the same value, unit and decimals (`getValueFormat(unit)(value, decimals)`). */
test.each([
  [0, 'short', undefined, '0'],
  [118, 'percent', undefined, '118%'],
  [98.66721, 'percent', undefined, '98.7%'],
  [0.8, 'percent', undefined, '0.8%'],
  [4046, 'short', undefined, '4.05 K'],
  [2_000_000, 'short', undefined, '2 Mil'],
  [999, 'short', undefined, '999'],
  [1000, 'short', undefined, '1 K'],
  [-1500, 'short', undefined, '-1.5 K'],
  [25.2, 'short', undefined, '25.2'],
  [9.595, 'none', undefined, '9.6'],
  [3, 'none', 1, '3.0'],
  [0.004, 'none', 2, '0.00'],
  [7, 'd', undefined, '1 week'],
  [5, 'd', undefined, '5 days'],
  [1, 'd', undefined, '1 day'],
  [30, 'h', undefined, '1.25 days'],
  [400, 'd', undefined, '1.1 years'],
  [45, 's', undefined, '45 s'],
  [289_668.294, 's', undefined, '3.35 days'],
  [2_088_275, 's', undefined, '3.45 weeks'],
  [12, 'suffix: days', undefined, '12 days'],
  [1234, 'epm', undefined, '1.23K epm'],
] as const)('%d as %s with %s decimals is %s', (value, unit, decimals, text) => {
  expect(formatNumber(value, unit, decimals)).toBe(text);
});
