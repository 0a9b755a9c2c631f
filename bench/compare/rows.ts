import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../src/store/connection.ts';

/** The same rows for everyone, as files. */
export interface Rows {
  readonly parquet: (table: RowTable) => string;
  readonly csv: (table: RowTable) => string;
}
export type RowTable = keyof typeof selects;

/** Of our raw tables; sessions that are still open end at their server's last line, as everywhere. */
const selects = {
  changes: `SELECT account, feature, server, time, toInt64(least(seq, 9223372036854775807)) AS seq, toFloat64(delta) AS delta, client,
    time - toIntervalMillisecond(held) AS start, toUInt8(ending NOT IN ('', 'orphan', 'excess')) AS ends
  FROM usage_changes`,
  events: `SELECT account, feature, server, time, toInt64(seq) AS seq, toString(kind) AS kind, client, toFloat64(quantity) AS quantity,
    code, detail FROM events WHERE kind NOT IN ('start', 'exit', 'reread', 'seen')`,
} as const;
export const rowTables = Object.keys(selects) as readonly RowTable[];

/** As a subquery: what is asked of the raw tables, without an export. */
export const rawRelation = (table: RowTable): string => `(${selects[table]})`;

export const rowsIn = (directory: string): Rows => ({
  parquet: (table) => join(directory, `${table}.parquet`),
  csv: (table) => join(directory, `${table}.csv`),
});

/** Writes the rows as Parquet and as CSV, in the order of their table. */
export async function exportRows(connection: Connection, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const files = rowsIn(directory);
  for (const table of rowTables)
    for (const [file, format] of [
      [files.parquet(table), 'Parquet'],
      [files.csv(table), 'CSV'],
    ] as const) {
      if (existsSync(file)) rmSync(file);
      await connection.command(
        `${selects[table]} ORDER BY account, feature, time INTO OUTFILE '${file.replaceAll("'", "''")}' FORMAT ${format}`,
      );
    }
}
