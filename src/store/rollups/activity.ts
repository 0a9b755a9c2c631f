import { datesOfMonths, inChunk, touchedBy, zone } from './chunks.ts';
import type { TouchedKeys } from './touched-keys.ts';

export const activityKeys = ['account', 'feature', 'version', 'server', 'vendor', 'model'] as const;
const keys = activityKeys.join(', ');
const kindOf = {
  checkouts: 'checkout',
  checkins: 'checkin',
  denials: 'denial',
  unsupported: 'unsupported',
  queued: 'queued',
  dequeued: 'dequeued',
  upgrades: 'upgrade',
} as const;
/** Columns that count lines. */
export const activityCounts = Object.keys(kindOf);
const counts = activityCounts;
const into = (level: 'day' | 'month'): string =>
  `INSERT INTO activity (level, ${keys}, bucket, ${counts.join(', ')}, consumed, stamp) SELECT '${level}', ${keys}`;

/** What lines say, in the order of `activityCounts`, and what they consume. */
export const countsSelect = Object.entries(kindOf)
  .map(([name, kind]) => `countIf(kind = '${kind}') AS ${name}`)
  .join(', ');
export const consumedSelect = `sumIf(toDecimal128(quantity, 6), model = 'metered' AND kind = 'checkout')`;

/** The statements that replace the touched rows of table `activity`: lines counted by day, then by month. */
export function activityStatements({ hint }: TouchedKeys): readonly string[] {
  const days = `
${into('day')}, toDate(time, ${zone}) AS bucket,
       ${countsSelect}, ${consumedSelect}, {stamp:UInt64}
FROM events WHERE ${inChunk} AND ${touchedBy} AND ${hint} AND kind <= 'upgrade'
GROUP BY ${keys}, bucket`;
  const months = `
${into('month')}, toStartOfMonth(bucket) AS whole, ${counts.map((name) => `sum(${name})`).join(', ')}, sum(consumed), {stamp:UInt64}
FROM activity FINAL
WHERE level = 'day' AND ${touchedBy} AND ${hint} AND ${datesOfMonths}
GROUP BY ${keys}, whole`;
  return [days, months];
}
