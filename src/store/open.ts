import type { Connection } from './connection.ts';
import { openEmbedded, type EmbeddedOptions } from './embedded.ts';
import { migrate } from './migrations.ts';

/** Where the store is: a data directory of our own. */
export type StoreLocation = EmbeddedOptions;

/** Opens the store and brings it to this program's schema. */
export async function openStore(location: StoreLocation): Promise<Connection> {
  const connection = await openEmbedded(location);
  try {
    await migrate(connection);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
