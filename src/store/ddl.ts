import { identifier } from './settings.ts';
import {
  isSharded,
  packageColumns,
  placeColumns,
  tables,
  views,
  type LaterColumn,
  type Table,
  type View,
} from './schema.ts';

/** Where tables are made: in one engine, or on every server of a cluster. */
export interface Target {
  readonly database: string;
  readonly cluster: string | undefined;
}

/** How many of the last blocks a table remembers, to drop one that is sent again (`insert_deduplication_token`). */
const rememberedBlocks = 10000;

/** Every statement that makes our tables and views, in order; each may be repeated. */
export function schemaStatements(target: Target): readonly string[] {
  return [
    ...tablesStatements(tables, target),
    ...columnsStatements([...placeColumns, ...packageColumns], target),
    ...viewsStatements(views, target),
  ];
}

export const tablesStatements = (some: readonly Table[], target: Target): readonly string[] =>
  some.flatMap((table) => tableStatements(table, target));

export const viewsStatements = (some: readonly View[], target: Target): readonly string[] =>
  some.map((view) => viewStatement(view, target));

/**
 * Embedded: one table. On a cluster: a table that lives whole on every server, or, when the schema says what to shard it by, a
 * replicated `NAME_local` per shard and a Distributed table `NAME` over them.
 */
export function tableStatements(table: Table, target: Target): readonly string[] {
  const { name, shardBy } = table;
  const { cluster, database } = target;
  if (cluster === undefined) return [createTable(table, name, target, engine(table))];
  if (shardBy === undefined)
    return [createTable(table, name, target, engine(table, `/clickhouse/tables/all/${database}/${name}`))];
  const local = `${name}_local`;
  const distributed = [cluster, database, local].map((part) => `'${part}'`).join(', ');
  return [
    createTable(table, local, target, engine(table, `/clickhouse/tables/{shard}/${database}/${name}`)),
    `CREATE TABLE IF NOT EXISTS ${place(name, target)} AS ${identifier(database)}.${identifier(local)}\n` +
      `ENGINE = Distributed(${distributed}, ${shardBy})`,
  ];
}

/** Columns for tables that are there already: on a cluster for the local tables, and the distributed ones over them. */
export function columnsStatements(columns: readonly LaterColumn[], target: Target): readonly string[] {
  return columns.flatMap(({ table, column }) => {
    const names = target.cluster !== undefined && isSharded(table) ? [`${table}_local`, table] : [table];
    return names.map((name) => `ALTER TABLE ${place(name, target)} ADD COLUMN IF NOT EXISTS ${column}`);
  });
}

/** Takes a table away, and on a cluster its path too: one of another form may take its name at once. */
export function dropStatements(name: string, target: Target): readonly string[] {
  if (target.cluster === undefined) return [`DROP TABLE IF EXISTS ${place(name, target)}`];
  const names = isSharded(name) ? [name, `${name}_local`] : [name];
  return names.map((one) => `DROP TABLE IF EXISTS ${place(one, target)} SYNC`);
}

function createTable(table: Table, name: string, target: Target, engineClause: string): string {
  const window =
    target.cluster === undefined ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window';
  return [
    `CREATE TABLE IF NOT EXISTS ${place(name, target)} (`,
    table.columns.map((column) => `  ${column}`).join(',\n'),
    `) ENGINE = ${engineClause}`,
    ...(table.partitionBy === undefined ? [] : [`PARTITION BY ${table.partitionBy}`]),
    `ORDER BY ${table.orderBy}`,
    `SETTINGS ${window} = ${rememberedBlocks}`,
  ].join('\n');
}

function engine({ engine: family, version }: Table, path?: string): string {
  const versions = version === undefined ? [] : [version];
  if (path === undefined) return `${family}(${versions.join(', ')})`;
  return `Replicated${family}(${[`'${path}'`, "'{replica}'", ...versions].join(', ')})`;
}

function viewStatement({ name, select }: View, target: Target): string {
  return `CREATE OR REPLACE VIEW ${place(name, target)} AS ${select.trim()}`;
}

function place(name: string, { database, cluster }: Target): string {
  const table = `${identifier(database)}.${identifier(name)}`;
  return cluster === undefined ? table : `${table} ON CLUSTER ${identifier(cluster)}`;
}
