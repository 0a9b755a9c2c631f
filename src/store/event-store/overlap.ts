import type { Overlap, Stretch } from '../../ingest/event-store.ts';
import { highestHalf } from '../../sessions/change.ts';
import type { Connection, Result } from '../connection.ts';
import { ordinal, orderTime } from './replay.ts';
import { millis } from './rows.ts';

/** Up to so many seconds are asked for one by one: a few lines from all over a year must not read the year. */
const listedSeconds = 20_000;

/** What is stored of each source in the seconds that a batch of lines lies in, to recognise copies. */
export async function overlap(
  connection: Connection,
  stretches: readonly Stretch[],
): Promise<ReadonlyMap<string, Overlap>> {
  const seconds = new Set<number>();
  for (const stretch of stretches) for (const second of stretch.seconds) seconds.add(second);
  const from = Math.min(...stretches.map((stretch) => stretch.from));
  const to = Math.max(...stretches.map((stretch) => stretch.to));
  const listed = seconds.size <= listedSeconds && to - from > 4 * seconds.size;
  const params = {
    servers: stretches.map(({ server }) => server),
    low: Math.max(0, from * 1000),
    lowest: Math.max(0, from * 1000 - highestHalf),
    high: (to + 1) * 1000,
    from,
    to,
    seconds: listed ? [...seconds] : [],
  };
  const time = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const among = listed ? 'AND second IN {seconds:Array(Int64)}' : '';
  const stored = `server IN {servers:Array(String)} AND time >= ${time('low')} AND time < ${time('high')} ${among}`;
  const lines = connection.query(
    `SELECT server, toInt64(toUnixTimestamp(time)) AS second, toUInt32(bitShiftRight(identity, 32)) AS high, toUInt32(bitAnd(identity, 4294967295)) AS low,
            toUInt32(count())
     FROM events WHERE ${stored} GROUP BY server, second, high, low`,
    params,
  );
  const ordinals = connection.query(
    `SELECT server, intDiv(${orderTime}, 1000) AS second, max(${ordinal})
     FROM events WHERE server IN {servers:Array(String)} AND time >= ${time('lowest')} AND time < ${time('high')}
       AND second >= {from:Int64} AND second <= {to:Int64} ${among}
     GROUP BY server, second`,
    params,
  );
  const starts = connection.query(
    `SELECT server, toInt64(toUnixTimestamp(time)) AS second, vendor, ${millis('previous')} FROM events WHERE ${stored} AND kind = 'start'`,
    params,
  );
  return byServer(...(await Promise.all([lines, ordinals, starts])));
}

function byServer(lines: Result, ordinals: Result, starts: Result): ReadonlyMap<string, Overlap> {
  const found = new Map<
    string,
    { lines: Overlap['lines'][number][]; ordinals: Map<number, number>; starts: Overlap['starts'][number][] }
  >();
  const of = (
    server: unknown,
  ): { lines: Overlap['lines'][number][]; ordinals: Map<number, number>; starts: Overlap['starts'][number][] } => {
    const name = String(server);
    const known = found.get(name) ?? { lines: [], ordinals: new Map<number, number>(), starts: [] };
    found.set(name, known);
    return known;
  };
  for (const [server, second, high, low, count] of lines.rows) {
    of(server).lines.push({
      second: Number(second),
      identityHigh: Number(high),
      identityLow: Number(low),
      count: Number(count),
    });
  }
  for (const [server, second, highest] of ordinals.rows) of(server).ordinals.set(Number(second), Number(highest));
  for (const [server, second, vendor, previous] of starts.rows) {
    of(server).starts.push({ second: Number(second), vendor: String(vendor), previous: Number(previous) });
  }
  return found;
}
