import { DateTime } from 'luxon';
import type { Range } from './windows.ts';

const quarterMs = 900_000;

/** Days and months as a site's clock has them; quarter hours are the same everywhere. Epoch milliseconds. */
export interface SiteCalendar {
  /** Start of the unit that a moment lies in. */
  floor(ms: number, unit: Unit): number;
  /** Start of the first unit at or after a moment. */
  ceil(ms: number, unit: Unit): number;
  /** The calendar periods that a range touches, in order. */
  periods(range: Range, period: Period): Range[];
}

/** Months, quarters and years, as amounts are bought for them. */
export type Period = 'month' | 'quarter' | 'year';
const monthsOf: Readonly<Record<Period, number>> = { month: 1, quarter: 3, year: 12 };

export type Unit = 'month' | 'day' | 'quarter';

const known = new Map<string, SiteCalendar>();

/** @param zone IANA name */
export function siteCalendar(zone: string): SiteCalendar {
  let calendar = known.get(zone);
  if (calendar === undefined) known.set(zone, (calendar = calendarOf(zone)));
  return calendar;
}

/** The starts of a year's days and months are worked out once: a question looks up thousands of them. */
function calendarOf(zone: string): SiteCalendar {
  const years = new Map<number, { readonly day: readonly number[]; readonly month: readonly number[] }>();
  const startsOf = (year: number, unit: 'day' | 'month'): readonly number[] => {
    let starts = years.get(year);
    if (starts === undefined)
      years.set(year, (starts = { day: unitsOf(zone, year, 'day'), month: unitsOf(zone, year, 'month') }));
    return starts[unit];
  };
  /** The unit's start, and that of the next one. */
  const around = (ms: number, unit: 'day' | 'month'): readonly [number, number] => {
    let year = new Date(ms).getUTCFullYear();
    if (ms < (startsOf(year, unit)[0] ?? 0)) year--;
    else if (ms >= (startsOf(year, unit).at(-1) ?? 0)) year++;
    const starts = startsOf(year, unit);
    let [low, high] = [0, starts.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= ms) low = middle;
      else high = middle;
    }
    return [starts[low] ?? ms, starts[low + 1] ?? ms];
  };
  return {
    floor: (ms, unit) => (unit === 'quarter' ? Math.floor(ms / quarterMs) * quarterMs : around(ms, unit)[0]),
    ceil: (ms, unit) => {
      if (unit === 'quarter') return Math.ceil(ms / quarterMs) * quarterMs;
      const [start, next] = around(ms, unit);
      return start === ms ? ms : next;
    },
    periods: ({ from, to }, period) => {
      const found: Range[] = [];
      const months = monthsOf[period];
      // The local year may have begun before, or not yet.
      for (let year = new Date(from).getUTCFullYear() - 1; year <= new Date(to).getUTCFullYear() + 1; year++) {
        const starts = startsOf(year, 'month');
        for (let i = 0; i + months < starts.length; i += months) {
          const one = { from: starts[i] ?? 0, to: starts[i + months] ?? 0 };
          if (one.from < to && one.to > from) found.push(one);
        }
      }
      return found;
    },
  };
}

/** Starts of all units of a local year, and of the next year. */
function unitsOf(zone: string, year: number, unit: 'day' | 'month'): number[] {
  const starts: number[] = [];
  const end = DateTime.fromObject({ year: year + 1 }, { zone });
  for (let at = DateTime.fromObject({ year }, { zone }); at < end; at = at.plus({ [`${unit}s`]: 1 }).startOf(unit))
    starts.push(at.toMillis());
  return [...starts, end.toMillis()];
}
