import type { Connection, Result } from './connection.ts';
import { cancelled } from './errors.ts';
import { SharedWork } from './shared-work.ts';

/**
 * A connection whose equal reads share one as long as it is under way: panels of a dashboard ask together, and several of them for the
 * same figures. Nothing is kept: an answer is never older than the question, also because whatever is asked after a write begins a
 * read of its own. A read stops when everybody who waits for it has gone. Rows are shared: callers do not change them.
 */
export function sharingReads(connection: Connection): Connection {
  const running = new Map<string, SharedWork<Result>>();
  const written = async <T>(write: Promise<T>): Promise<T> => {
    running.clear();
    try {
      return await write;
    } finally {
      // Reads that began while it was being written may have seen half of it.
      running.clear();
    }
  };
  return {
    kind: connection.kind,
    database: connection.database,
    cluster: connection.cluster,
    query: (sql, params, options = {}) => {
      const { signal, ...others } = options;
      if (signal?.aborted === true) return Promise.reject(cancelled());
      // With the writes so far: a read that began before one ended may have seen half of it.
      const key = JSON.stringify([sql, params, others.maxSeconds, connection.writes()]);
      let read = running.get(key);
      if (read === undefined) {
        const started = new SharedWork((stop) => connection.query(sql, params, { ...others, signal: stop }));
        const ended = (): void => {
          if (running.get(key) === started) running.delete(key);
        };
        started.result.then(ended, ended);
        running.set(key, (read = started));
      }
      return read.wait(signal, () => {
        if (running.get(key) === read) running.delete(key);
      });
    },
    writes: () => connection.writes(),
    stream: (sql, params, options) => connection.stream(sql, params, options),
    command: (sql, params, options) => written(connection.command(sql, params, options)),
    insert: (table, columns, options) => written(connection.insert(table, columns, options)),
    close: () => connection.close(),
  };
}
