import { IANAZone } from 'luxon';

/**
 * Local time of one IANA time zone to UTC, fast: the offset is asked of the zone once per local day, and the two offsets
 * of a day with a change of the clocks once more.
 */
export interface LocalTime {
  /**
   * Milliseconds UTC of `clock` seconds after local midnight of `day` (days since 1970-01-01).
   * - A local time that comes twice (clocks set back) is the first one, unless that lies before `highest` (the highest time
   *   the file has reached) by more than two minutes: then it is the second.
   * - A local time that does not exist (clocks set forward) is the moment of the change: so times never fall back.
   */
  utc(day: number, clock: number, highest: number): number;
}

interface LocalDay {
  readonly day: number;
  /** UTC of local midnight by the offset before the change, ms. */
  readonly before: number;
  /** By the offset after it; the same on most days. */
  readonly after: number;
  /** When the offset changes, ms UTC; NaN on most days. */
  readonly change: number;
}

const hour = 3_600_000;
const smallStepBack = 120_000;

export function localTimeOf(timezone: string): LocalTime {
  const known = zones.get(timezone);
  if (known !== undefined) return known;
  const made = newLocalTime(timezone);
  zones.set(timezone, made);
  return made;
}

/** A zone's days are the same for every file: asking for them costs more than reading a small file. */
const zones = new Map<string, LocalTime>();

function newLocalTime(timezone: string): LocalTime {
  const zone = IANAZone.create(timezone);
  const offset = (at: number): number => Math.round(zone.offset(at) * 60_000);
  const days = new Map<number, LocalDay>();
  let current: LocalDay = { day: NaN, before: 0, after: 0, change: NaN };

  function localDay(day: number): LocalDay {
    const known = days.get(day);
    if (known !== undefined) return known;
    if (days.size > 10_000) days.clear();
    const midnight = day * 24 * hour;
    const guess = midnight - offset(midnight);
    let low = guess - 3 * hour;
    let high = guess + 27 * hour;
    const first = offset(low);
    const last = offset(high);
    let change = NaN;
    if (first !== last) {
      while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000;
        if (middle <= low) break;
        if (offset(middle) === first) low = middle;
        else high = middle;
      }
      change = Math.ceil(high / 1000) * 1000;
    }
    const made = { day, before: midnight - first, after: midnight - last, change };
    days.set(day, made);
    return made;
  }

  return {
    utc(day, clock, highest) {
      if (current.day !== day) current = localDay(day);
      const before = current.before + clock * 1000;
      if (current.before === current.after) return before;
      const after = current.after + clock * 1000;
      const isBefore = before < current.change;
      const isAfter = after >= current.change;
      if (isBefore && isAfter) return before >= highest - smallStepBack ? before : after;
      return isBefore ? before : isAfter ? after : current.change;
    },
  };
}
