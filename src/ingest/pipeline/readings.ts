import { createHash } from 'node:crypto';
import type { Input } from '../input.ts';
import type { EventStore, LineCounts, Reading } from '../event-store.ts';
import { keyBytes } from '../event-store.ts';

/** What a file is known by, however often it is read: its name and its first bytes. */
export type FileKey = Pick<Reading, 'file' | 'head' | 'headBytes'>;

/** A file as it is found: it is told whether it is one that was shorter when it was read before. */
export interface FoundFile extends FileKey {
  readonly bytes: Buffer;
}

/** @throws InputError when the file cannot be read */
export async function findFile(input: Input): Promise<FoundFile> {
  return foundFile(input.name, await input.head(keyBytes));
}

/** Something that is read under this name and begins with these bytes. */
export function foundFile(file: string, begin: Buffer): FoundFile {
  const bytes = begin.subarray(0, keyBytes);
  return { file, head: hashOf(bytes), headBytes: bytes.length, bytes };
}

/** The counts of one source in one reading of a file. */
export class ReadingOfSource implements LineCounts {
  lines = 0;
  events = 0;
  undated = 0;
  unreadable = 0;

  constructor(
    readonly of: FileReading,
    readonly server: string,
  ) {}
}

/** One reading of one file, or of a further slice of it. */
export class FileReading {
  private readonly sources = new Map<string, ReadingOfSource>();

  /** @param before what earlier slices of the file counted, by source */
  constructor(
    readonly key: FileKey | FoundFile,
    before: ReadonlyMap<string, LineCounts> = new Map(),
  ) {
    for (const [server, counts] of before) Object.assign(this.ofSource(server), counts);
  }

  ofSource(server: string): ReadingOfSource {
    let one = this.sources.get(server);
    if (one === undefined) this.sources.set(server, (one = new ReadingOfSource(this, server)));
    return one;
  }

  /** Plain JSON. */
  state(): FileKey & { readonly sources: (LineCounts & { readonly server: string })[] } {
    const { file, head, headBytes } = this.key;
    const sources = [...this.sources.values()].map(({ server, lines, events, undated, unreadable }) => ({
      server,
      lines,
      events,
      undated,
      unreadable,
    }));
    return { file, head, headBytes, sources };
  }

  /** What is known of the file now, by source. */
  rows(): Reading[] {
    const { sources, ...key } = this.state();
    return sources.map((counts) => ({ ...key, ...counts }));
  }

  /** Whether that was this file, when it was shorter, read as the same source. */
  hasGrownFrom({ server, file, head, headBytes }: Reading): boolean {
    const { key } = this;
    if (!('bytes' in key) || file !== key.file || headBytes >= key.headBytes || !this.sources.has(server)) return false;
    return hashOf(key.bytes.subarray(0, headBytes)) === head;
  }
}

/** What was counted takes the place of what earlier readings of the same files said. */
export async function saveReadings(store: EventStore, readings: readonly FileReading[]): Promise<void> {
  const rows = readings.flatMap((reading) => reading.rows());
  if (rows.length === 0) return;
  // One that goes on, as a followed file does, is known already.
  const found = [...new Set(readings.flatMap(({ key }) => ('bytes' in key ? [key.file] : [])))];
  const short = found.length === 0 ? [] : await store.shortReadings(found);
  const replaced = short
    .filter((former) => readings.some((reading) => reading.hasGrownFrom(former)))
    .map((former) => ({ ...former, lines: 0, events: 0, undated: 0, unreadable: 0 }));
  await store.saveReadings([...replaced, ...rows]);
}

export const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
