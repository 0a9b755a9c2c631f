import type { EntitlementRow } from '../server/service.ts';
import { boughtBook } from './bought.ts';
import { formatTable, wrapped } from './format.ts';

const row = (given: Partial<EntitlementRow>): EntitlementRow => ({
  document: 'bought.csv',
  account: 'acme',
  product: '',
  feature: 'render',
  version: '',
  server: '',
  model: 'metered',
  quantity: 100,
  overdraft: 0,
  period: 'term',
  start: '2026-01-01',
  end: '2026-12-31',
  ...given,
});

describe('what was bought, beside what was used', () => {
  const bought = (...rows: EntitlementRow[]) => boughtBook(rows)('acme', 'render', ['lic01']);

  it('metered rows in force together add up; one after the other they do not', () => {
    expect(bought(row({}), row({ account: '', quantity: 20 }))).toEqual({
      amount: 120,
      period: 'term',
      uncounted: false,
    });
    const renewed = [row({ end: '2026-05-31' }), row({ start: '2026-06-01', quantity: 150 })];
    expect(bought(...renewed).amount).toBe(150);
  });

  it("rows of another's account, feature or server do not count", () => {
    expect(bought(row({ account: 'other' }), row({ feature: 'cad' }), row({ server: 'lic02' }))).toEqual({
      amount: null,
      period: '',
      uncounted: false,
    });
    expect(bought(row({ server: 'lic01', period: 'month' }))).toMatchObject({ amount: 100, period: 'month' });
  });

  it('amounts of several periods are not one amount', () => {
    expect(bought(row({}), row({ period: 'month' }))).toMatchObject({ amount: null, period: 'term, month' });
  });

  it('knows what was bought without a limit', () => {
    expect(bought(row({ model: 'concurrent', quantity: null })).uncounted).toBe(true);
  });
});

describe('tables for people', () => {
  const columns = [
    { key: 'name', title: 'Name', type: 'string' as const, unit: '' },
    { key: 'words', title: 'What to do', type: 'string' as const, unit: '' },
    { key: 'share', title: 'Share', type: 'number' as const, unit: 'percent' },
  ];
  const rows = [
    {
      name: 'a name that goes on for some while',
      words: 'Offer more licenses, and say why they are needed.',
      share: 1,
    },
    { name: 'short', words: 'Nothing.', share: 0.001 },
  ];

  it('keep to the width that is asked for, and lose no word', () => {
    for (const width of [60, 72, 200]) {
      const text = formatTable({ columns, rows }, '', width);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
      for (const word of rows.flatMap((one) => `${one.name} ${one.words}`.split(' '))) expect(text).toContain(word);
    }
  });

  it('show what is hardly more than nothing as such, and only nothing as 0', () => {
    expect(formatTable({ columns, rows }, '')).toContain('< 0.01 %');
    expect(formatTable({ columns, rows: [{ name: 'x', words: '', share: 0 }] }, '')).toMatch(/ 0 %/);
  });

  it('break sentences between words', () => {
    expect(wrapped('one two three', 7)).toBe('one two\nthree');
  });
});
