import type { Connection } from './connection.ts';
import { openEmbedded, type EmbeddedOptions } from './embedded.ts';
import { migrate } from './migrations.ts';
import { openRemote, type RemoteOptions } from './remote.ts';

/** Where the store is: a data directory of our own, or a ClickHouse server or cluster by URL. */
export type StoreLocation = EmbeddedOptions | RemoteOptions;

/** Opens the store and brings it to this program's schema. */
export async function openStore(location: StoreLocation): Promise<Connection> {
  const connection = await ('url' in location ? openRemote(location) : openEmbedded(location));
  try {
    await migrate(connection);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
