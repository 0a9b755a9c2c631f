import { head, useStore, type Answers } from './given.ts';

/**
 * docs/definitions.md#anchors, #midnight, #local-time, #order and #line-identity: when a line was written, and whether it is
 * new.
 */
const given = useStore();
const day = '3/2/2026';

/** When each event happened, in time order: "ISO time kind user". */
const listing = async ({ ask }: Answers): Promise<string[]> =>
  (await ask({ measure: 'allEvents', orderBy: 'time asc' })).map((row) => `${row[0]} ${row[1]} ${row[9]}`);

describe('midnight', () => {
  test('the day advances when the clock falls back by more than 6 h; a daemon may still be before it', async () => {
    const answers = await given({
      log: `23:00:00 (lmgrd) TIMESTAMP ${day}
23:59:50 (acmed) OUT: "cad" ana@ws1  
 0:00:01 (acmed) OUT: "cad" bob@ws2  
23:59:59 (otherd) OUT: "sim" cam@ws3  
 0:00:02 (otherd) OUT: "sim" dan@ws4  
 0:59:50 (acmed) IN: "cad" ana@ws1  
`,
    });
    // cam's checkout (a step forward of 23:59:58) is of 2 March; dan's is after the same midnight, not a second one.
    expect(await listing(answers)).toEqual([
      '2026-03-02T23:59:50Z checkout ana',
      '2026-03-02T23:59:59Z checkout cam',
      '2026-03-03T00:00:01Z checkout bob',
      '2026-03-03T00:00:02Z checkout dan',
      '2026-03-03T00:59:50Z checkin ana',
    ]);
    expect(await answers.figure({ measure: 'licenseHours' }, '2026-03-02 23:59:50', '2026-03-03 00:00:00')).toBeCloseTo(
      // ana 10 s, cam 1 s
      11 / 3600,
      12,
    );
  });

  test('a quiet stretch of less than 18 h after midnight stays on its day', async () => {
    const answers = await given({
      log: `23:00:00 (lmgrd) TIMESTAMP ${day}
 1:00:00 (acmed) OUT: "cad" ana@ws1  
18:59:00 (acmed) IN: "cad" ana@ws1  
 2:00:00 (acmed) OUT: "cad" bob@ws2  
`,
    });
    expect(await listing(answers)).toEqual([
      '2026-03-03T01:00:00Z checkout ana',
      '2026-03-03T18:59:00Z checkin ana',
      '2026-03-04T02:00:00Z checkout bob',
    ]);
    expect((await answers.ask({ measure: 'sessionDuration' }))[0]?.[2]).toBe(17 * 3600 + 59 * 60);
  });

  test('a step back of up to 6 h is none; time stays as logged and no session has negative length', async () => {
    const answers = await given({
      log: `${head(day)}10:00:05 (acmed) OUT: "cad" ana@ws1  
10:00:02 (acmed) IN: "cad" ana@ws1  
10:00:03 (acmed) OUT: "cad" bob@ws2  
12:00:00 (acmed) IN: "cad" bob@ws2  
`,
    });
    expect(await listing(answers)).toEqual([
      '2026-03-02T10:00:02Z checkin ana',
      '2026-03-02T10:00:03Z checkout bob',
      '2026-03-02T10:00:05Z checkout ana',
      '2026-03-02T12:00:00Z checkin bob',
    ]);
    expect(answers.summary.orphans).toBe(0);
    expect(await answers.ask({ measure: 'sessionDuration', groupBy: ['user'], orderBy: 'user' })).toEqual([
      ['ana', 0, 0, 0],
      ['bob', 7197, 7197, 7197],
    ]);
    expect(await answers.figure({ measure: 'licenseHours' })).toBeCloseTo(7197 / 3600, 12);
    // In (time, file order): bob's at 10:00:03, ana's at 10:00:05 for no time at all.
    expect(await answers.figure({ measure: 'peakConcurrent' })).toBe(2);
    expect(await answers.figure({ measure: 'uniqueClients' }, '2026-03-02 10:00:00', '2026-03-02 10:00:03')).toBe(0);
  });

  test('exactly 6 h back is no midnight', async () => {
    const answers = await given({
      log: `${head(day)}10:00:00 (acmed) OUT: "cad" ana@ws1  
 4:00:00 (acmed) OUT: "cad" bob@ws2  
`,
    });
    expect(await listing(answers)).toContain('2026-03-02T04:00:00Z checkout bob');
  });

  test('a second more than 6 h back is midnight', async () => {
    const answers = await given({
      log: `${head(day)}10:00:00 (acmed) OUT: "cad" ana@ws1  
 3:59:59 (acmed) OUT: "cad" bob@ws2  
`,
    });
    expect(await listing(answers)).toEqual(['2026-03-02T10:00:00Z checkout ana', '2026-03-03T03:59:59Z checkout bob']);
  });
});

describe('anchors', () => {
  test('lines before the first one are dated backwards', async () => {
    const answers = await given({
      log: `22:00:00 (acmed) OUT: "cad" ana@ws1  
 0:30:00 (acmed) IN: "cad" ana@ws1  
 1:00:00 (lmgrd) TIMESTAMP 3/3/2026
`,
    });
    expect(await listing(answers)).toEqual(['2026-03-02T22:00:00Z checkout ana', '2026-03-03T00:30:00Z checkin ana']);
    expect(answers.summary.undated).toBe(0);
  });

  test('a file without one has no dates: its lines are undated and counted', async () => {
    const { summary, figure } = await given({
      log: `22:00:00 (acmed) OUT: "cad" ana@ws1  
22:30:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(summary.undated).toBe(2);
    expect((await figure({ measure: 'events' })) ?? 0).toBe(0);
  });

  test.each([
    ['TIMESTAMP', ` 8:00:00 (lmgrd) TIMESTAMP 7/27/2018`],
    [
      'the start line',
      ` 8:00:00 (lmgrd) FlexNet Licensing (v11.16.2.0 build 242809 x64_n6) started on lic01 (linux) (7/27/2018)`,
    ],
    ['SLOG Time', ` 8:00:00 (acmed) (@acmed-SLOG@) Time: Fri Jul 27 2018 08:00:00 UTC`],
    ['SLOG Start-Date', ` 8:00:00 (acmed) (@acmed-SLOG@) Start-Date: Fri Jul 27 2018 08:00:00 UTC`],
  ])('%s is one', async (_, line) => {
    const answers = await given({ log: `${line}\n 9:00:00 (acmed) OUT: "cad" ana@ws1  \n` });
    expect(await listing(answers)).toEqual(['2018-07-27T09:00:00Z checkout ana']);
  });

  test('`System Date and Time` is one', async () => {
    const answers = await given({
      log: ` 8:00:00 (acmed) === Host Info ===
 8:00:00 (acmed) System Date and Time: Fri Jul 27 2018 08:00:00 UTC
 9:00:00 (acmed) OUT: "cad" ana@ws1  
`,
    });
    expect(await listing(answers)).toEqual(['2018-07-27T09:00:00Z checkout ana']);
  });

  test('dates that SLOG lines tell of the past are none', async () => {
    const answers = await given({
      log: ` 8:00:00 (lmgrd) TIMESTAMP ${day}
 8:30:00 (acmed) (@acmed-SLOG@) Processing time of the last request: 12 ms at 21:17:40(1/8/2017)
 8:31:00 (acmed) (@acmed-SLOG@) Checkout of cad attempted at 21:17:40(1/9/2017)
 9:00:00 (acmed) OUT: "cad" ana@ws1  
`,
    });
    expect(await listing(answers)).toEqual(['2026-03-02T09:00:00Z checkout ana']);
  });

  test('a quiet night of more than 18 h: an anchor that names the day of the clock confirms it', async () => {
    const answers = await given({
      log: `${head('3/31/2026')}23:58:00 (acmed) OUT: "cad" ana@ws1  
 0:03:00 (acmed) IN: "cad" ana@ws1  
20:00:00 (acmed) TIMESTAMP 4/1/2026
21:00:00 (acmed) OUT: "cad" bob@ws2  
`,
    });
    expect(await listing(answers)).toEqual([
      '2026-03-31T23:58:00Z checkout ana',
      '2026-04-01T00:03:00Z checkin ana',
      '2026-04-01T21:00:00Z checkout bob',
    ]);
  });

  test('a later one moves the date on over silent days, not the lines before it', async () => {
    const answers = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
 9:30:00 (lmgrd) TIMESTAMP 3/5/2026
10:00:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(await listing(answers)).toEqual(['2026-03-02T09:00:00Z checkout ana', '2026-03-05T10:00:00Z checkin ana']);
  });
});

describe("daylight saving in the source's time zone", () => {
  test('in spring an hour is missing: from 1:30 to 3:30 is 1 h', async () => {
    const answers = await given({
      timezone: 'Europe/Berlin',
      log: `${head('3/29/2026', ' 0:30:00')} 1:30:00 (acmed) OUT: "cad" ana@ws1  
 3:30:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    expect(await listing(answers)).toEqual(['2026-03-29T00:30:00Z checkout ana', '2026-03-29T01:30:00Z checkin ana']);
    expect(await answers.figure({ measure: 'licenseHours' })).toBe(1);
  });

  test('in autumn an hour comes twice: from 1:30 to 3:30 is 3 h, and file order tells the two apart', async () => {
    const answers = await given({
      timezone: 'Europe/Berlin',
      log: `${head('10/25/2026', ' 0:30:00')} 1:30:00 (acmed) OUT: "cad" ana@ws1  
 2:50:00 (acmed) OUT: "cad" bob@ws2  
 2:10:00 (acmed) IN: "cad" bob@ws2  
 3:30:00 (acmed) IN: "cad" ana@ws1  
`,
    });
    // 2:50 summer time is 00:50 UTC, 2:10 winter time 01:10 UTC: bob 20 minutes, ana 3 h.
    expect(await listing(answers)).toEqual([
      '2026-10-24T23:30:00Z checkout ana',
      '2026-10-25T00:50:00Z checkout bob',
      '2026-10-25T01:10:00Z checkin bob',
      '2026-10-25T02:30:00Z checkin ana',
    ]);
    expect(await answers.ask({ measure: 'sessionDuration', groupBy: ['user'], orderBy: 'user' })).toEqual([
      ['ana', 10800, 10800, 10800],
      ['bob', 1200, 1200, 1200],
    ]);
  });

  test('buckets of days follow the asked time zone: 23 h in spring', async () => {
    const { ask } = await given({
      timezone: 'Europe/Berlin',
      log: `${head('3/28/2026', ' 0:00:00')} 0:00:00 (acmed) OUT: "cad" ana@ws1  
12:00:00 (acmed) TIMESTAMP 3/28/2026
 0:00:00 (acmed) TIMESTAMP 3/31/2026
`,
    });
    expect(
      await ask(
        { measure: 'licenseHours', shape: 'timeSeries', bucket: '1d', timezone: 'Europe/Berlin' },
        '2026-03-28T00:00:00+01:00',
        '2026-03-31T00:00:00+02:00',
      ),
    ).toEqual([
      ['2026-03-27T23:00:00Z', 24],
      ['2026-03-28T23:00:00Z', 23],
      ['2026-03-29T22:00:00Z', 24],
    ]);
  });
});

describe('parts', () => {
  const monday = `20:00:00 (acmed) TIMESTAMP 3/2/2026
21:00:00 (acmed) OUT: "cad" ana@ws1  
22:00:00 (acmed) DENIED: "cad" bob@ws2  (Licensed number of users already reached. (-4,342))
`;
  const tuesday = ` 0:00:00 (acmed) TIMESTAMP 3/3/2026
 1:00:00 (acmed) IN: "cad" ana@ws1  
 2:00:00 (acmed) OUT: "cad" bob@ws2  
 4:00:00 (acmed) IN: "cad" bob@ws2  
`;
  // ana 21–1 (4 h), bob 2–4 (2 h)
  test.each([
    ['one after the other in one file', [monday + tuesday]],
    ['out of order in one file', [tuesday + monday]],
    ['out of order as two files', [tuesday, monday]],
    ['the first again in between', [monday + tuesday + monday]],
  ])('%s: each is dated by its own anchors, sessions match by time', async (_, log) => {
    const answers = await given({ log });
    expect(await listing(answers)).toEqual([
      '2026-03-02T21:00:00Z checkout ana',
      '2026-03-02T22:00:00Z denial bob',
      '2026-03-03T01:00:00Z checkin ana',
      '2026-03-03T02:00:00Z checkout bob',
      '2026-03-03T04:00:00Z checkin bob',
    ]);
    expect(await answers.figure({ measure: 'licenseHours' })).toBe(6);
    expect((await answers.ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([0, 0, 0, 0]);
  });

  test('out of order in one file is reported', async () => {
    const { summary } = await given({ log: tuesday + monday });
    expect(summary.notices.map((notice) => notice.text).join(' ')).not.toBe('');
  });

  test('a part that comes later, in a run of its own', async () => {
    const answers = await given({ log: tuesday });
    expect(answers.summary.orphans).toBe(1);
    await answers.ingest({ log: monday });
    expect(await answers.figure({ measure: 'licenseHours' })).toBe(6);
    expect((await answers.ask({ measure: 'quality' }))[0]?.slice(1, 5)).toEqual([0, 0, 0, 0]);
  });
});

describe('the same lines count once', () => {
  const denied = ' 9:30:00 (acmed) DENIED: "cad" cam@ws3  (Licensed number of users already reached. (-4,342))\n';
  const before = `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  \n`;
  const after = `10:00:00 (acmed) IN: "cad" ana@ws1  
11:00:00 (acmed) OUT: "cad" bob@ws2  
12:00:00 (acmed) IN: "cad" bob@ws2  
`;
  const log = before + denied + denied + after;
  const figures = async ({ figure }: Answers) => [
    await figure({ measure: 'events' }),
    await figure({ measure: 'licenseHours' }),
    await figure({ measure: 'denials', denials: { count: 'lines' } }),
  ];

  test('two equal lines of one second in one file are two', async () => {
    expect(await figures(await given({ log }))).toEqual([6, 2, 2]);
  });

  test('the same file again, and twice in one run', async () => {
    const answers = await given({ log: [log, log] });
    // Six lines of activity and the start.
    expect(answers.summary.duplicates).toBe(7);
    await answers.ingest({ log });
    expect(await figures(answers)).toEqual([6, 2, 2]);
  });

  test('overlapping slices, and a longer copy of a file that was still growing', async () => {
    const answers = await given({ log: before + denied + denied });
    await answers.ingest({ log: ` 9:30:00 (acmed) TIMESTAMP ${day}\n${denied}${denied}${after}` });
    expect(await figures(answers)).toEqual([6, 2, 2]);
    await answers.ingest({ log });
    expect(await figures(answers)).toEqual([6, 2, 2]);
  });

  test('another copy adds only what exceeds the highest number seen', async () => {
    const answers = await given({ log });
    await answers.ingest({ log: before + denied + denied + denied + after });
    expect(await figures(answers)).toEqual([7, 2, 3]);
    await answers.ingest({ log: before + denied + after });
    expect(await figures(answers)).toEqual([7, 2, 3]);
  });

  test('the same line of another server is another event', async () => {
    const answers = await given({ log });
    await answers.ingest({ log, server: 'lic02' });
    expect(await figures(answers)).toEqual([12, 4, 4]);
  });

  test('the same message of another daemon is another event', async () => {
    const answers = await given({ log: before + denied + denied.replace('(acmed)', '(otherd)') });
    expect(await answers.figure({ measure: 'denials', denials: { count: 'lines' } })).toBe(2);
  });
});

test('a last line without a newline counts', async () => {
  const { figure } = await given({
    log: `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  \n11:00:00 (acmed) IN: "cad" ana@ws1`,
  });
  expect(await figure({ measure: 'checkins' })).toBe(1);
  expect(await figure({ measure: 'licenseHours' })).toBe(2);
});
