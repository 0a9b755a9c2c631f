import fc from 'fast-check';
import { DateTime } from 'luxon';
import { QuestionError } from './errors.ts';
import { askedAt, parseTime, parseTimeRange, parseUntil } from './time.ts';

/** A Wednesday. */
const now = Date.UTC(2026, 10, 25, 13, 45, 30, 500);
const range = (from: unknown, to: unknown, zone = 'UTC'): string[] => {
  const { from: a, to: b } = parseTimeRange(from, to, now, zone);
  return [new Date(a).toISOString(), new Date(b).toISOString()];
};

describe('time ranges', () => {
  test.each([
    ['now-12M', 'now', '2025-11-25T13:45:30.500Z', '2026-11-25T13:45:30.500Z'],
    ['now-1y/y', 'now-1y/y', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['now/d', 'now/d', '2026-11-25T00:00:00.000Z', '2026-11-26T00:00:00.000Z'],
    ['now-7d/d', 'now+1h', '2026-11-18T00:00:00.000Z', '2026-11-25T14:45:30.500Z'],
    ['now/w', 'now/w', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['now-1M/M', 'now-1M/M', '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'],
    ['now-1Q/Q', 'now-1Q/Q', '2026-07-01T00:00:00.000Z', '2026-10-01T00:00:00.000Z'],
    ['now-1d/d+8h', 'now/h', '2026-11-24T08:00:00.000Z', '2026-11-25T14:00:00.000Z'],
    ['now-5m/m', 'now/s', '2026-11-25T13:40:00.000Z', '2026-11-25T13:45:31.000Z'],
    ['2026-01-31', '2026-02-01T08:30:00+02:00', '2026-01-31T00:00:00.000Z', '2026-02-01T06:30:00.000Z'],
    ['2026-01-31 10:00', '2026-01-31T10:00:00.001Z', '2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00.001Z'],
    ['2025', '2026', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    [0, '1700000000000', '1970-01-01T00:00:00.000Z', '2023-11-14T22:13:20.000Z'],
  ])('%s to %s', (from, to, start, end) => {
    expect(range(from, to)).toEqual([start, end]);
  });

  test('times without an offset, and rounding, go by the asked time zone', () => {
    expect(range('2026-07-01', 'now/d', 'Europe/Berlin')).toEqual([
      '2026-06-30T22:00:00.000Z',
      '2026-11-25T23:00:00.000Z',
    ]);
    expect(range('now/d', 'now', 'Asia/Tokyo')[0]).toBe('2026-11-24T15:00:00.000Z');
  });

  test.each([
    ['yesterday', 'now', /from: expected an ISO time .* found "yesterday"/],
    ['now-1x', 'now', /from: .* found "now-1x"/],
    ['now-2d/2d', 'now', /from: .* found "now-2d\/2d"/],
    ['12:30', 'now', /from: .* found "12:30"/],
    ['2026-02-30', 'now', /from: .* found "2026-02-30"/],
    ['now-1h', undefined, /to: .* found nothing/],
    ['now-1h', '', /to: .* found ""/],
    ['now-1h', Number.NaN, /to: /],
    ['now-999999y', 'now', /between the years 1900 and 2299/],
    ['now', 'now-1h', /expected "from" before "to"/],
    ['now', 'now', /expected "from" before "to"/],
  ])('%s to %s is refused', (from, to, message) => {
    expect(() => parseTimeRange(from, to, now, 'UTC')).toThrow(QuestionError);
    expect(() => parseTimeRange(from, to, now, 'UTC')).toThrow(message);
  });

  test('an unknown time zone is refused', () => {
    expect(() => parseTimeRange('now-1h', 'now', now, 'Mars/Base')).toThrow(/timezone: expected an IANA time zone/);
  });

  const units = { m: 'minute', h: 'hour', d: 'day', w: 'week', M: 'month', y: 'year' } as const;
  const anyUnit = fc.constantFrom('m', 'h', 'd', 'w', 'M', 'y' as const);
  const anyZone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe');
  const anyNow = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) });

  test('relative times are calendar arithmetic on the clocks of the zone (compared with luxon)', () => {
    fc.assert(
      fc.property(anyNow, anyZone, anyUnit, fc.integer({ min: -50, max: 50 }), (at, zone, unit, amount) => {
        const text = `now${amount < 0 ? '-' : '+'}${String(Math.abs(amount))}${unit}`;
        const expected = DateTime.fromMillis(at, { zone }).plus({ [units[unit]]: amount });
        expect(parseTime('from', text, at, zone)).toBe(expected.toMillis());
      }),
    );
  });

  test('who asks within a minute asks for the same range; it leaves nothing out and does not reach into the next day', () => {
    fc.assert(
      fc.property(anyNow, anyZone, fc.nat(59_999), (at, zone, later) => {
        const minute = at - (at % 60_000);
        const asked = askedAt(minute + later);
        expect(asked).toBe(askedAt(minute));
        expect(asked).toBeGreaterThanOrEqual(minute + later);
        expect(parseTime('from', 'now/d', asked, zone)).toBe(parseTime('from', 'now/d', minute + later, zone));
      }),
    );
  });

  test('rounding: the start at or before, and the end after, of the same unit', () => {
    fc.assert(
      fc.property(anyNow, anyZone, anyUnit, (at, zone, unit) => {
        const start = parseTime('from', `now/${unit}`, at, zone);
        const end = parseTime('to', `now/${unit}`, at, zone);
        const here = DateTime.fromMillis(at, { zone });
        expect(start).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThan(at);
        if (unit !== 'h' && unit !== 'm') {
          const name = units[unit];
          expect(start).toBe(here.startOf(name).toMillis());
          expect(end).toBe(here.endOf(name).toMillis() + 1);
        }
      }),
    );
  });

  test('what ISO writes is read back, with offset or as digits', () => {
    fc.assert(
      fc.property(anyNow, anyZone, (at, zone) => {
        expect(parseTime('to', DateTime.fromMillis(at, { zone }).toISO(), now, 'UTC')).toBe(at);
        expect(parseTime('to', String(at), now, zone)).toBe(at);
      }),
    );
  });
});

describe('until when something stays', () => {
  const until = (text: string): string => new Date(parseUntil(text, now, 'Europe/Berlin')).toISOString();

  test('a length from now on, or a time', () => {
    expect(until('12h')).toBe('2026-11-26T01:45:30.500Z');
    expect(until('3M')).toBe('2027-02-25T13:45:30.500Z');
    expect(until('2027-01-31')).toBe('2027-01-30T23:00:00.000Z');
  });

  test.each(['soon', '2020-01-01', '0d', '-1d', '12', '9999y', ''])(
    '%j is refused, by the name of the option',
    (text) => {
      expect(() => until(text)).toThrow(/^expires: expected how long from now on/);
    },
  );
});
