import type { Ask } from './ask.ts';
import { read } from './ask.ts';
import { Bindings } from './sql.ts';

/** What was read of one source, over all time; counts are lines. */
export interface SourceCounts {
  readonly server: string;
  readonly format: string;
  readonly account: string;
  readonly lines: number;
  readonly unreadable: number;
  readonly undated: number;
  readonly duplicates: number;
}

/**
 * Counts of the sources that filters and scope leave, by server. They are those of all accounts: not for everybody's eyes.
 * Each file counts as it was last read.
 */
export async function readSourceCounts(ask: Ask): Promise<readonly SourceCounts[]> {
  const bindings = new Bindings();
  const servers = bindings.strings(ask.sources.map((source) => source.server));
  const { rows } = await read(
    ask,
    `SELECT server, toString(format), toString(account), toFloat64(lines), toFloat64(unreadable), toFloat64(undated), toFloat64(duplicates)
FROM (SELECT server, format, account FROM sources FINAL WHERE server IN ${servers}) AS known
LEFT JOIN source_lines AS counted USING (server) ORDER BY server`,
    bindings,
  );
  return rows.map((row) => ({
    server: String(row[0]),
    format: String(row[1]),
    account: String(row[2]),
    lines: Number(row[3]),
    unreadable: Number(row[4]),
    undated: Number(row[5]),
    duplicates: Number(row[6]),
  }));
}

/**
 * Unusable lines by server, of those that were read in a range of time. The store keeps a line once, with the time it was last
 * read at: a file that is read from its start again brings its lines into the present.
 */
export async function readUnusableLinesRead(ask: Ask): Promise<ReadonlyMap<string, number>> {
  const bindings = new Bindings();
  const { rows } = await read(
    ask,
    `SELECT server, toFloat64(uniqExact((file, line))) FROM unreadable_lines
WHERE updated >= ${bindings.bind(Math.trunc(ask.range.from), 'Int64')} AND updated < ${bindings.bind(Math.trunc(ask.range.to), 'Int64')}
  AND server IN ${bindings.strings(ask.sources.map((source) => source.server))} GROUP BY server`,
    bindings,
  );
  return new Map(rows.map((row) => [String(row[0]), Number(row[1])]));
}
