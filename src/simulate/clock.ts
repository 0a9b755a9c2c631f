import { DateTime } from 'luxon';
import { itemOf } from './random.ts';

/** Local time of one IANA zone, fast enough for every line: the zone's offset changes are looked up once. */
export interface Clock {
  readonly zone: string;
  /** Moments at which the offset changes, ascending; offsets in milliseconds. */
  readonly changes: readonly OffsetChange[];
  readonly firstOffset: number;
}

export interface OffsetChange {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Changes are known in [from, to]; outside, the nearest known offset is used. */
export function createClock(zone: string, from: number, to: number): Clock {
  const offset = (t: number): number => DateTime.fromMillis(t, { zone }).offset * 60_000;
  const changes: OffsetChange[] = [];
  for (let t = from; t < to; t += 20 * day) {
    const before = offset(t);
    const after = offset(t + 20 * day);
    if (before === after) continue;
    let low = t;
    let high = t + 20 * day;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, before, after });
  }
  return { zone, changes, firstOffset: offset(from) };
}

/** Local time minus UTC at `t`, milliseconds. */
export function offsetAt(clock: Clock, t: number): number {
  for (let i = clock.changes.length - 1; i >= 0; i--) {
    const change = itemOf(clock.changes, i);
    if (t >= change.at) return change.after;
  }
  return clock.firstOffset;
}

/** A stretch of constant offset around `t`: valid from (inclusive) to (exclusive). */
export function offsetWindow(clock: Clock, t: number): { from: number; to: number; offset: number } {
  let from = -Infinity;
  let offset = clock.firstOffset;
  for (const change of clock.changes) {
    if (change.at > t) return { from, to: change.at, offset };
    from = change.at;
    offset = change.after;
  }
  return { from, to: Infinity, offset };
}

/** Hours of the week, Monday 00:00 = 0, of a local time given in milliseconds as if it were UTC. */
export function hourOfWeek(local: number): number {
  const hours = Math.floor(local / hour);
  // 1970-01-01 was a Thursday: day 3 of a week that begins on Monday.
  return (((hours + 72) % 168) + 168) % 168;
}

const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const hours = Array.from({ length: 24 }, (_, n) => String(n).padStart(2, ' '));

/** ` h:mm:ss` as FlexNet writes it: one-digit hours are led by a space. */
export function clockText(local: number): string {
  const seconds = Math.floor((local % day) / 1000);
  const h = Math.floor(seconds / 3600);
  const m = Math.floor(seconds / 60) % 60;
  return `${itemOf(hours, h)}:${itemOf(two, m)}:${itemOf(two, seconds % 60)}`;
}

const dates = new Map<number, string>();

/** `m/d/yyyy`, FlexNet's dates. */
export function dateText(local: number): string {
  const number = Math.floor(local / day);
  const known = dates.get(number);
  if (known !== undefined) return known;
  const date = new Date(local);
  const text = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  dates.set(number, text);
  return text;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Sun Jan 08 2017 17:17:45`, the long form of start banners and SLOG blocks. */
export function longDateText(local: number): string {
  const date = new Date(local);
  const clock = clockText(local).replace(' ', '0');
  return `${weekdays[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${itemOf(two, date.getUTCDate())} ${date.getUTCFullYear()} ${clock}`;
}

/** `yyyy-mm-dd` of a moment in UTC. */
export function isoDate(t: number): string {
  return new Date(t).toISOString().slice(0, 10);
}

export function startOfDay(t: number): number {
  return Math.floor(t / day) * day;
}
