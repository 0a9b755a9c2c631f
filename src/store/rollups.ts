import type { Connection } from './connection.ts';
import { factsZone } from './facts-zone.ts';
import { entitledUseBasis, followEntitlements } from './entitled-use.ts';
import { inTurn } from './in-turn.ts';
import { plainInsert } from './plain-insert.ts';
import { physicalTable } from './physical.ts';
import { activityStatements } from './rollups/activity.ts';
import type { Touched } from './rollups/chunks.ts';
import { chunkParams, chunksOf } from './rollups/chunks.ts';
import { entitledUseStatements } from './rollups/entitled-use.ts';
import { episodesStatement } from './rollups/episodes.ts';
import { factsStatements } from './rollups/facts.ts';
import { recomputeFewEpisodes } from './rollups/few/episodes.ts';
import { recomputeFew } from './rollups/few/recompute.ts';
import { servedClientsStatements } from './rollups/served-clients.ts';
import { touchedKeys } from './rollups/touched-keys.ts';

export type { Touched } from './rollups/chunks.ts';
export { groupings } from './rollups/facts.ts';

/**
 * Recomputes every derived table for what an ingest touched: `facts`, `entitled_use`, `activity`, `served_clients` and `episodes`.
 *
 * Each stretch that lies in the touched time is computed anew from the changes or events and replaces its old row (the
 * highest `stamp` counts); a stretch that lost its last change gets a row of zeros. So it may run any number of times, also
 * after a crash in its middle, and late data need nothing special.
 *
 * @param touched must include the former and the new last line of each server: all that is open is closed there, so that what
 * was open after the touched time stays as it was
 */
export async function recomputeRollups(connection: Connection, touched: Touched): Promise<void> {
  const { servers, from, to } = touched;
  if (servers.length === 0 || to <= from) return;
  // A stretch that no calendar has would be recomputed as no month at all, without a word.
  if (from < 0)
    throw new Error(`rollups cannot be recomputed from ${from} ms: expected 0 or later. Please report this.`);
  const zone = await factsZone(connection);
  // Facts that are being made anew are made of everything that is stored.
  if (zone !== '') {
    await inTurn(connection, () => recomputeDays(connection, touched, zone));
    // The first line with an account may have come.
    await followEntitlements(connection, false);
  }
  const stamp = Date.now() * 1000;
  if (!(await recomputeFewEpisodes(connection, touched, stamp)))
    await connection.command(episodesStatement, { servers, from, to, stamp });
}

/**
 * The part of `recomputeRollups` that follows the site's days.
 * @param onProgress told which part of the time is done, 0 to 1
 */
export async function recomputeDays(
  connection: Connection,
  touched: Touched,
  siteTimezone: string,
  onProgress: (part: number) => void = () => undefined,
): Promise<void> {
  if (await recomputeFew(connection, touched, siteTimezone)) onProgress(1);
  else await recomputeInEngine(connection, touched, siteTimezone, onProgress);
}

/** The same for any number of changes, by statements of the engine. */
export async function recomputeInEngine(
  connection: Connection,
  touched: Touched,
  siteTimezone: string,
  onProgress: (part: number) => void = () => undefined,
): Promise<void> {
  const basis = await entitledUseBasis(connection);
  const stamp = Date.now() * 1000;
  for (const chunk of await chunksOf(connection, touched, siteTimezone)) {
    const keys = await touchedKeys(connection, touched, chunk, siteTimezone);
    const params = {
      ...keys.params,
      ...chunkParams(chunk, siteTimezone),
      servers: touched.servers,
      stamp,
      own: basis?.own ?? '',
    };
    const oneByOne = async (statements: readonly string[]): Promise<void> => {
      for (const statement of statements) await connection.command(`${statement}\n${plainInsert}`, params);
    };
    await Promise.all([
      oneByOne([...factsStatements(chunk, keys), ...(basis === undefined ? [] : entitledUseStatements(chunk, keys))]),
      oneByOne([...activityStatements(keys), ...servedClientsStatements(keys)]),
    ]);
    onProgress((chunk.to - touched.from) / (touched.to - touched.from));
  }
}

/** Bulk loads leave many parts; merged ones make `FINAL` free. Worth it after a load, not after every minute's lines. */
export async function compactRollups(connection: Connection): Promise<void> {
  for (const table of [
    'facts',
    'entitled_use',
    'activity',
    'served_clients',
    'episodes',
    'events',
    'changes',
    'clients',
  ])
    await connection.command(`OPTIMIZE TABLE ${physicalTable(connection, table)} FINAL`);
}
