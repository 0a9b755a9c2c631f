import type { LicenseSystem } from '../../denials/reason.ts';
import { highestHalf } from '../../sessions/change.ts';
import type { Change } from '../../sessions/change.ts';
import type { LicenseEvent } from '../../sessions/event.ts';
import { blankEvent, identityOf } from '../../sessions/event.ts';
import type { ReaderSink } from '../format.ts';
import type { EventStore, LineCounts, Stretch } from '../event-store.ts';
import { Clients } from './clients.ts';
import { Copies } from './copies.ts';
import { Counts } from './counts.ts';
import type { PartState } from './part-state.ts';
import { partOfSource } from './part-state.ts';
import type { AccountOf } from './reattribute.ts';
import type { FileKey, ReadingOfSource } from './readings.ts';
import { FileReading, foundFile } from './readings.ts';
import type { ResolveReason } from './reasons.ts';
import { Reasons } from './reasons.ts';
import { snapshotIfDue } from './snapshots.ts';
import type { Source, Waiting } from './source.ts';
import { Sources } from './sources.ts';
import { copyOf } from './text.ts';
import { Writer } from './writer.ts';

/** Events that wait for an answer of the store before it is asked again for one source: one question for many lines. */
const waitingEvents = 100_000;
/** How many unusable lines a summary shows. */
const examplesShown = 20;

export interface StreamOptions {
  /** Rows gathered before they go to the store. */
  readonly blockRows: number;
  /** The customer of an event that names none, from a mapping; '' when it has none either. */
  readonly accountOf?: AccountOf;
  readonly resolveReason?: ResolveReason;
}

/** What holds for all events of a file. */
export interface FileContext {
  readonly file: string;
  readonly format: string;
  readonly timezone: string;
  readonly account: string;
  /** Which denial catalogue its codes are looked up in. */
  readonly system: LicenseSystem;
  readonly tracksDenials: boolean;
}

/** A file whose first lines an earlier ingest has read and stored. */
export interface GoingOn {
  /** Where its part stood after them; absent: they are read again, and only counted as lines of the part. */
  readonly part?: PartState;
  /** How many they are. */
  readonly lines: number;
  /** What was counted of them. */
  readonly counts: ReadonlyMap<string, LineCounts>;
}

/**
 * From events as a reader reports them to rows in the store: account, client number, place in the order, copies dropped,
 * sessions matched while they stream by (ARCHITECTURE.md, "Order, identity and late data").
 *
 * The reader's calls are synchronous. An event whose source, account or overlap with stored lines is not known yet waits,
 * with all later ones of its source, until `drain`.
 */
export class EventStream {
  readonly counts = new Counts();
  readonly sources: Sources;
  readonly notices: { readonly file: string; readonly text: string }[] = [];
  readonly examples: {
    readonly file: string;
    readonly line: number;
    readonly kind: 'unreadable' | 'undated';
    readonly reason: string;
    readonly text: string;
  }[] = [];
  readonly writer: Writer;
  /** Of every file that was opened. */
  readonly readings: FileReading[] = [];
  private readonly copies = new Copies((source) => this.sources.horizon(source));
  private readonly clients: Clients;
  private readonly reasons: Reasons;
  private context: FileContext = {
    file: '',
    format: '',
    timezone: 'UTC',
    account: '',
    system: '',
    tracksDenials: true,
  };
  private reading = new FileReading(foundFile('', Buffer.alloc(0)));
  private part = 0;
  /** The first part of the file that is open. */
  private firstPart = 0;
  /** What the file that is open went on from. */
  private continued: PartState | undefined;
  /** Lines of the open file that were counted when they were read before, and not yet recognised as such. */
  private countedBefore = 0;
  /** Lines of the open file before it named its source: they stand at its head. */
  private ofNoSource = 0;
  private server = '';
  private current: Source | undefined;
  private matching: Source | undefined;
  private readonly emit = (change: Change): void => {
    if (change.ending !== '') this.matching?.count(change);
    this.writer.change(change);
  };

  constructor(
    private readonly store: EventStore,
    private readonly options: StreamOptions,
  ) {
    this.writer = new Writer(store, options.blockRows);
    this.sources = new Sources(store, options.accountOf);
    this.clients = new Clients(store, this.writer);
    this.reasons = new Reasons(options.resolveReason);
  }

  /** A file begins, and a new part with it; or one goes on. */
  open(context: FileContext, key: FileKey, { part, lines = 0, counts }: Partial<GoingOn> = {}): ReaderSink {
    this.context = context;
    this.reading = new FileReading(key, counts);
    this.readings.push(this.reading);
    this.part++;
    this.firstPart = this.part;
    this.continued = part;
    this.server = part?.server ?? '';
    for (const one of part?.sources ?? []) this.sourceOf(one.server).begun.set(this.part, one);
    const before = part === undefined ? lines : 0;
    this.countedBefore = before;
    this.ofNoSource = 0;
    const isBefore = (line: number): boolean => {
      if (line > before) return false;
      this.countedBefore--;
      return true;
    };
    return {
      event: (event, line) => this.event(event, event.kind !== 'seen' && isBefore(line)),
      part: () => {
        this.part++;
      },
      unreadable: (line, text, reason) => {
        if (!isBefore(line)) this.unusable('unreadable', line, text, reason);
      },
      undated: (line, text, reason) => {
        if (!isBefore(line)) this.unusable('undated', line, text, reason);
      },
      ignored: (count) => {
        this.counts.lines += count;
        if (this.server === '') this.ofNoSource += count;
        else this.linesOf(this.sourceOf(this.server)).lines += count;
      },
      sourceName: (server) => {
        this.server = server;
        this.sourceOf(server);
      },
      lastLine: (time) => {
        if (this.server === '') return;
        this.sourceOf(this.server).saw(time);
        this.counts.saw(time);
      },
      notice: (text) => void this.notices.push({ file: context.file, text }),
    };
  }

  /**
   * Between chunks of lines: loads what waiting events need, and sends full blocks to the store.
   * @param everything process all waiting events now (no more lines come)
   */
  async drain(everything: boolean): Promise<void> {
    do await this.takeAll(everything);
    while (everything && this.takeCorrections());
    if (this.writer.full) await this.writer.flush();
  }

  /** The slice of a followed file ends that `open` began: where its part stands then. */
  async endSlice(): Promise<{ readonly part: PartState; readonly reading: FileReading }> {
    // Lines without an event do not say which they are; they are the rest.
    this.counts.lines -= this.countedBefore;
    if (this.server !== '')
      this.linesOf(this.sourceOf(this.server)).lines -= Math.max(0, this.countedBefore - this.ofNoSource);
    this.countedBefore = 0;
    await this.takeAll(true);
    const here = [...this.sources.byName.values()]
      .filter(({ part, partHigh }) => part === this.part && partHigh !== Number.MIN_SAFE_INTEGER)
      .map((source) => partOfSource(source, this.copies));
    const others = (this.continued?.sources ?? []).filter((one) => here.every(({ server }) => server !== one.server));
    // In a part that began within the slice nothing of the former one counts.
    const isSamePart = this.firstPart === this.part;
    const part = { server: this.server, sources: isSamePart ? [...here, ...others] : here };
    return { part, reading: this.reading };
  }

  private async takeAll(everything: boolean): Promise<void> {
    do {
      await this.sources.load();
      await this.clients.load();
    } while (await this.takeWaiting(everything));
  }

  /** What was learned on the way about earlier parts: parts of their own, when nothing else waits. */
  private takeCorrections(): boolean {
    let some = false;
    for (const source of this.sources.byName.values()) {
      for (const event of source.corrections)
        source.waiting.push({ event, part: ++this.part, system: '', before: false });
      some ||= source.corrections.length > 0;
      source.corrections = [];
    }
    return some;
  }

  private event(read: LicenseEvent, before: boolean): void {
    const event = read.lag > highestHalf ? withinReach(read) : read;
    const lines = event.kind === 'seen' || before ? 0 : 1;
    this.counts.lines += lines;
    if (!before) this.counts.saw(event.time);
    const source = event.server === this.current?.server ? this.current : this.sourceOf(event.server);
    this.current = source;
    this.server = event.server;
    if (lines > 0) {
      const reading = this.linesOf(source);
      reading.lines++;
      reading.events++;
    }
    source.saw(event.time);
    const reported = { event, part: this.part, system: this.context.system, before };
    if (source.waiting.length > 0 || !this.take(source, reported)) source.waiting.push(reported);
  }

  /** False when something has to be loaded first; then nothing has changed. */
  private take(source: Source, { event, part, system, before }: Waiting): boolean {
    if (!source.loaded) return false;
    const account = this.accountFor(event, source);
    const clients = this.clients.of(account);
    if (clients === undefined) return false;
    if (source.part !== part) source.startPart(part);
    this.restore(source);
    const orderTime = event.time + event.lag;
    // A reader that goes back within a part, against its contract or further than a lag can say: a part of its own.
    if (orderTime < source.partHigh) source.startPart(part);
    const second = Math.floor(event.time / 1000);
    const orderSecond = Math.floor(orderTime / 1000);
    if (before) {
      source.partHigh = orderTime;
      this.copies.sawBefore(source.number, source.era, second, event.identityHigh, event.identityLow);
      return true;
    }
    if (!source.knows(second, orderSecond)) return false;
    source.partHigh = orderTime;
    if (this.copies.isCopy(source.number, source.era, second, event.identityHigh, event.identityLow)) {
      if (event.kind === 'start' && source.tellsMore(event)) source.corrections.push(lastSeen(event));
      if (event.kind === 'seen') return true;
      this.counts.duplicates++;
      return true;
    }
    const ordinal = source.nextOrdinal(orderSecond);
    source.adds = true;
    source.touch(event.time);
    if (source.late !== undefined || source.matcher?.isPast(orderTime, ordinal) === true) {
      source.isLate({ time: orderTime, ordinal });
    }
    const client = this.clients.numberOf(event, clients, account);
    this.counts.activity(event.kind);
    this.writer.event(event, account, client, this.reasons.of(event, system), ordinal, source);
    const { matcher } = source;
    if (matcher !== undefined) {
      snapshotIfDue(source, matcher, orderTime, this.writer);
      this.matching = source;
      matcher.feed(event, account, client, ordinal, this.emit);
    }
    return true;
  }

  /** A part that goes on counts its equal lines from where it stood. */
  private restore(source: Source): void {
    const { toRestore } = source;
    if (toRestore === undefined) return;
    source.toRestore = undefined;
    for (const [second, high, low, count] of toRestore.lines)
      this.copies.sawBefore(source.number, source.era, second, high, low, count);
  }

  private accountFor(event: LicenseEvent, source: Source): string {
    if (event.account !== '') return event.account;
    if (source.record.account !== '') return source.record.account;
    return this.options.accountOf?.(event) ?? '';
  }

  private unusable(kind: 'unreadable' | 'undated', line: number, text: string, reason: string): void {
    const { file } = this.context;
    this.counts.lines++;
    this.counts[kind]++;
    if (this.server !== '') {
      const reading = this.linesOf(this.sourceOf(this.server));
      reading.lines++;
      reading[kind]++;
    }
    const kept = { file, line, kind, reason, text };
    if (this.examples.length < examplesShown) this.examples.push({ ...kept, text: copyOf(text) });
    this.writer.unusableLine({ ...kept, server: this.server });
  }

  private linesOf(source: Source): ReadingOfSource {
    if (source.reading?.of !== this.reading) source.reading = this.reading.ofSource(source.server);
    return source.reading;
  }

  private sourceOf(server: string): Source {
    return this.sources.at(server, this.context);
  }

  /** Takes waiting events as far as possible; true when it should be tried again. */
  private async takeWaiting(everything: boolean): Promise<boolean> {
    const waiting = [...this.sources.byName.values()].filter(({ waiting: { length } }) => length > 0);
    const sum = waiting.reduce((total, source) => total + source.waiting.length, 0);
    const asking = new Set(waiting.filter((source) => source.mustAsk()));
    const ask = asking.size > 0 && (everything || sum >= waitingEvents);
    if (ask) await this.loadOverlap(new Map([...asking].map((source) => [source, source.asksFor()])));
    let again = false;
    for (const source of waiting) {
      if (asking.has(source) && !ask) continue;
      const events = source.waiting;
      let done = 0;
      for (const reported of events) {
        if (!this.take(source, reported)) break;
        done++;
      }
      source.waiting = events.slice(done);
      source.uncover();
      again ||= source.waiting.length > 0;
    }
    return again;
  }

  private async loadOverlap(stretches: ReadonlyMap<Source, Stretch>): Promise<void> {
    // Else the first event of an account would stop what was asked for, and it would have to be asked for again.
    for (const source of stretches.keys()) {
      for (const { event } of source.waiting) this.clients.of(this.accountFor(event, source));
    }
    await this.clients.load();
    // What this ingest has gathered belongs to the answer.
    await this.writer.settle();
    const overlaps = await this.store.overlap([...stretches.values()]);
    for (const [source, { seconds }] of stretches) {
      const overlap = overlaps.get(source.server) ?? { lines: [], ordinals: new Map(), starts: [] };
      for (const { second, identityHigh, identityLow, count } of overlap.lines) {
        if (seconds.has(second)) this.copies.load(source.number, second, identityHigh, identityLow, count);
      }
      source.cover(seconds, overlap);
    }
  }
}

/**
 * An event further behind its source's order than a lag can say. A `seen` (a daemon that has been silent for long) keeps its
 * real time in `previous`; any other is filed as late.
 */
function withinReach(event: LicenseEvent): LicenseEvent {
  if (event.kind !== 'seen') return { ...event, lag: highestHalf };
  return { ...event, time: event.time + event.lag - highestHalf, lag: highestHalf, previous: event.time };
}

/** What a copy of a daemon start knows of the daemon's last line before it, and the stored one does not. */
function lastSeen({ server, vendor, previous }: LicenseEvent): LicenseEvent {
  // Not the identity of a reader's own `seen`: that one may be stored with the same time, but after the start.
  const { high, low } = identityOf(vendor, 'seen before a start');
  return { ...blankEvent, kind: 'seen', time: previous, server, vendor, identityHigh: high, identityLow: low };
}
