import type { Connection, Result } from '../../src/store/connection.ts';

export interface ReadOnce {
  readonly connection: Connection;
  /** From here on statements are read anew: call it before a question. */
  readonly anew: () => void;
}

/**
 * A connection that reads the same statement once. The answer from rollups and the one from raw rows, which tests compare, often have
 * the same plan or parts of it: then the second costs nothing, and where their plans differ it is read as ever.
 */
export function readOnce(connection: Connection): ReadOnce {
  const known = new Map<string, Promise<Result>>();
  return {
    connection: {
      ...connection,
      query(sql, params, options) {
        const key = JSON.stringify([sql, params]);
        const read = known.get(key) ?? connection.query(sql, params, options);
        known.set(key, read);
        return read;
      },
    },
    anew: () => known.clear(),
  };
}
