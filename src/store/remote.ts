import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ClickHouseSettings, ClickHouseClientConfigOptions } from '@clickhouse/client';
import { killable } from './cancel.ts';
import type { Connection, Params, QueryOptions, Result, Row } from './connection.ts';
import { toStoreError } from './errors.ts';
import { encodeNative } from './native-format.ts';
import { checkParameters } from './parameters.ts';
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

/** Pauses before an insert or a query is sent again after the connection was lost, milliseconds. */
const retryPauses = [200, 1000];

/**
 * A ClickHouse server or cluster, over HTTP. Makes the database when it is missing. Only what may be repeated is sent again
 * after a lost connection: inserts with a token, and queries.
 */
export async function openRemote(options: RemoteOptions): Promise<Connection> {
  const { createClient, ClickHouseLogLevel } = await import('@clickhouse/client');
  const { cluster } = options;
  const database = options.database ?? 'license_analytics';
  const config: ClickHouseClientConfigOptions = {
    url: options.url,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    application: 'license-analytics',
    request_timeout: hour,
    max_open_connections: options.maxConnections ?? 10,
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
      const everywhere = on === undefined ? '' : ` ON CLUSTER ${identifier(on)}`;
      await control.command({ query: `CREATE DATABASE IF NOT EXISTS ${identifier(name)}${everywhere}` });
    } catch (error) {
      await control.close();
      throw toStoreError(error);
    }
  }

  async function kill(queryId: string): Promise<void> {
    const where = cluster === undefined ? '' : ` ON CLUSTER ${identifier(cluster)}`;
    await control.command({ query: `KILL QUERY${where} WHERE query_id = ${literal(queryId)} ASYNC` });
  }

  function request(sql: string, params: Params, { comment, maxSeconds }: QueryOptions, seconds: number) {
    checkParameters(sql, params);
    const settings: ClickHouseSettings = {
      max_execution_time: maxSeconds ?? seconds,
      log_comment: comment ?? '',
      // INSERT … SELECT: the engine would drop a block that equals an earlier one.
      insert_deduplication_token: randomUUID(),
    };
    return { query: sql, query_params: params, query_id: randomUUID(), clickhouse_settings: settings };
  }

  async function* stream(sql: string, params: Params = {}, options: QueryOptions = {}): AsyncGenerator<readonly Row[]> {
    const { signal } = options;
    const asked = request(sql, params, options, defaultQuerySeconds);
    const stop = (): Promise<void> => kill(asked.query_id);
    const found = await killable(signal, stop, () => client.query({ ...asked, format: 'JSONCompactEachRow' }));
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
      found.close();
      if (!whole) await kill(asked.query_id);
    }
  }

  return {
    kind: 'remote',
    database,
    cluster,
    query: (sql, params = {}, options = {}) =>
      withRetries(true, async () => {
        const asked = request(sql, params, options, defaultQuerySeconds);
        // The engine holds its answer back until it is complete, so that an error late in the query is an error, not a torn answer.
        const settings = { ...asked.clickhouse_settings, wait_end_of_query: 1 as const };
        return killable(
          options.signal,
          () => kill(asked.query_id),
          async () => {
            const found = await client.query({ ...asked, clickhouse_settings: settings, format: 'JSONCompact' });
            const { meta, data } = (await found.json()) as { meta: Result['columns']; data: readonly Row[] };
            return { columns: meta, rows: data };
          },
        );
      }),
    stream,
    async command(sql, params = {}, options = {}) {
      const asked = request(sql, params, options, 0);
      const settings = { ...asked.clickhouse_settings, wait_end_of_query: 1 as const };
      await killable(
        options.signal,
        () => kill(asked.query_id),
        () => client.command({ ...asked, clickhouse_settings: settings }),
      );
    },
    async insert(table, columns, { token } = {}) {
      const names = columns.map(({ name }) => identifier(name)).join(', ');
      const block = encodeNative(columns);
      await withRetries(token !== undefined, async () => {
        const { stream: answer } = await client.exec({
          query: `INSERT INTO ${identifier(table)} (${names}) FORMAT Native`,
          values: Readable.from([block]),
          clickhouse_settings: {
            insert_deduplication_token: token ?? randomUUID(),
            wait_end_of_query: 1,
          },
        });
        for await (const _ of answer);
      });
    },
    async close() {
      await client.close();
      await control.close();
    },
  };
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
