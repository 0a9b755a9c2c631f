import { head, useStore } from './given.ts';

/** docs/definitions.md#listings: the All Events Listing's own Usage Percentage. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const day = '3/2/2026';
/** `count` licenses in use from one time of 2 March to another. */
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;

describe('the All Events Listing', () => {
  const place = ['time', 'kind', 'used', 'entitled', 'usagePercentage'];
  const listing = async (answers: Awaited<ReturnType<typeof given>>) => {
    const [frame] = await answers.frames({ measure: 'allEvents', orderBy: 'time asc' });
    const at = place.map((name) => frame?.schema.fields.findIndex((field) => field.name === name) ?? -1);
    const rows = await answers.ask({ measure: 'allEvents', orderBy: 'time asc' });
    return rows.map((row) => at.map((i) => row[i]).slice(1));
  };

  test('usage percentage = use of that account × feature just after the event ÷ entitlements then in force', async () => {
    const answers = await given({
      log: `${head('3/31/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1  (3 licenses) 
 9:30:00 (acmed) OUT: "sim" ana@ws1  
10:00:00 (acmed) OUT: "cad" bob@ws2  
10:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
11:00:00 (acmed) DENIED: "cad" cam@ws3  (Licensed number of users already reached. (-4,342))
23:00:00 (acmed) IN: "cad" bob@ws2  
 1:00:00 (acmed) IN: "cad" ana@ws1  
`,
      entitlements: bought(
        'acme,,cad,,concurrent,5,0,2026-01-01,2026-03-31,,',
        'acme,,cad,,concurrent,10,0,2026-04-01,2026-12-31,,',
      ),
    });
    expect(await listing(answers)).toEqual([
      ['checkout', 3, 5, 60],
      ['checkout', 1, null, null], // sim: nothing is known to be bought
      ['checkout', 4, 5, 80],
      ['checkin', 2, 5, 40], // the same second, in file order
      ['denial', 2, 5, 40],
      ['checkin', 1, 5, 20],
      ['checkin', 0, 10, 0], // 1 April: the new quantity
    ]);
  });

  test('late data move it: it is computed when asked', async () => {
    const answers = await given({
      log: head(day) + use(2, '10:00:00', '11:00:00', 'bob@ws2'),
      entitlements: bought('acme,,cad,,concurrent,10,0,2026-01-01,2026-12-31,,'),
    });
    await answers.ingest({ server: 'lic02', log: head(day) + use(3, ' 9:00:00', '12:00:00') });
    // Both servers' use is the account's.
    expect(await listing(answers)).toEqual([
      ['checkout', 3, 10, 30],
      ['checkout', 5, 10, 50],
      ['checkin', 3, 10, 30],
      ['checkin', 0, 10, 0],
    ]);
  });

  test('metered: consumed in the period so far', async () => {
    const answers = await given({
      format: 'csv',
      log: `time,kind,feature,user,host,model,quantity
2026-03-05T10:00:00Z,checkout,render,ana,ws1,metered,30
2026-03-20T10:00:00Z,checkout,render,bob,ws2,metered,45.5
2026-04-02T10:00:00Z,checkout,render,ana,ws1,metered,20
`,
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    expect((await listing(answers)).map((row) => row[3])).toEqual([30, 75.5, 20]);
  });

  test('metered: a denial stands beside what was consumed when it happened', async () => {
    const answers = await given({
      format: 'csv',
      log: `time,kind,feature,user,host,model,quantity
2026-03-05T10:00:00Z,checkout,render,ana,ws1,metered,98
2026-03-05T11:00:00Z,denial,render,bob,ws2,metered,3
`,
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    expect(await listing(answers)).toEqual([
      ['checkout', 98, 100, 98],
      ['denial', 98, 100, 98],
    ]);
  });

  test('metered rows that follow each other inside one period: what was in force at the event', async () => {
    const answers = await given({
      format: 'csv',
      log: `time,kind,feature,user,host,model,quantity
2026-03-02T10:00:00Z,checkout,render,ana,ws1,metered,40
2026-03-20T10:00:00Z,checkout,render,bob,ws2,metered,40
2026-04-02T10:00:00Z,checkout,render,bob,ws2,metered,10
`,
      entitlements: bought(
        'acme,,render,,metered,100,0,2026-01-01,2026-03-15,,month',
        'acme,,render,,metered,200,0,2026-03-16,2026-12-31,,month',
      ),
    });
    expect(await listing(answers)).toEqual([
      ['checkout', 40, 100, 40],
      ['checkout', 80, 200, 40],
      ['checkout', 10, 200, 5], // a new month
    ]);
  });

  test('is of account × feature, whatever server an entitlement is for', async () => {
    const answers = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,'),
    });
    await answers.ingest({ server: 'lic02', log: head(day) + use(6, ' 9:30:00', '10:30:00', 'bob@ws2') });
    expect(await listing(answers)).toEqual([
      ['checkout', 4, 5, 80],
      ['checkout', 10, 5, 200],
      ['checkin', 6, 5, 120],
      ['checkin', 0, 5, 0],
    ]);
  });

  test('what was granted is of no denial family: filters by family list refusals alone', async () => {
    const answers = await given({
      log: `${head(day)}${use(1, ' 9:00:00', '10:00:00')} 10:30:00 (acmed) DENIED: "cad" bob@ws2  (Something new. (-999,1))\n`,
    });
    const kinds = async (operator: string, value: string) =>
      (await answers.ask({ measure: 'allEvents', filters: [{ dimension: 'denialFamily', operator, value }] })).map(
        (row) => row[1],
      );
    expect(await kinds('=', 'other')).toEqual(['denial']);
    expect(await kinds('=~', '.')).toEqual(['denial']);
    expect(await kinds('=', '')).toEqual(['checkin', 'checkout']);
  });
});
