import type { ActivityKind, EventKind } from '../../sessions/event.ts';

/** What an ingest tells when it is done. Times in milliseconds; undefined where nothing was dated. */
export interface IngestSummary {
  readonly files: number;
  readonly lines: number;
  /** Activity lines by kind, copies not counted. */
  readonly events: Readonly<Record<ActivityKind, number>>;
  readonly duplicates: number;
  /**
   * Check-ins of something that was not open, and of more than was open; sessions closed by a daemon start. Of late data:
   * in everything that was derived anew.
   */
  readonly orphans: number;
  readonly excess: number;
  readonly undated: number;
  readonly unreadable: number;
  readonly closedByRestart: number;
  /** Sessions open at the last line of their source. */
  readonly stillOpen: number;
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
  readonly sources: readonly string[];
  readonly notices: readonly { readonly file: string; readonly text: string }[];
  /** The first lines that could not be used. */
  readonly examples: readonly {
    readonly file: string;
    readonly line: number;
    readonly kind: 'unreadable' | 'undated';
    readonly reason: string;
    readonly text: string;
  }[];
}

/** The running counts behind a summary. */
export class Counts {
  readonly events: Record<ActivityKind, number> = {
    checkout: 0,
    checkin: 0,
    denial: 0,
    unsupported: 0,
    queued: 0,
    dequeued: 0,
    upgrade: 0,
  };
  lines = 0;
  duplicates = 0;
  undated = 0;
  unreadable = 0;
  firstTime = Number.MAX_SAFE_INTEGER;
  lastTime = Number.MIN_SAFE_INTEGER;

  activity(kind: EventKind): void {
    if (kind !== 'start' && kind !== 'exit' && kind !== 'reread' && kind !== 'seen') this.events[kind]++;
  }

  saw(time: number): void {
    if (time < this.firstTime) this.firstTime = time;
    if (time > this.lastTime) this.lastTime = time;
  }
}
