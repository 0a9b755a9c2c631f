import type { EntitlementRow } from '../server/service.ts';
import { boughtBook } from './bought.ts';
import { createCatalogue } from '../denials/catalogue.ts';
import { answersText } from './answers.ts';
import { formatTable, wrapped } from './format.ts';
import type { AnswerTable } from './rows.ts';
import { whyUnshared } from './answers/unshared.ts';
import { why, withAdvice } from './answers/why-denied.ts';

const row = (given: Partial<EntitlementRow>): EntitlementRow => ({
  document: 'bought.csv',
  account: 'acme',
  product: '',
  package: '',
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

describe('why nothing is shared though entitlements are loaded', () => {
  const used = [
    { account: 'acme', feature: 'cad', servers: ['lic01'] },
    { account: 'acme', feature: 'sim', servers: ['lic02'] },
  ];
  const cad = row({ feature: 'cad', model: 'concurrent' });

  it.each([
    ['none are loaded', [], /^No entitlements are known for any use\. Load them: .* entitlements load FILE$/],
    [
      'other features',
      [row({ feature: 'CAD' }), row({ feature: 'CAM' }), row({ feature: 'CAM' })],
      /^3 entitlements are loaded, none for a feature in use: for CAD, CAM; in use are cad, sim\. Write features as the logs do/,
    ],
    [
      'many other features',
      Array.from({ length: 7 }, (_, i) => row({ feature: `f${i}` })),
      /^7 entitlements are loaded, .*: for f0, f1, f2, f3, f4 and 2 more; in use/,
    ],
    [
      'other accounts',
      [{ ...cad, account: 'ACME Ltd' }, row({ feature: 'CAM' })],
      /^2 entitlements are loaded, those of features in use for other customers: for ACME Ltd; the use is of acme\. .*accounts load FILE$/,
    ],
    [
      'other license servers',
      [{ ...cad, server: 'lic02' }],
      /^1 entitlement is loaded, those of the use for other license servers: for lic02; the use is on lic01\. /,
    ],
    [
      'another time',
      [
        { ...cad, start: '2027-01-01', end: '2027-12-31' },
        { ...cad, account: '', end: '2199-12-31' },
      ],
      /for another time: 2027-01-01 to 2027-12-31, the time from 2026-01-01 on\. Choose another --from/,
    ],
    [
      'no number of licenses',
      [{ ...cad, quantity: null }, row({ feature: 'sim' })],
      /^2 entitlements are loaded, those of the use metered or without a limit: there is no number of licenses to share\.$/,
    ],
  ])('%s', (_, rows, words) => {
    expect(whyUnshared(rows, used)).toMatch(words);
  });
});

describe('why users are denied', () => {
  const catalogue = createCatalogue();
  const reasons = { families: catalogue.families(), reasons: catalogue.reasons() };
  const denied = (...ids: string[]): AnswerTable => ({
    columns: [],
    rows: ids.map((id) => {
      const { title, family, insight, opportunity, owner } = catalogue.reason(id);
      const listed = { code: '-4', count: 3, sharePercent: 30, insight, opportunity, owner };
      return { family: catalogue.family(family).title, reason: title, ...listed };
    }),
  });
  const section = (...ids: string[]) => why(withAdvice(denied(...ids), reasons), 15);
  const textOf = (...ids: string[]) => answersText({ sections: [section(...ids)], notices: [] });
  const words = (text: string) => text.split(/\s+/).join(' ');

  it('each reason has an owner, the opportunity for that owner, and the advice for the administrator', () => {
    const { rows } = section('more-than-licensed', 'No such moon.').table;
    const { advice, opportunity } = catalogue.reason('more-than-licensed');
    expect(rows).toMatchObject([
      { reason: 'More asked for than the feature has', owner: 'sales', opportunity, advice },
      // What the catalogue does not know has the advice of its family.
      { reason: 'No such moon.', family: 'Other', owner: 'support', advice: catalogue.family('other').advice },
    ]);
  });

  it('reads within 120 columns: figures in a row, what to do below it, whole', () => {
    const ids = ['licensed-number-reached', 'feature-expired', 'on-exclude-list', 'borrow-failed'];
    const text = textOf(...ids);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    // Below its row every line is set in: none was broken once more.
    const below = text.slice(text.indexOf('─\n') + 2).split('\n');
    expect(below.filter((line) => /^\S/.test(line))).toHaveLength(ids.length);
    for (const id of ids) {
      const { title, opportunity, advice, owner } = catalogue.reason(id);
      const row = new RegExp(`^\\S.*  ${title} +-4 +3 +30 %  ${owner}$`, 'm');
      expect(text).toMatch(row);
      const { insight } = catalogue.reason(id);
      expect(words(text)).toContain(`insight ${insight} opportunity ${opportunity} advice ${advice}`);
    }
  });

  it('tells what each family comes to', () => {
    expect(section('licensed-number-reached', 'more-than-licensed', 'feature-expired').words).toContain(
      'By family: Insufficient count 6 (60.0 %), Expired / no valid line item 3 (30.0 %).',
    );
  });

  it('says once what holds for several reasons', () => {
    const text = textOf('on-exclude-list', 'not-on-include-list');
    const { advice } = catalogue.reason('on-exclude-list');
    expect(words(text).split(advice)).toHaveLength(2);
    expect(text).toContain('as for "On an EXCLUDE list"');
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
