import fc from 'fast-check';
import { readingLines, type Reading } from '../reading.test-helper.ts';
import { flexnet } from './index.ts';

const pieces = fc.oneof(
  fc.constantFrom(
    '8:00:00',
    '23:59:59',
    ' 0:00:01',
    '99:99:99',
    '2026-09-05T12:00:00Z',
    ' (vd) ',
    ' (lmgrd) ',
    '(',
    ')',
    '[',
    ']',
    '@',
    '"',
    '  ',
    '\t',
    '^^^',
    '\ufeff',
    'OUT: ',
    'IN: ',
    'DENIED: ',
    'UNSUPPORTED: ',
    'QUEUED: ',
    'DEQUEUED: ',
    'UPGRADE: ',
    'TIMESTAMP 3/27/2026',
    'TIMESTAMP 3/1/2026',
    '"cad" ana@ws1',
    '(3 licenses)',
    '(5->6 licenses)',
    '(-4,342)',
    'Started vd (pid 1)',
    'Server started on x for:',
    'EXITING DUE TO SIGNAL 1',
    'Rereading',
    '(@vd-SLOG@) Time: ',
    'Fri Mar 27 2026 12:00:00',
    ' started on ',
    '----------------',
    ' exited with status ',
    '\r',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const anyLine = fc.oneof(
  fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join('').replaceAll('\n', ' ')),
  fc
    .tuple(
      fc.integer({ min: 0, max: 86_399 }),
      fc.constantFrom('vd', 'lmgrd', 'vd_2'),
      fc.array(pieces, { maxLength: 6 }),
    )
    .map(([t, daemon, parts]) => {
      const two = (n: number): string => String(n).padStart(2, '0');
      const clock = `${Math.floor(t / 3600)}:${two(Math.floor(t / 60) % 60)}:${two(t % 60)}`;
      return `${clock} (${daemon}) ${parts.join('').replaceAll('\n', ' ')}`;
    }),
);

function accounted(found: Reading): number {
  return (
    found.events.filter((event) => event.kind !== 'seen').length +
    found.ignored +
    found.unreadable.length +
    found.undated.length
  );
}

test('whatever the lines hold: nothing is thrown, and every line is accounted for once', () => {
  fc.assert(
    fc.property(
      fc.array(anyLine, { maxLength: 40 }),
      fc.constantFrom('UTC', 'America/New_York', 'Europe/Madrid'),
      (lines, timezone) => {
        const found = readingLines(flexnet, lines, { timezone });
        expect(accounted(found)).toBe(lines.length);
      },
    ),
    { numRuns: 300 },
  );
});

test('a very long line, whatever it repeats, is read in a moment', () => {
  const heads = ['OUT: "cad" ', 'DENIED: "cad" ', 'OUT: "cad" @ws1 ^^^', 'x started on ', ''];
  const repeated = [
    ' (',
    '(-4,',
    ' [',
    ']',
    '@',
    ' ',
    '  ',
    '^^^',
    'a',
    ' (1',
    ') ',
    '\t',
    ' exited with status ',
    '"',
    '-',
  ];
  const started = performance.now();
  let lines = 0;
  for (const head of heads) {
    for (const piece of repeated) {
      for (const end of ['', ')']) {
        const text = `8:00:00 (vd) ${head}${piece.repeat(20_000 / piece.length)}${end}`;
        expect(accounted(readingLines(flexnet, ['8:00:00 (lmgrd) TIMESTAMP 3/27/2026', text]))).toBe(2);
        lines++;
      }
    }
  }
  expect((performance.now() - started) / lines).toBeLessThan(200);
});

test('a file of ever new daemons does not fill the memory, and loses no line', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `8:00:00 (d${i}) OUT: "cad" ana@ws1`);
  const found = readingLines(flexnet, ['8:00:00 (lmgrd) TIMESTAMP 3/27/2026', ...lines]);
  expect(accounted(found)).toBe(5001);
  expect(found.unreadable[0]?.reason).toMatch(/more than 1000 different daemons/);
});

test('within a part the ordering time never goes back, and lag is never negative', () => {
  fc.assert(
    fc.property(
      fc.array(anyLine, { maxLength: 60 }),
      fc.constantFrom('UTC', 'America/New_York', 'Africa/Cairo'),
      (lines, timezone) => {
        let order = -Infinity;
        let part = 0;
        for (const event of readingLines(flexnet, ['8:00:00 (lmgrd) TIMESTAMP 3/27/2026', ...lines], { timezone })
          .events) {
          expect(event.lag).toBeGreaterThanOrEqual(0);
          expect(Number.isInteger(event.time)).toBe(true);
          if (event.part !== part) order = -Infinity;
          part = event.part;
          expect(event.time + event.lag).toBeGreaterThanOrEqual(order);
          order = event.time + event.lag;
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** A server's life in UTC, written as a FlexNet log in local time with an anchor every six hours. */
const serverLife = fc.record({
  timezone: fc.constantFrom('UTC', 'America/New_York', 'Europe/Madrid', 'Asia/Kolkata', 'Australia/Lord_Howe'),
  start: fc.oneof(
    fc.integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2026, 11, 31) / 1000 }),
    // The hours before clocks change, somewhere in these zones.
    fc
      .tuple(
        fc.constantFrom(
          '2025-11-02T06:00Z',
          '2026-03-08T07:00Z',
          '2025-10-26T01:00Z',
          '2026-03-29T01:00Z',
          '2026-04-04T15:00Z',
        ),
        fc.integer({ min: 3600, max: 30_000 }),
      )
      .map(([change, before]) => Date.parse(change) / 1000 - before),
  ),
  gaps: fc.array(fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 18_000 })), {
    minLength: 1,
    maxLength: 200,
  }),
});

test('times come back as they were, over midnights and changes of the clocks', () => {
  fc.assert(
    fc.property(serverLife, ({ timezone, start, gaps }) => {
      const local = localClock(timezone);
      // A log that begins in the second of two equal hours cannot be told from one that begins in the first.
      fc.pre(local(start * 1000).offset === local((start - 7200) * 1000).offset);
      const lines: string[] = [];
      const expected: number[] = [];
      let now = start * 1000;
      let anchor = now;
      const stamp = (): void => {
        const { clock, date } = local(anchor);
        lines.push(`${clock} (lmgrd) TIMESTAMP ${date}`);
        anchor += 6 * 3_600_000;
      };
      stamp();
      for (const gap of gaps) {
        // Where an hour comes twice, a long silence cannot be told from a short one: then the log must be lively.
        const lively = [-3, -2, -1, 1, 2, 3].some((h) => local(now + h * 3_600_000).offset !== local(now).offset);
        now += (lively ? Math.min(gap, 1200) : Math.min(gap, 3600)) * 1000;
        while (anchor <= now) stamp();
        lines.push(`${local(now).clock} (vd) OUT: "cad" ana@ws1`);
        expected.push(now);
      }
      const found = readingLines(flexnet, lines, { timezone });
      const times = found.events.filter((event) => event.kind === 'checkout').map((event) => event.time);
      expect(times).toEqual(expected);
      expect(found.parts).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** Local clock, date and offset by Intl, which shares nothing with the reader. */
function localClock(timezone: string): (at: number) => { clock: string; date: string; offset: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
    const two = (n: number): string => String(n).padStart(2, '0');
    return {
      clock: `${hour}:${two(minute)}:${two(second)}`,
      date: `${month}/${day}/${year}`,
      offset: Date.UTC(year, month - 1, day, hour, minute, second) - at,
    };
  };
}
