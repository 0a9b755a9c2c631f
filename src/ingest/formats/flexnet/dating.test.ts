import { reading, type Reading } from '../reading.test-helper.ts';
import { flexnet } from './index.ts';

const out = '(vd) OUT: "cad" ana@ws1  ';

function read(lines: readonly string[], timezone = 'UTC'): Reading {
  const found = reading(flexnet, lines.join('\n'), { timezone });
  expect(found.unreadable).toEqual([]);
  return found;
}

/** Times of the checkouts, as local ISO without seconds' fractions. */
function times(found: Reading): string[] {
  return found.events
    .filter((event) => event.kind === 'checkout')
    .map((event) => new Date(event.time).toISOString().replace('.000Z', ''));
}

describe('anchors', () => {
  test.each([
    '12:00:00 (lmgrd) TIMESTAMP 3/27/2026',
    '12:00:00 (lmgrd) FlexNet Licensing (v11.16.2 build 242801 x64_n6) started on SERVER01 (IBM PC) (3/27/2026)',
    '12:00:00 (lmgrd) FLEXnet Licensing (v10.8 build 18869) started on srv (linux) (3/27/2026)',
    "12:00:00 (lmgrd) Server's System Date and Time: Fri Mar 27 2026 12:00:00 Romance Daylight Time",
    '12:00:00 (vd) (@vd-SLOG@) Time: Fri Mar 27 2026 12:00:00 EDT',
    '12:00:00 (vd) (@vd-SLOG@) Start-Date: Fri Mar 27 2026 11:59:58 Hora de verano romance',
  ])('%s', (anchor) => {
    expect(times(read([anchor, `12:30:00 ${out}`]))).toEqual(['2026-03-27T12:30:00']);
  });

  test.each([
    '12:00:00 (vd) (@vd-SLOG@) 3 ms at 21:17:40(1/8/2017),#1,(user1,host1,12)',
    '12:00:00 (vd) (@vd-SLOG@) Peak active connections #15 attempted at Fri Apr 15 2016 11:32:07 EDT',
    '12:00:00 (vd) TIMESTAMP 13/45/2026',
  ])('dates of the past are none: %s', (line) => {
    const found = read([line, `12:30:00 ${out}`]);
    expect(found.events).toEqual([]);
    expect(found.undated).toMatchObject([
      { line: 2, text: `12:30:00 ${out}`, reason: expect.stringMatching(/no date/) as string },
    ]);
  });

  test('a SLOG time taken just before midnight and written just after it names the day before', () => {
    const found = read(['0:00:00 (vd) (@vd-SLOG@) Time: Fri Mar 27 2026 23:59:59 EDT', `0:10:00 ${out}`]);
    expect(times(found)).toEqual(['2026-03-28T00:10:00']);
  });

  test('lines before the first anchor are dated backwards, over midnights', () => {
    const found = read([`22:00:00 ${out}`, `1:00:00 ${out}`, '3:00:00 (lmgrd) TIMESTAMP 3/1/2024', `4:00:00 ${out}`]);
    expect(times(found)).toEqual(['2024-02-29T22:00:00', '2024-03-01T01:00:00', '2024-03-01T04:00:00']);
  });

  test('a log without any date keeps its events as undated, and ignores the rest', () => {
    const found = read([`22:00:00 ${out}`, '22:00:01 (lmgrd) Started vd (pid 7)', '22:00:02 (vd) hello']);
    expect(found.undated.map(({ line }) => line)).toEqual([1, 2]);
    expect(found.ignored).toBe(1);
  });
});

describe('roll-over', () => {
  const anchor = '18:00:00 (lmgrd) TIMESTAMP 12/31/2025';

  test('the clock falls back by more than 6 hours: the next day', () => {
    expect(times(read([anchor, `23:59:59 ${out}`, `0:00:00 ${out}`]))).toEqual([
      '2025-12-31T23:59:59',
      '2026-01-01T00:00:00',
    ]);
  });

  test('a daemon that still writes before midnight belongs to the day before, and lags behind', () => {
    const found = read([anchor, `0:00:01 ${out}`, `23:59:59 ${out}`, `0:00:02 ${out}`]);
    expect(times(found)).toEqual(['2026-01-01T00:00:01', '2025-12-31T23:59:59', '2026-01-01T00:00:02']);
    expect(found.events.slice(0, 3).map((event) => event.lag)).toEqual([0, 2000, 0]);
    expect(found.parts).toEqual([]);
  });

  test('small steps back keep the day and say how far the line lags', () => {
    const found = read([anchor, `20:00:00 ${out}`, `19:59:57 ${out}`, `14:30:00 ${out}`, `20:00:01 ${out}`]);
    expect(times(found).map((time) => time.slice(0, 10))).toEqual(Array(4).fill('2025-12-31'));
    expect(found.events.slice(0, 4).map((event) => event.lag)).toEqual([0, 3000, 19_800_000, 0]);
  });

  test('an anchor that knows more days than the clock shows wins from there on; roll-over dates what stands before it', () => {
    const found = read([
      anchor,
      `19:00:00 ${out}`,
      `9:00:00 ${out}`,
      `9:05:00 ${out}`,
      '9:10:00 (vd) TIMESTAMP 1/5/2026',
      `9:20:00 ${out}`,
    ]);
    expect(times(found)).toEqual([
      '2025-12-31T19:00:00',
      '2026-01-01T09:00:00',
      '2026-01-01T09:05:00',
      '2026-01-05T09:20:00',
    ]);
    expect(found.parts).toEqual([]);
  });

  test('a date read a moment before midnight does not throw the days about', () => {
    const found = read([anchor, `23:59:00 ${out}`, '0:00:00 (vd) TIMESTAMP 12/31/2025', `1:00:00 ${out}`]);
    expect(times(found)).toEqual(['2025-12-31T23:59:00', '2026-01-01T01:00:00']);
    expect(found.parts).toEqual([]);
  });
});

test('an anchor after a silence of more than 18 h names its own day, no straggler of the day before', () => {
  const found = read([
    '18:00:00 (lmgrd) TIMESTAMP 12/31/2025',
    `23:58:00 ${out}`,
    `0:03:00 ${out}`,
    '20:00:00 (vd) TIMESTAMP 1/1/2026',
    `20:10:00 ${out}`,
  ]);
  expect(times(found)).toEqual(['2025-12-31T23:58:00', '2026-01-01T00:03:00', '2026-01-01T20:10:00']);
  expect(found.notices).toEqual([]);
});

describe('logs concatenated out of order', () => {
  const header = [
    '8:00:00 (lmgrd) -----------------------------------------------',
    '8:00:00 (lmgrd)   Please Note:',
    '8:00:00 (lmgrd) -----------------------------------------------',
    '8:00:00 (lmgrd) FlexNet Licensing (v11.16.2 build 242801 x64_n6) started on lic01 (linux) (1/10/2026)',
  ];

  test('each part is dated by its own anchors, begins at its header, and is reported', () => {
    const found = read([
      '8:00:00 (lmgrd) TIMESTAMP 2/1/2026',
      `8:10:00 ${out}`,
      `9:40:00 ${out}`,
      ...header,
      `8:30:00 ${out}`,
      '14:00:00 (lmgrd) TIMESTAMP 1/10/2026',
      `14:30:00 ${out}`,
    ]);
    expect(times(found)).toEqual([
      '2026-02-01T08:10:00',
      '2026-02-01T09:40:00',
      '2026-01-10T08:30:00',
      '2026-01-10T14:30:00',
    ]);
    expect(found.events.map((event) => [event.kind, event.part])).toEqual([
      ['checkout', 0],
      ['checkout', 0],
      ['seen', 0],
      ['checkout', 1],
      ['checkout', 1],
      ['seen', 1],
    ]);
    expect(found.events.every((event) => event.lag === 0)).toBe(true);
    expect(found.parts).toEqual([expect.stringMatching(/^line 4: dates jump back to 2026-01-10/)]);
    expect(found.notices).toEqual(found.parts);
  });

  test('slices without headers are parted at the longest silence', () => {
    const found = read([
      '8:00:00 (lmgrd) TIMESTAMP 2/2/2026',
      `8:10:00 ${out}`,
      `20:00:00 ${out}`,
      `20:01:00 ${out}`,
      '20:02:00 (lmgrd) TIMESTAMP 2/1/2026',
    ]);
    expect(times(found)).toEqual(['2026-02-02T08:10:00', '2026-02-01T20:00:00', '2026-02-01T20:01:00']);
    expect(found.parts).toHaveLength(1);
  });
});

describe('daylight saving', () => {
  test('clocks set back: an hour that comes twice is told apart by the order of the lines', () => {
    const found = read(
      [
        '0:30:00 (lmgrd) TIMESTAMP 11/1/2026',
        ...['1:10:00', '1:50:00', '1:49:58', '1:05:00', '1:20:00', '1:59:59', '2:00:00'].map((t) => `${t} ${out}`),
      ],
      'America/New_York',
    );
    expect(times(found).map((time) => time.slice(11))).toEqual([
      '05:10:00',
      '05:50:00',
      '05:49:58',
      '06:05:00',
      '06:20:00',
      '06:59:59',
      '07:00:00',
    ]);
    expect(found.events.map((event) => event.lag).slice(0, 7)).toEqual([0, 0, 2000, 0, 0, 0, 0]);
  });

  test('clocks set forward: the hour is missing, and a log that has it does not run backwards', () => {
    const found = read(
      [
        '1:30:00 (lmgrd) TIMESTAMP 3/29/2026',
        ...['1:59:59', '2:30:00', '2:59:59', '3:00:00', '12:00:00'].map((t) => `${t} ${out}`),
      ],
      'Europe/Madrid',
    );
    expect(times(found).map((time) => time.slice(11))).toEqual([
      '00:59:59',
      '01:00:00',
      '01:00:00',
      '01:00:00',
      '10:00:00',
    ]);
  });

  test('the anchors 7 hours apart when clocks are set back mean nothing special', () => {
    const found = read(
      [
        '22:00:00 (lmgrd) TIMESTAMP 10/24/2026',
        `0:30:00 ${out}`,
        '3:00:00 (lmgrd) TIMESTAMP 10/25/2026',
        `4:00:00 ${out}`,
      ],
      'Europe/Madrid',
    );
    expect(times(found)).toEqual(['2026-10-24T22:30:00', '2026-10-25T03:00:00']);
    expect(found.notices).toEqual([]);
  });

  test('time zones that change at midnight', () => {
    const found = read(
      ['22:00:00 (lmgrd) TIMESTAMP 4/23/2026', `23:59:00 ${out}`, `1:00:00 ${out}`, `2:00:00 ${out}`],
      'Africa/Cairo', // 24 April 2026, 0:00 → 1:00
    );
    expect(times(found)).toEqual(['2026-04-23T21:59:00', '2026-04-23T22:00:00', '2026-04-23T23:00:00']);
  });
});

describe("lmgrd's -datestamp lines", () => {
  test('date themselves, whatever the time zone, and the lines after them', () => {
    const found = read(
      [
        `2026-09-05T23:59:58-04:00 ${out}`,
        `2026-09-06T04:00:00Z ${out}`,
        `2026-09-06T06:00:01+0200 ${out}`,
        `06:00:02 ${out}`,
      ],
      'Europe/Berlin',
    );
    expect(times(found)).toEqual([
      '2026-09-06T03:59:58',
      '2026-09-06T04:00:00',
      '2026-09-06T04:00:01',
      '2026-09-06T04:00:02',
    ]);
  });

  test('jumping back begins a new part', () => {
    const found = read([`2026-09-05T12:00:00Z ${out}`, `2026-09-01T12:00:00Z ${out}`, `2026-09-03T12:00:00Z ${out}`]);
    expect(times(found)).toEqual(['2026-09-05T12:00:00', '2026-09-01T12:00:00', '2026-09-03T12:00:00']);
    expect(found.parts).toHaveLength(1);
  });
});
