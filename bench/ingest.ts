import { cpSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { deafSink } from '../src/ingest/format.ts';
import { fileInput, readInput } from '../src/ingest/input.ts';
import type { IngestFile } from '../src/ingest/pipeline.ts';
import { compactRollups } from '../src/store/rollups.ts';
import { percentile, peakMb, repeated, spent } from './measure.ts';
import { end, ingestInto, loading, say, simulated } from './simulated.ts';
import { diskUse, storeOf, withNewStore, withStore } from './store.ts';

export interface LoadFigures {
  readonly events: number;
  readonly lines: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly bytesPerEvent: number;
  /** Bytes on disk by table. */
  readonly tables: Readonly<Record<string, number>>;
}

/** Simulates (once per work directory) and ingests into a new store. */
export async function loadStore(size: number, work: string): Promise<LoadFigures> {
  const given = await simulated(size, work);
  const { events, lines } = given.manifest.totals;
  const megabytes = given.files.reduce((sum, { input }) => sum + input.size, 0) / 1e6;
  say(`${size.toLocaleString('en')} events: ingesting ${megabytes.toFixed(0)} MB`);
  return withNewStore(storeOf(size, work), async ({ connection }) => {
    const ingest = await loading(connection, given);
    const took = await spent(ingest);
    await compactRollups(connection);
    const tables = await diskUse(connection);
    const bytesPerEvent = Object.values(tables).reduce((sum, bytes) => sum + bytes, 0) / events;
    return { events, lines, megabytes, ...took, peakMb: peakMb(), bytesPerEvent, tables };
  });
}

export interface ReadingFigures {
  readonly format: string;
  readonly lines: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Reading alone: lines to events, nothing stored. The largest file of each format. */
export async function readAlone(files: readonly IngestFile[]): Promise<readonly ReadingFigures[]> {
  const result: ReadingFigures[] = [];
  for (const format of new Set(files.map((file) => file.format))) {
    const [file] = files.filter((one) => one.format === format).sort((a, b) => b.input.size - a.input.size);
    if (file === undefined) continue;
    let events = 0;
    let lines = 0;
    const sink = {
      ...deafSink,
      event: () => {
        events++;
      },
    };
    const about = { file: file.input.name, timezone: file.source?.timezone ?? 'UTC', server: 'bench' };
    const took = await spent(() => readInput(file.input, format, about, sink, (at) => void (lines = at.lines)));
    if (events === 0) throw new Error(`${file.input.name} gave no events.`);
    result.push({ format: format.name, lines, megabytes: file.input.size / 1e6, ...took });
  }
  return result;
}

export interface SmallIngestFigures {
  readonly lines: number;
  readonly p50Ms: number;
  readonly maxMs: number;
  readonly cpuMs: number;
  readonly statements: number;
}

const smallLines = 100;

/** What 100 new lines of one server cost, in a copy of the store: the store stays as it is. */
export async function smallIngest(size: number, work: string, rounds = 8): Promise<SmallIngestFigures> {
  const { manifest, logs, files } = await simulated(size, work);
  const servers = manifest.sources.filter(({ format }) => format === 'flexnet');
  const sizeOf = (file: string): number => statSync(join(logs, file)).size;
  const [largest] = servers
    .flatMap((source) => source.files.map(({ file }) => ({ source, file, bytes: sizeOf(file) })))
    .sort((a, b) => b.bytes - a.bytes);
  const like = files.find(({ source }) => source?.server === largest?.source.server);
  if (largest === undefined || like === undefined) throw new Error(`${logs} has no FlexNet log.`);
  const activity = await lastActivity(join(logs, largest.file));
  const copy = `${storeOf(size, work)}-copy`;
  rmSync(copy, { recursive: true, force: true });
  // Its links stay as they are: relative ones, of its own.
  cpSync(realpathSync(storeOf(size, work)), copy, { recursive: true, verbatimSymlinks: true });
  try {
    return await withStore(copy, async ({ connection }) => {
      let round = 0;
      const one = async (): Promise<void> => {
        const file = join(work, `small-${round++}.log`);
        writeFileSync(file, onDay(activity, end + (round + 1) * 86_400_000));
        try {
          const { events } = await ingestInto(connection, { manifest, logs }, [
            { ...like, input: await fileInput(file) },
          ]);
          const stored = Object.values(events).reduce((sum, one) => sum + one, 0);
          if (stored < smallLines) throw new Error(`Of ${smallLines} lines ${stored} were stored.`);
        } finally {
          rmSync(file);
        }
      };
      // The first one opens what the others find open.
      await one();
      const before = connection.statements();
      let took: readonly number[] = [];
      const { cpuSeconds } = await spent(
        async () => void (took = await repeated(one, { times: rounds, least: rounds })),
      );
      return {
        lines: smallLines,
        p50Ms: percentile(took, 0.5),
        maxMs: Math.max(...took),
        cpuMs: (cpuSeconds * 1000) / rounds,
        statements: (connection.statements() - before) / rounds,
      };
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The last lines of a log that say what somebody did, without their time. */
async function lastActivity(file: string): Promise<readonly string[]> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(262_144),
      position: Math.max(0, size - 262_144),
    });
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    const found = lines.flatMap((line) => /^ ?\d+:\d\d:\d\d (\(\w+\) (?:OUT|IN|DENIED): .*)$/.exec(line)?.[1] ?? []);
    if (found.length < smallLines) throw new Error(`${file} has only ${found.length} activity lines at its end.`);
    return found.slice(-smallLines);
  } finally {
    await handle.close();
  }
}

/** The lines as a log of that day, ten seconds apart. */
function onDay(activity: readonly string[], day: number): string {
  const date = new Date(day).toLocaleDateString('en-US', { timeZone: 'UTC' });
  const clock = (i: number): string => new Date(i * 10_000 + 8 * 3_600_000).toISOString().slice(11, 19);
  return [`7:59:00 (lmgrd) TIMESTAMP ${date}`, ...activity.map((line, i) => `${clock(i)} ${line}`), ''].join('\n');
}
