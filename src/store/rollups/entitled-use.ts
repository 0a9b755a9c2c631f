import type { Chunk } from './chunks.ts';
import { bucketsInChunk, bucketsOfMonths, inChunk, together, zone } from './chunks.ts';
import type { Key, TouchedKeys } from './touched-keys.ts';

/** Groupings whose use is kept beside what was bought for it; the engine picks from the same list. */
export const entitledGroupings: readonly { readonly name: string; readonly keys: readonly Key[] }[] = [
  { name: 'account_feature', keys: ['account', 'feature'] },
  { name: 'account_feature_server', keys: ['account', 'feature', 'server'] },
  // What entitlements for every account cover.
  { name: 'feature', keys: ['feature'] },
];

/** Shares of what was bought at which time is counted, %: getting short, as good as short, nothing left. */
export const limits = [80, 95, 100] as const;

const allKeys = ['account', 'feature', 'server'] as const;
/** The figures of a row: milliseconds and days at or over each of the limits. */
const figures = [...limits.map((limit) => `over${limit}`), ...limits.map((limit) => `days${limit}`)];
const columns = [
  'grouping',
  'level',
  ...allKeys,
  'bucket',
  'bought',
  'overdraft',
  'used',
  'usedAt',
  ...figures,
  'stamp',
];

/**
 * The statements that replace the touched rows of table `entitled_use`, to be run one after the other once `facts` are right: days,
 * then months. Parameter `own`: the account whose entitlements those without an account are, too; '' = nobody's.
 */
export function entitledUseStatements(chunk: Chunk, touched: TouchedKeys): readonly string[] {
  return [
    ...together(
      chunk,
      entitledGroupings.map(({ name, keys }) => days(name, keys, touched)),
    ),
    ...together(
      chunk,
      entitledGroupings.map(({ name, keys }) => months(name, keys, touched)),
    ),
  ].map((select) => `INSERT INTO entitled_use (${columns.join(', ')})\n${select}`);
}

const columnsFor = (keys: readonly Key[]): string => allKeys.map((key) => (keys.includes(key) ? key : `''`)).join(', ');

/**
 * Each day that has a fact, beside the quantity in force (-1: nothing countable), constant within a day of the site. The levels of
 * the day follow from its opening and its changes, in (time, file order). Former rows come in as rows of nothing: what was bought
 * may have changed since.
 */
function days(name: string, keys: readonly Key[], touched: TouchedKeys): string {
  const filter = touched.filter(keys);
  const changes = keys.includes('server') ? `${filter} AND ${touched.hint}` : filter;
  const names = keys.join(', ');
  const day = `toInt32(toDate32(bucket, ${zone}))`;
  const facts = `SELECT ${names}, bucket, ${day} AS day, opening, peak FROM facts FINAL
      WHERE grouping = '${name}' AND level = 'day' AND ${bucketsInChunk} AND peak != 0 AND ${filter}`;
  const over = (limit: number): string => `
         if(bought <= 0 OR peak * 100 < bought * ${limit}, 0,
            if(opening * 100 >= bought * ${limit}, if(empty(ats), ends, ats[1]) - begins, 0)
            + arraySum((level, at, next) -> if(level * 100 >= bought * ${limit}, next - at, 0), levels, ats, arraySlice(arrayPushBack(ats, ends), 2))) AS over${limit}`;
  return `
SELECT '${name}', 'day', ${columnsFor(keys)}, bucket, bought, overdraft, max(used), fromUnixTimestamp64Milli(max(at), 'UTC'),
       ${limits.map((limit) => `max(over${limit})`).join(', ')}, ${limits.map((limit) => `toUInt16(max(over${limit}) > 0)`).join(', ')}, {stamp:UInt64}
FROM (
  SELECT ${names}, bucket, bought, overdraft, peak AS used, toInt64(toUnixTimestamp(bucket)) * 1000 AS begins,
         toInt64(toUnixTimestamp(toDateTime(toDate32(day + 1), ${zone}))) * 1000 AS ends,
         moves.1 AS ats, arrayMap(fallen -> opening - fallen, arrayCumSum(moves.3)) AS levels,
         if(opening >= peak, begins, ats[indexOf(levels, peak)]) AS at,${limits.map(over).join(',')}
  FROM (
    SELECT ${names}, bucket, day, opening, peak, if(entitlements = 0 OR uncounted > 0, toDecimal64(-1, 6), toDecimal64(quantity, 6)) AS bought,
           if(unlimited > 0, toDecimal64(-1, 6), toDecimal64(allowed, 6)) AS overdraft
    FROM (${facts}) AS fact ASOF LEFT JOIN (${stepsSql(keys, facts)}) AS step
      ON ${keys.map((key) => `fact.${key} = step.${key}`).join(' AND ')} AND fact.day >= step.day
  ) AS covered
  LEFT ANY JOIN (
    SELECT ${names}, ${day} AS day, arraySort(groupArray((at, seq, fall))) AS moves
    FROM (SELECT ${names}, time AS bucket, toUnixTimestamp64Milli(time) AS at, seq, -delta AS fall FROM usage_changes WHERE ${inChunk} AND delta != 0 AND ${changes})
    GROUP BY ${names}, day
  ) AS moved USING (${names}, day)
  UNION ALL
  SELECT ${names}, bucket, bought, overdraft, toDecimal64(0, 6), toInt64(0), toInt64(0), [], [], toInt64(0), ${limits.map(() => 'toInt64(0)').join(', ')}
  FROM entitled_use FINAL WHERE grouping = '${name}' AND level = 'day' AND ${bucketsInChunk} AND used != 0 AND ${filter}
)
GROUP BY ${names}, bucket, bought, overdraft`;
}

/**
 * What covers each group from which day on, summed up: docs/definitions.md#coverage. Rows for one server count for groups of that server,
 * and for those that do not tell servers apart.
 */
function stepsSql(keys: readonly Key[], facts: string): string {
  const names = keys.join(', ');
  const rows = `(SELECT if(account = {own:String}, '', account) AS account, feature, server AS only, toInt32(start) AS first, toInt32(end) + 1 AS after, uncounted = 1 AS free,
          if(uncounted = 1, toDecimal64(0, 6), quantity) AS counted, overdraft FROM entitlements FINAL WHERE superseded = 0 AND model = 'concurrent')`;
  const own = keys.includes('server')
    ? `(SELECT * FROM (SELECT DISTINCT ${names} FROM (${facts})) AS used INNER JOIN ${rows} AS entitled USING (account, feature) WHERE only IN ('', server))`
    : rows;
  return `
SELECT ${names}, day, sum(counts) OVER w AS quantity, sum(frees) OVER w AS uncounted, sum(endless) OVER w AS unlimited, sum(allows) OVER w AS allowed, sum(rows) OVER w AS entitlements
FROM (
  SELECT ${names}, edge.1 AS day, sum(edge.2 * counted) AS counts, sum(edge.2 * toInt64(free)) AS frees, sum(edge.2 * toInt64(overdraft < 0)) AS endless,
         sum(edge.2 * if(overdraft < 0, toDecimal64(0, 6), overdraft)) AS allows, sum(edge.2) AS rows
  FROM ${own} ARRAY JOIN [(first, toInt64(1)), (after, toInt64(-1))] AS edge
  GROUP BY ${names}, day
)
WINDOW w AS (PARTITION BY ${names} ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}

/** Of equal peaks the first. */
function months(name: string, keys: readonly Key[], touched: TouchedKeys): string {
  const names = keys.join(', ');
  return `
SELECT '${name}', 'month', ${columnsFor(keys)}, toDateTime(toDateTime(month, ${zone}), 'UTC'), bought, overdraft, max(used),
       argMin(usedAt, (-used, usedAt)), ${figures.map((figure) => `sum(${figure})`).join(', ')}, {stamp:UInt64}
FROM entitled_use FINAL
WHERE grouping = '${name}' AND level = 'day' AND ${bucketsOfMonths} AND ${touched.filter(keys)}
GROUP BY ${names}, toStartOfMonth(bucket, ${zone}) AS month, bought, overdraft`;
}
