import { DateTime } from 'luxon';
import { nextStart, startOf } from './calendar.ts';
import { QuestionError } from './errors.ts';
import type { BucketSize } from './schema.ts';
import type { TimeRange } from './time.ts';

/** The most points one series may have: a year of quarter hours passes, a year of five minutes does not. */
export const mostPoints = 50_000;

/** Points of a series when nobody says how many fit. */
const usualPoints = 500;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Length of each size, ms; of a month about, to choose by. Finest first. */
const lengths: readonly (readonly [BucketSize, number])[] = [
  ['5m', 5 * minute],
  ['15m', 15 * minute],
  ['1h', hour],
  ['1d', day],
  ['1w', 7 * day],
  ['1mo', 30 * day],
];

/** What `auto` means: the finest size that cuts the range into at most as many buckets as points are asked for. */
export function chooseBucket(range: TimeRange, maxDataPoints: number | undefined): BucketSize {
  const points = Math.max(1, Math.min(maxDataPoints ?? usualPoints, mostPoints));
  return lengths.find(([, length]) => (range.to - range.from) / length <= points)?.[0] ?? '1mo';
}

/**
 * Starts of the buckets that cover [from, to), milliseconds, ascending: the first is at or before `from`, each bucket ends
 * where the next starts, the last one ends at or after `to`. Hours, days, weeks (from Monday) and months are those of the
 * clocks in `timezone`, so a day may have 23 or 25 hours. Throws `QuestionError` (`tooManyPoints`) beyond `mostPoints`.
 */
export function bucketStarts(range: TimeRange, bucket: BucketSize, timezone: string): number[] {
  const length = lengths.find(([size]) => size === bucket)?.[1] ?? day;
  const expected = (range.to - range.from) / length;
  if (expected > mostPoints) {
    throw new QuestionError(
      'tooManyPoints',
      `bucket: expected at most ${mostPoints.toLocaleString('en')} points, found ${Math.ceil(expected).toLocaleString('en')} ` +
        `of ${bucket}. Choose a coarser bucket such as ${chooseBucket(range, mostPoints)}, "auto", or a shorter range.`,
      'bucket',
    );
  }
  switch (bucket) {
    case '5m':
    case '15m':
      // Offsets of zones are multiples of a quarter hour: these starts are the same on every clock.
      return even(Math.floor(range.from / length) * length, range.to, length);
    case '1h':
      return hours(range, timezone);
    case '1d':
      return calendar(range, 'day', timezone);
    case '1w':
      return calendar(range, 'week', timezone);
    case '1mo':
      return calendar(range, 'month', timezone);
  }
}

/** Where the bucket that starts at `start` ends: the start of the next one. */
export function bucketEnd(start: number, bucket: BucketSize, timezone: string): number {
  switch (bucket) {
    case '5m':
      return start + 5 * minute;
    case '15m':
      return start + 15 * minute;
    case '1h': {
      const [, next = start + hour] = hours({ from: start, to: start + 2 * hour }, timezone);
      return next;
    }
    case '1d':
      return nextStart(start, 'day', timezone);
    case '1w':
      return nextStart(start, 'week', timezone);
    case '1mo':
      return nextStart(start, 'month', timezone);
  }
}

function even(first: number, to: number, length: number): number[] {
  return Array.from({ length: Math.ceil((to - first) / length) }, (_, i) => first + i * length);
}

function calendar(range: TimeRange, unit: 'day' | 'week' | 'month', timezone: string): number[] {
  const starts: number[] = [];
  for (let at = startOf(range.from, unit, timezone); at < range.to; at = nextStart(at, unit, timezone)) starts.push(at);
  return starts;
}

/**
 * Full hours on the clocks of the zone, day by day: a plain day is counted off; on a day whose clocks change, the quarter
 * hours that read :00 are the starts (Lord Howe changes by half an hour: its bucket is then 90 minutes long).
 */
function hours(range: TimeRange, timezone: string): number[] {
  const starts: number[] = [];
  // The hour of `from` may have started on the day before, where the clocks change at midnight.
  const first = startOf(startOf(range.from, 'day', timezone) - 1, 'day', timezone);
  for (let at = first; at < range.to;) {
    const next = nextStart(at, 'day', timezone);
    const plain = next - at === day && onTheHour(at, timezone);
    const ofDay = even(at, next, plain ? hour : 15 * minute);
    starts.push(...(plain ? ofDay : ofDay.filter((quarter) => onTheHour(quarter, timezone))));
    at = next;
  }
  const opening = starts.findLastIndex((start) => start <= range.from);
  return starts.slice(Math.max(0, opening)).filter((start) => start < range.to);
}

const onTheHour = (ms: number, timezone: string): boolean => DateTime.fromMillis(ms, { zone: timezone }).minute === 0;
