import type { Connection } from './connection.ts';
import { episodesSql } from './episodes-sql.ts';
import { physicalTable } from './physical.ts';

/**
 * Recomputes every derived table for what an ingest touched: `usage`, `activity`, `served_clients` and `episodes`.
 *
 * Each stretch that lies in the touched time is computed anew from the changes or events and replaces its old row (the
 * highest `stamp` counts); a stretch that lost its last change gets a row of zeros. So it may run any number of times, also
 * after a crash in its middle, and late data need nothing special.
 *
 * @param touched servers whose events or changes moved, and the time they moved in (epoch milliseconds, `to` exclusive);
 *   it must include the former and the new last line of each server, where its open sessions end.
 */
export async function recomputeRollups(connection: Connection, touched: Touched): Promise<void> {
  if (touched.servers.length === 0 || touched.to <= touched.from) return;
  const stamp = Date.now() * 1000;
  for (const chunk of await chunksOf(connection, touched)) {
    const run: Run = (sql) =>
      connection.command(sql, {
        servers: touched.servers,
        from: chunk.from,
        to: chunk.to,
        chunkStart: chunk.start,
        chunkEnd: chunk.end,
        stamp,
      });
    await Promise.all([
      recomputeUsage(run, chunk, await onlyServersIn(connection, touched.servers, chunk)),
      inTurn(
        run,
        [activityDays, activityMonths, clientDays, clientMonths].map((sql) => `${sql}\n${plainInsert}`),
      ),
    ]);
  }
  await connection.command(episodesOfTouchedClients, {
    servers: touched.servers,
    from: touched.from,
    to: touched.to,
    stamp,
  });
}

export interface Touched {
  readonly servers: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Bulk loads leave many parts; merged ones make `FINAL` free. Worth it after a load, not after every minute's lines. */
export async function compactRollups(connection: Connection): Promise<void> {
  for (const table of ['usage', 'activity', 'served_clients', 'episodes', 'events', 'changes', 'clients'])
    await connection.command(`OPTIMIZE TABLE ${physicalTable(connection, table)} FINAL`);
}

interface Grouping {
  readonly name: string;
  readonly keys: readonly ('account' | 'feature' | 'server' | 'vendor')[];
  /** Quarter hours pay only where one holds many changes; elsewhere the changes themselves are as few. */
  readonly quarters: boolean;
  /** The next finer grouping: where it has one row in a day, that row is the coarser one's too. */
  readonly finer?: 'account_feature_server';
}

/** The groupings that are promised fast (DESIGN.md, decision 4); the engine picks from the same list. */
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

const time = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
const inChunk = `time >= toStartOfDay(${time('from')}) AND time < ${time('chunkEnd')} AND time < toStartOfDay(${time('to')} - toIntervalMillisecond(1)) + toIntervalDay(1)`;
const touchedBy = `server IN {servers:Array(String)}`;

type Run = (sql: string) => Promise<void>;

/** Quarter hours come first, days from them or from the changes, months from the days. */
async function recomputeUsage(run: Run, chunk: Chunk, alone: boolean): Promise<void> {
  const byQuarter = groupings.filter((grouping) => grouping.quarters);
  const byDay = groupings.filter((grouping) => !grouping.quarters);
  const shared = byDay.filter((grouping) => grouping.finer !== undefined);
  const steps = [
    [
      ...byQuarter.map((grouping) => usageFromChanges(grouping, 'quarter', alone)),
      ...byDay
        .filter((grouping) => grouping.finer === undefined)
        .map((grouping) => usageFromChanges(grouping, 'day', alone)),
    ],
    [
      ...byQuarter.map((grouping) => usageFromFiner(grouping, 'day', 'quarter', alone)),
      ...shared.map((grouping) => daysOfOneServer(grouping, alone)),
      ...shared.map((grouping) => usageFromChanges(grouping, 'day', alone, daysOfSeveralServers(grouping, alone))),
    ],
    groupings.map((grouping) => usageFromFiner(grouping, 'month', 'day', alone)),
  ];
  for (const selects of steps) {
    // A statement has a price of its own; many changes are sorted for one grouping at a time, to bound memory.
    const statements = chunk.events <= mostChangesTogether ? [selects.join('\nUNION ALL\n')] : selects;
    await inTurn(
      run,
      statements.map((select) => `INSERT INTO usage (${usageColumns})\n${select}\n${plainInsert}`),
    );
  }
}

async function inTurn(run: Run, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await run(statement);
}

const usageColumns = 'grouping, level, account, feature, server, vendor, bucket, net, top, area, stamp';
const mostChangesTogether = 500_000;

/** Keys are unique within each statement: nothing to replace while it inserts (a third of its time). */
const plainInsert = 'SETTINGS optimize_on_insert = 0';

/** Which keys an ingest moved: only theirs are recomputed, unless the touched servers are the only ones in that month. */
function keyFilter(grouping: Grouping, alone: boolean): string {
  if (alone || grouping.keys.length === 0) return '1';
  if (grouping.keys.includes('server')) return touchedBy;
  const keys = grouping.keys.join(', ');
  return `(${keys}) IN (SELECT DISTINCT ${keys} FROM usage_changes WHERE ${touchedBy} AND ${inChunk})`;
}

/**
 * The four numbers of each stretch from its changes in (time, file order). Elements are (time, seq, −delta): changes at one
 * place raise before they lower, and equal elements may swap without any effect, so the order is total.
 */
function usageFromChanges(grouping: Grouping, level: 'quarter' | 'day', alone: boolean, only = '1'): string {
  const length = level === 'quarter' ? quarterMs : dayMs;
  const bucketOf = level === 'quarter' ? 'toStartOfFifteenMinutes(time)' : 'toStartOfDay(time)';
  const keys = grouping.keys.map((key) => `${key}, `).join('');
  return `
SELECT '${grouping.name}', '${level}', ${columnsFor(grouping)}, bucket,
       arraySum(deltas), greatest(0, arrayMax(arrayCumSum(deltas))),
       arraySum((d, t) -> toDecimal128(d, 6) * (${length} - t % ${length}), deltas, arrayMap(c -> c.1, moves)), {stamp:UInt64}
FROM (
  SELECT ${keys}bucket, arraySort(groupArray((at, seq, fall))) AS moves, arrayMap(c -> -c.3, moves) AS deltas
  FROM (
    SELECT ${keys}toDateTime(${bucketOf}, 'UTC') AS bucket, toUnixTimestamp64Milli(time) AS at, seq, -delta AS fall
    FROM usage_changes WHERE ${inChunk} AND delta != 0 AND ${keyFilter(grouping, alone)} AND ${only}
    UNION ALL
    SELECT ${keys}bucket, toInt64(toUnixTimestamp(bucket)) * 1000, 0, toDecimal64(0, 6)
    FROM usage FINAL WHERE grouping = '${grouping.name}' AND level = '${level}' AND ${bucketsInChunk} AND (net != 0 OR top != 0 OR area != 0)
      AND ${keyFilter(grouping, alone)} AND ${only.replaceAll('toStartOfDay(time)', 'bucket')}
  )
  GROUP BY ${keys}bucket
)`;
}

/** Days in which one server alone changed anything for a key: its numbers are the key's. */
function daysOfOneServer(grouping: Grouping, alone: boolean): string {
  return `
SELECT '${grouping.name}', 'day', ${columnsFor(grouping)}, bucket, any(net), any(top), any(area), {stamp:UInt64}
FROM (
  SELECT account, feature, bucket, net, top, area FROM usage FINAL
  WHERE grouping = '${grouping.finer ?? ''}' AND level = 'day' AND ${bucketsInChunk} AND ${keyFilter(grouping, alone)}
)
GROUP BY account, feature, bucket HAVING count() = 1`;
}

function daysOfSeveralServers(grouping: Grouping, alone: boolean): string {
  return `(account, feature, toStartOfDay(time)) IN (
    SELECT account, feature, bucket FROM usage FINAL
    WHERE grouping = '${grouping.finer ?? ''}' AND level = 'day' AND ${bucketsInChunk} AND ${keyFilter(grouping, alone)}
    GROUP BY account, feature, bucket HAVING count() > 1)`;
}

const bucketsInChunk = `bucket >= toStartOfDay(${time('from')}) AND bucket < ${time('chunkEnd')} AND bucket < toStartOfDay(${time('to')} - toIntervalMillisecond(1)) + toIntervalDay(1)`;
const bucketsOfMonths = `bucket >= ${time('chunkStart')} AND bucket < ${time('chunkEnd')}`;

/** Neighbouring stretches compose: openings add up, the highest of (opening + top), areas shifted to the longer stretch's end. */
function usageFromFiner(grouping: Grouping, level: 'day' | 'month', finer: 'quarter' | 'day', alone: boolean): string {
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
    AND ${keyFilter(grouping, alone)}
  GROUP BY ${keys}whole
)`;
}

function columnsFor(grouping: Grouping): string {
  return allKeys.map((key) => (grouping.keys.includes(key) ? key : `''`)).join(', ');
}

const activityColumns = 'account, feature, version, server, vendor, model';
const activityCounts = ['checkouts', 'checkins', 'denials', 'unsupported', 'queued', 'dequeued', 'upgrades'] as const;
const kindOf = {
  checkouts: 'checkout',
  checkins: 'checkin',
  denials: 'denial',
  unsupported: 'unsupported',
  queued: 'queued',
  dequeued: 'dequeued',
  upgrades: 'upgrade',
} as const;

const activityDays = `
INSERT INTO activity (level, ${activityColumns}, bucket, ${activityCounts.join(', ')}, consumed, stamp)
SELECT 'day', ${activityColumns}, toDate(time) AS bucket,
       ${activityCounts.map((name) => `countIf(kind = '${kindOf[name]}')`).join(', ')},
       sumIf(toDecimal128(quantity, 6), model = 'metered' AND kind = 'checkout'), {stamp:UInt64}
FROM events WHERE ${inChunk} AND ${touchedBy} AND kind <= 'upgrade'
GROUP BY ${activityColumns}, bucket`;

const activityMonths = `
INSERT INTO activity (level, ${activityColumns}, bucket, ${activityCounts.join(', ')}, consumed, stamp)
SELECT 'month', ${activityColumns}, toStartOfMonth(bucket) AS whole, ${activityCounts.map((name) => `sum(${name})`).join(', ')}, sum(consumed), {stamp:UInt64}
FROM activity FINAL WHERE level = 'day' AND ${touchedBy} AND bucket >= toDate(${time('chunkStart')}) AND bucket < toDate(${time('chunkEnd')})
GROUP BY ${activityColumns}, whole`;

/**
 * A session overlaps the days from its start to its last moment: one that ends at midnight does not reach the day that
 * begins then, unless it began then too (length 0). Former rows of the touched days come in as empty sets.
 */
const clientDays = `
INSERT INTO served_clients (level, account, feature, server, bucket, clients, stamp)
SELECT 'day', account, feature, server, day, groupBitmapIfState(client, present), {stamp:UInt64}
FROM (
  SELECT account, feature, server, client, 1 AS present, toDate(toStartOfDay(start)) AS first,
         toDate(greatest(start, end - toIntervalMillisecond(1))) AS last,
         greatest(first, toDate(${time('from')})) AS low,
         least(last, toDate(${time('to')} - toIntervalMillisecond(1)), toDate(${time('chunkEnd')}) - 1) AS high,
         arrayJoin(range(toUInt32(greatest(0, high - low + 1)))) AS offset, low + offset AS day
  FROM sessions WHERE ${touchedBy} AND end >= toStartOfDay(${time('from')}) AND start < ${time('chunkEnd')} AND start < ${time('to')} + toIntervalDay(1)
  UNION ALL
  SELECT account, feature, server, 0, 0, bucket, bucket, bucket, bucket, 0, bucket
  FROM served_clients FINAL
  WHERE level = 'day' AND ${touchedBy} AND bucket >= toDate(${time('from')}) AND bucket <= toDate(${time('to')} - toIntervalMillisecond(1)) AND bucket < toDate(${time('chunkEnd')})
)
GROUP BY account, feature, server, day`;

const clientMonths = `
INSERT INTO served_clients (level, account, feature, server, bucket, clients, stamp)
SELECT 'month', account, feature, server, toStartOfMonth(bucket) AS whole, groupBitmapMergeState(clients), {stamp:UInt64}
FROM served_clients FINAL
WHERE level = 'day' AND ${touchedBy} AND bucket >= toDate(${time('chunkStart')}) AND bucket < toDate(${time('chunkEnd')})
GROUP BY account, feature, server, whole`;

/**
 * Episodes of every client that was refused in the touched time or within a day before it (its outcome may have come now),
 * over that client's whole history, since a line may join two episodes. Former episodes come in with 0 lines.
 */
const touchedClients = `
(account, feature, server, vendor, client) IN (
  SELECT DISTINCT account, feature, server, vendor, client FROM events
  WHERE kind IN ('denial', 'unsupported') AND time >= ${time('from')} - toIntervalDay(1) AND time < ${time('to')}
    AND (account, feature) IN (SELECT DISTINCT account, feature FROM events WHERE ${touchedBy} AND time >= ${time('from')} AND time < ${time('to')}))`;
const episodeColumns =
  'account, feature, time, last, server, vendor, version, kind, client, project, lines, code, reason, detail, grantAfter';

const episodesOfTouchedClients = `
INSERT INTO episodes (${episodeColumns}, stamp)
SELECT account, feature, time, max(last), server, vendor, any(version), kind, client, any(project), max(lines) AS lines,
       anyIf(code, present), anyIf(reason, present), anyIf(detail, present), if(lines = 0, -1, maxIf(grantAfter, present)), {stamp:UInt64}
FROM (
  SELECT ${episodeColumns}, 1 AS present FROM (${episodesSql({ where: touchedClients, gapMs: '600000' })})
  UNION ALL
  SELECT account, feature, time, last, server, vendor, version, kind, client, project, 0, '', '', '', -1, 0
  FROM episodes FINAL WHERE lines > 0 AND ${touchedClients}
)
GROUP BY account, feature, time, server, vendor, kind, client`;

async function onlyServersIn(connection: Connection, servers: readonly string[], chunk: Chunk): Promise<boolean> {
  const others = await connection.query(
    `SELECT 1 FROM usage_changes WHERE server NOT IN {servers:Array(String)}
       AND time >= fromUnixTimestamp64Milli({start:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({end:Int64}, 'UTC') LIMIT 1`,
    { servers, start: chunk.start, end: chunk.end },
  );
  return others.rows.length === 0;
}

/** Whole months (UTC) that are recomputed by one statement each, and the part of them that was touched. */
interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

/** Changes that one statement sorts in memory (about 100 bytes each). */
const mostChangesAtOnce = 4_000_000;

/** The touched months, as many together as fit into memory: a statement has a price of its own. */
async function chunksOf(connection: Connection, touched: Touched): Promise<Chunk[]> {
  const { rows } = await connection.query(
    `SELECT toUnixTimestamp(toDateTime(toStartOfMonth(time), 'UTC')) * 1000 AS month, toFloat64(count()) FROM events
     WHERE time >= toStartOfMonth(fromUnixTimestamp64Milli({from:Int64}, 'UTC')) AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
     GROUP BY month`,
    { from: touched.from, to: touched.to },
  );
  const eventsIn = new Map(rows.map((row) => [Number(row[0]), Number(row[1])]));
  const chunks: Chunk[] = [];
  for (const month of monthsBetween(touched.from, touched.to)) {
    const events = eventsIn.get(month.start) ?? 0;
    const last = chunks.at(-1);
    if (last !== undefined && last.events + events <= mostChangesAtOnce)
      chunks[chunks.length - 1] = { ...last, end: month.end, to: month.to, events: last.events + events };
    else chunks.push({ ...month, events });
  }
  return chunks;
}

/** The months (UTC) that [from, to) reaches into, each with the part of it that was touched. */
function monthsBetween(from: number, to: number): Omit<Chunk, 'events'>[] {
  const months: Omit<Chunk, 'events'>[] = [];
  const first = new Date(from);
  for (let year = first.getUTCFullYear(), month = first.getUTCMonth(); Date.UTC(year, month) < to; month++) {
    const start = Date.UTC(year, month);
    const end = Date.UTC(year, month + 1);
    months.push({ start, end, from: Math.max(from, start), to: Math.min(to, end) });
  }
  return months;
}
