import type { Connection } from './connection.ts';
import { groupings } from './rollups/usage.ts';

/** What was derived of a source (server) does not follow from its events: rows are missing or too many. */
export interface Underived {
  /** '' = figures over all sources. */
  readonly server: string;
  /** Which table, and of which level where it has some. */
  readonly table: string;
  /** First month (UTC) that is concerned, milliseconds. */
  readonly month: number;
}

/**
 * Checks *derived* as a fact: rows of events against rows of what was derived from them, per source and month. Every table is
 * compared by sums that any missing, double or left-over row moves:
 * - `changes`: each checkout and each upgrade opens what it says, and in the end everything is closed (sum 0);
 * - `activity`: lines by kind and the amount consumed, by day and by month;
 * - `usage`: net change and license-milliseconds of every grouping and level, from the changes;
 * - `served_clients`: clients by day and by month, from the sessions;
 * - `episodes`: denial lines.
 *
 * @returns empty when all is well; sources that are being derived right now (`dirty`) are not looked at, nor, while there are
 *   some, figures over all
 */
export async function findUnderived(connection: Connection): Promise<readonly Underived[]> {
  const found: Underived[] = [];
  for (const { table, select } of checks) {
    const { rows } = await connection.query(
      `SELECT server, min(earliest) FROM (${select}) WHERE server NOT IN (${dirty})
         AND (server != '' OR (SELECT count() FROM (${dirty})) = 0) GROUP BY server ORDER BY server`,
    );
    for (const [server, month] of rows) found.push({ server: String(server), table, month: startOf(Number(month)) });
  }
  return found;
}

const dirty = "SELECT server FROM sources FINAL WHERE state = 'dirty'";

/** Month 202603 → its start, milliseconds. */
const startOf = (month: number): number => Date.UTC(Math.floor(month / 100), (month % 100) - 1);

interface Check {
  readonly table: string;
  /** SELECT of server and earliest month (such as 202603) of what does not fit. */
  readonly select: string;
}

/** Rows of facts count up, rows derived from them count down: what does not come to nothing is wrong. */
function balance(keys: string, facts: string, derived: string): string {
  return `SELECT server, min(month) AS earliest FROM (${facts} UNION ALL ${derived}) GROUP BY ${keys} HAVING arrayExists(d -> d != 0, sumForEach(amounts))`;
}

const amount = (sql: string): string => `toDecimal128(${sql}, 6)`;

/** Columns of `activity`, and the kind of line that each counts. */
const kinds = [
  ['checkouts', 'checkout'],
  ['checkins', 'checkin'],
  ['denials', 'denial'],
  ['unsupported', 'unsupported'],
  ['queued', 'queued'],
  ['dequeued', 'dequeued'],
  ['upgrades', 'upgrade'],
] as const;

/** As `served_clients` is made: a session that ends at midnight does not reach the day that begins then. */
const daysOfSession = `arrayMap(i -> toDate(toStartOfDay(start)) + i,
  range(toUInt32(1 + toDate(greatest(start, end - toIntervalMillisecond(1))) - toDate(toStartOfDay(start)))))`;

const checks: readonly Check[] = [
  {
    table: 'changes',
    select: balance(
      'server, month',
      `SELECT server, toYYYYMM(time) AS month, [${amount('1')}, ${amount('opened')}] AS amounts FROM (
         SELECT server, time, if(kind = 'checkout', quantity, quantity - quantityBefore) AS opened
         FROM events WHERE kind IN ('checkout', 'upgrade') AND model = 'concurrent') WHERE opened > 0`,
      `SELECT server, toYYYYMM(time) AS month, [${amount('-1')}, ${amount('-delta')}] AS amounts
       FROM changes WHERE ending = ''`,
    ),
  },
  {
    table: 'changes',
    select: `SELECT server, toYYYYMM(min(time)) AS earliest FROM usage_changes GROUP BY server HAVING sum(delta) != 0`,
  },
  {
    table: 'activity',
    select: balance(
      'server, month, level',
      `SELECT server, month, arrayJoin(['day', 'month']) AS level, counted AS amounts FROM (
         SELECT server, toYYYYMM(time) AS month,
                [${kinds.map(([, kind]) => amount(`countIf(kind = '${kind}')`)).join(', ')},
                 sumIf(${amount('quantity')}, model = 'metered' AND kind = 'checkout')] AS counted
         FROM events WHERE kind <= 'upgrade' GROUP BY server, month)`,
      `SELECT server, toYYYYMM(bucket) AS month, CAST(level, 'String') AS level,
              [${kinds.map(([column]) => amount(`-toInt64(sum(${column}))`)).join(', ')}, -sum(consumed)] AS amounts
       FROM activity FINAL GROUP BY server, month, level`,
    ),
  },
  { table: 'usage', select: usageBalance() },
  {
    table: 'served_clients',
    select: balance(
      'server, month, level',
      `SELECT server, toYYYYMM(bucket) AS month, level, [${amount('count()')}] AS amounts FROM (
         SELECT DISTINCT account, feature, server, client, 'day' AS level, arrayJoin(${daysOfSession}) AS bucket FROM sessions
         UNION ALL
         SELECT DISTINCT account, feature, server, client, 'month' AS level,
                arrayJoin(arrayDistinct(arrayMap(d -> toStartOfMonth(d), ${daysOfSession}))) AS bucket FROM sessions)
       GROUP BY server, month, level`,
      `SELECT server, toYYYYMM(bucket) AS month, CAST(level, 'String') AS level, [${amount('-toInt64(sum(bitmapCardinality(clients)))')}] AS amounts
       FROM (SELECT level, account, feature, server, bucket, groupBitmapMergeState(clients) AS clients FROM served_clients FINAL GROUP BY level, account, feature, server, bucket)
       GROUP BY server, month, level`,
    ),
  },
  {
    table: 'episodes',
    select: balance(
      'server',
      `SELECT server, toYYYYMM(min(time)) AS month, [${amount('count()')}] AS amounts
       FROM events WHERE kind IN ('denial', 'unsupported') GROUP BY server`,
      `SELECT own AS server, toYYYYMM(min(time)) AS month, [${amount('-toInt64(sum(ownLines))')}] AS amounts
       FROM episodes FINAL ARRAY JOIN servers AS own, serverLines AS ownLines WHERE lines > 0 GROUP BY own`,
    ),
  },
];

/** Net change and area of a stretch are sums over its changes: what they must be is one look at the changes. */
function usageBalance(): string {
  const ends = {
    quarter: 'toStartOfFifteenMinutes(time) + toIntervalMinute(15)',
    day: 'toStartOfDay(time) + toIntervalDay(1)',
    month: "toDateTime(toStartOfMonth(time) + toIntervalMonth(1), 'UTC')",
  };
  const area = (end: string): string =>
    `sum(${amount('delta')} * (toInt64(toUnixTimestamp(toDateTime(${end}, 'UTC'))) * 1000 - toUnixTimestamp64Milli(time)))`;
  const levels = Object.keys(ends);
  const wanted = groupings.flatMap(({ name, keys, quarters }) =>
    levels
      .filter((level) => level !== 'quarter' || quarters)
      .map((level) => `('${name}', '${level}', ${keys.includes('server') ? 'server' : "''"}, in_${level})`),
  );
  return balance(
    'server, month, grouping, level',
    `SELECT row.3 AS server, month, row.1 AS grouping, row.2 AS level, row.4 AS amounts FROM (
       SELECT month, arrayJoin([${wanted.join(', ')}]) AS row FROM (
         SELECT server, toYYYYMM(time) AS month, ${Object.entries(ends)
           .map(([level, end]) => `[sum(${amount('delta')}), ${area(end)}] AS in_${level}`)
           .join(', ')}
         FROM usage_changes WHERE delta != 0 GROUP BY server, month))`,
    `SELECT server, toYYYYMM(bucket) AS month, CAST(grouping, 'String') AS grouping, CAST(level, 'String') AS level,
            [-sum(${amount('net')}), -sum(area)] AS amounts
     FROM usage FINAL GROUP BY server, month, grouping, level`,
  );
}
