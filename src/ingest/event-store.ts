import type { MatchedEvent } from '../sessions/matcher.ts';
import type { MatcherState } from '../sessions/matcher-state.ts';
import type { Place } from '../sessions/change.ts';

/**
 * The port through which an ingest reaches the store. Its order of calls is what makes a crash harmless (ARCHITECTURE.md,
 * "Order, identity and late data"): a source is marked before the first block of an ingest, and unmarked when everything
 * derived from its events is written; events are facts and never taken back (`reattribute` moves them to other accounts).
 */
export interface EventStore {
  /** Runs one ingest at a time: others wait. When `work` fails, nothing that it had in mind is remembered. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;

  /** What is known of these sources; those never seen are missing. */
  readonly sources: (servers: readonly string[]) => Promise<ReadonlyMap<string, SourceRecord>>;
  /** Sources whose derived rows do not follow from their events; '' stands for figures over all sources. */
  readonly underived: () => Promise<readonly string[]>;
  /** Sources whose last ingest did not end. */
  readonly interrupted: () => Promise<readonly SourceRecord[]>;
  /** Replaces what is known of each source, in one step. */
  readonly saveSources: (records: readonly SourceRecord[]) => Promise<void>;

  /** The numbers of an account's clients; new ones are added to it by the caller and saved with `insertClients`. */
  readonly clients: (account: string) => Promise<ClientNumbers>;
  readonly insertClients: (clients: readonly NewClient[]) => Promise<void>;

  /** Every source that is known. */
  readonly allSources: () => Promise<readonly SourceRecord[]>;
  /** Whose events of these sources are, in chunks: each combination once. */
  readonly owners: (servers: readonly string[]) => AsyncIterable<readonly Owner[]>;
  /**
   * Stores the events of these owners once more under their new account and number, lines that are there already left out;
   * `dropMoved` then deletes them under the old ones.
   */
  readonly copyMoved: (moves: readonly Move[]) => Promise<void>;
  readonly dropMoved: (moves: readonly Move[]) => Promise<void>;
  /** Deletes what was counted of sources whose accounts change: it is recomputed, but not for accounts that have no more events. */
  readonly forgetCounts: (servers: readonly string[]) => Promise<void>;

  /** What is stored of sources in stretches of whole seconds, to recognise copies of lines; by server. */
  readonly overlap: (stretches: readonly Stretch[]) => Promise<ReadonlyMap<string, Overlap>>;

  /** Events of one month (UTC). Stored whole or not at all. */
  readonly insertEvents: (block: EventBlock) => Promise<void>;
  /** Changes of one month (UTC). Stored whole or not at all. */
  readonly insertChanges: (block: ChangeBlock) => Promise<void>;

  /** The newest snapshot of the matcher at or before a place; undefined: start from nothing. */
  readonly snapshotBefore: (server: string, place: Place) => Promise<MatcherState | undefined>;
  readonly saveSnapshots: (
    snapshots: readonly { readonly server: string; readonly state: MatcherState }[],
  ) => Promise<void>;
  /** Drops a snapshot that a later one of the same month makes superfluous. */
  readonly dropSnapshot: (server: string, place: Place) => Promise<void>;
  /**
   * Deletes what was derived after a place: changes and snapshots.
   * @returns the time of the earliest deleted change, undefined when there was none
   */
  readonly forgetAfter: (server: string, place: Place) => Promise<number | undefined>;
  /** A source's events after a place, in order, in chunks. */
  readonly replay: (server: string, after: Place) => AsyncIterable<readonly StoredEvent[]>;

  /** Sessions open at the last line of their source, as closings there, for a new generation. */
  readonly insertOpenSessions: (block: ChangeBlock, generations: ReadonlyMap<string, number>) => Promise<void>;
  /** Deletes the open sessions of generations before the given ones. */
  readonly dropOldGenerations: (generations: ReadonlyMap<string, number>) => Promise<void>;
  /** Recomputes what is summed up over the stretch [from, to), milliseconds, in which these sources changed. */
  readonly recompute: (touched: {
    readonly servers: readonly string[];
    readonly from: number;
    readonly to: number;
  }) => Promise<void>;

  /** Readings of files of these names that had less than `keyBytes` bytes. */
  readonly shortReadings: (files: readonly string[]) => Promise<readonly Reading[]>;
  /** Each replaces the one of the same source, file and head. */
  readonly saveReadings: (readings: readonly Reading[]) => Promise<void>;
  /** Lines that could not be used, kept word for word. */
  readonly insertUnusableLines: (lines: readonly UnusableLine[]) => Promise<void>;
  /** Each replaces the one of the same file. */
  readonly saveCheckpoints: (checkpoints: readonly Checkpoint[]) => Promise<void>;
  /** Of every file that was followed. */
  readonly checkpoints: () => Promise<readonly Checkpoint[]>;
}

export interface SourceRecord {
  readonly server: string;
  readonly format: string;
  readonly timezone: string;
  readonly account: string;
  /** First and last dated line, milliseconds; 0 while there is none. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly tracksDenials: boolean;
  /** An ingest is under way, or was when the store was last open. */
  readonly dirty: boolean;
  /** Changes up to here are right and complete; what is derived after it may have to be derived anew. */
  readonly derivedTo: Place;
  /** While dirty: the earliest moment at which the ingest may have changed something. */
  readonly touched: number;
  readonly generation: number;
}

/** Bytes at the start of a file that tell it from another one of the same name. */
export const keyBytes = 1024;

/** Lines of a file, or of one source in it. Repeated lines are the events of all readings beyond the stored ones. */
export interface LineCounts {
  readonly lines: number;
  /** Those that are events, copies included. */
  readonly events: number;
  readonly undated: number;
  readonly unreadable: number;
}

/** What a file had of a source when it was last read. The same file read again takes the place of its former reading. */
export interface Reading extends LineCounts {
  readonly server: string;
  /** Its name, as it was given. */
  readonly file: string;
  /** Hash of its first bytes, and how many of them there were, up to `keyBytes`. */
  readonly head: string;
  readonly headBytes: number;
}

/** Clients by name; `next` is the lowest free number. 0 stands for "no client". */
export interface ClientNumbers {
  readonly numbers: Map<string, number>;
  next: number;
}

export interface NewClient {
  readonly account: string;
  readonly number: number;
  readonly client: string;
  readonly user: string;
  readonly host: string;
}

/** Account and number of a client (0 = none) with a project, as events of a source have them, and who that is. */
export interface Owner {
  readonly server: string;
  readonly account: string;
  readonly number: number;
  readonly project: string;
  readonly client: string;
  readonly user: string;
  readonly host: string;
  /** Activity lines of theirs that are stored. */
  readonly lines: number;
}

/** Events of an owner that belong to another account. */
export interface Move extends Pick<Owner, 'server' | 'account' | 'number' | 'project'> {
  readonly toAccount: string;
  readonly toNumber: number;
}

export interface Stretch {
  readonly server: string;
  /** Seconds since 1970, both included. */
  readonly from: number;
  readonly to: number;
  /** The only seconds in it that matter. */
  readonly seconds: ReadonlySet<number>;
}

export interface Overlap {
  /** How often each line is stored, by dated second and identity. */
  readonly lines: readonly {
    readonly second: number;
    readonly identityHigh: number;
    readonly identityLow: number;
    readonly count: number;
  }[];
  /** The highest ordinal of each ordering second. */
  readonly ordinals: ReadonlyMap<number, number>;
  /** Daemon starts: the highest `previous` that is stored for each. */
  readonly starts: readonly {
    readonly second: number;
    readonly vendor: string;
    readonly previous: number;
  }[];
}

/** An event as it comes back from the store. */
export interface StoredEvent extends MatchedEvent {
  readonly account: string;
  readonly client: number;
  readonly ordinal: number;
}

/** A column of words that repeat: row i is `dictionary[codes[i]]`. */
export interface Labels {
  readonly dictionary: readonly string[];
  readonly codes: Uint32Array;
}

/** Columns of equal length; times in milliseconds, quantities in licenses, `seq` = lag × 2^32 + ordinal. */
export interface EventBlock {
  readonly rows: number;
  readonly account: Labels;
  readonly feature: Labels;
  readonly server: Labels;
  readonly vendor: Labels;
  readonly version: Labels;
  readonly project: Labels;
  readonly code: Labels;
  readonly reason: Labels;
  readonly detail: Labels;
  readonly handle: readonly string[];
  readonly time: Float64Array;
  readonly seq: BigUint64Array;
  /** Index into `eventKinds`. */
  readonly kind: Uint8Array;
  readonly metered: Uint8Array;
  readonly client: Uint32Array;
  readonly quantity: Float64Array;
  readonly quantityBefore: Float64Array;
  readonly previous: Float64Array;
  readonly identity: BigUint64Array;
}

export interface ChangeBlock {
  readonly rows: number;
  readonly account: Labels;
  readonly feature: Labels;
  readonly server: Labels;
  readonly vendor: Labels;
  readonly version: Labels;
  readonly project: Labels;
  readonly time: Float64Array;
  readonly seq: BigUint64Array;
  /** As `seq`: where the change stands among others of its moment. */
  readonly place: BigUint64Array;
  readonly delta: Float64Array;
  readonly client: Uint32Array;
  readonly held: Float64Array;
  /** Index into `endings`. */
  readonly ending: Uint8Array;
}

export interface UnusableLine {
  readonly server: string;
  readonly file: string;
  readonly line: number;
  readonly kind: 'unreadable' | 'undated';
  readonly reason: string;
  readonly text: string;
}

/** How far a file that is followed has been read: what stands before `offset` is stored. */
export interface Checkpoint {
  /** Path, as it was given. */
  readonly file: string;
  readonly server: string;
  /** Of the file's first kilobyte (less, where `offset` is less): tells the file under another name, and another file under this one. */
  readonly fingerprint: string;
  /** Bytes, decompressed, up to the end of a line. */
  readonly offset: number;
  readonly lines: number;
  /** Where its reader stands (`src/ingest/following/state.ts`), as JSON. */
  readonly state: string;
}
