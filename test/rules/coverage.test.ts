import { head, useStore } from './given.ts';

/** docs/definitions.md#coverage, #versions and #uncovered-use: which use a row covers, and what becomes of the rest. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const byFeature = { measure: 'usagePercentage', groupBy: ['account', 'feature'], orderBy: 'account, feature' };
const by = (...groupBy: string[]) => ({ measure: 'usagePercentage', groupBy, orderBy: groupBy.join(', ') });
const day = '3/2/2026';
/** `count` licenses in use from one time of 2 March to another. */
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const leftOut: unknown = expect.stringMatching(/no entitlement covers.*unmapped/);

describe('use on a server that no entitlement covers', () => {
  const onTwoServers = async () => {
    const answers = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought('acme,Suite,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,'),
    });
    await answers.ingest({ server: 'lic02', log: head(day) + use(6, ' 9:30:00', '10:30:00', 'bob@ws2') });
    return answers;
  };

  test('does not count against what covers another server, and is said beside the answer', async () => {
    const { ask, notices } = await onTwoServers();
    // 4 on lic01 ÷ 5, not (4 + 6) ÷ 5
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 80]]);
    expect(await notices(byFeature)).toEqual([leftOut]);
    expect(await ask(by('account'))).toEqual([['acme', 'cad', 80]]);
    expect(await ask(by('product'))).toEqual([['Suite', 'cad', 80]]);
    expect(await ask({ measure: 'usagePercentage' })).toEqual([['cad', 80]]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(1);
    // What was used is another question.
    expect(await ask({ measure: 'peakConcurrent', groupBy: ['feature'] })).toEqual([['cad', 10]]);
  });

  test('has no percentage where the grouping tells it apart: null, never gone', async () => {
    const { ask, notices } = await onTwoServers();
    expect(await ask(by('server', 'feature'))).toEqual([
      ['lic01', 'cad', 80],
      ['lic02', 'cad', null],
    ]);
    expect(await ask(by('server'))).toEqual([
      ['lic01', 'cad', 80],
      ['lic02', 'cad', null],
    ]);
    // One notice: nothing had to be left out.
    expect(await notices(by('server', 'feature'))).toEqual([expect.stringMatching(/coverageGaps/)]);
    const onlyLic02 = [{ dimension: 'server', operator: '=', values: ['lic02'] }];
    expect(await ask({ ...by('server', 'feature'), filters: onlyLic02 })).toEqual([['lic02', 'cad', null]]);
  });

  test('of each bucket', async () => {
    const { ask } = await onTwoServers();
    expect(
      await ask(
        { ...byFeature, orderBy: 'value desc', shape: 'timeSeries', bucket: '1h' },
        '2026-03-02 08:00:00',
        '2026-03-02 11:00:00',
      ),
    ).toEqual([
      ['acme', 'cad', '2026-03-02T08:00:00Z', 0],
      ['acme', 'cad', '2026-03-02T09:00:00Z', 80],
      // lic01's 4 are the opening balance of 10:00; lic02's are not counted.
      ['acme', 'cad', '2026-03-02T10:00:00Z', 80],
    ]);
  });

  test('where all of the use is elsewhere, nothing of what was bought is used', async () => {
    const { ask, notices } = await given({
      server: 'lic02',
      log: head(day) + use(6, ' 9:30:00', '10:30:00', 'bob@ws2'),
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,'),
    });
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 0]]);
    expect(await notices(byFeature)).toEqual([leftOut]);
    expect(
      await ask({ ...by('server', 'feature'), filters: [{ dimension: 'server', operator: '=', values: ['lic02'] }] }),
    ).toEqual([['lic02', 'cad', null]]);
  });

  test('a row without account for one server', async () => {
    const { ask, ingest } = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought(',,cad,,concurrent,10,0,2026-01-01,2026-12-31,lic01,'),
    });
    await ingest({ account: 'borealis', server: 'lic02', log: head(day) + use(6, ' 9:30:00', '10:30:00') });
    expect(await ask(by('feature'))).toEqual([['cad', 40]]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(1);
  });
});

describe('a row covers while it is in force', () => {
  const log = (server: string, count: number) => ({ server, log: head(day) + use(count, ' 9:00:00', '10:00:00') });
  const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;

  test('what was bought for another server last year covers nothing there now', async () => {
    const { ask, notices, ingest } = await given({
      ...log('lic01', 4),
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2025-01-01,2025-12-31,lic02,',
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,',
      ),
    });
    await ingest(log('lic02', 6));
    expect(await ask(byFeature, ...march)).toEqual([['acme', 'cad', 80]]);
    expect(await notices(byFeature, ...march)).toEqual([leftOut]);
    expect((await ask({ measure: 'quality' }, ...march))[0]?.[0]).toBe(1);
  });

  test('what moves to another server in the range counts on each in its time', async () => {
    const moving = bought(
      'acme,,cad,,concurrent,5,0,2026-01-01,2026-03-01,lic01,',
      'acme,,cad,,concurrent,10,0,2026-03-02,2026-12-31,lic02,',
    );
    // 3 stay open on lic01 from the day before; 6 are used on lic02 on 2 March.
    const { ask, notices, ingest } = await given({
      log: `${head('3/1/2026')}12:00:00 (acmed) OUT: "cad" ana@ws1  (3 licenses) \n20:00:00 (lmgrd) TIMESTAMP ${day}\n`,
      entitlements: moving,
    });
    await ingest({ server: 'lic02', log: head(day) + use(6, ' 9:00:00', '10:00:00', 'bob@ws2') });
    // 3 ÷ 5 on 1 March; 6 ÷ 10 on 2 March, not (3 + 6) ÷ 10
    expect(await ask(byFeature, ...march)).toEqual([['acme', 'cad', 60]]);
    expect(await notices(byFeature, ...march)).toContainEqual(leftOut);
  });

  test('says nothing where the use on the other server lies outside the range', async () => {
    const { ask, notices, ingest } = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2025-01-01,2025-12-31,lic02,',
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,',
      ),
    });
    await ingest({ server: 'lic02', log: head('3/2/2025') + use(6, ' 9:00:00', '10:00:00') });
    expect(await ask(byFeature, ...march)).toEqual([['acme', 'cad', 80]]);
    expect(await notices(byFeature, ...march)).not.toContainEqual(leftOut);
  });

  test('metered', async () => {
    const consumed = (quantity: number): string => `time,kind,feature,user,host,model,quantity
2026-03-02T09:00:00Z,checkout,tokens,ana,ws1,metered,${quantity}
`;
    const { ask, notices, ingest } = await given({
      format: 'csv',
      log: consumed(40),
      entitlements: bought(
        'acme,,tokens,,metered,50,0,2025-01-01,2025-12-31,lic02,year',
        'acme,,tokens,,metered,50,0,2026-01-01,2026-12-31,lic01,year',
      ),
    });
    await ingest({ server: 'lic02', format: 'csv', log: consumed(60) });
    expect(await ask(byFeature, ...march)).toEqual([['acme', 'tokens', 80]]);
    expect(await notices(byFeature, ...march)).toEqual([leftOut]);
  });
});

describe('versions', () => {
  const log = (...rows: [time: string, quantity: number, version: string][]): string =>
    [
      'time,kind,feature,version,user,host,quantity',
      ...rows.map(([time, quantity, version]) => `2026-03-02T${time}Z,checkout,cad,${version},ana,ws1,${quantity}`),
      '',
    ].join('\n');

  test('use of a version that no row covers does not count; without a version it does', async () => {
    const { ask, notices } = await given({
      format: 'csv',
      log: log(['09:00:00', 4, '1.0'], ['09:30:00', 3, '2.0'], ['10:00:00', 2, '']),
      entitlements: bought('acme,,cad,2.0,concurrent,10,0,2026-01-01,2026-12-31,,'),
    });
    // (3 + 2) ÷ 10
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 50]]);
    expect(await notices(byFeature)).toEqual([leftOut]);
    expect(await ask(by('version', 'feature'))).toEqual([
      ['', 'cad', 20],
      ['1.0', 'cad', null],
      ['2.0', 'cad', 30],
    ]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(1);
  });

  test('a FlexNet license serves its version and every lower one', async () => {
    const { ask, notices } = await given({
      format: 'csv',
      log: log(['09:00:00', 4, '2025.0'], ['09:30:00', 3, '2026.0']),
      entitlements: `SERVER lic01 0050568f1234 27000
VENDOR acmed
INCREMENT cad acmed 2026.0 31-dec-2026 10 SIGN="00AB"
`,
    });
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 70]]);
    expect(await ask(by('version', 'feature'))).toEqual([
      ['2025.0', 'cad', 40],
      ['2026.0', 'cad', 30],
    ]);
    expect(await notices(byFeature)).toEqual([]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(0);
  });

  test('… and no higher one', async () => {
    const { ask } = await given({
      format: 'csv',
      log: log(['09:00:00', 4, '9.0'], ['09:30:00', 3, '10.0'], ['10:00:00', 1, '10.5']),
      entitlements: 'INCREMENT cad acmed 10.0 31-dec-2026 10 SIGN="00AB"\n',
    });
    // 9 is lower than 10, though not as text: (4 + 3) ÷ 10
    expect(await ask(byFeature)).toEqual([['acme', 'cad', 70]]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(1);
  });

  test('clients share what their own daemon serves', async () => {
    const { ask } = await given({
      log: `${head('3/2/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1\n 9:00:00 (otherd) OUT: "cad" bob@ws2\n10:00:00 (acmed) IN: "cad" ana@ws1\n`,
      entitlements:
        'INCREMENT cad acmed 10.0 31-dec-2026 5 SIGN="00AB"\nINCREMENT cad otherd 10.0 31-dec-2026 10 SIGN="00CD"\n',
    });
    expect(await ask({ measure: 'clientsPerLicense', groupBy: ['vendor', 'feature'], orderBy: 'vendor' })).toEqual([
      ['acmed', 'cad', 0.2],
      ['otherd', 'cad', 0.1],
    ]);
  });
});
