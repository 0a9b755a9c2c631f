import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../src/store/connection.ts';
import { openStore } from '../../src/store/open.ts';

export interface TestStore {
  readonly connection: Connection;
  readonly directory: string;
  /** Closes the store and removes its directory: call it in `afterAll`, since a process may have one directory open at a time. */
  readonly close: () => Promise<void>;
}

/** A new, empty store with our tables in a directory of its own. */
export async function openTestStore(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'license-analytics-'));
  const connection = await openStore({ directory, maxThreads: 2, maxMemoryBytes: 2e9 });
  return {
    connection,
    directory,
    close: async () => {
      await connection.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
