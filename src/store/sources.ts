import type { Connection } from './connection.ts';

/** A license server that data came from. */
export interface SourceState {
  readonly server: string;
  readonly format: string;
  readonly account: string;
  readonly timezone: string;
  /** First and last dated line, ISO, UTC. */
  readonly firstLine: string;
  readonly lastLine: string;
  readonly tracksDenials: boolean;
  readonly lines: number;
  readonly unreadable: number;
  readonly undated: number;
}

/** Every source, by name. */
export async function readSources(connection: Connection): Promise<readonly SourceState[]> {
  const { rows } = await connection.query(
    `SELECT server, toString(format), toString(account), toString(timezone), toUnixTimestamp64Milli(firstLine),
            toUnixTimestamp64Milli(lastLine), tracksDenials, toFloat64(counted.lines), toFloat64(counted.unreadable),
            toFloat64(counted.undated)
     FROM (SELECT * EXCEPT (lines, unreadable, undated) FROM sources FINAL) AS known LEFT JOIN source_lines AS counted USING (server) ORDER BY server`,
  );
  return rows.map((row) => ({
    server: String(row[0]),
    format: String(row[1]),
    account: String(row[2]),
    timezone: String(row[3]),
    firstLine: new Date(Number(row[4])).toISOString(),
    lastLine: new Date(Number(row[5])).toISOString(),
    tracksDenials: Number(row[6]) === 1,
    lines: Number(row[7]),
    unreadable: Number(row[8]),
    undated: Number(row[9]),
  }));
}
