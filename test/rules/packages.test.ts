import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { haveRealLogs, realLogs } from '../support/real-logs.ts';
import { head, useStore } from './given.ts';

const given = useStore();
const day = '3/2/2026';

/** One line of the log: `OUT: "suite" ana@ws1`, of several licenses where a number is given. */
const line = (time: string, kind: 'OUT' | 'IN', feature: string, client: string, quantity = 1): string =>
  `${time} (acmed) ${kind}: "${feature}" ${client}${quantity === 1 ? '  ' : `  (${quantity} licenses)`}\n`;

/** A checkout of a component as the vendor daemon of a suite logs it: the package first, in the same second; and back. */
const withSuite = (
  from: string,
  to: string,
  feature: string,
  client: string,
): readonly (readonly [string, string])[] => [
  [from, line(from, 'OUT', 'suite', client) + line(from, 'OUT', feature, client)],
  [to, line(to, 'IN', feature, client) + line(to, 'IN', 'suite', client)],
];
const inOrder = (...uses: readonly (readonly (readonly [string, string])[])[]): string =>
  uses
    .flat()
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join('');

const suite = (count: number, options = 'OPTIONS=SUITE'): string => `SERVER lic01 ANY
VENDOR acmed
PACKAGE suite acmed 1.0 COMPONENTS="draw write calc" ${options} SIGN=0
INCREMENT suite acmed 1.0 31-dec-2026 ${count} SIGN=0
`;
const byProduct = { groupBy: ['product'], orderBy: 'product' };
const byFeature = { groupBy: ['feature'], orderBy: 'feature' };
const ofProduct = { filters: [{ dimension: 'product', operator: '=', values: ['suite'] }] };
const each = { packages: 'each' };

describe('12 people with one seat each of a suite of 12', () => {
  // Everyone draws from 9:00 to 12:00, which takes a license of the suite too; two write as well from 10:00 to 11:00.
  const people = Array.from({ length: 12 }, (_, i) => `user${i}@ws${i}`);
  const log =
    head(day) +
    inOrder(
      ...people.map((client) => withSuite(' 9:00:00', '12:00:00', 'draw', client)),
      ...people
        .slice(0, 2)
        .map((client) => [
          ['10:00:00', line('10:00:00', 'OUT', 'write', client)] as const,
          ['11:00:00', line('11:00:00', 'IN', 'write', client)] as const,
        ]),
    );

  test('peak at 12 by product, though the log has 24 and then 26 checkouts open', async () => {
    const { ask, notices } = await given({ log, entitlements: suite(12) });
    expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([['suite', 12]]);
    expect(await ask({ measure: 'peakConcurrent', ...ofProduct })).toEqual([[12]]);
    expect(await ask({ measure: 'peakConcurrent', ...byProduct, ...each })).toEqual([['suite', 26]]);
    expect(await ask({ measure: 'peakConcurrent', ...byFeature })).toEqual([
      ['draw', 12],
      ['suite', 12],
      ['write', 2],
    ]);
    expect(await ask({ measure: 'peakConcurrent', groupBy: ['product', 'feature'], orderBy: 'feature' })).toEqual([
      ['suite', 'draw', 12],
      ['suite', 'suite', 12],
      ['suite', 'write', 2],
    ]);
    // Outside of products nobody asked what belongs together.
    expect(await ask({ measure: 'peakConcurrent' })).toEqual([[26]]);
    expect(await notices({ measure: 'peakConcurrent', ...byProduct })).toEqual([
      'These figures add up several features. Of a package and its components each client counts once.',
    ]);
    expect(await notices({ measure: 'peakConcurrent', ...byProduct, ...each })).toEqual([
      expect.stringContaining('both count'),
    ]);
  });

  test('hold 12 seats for three hours', async () => {
    const { ask, figure } = await given({ log, entitlements: suite(12) });
    // 12 × 3 h; each: + 12 × 3 h of the suite + 2 × 1 h of writing.
    expect(await ask({ measure: 'licenseHours', ...byProduct })).toEqual([['suite', 36]]);
    expect(await ask({ measure: 'licenseHours', ...byProduct, ...each })).toEqual([['suite', 74]]);
    const range = ['2026-03-02 08:00:00', '2026-03-02 12:00:00'] as const;
    expect(await figure({ measure: 'averageConcurrent', ...ofProduct }, ...range)).toBe(9);
    expect(await ask({ measure: 'timeAtLicenses', ...byProduct }, ...range)).toEqual([
      ['suite', 12, 3, 75],
      ['suite', 0, 1, 100],
    ]);
  });

  test('are open already where a range begins', async () => {
    const { ask } = await given({ log, entitlements: suite(12) });
    const range = ['2026-03-02 10:30:00', '2026-03-02 11:30:00'] as const;
    expect(await ask({ measure: 'peakConcurrent', ...byProduct }, ...range)).toEqual([['suite', 12]]);
    expect(await ask({ measure: 'licenseHours', ...ofProduct }, ...range)).toEqual([[12]]);
    expect(await ask({ measure: 'timeAtLicenses', ...byProduct }, ...range)).toEqual([['suite', 12, 1, 100]]);
    expect(
      await ask(
        { measure: 'peakConcurrent', ...ofProduct, shape: 'timeSeries', bucket: '1h' },
        '2026-03-02 08:00:00',
        '2026-03-02 12:00:00',
      ),
    ).toEqual([
      ['2026-03-02T08:00:00Z', 0],
      ['2026-03-02T09:00:00Z', 12],
      ['2026-03-02T10:00:00Z', 12],
      ['2026-03-02T11:00:00Z', 12],
    ]);
  });

  test('use 12 of 12 bought, not of 24 or 48', async () => {
    const { ask } = await given({ log, entitlements: suite(12) });
    expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([['suite', 12]]);
    expect(await ask({ measure: 'entitled', ...ofProduct })).toEqual([[12]]);
    expect(await ask({ measure: 'entitled', ...byProduct, ...each })).toEqual([['suite', 48]]);
    expect(await ask({ measure: 'usagePercentage', ...byProduct })).toEqual([['suite', 'draw', 100]]);
    expect(await ask({ measure: 'boughtThen', ...byProduct })).toEqual([['suite', 'draw', 12]]);
  });

  test('whether the license file is loaded before the log or after it', async () => {
    const before = await given({ entitlements: suite(12) });
    await before.ingest({ log });
    const asked = { measure: 'peakConcurrent', groupBy: ['product', 'user'], orderBy: 'user' };
    const figures = await before.ask(asked);
    expect(figures).toHaveLength(12);
    expect(figures[0]).toEqual(['suite', 'user0', 1]);
    expect(await before.ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([['suite', 12]]);
  });
});

describe('one seat is', () => {
  test('the highest quantity among the components, or all that is checked out of the package', async () => {
    const { ask } = await given({
      log:
        head(day) +
        line(' 9:00:00', 'OUT', 'suite', 'ana@ws1') +
        line(' 9:00:00', 'OUT', 'draw', 'ana@ws1', 3) +
        line(' 9:10:00', 'OUT', 'write', 'ana@ws1', 2) +
        line(' 9:20:00', 'IN', 'draw', 'ana@ws1', 3) +
        line(' 9:30:00', 'IN', 'write', 'ana@ws1', 2) +
        // Without duplicate grouping each component takes a license of the suite.
        line(' 9:40:00', 'OUT', 'suite', 'ana@ws1') +
        line(' 9:50:00', 'IN', 'suite', 'ana@ws1') +
        line(' 9:55:00', 'IN', 'suite', 'ana@ws1'),
      entitlements: suite(12),
    });
    const range = ['2026-03-02 09:00:00', '2026-03-02 10:00:00'] as const;
    // 3 until 9:20, 2 until 9:30, 1, 2 from 9:40, 1 from 9:50, none from 9:55 on.
    expect(await ask({ measure: 'timeAtLicenses', ...byProduct, orderBy: 'licenses' }, ...range)).toEqual(
      [
        ['suite', 0, 0, 100],
        ['suite', 1, 0.25, 100],
        ['suite', 2, expect.closeTo(1 / 3, 9), expect.closeTo((100 * 40) / 55, 9)],
        ['suite', 3, expect.closeTo(1 / 3, 9), expect.closeTo((100 * 20) / 55, 9)],
      ].slice(1),
    );
  });

  test('of one client, on one license server', async () => {
    const { ask, ingest } = await given({
      log:
        head(day) +
        inOrder(
          withSuite(' 9:00:00', '10:00:00', 'draw', 'ana@ws1'),
          withSuite(' 9:00:00', '10:00:00', 'draw', 'ana@ws2'),
        ),
      entitlements: suite(12),
    });
    await ingest({ server: 'lic02', log: head(day) + inOrder(withSuite(' 9:30:00', '10:30:00', 'write', 'ana@ws1')) });
    expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([['suite', 3]]);
    expect(await ask({ measure: 'peakConcurrent', groupBy: ['product', 'server'], orderBy: 'server' })).toEqual([
      ['suite', 'lic01', 2],
      ['suite', 'lic02', 1],
    ]);
  });

  test('of components alone, where the package itself is never checked out', async () => {
    const { ask } = await given({
      log:
        head(day) +
        line(' 9:00:00', 'OUT', 'draw', 'ana@ws1') +
        line(' 9:05:00', 'OUT', 'write', 'ana@ws1') +
        line(' 9:10:00', 'OUT', 'write', 'bob@ws2') +
        line(' 9:20:00', 'IN', 'write', 'bob@ws2') +
        line(' 9:20:00', 'IN', 'write', 'ana@ws1') +
        line(' 9:30:00', 'IN', 'draw', 'ana@ws1'),
      entitlements: suite(5, ''),
    });
    expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([['suite', 2]]);
    expect(await ask({ measure: 'peakConcurrent', ...byProduct, ...each })).toEqual([['suite', 3]]);
    expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([['suite', 5]]);
  });
});

describe('a table says with the column package what was bought together', () => {
  const table = (...rows: readonly string[]): string =>
    `account,product,package,feature,quantity,start,end\n${rows.join('\n')}\n`;
  const log =
    head(day) +
    ['suite', 'draw', 'extra', 'plus'].map((feature) => line(' 9:00:00', 'OUT', feature, 'ana@ws1')).join('') +
    ['suite', 'draw', 'extra', 'plus'].map((feature) => line('10:00:00', 'IN', feature, 'ana@ws1')).join('');

  test('features outside of it count as they are, and so do rows that were bought by themselves', async () => {
    const { ask } = await given({
      log,
      entitlements: table(
        'acme,Office,suite,suite,12,2026-01-01,2026-12-31',
        'acme,Office,suite,draw,12,2026-01-01,2026-12-31',
        'acme,Office,,draw,5,2026-01-01,2026-06-30',
        'acme,Office,,extra,2,2026-01-01,2026-12-31',
      ),
    });
    expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([
      ['Office', 2],
      ['unmapped', 1],
    ]);
    // 12 of the suite, 5 more of draw until June, 2 of extra.
    const year = ['2026-01-01 00:00:00', '2027-01-01 00:00:00'] as const;
    expect(await ask({ measure: 'entitled', ...byProduct }, ...year)).toEqual([['Office', 19]]);
    expect(await ask({ measure: 'entitled', ...byProduct }, '2026-08-01 00:00:00', '2026-09-01 00:00:00')).toEqual([
      ['Office', 14],
    ]);
  });

  test('packages with a component in common: licenses of both packages add up', async () => {
    const { ask } = await given({
      log,
      entitlements: table(
        'acme,Office,suite,suite,12,2026-01-01,2026-12-31',
        'acme,Office,suite,draw,12,2026-01-01,2026-12-31',
        'acme,Office,extra,draw,4,2026-01-01,2026-12-31',
        'acme,Office,extra,extra,4,2026-01-01,2026-12-31',
        'acme,Office,extra,plus,4,2026-01-01,2026-12-31',
      ),
    });
    // suite and extra; draw and plus are of one of them.
    expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([['Office', 2]]);
    expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([['Office', 16]]);
  });

  test('each account has its own packages, else those for every account', async () => {
    const { ask, ingest } = await given({
      log,
      entitlements: table(
        'borealis,Office,,suite,3,2026-01-01,2026-12-31',
        'borealis,Office,pack,extra,3,2026-01-01,2026-12-31',
        'borealis,Office,pack,plus,3,2026-01-01,2026-12-31',
        ',Office,suite,suite,12,2026-01-01,2026-12-31',
        ',Office,suite,draw,12,2026-01-01,2026-12-31',
        ',Office,,extra,12,2026-01-01,2026-12-31',
        ',Office,,plus,12,2026-01-01,2026-12-31',
      ),
    });
    await ingest({ account: 'borealis', server: 'lic02', log });
    expect(await ask({ measure: 'peakConcurrent', groupBy: ['account', 'product'], orderBy: 'account' })).toEqual([
      // suite with draw, extra, plus
      ['acme', 'Office', 3],
      // suite with draw, extra with plus
      ['borealis', 'Office', 2],
    ]);
  });
});

(haveRealLogs ? test : test.skip)(
  'a real log: seats are the licenses of the suite, of which each component took one',
  async () => {
    const { ask } = await given({
      log: readFileSync(join(realLogs, 'adskflex-2016-04.log'), 'utf8'),
      entitlements: `PACKAGE 64300ACD_F adskflex 1.000 COMPONENTS="85730ACD_2012_0F 86295ACD_2015_0F" OPTIONS=SUITE
INCREMENT 64300ACD_F adskflex 1.000 permanent 15
PACKAGE 65400MAP_F adskflex 1.000 COMPONENTS=85776MAP_2012_0F OPTIONS=SUITE
INCREMENT 65400MAP_F adskflex 1.000 permanent 1
`,
    });
    // The reference figures of 64300ACD_F and 65400MAP_F (../shared/data/README.md).
    const peaks = { measure: 'peakConcurrent', ...byProduct };
    expect(await ask(peaks)).toEqual([
      ['64300ACD_F', 12],
      ['65400MAP_F', 1],
    ]);
    expect(await ask({ ...peaks, ...each })).toEqual([
      ['64300ACD_F', 24],
      ['65400MAP_F', 2],
    ]);
    expect(await ask({ measure: 'licenseHours', ...byProduct })).toEqual([
      ['64300ACD_F', expect.closeTo(3_937_768 / 3600, 6)],
      ['65400MAP_F', expect.closeTo(7987 / 3600, 6)],
    ]);
  },
);

test('only what adds features up is asked how packages count', async () => {
  const { ask } = await given({ log: head(day) });
  await expect(ask({ measure: 'usagePercentage', ...byProduct, ...each })).rejects.toThrow(
    /packages: usagePercentage does not add features up.*peakConcurrent/,
  );
});
