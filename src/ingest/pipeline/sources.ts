import type { EventStore, SourceRecord } from '../event-store.ts';
import { recoverSources } from './derive.ts';
import type { AccountOf } from './reattribute.ts';
import { newRecord, Source } from './source.ts';
import { copyOf } from './text.ts';

/** The sources of one ingest, by name and by number, with what the store knows of them. */
export class Sources {
  readonly byName = new Map<string, Source>();
  private readonly byNumber: Source[] = [];
  /** What the store knew when this ingest began, of sources that it will probably meet. */
  private readonly expected = new Map<string, SourceRecord | undefined>();

  /** @param accountOf the mapping in force */
  constructor(
    private readonly store: EventStore,
    private readonly accountOf: AccountOf | undefined,
  ) {}

  /** Asks for many sources at once, so that `load` need not ask for each by itself. */
  async expect(servers: readonly string[]): Promise<void> {
    if (servers.length === 0) return;
    const records = await this.recordsOf(servers);
    for (const server of servers) this.expected.set(server, records.get(server));
  }

  /** @param given what is known of a source that the store does not know */
  at(server: string, given: Parameters<typeof newRecord>[1]): Source {
    let source = this.byName.get(server);
    if (source === undefined) {
      const name = copyOf(server);
      source = new Source(this.byNumber.length, name, newRecord(name, given));
      this.byNumber.push(source);
      this.byName.set(name, source);
    }
    return source;
  }

  /** The second before which no more lines of a source are expected in its current part. */
  horizon(number: number): number {
    return this.byNumber[number]?.horizon() ?? Number.MIN_SAFE_INTEGER;
  }

  /** Loads those that were met for the first time since the last call; ends first what an earlier ingest of them left open. */
  async load(): Promise<void> {
    const met = this.byNumber.filter(({ loaded }) => !loaded);
    if (met.length === 0) return;
    const unexpected = met.map(({ server }) => server).filter((server) => !this.expected.has(server));
    await this.expect(unexpected);
    for (const source of met) {
      const record = this.expected.get(source.server);
      const state = record === undefined ? undefined : await this.store.snapshotBefore(source.server, record.derivedTo);
      source.resume(record, state);
    }
  }

  private async recordsOf(servers: readonly string[]): Promise<ReadonlyMap<string, SourceRecord>> {
    const records = await this.store.sources(servers);
    const broken = [...records.values()].filter(({ dirty }) => dirty);
    if (broken.length === 0) return records;
    await recoverSources(this.store, broken, this.accountOf);
    return this.store.sources(servers);
  }
}
