import { DateTime } from 'luxon';
import type { CalendarUnit } from './calendar.ts';
import { nextStart, startOf } from './calendar.ts';
import { QuestionError, shown } from './errors.ts';
import { isTimeZone } from './zones.ts';

/** From inclusive, to exclusive, milliseconds since 1970-01-01 UTC. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Beyond these years neither luxon nor the store's DateTime64 holds a time. */
const earliest = Date.UTC(1900, 0);
const latest = Date.UTC(2299, 11, 31);

/**
 * Reads both ends of a range. `from` rounds down (`now/d` is the start of today), `to` up (`now/d` is its end, exclusive).
 * Throws `QuestionError` (`invalidTime`) when one cannot be read or nothing lies between them.
 */
export function parseTimeRange(from: unknown, to: unknown, now: number, timezone: string): TimeRange {
  const range = { from: parseTime('from', from, now, timezone), to: parseTime('to', to, now, timezone) };
  if (range.from < range.to) return range;
  throw new QuestionError(
    'invalidTime',
    `from, to: expected "from" before "to", found ${iso(range.from)} and ${iso(range.to)}. Swap or correct them.`,
    'from',
  );
}

/**
 * One end of a range:
 * - ISO 8601, with an offset or on the clocks of `timezone` (a date alone is its 00:00);
 * - epoch milliseconds, as number or digits (four digits are a year);
 * - Grafana's relative form: `now`, then any of `-12M`, `+1h`, `/d` in order. Units s m h d w M Q y; weeks start on Monday.
 */
export function parseTime(edge: 'from' | 'to', value: unknown, now: number, timezone: string): number {
  if (!isTimeZone(timezone)) {
    throw new QuestionError(
      'invalidTime',
      `timezone: expected an IANA time zone such as UTC or Europe/Berlin, found ${shown(timezone)}.`,
      'timezone',
    );
  }
  const time = read(edge, value, now, timezone);
  if (time !== undefined && time >= earliest && time <= latest) return time;
  throw new QuestionError(
    'invalidTime',
    `${edge}: expected an ISO time (2026-01-31T08:00:00Z), epoch milliseconds or a relative time (now-12M, now/d) ` +
      `between the years 1900 and 2299, found ${shown(value)}.`,
    edge,
  );
}

/**
 * What relative times count from when a question is asked: the last millisecond of the running minute, in which everybody who asks the
 * same asks for the same range. Nothing that has happened is left out, and the day stays the day.
 */
export const askedAt = (now: number): number => now - (now % minuteMs) + minuteMs - 1;

const minuteMs = 60_000;

/**
 * Until when something that is given out stays: a length from now on (`12h`, `30d`, `8w`, `3M`, `1y`) or a later time, as
 * `parseTime` reads it. Throws `QuestionError` (`invalidTime`).
 */
export function parseUntil(value: string, now: number, timezone: string): number {
  const until = read('to', /^\d{1,4}[hdwMy]$/.test(value) ? `now+${value}` : value, now, timezone);
  if (until !== undefined && until > now && until <= latest) return until;
  throw new QuestionError(
    'invalidTime',
    `expires: expected how long from now on (12h, 30d, 8w, 3M, 1y) or a later time (2027-01-31), found ${shown(value)}.`,
    'expires',
  );
}

function read(edge: 'from' | 'to', value: unknown, now: number, timezone: string): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return Number.isFinite(value) ? Math.floor(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text.startsWith('now')) return relative(edge, text.slice('now'.length), now, timezone);
  if (/^-?\d+$/.test(text) && !/^\d{4}$/.test(text)) return Number(text);
  // luxon takes "12:30" as today: only what starts with a year is a time of its own.
  if (!/^\d{4}(?:-|$)/.test(text)) return undefined;
  const parsed = DateTime.fromISO(text.replace(' ', 'T'), { zone: timezone });
  return parsed.isValid ? parsed.toMillis() : undefined;
}

const units = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  M: 'month',
  Q: 'quarter',
  y: 'year',
} as const;

/** Applies `-12M`, `+1h`, `/d` one after the other; undefined when the rest is none of them. */
function relative(edge: 'from' | 'to', operations: string, now: number, timezone: string): number | undefined {
  let time = now;
  let rest = operations;
  while (rest !== '') {
    const step = /^(?:([+-])(\d{0,9})|\/)([smhdwMQy])/.exec(rest);
    if (step === null) return undefined;
    const unit = units[step[3] as keyof typeof units];
    if (step[1] === undefined) time = rounded(edge, time, unit, timezone);
    else {
      const amount = Number(step[2] === '' ? 1 : step[2]) * (step[1] === '-' ? -1 : 1);
      const moved = DateTime.fromMillis(time, { zone: timezone }).plus({ [`${unit}s`]: amount });
      if (!moved.isValid) return undefined;
      time = moved.toMillis();
    }
    rest = rest.slice(step[0].length);
  }
  return time;
}

/** Down to the start of the unit, or up to the start of the next: Grafana's end of the unit, made exclusive. */
function rounded(edge: 'from' | 'to', time: number, unit: CalendarUnit | 'second', timezone: string): number {
  if (unit === 'second') return Math.floor(time / 1000) * 1000 + (edge === 'to' ? 1000 : 0);
  const start = startOf(time, unit, timezone);
  if (edge === 'from') return start;
  if (unit === 'minute') return start + 60_000;
  return unit === 'hour' ? start + 3_600_000 : nextStart(start, unit, timezone);
}

const iso = (time: number): string => new Date(time).toISOString();
