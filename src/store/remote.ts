import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ClickHouseSettings, ClickHouseClientConfigOptions } from '@clickhouse/client';
import { killable } from './cancel.ts';
import type { Connection, Params, QueryOptions, Result, Row } from './connection.ts';
import { createWriteCounter } from './data-version.ts';
import { absent, toStoreError } from './errors.ts';
import { encodeNative } from './native-format.ts';
import { checkParameters } from './parameters.ts';
import { createPool } from './pool.ts';
import { clusterSettings, defaultQuerySeconds, identifier, literal, sharedSettings } from './settings.ts';

export interface RemoteOptions {
  /** `http(s)://host:8123`. */
  readonly url: string;
  readonly database?: string;
  readonly username?: string;
  readonly password?: string;
  /** Name of the cluster (`SELECT cluster FROM system.clusters`) over which tables are distributed. */
  readonly cluster?: string;
  /** Requests at a time; default 10. */
  readonly maxConnections?: number;
}

/** How long the client waits for an answer at most; a query has its own, shorter limit in the engine. */
const hour = 3_600_000;

/** A query that waits in the server is not there to be killed: after so many KILLs the connection is closed instead. */
const killsBeforeHangingUp = 25;

/** Pauses before an insert or a query is sent again after the connection was lost, milliseconds. */
const retryPauses = [200, 1000];

/**
 * A ClickHouse server or cluster, over HTTP. Only what may be repeated is sent again after a lost connection: inserts with a
 * token, and queries.
 * @param existing whether the database has to be there: rejects with code `absent` when not; else it is made
 */
export async function openRemote(options: RemoteOptions, existing = false): Promise<Connection> {
  const { createClient, ClickHouseLogLevel } = await import('@clickhouse/client');
  const { cluster } = options;
  const connections = options.maxConnections ?? 10;
  const database = options.database ?? 'license_analytics';
  const config: ClickHouseClientConfigOptions = {
    url: options.url,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    application: 'license-analytics',
    request_timeout: hour,
    max_open_connections: connections,
    compression: { response: true, request: false },
    // Errors reach the caller as StoreError; the client need not print them too.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: settingsFor(cluster),
    // Long lists of values do not fit into a URL.
    use_multipart_params_auto: true,
  };
  // KILL must get through when all connections of the first client are busy.
  const control = createClient({ ...config, max_open_connections: 2, compression: { response: false } });
  await makeDatabase(database, cluster);
  const client = createClient({ ...config, database });

  async function makeDatabase(name: string, on: string | undefined): Promise<void> {
    try {
      const sql = 'SELECT count() FROM system.databases WHERE name = {name:String}';
      const found = await control.query({ query: sql, query_params: { name }, format: 'JSONCompact' });
      const { data } = await found.json<[string]>();
      if (data[0]?.[0] !== '0') return;
      if (existing) throw absent(databaseAt(options.url, name));
      const everywhere = on === undefined ? '' : ` ON CLUSTER ${identifier(on)}`;
      await control.command({ query: `CREATE DATABASE IF NOT EXISTS ${identifier(name)}${everywhere}` });
    } catch (error) {
      await control.close();
      throw toStoreError(error, originOf(options.url));
    }
  }

  const everywhere = cluster === undefined ? '' : ` ON CLUSTER ${identifier(cluster)}`;
  // The client would let requests wait for a connection where nothing can cancel them: so they wait here.
  const turns = createPool(
    connections,
    () => undefined,
    () => undefined,
  );

  const writes = createWriteCounter();

  /** One statement on its way: what to send, and how to stop it. */
  function statement(sql: string, params: Params, { comment, maxSeconds }: QueryOptions, seconds: number) {
    checkParameters(sql, params);
    const connection = new AbortController();
    const settings: ClickHouseSettings = {
      max_execution_time: maxSeconds ?? seconds,
      log_comment: comment ?? '',
      // INSERT … SELECT: the engine would drop a block that equals an earlier one.
      insert_deduplication_token: randomUUID(),
    };
    const id = randomUUID();
    let patience = killsBeforeHangingUp;
    return {
      request: {
        query: sql,
        query_params: params,
        query_id: id,
        clickhouse_settings: settings,
        abort_signal: connection.signal,
      },
      /** KILL; where that does not help (not allowed, not started yet), hangs up, which stops what only reads. */
      stop: async (): Promise<void> => {
        try {
          await control.command({ query: `KILL QUERY${everywhere} WHERE query_id = ${literal(id)} ASYNC` });
        } catch (error) {
          patience = 0;
          if (toStoreError(error).code !== 'access') throw toStoreError(error);
        } finally {
          if (--patience < 0) connection.abort();
        }
      },
    };
  }

  async function* stream(sql: string, params: Params = {}, options: QueryOptions = {}): AsyncGenerator<readonly Row[]> {
    const { signal } = options;
    const { request, stop } = statement(sql, params, options, defaultQuerySeconds);
    const turn = await turns.lease(signal);
    try {
      const found = await killable(signal, stop, () => client.query({ ...request, format: 'JSONCompactEachRow' }));
      let whole = false;
      try {
        const blocks: AsyncIterator<readonly { readonly text: string }[]> = found.stream()[Symbol.asyncIterator]();
        for (;;) {
          const block = await killable(signal, stop, () => blocks.next());
          if (block.done === true) break;
          yield block.value.map(({ text }) => parseRow(text));
        }
        whole = true;
      } finally {
        if (!whole) await stop();
        found.close();
      }
    } finally {
      turn.release();
    }
  }

  return {
    kind: 'remote',
    database,
    cluster,
    query: (sql, params = {}, options = {}) =>
      turns.use(
        () =>
          withRetries(true, () => {
            const { request, stop } = statement(sql, params, options, defaultQuerySeconds);
            return killable(options.signal, stop, async () => {
              const found = await client.query({ ...whole(request), format: 'JSONCompact' });
              const { meta, data } = (await found.json()) as { meta: Result['columns']; data: readonly Row[] };
              return { columns: meta, rows: data };
            });
          }),
        options.signal,
      ),
    stream,
    async command(sql, params = {}, options = {}) {
      const { request, stop } = statement(sql, params, options, 0);
      await writes.counted(() =>
        turns.use(() => killable(options.signal, stop, () => client.command(whole(request))), options.signal),
      );
    },
    async insert(table, columns, { token } = {}) {
      const names = columns.map(({ name }) => identifier(name)).join(', ');
      const block = encodeNative(columns);
      const send = async (): Promise<void> => {
        const { stream: answer } = await client.exec({
          query: `INSERT INTO ${identifier(table)} (${names}) FORMAT Native`,
          values: Readable.from([block]),
          clickhouse_settings: {
            insert_deduplication_token: token ?? randomUUID(),
            wait_end_of_query: 1,
          },
        });
        await finished(answer.resume());
      };
      await writes.counted(() => turns.use(() => withRetries(token !== undefined, send)), table);
    },
    writes: writes.count,
    async close() {
      await turns.close();
      await client.close();
      await control.close();
    },
  };
}

/** Without user and password, which a URL may have. */
const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'that URL');

/** For people: a database of a server. */
export const databaseAt = (url: string, database: string): string =>
  `the database "${database}" of ClickHouse at ${originOf(url)} (or the user may not see it)`;

/** The engine holds its answer back until it is complete: an error late in the query is an error then, not a torn answer. */
function whole<R extends { readonly clickhouse_settings: ClickHouseSettings }>(request: R): R {
  return { ...request, clickhouse_settings: { ...request.clickhouse_settings, wait_end_of_query: 1 } };
}

function settingsFor(cluster: string | undefined): ClickHouseSettings {
  const settings: Record<string, string | number> = {
    ...sharedSettings,
    ...(cluster === undefined ? {} : clusterSettings),
    // Where KILL is not allowed, closing the connection still stops a query.
    cancel_http_readonly_queries_on_client_close: 1,
  };
  return settings;
}

async function withRetries<R>(repeatable: boolean, work: () => Promise<R>): Promise<R> {
  for (const pause of repeatable ? retryPauses : []) {
    try {
      return await work();
    } catch (error) {
      const found = toStoreError(error);
      if (found.code !== 'unreachable') throw found;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Servers before 25.11 write an error that comes late as a line of text among the rows. */
function parseRow(line: string): Row {
  if (!line.startsWith('[')) throw toStoreError(new Error(line));
  return JSON.parse(line) as Row;
}
