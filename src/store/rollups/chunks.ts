import type { Connection } from '../connection.ts';

/** What an ingest touched: servers whose events or changes moved, and the time they moved in (epoch ms, `to` exclusive). */
export interface Touched {
  readonly servers: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Whole months (UTC) that are recomputed by one statement each, and the part of them that was touched. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

/** Changes that one statement sorts in memory (about 100 bytes each). */
const mostChangesAtOnce = 4_000_000;

const time = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** SQL of times and parameters of a chunk, for the statements of this folder. */
export const touchedBy = 'server IN {servers:Array(String)}';
export const from = time('from');
export const to = time('to');
export const chunkStart = time('chunkStart');
export const chunkEnd = time('chunkEnd');
const firstDay = `toStartOfDay(${from})`;
const dayAfter = `toStartOfDay(${to} - toIntervalMillisecond(1)) + toIntervalDay(1)`;
/** Rows at a time in a touched day of the chunk. */
export const inChunk = `time >= ${firstDay} AND time < ${chunkEnd} AND time < ${dayAfter}`;
/** Rollup rows of a touched day of the chunk. */
export const bucketsInChunk = `bucket >= ${firstDay} AND bucket < ${chunkEnd} AND bucket < ${dayAfter}`;
/** Rollup rows in the months of the chunk. */
export const bucketsOfMonths = `bucket >= ${chunkStart} AND bucket < ${chunkEnd}`;

/** The touched months, as many together as fit into memory: a statement has a price of its own. */
export async function chunksOf(connection: Connection, touched: Touched): Promise<Chunk[]> {
  const { rows } = await connection.query(
    `SELECT toUnixTimestamp(toDateTime(toStartOfMonth(time), 'UTC')) * 1000 AS month, toFloat64(count()) FROM events
     WHERE time >= toStartOfMonth(${from}) AND time < ${to}
     GROUP BY month`,
    { from: touched.from, to: touched.to },
  );
  const eventsIn = new Map(rows.map((row) => [Number(row[0]), Number(row[1])]));
  const chunks: Chunk[] = [];
  for (const month of monthsBetween(touched.from, touched.to)) {
    const events = eventsIn.get(month.start) ?? 0;
    const last = chunks.at(-1);
    if (last !== undefined && last.events + events <= mostChangesAtOnce)
      chunks[chunks.length - 1] = { ...last, end: month.end, to: month.to, events: last.events + events };
    else chunks.push({ ...month, events });
  }
  return chunks;
}

/** The months (UTC) that [from, to) reaches into, each with the part of it that was touched. */
function monthsBetween(from: number, to: number): Omit<Chunk, 'events'>[] {
  const months: Omit<Chunk, 'events'>[] = [];
  const first = new Date(from);
  for (let year = first.getUTCFullYear(), month = first.getUTCMonth(); Date.UTC(year, month) < to; month++) {
    const start = Date.UTC(year, month);
    const end = Date.UTC(year, month + 1);
    months.push({ start, end, from: Math.max(from, start), to: Math.min(to, end) });
  }
  return months;
}
