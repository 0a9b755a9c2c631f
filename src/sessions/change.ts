/**
 * One change of the quantity in use, a row of table `changes`: a checkout opens (delta > 0), the end of a session or of a
 * part of it closes (delta < 0, `held` = how long it was open). Check-ins of something that was not open have delta 0.
 */
export interface Change {
  readonly account: string;
  readonly feature: string;
  /** When the quantity changed, milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /**
   * `seq` = lag × 2^32 + ordinal: with `time` the place in the source's order (ARCHITECTURE.md). A start more than 49 days after
   * its daemon's last line is further off than a lag can say: such closings have the highest lag, and as ordinal the second
   * of the start.
   */
  readonly lag: number;
  readonly ordinal: number;
  /**
   * Where the change stands among others of its moment, lag and ordinal; absent: at its own place. A session that a daemon's start
   * closes belongs to the start, but ended with that daemon's last line, before what other daemons wrote in the same second.
   */
  readonly after?: { readonly lag: number; readonly ordinal: number };
  readonly server: string;
  readonly vendor: string;
  readonly version: string;
  /** Licenses, at most 6 decimals. */
  readonly delta: number;
  /** Number of the client within its account. */
  readonly client: number;
  readonly project: string;
  /** Closings: how long the session had been open, milliseconds; else 0. */
  readonly held: number;
  readonly ending: Ending;
  /** Licenses that were given back without being open (`orphan`, `excess`); else 0. Not stored, only counted. */
  readonly surplus: number;
}

/** Why a session (or a part of it) ended; '' for what opens. */
export const endings = [
  '',
  'checkin',
  'inactive',
  'shutdown',
  'restart',
  'upgrade',
  'open',
  'orphan',
  'excess',
] as const;
export type Ending = (typeof endings)[number];

/** Where an event stands in its source's order: the ordering time (ms) and the ordinal within the ordering second. */
export interface Place {
  readonly time: number;
  readonly ordinal: number;
}

export const beforeEverything: Place = { time: Number.MIN_SAFE_INTEGER, ordinal: 0 };

export function comparePlaces(a: Place, b: Place): number {
  return a.time - b.time || a.ordinal - b.ordinal;
}

/** `lag` and `ordinal` are stored in 32 bits each. */
export const highestHalf = 0xffffffff;
