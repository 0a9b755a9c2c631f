import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../src/store/connection.ts';
import { openStore } from '../../src/store/open.ts';
import { startClickHouseHttp, type ClickHouseHttpOptions } from './clickhouse-http.ts';

export interface TestStore {
  readonly connection: Connection;
  /** The engine's data directory. */
  readonly directory: string;
  /** `remote` only: where its HTTP interface listens. */
  readonly url: string | undefined;
  /** Closes the store and removes its directory: call it in `afterAll`, since a process may have one directory open at a time. */
  readonly close: () => Promise<void>;
}

/**
 * A new, empty store with our tables, in a directory of its own; `remote` reaches the same engine through ClickHouse's HTTP
 * interface.
 */
export async function openTestStore(
  kind: Connection['kind'] = 'embedded',
  http: Omit<ClickHouseHttpOptions, 'directory'> = {},
): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'license-analytics-'));
  if (kind === 'embedded') {
    const connection = await openStore({ directory, maxThreads: 2, maxMemoryBytes: 2e9 });
    return testStore(connection, directory, undefined, () => Promise.resolve());
  }
  const server = await startClickHouseHttp({ directory, ...http });
  const connection = await openStore({
    url: server.url,
    ...(http.password === undefined ? {} : { password: http.password }),
  });
  return testStore(connection, directory, server.url, () => server.close());
}

function testStore(
  connection: Connection,
  directory: string,
  url: string | undefined,
  stop: () => Promise<void>,
): TestStore {
  return {
    connection,
    directory,
    url,
    close: async () => {
      await connection.close();
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
