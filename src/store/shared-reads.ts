import type { Connection, Result } from './connection.ts';
import { cancelled } from './errors.ts';

/** A read that is under way, and how many wait for it. */
interface Running {
  readonly result: Promise<Result>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * A connection whose equal reads share one as long as it is under way: panels of a dashboard ask together, and several of them for the
 * same figures. Nothing is kept: an answer is never older than the question, also because whatever is asked after a write begins a
 * read of its own. A read stops when everybody who waits for it has gone. Rows are shared: callers do not change them.
 */
export function sharingReads(connection: Connection): Connection {
  const running = new Map<string, Running>();
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
      const key = JSON.stringify([sql, params, others.maxSeconds]);
      let read = running.get(key);
      if (read === undefined) {
        const stop = new AbortController();
        const result = connection.query(sql, params, { ...others, signal: stop.signal });
        const started: Running = { result, stop, waiting: 0 };
        const ended = (): void => {
          if (running.get(key) === started) running.delete(key);
        };
        result.then(ended, ended);
        running.set(key, (read = started));
      }
      return waitFor(read, signal, () => {
        if (running.get(key) === read) running.delete(key);
      });
    },
    stream: (sql, params, options) => connection.stream(sql, params, options),
    command: (sql, params, options) => written(connection.command(sql, params, options)),
    insert: (table, columns, options) => written(connection.insert(table, columns, options)),
    close: () => connection.close(),
  };
}

/** The read's answer, or `cancelled` as soon as this one's own signal says so; `left` when nobody waits any more. */
async function waitFor(read: Running, signal: AbortSignal | undefined, left: () => void): Promise<Result> {
  read.waiting++;
  if (signal === undefined) return read.result;
  let reject: (reason: unknown) => void = () => undefined;
  const gone = new Promise<never>((_resolve, rejects) => (reject = rejects));
  const leave = (): void => {
    read.waiting--;
    if (read.waiting > 0) {
      reject(cancelled());
      return;
    }
    left();
    // The engine has stopped when the read says so.
    read.stop.abort();
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([read.result, gone]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
