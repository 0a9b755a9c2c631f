/**
 * The one way to ClickHouse, at every size: the embedded engine (`embedded.ts`) and a ClickHouse server or cluster by URL
 * (`remote.ts`) implement it, and share every SQL text. What the engine in process does otherwise than a server
 * is held by `test/store/connection.test.ts`, which runs against both.
 *
 * - Values are bound (`{name:Type}` in the SQL, `params` here), never spliced into the text.
 * - Dates are passed as strings (`2026-03-27 06:55:03.000`, UTC) or epoch milliseconds with `fromUnixTimestamp64Milli`.
 * - 64-bit integers come back as strings, decimals and floats as numbers: cast in SQL (`toFloat64`) what the caller computes with.
 */
export interface Connection {
  readonly kind: 'embedded' | 'remote';
  /** The database that holds our tables; SQL texts name tables without it. */
  readonly database: string;
  /** Cluster name when tables are distributed, else undefined. */
  readonly cluster: string | undefined;
  query(sql: string, params?: Params, options?: QueryOptions): Promise<Result>;
  /** As `query`, in chunks of rows, for listings that must not be held in memory. */
  stream(sql: string, params?: Params, options?: QueryOptions): AsyncIterable<readonly Row[]>;
  /** A statement without an answer: DDL, INSERT … SELECT, OPTIMIZE, DELETE. Resolves when it has taken effect. */
  command(sql: string, params?: Params, options?: QueryOptions): Promise<void>;
  /**
   * One block of rows, column by column. With `token`, sending the same block again (after a crash or a lost connection)
   * changes nothing. A block should lie in one partition: only then is it stored whole or not at all.
   */
  insert(table: string, columns: readonly InsertColumn[], options?: InsertOptions): Promise<void>;
  /** How many commands and inserts have ended that may change answers (`data-version.ts`). */
  writes(): number;
  close(): Promise<void>;
}

export type Param = string | number | boolean | null | readonly string[] | readonly number[];
export type Params = Readonly<Record<string, Param>>;
export type Row = readonly unknown[];

export interface Result {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Row[];
}

export interface QueryOptions {
  /** Aborting rejects with `StoreError` code `cancelled` and stops the work in the engine too. */
  readonly signal?: AbortSignal;
  /** Seconds after which the engine gives up; default 300 for queries, none for commands. */
  readonly maxSeconds?: number;
  /** Who asks, for the engine's own query log. */
  readonly comment?: string;
}

export interface InsertOptions {
  readonly token?: string;
}

/**
 * One column of a block. `type` is the ClickHouse type of `values` as they are written in the Native format:
 * numbers for the numeric types and DateTime64 (epoch milliseconds), `Decimal(18, 6)` as licenses (not micro-units).
 */
export type InsertColumn =
  | { readonly name: string; readonly type: 'String'; readonly values: readonly string[] }
  | { readonly name: string; readonly type: NumericType; readonly values: ArrayLike<number> }
  | { readonly name: string; readonly type: 'UInt64'; readonly values: ArrayLike<number> | BigUint64Array }
  // Words that repeat, coded: row i is dictionary[values[i]].
  | {
      readonly name: string;
      readonly type: 'LowCardinality(String)';
      readonly dictionary: readonly string[];
      readonly values: Uint32Array;
    }
  | { readonly name: string; readonly type: 'Nullable(String)'; readonly values: readonly (string | null)[] };

export type NumericType =
  'UInt8' | 'UInt32' | 'Int64' | 'Float64' | "DateTime64(3, 'UTC')" | 'Date32' | 'Decimal(18, 6)';
