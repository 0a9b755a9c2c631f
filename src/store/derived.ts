import { DateTime } from 'luxon';
import type { Connection } from './connection.ts';
import { factsZone } from './facts-zone.ts';
import { groupings } from './rollups/facts.ts';

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
 * - `facts`: net change (by month) and license-milliseconds (in all) of every grouping and level, from the changes;
 * - `served_clients`: clients by day and by month, from the sessions;
 * - `episodes`: denial lines.
 *
 * @returns empty when all is well; sources that are being derived right now (`dirty`) are not looked at, nor, while there are
 *   some, figures over all
 */
export async function findUnderived(connection: Connection): Promise<readonly Underived[]> {
  const found: Underived[] = [];
  const zone = await factsZone(connection);
  for (const { table, select } of checks) {
    // Facts that are being made anew follow from all events by themselves.
    if (zone === '' && table !== 'changes' && table !== 'episodes') continue;
    const { rows } = await connection.query(
      `SELECT server, min(earliest) FROM (${select}) WHERE server NOT IN (${dirty})
         AND (server != '' OR (SELECT count() FROM (${dirty})) = 0) GROUP BY server ORDER BY server`,
      { zone: zone || 'UTC' },
    );
    for (const [server, month] of rows)
      found.push({ server: String(server), table, month: startOf(Number(month), zone || 'UTC') });
  }
  return found;
}

const dirty = "SELECT server FROM sources FINAL WHERE state = 'dirty'";

/** Month 202603 → its start, milliseconds. */
const startOf = (month: number, zone: string): number =>
  DateTime.fromObject({ year: Math.floor(month / 100), month: month % 100 }, { zone }).toMillis();

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
const daysOfSession = `arrayMap(i -> toDate(start, {zone:String}) + i,
  range(toUInt32(1 + toDate(greatest(start, end - toIntervalMillisecond(1)), {zone:String}) - toDate(start, {zone:String}))))`;

/** Every grouping and level that facts have, with the server that its rows are of; '' = over all. */
const wanted = groupings
  .flatMap(({ name, keys, quarters }) =>
    ['quarter', 'day', 'month']
      .filter((level) => level !== 'quarter' || quarters)
      .map((level) => `('${name}', '${level}', ${keys.includes('server') ? 'server' : "''"})`),
  )
  .join(', ');

const checks: readonly Check[] = [
  {
    table: 'changes',
    select: balance(
      'server, month',
      `SELECT server, toYYYYMM(time, {zone:String}) AS month, [${amount('1')}, ${amount('opened')}] AS amounts FROM (
         SELECT server, time, if(kind = 'checkout', quantity, quantity - quantityBefore) AS opened
         FROM events WHERE kind IN ('checkout', 'upgrade') AND model = 'concurrent') WHERE opened > 0`,
      `SELECT server, toYYYYMM(time, {zone:String}) AS month, [${amount('-1')}, ${amount('-delta')}] AS amounts
       FROM changes WHERE ending = ''`,
    ),
  },
  {
    table: 'changes',
    select: `SELECT server, toYYYYMM(min(time), {zone:String}) AS earliest FROM usage_changes GROUP BY server HAVING sum(delta) != 0`,
  },
  {
    table: 'activity',
    select: balance(
      'server, month, level',
      `SELECT server, month, arrayJoin(['day', 'month']) AS level, counted AS amounts FROM (
         SELECT server, toYYYYMM(time, {zone:String}) AS month,
                [${kinds.map(([, kind]) => amount(`countIf(kind = '${kind}')`)).join(', ')},
                 sumIf(${amount('quantity')}, model = 'metered' AND kind = 'checkout')] AS counted
         FROM events WHERE kind <= 'upgrade' GROUP BY server, month)`,
      `SELECT server, toYYYYMM(bucket) AS month, CAST(level, 'String') AS level,
              [${kinds.map(([column]) => amount(`-toInt64(sum(${column}))`)).join(', ')}, -sum(consumed)] AS amounts
       FROM activity FINAL GROUP BY server, month, level`,
    ),
  },
  { table: 'facts', select: balance('server, month, grouping, level', ...netBalance()) },
  { table: 'facts', select: balance('server, grouping, level', ...areaBalance()) },
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
      `SELECT server, toYYYYMM(min(time), {zone:String}) AS month, [${amount('count()')}] AS amounts
       FROM events WHERE kind IN ('denial', 'unsupported') GROUP BY server`,
      `SELECT own AS server, toYYYYMM(min(time), {zone:String}) AS month, [${amount('-toInt64(sum(ownLines))')}] AS amounts
       FROM episodes FINAL ARRAY JOIN servers AS own, serverLines AS ownLines WHERE lines > 0 GROUP BY own`,
    ),
  },
];

/** What a month's rows say of the difference between its end and its beginning is the sum of its changes. */
function netBalance(): [facts: string, derived: string] {
  return [
    `SELECT row.3 AS server, month, row.1 AS grouping, row.2 AS level, [net] AS amounts FROM (
       SELECT month, arrayJoin([${wanted}]) AS row, net FROM (
         SELECT server, toYYYYMM(time, {zone:String}) AS month, sum(${amount('delta')}) AS net
         FROM usage_changes WHERE delta != 0 GROUP BY server, month))`,
    `SELECT server, toYYYYMM(bucket, {zone:String}) AS month, CAST(grouping, 'String') AS grouping, CAST(level, 'String') AS level,
            [sum(${amount('opening')} - ${amount('closing')})] AS amounts
     FROM facts FINAL GROUP BY server, month, grouping, level`,
  ];
}

/** In the end nothing is open, so the area over all time is one look at the changes. */
function areaBalance(): [facts: string, derived: string] {
  return [
    `SELECT row.3 AS server, month, row.1 AS grouping, row.2 AS level, [area] AS amounts FROM (
       SELECT month, arrayJoin([${wanted}]) AS row, area FROM (
         SELECT server, toYYYYMM(min(time), {zone:String}) AS month, -sum(${amount('delta')} * toUnixTimestamp64Milli(time)) AS area
         FROM usage_changes WHERE delta != 0 GROUP BY server))`,
    `SELECT server, toYYYYMM(min(bucket), {zone:String}) AS month, CAST(grouping, 'String') AS grouping, CAST(level, 'String') AS level, [-sum(area)] AS amounts
     FROM facts FINAL GROUP BY server, grouping, level`,
  ];
}
