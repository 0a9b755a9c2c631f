import type { Connection } from './connection.ts';

/** No question reads them: writing to them changes no answer. */
const besideQuestions: ReadonlySet<string> = new Set([
  'checkpoints',
  'deliveries',
  'link_openings',
  'links',
  'source_states',
  'subscriptions',
  'tokens',
]);

/** Counts what one connection has written. */
export interface WriteCounter {
  readonly count: () => number;
  /** Runs a write and counts it, whatever becomes of it. @param table left out: any may be written */
  readonly counted: <T>(write: () => Promise<T>, table?: string) => Promise<T>;
}

export function createWriteCounter(): WriteCounter {
  let count = 0;
  return {
    count: () => count,
    counted: async (write, table) => {
      try {
        return await write();
      } finally {
        // When it ends, not when it begins: what was read meanwhile, whole or half, belongs to the version before.
        if (table === undefined || !besideQuestions.has(table)) count++;
      }
    },
  };
}

/**
 * Names the state of the data that a question which begins now reads. What was worked out under a version is right for every question
 * that finds the same one: a version never comes back, and moves with every write, so that what is read in the middle of an ingest
 * is not taken for its end. undefined: another process is just writing; keep nothing.
 *
 * The built-in engine is written to by this process alone, which costs no statement. To a ClickHouse server others may write: their
 * ingests mark sources as dirty and unmark them with a new stamp, loads of entitlements and mappings have stamps of their own.
 */
export async function dataVersion(connection: Connection): Promise<string | undefined> {
  const own = connection.writes();
  if (connection.kind === 'embedded') return String(own);
  const { rows } =
    await connection.query(`SELECT countIf(state = 'dirty') > 0, toString(sum(cityHash64(server, updated))),
  (SELECT toString(max(updated)) FROM entitlements),
  (SELECT toString(sum(cityHash64(name, updated))) FROM store_settings),
  (SELECT toString(sum(cityHash64(document, target, position, updated))) FROM mappings FINAL)
FROM sources FINAL`);
  const [dirty, ...stamps] = rows[0] ?? [];
  return Number(dirty) === 0 ? JSON.stringify([own, ...stamps]) : undefined;
}
