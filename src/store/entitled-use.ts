import type { Connection } from './connection.ts';
import { factsZone } from './facts-zone.ts';
import { inTurn } from './in-turn.ts';
import { plainInsert } from './plain-insert.ts';
import { chunkParams, chunksOf } from './rollups/chunks.ts';
import { entitledUseStatements } from './rollups/entitled-use.ts';
import { followFew } from './rollups/few/follow.ts';
import type { Pair, TouchedKeys } from './rollups/touched-keys.ts';
import { keysOfPairs } from './rollups/touched-keys.ts';
import { readSetting, saySetting } from './store-settings.ts';

/** What the rows of table `entitled_use` were made of, beside the facts. */
export interface EntitledUseBasis {
  /** Entitlements, superseded ones too: the highest `updated`, and how many there are. */
  readonly newest: string;
  readonly rows: string;
  /** The account whose entitlements are those of lines without an account; '' where lines have accounts. */
  readonly own: string;
}

const setting = 'entitledUse';

/** undefined: they are being made, or never were, or nothing was bought. */
export async function entitledUseBasis(connection: Connection): Promise<EntitledUseBasis | undefined> {
  const text = (await readSetting(connection, setting)) ?? '';
  return text === '' ? undefined : (JSON.parse(text) as EntitledUseBasis);
}

/** Until `followEntitlements` nothing is answered from them. */
export const forgetEntitledUse = (connection: Connection): Promise<void> => saySetting(connection, setting, '');

/** Name of the one account, where no line has an account; as configured. */
export async function saySiteAccount(connection: Connection, siteAccount: string): Promise<void> {
  if ((await readSetting(connection, 'siteAccount')) !== siteAccount)
    await saySetting(connection, 'siteAccount', siteAccount);
}

/**
 * Has `entitled_use` follow the entitlements: of each account × feature of which rows were loaded or superseded since; of all where it was
 * never made, or where the first line with an account has come. May be ended anywhere: until it has ended, questions
 * work out themselves what is in it.
 * @param isLoaded false after an ingest, which changes no entitlements
 */
export const followEntitlements = (connection: Connection, isLoaded = true): Promise<void> =>
  inTurn(connection, () => follow(connection, isLoaded));

/** Stores of which this process has seen that there are no entitlements at all. */
const boughtNothing = new WeakSet<Connection>();

async function follow(connection: Connection, isLoaded: boolean): Promise<void> {
  const zone = await factsZone(connection);
  if (zone === '') return;
  const made = await entitledUseBasis(connection);
  // Whoever loads entitlements into a directory has this called itself.
  if (made === undefined && connection.kind === 'embedded' && !isLoaded && boughtNothing.has(connection)) return;
  const current = await currentBasis(connection);
  if (current.rows === '0') boughtNothing.add(connection);
  else boughtNothing.delete(connection);
  if (JSON.stringify(made) === JSON.stringify(current)) return;
  if (current.rows === '0') return made === undefined ? undefined : forgetEntitledUse(connection);
  const pairs = await changedPairs(connection, made, current);
  if (made !== undefined) await forgetEntitledUse(connection);
  if (!(await followFew(connection, zone, current.own, pairs)))
    await followInEngine(connection, zone, current.own, keysOfPairs(pairs));
  await saySetting(connection, setting, JSON.stringify(current));
}

/** The same for any number of rows, by statements of the engine. */
async function followInEngine(connection: Connection, zone: string, own: string, keys: TouchedKeys): Promise<void> {
  const { rows } = await connection.query(
    `SELECT toFloat64(toUnixTimestamp(min(bucket))) * 1000, toFloat64(toUnixTimestamp(max(bucket))) * 1000, toFloat64(count()) FROM facts WHERE level = 'day'`,
  );
  const [from = 0, to = 0, count = 0] = (rows[0] ?? []).map(Number);
  if (count > 0) {
    const stamp = Date.now() * 1000;
    for (const chunk of await chunksOf(connection, { servers: [], from, to: to + 1 }, zone))
      for (const statement of entitledUseStatements(chunk, keys))
        await connection.command(`${statement}\n${plainInsert}`, {
          ...keys.params,
          ...chunkParams(chunk, zone),
          own,
          stamp,
        });
  }
}

async function currentBasis(connection: Connection): Promise<EntitledUseBasis> {
  const { rows } = await connection.query(
    `SELECT toString(max(updated)), toString(count()), (SELECT max(account != '') FROM activity WHERE level = 'month') FROM entitlements`,
  );
  const [newest, count, namesAccounts] = rows[0] ?? [];
  const siteAccount = (await readSetting(connection, 'siteAccount')) ?? '';
  return { newest: String(newest), rows: String(count), own: Number(namesAccounts) === 1 ? '' : siteAccount };
}

/** undefined: all. */
async function changedPairs(
  connection: Connection,
  made: EntitledUseBasis | undefined,
  current: EntitledUseBasis,
): Promise<Pair[] | undefined> {
  if (made?.own !== current.own || Number(made.rows) > Number(current.rows)) return undefined;
  const { rows } = await connection.query(
    `SELECT DISTINCT if(account = {own:String}, '', account), feature FROM entitlements WHERE updated > {newest:UInt64}`,
    { own: current.own, newest: made.newest },
  );
  return rows.map(([account, feature]) => [String(account), String(feature)]);
}
