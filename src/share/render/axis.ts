import { DateTime } from 'luxon';

interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Steps between marks on a time axis, from the finest, and how a mark of each reads. */
const steps = [
  [{ minutes: 5 }, 'minute', 'HH:mm'],
  [{ minutes: 15 }, 'minute', 'HH:mm'],
  [{ hours: 1 }, 'hour', 'HH:mm'],
  [{ hours: 3 }, 'hour', 'HH:mm'],
  [{ hours: 6 }, 'hour', 'HH:mm'],
  [{ days: 1 }, 'day', 'MM-dd'],
  [{ days: 2 }, 'day', 'MM-dd'],
  [{ weeks: 1 }, 'week', 'MM-dd'],
  [{ weeks: 2 }, 'week', 'MM-dd'],
  [{ months: 1 }, 'month', 'yyyy-MM'],
  [{ months: 3 }, 'quarter', 'yyyy-MM'],
  [{ years: 1 }, 'year', 'yyyy'],
] as const;

/** Marks at whole hours, days, … of the zone, at most so many; hours of a new day say the day. */
export function timeTicks(
  range: { readonly from: number; readonly to: number },
  timezone: string,
  most: number,
): readonly Tick[] {
  const start = DateTime.fromMillis(range.from, { zone: timezone });
  for (const [step, unit, format] of steps) {
    if ((range.to - range.from) / start.plus(step).diff(start).as('milliseconds') > most) continue;
    const first = unit === 'minute' || unit === 'hour' ? start.startOf('day') : start.startOf(unit);
    const ticks: Tick[] = [];
    for (let i = 0; ; i++) {
      const time = first.plus(Object.fromEntries(Object.entries(step).map(([name, count]) => [name, count * i])));
      const at = time.toMillis();
      if (at > range.to) return ticks;
      if (at < range.from) continue;
      const midnight = format === 'HH:mm' && time.hour === 0 && time.minute === 0;
      ticks.push({ at, text: time.toFormat(midnight ? 'MM-dd' : format) });
    }
  }
  return [];
}
