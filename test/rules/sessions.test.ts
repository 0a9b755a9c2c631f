import { head, useStore } from './given.ts';

/** docs/definitions.md#session and #daemon-start: which check-in ends which checkout, and what else ends one. */
const given = useStore();
const day = '3/2/2026';

describe('first in, first out', () => {
  test('by quantity: a check-in of 3 ends the session of 2 and one license of the session of 3', async () => {
    const { ask, figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
10:00:00 (acmed) OUT: "cad" ana@ws1  (3 licenses) 
11:00:00 (acmed) IN: "cad" ana@ws1  (3 licenses) 
12:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
`,
    });
    // In use: 2 (9–10), 5 (10–11), 2 (11–12) → 2 + 5 + 2 = 9 license-hours.
    expect(await figure({ measure: 'licenseHours' })).toBe(9);
    expect(await figure({ measure: 'peakConcurrent' })).toBe(5);
    // 2 licenses 9–11 (2 h), 1 license 10–11 (1 h), 2 licenses 10–12 (2 h). Last in, first out would give 1 h and 3 h.
    expect(await ask({ measure: 'sessionDuration' })).toEqual([[7200, 7200, 7200]]);
  });

  test('by client: a check-in of bob does not end what ana has', async () => {
    const { ask, figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
 9:30:00 (acmed) OUT: "cad" bob@ws2  
10:00:00 (acmed) IN: "cad" bob@ws2  
11:30:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    // ana 2.5 h, bob 0.5 h; the other way round would be 1 h and 2 h.
    expect(await ask({ measure: 'sessionDuration', groupBy: ['user'], orderBy: 'user' })).toEqual([
      ['ana', 9000, 9000, 9000],
      ['bob', 1800, 1800, 1800],
    ]);
    expect(await figure({ measure: 'licenseHours' })).toBe(3);
  });

  test('by pool: the same feature of another daemon is another pool', async () => {
    const { ask } = await given({
      log: `${head(day)} 8:00:00 (lmgrd) Started otherd (pid 4712)
 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (otherd) OUT: "cad" ana@ws1  
11:00:00 (otherd) IN: "cad" ana@ws1  
13:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(await ask({ measure: 'licenseHours', groupBy: ['vendor'] })).toEqual([
      ['acmed', 4],
      ['otherd', 1],
    ]);
    expect((await ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(14400);
  });

  test('by pool: the same feature of another version, where the source gives one, is another pool', async () => {
    const { ask } = await given({
      format: 'csv',
      log: `time,kind,feature,version,user,host
2026-03-02T09:00:00Z,checkout,cad,1.0,ana,ws1
2026-03-02T10:00:00Z,checkout,cad,2.0,ana,ws1
2026-03-02T11:00:00Z,checkin,cad,2.0,ana,ws1
2026-03-02T13:00:00Z,checkin,cad,1.0,ana,ws1
`,
    });
    expect(await ask({ measure: 'licenseHours', groupBy: ['version'] })).toEqual([
      ['1.0', 4],
      ['2.0', 1],
    ]);
  });

  test('by pool: the same feature of another server is another pool', async () => {
    const { ask, ingest } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
12:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    await ingest({
      server: 'lic02',
      log: `${head(day)}10:00:00 (acmed) OUT: "cad" ana@ws1  
11:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(await ask({ measure: 'licenseHours', groupBy: ['server'] })).toEqual([
      ['lic01', 3],
      ['lic02', 1],
    ]);
    expect(await ask({ measure: 'quality' })).toEqual([[2, 0, 0, 0, 0, 0, 0, 0, 0]]);
  });
});

describe('check-ins that do not fit', () => {
  test('a partial check-in splits the session', async () => {
    const { ask, figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (4 licenses) 
10:00:00 (acmed) IN: "cad" ana@ws1  (1 licenses) 
12:00:00 (acmed) IN: "cad" ana@ws1  (3 licenses) 
`,
    });
    // 4 × 1 h + 3 × 2 h
    expect(await figure({ measure: 'licenseHours' })).toBe(10);
    expect((await ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(10800);
    expect(await figure({ measure: 'peakConcurrent' }, '2026-03-02 10:00:01', '2026-03-02 12:00:00')).toBe(3);
  });

  test('of more than is open: what is open is closed, the rest is excess', async () => {
    const { ask, figure, summary } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
10:00:00 (acmed) IN: "cad" ana@ws1  (5 licenses) 
10:30:00 (acmed) OUT: "cad" ana@ws1  
11:30:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    // 2 × 1 h + 1 × 1 h: the excess of 3 is not owed to what follows.
    expect(await figure({ measure: 'licenseHours' })).toBe(3);
    expect(summary.excess).toBe(1);
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 3)).toEqual([0, 1]);
  });

  test('with nothing open: an orphan, counted as a line and otherwise ignored', async () => {
    const { ask, figure, summary } = await given({
      log: `${head(day)} 8:30:00 (acmed) IN: "cad" bob@ws2  
 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
11:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(summary.orphans).toBe(2);
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 3)).toEqual([2, 0]);
    expect(await figure({ measure: 'checkins' })).toBe(3);
    expect(await figure({ measure: 'checkouts' })).toBe(1);
    expect(await figure({ measure: 'licenseHours' })).toBe(1);
    expect(await figure({ measure: 'uniqueClients' })).toBe(1);
    expect(await figure({ measure: 'peakConcurrent' })).toBe(1);
  });
});

describe('where the source ties a check-in to its checkout', () => {
  test('by checkout data', async () => {
    const { ask, figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1 [job-1]  
10:00:00 (acmed) OUT: "cad" ana@ws1 [job-2]  
11:00:00 (acmed) IN: "cad" ana@ws1 [job-2]  
13:00:00 (acmed) IN: "cad" ana@ws1 [job-1]  
`,
    });
    // job-1 4 h, job-2 1 h; first in, first out would be 2 h and 3 h.
    expect((await ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(14400);
    expect(await figure({ measure: 'licenseHours' })).toBe(5);
  });

  test('by handle', async () => {
    const { ask } = await given({
      format: 'csv',
      log: `time,kind,feature,user,host,handle
2026-03-02T09:00:00Z,checkout,cad,ana,ws1,a1
2026-03-02T10:00:00Z,checkout,cad,ana,ws1,b2
2026-03-02T11:00:00Z,checkin,cad,ana,ws1,b2
2026-03-02T13:00:00Z,checkin,cad,ana,ws1,a1
`,
    });
    expect((await ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(14400);
  });

  test('in the verbose log form, by its handle', async () => {
    const { ask } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" @ws1 (1) ^^^ 1.0 ana 10.0.0.1 100 a1 1 5 0 11.16 2 3-2-2026 9:00:00 NO ^^^
10:00:00 (acmed) OUT: "cad" @ws1 (1) ^^^ 1.0 ana 10.0.0.1 101 b2 2 5 0 11.16 2 3-2-2026 10:00:00 NO ^^^
11:00:00 (acmed) IN: "cad" @ws1 (1) ^^^ 1.0 ana 10.0.0.1 101 b2 1 5 0 11.16 2 3-2-2026 11:00:00 NO ^^^
13:00:00 (acmed) IN: "cad" @ws1 (1) ^^^ 1.0 ana 10.0.0.1 100 a1 0 5 0 11.16 2 3-2-2026 13:00:00 NO ^^^
`,
    });
    expect((await ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(14400);
    expect(await ask({ measure: 'uniqueClients', groupBy: ['client'] })).toEqual([['ana@ws1', 1]]);
  });
});

describe('UPGRADE', () => {
  test('up is part of the newest open session, down takes from the oldest', async () => {
    const { ask, figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
10:00:00 (acmed) OUT: "cad" ana@ws1  
10:30:00 (acmed) UPGRADE: "cad" ana@ws1  (3->4 licenses) 
11:00:00 (acmed) UPGRADE: "cad" ana@ws1  (4->2 licenses) 
12:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
`,
    });
    expect(await figure({ measure: 'peakConcurrent' })).toBe(4);
    // 2 × 1 h + 3 × ½ h + 4 × ½ h + 2 × 1 h
    expect(await figure({ measure: 'licenseHours' })).toBe(7.5);
    // Oldest first: 9–11 (2 h) ends at 11, 10–12 (2 h) at 12. Newest first would leave 9–12 (3 h).
    expect((await ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(7200);
    expect(await figure({ measure: 'uniqueClients' })).toBe(1);
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([0, 0, 0, 0]);
    // UPGRADE is an event, but no checkout and no check-in.
    expect(await figure({ measure: 'checkouts' })).toBe(2);
    expect(await figure({ measure: 'checkins' })).toBe(1);
    expect(await figure({ measure: 'events' })).toBe(5);
  });
});

describe('a daemon start', () => {
  test("closes its own daemon's sessions at that daemon's last line; another daemon's live on", async () => {
    const { ask, summary } = await given({
      log: `${head(day)} 8:00:00 (lmgrd) Started otherd (pid 4712)
 9:00:00 (acmed) OUT: "cad" ana@ws1  
 9:10:00 (otherd) OUT: "sim" cam@ws3  
 9:15:00 (acmed) OUT: "cad" bob@ws2  
 9:30:00 (acmed) IN: "cad" bob@ws2  
 9:40:00 (otherd) OUT: "sim" dan@ws4  
10:00:00 (lmgrd) REStarted acmed (pid 4800)
10:30:00 (acmed) IN: "cad" ana@ws1  
11:10:00 (otherd) IN: "sim" cam@ws3  
11:40:00 (otherd) IN: "sim" dan@ws4  
`,
    });
    // cad: ana 9:00–9:30 (closed) + bob ¼ h = ¾ h. sim: 2 h + 2 h.
    expect(await ask({ measure: 'licenseHours', groupBy: ['feature'] })).toEqual([
      ['sim', 4],
      ['cad', 0.75],
    ]);
    expect(summary.closedByRestart).toBe(1);
    // The check-in after it finds nothing open.
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([1, 0, 1, 0]);
  });

  test('at the head of the next file closes what the file before left open, at its daemon’s last line', async () => {
    const first = `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
 9:20:00 (acmed) DENIED: "cad" bob@ws2  (Licensed number of users already reached. (-4,342))
`;
    const second = `${head('3/3/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
`;
    for (const log of [[first, second], [first + second], [second, first]]) {
      const { figure, ask } = await given({ log });
      // 20 minutes on the first day, 1 h on the second.
      expect(await figure({ measure: 'licenseHours' })).toBeCloseTo(1 + 1 / 3, 12);
      expect((await ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([0, 0, 1, 0]);
    }
  });

  test('a reread is none: sessions live on through `Server started on`', async () => {
    const { ask, figure } = await given({
      log: `${head(day)} 8:00:00 (acmed) Server started on lic01 for:	cad
 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) Rereading license file...
10:00:01 (acmed) Server started on lic01 for:	cad
12:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(await figure({ measure: 'licenseHours' })).toBe(3);
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([0, 0, 0, 0]);
  });

  test('`Server started on` starts the daemon where the earlier forms are missing', async () => {
    const { ask, figure } = await given({
      log: ` 8:00:00 (lmgrd) TIMESTAMP ${day}
 8:00:00 (acmed) Server started on lic01 for:	cad
 9:00:00 (acmed) OUT: "cad" ana@ws1  
 9:30:00 (acmed) OUT: "cad" bob@ws2  
11:00:00 (acmed) Server started on lic01 for:	cad
12:00:00 (acmed) OUT: "cad" bob@ws2  
13:00:00 (acmed) IN: "cad" bob@ws2  
`,
    });
    // ana 9–9:30, bob 9:30–9:30, bob 12–13.
    expect(await figure({ measure: 'licenseHours' })).toBe(1.5);
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([0, 0, 2, 0]);
  });

  test('a death ends a reread that is under way, and the next start counts', async () => {
    const { ask, figure } = await given({
      log: ` 8:00:00 (lmgrd) TIMESTAMP ${day}
 8:00:00 (acmed) Server started on lic01 for:	cad
 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) Rereading license file...
10:00:30 (acmed) EXITING DUE TO SIGNAL 15
11:00:00 (acmed) Server started on lic01 for:	cad
12:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    // 9:00:00–10:00:30
    expect(await figure({ measure: 'licenseHours' })).toBeCloseTo(1 + 30 / 3600, 12);
    expect((await ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([1, 0, 1, 0]);
  });
});

describe('open at the end', () => {
  const log = `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  (3 licenses) 
11:00:00 (acmed) (@acmed-SLOG@) === Network Info ===
`;
  test("counts as used up to the source's last dated line", async () => {
    const { figure, summary, ask } = await given({ log });
    expect(summary.stillOpen).toBe(1);
    expect((await ask({ measure: 'quality' }))[0]?.[4]).toBe(1);
    // 3 × 2 h, whether an end is asked for or not
    expect(await figure({ measure: 'licenseHours' })).toBe(6);
    expect(await figure({ measure: 'licenseHours' }, '2026-03-02 08:00:00', '2026-03-03 00:00:00')).toBe(6);
    // No session has ended, so none has a duration.
    expect(await ask({ measure: 'sessionDuration' })).toEqual([]);
  });

  test('and is unknown after it: null or nothing, never 0 and never 3', async () => {
    const { ask, figure } = await given({ log });
    for (const measure of ['peakConcurrent', 'averageConcurrent'])
      expect(await figure({ measure }, '2026-03-02 12:00:00', '2026-03-02 13:00:00')).toBeNull();
    expect(
      await ask(
        { measure: 'averageConcurrent', shape: 'timeSeries', bucket: '1h' },
        '2026-03-02 08:00:00',
        '2026-03-02 13:00:00',
      ),
    ).toEqual([
      ['2026-03-02T08:00:00Z', 0],
      ['2026-03-02T09:00:00Z', 3],
      ['2026-03-02T10:00:00Z', 3],
      ['2026-03-02T11:00:00Z', null],
      ['2026-03-02T12:00:00Z', null],
    ]);
  });

  test('and goes on when the log goes on', async () => {
    const { figure, ingest } = await given({ log });
    await ingest({
      log: `12:00:00 (acmed) TIMESTAMP ${day}
13:00:00 (acmed) IN: "cad" ana@ws1  (1 licenses) 
15:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
`,
    });
    // 3 × 4 h + 2 × 2 h
    expect(await figure({ measure: 'licenseHours' })).toBe(16);
  });
});
