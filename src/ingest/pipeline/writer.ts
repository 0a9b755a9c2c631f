import type { Change } from '../../sessions/change.ts';
import type { LicenseEvent } from '../../sessions/event.ts';
import type { MatcherState } from '../../sessions/matcher-state.ts';
import type { EventStore, NewClient, SourceRecord, UnusableLine } from '../event-store.ts';
import { ChangeBlockBuilder, EventBlockBuilder, Months } from './blocks.ts';
import { comparePlaces } from '../../sessions/change.ts';
import type { Source } from './source.ts';

/**
 * Rows gathered before they go to the store. Files of many servers that each span a year are cut into twelve months: only large
 * blocks leave enough for each (measured: 800,000 rows cost half as much to insert as 200,000; about 100 MB of memory).
 */
export const defaultBlockRows = 800_000;

/**
 * Gathers rows and sends them to the store in the order that makes a crash harmless: clients, then the marks of the sources,
 * then their events and changes, then snapshots that rest on them. One batch is on its way while the
 * next one is gathered.
 */
export class Writer {
  private readonly events = new Months(() => new EventBlockBuilder());
  private readonly changes = new Months(() => new ChangeBlockBuilder());
  private rows = 0;
  private clients: NewClient[] = [];
  private unusable: UnusableLine[] = [];
  private snapshots: { readonly source: Source; readonly state: MatcherState }[] = [];
  private readonly unmarked = new Set<Source>();
  private running: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly blockRows: number,
  ) {}

  /** The store has refused something: nothing more can be written. */
  get failed(): boolean {
    return this.failure !== undefined;
  }

  get full(): boolean {
    return this.rows >= this.blockRows;
  }

  event(event: LicenseEvent, account: string, client: number, reason: string, ordinal: number, source: Source): void {
    this.events.at(event.time).push(event, account, client, reason, ordinal);
    this.rows++;
    if (source.unmarked) this.unmarked.add(source);
  }

  readonly change = (change: Change): void => {
    this.changes.at(change.time).push(change);
    this.rows++;
  };

  client(client: NewClient): void {
    this.clients.push(client);
  }

  unusableLine(line: UnusableLine): void {
    this.unusable.push(line);
    this.rows++;
  }

  snapshot(source: Source, state: MatcherState): void {
    this.snapshots.push({ source, state });
  }

  /** The source changes: it is saved as dirty before the next rows. */
  mark(source: Source): void {
    if (source.unmarked) this.unmarked.add(source);
  }

  /** Sends what has been gathered; waits only while an earlier batch is still on its way. */
  async flush(): Promise<void> {
    const batch = this.take();
    const earlier = this.running;
    this.running = earlier.then(async () => {
      if (this.failure !== undefined) return;
      try {
        await batch();
      } catch (error) {
        this.failure = { error };
      }
    });
    await earlier;
    this.throwFailure();
  }

  /** Resolves when everything gathered so far is stored. */
  async settle(): Promise<void> {
    await this.flush();
    await this.running;
    this.throwFailure();
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  private take(): () => Promise<void> {
    const { clients, unusable, store } = this;
    const events = this.events.take();
    const changes = this.changes.take();
    const marks = [...this.unmarked].map((source) => ({ source, touched: source.changedFrom(), late: source.late }));
    for (const { source } of marks) source.unmarked = false;
    const snapshots = this.snapshots.filter(({ source }) => source.late === undefined);
    this.unmarked.clear();
    this.clients = [];
    this.unusable = [];
    this.snapshots = [];
    this.rows = 0;
    return async () => {
      if (clients.length > 0) await store.insertClients(clients);
      if (marks.length > 0) await this.saveMarks(marks);
      for (const builder of events) await store.insertEvents(builder.block());
      for (const builder of changes) await store.insertChanges(builder.block());
      if (unusable.length > 0) await store.insertUnusableLines(unusable);
      if (snapshots.length > 0) {
        await store.saveSnapshots(snapshots.map(({ source, state }) => ({ server: source.server, state })));
        for (const { source, state } of snapshots) {
          // What was derived up to here need not be derived again after a crash: said with the next mark.
          if (source.late === undefined) source.record = { ...source.record, derivedTo: state.place };
        }
      }
    };
  }

  private async saveMarks(
    marks: readonly { readonly source: Source; readonly touched: number; readonly late: Source['late'] }[],
  ): Promise<void> {
    const records: SourceRecord[] = [];
    for (const { source, touched, late } of marks) {
      let { derivedTo } = source.record;
      if (late !== undefined) {
        const state = await this.store.snapshotBefore(source.server, late);
        const place = state?.place ?? { time: Number.MIN_SAFE_INTEGER, ordinal: 0 };
        if (comparePlaces(place, derivedTo) < 0) derivedTo = place;
      }
      source.record = { ...source.record, dirty: true, derivedTo, touched };
      records.push(source.record);
    }
    await this.store.saveSources(records);
  }
}
