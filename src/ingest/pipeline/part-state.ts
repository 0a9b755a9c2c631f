import type { Copies, LineCount } from './copies.ts';
import type { Source } from './source.ts';

/**
 * Where a part of a file that is followed stands, for each of its sources: what it takes to tell, when the part goes on in
 * another ingest, an equal line of it from a copy that is stored already (docs/definitions.md#line-identity). Plain JSON.
 */
export interface PartOfSource {
  readonly server: string;
  /** Highest ordering time of the part, milliseconds; null: it has no event yet. */
  readonly high: number | null;
  /** How often each line stands in the part, for its newest seconds. */
  readonly lines: readonly LineCount[];
  /** The second from which on `lines` is complete; null: it is for the whole part. */
  readonly from: number | null;
}

export interface PartState {
  /** The source that lines without an event belong to. */
  readonly server: string;
  readonly sources: readonly PartOfSource[];
}

/** Lines further behind the newest one come from a clock that was set back, or a daemon that hung. */
const keptSeconds = 600;
/** About 60 KB of JSON. */
const keptLines = 2_000;

/** What a source's part is to remember. */
export function partOfSource({ server, number, era, partHigh, continued }: Source, copies: Copies): PartOfSource {
  const newest = Math.floor(partHigh / 1000);
  const lines = copies.ofPart(number, era, newest - keptSeconds);
  const firstLeftOut = lines[keptLines];
  const from = Math.max(
    newest - keptSeconds,
    firstLeftOut === undefined ? -Infinity : firstLeftOut[0] + 1,
    continued?.from ?? -Infinity,
  );
  return { server, high: partHigh, lines: lines.filter(([second]) => second >= from), from };
}
