import { DateTime } from 'luxon';
import type { Connection, Params } from '../connection.ts';

/** What an ingest touched: servers whose events or changes moved, and the time they moved in (epoch ms, `to` exclusive). */
export interface Touched {
  readonly servers: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Whole months of the site that are recomputed by one statement each, and the part of them that was touched. Epoch milliseconds. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

/** Changes that one statement sorts in memory (about 100 bytes each). */
const mostChangesAtOnce = 4_000_000;

/** A moment given as a parameter, epoch milliseconds. */
export const time = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** SQL of times and parameters of a chunk, for the statements of this folder. */
export const touchedBy = 'server IN {servers:Array(String)}';
export const zone = '{zone:String}';
export const from = time('from');
export const to = time('to');
export const chunkStart = time('chunkStart');
export const chunkEnd = time('chunkEnd');
/** Rows at a time in a touched day of the chunk. */
export const inChunk = `time >= ${time('firstDay')} AND time < ${time('dayAfter')}`;
/**
 * Rows of a rollup whose bucket lies between two moments or dates, in SQL. The month leads the order of all rollups: unless it is
 * said too, the rows of all months are looked through (see `optimize_time_filter_with_preimage`).
 */
export const bucketsFrom = (first: string, after: string): string =>
  `toYYYYMM(bucket) >= toYYYYMM(${first}) AND toYYYYMM(bucket) <= toYYYYMM(${after}) AND bucket >= ${first} AND bucket < ${after}`;
/** Facts of a touched day of the chunk. */
export const bucketsInChunk = bucketsFrom(time('firstDay'), time('dayAfter'));
/** Facts in the months of the chunk. */
export const bucketsOfMonths = bucketsFrom(chunkStart, chunkEnd);
/** The same of rollups whose buckets are dates. */
export const datesOfMonths = bucketsFrom(`toDate(${chunkStart}, ${zone})`, `toDate(${chunkEnd}, ${zone})`);

/** What the SQL of this folder needs to know of a chunk. */
export function chunkParams(chunk: Chunk, siteTimezone: string): Params {
  const day = (ms: number): DateTime => DateTime.fromMillis(ms, { zone: siteTimezone }).startOf('day');
  const first = day(chunk.from);
  return {
    zone: siteTimezone,
    from: chunk.from,
    to: chunk.to,
    chunkStart: chunk.start,
    chunkEnd: chunk.end,
    firstDay: first.toMillis(),
    dayBefore: first.minus({ days: 1 }).startOf('day').toMillis(),
    dayAfter: day(chunk.to - 1)
      .plus({ days: 1 })
      .startOf('day')
      .toMillis(),
  };
}

/** Many changes are sorted for one grouping at a time, to bound memory; a statement has a price of its own. */
const mostChangesTogether = 500_000;

/** Selects of one step: as one where a chunk is small. */
export const together = ({ events }: Chunk, selects: readonly string[]): readonly string[] =>
  events <= mostChangesTogether ? [selects.join('\nUNION ALL\n')] : selects;

/** The touched months, as many together as fit into memory: a statement has a price of its own. */
export async function chunksOf(connection: Connection, touched: Touched, siteTimezone: string): Promise<Chunk[]> {
  const months = monthsBetween(touched.from, touched.to, siteTimezone);
  const { rows } = await connection.query(
    `SELECT toUnixTimestamp(toDateTime(toStartOfMonth(time, ${zone}), ${zone})) * 1000 AS month, toFloat64(count()) FROM events
     WHERE time >= ${from} AND time < ${to}
     GROUP BY month`,
    { from: months[0]?.start ?? touched.from, to: touched.to, zone: siteTimezone },
  );
  const eventsIn = new Map(rows.map((row) => [Number(row[0]), Number(row[1])]));
  const chunks: Chunk[] = [];
  for (const month of months) {
    const events = eventsIn.get(month.start) ?? 0;
    const last = chunks.at(-1);
    if (last !== undefined && last.events + events <= mostChangesAtOnce)
      chunks[chunks.length - 1] = { ...last, end: month.end, to: month.to, events: last.events + events };
    else chunks.push({ ...month, events });
  }
  return chunks;
}

/** The site's months that [from, to) reaches into, each with the part of it that was touched. */
function monthsBetween(from: number, to: number, siteTimezone: string): Omit<Chunk, 'events'>[] {
  const months: Omit<Chunk, 'events'>[] = [];
  let month = DateTime.fromMillis(from, { zone: siteTimezone }).startOf('month');
  while (month.toMillis() < to) {
    const next = month.plus({ months: 1 }).startOf('month');
    const [start, end] = [month.toMillis(), next.toMillis()];
    months.push({ start, end, from: Math.max(from, start), to: Math.min(to, end) });
    month = next;
  }
  return months;
}
