import type { Connection } from '../../connection.ts';

/** The site's days by number (days since 1970) as the engine's SQL has them: 23 or 25 hours long when its clocks change. */
export interface SiteDays {
  readonly dayOf: (moment: number) => number;
  /** Epoch milliseconds. */
  readonly startOf: (day: number) => number;
}

/** Days that may be walked through one by one. */
export const mostDays = 4000;

const dayMs = 86_400_000;
/** ClickHouse's last `Date`. */
const lastDay = 65_535;

interface Known {
  readonly first: number;
  readonly starts: readonly number[];
}
const known = new Map<string, Known>();

/** Days of a time zone that a stretch of time reaches into; read once per process, and a year around it. */
export async function siteDays(connection: Connection, zone: string, from: number, to: number): Promise<SiteDays> {
  const low = Math.max(0, Math.floor(from / dayMs) - 3);
  const high = Math.min(lastDay, Math.ceil(to / dayMs) + 3);
  let days = known.get(zone);
  if (days === undefined || low < days.first || high >= days.first + days.starts.length) {
    const first = Math.max(0, Math.min(low, days?.first ?? low) - 366);
    const last = Math.min(lastDay, Math.max(high, days === undefined ? high : days.first + days.starts.length) + 366);
    days = { first, starts: await read(connection, zone, first, last) };
    known.set(zone, days);
  }
  return calendarOf(days);
}

async function read(connection: Connection, zone: string, first: number, last: number): Promise<readonly number[]> {
  const { rows } = await connection.query(
    `SELECT groupArray(toFloat64(toUnixTimestamp(toDateTime(toDate(day), {zone:String})) * 1000))
     FROM (SELECT toUInt16(arrayJoin(range({first:UInt32}, {last:UInt32} + 1))) AS day)`,
    { zone, first, last },
  );
  return (rows[0]?.[0] as readonly unknown[]).map(Number);
}

function calendarOf({ first, starts }: Known): SiteDays {
  const startOf = (day: number): number => {
    const start = starts[day - first];
    if (start === undefined) throw new Error(`day ${day} was not asked for: please report this`);
    return start;
  };
  return {
    startOf,
    dayOf: (moment) => {
      let day = Math.floor(moment / dayMs);
      while (startOf(day) > moment) day--;
      while (startOf(day + 1) <= moment) day++;
      return day;
    },
  };
}
