import type { StoredEvent } from '../../ingest/event-store.ts';
import type { Place } from '../../sessions/change.ts';
import { highestHalf } from '../../sessions/change.ts';
import type { EventKind } from '../../sessions/event.ts';
import { eventKinds } from '../../sessions/event.ts';
import type { Connection, Row } from '../connection.ts';
import { millis } from './rows.ts';

/** The engine sorts about so many events at once. */
const eventsAtOnce = 1_000_000;
const dayMs = 86_400_000;

/** The ordering time of a row, milliseconds, and its ordinal: see ARCHITECTURE.md. */
export const orderTime = 'toUnixTimestamp64Milli(time) + toInt64(bitShiftRight(seq, 32))';
export const ordinal = 'toUInt32(bitAnd(seq, 4294967295))';

/**
 * A source's events after a place, in order. Day by day of the ordering time, several days at once where they are thin: no
 * sort holds more than a part of the log.
 */
export async function* replay(
  connection: Connection,
  server: string,
  after: Place,
): AsyncGenerator<readonly StoredEvent[]> {
  const from = Math.max(0, after.time);
  const where = `server = {server:String} AND time >= fromUnixTimestamp64Milli({low:Int64}, 'UTC')
    AND (${orderTime}, ${ordinal}) > ({from:Int64}, {ordinal:UInt32})`;
  const params = { server, low: Math.max(0, from - highestHalf), from, ordinal: Math.max(0, after.ordinal) };
  const days = await connection.query(
    `SELECT intDiv(${orderTime}, ${dayMs}) AS day, toFloat64(count()) FROM events WHERE ${after.time < 0 ? 'server = {server:String}' : where}
     GROUP BY day ORDER BY day`,
    after.time < 0 ? { server } : params,
  );
  for (const { first, last } of stretches(days.rows.map(([day, count]) => [Number(day), Number(count)]))) {
    const start = Math.max(first * dayMs, from);
    const end = (last + 1) * dayMs;
    const chunks = connection.stream(
      `SELECT account, client, ${ordinal} AS n, toInt8(kind), ${millis('time')}, toFloat64(bitShiftRight(seq, 32)), vendor, feature,
              version, project, model = 'metered', toFloat64(quantity), toFloat64(quantityBefore), handle,
              if(kind = 'checkin', detail, ''), ${millis('previous')}
       FROM events
       WHERE server = {server:String} AND time >= fromUnixTimestamp64Milli({low:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
         AND ${orderTime} < {end:Int64} AND (${orderTime}, n) >= ({start:Int64}, {ordinal:UInt32})
       ORDER BY ${orderTime}, n`,
      {
        server,
        low: Math.max(0, start - highestHalf),
        start,
        end,
        // The place itself has been derived; days after it begin with ordinal 0.
        ordinal: start === after.time ? after.ordinal + 1 : 0,
      },
    );
    for await (const rows of chunks) yield rows.map(eventOf);
  }
}

function* stretches(
  days: readonly (readonly [day: number, count: number])[],
): Generator<{ readonly first: number; readonly last: number }> {
  let first: number | undefined;
  let last = 0;
  let sum = 0;
  for (const [day, count] of days) {
    if (first !== undefined && sum + count > eventsAtOnce) {
      yield { first, last };
      first = undefined;
      sum = 0;
    }
    first ??= day;
    last = day;
    sum += count;
  }
  if (first !== undefined) yield { first, last };
}

const kindOfNumber = new Map<number, EventKind>(eventKinds.map((kind, i) => [i < 7 ? i + 1 : i + 13, kind]));

function eventOf(row: Row): StoredEvent {
  const kind = kindOfNumber.get(Number(row[3]));
  if (kind === undefined)
    throw new Error(`table events: kind ${String(row[3])} is unknown; use a newer version of this program`);
  return {
    account: String(row[0]),
    client: Number(row[1]),
    ordinal: Number(row[2]),
    kind,
    time: Number(row[4]),
    lag: Number(row[5]),
    vendor: String(row[6]),
    feature: String(row[7]),
    version: String(row[8]),
    project: String(row[9]),
    model: Number(row[10]) === 1 ? 'metered' : 'concurrent',
    quantity: Number(row[11]),
    quantityBefore: Number(row[12]),
    handle: String(row[13]),
    detail: String(row[14]),
    previous: Number(row[15]),
  };
}
