import { beforeEverything } from '../sessions/change.ts';
import type { LicenseEvent } from '../sessions/event.ts';
import type { EventStore } from './event-store.ts';
import { deafSink, type Format, type ReaderSink, type SourceContext } from './format.ts';
import { readInput } from './input.ts';
import type { Input } from './input/source.ts';
import type { IngestSummary } from './pipeline/counts.ts';
import { finish, recoverSources } from './pipeline/derive.ts';
import type { AccountOf } from './pipeline/reattribute.ts';
import { moveEvents, movesOf } from './pipeline/reattribute.ts';
import { findFile, foundFile } from './pipeline/readings.ts';
import type { ResolveReason } from './pipeline/reasons.ts';
import type { Source } from './pipeline/source.ts';
import type { FileContext } from './pipeline/stream.ts';
import { EventStream } from './pipeline/stream.ts';
import { defaultBlockRows } from './pipeline/writer.ts';

export type { IngestSummary } from './pipeline/counts.ts';
export type { AccountOf } from './pipeline/reattribute.ts';

/** A file with the format that was chosen for it. */
export interface IngestFile {
  readonly input: Input;
  readonly format: Format;
  /** What holds for this file in place of the options of the whole ingest: many servers are then one ingest. */
  readonly source?: Partial<Pick<IngestOptions, 'timezone' | 'server' | 'account' | 'formatOptions'>>;
}

export interface IngestOptions {
  /** IANA time zone of local times in the files. */
  readonly timezone: string;
  /** Name of the source, when the user says it. */
  readonly server?: string;
  /** The customer that all events belong to which name none themselves. */
  readonly account?: string;
  /** Options of single formats (`SourceContext.options`). */
  readonly formatOptions?: Readonly<Record<string, unknown>>;
  /** The customer of an event by a mapping; '' when it knows none. */
  readonly accountOf?: AccountOf;
  readonly resolveReason?: ResolveReason;
  /** Whether the source writes down denials at all; default true. */
  readonly tracksDenials?: boolean;
  /** Rows that go to the store at once. */
  readonly blockRows?: number;
  readonly signal?: AbortSignal;
}

export interface IngestProgress {
  readonly file: string;
  /** 1-based number of the file, and how many there are. */
  readonly number: number;
  readonly files: number;
  /** Bytes of the disk read of all files, and their size. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly lines: number;
  readonly phase: 'reading' | 'deriving';
}

/**
 * Reads files into the store: all of it or, when it fails or is killed, what was stored so far, once; the same files again
 * add the rest. When it resolves, everything is stored and answers are up to date.
 *
 * @throws InputError when a file cannot be read, StoreError when the store fails; what was stored before stays
 */
export async function ingestFiles(
  store: EventStore,
  files: readonly IngestFile[],
  options: IngestOptions,
  progress: (now: IngestProgress) => void = () => undefined,
): Promise<IngestSummary> {
  return store.exclusive(async () => {
    const stream = new EventStream(store, { blockRows: defaultBlockRows, ...options });
    const totalBytes = files.reduce((sum, { input }) => sum + input.size, 0);
    let before = 0;
    let number = 0;
    let failure: { readonly error: unknown } | undefined;
    const heads = await inTimeOrder(files, options);
    await stream.sources.expect([...new Set(heads.flatMap(({ server }) => server ?? []))]);
    for (const { file } of heads) {
      number++;
      const tell = (bytes: number): void =>
        progress({
          file: file.input.name,
          number,
          files: files.length,
          bytes: before + bytes,
          totalBytes,
          lines: stream.counts.lines,
          phase: 'reading',
        });
      try {
        await readFile(stream, file, { ...options, ...file.source }, tell);
      } catch (error) {
        // A file that cannot be read to its end takes nothing away from the others, nor from what was read of it.
        if (stream.writer.failed) throw error;
        failure ??= { error };
        if (options.signal?.aborted === true) break;
      }
      before += file.input.size;
    }
    await stream.drain(true);
    if (failure !== undefined) {
      await conclude(store, stream, files.length);
      throw failure.error;
    }
    const file = files.at(-1)?.input.name ?? '';
    const { lines } = stream.counts;
    progress({ file, number, files: files.length, bytes: totalBytes, totalBytes, lines, phase: 'deriving' });
    return conclude(store, stream, files.length);
  });
}

/** Events that come from elsewhere than files (POST /api/v1/events), in order; each call is a part of its own. */
export async function ingestEvents(
  store: EventStore,
  events: Iterable<LicenseEvent>,
  options: IngestOptions & { readonly name: string; readonly format: string },
): Promise<IngestSummary> {
  return store.exclusive(async () => {
    const stream = new EventStream(store, { blockRows: defaultBlockRows, ...options });
    const sink = stream.open(
      fileContext(options.name, { name: options.format, denialSystem: () => '' }, options),
      foundFile(options.name, Buffer.alloc(0)),
    );
    let line = 0;
    for (const event of events) {
      sink.event(event, ++line);
      if (line % 10_000 === 0) await stream.drain(false);
    }
    await stream.drain(true);
    return conclude(store, stream, 1);
  });
}

/**
 * To be called when a store is opened: ends what an interrupted ingest or reattribution left open.
 * @param accountOf the mapping in force
 * @returns the sources it was about
 */
export async function recover(store: EventStore, accountOf?: AccountOf): Promise<readonly string[]> {
  return store.exclusive(async () => {
    const records = await store.interrupted();
    if (records.length > 0) await recoverSources(store, records, accountOf);
    return records.map(({ server }) => server);
  });
}

/**
 * To be called when a store is opened, after `recover`: checks whether what is derived follows from the stored events, and
 * derives it anew where it does not. Up to version 0.1.0 an ingest that broke off could leave that, marked as derived.
 * @returns the sources it was about
 */
export async function repair(store: EventStore): Promise<readonly string[]> {
  return store.exclusive(async () => {
    const repaired = new Set<string>();
    // Figures over all sources are mostly wrong because those of one are: only what stays wrong then needs all of them.
    for (const everything of [false, true]) {
      const wrong = new Set(await store.underived());
      if (wrong.size === 0) break;
      const ofAll = everything || (wrong.size === 1 && wrong.has(''));
      const marked = (await store.allSources())
        .filter(({ server }) => ofAll || wrong.has(server))
        .map((record) => ({ ...record, dirty: true, derivedTo: beforeEverything, touched: 0 }));
      if (marked.length === 0) break;
      await store.saveSources(marked);
      await store.forgetCounts(marked.map(({ server }) => server));
      await recoverSources(store, marked);
      for (const { server } of marked) repaired.add(server);
    }
    return [...repaired].sort();
  });
}

/**
 * To be called when a mapping was loaded: gives stored events to the accounts that it says, as if it had been loaded before
 * them. Events of sources with an account of their own stay, and those that may have named their account themselves (other
 * formats than FlexNet's), unless they have none. May be interrupted anywhere; `recover` goes on.
 * @returns the sources that changed
 */
export async function reattribute(store: EventStore, accountOf: AccountOf): Promise<readonly string[]> {
  return store.exclusive(async () => {
    const records = await store.allSources();
    const moves = await movesOf(store, records, accountOf);
    const moving = new Set(moves.moves.map(({ server }) => server));
    if (moving.size === 0) return [];
    const marked = records
      .filter(({ server }) => moving.has(server))
      .map((record) => ({ ...record, dirty: true, derivedTo: beforeEverything, touched: record.firstLine }));
    await store.saveSources(marked);
    await moveEvents(store, moves);
    await recoverSources(store, marked);
    return [...moving];
  });
}

/** Ends an ingest: derives what is to be derived, and sums up. */
export async function conclude(store: EventStore, stream: EventStream, files: number): Promise<IngestSummary> {
  const sources = [...stream.sources.byName.values()];
  const stillOpen = await finish(store, stream.writer, sources, stream.readings);
  const { counts } = stream;
  const sum = (of: (source: Source) => number): number => sources.reduce((total, source) => total + of(source), 0);
  return {
    files,
    lines: counts.lines,
    events: counts.events,
    duplicates: counts.duplicates,
    orphans: sum((source) => source.orphans),
    excess: sum((source) => source.excess),
    undated: counts.undated,
    unreadable: counts.unreadable,
    closedByRestart: sum((source) => source.closedByRestart),
    stillOpen,
    firstTime: counts.firstTime === Number.MAX_SAFE_INTEGER ? undefined : counts.firstTime,
    lastTime: counts.lastTime === Number.MIN_SAFE_INTEGER ? undefined : counts.lastTime,
    sources: sources.map(({ server }) => server),
    notices: stream.notices,
    examples: stream.examples,
  };
}

async function readFile(
  stream: EventStream,
  { input, format }: IngestFile,
  options: IngestOptions,
  tell: (bytes: number) => void,
): Promise<void> {
  const sink = stream.open(fileContext(input.name, format, options), await findFile(input));
  const context = sourceContext(input.name, options);
  await readInput(input, format, context, sink, async ({ pass, bytes }) => {
    options.signal?.throwIfAborted();
    if (pass === 'survey') return;
    await stream.drain(false);
    tell(bytes);
  });
  // Lines that ask the store for copies may wait for those of further files: many small files are one question then.
  await stream.drain(false);
}

/** What the head of a file tells: the source it will probably be, and the time of its first event. */
export interface FileHead<F extends IngestFile = IngestFile> {
  readonly file: F;
  readonly server: string | undefined;
  readonly time: number;
}

/** Files in the order of their first events, as far as their heads tell: rotated logs then need not be matched twice. */
export async function inTimeOrder<F extends IngestFile>(
  files: readonly F[],
  options: IngestOptions,
): Promise<readonly FileHead<F>[]> {
  const [only] = files;
  if (only !== undefined && files.length === 1)
    return [{ file: only, server: only.source?.server ?? options.server, time: 0 }];
  const heads = await Promise.all(files.map((file) => headOf(file, options)));
  return heads.sort((a, b) => a.time - b.time);
}

async function headOf<F extends IngestFile>(file: F, options: IngestOptions): Promise<FileHead<F>> {
  const { input, format, source } = file;
  const lines = (await input.head()).toString('latin1').split('\n');
  let time = Number.MAX_SAFE_INTEGER;
  let server: string | undefined;
  const sink: ReaderSink = {
    ...deafSink,
    event: (event) => {
      time = Math.min(time, event.time);
      server ??= event.server;
    },
    sourceName: (name) => void (server ??= name),
    lastLine: (at) => void (time = Math.min(time, at)),
  };
  const context = sourceContext(input.name, { ...options, ...source });
  const survey = format.survey?.(context);
  if (survey !== undefined) for (const [i, line] of lines.entries()) survey.line(line, i + 1);
  const reader = survey?.open(sink) ?? format.open({ ...context, sink });
  for (const [i, line] of lines.entries()) reader.line(line, i + 1);
  return { file, server, time };
}

export function sourceContext(
  file: string,
  { server, timezone, account, formatOptions }: IngestOptions,
): SourceContext {
  return {
    file,
    timezone,
    ...(server === undefined ? {} : { server }),
    ...(account === undefined ? {} : { account }),
    ...(formatOptions === undefined ? {} : { options: formatOptions }),
  };
}

export function fileContext(
  file: string,
  { name: format, denialSystem }: Pick<Format, 'name' | 'denialSystem'>,
  { timezone, account, tracksDenials, formatOptions }: IngestOptions,
): FileContext {
  const system = denialSystem(formatOptions);
  return { file, format, timezone, account: account ?? '', system, tracksDenials: tracksDenials ?? true };
}
