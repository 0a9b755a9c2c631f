import { head, useStore } from './given.ts';

/** docs/definitions.md#entitlements, #mapped-entitlements and #groups: concurrent use. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const byFeature = { measure: 'usagePercentage', groupBy: ['account', 'feature'], orderBy: 'account, feature' };
const day = '3/2/2026';
/** `count` licenses in use from one time of 2 March to another. */
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;

describe('concurrent', () => {
  test('peak ÷ what is in force; over 100 is said so, and overdraft does not raise what was bought', async () => {
    const { ask } = await given({
      log: head(day) + use(8, ' 9:00:00', '10:00:00') + use(6, '11:00:00', '12:00:00', 'bob@ws2', 'sim'),
      entitlements: bought(
        'acme,Suite,cad,,concurrent,10,0,2026-01-01,2026-12-31,,',
        'acme,Suite,sim,,concurrent,4,10,2026-01-01,2026-12-31,,',
      ),
    });
    // 8 ÷ 10 and 6 ÷ 4
    expect(await ask(byFeature)).toEqual([
      ['acme', 'cad', 80],
      ['acme', 'sim', 150],
    ]);
    expect(await ask({ ...byFeature, having: { operator: '>=', value: 100 } })).toEqual([['acme', 'sim', 150]]);
    expect(await ask({ ...byFeature, measure: 'entitled' })).toEqual([
      ['acme', 'cad', 10],
      ['acme', 'sim', 4],
    ]);
    // A coarser group: its highest one, with that feature as a column. A product holds both.
    expect(await ask({ measure: 'usagePercentage', groupBy: ['account'] })).toEqual([['acme', 'sim', 150]]);
    expect(await ask({ measure: 'usagePercentage', groupBy: ['product'] })).toEqual([['Suite', 'sim', 150]]);
    // `entitled` adds up over a group.
    expect(await ask({ measure: 'entitled', groupBy: ['account'] })).toEqual([['acme', 14]]);
  });

  test('filters by pattern choose entitlements as they choose use: RE2, flags included', async () => {
    const { ask } = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought(
        'acme,Suite,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
        'acme,Suite,sim,,concurrent,4,0,2026-01-01,2026-12-31,,',
      ),
    });
    const filters = [{ dimension: 'feature', operator: '=~', values: ['(?i)^CAD$'] }];
    expect(await ask({ ...byFeature, filters })).toEqual([['acme', 'cad', 80]]);
    expect(await ask({ ...byFeature, measure: 'entitled', filters })).toEqual([['acme', 'cad', 5]]);
  });

  test('rows that cover the same use add up; equal rows are several', async () => {
    const row = 'acme,Suite,cad,,concurrent,5,0,2026-01-01,2026-12-31,,';
    const { ask } = await given({ log: head(day) + use(6, ' 9:00:00', '10:00:00'), entitlements: bought(row, row) });
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 60]]);
  });

  test('in force from 00:00 of the start to the end of the last day, in the site’s time zone', async () => {
    // Berlin is UTC+2 at the end of April: its 1 May begins at 22:00 UTC on 30 April.
    const { ask } = await given({
      siteTimezone: 'Europe/Berlin',
      log: `${head('4/30/2026')}${use(4, '21:00:00', '21:59:59')}${use(6, '22:00:00', '22:30:00', 'bob@ws2')}`,
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-04-30,,',
        'acme,,cad,,concurrent,20,0,2026-05-01,2026-12-31,,',
      ),
    });
    const range = (from: string, to: string) => [`2026-04-30 ${from}`, `2026-04-30 ${to}`] as const;
    expect(await ask(byFeature, ...range('20:30:00', '22:00:00'))).toEqual([['acme', 'cad', 80]]);
    expect(await ask(byFeature, ...range('22:00:00', '23:00:00'))).toEqual([['acme', 'cad', 30]]);
    // The quantity changes inside: the highest of 4 ÷ 5 and 6 ÷ 20, not 6 ÷ 25 or 6 ÷ 5.
    expect(await ask(byFeature, ...range('20:30:00', '23:00:00'))).toEqual([['acme', 'cad', 80]]);
    expect(await ask({ ...byFeature, measure: 'entitled' }, ...range('20:30:00', '23:00:00'))).toEqual([
      ['acme', 'cad', 20],
    ]);
    expect(await ask({ ...byFeature, measure: 'entitled' }, ...range('20:30:00', '22:00:00'))).toEqual([
      ['acme', 'cad', 5],
    ]);
  });

  test('a license held over the change counts against both quantities', async () => {
    const { ask } = await given({
      log: `${head('3/31/2026')}23:00:00 (acmed) OUT: "cad" ana@ws1  (3 licenses) \n 1:00:00 (acmed) IN: "cad" ana@ws1  (3 licenses) \n`,
      entitlements: bought(
        'acme,,cad,,concurrent,10,0,2026-01-01,2026-03-31,,',
        'acme,,cad,,concurrent,4,0,2026-04-01,2026-12-31,,',
      ),
    });
    // 3 ÷ 10 before, 3 ÷ 4 after
    expect(await ask(byFeature, '2026-03-31 00:00:00', '2026-04-01 00:00:00')).toEqual([['acme', 'cad', 30]]);
    expect(await ask(byFeature, '2026-03-31 00:00:00', '2026-04-01 02:00:00')).toEqual([['acme', 'cad', 75]]);
  });

  test('a row covers the use of its server; an empty server covers all', async () => {
    const { ask, ingest } = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,',
        'acme,,cad,,concurrent,15,0,2026-01-01,2026-12-31,,',
      ),
    });
    await ingest({ server: 'lic02', log: head(day) + use(6, ' 9:30:00', '10:30:00', 'bob@ws2') });
    // lic01 4 ÷ (5 + 15), lic02 6 ÷ 15, together (4 + 6) ÷ 20
    expect(await ask({ ...byFeature, groupBy: ['server', 'feature'], orderBy: 'server' })).toEqual([
      ['lic01', 'cad', 20],
      ['lic02', 'cad', 40],
    ]);
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 50]]);
  });

  test('the version limits only where the source gives one', async () => {
    const entitlements = bought('acme,,cad,2.0,concurrent,10,0,2026-01-01,2026-12-31,,');
    const flexnet = await given({ log: head(day) + use(5, ' 9:00:00', '10:00:00'), entitlements });
    expect(await flexnet.ask(byFeature)).toEqual([['acme', 'cad', 50]]);
  });

  test('a row without account gives percentages only in groupings without account', async () => {
    const { ask, ingest, notices } = await given({
      log: head(day) + use(2, ' 9:00:00', '10:00:00'),
      entitlements: bought(',,cad,,concurrent,10,0,2026-01-01,2026-12-31,,'),
    });
    await ingest({ account: 'borealis', server: 'lic02', log: head(day) + use(3, ' 9:30:00', '10:30:00') });
    expect(await ask(byFeature)).toEqual([
      ['acme', 'cad', null],
      ['borealis', 'cad', null],
    ]);
    expect(await ask({ measure: 'usagePercentage', groupBy: ['feature'] })).toEqual([['cad', 50]]);
    // Two clients (ana of each account) share 10 licenses.
    expect(await ask({ measure: 'clientsPerLicense', groupBy: ['feature'] })).toEqual([['cad', 0.2]]);
    expect(await ask({ measure: 'clientsPerLicense' })).toEqual([['cad', 0.2]]);
    expect(await ask({ ...byFeature, measure: 'clientsPerLicense' })).toEqual([
      ['acme', 'cad', null],
      ['borealis', 'cad', null],
    ]);
    // It covers their use: nothing is unmapped.
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(0);
    // Why there is none by account is said, where it is asked by account, to who sees all of them.
    for (const [measure, figure] of [
      ['usagePercentage', 'a percentage'],
      ['utilization', 'a percentage'],
      ['overdraft', 'an overdraft'],
      ['clientsPerLicense', 'a figure'],
    ] as const) {
      expect(await notices({ ...byFeature, measure })).toEqual([
        `Bought for all accounts together, so no account has ${figure} of it: cad. Group by feature alone, or name an account in the entitlement.`,
      ]);
      expect(await notices({ measure, groupBy: ['feature'] })).toEqual([]);
    }
    const seen = { measure: 'usagePercentage', groupBy: ['account'] };
    expect(await notices({ ...seen, filters: [{ dimension: 'feature', operator: '=', values: ['other'] }] })).toEqual([
      expect.stringMatching(/^No data/),
    ]);
  });

  test('`uncounted` gives no percentage and is not unmapped', async () => {
    const { ask } = await given({
      log: head(day) + use(2, ' 9:00:00', '10:00:00'),
      entitlements: bought('acme,,cad,,concurrent,uncounted,0,2026-01-01,2026-12-31,,'),
    });
    expect(await ask(byFeature)).toEqual([['acme', 'cad', null]]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(0);
  });

  test('use that no row covers: null, in `quality`, and said beside the answer', async () => {
    const { ask, notices } = await given({
      log: head(day) + use(2, ' 9:00:00', '10:00:00') + use(1, '11:00:00', '12:00:00', 'bob@ws2', 'extra'),
      // sim was bought and is not used, extra is used and was not bought; cad's row has ended before.
      entitlements: bought(
        'acme,,sim,,concurrent,10,0,2026-01-01,2026-12-31,,',
        'acme,,cad,,concurrent,10,0,2025-01-01,2025-12-31,,',
      ),
    });
    const rows = await ask(byFeature, ...march);
    expect(rows).toContainEqual(['acme', 'extra', null]);
    expect(rows).toContainEqual(['acme', 'cad', null]);
    expect((await notices(byFeature, ...march)).join(' ')).toMatch(/coverageGaps/);
    const quality = await ask({ measure: 'quality', groupBy: ['feature'] }, ...march);
    expect(quality.filter((row) => row[1] !== 0).map((row) => [row[0], row[1]])).toEqual(
      expect.arrayContaining([
        ['cad', 1],
        ['extra', 1],
      ]),
    );
  });

  test('`unmapped` tells apart servers and versions, also where the group has entitlements', async () => {
    const { ask, ingest } = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,',
        'acme,,sim,2.0,concurrent,5,0,2026-01-01,2026-12-31,,',
      ),
    });
    await ingest({ server: 'lic02', log: head(day) + use(6, ' 9:30:00', '10:30:00') });
    await ingest({
      server: 'lic03',
      format: 'csv',
      log: `time,kind,feature,version,user,host
2026-03-02T09:00:00Z,checkout,sim,1.0,ana,ws1
2026-03-02T09:30:00Z,checkout,sim,2.0,ana,ws1
`,
    });
    // The checkout on lic02, and the one of version 1.0.
    for (const groupBy of [[], ['account'], ['account', 'feature'], ['server'], ['version']]) {
      const rows = await ask({ measure: 'quality', groupBy });
      expect(rows.reduce((sum, row) => sum + Number(row[groupBy.length]), 0)).toBe(2);
    }
    const byServer = await ask({ measure: 'quality', groupBy: ['server'], orderBy: 'server' });
    expect(byServer.map((row) => row.slice(0, 2))).toEqual([
      ['lic01', 0],
      ['lic02', 1],
      ['lic03', 1],
    ]);
  });

  test('`unmapped` looks at what was in force when the checkout was made', async () => {
    const { ask } = await given({
      siteTimezone: 'Europe/Berlin',
      log: `${head('1/31/2026')}22:30:00 (acmed) OUT: "cad" ana@ws1  
23:30:00 (acmed) OUT: "cad" bob@ws2  
23:45:00 (acmed) TIMESTAMP 1/31/2026
12:00:00 (acmed) TIMESTAMP 3/1/2026
13:00:00 (acmed) OUT: "cad" cam@ws3  
`,
      // 22:30 UTC on 31 January is still January in Berlin, 23:30 UTC is February: between the two rows.
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-01-31,,',
        'acme,,cad,,concurrent,5,0,2026-03-01,2026-12-31,,',
      ),
    });
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(1);
    expect((await ask({ measure: 'quality' }, '2026-02-01 00:00:00'))[0]?.[0]).toBe(0);
  });

  test('clients per license = unique clients ÷ entitled quantity', async () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, i) =>
      use(1, ` ${i + 1}:00:00`, ` ${i + 1}:30:00`, `${name}@ws`),
    );
    const { ask } = await given({
      log: head(day, ' 0:30:00') + people.join('') + use(1, ' 8:10:00', ' 8:20:00', 'a@ws', 'sim'),
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
        'acme,,sim,,concurrent,5,0,2026-01-01,2026-12-31,,',
        // Bought, and used by nobody.
        'acme,,idle,,concurrent,5,0,2026-01-01,2026-12-31,,',
        'borealis,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
      ),
    });
    // Five were sold, seven share them.
    expect(await ask({ ...byFeature, measure: 'clientsPerLicense' })).toEqual([
      ['acme', 'cad', 1.4],
      ['acme', 'idle', 0],
      ['acme', 'sim', 0.2],
      ['borealis', 'cad', 0],
    ]);
    expect(await ask({ measure: 'clientsPerLicense', groupBy: ['account'] })).toEqual([
      ['acme', 'cad', 1.4],
      ['borealis', 'cad', 0],
    ]);
    // Nobody at 0:30, one at 1:00, nobody after the last line (8:20) known.
    const hours = { measure: 'clientsPerLicense', groupBy: ['feature'], shape: 'timeSeries', bucket: '1h' };
    const series = await ask(
      { ...hours, filters: [{ dimension: 'feature', operator: '=', values: ['cad'] }] },
      '2026-03-02 00:00:00',
      '2026-03-02 10:00:00',
    );
    expect(series.map((row) => row[2])).toEqual([0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0, null]);
  });

  test('of each bucket', async () => {
    const { ask } = await given({
      log:
        head(day) +
        use(3, ' 9:00:00', ' 9:30:00') +
        use(5, '10:15:00', '11:00:00') +
        `12:00:00 (acmed) TIMESTAMP ${day}\n`,
      entitlements: bought('acme,,cad,,concurrent,10,0,2026-01-01,2026-12-31,,'),
    });
    expect(
      await ask(
        { ...byFeature, orderBy: 'value desc', shape: 'timeSeries', bucket: '1h' },
        '2026-03-02 08:00:00',
        '2026-03-02 12:00:00',
      ),
    ).toEqual([
      ['acme', 'cad', '2026-03-02T08:00:00Z', 0],
      ['acme', 'cad', '2026-03-02T09:00:00Z', 30],
      ['acme', 'cad', '2026-03-02T10:00:00Z', 50],
      // The opening balance of 11:00 is 5.
      ['acme', 'cad', '2026-03-02T11:00:00Z', 50],
    ]);
  });
});
