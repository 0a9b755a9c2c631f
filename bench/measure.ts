import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalogue } from '../src/denials/catalogue.ts';
import { createEngine } from '../src/engine/engine.ts';
import { deafSink, type ReaderSink } from '../src/ingest/format.ts';
import { readInput } from '../src/ingest/input.ts';
import type { IngestFile } from '../src/ingest/pipeline.ts';
import { openStore } from '../src/store/open.ts';
import { compactRollups } from '../src/store/rollups.ts';
import { benchQuestions, clocked, timeQuestions, type QuestionTiming } from './questions.ts';
import { end, loading, say, seconds, simulated } from './simulated.ts';

export interface SizeResult {
  readonly events: number;
  readonly lines: number;
  readonly megabytes: number;
  readonly parse: readonly {
    readonly format: string;
    readonly linesPerSecond: number;
    readonly megabytesPerSecond: number;
  }[];
  readonly ingest: {
    readonly seconds: number;
    readonly linesPerSecond: number;
    readonly megabytesPerSecond: number;
    readonly eventsPerSecond: number;
  };
  readonly again: { readonly seconds: number; readonly duplicates: number };
  readonly disk: { readonly bytesPerEvent: number; readonly tables: Readonly<Record<string, number>> };
  readonly memory: { readonly idleMb: number; readonly peakMb: number };
  readonly questions: readonly QuestionTiming[];
}

/** Simulates (once per work directory), ingests into a new store, ingests again, and asks. */
export async function measureSize(events: number, work: string): Promise<SizeResult> {
  const given = await simulated(events, work);
  const { manifest, files } = given;
  const megabytes = files.reduce((sum, { input }) => sum + input.size, 0) / 1e6;
  const parse = await parseSpeed(files);

  const directory = join(work, `store-${events}`);
  rmSync(directory, { recursive: true, force: true });
  const connection = await openStore({ directory, maxMemoryBytes: 2_500_000_000 });
  await connection.query('SELECT 1');
  const idleMb = process.memoryUsage.rss() / 1e6;
  const ingest = await loading(connection, given);
  say(`${events.toLocaleString('en')} events: ingesting ${megabytes.toFixed(0)} MB`);
  const took = await seconds(ingest);
  const { lines } = manifest.totals;

  await compactRollups(connection);
  const disk = await diskUse(connection);
  const { connection: asked, clock } = clocked(connection);
  const engine = createEngine({
    connection: asked,
    catalogue: createCatalogue(),
    siteTimezone: 'UTC',
    // What is measured is the work, not the memory of it.
    answerBytes: 0,
  });
  say(`${events.toLocaleString('en')} events: asking`);
  const questions = await timeQuestions(engine, clock, benchQuestions(manifest, end));
  say(`${events.toLocaleString('en')} events: ingesting the same files again`);
  let duplicates = 0;
  const again = await seconds(async () => {
    ({ duplicates } = await ingest());
  });
  await connection.close();
  return {
    events: manifest.totals.events,
    lines,
    megabytes,
    parse,
    ingest: {
      seconds: took,
      linesPerSecond: lines / took,
      megabytesPerSecond: megabytes / took,
      eventsPerSecond: manifest.totals.events / took,
    },
    again: { seconds: again, duplicates },
    disk: { bytesPerEvent: disk.total / manifest.totals.events, tables: disk.tables },
    memory: { idleMb, peakMb: process.resourceUsage().maxRSS / 1000 },
    questions,
  };
}

/** Reading alone: lines to events, nothing stored. The largest file of each format. */
async function parseSpeed(files: readonly IngestFile[]): Promise<SizeResult['parse']> {
  const result = [];
  for (const format of new Set(files.map((file) => file.format))) {
    const [file] = files.filter((one) => one.format === format).sort((a, b) => b.input.size - a.input.size);
    if (file === undefined) continue;
    let events = 0;
    let lines = 0;
    const sink: ReaderSink = {
      ...deafSink,
      event: () => {
        events++;
      },
    };
    const took = await seconds(async () => {
      await readInput(
        file.input,
        format,
        { file: file.input.name, timezone: file.source?.timezone ?? 'UTC', server: 'bench' },
        sink,
        (position) => void (lines = position.lines),
      );
    });
    result.push({
      format: format.name,
      linesPerSecond: lines / took,
      megabytesPerSecond: file.input.size / 1e6 / took,
    });
    if (events === 0) throw new Error(`${file.input.name} gave no events.`);
  }
  return result;
}

async function diskUse(
  connection: Awaited<ReturnType<typeof openStore>>,
): Promise<{ total: number; tables: Record<string, number> }> {
  const { rows } = await connection.query(
    `SELECT table, toFloat64(sum(bytes_on_disk)) FROM system.parts WHERE active AND database = {database:String} GROUP BY table ORDER BY 2 DESC`,
    { database: connection.database },
  );
  const tables = Object.fromEntries(rows.map((row) => [String(row[0]), Number(row[1])]));
  return { total: Object.values(tables).reduce((sum, bytes) => sum + bytes, 0), tables };
}
