import type { Connection, Params, Row } from '../../connection.ts';
import { activityKeys, consumedSelect, countsSelect } from '../activity.ts';
import { bucketsFrom, time, touchedBy, type Touched } from '../chunks.ts';
import { groupings } from '../facts.ts';
import type { Pair } from '../touched-keys.ts';
import type { Activity } from './activity.ts';
import { activityOf, activitySelect } from './activity.ts';
import type { Bought, EntitledUse } from './entitled-use.ts';
import { boughtOf, boughtSelect, entitledUseKeys, entitledUseOf, entitledUseSelect } from './entitled-use.ts';
import { monthStart, nextMonth, type Stretch } from './facts.ts';
import type { Fact, Move } from './rows.ts';
import { factKeys, largestAmount, factOf, factSelect, moveOf, moveSelect } from './rows.ts';
import type { ServedDay } from './served.ts';

/** More than so many rows of one kind are the engine's work. */
export const few = { rows: 20_000 };

/** Thrown by what reads too much to be worked out here. */
export class TooMany extends Error {}

const inDays = `time >= ${time('begin')} AND time < ${time('end')}`;

/** Parameters that every statement of this file may name. */
export function stretchParams(
  { first, after, days, from, to }: Stretch,
  servers: Touched['servers'],
  zone: string,
): Params {
  return {
    servers,
    zone,
    from,
    to,
    begin: days.startOf(first),
    end: days.startOf(after),
    firstDay: first,
    dayAfter: after,
    before: Math.min(days.startOf(first - 1), days.startOf(monthStart(first))),
    quarterFrom: Math.floor(from / 900_000) * 900_000,
    monthFrom: monthStart(first),
    monthTo: nextMonth(after - 1),
    chunkStart: days.startOf(monthStart(first)),
    chunkEnd: days.startOf(nextMonth(after - 1)),
  };
}

/** @throws TooMany */
export async function readFew<T>(
  connection: Connection,
  sql: string,
  params: Params,
  of: (row: Row) => T,
): Promise<T[]> {
  const { rows } = await connection.query(`${sql} LIMIT ${few.rows + 1}`, params);
  if (rows.length > few.rows) throw new TooMany();
  return rows.map(of);
}

/**
 * As `readFew`, of a table whose rows replace each other: `FINAL` costs the engine several times what the rows are worth.
 * @param keys how many columns tell what a row is about; the last one says how new it is
 */
export async function readNewest<T>(
  connection: Connection,
  sql: string,
  keys: number,
  params: Params,
  of: (row: Row) => T,
): Promise<T[]> {
  const newest = new Map<string, Row>();
  for (const row of await readFew(connection, sql, params, (row) => row)) {
    const text = row.slice(0, keys).join('\0');
    if (Number(newest.get(text)?.at(-1) ?? -1) <= Number(row.at(-1))) newest.set(text, row);
  }
  return [...newest.values()].map(of);
}

/** What counts of a source's open sessions, by server. */
export type Generations = ReadonlyMap<string, number>;

export const generations = async (connection: Connection): Promise<Generations> =>
  new Map(
    await readNewest(
      connection,
      'SELECT server, toFloat64(generation), toFloat64(updated) FROM sources',
      1,
      {},
      ([server, generation]) => [String(server), Number(generation)],
    ),
  );

/** As view `usage_changes`, whose planning costs more than both of its tables. */
export async function movesWhere(
  connection: Connection,
  current: Generations,
  condition: string,
  params: Params,
): Promise<Move[]> {
  const counted = { ofServer: [...current.keys()], generations: [...current.values()] };
  const where = `delta != 0 AND ${condition}`;
  const [changes, open] = await Promise.all([
    readFew(connection, `SELECT ${moveSelect('place')} FROM changes WHERE ${where}`, params, moveOf),
    readFew(
      connection,
      `SELECT ${moveSelect('seq')} FROM open_sessions
       WHERE server IN {ofServer:Array(String)} AND (server, generation) IN arrayZip({ofServer:Array(String)}, {generations:Array(UInt64)}) AND ${where}`,
      { ...params, ...counted },
      moveOf,
    ),
  ]);
  return [...changes, ...open];
}

/** Changes of the touched servers in the touched days, and ends after them of sessions that began before. */
export const movesOfServers = (connection: Connection, current: Generations, params: Params): Promise<Move[]> =>
  movesWhere(
    connection,
    current,
    `${touchedBy} AND time >= ${time('begin')} AND time - toIntervalMillisecond(held) < ${time('end')}`,
    params,
  );

/** What the touched servers had in use in the touched days, as the rows say. */
export const formerPairs = (connection: Connection, params: Params): Promise<Pair[]> =>
  readFew(
    connection,
    `SELECT DISTINCT account, feature FROM facts WHERE grouping = 'account_feature_server' AND level = 'day' AND ${touchedBy}
       AND ${bucketsFrom(time('begin'), time('end'))}`,
    params,
    ([account, feature]) => [String(account), String(feature)],
  );

/** What the lines of the touched servers say of the touched days. */
export async function activityDays(connection: Connection, params: Params): Promise<Activity[]> {
  const days = await readFew(
    connection,
    `SELECT ${activityKeys.join(', ')}, toUInt32(toDate(time, {zone:String})) AS bucket, toString(${consumedSelect}), ${countsSelect}, count() AS lines
     FROM (SELECT ${activityKeys.join(', ')}, time, kind, quantity FROM events WHERE ${touchedBy} AND ${inDays} AND kind <= 'upgrade' LIMIT ${few.rows + 1})
     GROUP BY ${activityKeys.join(', ')}, bucket`,
    params,
    (row) => ({ lines: Number(row.at(-1)), activity: activityOf(row.slice(0, -1)) }),
  );
  if (days.reduce((sum, { lines }) => sum + lines, 0) > few.rows) throw new TooMany();
  return days.map(({ activity }) => activity);
}

export const activityRows = (connection: Connection, params: Params): Promise<Activity[]> =>
  readNewest(
    connection,
    `SELECT ${activitySelect} FROM activity WHERE level = 'day' AND ${touchedBy} AND feature IN {features:Array(String)}
       AND ${bucketsFrom('toDate({monthFrom:UInt32})', 'toDate({monthTo:UInt32})')}`,
    activityKeys.length + 1,
    params,
    activityOf,
  );

/** Changes of other servers that touched groups and quarter hours consist of, too. */
export const movesOfOthers = (connection: Connection, current: Generations, params: Params): Promise<Move[]> =>
  movesWhere(
    connection,
    current,
    `NOT (${touchedBy}) AND ${inDays}
       AND (account IN {accounts:Array(String)} OR feature IN {features:Array(String)} OR (time >= ${time('quarterFrom')} AND time < ${time('to')} + toIntervalMinute(15)))`,
    params,
  );

const conditions = groupings.map(({ name, keys }) =>
  [
    `grouping = '${name}'`,
    ...(keys.includes('server')
      ? [touchedBy, ...(keys.includes('feature') ? ['feature IN {features:Array(String)}'] : [])]
      : [
          ...(keys.includes('account') ? ['account IN {accounts:Array(String)}'] : []),
          ...(keys.includes('feature') ? ['feature IN {features:Array(String)}'] : []),
        ]),
  ].join(' AND '),
);

/** Rows of touched groups: days in the touched months, quarter hours of the touched days, and what stands right before them. */
export const factRows = (connection: Connection, params: Params): Promise<Fact[]> =>
  readNewest(
    connection,
    `SELECT ${factSelect} FROM facts WHERE (level = 'day' OR level = 'quarter' AND bucket >= ${time('begin')} - toIntervalMinute(15) AND bucket < ${time('end')})
       AND ${bucketsFrom(time('before'), time('chunkEnd'))} AND (${conditions.join(' OR ')})`,
    factKeys,
    params,
    factOf,
  );

export const servedRows = (
  connection: Connection,
  params: Params,
): Promise<(ServedDay & { readonly clients: readonly number[] })[]> =>
  readNewest(
    connection,
    `SELECT account, feature, server, toUInt32(bucket), bitmapToArray(clients), toFloat64(stamp) FROM served_clients WHERE level = 'day' AND ${touchedBy}
       AND ${bucketsFrom('toDate({firstDay:UInt32})', 'toDate({dayAfter:UInt32})')}`,
    4,
    params,
    ([account, feature, server, day, clients]) => ({
      account: String(account),
      feature: String(feature),
      server: String(server),
      day: Number(day),
      clients: (clients as readonly unknown[]).map(Number),
    }),
  );

/** What was bought, by a condition on it. */
export const boughtRows = async (connection: Connection, condition: string, params: Params): Promise<Bought[]> =>
  (
    await readNewest(
      connection,
      `SELECT ${boughtSelect} FROM entitlements WHERE model = 'concurrent' AND ${condition}`,
      1,
      params,
      boughtOf,
    )
  ).filter(({ superseded }) => !superseded);

export const entitledUseRows = (connection: Connection, params: Params): Promise<EntitledUse[]> =>
  readNewest(
    connection,
    `SELECT ${entitledUseSelect} FROM entitled_use WHERE level = 'day' AND feature IN {features:Array(String)}
       AND ${bucketsFrom(time('chunkStart'), time('chunkEnd'))}
       AND (grouping = 'feature' OR grouping = 'account_feature' AND account IN {accounts:Array(String)} OR grouping = 'account_feature_server' AND ${touchedBy})`,
    entitledUseKeys,
    params,
    entitledUseOf,
  );

/** Beyond what a number says exactly it is the engine's work. */
export function refuseLarge(moves: readonly Move[], facts: readonly Fact[], bought: readonly Bought[]): void {
  let sum = 0;
  for (const { delta } of moves) sum += Math.abs(delta);
  for (const { peak } of facts) sum = Math.max(sum, Math.abs(peak));
  for (const { quantity, overdraft } of bought) sum += Math.abs(quantity) + Math.abs(overdraft);
  if (sum > largestAmount) throw new TooMany();
}
