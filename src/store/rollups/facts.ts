import type { Chunk } from './chunks.ts';
import { bucketsInChunk, bucketsOfMonths, inChunk, together, zone } from './chunks.ts';
import type { Key, TouchedKeys } from './touched-keys.ts';

export interface Grouping {
  readonly name: string;
  readonly keys: readonly Key[];
  /** Quarter hours pay only where one holds many changes; elsewhere the changes themselves are as few. */
  readonly quarters: boolean;
  /** The next finer grouping: where it has one row in a day, that row is the coarser one's too. */
  readonly finer?: 'account_feature_server';
}

/** The groupings that are promised fast (docs/definitions.md#rollups-equal-raw); the engine picks from the same list. */
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

/** A stretch of time that has a row: its number, counted from some beginning, and when it starts, in seconds. */
interface Unit {
  readonly numberOf: (moment: string) => string;
  readonly startOf: (number: string) => string;
}

const units: Readonly<Record<'quarter' | 'day', Unit>> = {
  quarter: {
    numberOf: (moment) => `toUInt32(intDiv(toUnixTimestamp(${moment}), 900))`,
    startOf: (number) => `(toInt64(${number}) * 900)`,
  },
  // Days of the site: 23 or 25 hours long when its clocks change.
  day: {
    numberOf: (moment) => `toUInt32(toDate(${moment}, ${zone}))`,
    startOf: (number) => `toInt64(toUnixTimestamp(toDateTime(toDate(${number}), ${zone})))`,
  },
};

/**
 * The statements that replace the touched rows of table `facts`, to be run one after the other: quarter hours come first, days
 * from them or from the changes, months from the days. The day before the touched ones must be right: its closing is their opening.
 */
export function factsStatements(chunk: Chunk, touched: TouchedKeys): readonly string[] {
  const byQuarter = groupings.filter((grouping) => grouping.quarters);
  const byDay = groupings.filter((grouping) => !grouping.quarters && grouping.finer === undefined);
  const shared = groupings.filter((grouping) => grouping.finer !== undefined);
  const steps = [
    [
      ...byQuarter.map((grouping) => factsFromChanges(grouping, 'quarter', touched)),
      ...byDay.map((grouping) => factsFromChanges(grouping, 'day', touched)),
    ],
    [
      ...byQuarter.map((grouping) => factsFromFiner(grouping, 'day', touched)),
      ...shared.map((grouping) => daysFromServers(grouping, touched)),
    ],
    groupings.map((grouping) => factsFromFiner(grouping, 'month', touched)),
  ];
  return steps
    .flatMap((selects) => together(chunk, selects))
    .map((select) => `INSERT INTO facts (${factColumns})\n${select}`);
}

const factColumns = 'grouping, level, account, feature, server, vendor, bucket, opening, peak, closing, area, stamp';

/** Something was open, or happened: other rows say that nothing is left of what they said. */
const isFact = '(opening != 0 OR peak != 0)';

/**
 * How far the running sum rises above its opening within the moves of a unit, in (time, file order): elements are (time, seq,
 * −delta), changes at one place raise before they lower, and equal elements may swap without any effect, so the order is total.
 */
const rise = 'greatest(0, -arrayMin(arrayCumSum(arraySort(groupArray((at, seq, fall))).3)))';

/**
 * Absolute rows from the changes: what was open before is the closing of the unit before the touched ones. Units in which nothing
 * happens have a row as long as something is open. Former rows come in as a change of nothing: a unit that lost its last change
 * gets what is open then, or zeros.
 */
function factsFromChanges(grouping: Grouping, level: 'quarter' | 'day', touched: TouchedKeys): string {
  const { numberOf, startOf } = units[level];
  const keys = grouping.keys.map((key) => `${key}, `).join('');
  const filter = touched.filter(grouping.keys);
  const changes = grouping.keys.includes('server') ? `${filter} AND ${touched.hint}` : filter;
  const own = `facts FINAL WHERE grouping = '${grouping.name}' AND level = '${level}' AND ${filter}`;
  const first = numberOf(moment('firstDay'));
  const ms = (number: string): string => `${startOf(number)} * 1000`;
  const length = `(${ms('unit + 1')} - ${ms('unit')})`;
  return `
SELECT '${grouping.name}', '${level}', ${columnsFor(grouping)}, toDateTime(${startOf('unit')}, 'UTC'),
       if(isOwn, before, after), if(isOwn, before + entry.3, after), after,
       toDecimal128(if(isOwn, before, after), 6) * ${length} + if(isOwn, entry.4, toDecimal128(0, 6)), {stamp:UInt64}
FROM (
  SELECT ${keys}entry, after, after - entry.2 AS before,
         arrayJoin(range(entry.1, if(after != 0, next, entry.1 + 1))) AS unit, unit = entry.1 AS isOwn
  FROM (
    SELECT ${keys}arraySort(groupArray((unit, net, top, above))) AS entries, arrayCumSum(entries.2) AS afters,
           arrayPushBack(arrayPopFront(entries.1), ${numberOf(moment('dayAfter'))}) AS nexts
    FROM (
      SELECT ${keys}unit, toDecimal128(-sum(fall), 6) AS net, toDecimal128(${rise}, 6) AS top,
             -sum(toDecimal128(fall, 6) * (${ms('unit + 1')} - at)) AS above
      FROM (
        SELECT ${keys}${numberOf('time')} AS unit, toUnixTimestamp64Milli(time) AS at, seq, -delta AS fall
        FROM usage_changes WHERE ${inChunk} AND delta != 0 AND ${changes}
        UNION ALL
        SELECT ${keys}${numberOf('bucket')}, toInt64(toUnixTimestamp(bucket)) * 1000, 0, toDecimal64(0, 6)
        FROM ${own} AND ${bucketsInChunk} AND ${isFact}
      )
      GROUP BY ${keys}unit
      UNION ALL
      SELECT ${keys}${first} - 1, toDecimal128(closing, 6), toDecimal128(0, 6), toDecimal128(0, 6)
      FROM ${own} AND toYYYYMM(bucket) = toYYYYMM(toDateTime(${startOf(`${first} - 1`)}, 'UTC')) AND bucket = toDateTime(${startOf(`${first} - 1`)}, 'UTC') AND closing != 0
    )
    GROUP BY ${grouping.keys.length === 0 ? '()' : grouping.keys.join(', ')}
  )
  ARRAY JOIN entries AS entry, afters AS after, nexts AS next
)
WHERE unit >= ${first}`;
}

const moment = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/**
 * Days of a pool over several servers: what is open and how long adds up. Its peak is that of the server that alone had something
 * open that day, else it rises as the changes of all of them say.
 */
function daysFromServers(grouping: Grouping, touched: TouchedKeys): string {
  const keys = grouping.keys.join(', ');
  const filter = touched.filter(grouping.keys);
  const servers = `facts FINAL WHERE grouping = '${grouping.finer ?? ''}' AND level = 'day' AND ${bucketsInChunk} AND ${filter}`;
  const { numberOf, startOf } = units.day;
  return `
SELECT '${grouping.name}', 'day', ${columnsFor(grouping)}, bucket, opened, if(servers = 1, highest, opened + toDecimal64(top, 6)), closed, areas, {stamp:UInt64}
FROM (
  SELECT ${keys}, bucket, sum(opening) AS opened, max(peak) AS highest, sum(closing) AS closed, sum(area) AS areas, countIf${isFact} AS servers
  FROM ${servers} GROUP BY ${keys}, bucket
) AS pool
LEFT ANY JOIN (
  SELECT ${keys}, toDateTime(${startOf('unit')}, 'UTC') AS bucket, ${rise} AS top
  FROM (
    SELECT ${keys}, ${numberOf('time')} AS unit, toUnixTimestamp64Milli(time) AS at, seq, -delta AS fall
    FROM usage_changes WHERE ${inChunk} AND delta != 0 AND ${filter}
      AND (${keys}, unit) IN (SELECT ${keys}, ${numberOf('bucket')} FROM ${servers} AND ${isFact} GROUP BY ${keys}, bucket HAVING count() > 1)
  )
  GROUP BY ${keys}, unit
) AS rises USING (${keys}, bucket)`;
}

/** Neighbouring units compose: the first one's opening, the last one's closing, the highest peak, all of the area. */
function factsFromFiner(grouping: Grouping, level: 'day' | 'month', touched: TouchedKeys): string {
  const [finer, whole, end] =
    level === 'day'
      ? ['quarter', `toDate(bucket, ${zone})`, `toUnixTimestamp(toDateTime(unit + 1, ${zone})) - 900`]
      : ['day', `toStartOfMonth(bucket, ${zone})`, `toUnixTimestamp(toDateTime(addMonths(unit, 1) - 1, ${zone}))`];
  const keys = grouping.keys.map((key) => `${key}, `).join('');
  return `
SELECT '${grouping.name}', '${level}', ${columnsFor(grouping)}, toDateTime(toDateTime(unit, ${zone}), 'UTC') AS begins,
       if(earliest = begins, opened, 0), highest, if(toUnixTimestamp(latest) = ${end}, closed, 0), areas, {stamp:UInt64}
FROM (
  SELECT ${keys}${whole} AS unit, min(bucket) AS earliest, argMin(opening, bucket) AS opened, max(peak) AS highest,
         max(bucket) AS latest, argMax(closing, bucket) AS closed, sum(area) AS areas
  FROM facts FINAL
  WHERE grouping = '${grouping.name}' AND level = '${finer}' AND ${level === 'day' ? bucketsInChunk : bucketsOfMonths}
    AND ${touched.filter(grouping.keys)}
  GROUP BY ${keys}unit
)`;
}

function columnsFor(grouping: Grouping): string {
  return allKeys.map((key) => (grouping.keys.includes(key) ? key : `''`)).join(', ');
}
