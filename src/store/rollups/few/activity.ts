import type { Row } from '../../connection.ts';
import { activityCounts, activityKeys } from '../activity.ts';
import { monthStart, nextMonth, type Stretch } from './facts.ts';
import { grouped, microsOf } from './rows.ts';

/** A row of table `activity`. */
export interface Activity {
  readonly level: 'day' | 'month';
  /** In the order of `activityKeys`. */
  readonly labels: readonly string[];
  /** Day of the site. */
  readonly bucket: number;
  /** In the order of `activityCounts`. */
  readonly counts: readonly number[];
  readonly consumed: bigint;
}

export function activityOf(row: Row): Activity {
  const labels = row.slice(0, activityKeys.length).map(String);
  const [bucket, consumed, ...counts] = row.slice(activityKeys.length, activityKeys.length + 2 + activityCounts.length);
  return {
    level: 'day',
    labels,
    bucket: Number(bucket),
    counts: counts.map(Number),
    consumed: microsOf(String(consumed)),
  };
}

/** In the order that `activityOf` reads, of rows of a day each. */
export const activitySelect = `${activityKeys.join(', ')}, toUInt32(bucket), toString(consumed), ${activityCounts.join(', ')}, toFloat64(stamp)`;

const textOf = ({ labels, bucket }: Activity): string => `${bucket}\0${labels.join('\0')}`;

/**
 * As `activityStatements`: days as their events say, and their months.
 * @param former rows of days in all touched months
 */
export function activity(
  { first, after }: Stretch,
  days: readonly Activity[],
  former: readonly Activity[],
): Activity[] {
  const rows = new Map([...former, ...days].map((row) => [textOf(row), row]));
  const [from, to] = [monthStart(first), nextMonth(after - 1)];
  const own = [...rows.values()]
    .filter(({ bucket }) => bucket >= from && bucket < to)
    .map((row): Activity => ({ ...row, level: 'month', bucket: monthStart(row.bucket) }));
  return [...days, ...[...grouped(own, textOf).values()].map((some) => some.reduce(sum))];
}

const sum = (a: Activity, b: Activity): Activity => ({
  ...a,
  counts: a.counts.map((n, i) => n + (b.counts[i] ?? 0)),
  consumed: a.consumed + b.consumed,
});
