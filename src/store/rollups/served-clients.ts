import { bucketsFrom, chunkEnd, datesOfMonths, from, to, touchedBy, zone } from './chunks.ts';
import type { TouchedKeys } from './touched-keys.ts';

/**
 * The statements that replace the touched rows of table `served_clients`: sets of clients by day, then by month.
 *
 * A session overlaps the days from its start to its last moment: one that ends at midnight does not reach the day that
 * begins then, unless it began then too (length 0). Former rows of the touched days come in as empty sets.
 */
export function servedClientsStatements({ hint }: TouchedKeys): readonly string[] {
  const days = `
INSERT INTO served_clients (level, account, feature, server, bucket, clients, stamp)
SELECT 'day', account, feature, server, day, groupBitmapIfState(client, present), {stamp:UInt64}
FROM (
  SELECT account, feature, server, client, 1 AS present, toDate(start, ${zone}) AS first,
         toDate(greatest(start, end - toIntervalMillisecond(1)), ${zone}) AS last,
         greatest(first, toDate(${from}, ${zone})) AS low,
         least(last, toDate(${to} - toIntervalMillisecond(1), ${zone}), toDate(${chunkEnd}, ${zone}) - 1) AS high,
         arrayJoin(range(toUInt32(greatest(0, high - low + 1)))) AS offset, low + offset AS day
  FROM sessions WHERE ${touchedBy} AND end >= toStartOfDay(${from}, ${zone}) AND start < ${chunkEnd} AND start < ${to} + toIntervalDay(1)
  UNION ALL
  SELECT account, feature, server, 0, 0, bucket, bucket, bucket, bucket, 0, bucket
  FROM served_clients FINAL
  WHERE level = 'day' AND ${touchedBy} AND ${bucketsFrom(`toDate(${from}, ${zone})`, `toDate(${to} - toIntervalMillisecond(1), ${zone}) + 1`)} AND bucket < toDate(${chunkEnd}, ${zone})
)
GROUP BY account, feature, server, day`;
  return [days, servedMonths(hint)];
}

/** Months from their days. */
export const servedMonths = (hint: string): string => `
INSERT INTO served_clients (level, account, feature, server, bucket, clients, stamp)
SELECT 'month', account, feature, server, toStartOfMonth(bucket) AS whole, groupBitmapMergeState(clients), {stamp:UInt64}
FROM served_clients FINAL
WHERE level = 'day' AND ${touchedBy} AND ${hint} AND ${datesOfMonths}
GROUP BY account, feature, server, whole`;
