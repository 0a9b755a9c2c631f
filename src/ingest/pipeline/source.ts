import type { LicenseSystem } from '../../denials/reason.ts';
import type { Change, Place } from '../../sessions/change.ts';
import { beforeEverything, comparePlaces } from '../../sessions/change.ts';
import type { LicenseEvent } from '../../sessions/event.ts';
import type { Matcher } from '../../sessions/matcher.ts';
import { createMatcher } from '../../sessions/matcher.ts';
import type { MatcherState } from '../../sessions/matcher-state.ts';
import type { Overlap, SourceRecord, Stretch } from '../event-store.ts';
import { monthOf } from './columns.ts';
import type { PartOfSource } from './part-state.ts';
import type { ReadingOfSource } from './readings.ts';

/** A clock may step back, or a daemon lag behind another, by less than a day (docs/formats.md#flexnet-debug-log); an hour more is safe. */
const horizonSeconds = 25 * 3600;

const nothing: ReadonlySet<number> = new Set();

/** An event that waits until the store has been asked, with the part of the file that it stands in. */
export interface Waiting {
  readonly event: LicenseEvent;
  readonly part: number;
  /** Which denial catalogue its code is looked up in. */
  readonly system: LicenseSystem;
  /** Read and stored before: it only counts as a line of its part. */
  readonly before: boolean;
}

/** One source (server) while an ingest is under way. */
export class Source {
  record: SourceRecord;
  /** Absent while what is stored of the source has not been loaded, and once it is late. */
  matcher: Matcher | undefined;
  /** The earliest event that came after later ones had been matched; from there on all is derived anew at the end. */
  late: Place | undefined;
  waiting: Waiting[] = [];
  /** Events that tell more of earlier parts, for when nothing else waits. */
  corrections: LicenseEvent[] = [];

  loaded = false;
  /** Where the last ingest ended, and left a snapshot. */
  formerEnd: Place | undefined;
  part = 0;
  /** Parts that go on from an earlier ingest, until their first event. */
  readonly begun = new Map<number, PartOfSource>();
  /** Where the current part went on from. */
  continued: PartOfSource | undefined;
  /** The same, until its lines are counted. */
  toRestore: PartOfSource | undefined;
  /** Counts the parts of this source: `Copies` counts lines within one. */
  era = 0;
  /** Highest ordering time of the part, milliseconds. */
  partHigh = Number.MIN_SAFE_INTEGER;
  /** Seconds up to here may hold lines of earlier parts or ingests: for them the store is asked before. */
  knownTo = Number.MIN_SAFE_INTEGER;
  private highest = Number.MIN_SAFE_INTEGER;
  private covered: ReadonlySet<number> = nothing;
  private readonly starts = new Map<string, number>();
  private ordinals: ReadonlyMap<number, number> = new Map();
  private orderSecond = Number.MIN_SAFE_INTEGER;
  private ordinal = 0;

  /** Month of the last event matched, and when the next begins: its first event calls for a snapshot. */
  month: number | undefined;
  nextMonth = Number.MIN_SAFE_INTEGER;
  eventsSinceSnapshot = 0;

  adds = false;
  /** Needs to be saved, as dirty, before anything of it is inserted. */
  unmarked = false;
  /** Earliest moment that changes by this ingest. */
  touched = Number.MAX_SAFE_INTEGER;
  firstLine: number;
  lastLine: number;
  /** Counts its lines in the file that was last read. */
  reading: ReadingOfSource | undefined;
  orphans = 0;
  excess = 0;
  closedByRestart = 0;

  constructor(
    readonly number: number,
    readonly server: string,
    record: SourceRecord,
  ) {
    this.record = record;
    this.firstLine = record.firstLine === 0 ? Number.MAX_SAFE_INTEGER : record.firstLine;
    this.lastLine = record.lastLine === 0 ? Number.MIN_SAFE_INTEGER : record.lastLine;
  }

  /** Goes on from what is stored: its record and the matcher's state at the end of it. */
  resume(record: SourceRecord | undefined, state: MatcherState | undefined): void {
    this.loaded = true;
    if (record !== undefined) {
      const { format, timezone, account } = this.record;
      this.record = { ...record, format, timezone, account: account === '' ? record.account : account };
      if (record.firstLine !== 0) this.firstLine = Math.min(this.firstLine, record.firstLine);
      if (record.lastLine !== 0) this.lastLine = Math.max(this.lastLine, record.lastLine);
    }
    const { derivedTo } = this.record;
    const place = state?.place ?? beforeEverything;
    if (comparePlaces(place, derivedTo) === 0) this.matcher = createMatcher(this.server, state);
    else this.isLate(place);
    if (derivedTo.time === beforeEverything.time) return;
    this.formerEnd = derivedTo;
    this.highest = Math.floor(derivedTo.time / 1000);
    this.knownTo = this.highest;
    this.enterMonth(derivedTo.time);
  }

  /** Lines reported from now on are dated and ordered by themselves. */
  startPart(part: number): void {
    this.part = part;
    this.era++;
    this.continued = this.begun.get(part);
    this.begun.delete(part);
    this.toRestore = this.continued;
    this.partHigh = this.continued?.high ?? Number.MIN_SAFE_INTEGER;
    this.knownTo = this.highest;
    this.covered = nothing;
    this.orderSecond = Number.MIN_SAFE_INTEGER;
  }

  enterMonth(orderTime: number): void {
    this.month = monthOf(orderTime);
    this.nextMonth = Date.UTC(Math.floor(this.month / 12), (this.month % 12) + 1);
    this.eventsSinceSnapshot = 0;
  }

  /** Whether the copies and ordinals of these seconds are known without asking the store. */
  knows(second: number, orderSecond: number): boolean {
    return this.knowsSecond(second) && this.knowsSecond(orderSecond);
  }

  private knowsSecond(second: number): boolean {
    return second > this.knownTo || this.covered.has(second);
  }

  /** Whether the event that waits in front cannot go on before the store has been asked. */
  mustAsk(): boolean {
    const first = this.waiting[0];
    if (first === undefined) return false;
    if (first.part !== this.part) this.startPart(first.part);
    if (first.before) return false;
    const { time, lag } = first.event;
    return !this.knows(Math.floor(time / 1000), Math.floor((time + lag) / 1000));
  }

  /** The seconds that the waiting events of one part ask for: a later part may overlap with it. */
  asksFor(): Stretch {
    const seconds = new Set<number>();
    let from = Number.MAX_SAFE_INTEGER;
    let to = Number.MIN_SAFE_INTEGER;
    for (const { event, part, before } of this.waiting) {
      if (part !== this.part) break;
      if (before) continue;
      const second = Math.floor(event.time / 1000);
      if (second > this.knownTo) continue;
      const orderSecond = Math.floor((event.time + event.lag) / 1000);
      seconds.add(second);
      if (orderSecond <= this.knownTo) seconds.add(orderSecond);
      from = Math.min(from, second);
      to = Math.max(to, second, Math.min(orderSecond, this.knownTo));
    }
    return { server: this.server, from, to, seconds };
  }

  /** What the store has in these seconds. */
  cover(seconds: ReadonlySet<number>, { ordinals, starts }: Overlap): void {
    this.covered = seconds;
    this.ordinals = ordinals;
    this.starts.clear();
    for (const { second, vendor, previous } of starts) this.starts.set(`${second} ${vendor}`, previous);
  }

  /** What was asked for has been taken; further events of these seconds ask again. */
  uncover(): void {
    this.covered = nothing;
  }

  /** Whether this copy of a daemon start tells of a later last line of the daemon before it than the stored one does. */
  tellsMore({ time, vendor, previous }: LicenseEvent): boolean {
    return previous > (this.starts.get(`${Math.floor(time / 1000)} ${vendor}`) ?? 0);
  }

  /** Ordinal of the next event in that ordering second, going on from the highest stored one. */
  nextOrdinal(orderSecond: number): number {
    if (orderSecond !== this.orderSecond) {
      this.orderSecond = orderSecond;
      this.ordinal = orderSecond > this.knownTo ? -1 : (this.ordinals.get(orderSecond) ?? -1);
      if (orderSecond > this.highest) this.highest = orderSecond;
    }
    return ++this.ordinal;
  }

  horizon(): number {
    return this.partHigh === Number.MIN_SAFE_INTEGER
      ? this.partHigh
      : Math.floor(this.partHigh / 1000) - horizonSeconds;
  }

  /** Something changes at `time`; with it, what was open at the former last line. */
  touch(time: number): void {
    if (time >= this.touched) return;
    this.touched = this.record.lastLine === 0 ? time : Math.min(time, this.record.lastLine);
    this.unmarked = true;
  }

  /** An event came after later ones had been matched. */
  isLate(place: Place): void {
    if (this.matcher !== undefined) {
      this.matcher = undefined;
      this.orphans = 0;
      this.excess = 0;
      this.closedByRestart = 0;
    }
    if (this.late !== undefined && comparePlaces(this.late, place) <= 0) return;
    this.late = place;
    this.unmarked = true;
  }

  count(change: Change): void {
    if (change.ending === 'orphan') this.orphans++;
    else if (change.ending === 'excess') this.excess++;
    else if (change.ending === 'restart') this.closedByRestart++;
  }

  saw(time: number): void {
    if (time < this.firstLine) this.firstLine = time;
    if (time > this.lastLine) this.lastLine = time;
  }

  /**
   * Earliest moment at which anything derived may have changed, by this ingest or by one that it goes on for; 0, "from the
   * beginning", where nobody knows: a source that was marked for the first time when its ingest broke off has no last line yet.
   */
  changedFrom(): number {
    const { dirty, touched } = this.record;
    const known = [this.touched, ...(dirty ? [touched] : []), this.lastLine].filter(
      (time) => time !== Number.MAX_SAFE_INTEGER && time !== Number.MIN_SAFE_INTEGER,
    );
    return known.length === 0 ? 0 : Math.max(0, Math.min(...known));
  }

  /** The record with the lines that this ingest saw. */
  seen(): SourceRecord {
    const { record } = this;
    return {
      ...record,
      firstLine: this.firstLine === Number.MAX_SAFE_INTEGER ? 0 : this.firstLine,
      lastLine: this.lastLine === Number.MIN_SAFE_INTEGER ? 0 : this.lastLine,
    };
  }
}

export function newRecord(
  server: string,
  given: {
    readonly format: string;
    readonly timezone: string;
    readonly account: string;
    readonly tracksDenials: boolean;
  },
): SourceRecord {
  return {
    server,
    ...given,
    firstLine: 0,
    lastLine: 0,
    dirty: false,
    derivedTo: beforeEverything,
    touched: 0,
    generation: 0,
  };
}
