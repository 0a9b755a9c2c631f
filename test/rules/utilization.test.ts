import { head, useStore } from './given.ts';

/** docs/definitions.md#entitlements: how high, of what, when, for how long, and who went without. */
const given = useStore();
const bought = (...rows: string[]): string =>
  ['account,product,feature,version,model,quantity,overdraft,start,end,server,period', ...rows, ''].join('\n');
const day = '3/2/2026';
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const denied = (at: string, who: string, feature = 'cad'): string =>
  `${at} (acmed) DENIED: "${feature}" ${who}  (Licensed number of users already reached. (-4,342)) \n`;
const byPair = { measure: 'utilization', groupBy: ['account', 'feature'], orderBy: 'account, feature' };
const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;

/** Columns after account and feature. */
const peak = (row: readonly unknown[]): readonly unknown[] => row.slice(2, 6);
const hours = (row: readonly unknown[] = []): readonly unknown[] => row.slice(6, 9);
const days = (row: readonly unknown[] = []): readonly unknown[] => row.slice(9, 12);
const unmet = (row: readonly unknown[] = []): unknown => row[12];

describe('a peak stands beside what was bought then, and when it was', () => {
  test('where the quantity grew later: 32 of 27 on 2 March, not of 37', async () => {
    const { ask } = await given({
      log: `${head(day)}${use(30, ' 9:00:00', ' 9:30:00')}${use(32, '11:00:00', '11:00:00')}${head('3/20/2026')}${use(32, ' 9:00:00', '10:00:00')}`,
      entitlements: bought(
        'acme,,cad,,concurrent,27,0,2026-01-01,2026-03-10,,',
        'acme,,cad,,concurrent,37,0,2026-03-11,2026-12-31,,',
      ),
    });
    expect((await ask(byPair, ...march)).map(peak)).toEqual([[(100 * 32) / 27, 32, 27, '2026-03-02T11:00:00Z']]);
    // 32 of 37 in the later stretch.
    expect((await ask(byPair, '2026-03-15 00:00:00', '2026-04-01 00:00:00')).map(peak)).toEqual([
      [(100 * 32) / 37, 32, 37, '2026-03-20T09:00:00Z'],
    ]);
  });

  test('of equal peaks the first; one that lasts from before the range is as old as the range', async () => {
    const { ask } = await given({
      log: `${head(day)}${use(4, ' 9:00:00', '10:00:00')}${use(4, '11:00:00', '13:00:00')}`,
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
    });
    expect((await ask(byPair, ...march)).map(peak)).toEqual([[80, 4, 5, '2026-03-02T09:00:00Z']]);
    expect((await ask(byPair, '2026-03-02 12:00:00', '2026-03-02 12:30:00')).map(peak)).toEqual([
      [80, 4, 5, '2026-03-02T12:00:00Z'],
    ]);
  });

  test('metered: consumed of what was bought, at the end of the time looked at; no hours', async () => {
    const { ask } = await given({
      format: 'csv',
      log: 'time,kind,feature,user,host,model,quantity\n2026-03-02T09:00:00Z,checkout,render,ana,ws1,metered,40\n2026-03-03T09:00:00Z,checkout,render,bob,ws2,metered,8\n',
      entitlements: bought('acme,,render,,metered,50,0,2026-01-01,2026-12-31,,month'),
    });
    const [row = []] = await ask(byPair, '2026-03-01 00:00:00', '2026-03-03 00:00:00');
    expect([peak(row), hours(row), days(row)]).toEqual([
      [80, 40, 50, '2026-03-03T00:00:00Z'],
      [null, null, null],
      [null, null, null],
    ]);
  });

  test('bought and never used is 0 % at no time; of what was used and not bought the use alone is known', async () => {
    const { ask } = await given({
      log: head(day) + use(2, ' 9:00:00', '10:00:00', 'ana@ws1', 'sim'),
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
    });
    expect(await ask(byPair, ...march)).toEqual([
      ['acme', 'cad', 0, 0, 5, null, 0, 0, 0, 0, 0, 0, 0],
      ['acme', 'sim', null, 2, null, null, null, null, null, null, null, null, 0],
    ]);
  });
});

describe('hours and days at or over 80, 95 and 100 %', () => {
  test('a moment at 118 % is no hour', async () => {
    const { ask } = await given({
      log:
        head(day) +
        use(8, ' 9:00:00', '10:30:00') +
        use(12, '11:00:00', '11:00:36') +
        head('3/4/2026') +
        use(10, ' 9:00:00', ' 9:15:00'),
      entitlements: bought('acme,,cad,,concurrent,10,0,2026-01-01,2026-12-31,,'),
    });
    const [row] = await ask(byPair, ...march);
    expect([hours(row), days(row)]).toEqual([
      [1.5 + 0.01 + 0.25, 0.26, 0.26],
      [2, 2, 2],
    ]);
  });

  test('days are the site’s: from 23:30 to 0:30 in Berlin are two of them, though one of UTC', async () => {
    const { ask } = await given({
      siteTimezone: 'Europe/Berlin',
      log: head(day) + use(5, '22:30:00', '23:30:00'),
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
    });
    const [row] = await ask(byPair, ...march);
    expect([hours(row), days(row)]).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
  });

  test('what stays in use counts up to the end of the data, within working hours only', async () => {
    const { ask } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (5 licenses) \n${use(1, '23:00:00', ' 8:30:00', 'bob@ws2', 'sim')}`,
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
    });
    const [row] = await ask(byPair, ...march);
    expect([hours(row), days(row)]).toEqual([
      [23.5, 23.5, 23.5],
      [2, 2, 2],
    ]);
    const [working] = await ask({ ...byPair, workingHours: { from: '08:00', to: '18:00' } }, ...march);
    expect(hours(working)).toEqual([9 + 0.5, 9 + 0.5, 9 + 0.5]);
  });

  test('use on a server that nothing covers does not count', async () => {
    const { ask, ingest } = await given({
      server: 'lic01',
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,'),
    });
    await ingest({ server: 'lic02', log: head(day) + use(3, ' 9:30:00', '12:00:00', 'bob@ws2') });
    const [row = []] = await ask(byPair, ...march);
    expect([peak(row), hours(row)]).toEqual([
      [80, 4, 5, '2026-03-02T09:00:00Z'],
      [1, 0, 0],
    ]);
  });
});

describe('who went without', () => {
  const log =
    head(day) +
    use(5, ' 9:00:00', '12:00:00') +
    denied('10:00:00', 'bob@ws2') +
    denied('10:05:00', 'cid@ws3') +
    denied('10:06:00', 'cid@ws3') +
    use(1, '10:07:00', '11:00:00', 'cid@ws3') +
    denied('10:10:00', 'dan@ws4', 'sim');

  test('clients whose denial no checkout followed, also of what was never used', async () => {
    const { ask } = await given({ log, entitlements: bought('acme,,cad,,concurrent,6,0,2026-01-01,2026-12-31,,') });
    expect((await ask(byPair, ...march)).map((row) => [row[1], row[2], unmet(row)])).toEqual([
      ['cad', 100, 1],
      ['sim', null, 1],
    ]);
  });

  test('a list in the order of need: refused first, then hours at 95 %, then the percentage', async () => {
    const { ask } = await given({
      log:
        log + use(3, '12:00:00', '14:00:00', 'ana@ws1', 'long') + use(6, '14:00:00', '14:00:01', 'ana@ws1', 'moment'),
      entitlements: bought(
        'acme,,cad,,concurrent,10,0,2026-01-01,2026-12-31,,',
        'acme,,long,,concurrent,3,0,2026-01-01,2026-12-31,,',
        'acme,,moment,,concurrent,5,0,2026-01-01,2026-12-31,,',
      ),
    });
    const orderBy = 'unmetClients desc, hoursAt95 desc, usagePercentage desc';
    expect((await ask({ ...byPair, orderBy }, ...march)).map((row) => row[1])).toEqual([
      'cad',
      'sim',
      'long',
      'moment',
    ]);
    expect((await ask({ ...byPair, orderBy: 'value desc' }, ...march)).map((row) => row[1])).toEqual([
      'moment',
      'long',
      'cad',
      'sim',
    ]);
  });

  test('unknown where the log tells no denials', async () => {
    const { ask } = await given({
      tracksDenials: false,
      log: head(day) + use(1, ' 9:00:00', '10:00:00'),
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
    });
    expect((await ask(byPair, ...march)).map(unmet)).toEqual([null]);
  });
});

test('coarser groups show their highest pair and name it', async () => {
  const { ask } = await given({
    log: head(day) + use(4, ' 9:00:00', '12:00:00') + use(3, ' 9:00:00', '10:00:00', 'bob@ws2', 'sim'),
    entitlements: bought(
      'acme,Suite,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
      'acme,Suite,sim,,concurrent,3,0,2026-01-01,2026-12-31,,',
    ),
  });
  const [one, two] = [
    await ask({ measure: 'utilization', groupBy: ['product'] }, ...march),
    await ask({ measure: 'utilization' }, ...march),
  ];
  expect(one.map((row) => row.slice(0, 6))).toEqual([['Suite', 'acme', 'sim', 100, 3, 3]]);
  expect(two.map((row) => row.slice(0, 5))).toEqual([['acme', 'sim', 100, 3, 3]]);
});

describe('the size of pools', () => {
  const asked = async (question: object): Promise<unknown[]> => {
    const { ask } = await given({
      log:
        head(day) +
        use(1, ' 9:00:00', '12:00:00') +
        use(6, ' 9:00:00', '10:00:00', 'bob@ws2', 'sim') +
        use(1, ' 9:00:00', '10:00:00', 'bob@ws2', 'unbought'),
      entitlements: bought(
        'acme,,cad,,concurrent,1,0,2026-01-01,2026-12-31,,',
        'acme,,sim,,concurrent,10,0,2026-01-01,2026-12-31,,',
        'acme,,render,,metered,2,0,2026-01-01,2026-12-31,,month',
      ),
    });
    return (await ask({ groupBy: ['feature'], measure: 'usagePercentage', ...question }, ...march)).map(
      (row) => row[0],
    );
  };

  test('small pools stand apart; what is not known to be small stays with the others', async () => {
    expect(await asked({ poolSize: { atMost: 2 } })).toEqual(['cad']);
    expect(await asked({ poolSize: { atLeast: 3 } })).toEqual(['sim', 'unbought']);
    expect(await asked({ measure: 'utilization', poolSize: { atMost: 2 } })).toEqual(['cad']);
    expect(await asked({ measure: 'clientsPerLicense', poolSize: { atMost: 2 } })).toEqual(['cad']);
  });

  test('is refused where nothing is held against what was bought', async () => {
    await expect(asked({ measure: 'checkouts', poolSize: { atMost: 2 } })).rejects.toThrow(
      /poolSize: checkouts holds nothing against what was bought; leave it out, or ask usagePercentage/,
    );
  });
});
