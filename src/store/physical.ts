import type { Connection } from './connection.ts';
import { isSharded } from './schema.ts';
import { identifier } from './settings.ts';

/**
 * The table that DELETE, ALTER and OPTIMIZE must name, quoted: on a cluster the rows of a sharded table lie in the local
 * tables behind the distributed one, on every server.
 */
export function physicalTable({ cluster }: Pick<Connection, 'cluster'>, table: string): string {
  if (cluster === undefined) return identifier(table);
  return `${identifier(isSharded(table) ? `${table}_local` : table)} ON CLUSTER ${identifier(cluster)}`;
}
