import type { Change, Place } from './change.ts';
import { beforeEverything, highestHalf } from './change.ts';
import type { LastLine } from './last-lines.ts';

/** What a matcher knows at a place in its source's order; plain JSON. */
export interface MatcherState {
  readonly place: Place;
  /** When each daemon was last seen writing. */
  readonly seen: readonly LastLine[];
  /** Sessions open here, in the order in which they were opened. */
  readonly open: readonly OpenSession[];
}

export interface OpenSession {
  readonly account: string;
  readonly vendor: string;
  readonly feature: string;
  readonly version: string;
  readonly client: number;
  readonly project: string;
  readonly handle: string;
  readonly start: number;
  /** Millionths of a license. */
  readonly micro: number;
}

export const emptyState: MatcherState = { place: beforeEverything, seen: [], open: [] };

/**
 * Sessions still open, as closings at the source's last dated line: they count as used up to it and are unknown after it.
 * They sort after everything else of that moment.
 */
export function closeOpen(server: string, state: MatcherState, lastLine: number): Change[] {
  return state.open.map(({ account, vendor, feature, version, client, project, start, micro }) => {
    const time = Math.max(lastLine, start);
    return {
      account,
      feature,
      time,
      lag: highestHalf,
      ordinal: highestHalf,
      server,
      vendor,
      version,
      delta: -micro / 1e6,
      client,
      project,
      held: time - start,
      ending: 'open',
      surplus: 0,
    };
  });
}
