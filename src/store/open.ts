import type { Connection } from './connection.ts';
import { openEmbedded, type EmbeddedOptions } from './embedded.ts';
import { absent } from './errors.ts';
import { isMigrated, migrate } from './migrations.ts';
import { databaseAt, openRemote, type RemoteOptions } from './remote.ts';

/** Where the store is: a data directory of our own, or a ClickHouse server or cluster by URL. */
export type StoreLocation = EmbeddedOptions | RemoteOptions;

/**
 * Opens the store and brings it to this program's schema.
 * @param existing for who only reads: nothing is made where there is no store, but rejected with code `absent`
 */
export async function openStore(location: StoreLocation, existing = false): Promise<Connection> {
  const connection = await ('url' in location ? openRemote(location, existing) : openEmbedded(location));
  try {
    if (existing && !(await isMigrated(connection))) throw absent(placeOf(location, connection.database));
    await migrate(connection);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function placeOf(location: StoreLocation, database: string): string {
  return 'url' in location ? databaseAt(location.url, database) : location.directory;
}
