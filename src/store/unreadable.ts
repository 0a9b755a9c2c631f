import type { Connection } from './connection.ts';

export const unusableKinds = ['unreadable', 'undated'] as const;
export type UnusableKind = (typeof unusableKinds)[number];

/** A line that could not be read, or could be read but not dated, kept word for word. */
export interface UnusableLine {
  readonly server: string;
  readonly file: string;
  /** Line number in its file, from 1. */
  readonly line: number;
  readonly kind: UnusableKind;
  readonly reason: string;
  readonly text: string;
}

export interface UnusableFilter {
  readonly server?: string | undefined;
  /** The whole path as it was ingested, or its last parts (`lic01.log`, `logs/lic01.log`). */
  readonly file?: string | undefined;
  readonly kind?: UnusableKind | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface UnusableLines {
  readonly lines: readonly UnusableLine[];
  /** How many there are in all, whatever limit and offset. */
  readonly total: number;
}

/** Lines that could not be used, in the order of server, file and line number. */
export async function readUnusableLines(
  connection: Connection,
  { server = '', file = '', kind, limit, offset }: UnusableFilter,
  options: { readonly signal?: AbortSignal } = {},
): Promise<UnusableLines> {
  const conditions = [
    ...(server === '' ? [] : ['server = {server:String}']),
    ...(file === '' ? [] : ["(file = {file:String} OR endsWith(file, concat('/', {file:String})))"]),
    ...(kind === undefined ? [] : ['kind = {kind:String}']),
  ];
  const from = `FROM unreadable_lines FINAL ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}`;
  const params = {
    ...(server === '' ? {} : { server }),
    ...(file === '' ? {} : { file }),
    ...(kind === undefined ? {} : { kind }),
  };
  const count = await connection.query(`SELECT toFloat64(count()) ${from}`, params, options);
  const { rows } = await connection.query(
    `SELECT server, file, toFloat64(line), toString(kind), toString(reason), text ${from}
     ORDER BY server, file, line LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...params, limit, offset },
    options,
  );
  return {
    total: Number(count.rows[0]?.[0] ?? 0),
    lines: rows.map((row) => ({
      server: String(row[0]),
      file: String(row[1]),
      line: Number(row[2]),
      kind: row[3] === 'undated' ? 'undated' : 'unreadable',
      reason: String(row[4]),
      text: String(row[5]),
    })),
  };
}
