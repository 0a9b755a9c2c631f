import type { Connection } from './connection.ts';
import { physicalTable } from './physical.ts';
import { activityStatements } from './rollups/activity.ts';
import type { Touched } from './rollups/chunks.ts';
import { chunksOf } from './rollups/chunks.ts';
import { episodesStatement } from './rollups/episodes.ts';
import { servedClientsStatements } from './rollups/served-clients.ts';
import { touchedKeys } from './rollups/touched-keys.ts';
import { usageStatements } from './rollups/usage.ts';

export type { Touched } from './rollups/chunks.ts';
export { groupings } from './rollups/usage.ts';

/** Keys are unique within each statement: nothing to replace while it inserts (a third of its time). */
const plainInsert = 'SETTINGS optimize_on_insert = 0';

/**
 * Recomputes every derived table for what an ingest touched: `usage`, `activity`, `served_clients` and `episodes`.
 *
 * Each stretch that lies in the touched time is computed anew from the changes or events and replaces its old row (the
 * highest `stamp` counts); a stretch that lost its last change gets a row of zeros. So it may run any number of times, also
 * after a crash in its middle, and late data need nothing special.
 *
 * @param touched must include the former and the new last line of each server, where its open sessions end
 */
export async function recomputeRollups(connection: Connection, touched: Touched): Promise<void> {
  const { servers, from, to } = touched;
  if (servers.length === 0 || to <= from) return;
  // A stretch that no calendar has would be recomputed as no month at all, without a word.
  if (from < 0)
    throw new Error(`rollups cannot be recomputed from ${from} ms: expected 0 or later. Please report this.`);
  const stamp = Date.now() * 1000;
  for (const chunk of await chunksOf(connection, touched)) {
    const keys = await touchedKeys(connection, touched, chunk);
    const params = {
      ...keys.params,
      servers,
      from: chunk.from,
      to: chunk.to,
      chunkStart: chunk.start,
      chunkEnd: chunk.end,
      stamp,
    };
    const inTurn = async (statements: readonly string[]): Promise<void> => {
      for (const statement of statements) await connection.command(`${statement}\n${plainInsert}`, params);
    };
    await Promise.all([
      inTurn(usageStatements(chunk, keys)),
      inTurn([...activityStatements(keys), ...servedClientsStatements(keys)]),
    ]);
  }
  await connection.command(episodesStatement, { servers, from, to, stamp });
}

/** Bulk loads leave many parts; merged ones make `FINAL` free. Worth it after a load, not after every minute's lines. */
export async function compactRollups(connection: Connection): Promise<void> {
  for (const table of ['usage', 'activity', 'served_clients', 'episodes', 'events', 'changes', 'clients'])
    await connection.command(`OPTIMIZE TABLE ${physicalTable(connection, table)} FINAL`);
}
