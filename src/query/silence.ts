const hour = 3600;
const day = 24 * hour;

/**
 * When a license server is silent, in seconds since its last line: docs/definitions.md#data-quality.
 *
 * A FlexNet server on which nothing happens writes a TIMESTAMP every 6 hours, in real logs up to 20 minutes later. Exports of
 * events have no such line: where nobody works there is none, so each of their servers is held against its own longest pause.
 */
export const silence = {
  /** Formats with lines that come whatever happens, and how long to wait for one. */
  heartbeat: { flexnet: 7 * hour } as Readonly<Record<string, number>>,
  /** How far back pauses are looked at. Eight weeks have a holiday, and forget a server that was moved. */
  lookBack: 56 * day,
  /** How much longer than its longest pause a server may be quiet: a long weekend after eight usual ones. */
  factor: 1.5,
  /** An export that comes once a day has no shorter pause than this, whatever it is of. */
  leastPause: day,
  /** Of a server whose lines are of less than `week`: it has not shown its weekend. */
  weekend: 3 * day,
  week: 8 * day,
  /** So long after it became silent somebody has to look: a FlexNet server a day after its last line. */
  critical: 17 * hour,
  /** From this age on everybody who is paged knows of it. */
  told: 7 * day,
  /** Older ones are out of service, else every log that was ever read would be a silent server for good. */
  retired: 30 * day,
} as const;

/** What is known of a server's lines. */
export interface Habit {
  readonly format: string;
  /** From its first line to its last one, seconds. */
  readonly known: number;
  /** Between two lines of the last weeks, seconds. */
  readonly longestPause: number;
}

/** Whether what a server usually does must be known. */
export const hasHeartbeat = (format: string): boolean => silence.heartbeat[format] !== undefined;

/** How old the last line of a server may be before it is silent. */
export function dueAfter({ format, known, longestPause }: Habit): number {
  const shortest = known < silence.week ? silence.weekend : silence.leastPause;
  return silence.heartbeat[format] ?? silence.factor * Math.max(shortest, longestPause);
}

/** For how many seconds a server has been silent: 0 where it is not, or is out of service. */
export const overdueBy = (age: number, due: number): number => (isRetired(age) ? 0 : Math.max(0, age - due));

/** Whether a server is out of service whose last line is that old. */
export const isRetired = (age: number): boolean => age >= silence.retired;
