import type { Chunk } from './chunks.ts';
import { bucketsInChunk, bucketsOfMonths, inChunk } from './chunks.ts';
import type { Key, TouchedKeys } from './touched-keys.ts';

interface Grouping {
  readonly name: string;
  readonly keys: readonly Key[];
  /** Quarter hours pay only where one holds many changes; elsewhere the changes themselves are as few. */
  readonly quarters: boolean;
  /** The next finer grouping: where it has one row in a day, that row is the coarser one's too. */
  readonly finer?: 'account_feature_server';
}

/** The groupings that are promised fast (docs/definitions.md "Rollups equal raw"); the engine picks from the same list. */
export const groupings: readonly Grouping[] = [
  { name: 'all', keys: [], quarters: true },
  { name: 'account', keys: ['account'], quarters: false },
  { name: 'server', keys: ['server'], quarters: false },
  { name: 'feature', keys: ['feature'], quarters: false },
  { name: 'account_feature', keys: ['account', 'feature'], quarters: false, finer: 'account_feature_server' },
  { name: 'account_feature_server', keys: ['account', 'feature', 'server'], quarters: false },
  { name: 'server_vendor_feature', keys: ['server', 'vendor', 'feature'], quarters: false },
];

const allKeys = ['account', 'feature', 'server', 'vendor'] as const;
const quarterMs = 900_000;
const dayMs = 86_400_000;
/** Many changes are sorted for one grouping at a time, to bound memory. */
const mostChangesTogether = 500_000;

/**
 * The statements that replace the touched rows of table `usage`, to be run one after the other: quarter hours come first, days
 * from them or from the changes, months from the days.
 */
export function usageStatements(chunk: Chunk, touched: TouchedKeys): readonly string[] {
  const byQuarter = groupings.filter((grouping) => grouping.quarters);
  const byDay = groupings.filter((grouping) => !grouping.quarters && grouping.finer === undefined);
  const shared = groupings.filter((grouping) => grouping.finer !== undefined);
  const steps = [
    [
      ...byQuarter.map((grouping) => usageFromChanges(grouping, 'quarter', touched)),
      ...byDay.map((grouping) => usageFromChanges(grouping, 'day', touched)),
    ],
    [
      ...byQuarter.map((grouping) => usageFromFiner(grouping, 'day', 'quarter', touched)),
      ...shared.map((grouping) => daysOfOneServer(grouping, touched)),
      ...shared.map((grouping) => usageFromChanges(grouping, 'day', touched, daysOfSeveralServers(grouping, touched))),
    ],
    groupings.map((grouping) => usageFromFiner(grouping, 'month', 'day', touched)),
  ];
  return steps
    .flatMap((selects) => (chunk.events <= mostChangesTogether ? [selects.join('\nUNION ALL\n')] : selects))
    .map((select) => `INSERT INTO usage (${usageColumns})\n${select}`);
}

const usageColumns = 'grouping, level, account, feature, server, vendor, bucket, net, top, area, stamp';

/**
 * The numbers of each stretch from its changes. The highest running sum needs them in (time, file order): elements are (time,
 * seq, −delta), changes at one place raise before they lower, and equal elements may swap without any effect, so the order
 * is total. Former rows come in as a change of nothing: a stretch that lost its last change gets zeros.
 */
function usageFromChanges(grouping: Grouping, level: 'quarter' | 'day', touched: TouchedKeys, only = '1'): string {
  const length = level === 'quarter' ? quarterMs : dayMs;
  const bucketOf = level === 'quarter' ? 'toStartOfFifteenMinutes(time)' : 'toStartOfDay(time)';
  const keys = grouping.keys.map((key) => `${key}, `).join('');
  const filter = touched.filter(grouping.keys);
  const changes = grouping.keys.includes('server') ? `${filter} AND ${touched.hint}` : filter;
  return `
SELECT '${grouping.name}', '${level}', ${columnsFor(grouping)}, bucket, total,
       greatest(0, -arrayMin(arrayCumSum(arraySort(moves).3))), aboveOpening, {stamp:UInt64}
FROM (
  SELECT ${keys}bucket, groupArray((at, seq, fall)) AS moves, -sum(fall) AS total,
         -sum(toDecimal128(fall, 6) * (${length} - at % ${length})) AS aboveOpening
  FROM (
    SELECT ${keys}toDateTime(${bucketOf}, 'UTC') AS bucket, toUnixTimestamp64Milli(time) AS at, seq, -delta AS fall
    FROM usage_changes WHERE ${inChunk} AND delta != 0 AND ${changes} AND ${only}
    UNION ALL
    SELECT ${keys}bucket, toInt64(toUnixTimestamp(bucket)) * 1000, 0, toDecimal64(0, 6)
    FROM usage FINAL WHERE grouping = '${grouping.name}' AND level = '${level}' AND ${bucketsInChunk} AND (net != 0 OR top != 0 OR area != 0)
      AND ${filter} AND ${only.replaceAll('toStartOfDay(time)', 'bucket')}
  )
  GROUP BY ${keys}bucket
)`;
}

/** Days in which one server alone changed anything for a key: its numbers are the key's. */
function daysOfOneServer(grouping: Grouping, touched: TouchedKeys): string {
  return `
SELECT '${grouping.name}', 'day', ${columnsFor(grouping)}, bucket, any(net), any(top), any(area), {stamp:UInt64}
FROM (
  SELECT account, feature, bucket, net, top, area FROM usage FINAL
  WHERE grouping = '${grouping.finer ?? ''}' AND level = 'day' AND ${bucketsInChunk} AND ${touched.filter(grouping.keys)}
)
GROUP BY account, feature, bucket HAVING count() = 1`;
}

function daysOfSeveralServers(grouping: Grouping, touched: TouchedKeys): string {
  return `(account, feature, toStartOfDay(time)) IN (
    SELECT account, feature, bucket FROM usage FINAL
    WHERE grouping = '${grouping.finer ?? ''}' AND level = 'day' AND ${bucketsInChunk} AND ${touched.filter(grouping.keys)}
    GROUP BY account, feature, bucket HAVING count() > 1)`;
}

/** Neighbouring stretches compose: openings add up, the highest of (opening + top), areas shifted to the longer stretch's end. */
function usageFromFiner(
  grouping: Grouping,
  level: 'day' | 'month',
  finer: 'quarter' | 'day',
  touched: TouchedKeys,
): string {
  const finerMs = finer === 'quarter' ? quarterMs : dayMs;
  const bucketOf =
    level === 'day' ? "toDateTime(toStartOfDay(bucket), 'UTC')" : "toDateTime(toStartOfMonth(bucket), 'UTC')";
  const end =
    level === 'day'
      ? `toInt64(toUnixTimestamp(whole)) * 1000 + ${dayMs}`
      : `toInt64(toUnixTimestamp(addMonths(whole, 1))) * 1000`;
  const keys = grouping.keys.map((key) => `${key}, `).join('');
  return `
SELECT '${grouping.name}', '${level}', ${columnsFor(grouping)}, whole,
       arraySum(nets), greatest(0, arrayMax((sum, n, t) -> sum - n + t, arrayCumSum(nets), nets, arrayMap(p -> p.3, parts))),
       arraySum(p -> p.4 + toDecimal128(p.2, 6) * ((${end}) - toInt64(toUnixTimestamp(p.1)) * 1000 - ${finerMs}), parts), {stamp:UInt64}
FROM (
  SELECT ${keys}${bucketOf} AS whole, arraySort(groupArray((bucket, net, top, area))) AS parts, arrayMap(p -> p.2, parts) AS nets
  FROM usage FINAL
  WHERE grouping = '${grouping.name}' AND level = '${finer}' AND ${level === 'day' ? bucketsInChunk : bucketsOfMonths}
    AND ${touched.filter(grouping.keys)}
  GROUP BY ${keys}whole
)`;
}

function columnsFor(grouping: Grouping): string {
  return allKeys.map((key) => (grouping.keys.includes(key) ? key : `''`)).join(', ');
}
