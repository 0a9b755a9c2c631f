import fc from 'fast-check';
import { DateTime } from 'luxon';
import { bucketEnd, bucketStarts, chooseBucket, mostPoints } from './buckets.ts';
import { QuestionError } from './errors.ts';
import { bucketSizes } from './schema.ts';

const utc = (text: string): number => DateTime.fromISO(text, { zone: 'utc' }).toMillis();
const iso = (ms: number, zone: string): string => DateTime.fromMillis(ms, { zone }).toISO() ?? '';
const day = 86_400_000;

/** Zones with quarter-hour offsets, half-hour and midnight changes, a skipped day, and those without any. */
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/St_Johns',
] as const;

/** Up to 200 buckets from any moment on. */
const anyBuckets = fc
  .record({
    size: fc.constantFrom(...bucketSizes),
    zone: fc.constantFrom(...zones),
    from: fc.integer({ min: utc('2005-01-01'), max: utc('2030-01-01') }),
    share: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  })
  .map(({ size, zone, from, share }) => {
    const most = { '5m': 1, '15m': 2, '1h': 8, '1d': 200, '1w': 1400, '1mo': 6000 }[size] * day;
    return { size, zone, range: { from, to: from + Math.ceil(share * most) } };
  });

describe('buckets', () => {
  test('cover any range in any zone without gap or overlap', () => {
    fc.assert(
      fc.property(anyBuckets, ({ range, size, zone }) => {
        const starts = bucketStarts(range, size, zone);
        expect(starts[0]).toBeLessThanOrEqual(range.from);
        expect(starts[1] ?? Infinity).toBeGreaterThan(range.from);
        expect(starts.at(-1)).toBeLessThan(range.to);
        starts.forEach((start, i) => {
          const end = bucketEnd(start, size, zone);
          if (end <= start) throw new Error(`The bucket at ${iso(start, zone)} has no length.`);
          if (i + 1 < starts.length && end !== starts[i + 1]) throw new Error(`Gap or overlap at ${iso(end, zone)}.`);
          if (i + 1 === starts.length) expect(end).toBeGreaterThanOrEqual(range.to);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('do not depend on where the range begins', () => {
    fc.assert(
      fc.property(anyBuckets, fc.nat(), ({ range, size, zone }, n) => {
        const whole = bucketStarts(range, size, zone);
        const later = { from: range.from + (n % (range.to - range.from)), to: range.to };
        expect(whole).toEqual(expect.arrayContaining([bucketStarts(later, size, zone)[0]]));
        expect(bucketStarts(later, size, zone)).toEqual(whole.slice(-bucketStarts(later, size, zone).length));
      }),
      { numRuns: 100 },
    );
  });

  test('start on the clocks of the asked zone', () => {
    const rule = {
      '5m': (at: DateTime) => at.minute % 5 === 0,
      '15m': (at: DateTime) => at.minute % 15 === 0,
      '1h': (at: DateTime) => at.minute === 0,
      '1d': (at: DateTime) => at.toMillis() === at.startOf('day').toMillis() || at.hour === 0,
      '1w': (at: DateTime) => at.weekday === 1,
      '1mo': (at: DateTime) => at.day === 1,
    } as const;
    fc.assert(
      fc.property(anyBuckets, ({ range, size, zone }) => {
        for (const start of bucketStarts(range, size, zone)) {
          const at = DateTime.fromMillis(start, { zone });
          if (at.second + at.millisecond !== 0 || !rule[size](at))
            throw new Error(`${size} starts at ${iso(start, zone)}.`);
        }
      }),
    );
  });

  test('a day has 23 hours when the clocks go forward, 25 when they go back', () => {
    const berlin = (from: string, to: string): string[] =>
      bucketStarts({ from: utc(from), to: utc(to) }, '1d', 'Europe/Berlin').map((ms) => iso(ms, 'Europe/Berlin'));
    expect(berlin('2026-03-28T23:00', '2026-03-30T22:00')).toEqual([
      '2026-03-29T00:00:00.000+01:00',
      '2026-03-30T00:00:00.000+02:00',
    ]);
    const back = { from: utc('2026-10-24T22:00'), to: utc('2026-10-25T23:00') };
    expect(bucketStarts(back, '1h', 'Europe/Berlin')).toHaveLength(25);
    expect(bucketStarts(back, '1d', 'Europe/Berlin')).toHaveLength(1);
  });

  test('a day with two midnights starts at the first of them (Havana)', () => {
    const zone = 'America/Havana';
    const afternoon = { from: utc('2023-11-05T20:00'), to: utc('2023-11-05T21:00') };
    expect(bucketStarts(afternoon, '1d', zone).map((ms) => iso(ms, zone))).toEqual(['2023-11-05T00:00:00.000-04:00']);
  });

  test('weeks start on Monday, months on the first', () => {
    const range = { from: utc('2026-02-26T12:00'), to: utc('2026-03-03T00:00') };
    expect(bucketStarts(range, '1w', 'UTC').map((ms) => iso(ms, 'utc').slice(0, 10))).toEqual([
      '2026-02-23',
      '2026-03-02',
    ]);
    expect(bucketStarts(range, '1mo', 'UTC').map((ms) => iso(ms, 'utc').slice(0, 10))).toEqual([
      '2026-02-01',
      '2026-03-01',
    ]);
  });

  test('a day that was skipped has no bucket (Apia)', () => {
    const range = { from: utc('2011-12-29T12:00'), to: utc('2011-12-31T12:00') };
    const days = bucketStarts(range, '1d', 'Pacific/Apia').map((ms) => iso(ms, 'Pacific/Apia').slice(0, 10));
    expect(days).toEqual(['2011-12-29', '2011-12-31', '2012-01-01']);
  });

  test('a year of quarter hours is answered, a year of five minutes is refused with a way out', () => {
    const year = { from: utc('2025-01-01'), to: utc('2026-01-01') };
    expect(bucketStarts(year, '15m', 'Europe/Berlin')).toHaveLength(365 * 96);
    expect(bucketStarts(year, '1h', 'Europe/Berlin')).toHaveLength(8760);
    expect(() => bucketStarts(year, '5m', 'UTC')).toThrow(QuestionError);
    expect(() => bucketStarts(year, '5m', 'UTC')).toThrow(/Choose a coarser bucket such as 15m/);
  });
});

describe('the bucket auto', () => {
  test.each([
    [1, undefined, '5m'],
    [5, undefined, '15m'],
    [20, undefined, '1h'],
    [365, undefined, '1d'],
    [365, 200, '1w'],
    [365, 20, '1mo'],
    [365, 10_000, '1h'],
    [365, 1, '1mo'],
  ] as const)('%i days on %s points: %s', (days, points, size) => {
    expect(chooseBucket({ from: 0, to: days * day }, points)).toBe(size);
  });

  test('never chooses what would be refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 * 365 * day }),
        fc.option(fc.nat({ max: 3000 }), { nil: undefined }),
        (length, points) => {
          const range = { from: 0, to: length };
          expect(bucketStarts(range, chooseBucket(range, points), 'UTC').length).toBeLessThanOrEqual(mostPoints + 1);
        },
      ),
      { numRuns: 20 },
    );
  });
});
