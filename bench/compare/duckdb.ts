import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spent } from '../measure.ts';
import type { Database } from './database.ts';
import { rowsIn, rowTables } from './rows.ts';

const version = '1.5.6-r.1';

/** What is used of `@duckdb/node-api`. */
interface DuckDb {
  readonly DuckDBInstance: { create(file: string): Promise<{ connect(): Promise<DuckDbConnection> }> };
}
interface DuckDbConnection {
  runAndReadAll(sql: string): Promise<{ getRowsJson(): readonly (readonly unknown[])[] }>;
  closeSync(): void;
}

/** DuckDB in this process, on the Parquet files as they are or on tables of its own. Installed on demand, for the bench alone. */
export async function openDuckDb(on: 'Parquet' | 'its own table', work: string, rows: string): Promise<Database> {
  const { DuckDBInstance } = await installed(work);
  const files = rowsIn(rows);
  const file = join(work, 'duck.db');
  for (const old of [file, `${file}.wal`]) rmSync(old, { force: true });
  const connection = await (await DuckDBInstance.create(on === 'Parquet' ? ':memory:' : file)).connect();
  const run = (sql: string) => connection.runAndReadAll(sql);
  await run(`SET TimeZone = 'UTC'`);
  const loaded = await spent(async () => {
    for (const table of rowTables)
      // Times are UTC: without a zone they need not be shifted when days are cut.
      await run(
        `CREATE ${on === 'Parquet' ? 'VIEW' : 'TABLE'} ${table} AS SELECT * REPLACE (time::TIMESTAMP AS time${table === 'changes' ? ', start::TIMESTAMP AS start' : ''}) FROM read_parquet('${files.parquet(table)}')`,
      );
    if (on !== 'Parquet') await run('CHECKPOINT');
  });
  return {
    name: `DuckDB, ${on}`,
    about: `@duckdb/node-api ${version}`,
    loadSeconds: on === 'Parquet' ? 0 : loaded.seconds,
    bytes:
      on === 'Parquet'
        ? rowTables.reduce((sum, table) => sum + statSync(files.parquet(table)).size, 0)
        : statSync(file).size,
    dialect: {
      changes: 'changes',
      events: 'events',
      at: (milliseconds) => `make_timestamp(${milliseconds * 1000})`,
      moments: (all) =>
        `(SELECT make_timestamp(ms * 1000) AS moment FROM (SELECT unnest([${all.join(', ')}]) AS ms) AS u)`,
      former: (column, partition, order) => `lag(${column}) OVER (PARTITION BY ${partition} ORDER BY ${order})`,
    },
    ask: async (sql, times) => {
      const milliseconds: number[] = [];
      let answer: readonly (readonly unknown[])[] = [];
      for (let i = 0; i < times; i++) {
        const start = performance.now();
        answer = (await run(sql)).getRowsJson();
        milliseconds.push(performance.now() - start);
      }
      return { milliseconds, rows: answer };
    },
    close: () => {
      connection.closeSync();
      rmSync(file, { force: true });
      return Promise.resolve();
    },
  };
}

/** Into the work directory: nobody who uses the product needs it. */
async function installed(work: string): Promise<DuckDb> {
  const folder = resolve(work, 'duckdb');
  const entry = join(folder, 'node_modules', '@duckdb', 'node-api', 'lib', 'index.js');
  if (!existsSync(entry)) {
    const own = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', [...own, `@duckdb/node-api@${version}`], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`DuckDB could not be installed from the npm registry: ${stderr}`);
  }
  return (await import(pathToFileURL(entry).href)) as DuckDb;
}
