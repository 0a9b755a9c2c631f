/**
 * Engine settings that both ways into ClickHouse share: with them the same SQL gives the same answer, in the same form, on
 * every machine.
 */
export const sharedSettings = {
  // Form of the answers: 64-bit integers as strings (a JS number would lose digits), decimals as numbers.
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 0,
  output_format_json_quote_denormals: 0,
  // Meaning of the SQL: times are UTC whatever the machine says; a missing joined row gives the neutral value, not NULL.
  session_timezone: 'UTC',
  join_use_nulls: 0,
  // Rows with equal keys in different partitions are different rows (events and changes are partitioned by month).
  do_not_merge_across_partitions_select_final: 1,
  // A condition on the month of a row stays one: rollups are ordered by it, and what it says of their rows would not be seen otherwise.
  optimize_time_filter_with_preimage: 0,
  // Lists of values (a filter on thousands of users) are part of the text that sets parameters.
  max_query_size: 100_000_000,
  // A command has taken effect, on every replica, when it returns.
  mutations_sync: 2,
  alter_sync: 2,
  lightweight_deletes_sync: 2,
} as const satisfies Record<string, string | number>;

/** Settings a cluster needs for the same SQL to mean the same. */
export const clusterSettings = {
  // An insert has reached its shards when it returns, and is read back from the replica it went to.
  distributed_foreground_insert: 1,
  load_balancing: 'in_order',
  // Subqueries over distributed tables see the rows of all shards.
  distributed_product_mode: 'global',
} as const satisfies Record<string, string | number>;

/** Seconds a query may take when its caller does not say. */
export const defaultQuerySeconds = 300;

/** Text as a string literal of ClickHouse SQL. */
export function literal(text: string): string {
  return `'${text.replace(/[\\'\0\b\f\n\r\t]/g, (c) => escapes[c] ?? c)}'`;
}

/** A name (table, column, database) as ClickHouse SQL writes it. */
export function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, (c) => `\\${c}`)}\``;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
