import { head, useStore } from './given.ts';

/** docs/definitions.md#use, #groups, #activity and #working-hours. */
const given = useStore();
const day = '3/2/2026';
const at = (time: string): string => `2026-03-02 ${time}`;

describe('peak', () => {
  test('looks at each event in file order inside one second: check-in before checkout', async () => {
    const { figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
10:00:00 (acmed) OUT: "cad" bob@ws2  
11:00:00 (acmed) IN: "cad" bob@ws2  
`,
    });
    // 1, 0, 1, 0
    expect(await figure({ measure: 'peakConcurrent' })).toBe(1);
  });

  test('looks at each event in file order inside one second: checkout before check-in', async () => {
    const { figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) OUT: "cad" bob@ws2  
10:00:00 (acmed) IN: "cad" ana@ws1  
11:00:00 (acmed) IN: "cad" bob@ws2  
`,
    });
    // 1, 2, 1, 0: two for a moment that no second shows
    expect(await figure({ measure: 'peakConcurrent' })).toBe(2);
    expect(await figure({ measure: 'peakConcurrent' }, at('10:00:00'), at('10:00:01'))).toBe(2);
    expect(await figure({ measure: 'licenseHours' })).toBe(2);
  });

  // A daemon's start closes what it had out, at its last line: in the file, before or after another daemon's checkout of that second.
  test.each([
    ['before', '10:00:00 (acmed) IN: "sim" ana@ws1\n10:00:00 (otherd) OUT: "cad" bob@ws2\n', 1],
    ['after', '10:00:00 (otherd) OUT: "cad" bob@ws2\n10:00:00 (acmed) IN: "sim" ana@ws1\n', 2],
  ])('sessions that a start closes end with the last line of their daemon: %s', async (_, lines, peak) => {
    const { ask, figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1
 9:00:00 (acmed) OUT: "sim" ana@ws1
${lines}10:05:00 (lmgrd) acmed exited with status 2
10:06:00 (lmgrd) REStarted acmed (pid 4800)
11:00:00 (otherd) IN: "cad" bob@ws2
`,
    });
    const cad = { measure: 'peakConcurrent', filters: [{ dimension: 'feature', operator: '=', values: ['cad'] }] };
    expect(await figure(cad)).toBe(peak);
    // From the changes themselves too, where a rollup does not serve.
    expect(await figure(cad, at('09:59:00'), at('10:00:30'))).toBe(peak);
    expect(await ask({ ...cad, groupBy: ['vendor'], orderBy: 'vendor' })).toEqual([
      ['acmed', 1],
      ['otherd', 1],
    ]);
  });

  const log = `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
10:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
11:00:00 (acmed) OUT: "cad" bob@ws2  (5 licenses) 
12:00:00 (acmed) IN: "cad" bob@ws2  (5 licenses) 
13:00:00 (acmed) OUT: "cad" cam@ws3  
14:00:00 (acmed) IN: "cad" cam@ws3  
`;

  test('includes the opening balance, which is before what happens at exactly from', async () => {
    const { figure } = await given({ log });
    expect(await figure({ measure: 'peakConcurrent' }, at('09:30:00'), at('09:40:00'))).toBe(2);
    // At 10:00:00 two are given back: the balance before it is still 2.
    expect(await figure({ measure: 'peakConcurrent' }, at('10:00:00'), at('11:00:00'))).toBe(2);
    expect(await figure({ measure: 'averageConcurrent' }, at('10:00:00'), at('11:00:00'))).toBe(0);
    expect(await figure({ measure: 'peakConcurrent' }, at('10:00:01'), at('11:00:00'))).toBe(0);
  });

  test('events at exactly from are inside, events at exactly to are not', async () => {
    const { figure } = await given({ log });
    expect(await figure({ measure: 'peakConcurrent' }, at('11:00:00'), at('11:00:01'))).toBe(5);
    expect(await figure({ measure: 'checkouts' }, at('11:00:00'), at('11:00:01'))).toBe(1);
    expect(await figure({ measure: 'peakConcurrent' }, at('10:30:00'), at('11:00:00'))).toBe(0);
    expect((await figure({ measure: 'checkouts' }, at('10:30:00'), at('11:00:00'))) ?? 0).toBe(0);
    expect(await figure({ measure: 'checkouts' }, at('09:00:00'), at('13:00:00'))).toBe(2);
    expect(await figure({ measure: 'checkins' }, at('10:00:00'), at('12:00:00'))).toBe(1);
  });

  test('a range without an end includes the last event', async () => {
    const { figure } = await given({ log });
    expect(await figure({ measure: 'checkins' }, at('10:00:00'))).toBe(3);
    expect(await figure({ measure: 'events' })).toBe(6);
  });

  test('of each bucket in local time, opening balance included', async () => {
    const { ask } = await given({ log });
    expect(
      await ask(
        { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1h', timezone: 'Asia/Kolkata' },
        at('08:30:00'),
        at('12:30:00'),
      ),
    ).toEqual([
      // Hours of Kolkata begin at half past in UTC. 9:00 +2, 10:00 −2, 11:00 +5, 12:00 −5.
      ['2026-03-02T08:30:00Z', 2],
      ['2026-03-02T09:30:00Z', 2],
      ['2026-03-02T10:30:00Z', 5],
      ['2026-03-02T11:30:00Z', 5],
    ]);
  });
});

describe('peaks of a group', () => {
  test('are those of the running sum over its pools, not the sum of their peaks', async () => {
    const { ask, figure, ingest } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (5 licenses) 
10:00:00 (acmed) IN: "cad" ana@ws1  (5 licenses) 
12:00:00 (acmed) TIMESTAMP ${day}
`,
    });
    await ingest({
      server: 'lic02',
      log: `${head(day)} 9:45:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
10:15:00 (acmed) OUT: "cad" bob@ws2  (3 licenses) 
11:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
11:00:00 (acmed) IN: "cad" bob@ws2  (3 licenses) 
12:00:00 (acmed) TIMESTAMP ${day}
`,
    });
    expect(await ask({ measure: 'peakConcurrent', groupBy: ['server'], orderBy: 'server' })).toEqual([
      ['lic01', 5],
      ['lic02', 5],
    ]);
    // 5 from 9:00, 7 from 9:45, 2 from 10:00, 5 from 10:15
    expect(await figure({ measure: 'peakConcurrent' })).toBe(7);
    // ana is one client of the account on both servers
    expect(await figure({ measure: 'uniqueClients' })).toBe(2);
  });

  test('a package and its component both count, and a notice says so', async () => {
    const { ask, figure, notices } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "suite" ana@ws1  
 9:00:00 (acmed) OUT: "suite_mesh" ana@ws1  
11:00:00 (acmed) IN: "suite_mesh" ana@ws1  
11:00:00 (acmed) IN: "suite" ana@ws1  
`,
    });
    expect(await ask({ measure: 'peakConcurrent', groupBy: ['feature'], orderBy: 'feature' })).toEqual([
      ['suite', 1],
      ['suite_mesh', 1],
    ]);
    expect(await notices({ measure: 'peakConcurrent', groupBy: ['feature'] })).toEqual([]);
    const figures = { peakConcurrent: 2, averageConcurrent: 4 / 3, licenseHours: 4 };
    for (const [measure, value] of Object.entries(figures)) {
      expect(await figure({ measure, groupBy: [] })).toBeCloseTo(value, 12);
      expect((await notices({ measure })).join(' ')).toMatch(/feature/i);
    }
    // Nobody takes two seats by that.
    expect(await figure({ measure: 'uniqueClients' })).toBe(1);
  });

  test('the notice on several features: only where a group holds several', async () => {
    const log = (feature: string): string => `${head(day)} 9:00:00 (acmed) OUT: "${feature}" ana@ws1  
10:00:00 (acmed) IN: "${feature}" ana@ws1  
`;
    const measures = ['peakConcurrent', 'averageConcurrent', 'licenseHours'];
    const { notices, ingest } = await given({ log: log('cad') });
    for (const measure of measures) expect(await notices({ measure })).toEqual([]);

    await ingest({ server: 'lic02', log: log('sim') });
    const onlyCad = { dimension: 'feature', operator: '=', values: ['cad'] };
    const onlyLic01 = { dimension: 'server', operator: '=', values: ['lic01'] };
    for (const measure of measures) {
      expect(await notices({ measure })).toEqual([expect.stringMatching(/several features/)]);
      expect(await notices({ measure, groupBy: ['account'] })).toEqual([expect.stringMatching(/several features/)]);
      expect(await notices({ measure, filters: [onlyCad] })).toEqual([]);
      expect(await notices({ measure, filters: [onlyLic01] })).toEqual([]);
      // Two features, but one on each server.
      expect(await notices({ measure, groupBy: ['server'] })).toEqual([]);
      expect(await notices({ measure, groupBy: ['server', 'feature'] })).toEqual([]);
    }
  });
});

test('the notice on several features looks at the range and the people asked for', async () => {
  const { notices } = await given({
    log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
11:00:00 (acmed) OUT: "sim" bob@ws2  
12:00:00 (acmed) IN: "sim" bob@ws2  
`,
  });
  const measure = 'peakConcurrent';
  const several = [expect.stringMatching(/several features/)];
  expect(await notices({ measure })).toEqual(several);
  expect(await notices({ measure }, '2026-03-02 09:00:00', '2026-03-02 10:30:00')).toEqual([]);
  // Open since before the range.
  expect(await notices({ measure }, '2026-03-02 09:30:00', '2026-03-02 11:30:00')).toEqual(several);
  expect(await notices({ measure, groupBy: ['user'] })).toEqual([]);
  expect(await notices({ measure, filters: [{ dimension: 'host', operator: '=', values: ['ws1'] }] })).toEqual([]);
});

describe('average', () => {
  const log = `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
12:00:00 (lmgrd) TIMESTAMP ${day}
`;

  test("goes from the range's start to its end, clipped to the source's last line", async () => {
    const { figure } = await given({ log });
    const average = (from?: string, to?: string) => figure({ measure: 'averageConcurrent' }, from, to);
    // 1 license-hour over: first line 8:00 to last line 12:00
    expect(await average()).toBeCloseTo(1 / 4, 12);
    // … 8:00 to 12:00: nothing is known after 12:00
    expect(await average(at('08:00:00'), at('20:00:00'))).toBeCloseTo(1 / 4, 12);
    // … 7:00, which was asked for, to 12:00
    expect(await average(at('07:00:00'), at('20:00:00'))).toBeCloseTo(1 / 5, 12);
    // ½ license-hour over 9:30 to 10:30
    expect(await average(at('09:30:00'), at('10:30:00'))).toBeCloseTo(1 / 2, 12);
  });

  test('of a group is clipped to the latest last line; each source adds nothing after its own, with a notice', async () => {
    const { ask, figure, notices, ingest } = await given({
      log: `${head(day)} 8:00:00 (acmed) OUT: "cad" ana@ws1  
12:00:00 (acmed) TIMESTAMP ${day}
`,
    });
    await ingest({
      server: 'lic02',
      log: `${head(day)} 8:00:00 (acmed) OUT: "cad" bob@ws2  
10:00:00 (acmed) TIMESTAMP ${day}
`,
    });
    const range = [at('08:00:00'), at('16:00:00')] as const;
    // lic01 4 h of 4 h, lic02 2 h of 2 h; together 6 license-hours over 4 h
    expect(await ask({ measure: 'averageConcurrent', groupBy: ['server'], orderBy: 'server' }, ...range)).toEqual([
      ['lic01', 1],
      ['lic02', 1],
    ]);
    expect(await figure({ measure: 'averageConcurrent' }, ...range)).toBe(1.5);
    expect((await notices({ measure: 'averageConcurrent' }, ...range)).join(' ')).toMatch(/lic02/);
    expect(await figure({ measure: 'licenseHours' }, ...range)).toBe(6);
    expect(await figure({ measure: 'averageConcurrent' }, at('10:30:00'), at('11:30:00'))).toBe(1);
    // lic02 has ended before that range begins: said, too.
    expect((await notices({ measure: 'averageConcurrent' }, at('10:30:00'), at('11:45:00'))).join(' ')).toMatch(
      /lic02/,
    );
    // After a source's own last line its counts are unknown, not 0.
    const lines = { measure: 'checkouts', groupBy: ['server'], orderBy: 'server', shape: 'timeSeries', bucket: '1h' };
    const series = await ask(lines, at('08:00:00'), at('14:00:00'));
    expect(series.filter((row) => row[0] === 'lic01').map((row) => row[2])).toEqual([1, 0, 0, 0, 0, null]);
    expect(series.filter((row) => row[0] === 'lic02').map((row) => row[2])).toEqual([1, 0, 0, null, null, null]);
  });

  test('a source where the group has only check-ins with nothing open does not lengthen the time with data', async () => {
    const { ask, ingest } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    await ingest({
      server: 'lic02',
      log: `${head(day)} 9:30:00 (acmed) IN: "cad" ana@ws1  
12:00:00 (acmed) OUT: "sim" bob@ws2  
`,
    });
    // One license from 9 to 10, where the data of its only server end; by vendor daemon it is read from the changes.
    for (const by of [[], ['vendor'], ['client']]) {
      const question = { measure: 'averageConcurrent', groupBy: ['feature', ...by], orderBy: 'feature' };
      const [cad] = await ask(question, at('09:00:00'), at('11:00:00'));
      expect(cad?.at(-1)).toBe(1);
    }
  });
});

describe('lines', () => {
  test('checkouts and check-ins count lines, not licenses; events count every kind of activity', async () => {
    const { ask, figure, summary } = await given({
      log: `${head(day)} 8:30:00 (acmed) IN: "cad" zed@ws9  
 9:00:00 (acmed) OUT: "cad" ana@ws1  (4 licenses) 
 9:10:00 (acmed) OUT: "cad" bob@ws2  (2 licenses) 
 9:20:00 (acmed) DENIED: "cad" cam@ws3  (6 licenses)  (Licensed number of users already reached. (-4,342))
 9:30:00 (acmed) QUEUED: "cad" cam@ws3  
 9:40:00 (acmed) DEQUEUED: "cad" cam@ws3  
 9:50:00 (acmed) UNSUPPORTED: "cax" (PORT_AT_HOST_PLUS   ) dan@ws4  (No such feature exists. (-5,346))
10:00:00 (acmed) UPGRADE: "cad" bob@ws2  (2->3 licenses) 
10:10:00 (acmed) EXPIRED: old
10:20:00 (acmed) IN: "cad" ana@ws1  (4 licenses)  (INACTIVE) 
10:30:00 (acmed) IN: "cad" bob@ws2  (3 licenses)  (SHUTDOWN) 
`,
    });
    expect(await figure({ measure: 'checkouts' })).toBe(2);
    expect(await figure({ measure: 'checkins' })).toBe(3);
    // 3 IN, 2 OUT, DENIED, QUEUED, DEQUEUED, UNSUPPORTED, UPGRADE; EXPIRED is none.
    expect(await figure({ measure: 'events' })).toBe(10);
    expect(await ask({ measure: 'events', groupBy: ['feature'] })).toEqual([
      ['cad', 9],
      ['cax', 1],
    ]);
    expect(summary.events).toEqual({
      checkout: 2,
      checkin: 3,
      denial: 1,
      unsupported: 1,
      queued: 1,
      dequeued: 1,
      upgrade: 1,
    });
    expect((await ask({ measure: 'allEvents', orderBy: 'time asc' })).map((row) => row[1])).toEqual([
      'checkin',
      'checkout',
      'checkout',
      'denial',
      'queued',
      'dequeued',
      'unsupported',
      'upgrade',
      'checkin',
      'checkin',
    ]);
    // Denials count lines, not the 6 licenses asked for; the unsupported one is apart.
    expect(await figure({ measure: 'denials', denials: { count: 'lines' } })).toBe(1);
  });
});

describe('working hours', () => {
  test('only the hours asked for count, in their time zone', async () => {
    const { figure } = await given({
      // 2 March 2026 is a Monday.
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
13:00:00 (acmed) OUT: "cad" bob@ws2  (5 licenses) 
22:00:00 (acmed) IN: "cad" bob@ws2  (5 licenses) 
23:00:00 (acmed) OUT: "cad" cam@ws3  (9 licenses) 
23:30:00 (acmed) IN: "cad" cam@ws3  (9 licenses) 
 9:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
12:00:00 (acmed) TIMESTAMP 3/3/2026
`,
    });
    const ask = (measure: string, hours = {}) =>
      figure(
        { measure, workingHours: { days: ['mon'], from: '08:00', to: '18:00', ...hours } },
        '2026-03-02 00:00:00',
        '2026-03-04 00:00:00',
      );
    expect(await ask('peakConcurrent')).toBe(7);
    // 2 × 9 h + 5 × 5 h of the 10 h of Monday
    expect(await ask('licenseHours')).toBe(43);
    expect(await ask('averageConcurrent')).toBe(4.3);
    expect(await ask('uniqueClients')).toBe(2);
    expect(await ask('checkouts')).toBe(2);
    expect(await ask('checkins')).toBe(0);
    // 8 to 18 in New York is 13 to 23 UTC: 2 × 10 h + 5 × 9 h; cam at exactly 23:00 is outside.
    expect(await ask('licenseHours', { timezone: 'America/New_York' })).toBe(65);
    expect(await ask('peakConcurrent', { timezone: 'America/New_York' })).toBe(7);
    expect(await ask('checkins', { timezone: 'America/New_York' })).toBe(1);
  });
});
