import type { Zone } from 'luxon';
import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/**
 * The first instant of the minute … year that `ms` lies in, on the clocks of `timezone`; weeks start on Monday.
 * Where a day has two midnights (clocks go back over midnight, as in Havana) it is the first of them: luxon alone answers
 * the one nearer to the offset it comes from, so that two instants of one day would get different starts.
 */
export function startOf(ms: number, unit: CalendarUnit, timezone: string): number {
  let start = DateTime.fromMillis(ms, { zone: zoneOf(timezone) }).startOf(unit);
  if (unit === 'minute' || unit === 'hour') return start.toMillis();
  for (;;) {
    const before = start.minus(1).startOf(unit);
    if (before.toISODate() !== start.toISODate() || before >= start) return start.toMillis();
    start = before;
  }
}

/** The first instant of the following unit; `ms` must be a start itself. */
export function nextStart(ms: number, unit: 'day' | 'week' | 'month' | 'quarter' | 'year', timezone: string): number {
  const length = unit === 'day' ? day : unit === 'week' ? 7 * day : undefined;
  if (length !== undefined) {
    // Without a change of the clocks between, the same time of day is so many hours later: no calendar needed.
    const zone = zoneOf(timezone);
    if (zone.offset(ms) === zone.offset(ms + length) && isMidnight(ms, zone)) return ms + length;
  }
  const here = DateTime.fromMillis(ms, { zone: zoneOf(timezone) });
  // From noon, or the middle of the unit, no change of the clocks can lead back into it. A skipped day (Apia, 30 December
  // 2011) needs one more.
  for (let n = 1; n <= 3; n++) {
    const inside = here.plus({ [`${unit}s`]: n }).plus({ hours: 12 });
    const start = startOf(inside.toMillis(), unit, timezone);
    if (start > ms) return start;
  }
  throw new Error(`No ${unit} follows ${here.toISO() ?? String(ms)} in ${timezone}.`);
}

const day = 86_400_000;

/** False on days that begin at 01:00, because the clocks go forward at midnight. */
const isMidnight = (ms: number, zone: Zone): boolean => (ms + zone.offset(ms) * 60_000) % day === 0;

/** Any zone but UTC asks Intl for each offset, which takes a hundred times as long. */
const zoneOf = (timezone: string): Zone =>
  timezone === 'UTC' || timezone === 'Etc/UTC' ? FixedOffsetZone.utcInstance : IANAZone.create(timezone);
