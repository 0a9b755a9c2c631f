import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalogue } from '../src/denials/catalogue.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
import { defaultAccountName } from '../src/engine/own-account.ts';
import type { Connection } from '../src/store/connection.ts';
import { ensureFacts } from '../src/store/ensure-facts.ts';
import { openStore } from '../src/store/open.ts';
import { sharingReads } from '../src/store/shared-reads.ts';

/** A connection that counts its statements. */
export interface Counted extends Connection {
  statements(): number;
  /** Whose statements are not counted. */
  readonly uncounted: Connection;
}

/** A store as the product has it open, but that no answer is kept: what is measured is the work, not the memory of it. */
export interface Opened {
  readonly connection: Counted;
  readonly engine: Engine;
}

export const storeOf = (size: number, work: string): string => join(work, `store-${size}`);

/** Opens a store that is there, gives it to `use`, and closes it. */
export async function withStore<T>(directory: string, use: (opened: Opened) => Promise<T>): Promise<T> {
  if (!isThere(directory)) throw new Error(`There is no store ${directory}: \`--only store\` loads one.`);
  return openedFor(directory, use);
}

/** As `withStore`, but of an empty one: what was there goes. */
export async function withNewStore<T>(directory: string, use: (opened: Opened) => Promise<T>): Promise<T> {
  rmSync(directory, { recursive: true, force: true });
  return openedFor(directory, use);
}

async function openedFor<T>(directory: string, use: (opened: Opened) => Promise<T>): Promise<T> {
  const uncounted = await openStore({ directory, maxMemoryBytes: 2_500_000_000 });
  try {
    const connection = counted(uncounted);
    await ensureFacts(connection, { siteTimezone: 'UTC', siteAccount: defaultAccountName });
    const engine = createEngine({
      connection: sharingReads(connection),
      catalogue: createCatalogue(),
      siteTimezone: 'UTC',
      answerBytes: 0,
    });
    return await use({ connection, engine });
  } finally {
    await uncounted.close();
  }
}

export const isThere = (directory: string): boolean => existsSync(join(directory, 'metadata'));

/** Bytes on disk of each table, the largest first. */
export async function diskUse(connection: Connection): Promise<Readonly<Record<string, number>>> {
  const { rows } = await connection.query(
    `SELECT table, toFloat64(sum(bytes_on_disk)) FROM system.parts WHERE active AND database = {database:String} GROUP BY table ORDER BY 2 DESC`,
    { database: connection.database },
  );
  return Object.fromEntries(rows.map(([table, bytes]) => [String(table), Number(bytes)]));
}

function counted(uncounted: Connection): Counted {
  let statements = 0;
  return {
    kind: uncounted.kind,
    database: uncounted.database,
    cluster: uncounted.cluster,
    uncounted,
    statements: () => statements,
    query: (...given) => (statements++, uncounted.query(...given)),
    stream: (...given) => (statements++, uncounted.stream(...given)),
    command: (...given) => (statements++, uncounted.command(...given)),
    insert: (...given) => (statements++, uncounted.insert(...given)),
    writes: () => uncounted.writes(),
    close: () => uncounted.close(),
  };
}
