import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import type * as chdb from './engine.ts';
import { killable } from './cancel.ts';
import type { Connection, Params, QueryOptions, Result, Row } from './connection.ts';
import { createWriteCounter } from './data-version.ts';
import { lockHolder } from './embedded-lock.ts';
import { storeError, toStoreError } from './errors.ts';
import { encodeNative } from './native-format.ts';
import { checkParameters, parameterSettings } from './parameters.ts';
import { createPool } from './pool.ts';
import { defaultQuerySeconds, identifier, literal, sharedSettings } from './settings.ts';

export interface EmbeddedOptions {
  /** Data directory; made when missing. One process may have it open, and a process only one directory at a time. */
  readonly directory: string;
  readonly database?: string;
  /** Upper bound for the engine's memory, bytes; default half of the machine's. */
  readonly maxMemoryBytes?: number;
  /** Threads one query may use; default all cores, at most 8. */
  readonly maxThreads?: number;
  /** Queries at a time; default one less than Node's thread pool has threads (`UV_THREADPOOL_SIZE`, else 4). */
  readonly sessions?: number;
}

/**
 * ClickHouse in this process (npm `chdb`). Rules that keep its binding honest, each one measured:
 * - a session serves one query at a time, and is replaced after any error: it may hold rows of the failed query, which the next
 *   one would return as its own (a new session takes 2 ms);
 * - settings and parameters are SET on the session before each query, all of them each time, since they stick;
 * - statements run on Node's thread pool (`queryAsync`), not on the main thread; one thread is left free for `KILL QUERY`;
 * - aborting means `KILL QUERY … ASYNC` from a session of its own, until the query has really ended.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Connection> {
  const directory = resolve(options.directory);
  const database = options.database ?? 'license_analytics';
  const holder = lockHolder(directory);
  if (holder !== undefined) throw locked(directory, holder);
  const engine = await loadEngine();

  const memory = Math.round(options.maxMemoryBytes ?? totalmem() / 2);
  const connectionArgs = [`--max_server_memory_usage=${memory}`, ...smallFootprint];
  const settings = Object.entries({
    ...sharedSettings,
    max_threads: options.maxThreads ?? Math.min(8, availableParallelism()),
  }).map(([name, value]) => `${name}=${literal(String(value))}`);

  function openSession(): chdb.Session {
    const session = new engine.Session(directory, { connectionArgs });
    session.query(`USE ${identifier(database)}`);
    session.query(`SET ${settings.join(', ')}`);
    return session;
  }

  // Open for as long as the store is: with its last session the engine would shut down and give up the directory.
  const keeper = openFirst(directory, () => new engine.Session(directory, { connectionArgs }), database);
  const temporary = join(directory, 'tmp');
  clearTemporary(temporary);

  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  const sessions = createPool(options.sessions ?? Math.max(1, threads - 1), openSession, (session) => session.close());
  const control = createPool(1, openSession, (session) => session.close());
  const writes = createWriteCounter();
  let counter = 0;
  const nextName = (): string => `${process.pid}-${++counter}`;

  function kill(tag: string): Promise<unknown> {
    const sql = `KILL QUERY WHERE Settings['log_comment'] = ${literal(tag)} ASYNC`;
    return control.use((session) => session.queryAsync(sql));
  }

  /**
   * Everything that may differ from one statement to the next. Without a token of its own an insert gets a new one: else the
   * engine would drop a block that equals an earlier one.
   */
  function prelude(tag: string, params: Params, seconds: number, token: string = randomUUID()): string {
    const settings = [
      `log_comment=${literal(tag)}`,
      `max_execution_time=${seconds}`,
      `insert_deduplication_token=${literal(token)}`,
    ];
    return `SET ${[...settings, ...parameterSettings(params)].join(', ')}`;
  }

  function tagOf(options: QueryOptions | undefined): string {
    return [nextName(), options?.comment].filter(Boolean).join(' ');
  }

  async function run(sql: string, params: Params, options: QueryOptions, seconds: number, token?: string) {
    checkParameters(sql, params);
    const tag = tagOf(options);
    const text = `${prelude(tag, params, options.maxSeconds ?? seconds, token)}; ${sql}`;
    return sessions.use(
      (session) =>
        killable(
          options.signal,
          () => kill(tag),
          () => session.queryAsync(text, { format: 'JSONCompact' }),
        ),
      options.signal,
    );
  }

  async function* stream(sql: string, params: Params = {}, options: QueryOptions = {}): AsyncGenerator<readonly Row[]> {
    checkParameters(sql, params);
    const { signal } = options;
    const tag = tagOf(options);
    const lease = await sessions.lease(signal);
    let whole = false;
    try {
      const setup = prelude(tag, params, options.maxSeconds ?? defaultQuerySeconds);
      await lease.thing.queryAsync(setup);
      const chunks = lease.thing.queryStream(sql, { format: 'JSONCompactEachRow' })[Symbol.asyncIterator]();
      try {
        for (;;) {
          const chunk = await killable(
            signal,
            () => kill(tag),
            () => chunks.next(),
          );
          if (chunk.done === true) break;
          yield parseRows(chunk.value.raw());
        }
        whole = true;
      } finally {
        await chunks.return?.();
      }
    } catch (error) {
      throw toStoreError(error);
    } finally {
      if (whole) lease.release();
      else lease.discard();
    }
  }

  return {
    kind: 'embedded',
    database,
    cluster: undefined,
    async query(sql, params = {}, options = {}) {
      const answer = await run(sql, params, options, defaultQuerySeconds);
      return parseResult(answer.bytes());
    },
    stream,
    async command(sql, params = {}, options = {}) {
      await writes.counted(() => run(sql, params, options, 0));
    },
    async insert(table, columns, { token } = {}) {
      const file = join(temporary, `${nextName()}.native`);
      const names = columns.map(({ name }) => identifier(name)).join(', ');
      try {
        await writeFile(file, encodeNative(columns));
        const sql = `INSERT INTO ${identifier(table)} (${names}) FROM INFILE ${literal(file)} FORMAT Native`;
        await writes.counted(() => run(sql, {}, {}, 0, token), table);
      } catch (error) {
        throw toStoreError(error);
      } finally {
        await rm(file, { force: true });
      }
    },
    writes: writes.count,
    async close() {
      await sessions.close();
      await control.close();
      keeper.close();
      await engine.drainPending();
    },
  };
}

/** The engine's binding is native code: npm leaves it out where there is none for the machine (Windows, musl). */
async function loadEngine(): Promise<typeof chdb> {
  try {
    return await import('./engine.ts');
  } catch (error) {
    throw storeError(
      'unsupported',
      `The built-in store cannot be used on this machine (${process.platform} ${process.arch}): ${whyNoEngine(error)}.`,
      'Use a ClickHouse server: --clickhouse URL (ingest, serve and all others but start), or clickhouse.url in the configuration. On Windows, WSL 2 does too.',
      error,
    );
  }
}

function whyNoEngine(error: unknown): string {
  // The binding is there and does not load: a copy from another machine, a missing system library.
  if (error instanceof Error && 'code' in error && error.code === 'CHDB_ABI')
    return error.message.replace(/\.\s*Try: .*$/s, '');
  return 'its engine has no program for it (there is one for Linux with glibc, and for macOS)';
}

/** Background work and caches sized for a program beside others, not for a database machine. */
const smallFootprint = [
  '--background_pool_size=2',
  '--background_merges_mutations_concurrency_ratio=2',
  '--background_schedule_pool_size=4',
  '--background_move_pool_size=1',
  '--background_fetches_pool_size=1',
  '--background_common_pool_size=2',
  '--background_message_broker_schedule_pool_size=1',
  '--background_distributed_schedule_pool_size=1',
  '--background_buffer_flush_schedule_pool_size=1',
  '--mark_cache_size=134217728',
  '--uncompressed_cache_size=0',
];

function locked(directory: string, holder?: number, cause?: unknown): Error {
  const who = holder === undefined ? 'another process' : `the process ${holder}`;
  return storeError('locked', `The store ${directory} is in use by ${who}.`, undefined, cause);
}

/** Opens the directory for the first time and makes sure the database is there; tells why when it cannot be opened. */
function openFirst(directory: string, open: () => chdb.Session, database: string): chdb.Session {
  let session: chdb.Session;
  try {
    mkdirSync(directory, { recursive: true });
    session = open();
  } catch (error) {
    const holder = lockHolder(directory);
    if (holder !== undefined) throw locked(directory, holder, error);
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes('one active data directory')) {
      const advice = 'Close that one first.';
      throw storeError(
        'locked',
        `The store ${directory} cannot be opened beside another one in the same process.`,
        advice,
        error,
      );
    }
    const advice =
      'Check that it is a directory that may be written to, and read what the engine wrote to standard error.';
    throw storeError('unreachable', `The store ${directory} cannot be opened: ${message}.`, advice, error);
  }
  try {
    session.query(`CREATE DATABASE IF NOT EXISTS ${identifier(database)} ENGINE = Atomic`);
    return session;
  } catch (error) {
    session.close();
    throw toStoreError(error);
  }
}

/** Blocks on their way in that a killed process left behind; those of this process may be in use by another connection. */
function clearTemporary(temporary: string): void {
  mkdirSync(temporary, { recursive: true });
  for (const file of readdirSync(temporary)) {
    if (!file.startsWith(`${process.pid}-`)) rmSync(join(temporary, file), { force: true });
  }
}

function parseResult(bytes: Uint8Array): Result {
  const { meta, data } = JSON.parse(textOf(bytes)) as { meta: Result['columns']; data: readonly Row[] };
  return { columns: meta, rows: data };
}

/** Rows, one JSON array a line; line feeds inside values are escaped in JSON. */
function parseRows(bytes: Uint8Array): readonly Row[] {
  return JSON.parse(`[${textOf(bytes).trimEnd().replaceAll('\n', ',')}]`) as readonly Row[];
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
