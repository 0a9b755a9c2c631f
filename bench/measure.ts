import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalogue } from '../src/denials/catalogue.ts';
import { createEngine } from '../src/engine/engine.ts';
import { deafSink, type ReaderSink } from '../src/ingest/format.ts';
import { formats } from '../src/ingest/formats/registry.ts';
import { fileInput, readInput } from '../src/ingest/input.ts';
import { compileAccountMapping } from '../src/ingest/mappings/compile.ts';
import { requireEntitlements } from '../src/ingest/entitlements/read.ts';
import { requireMapping } from '../src/ingest/mappings/read.ts';
import { ingestFiles, type IngestFile } from '../src/ingest/pipeline.ts';
import { simulate, type Manifest } from '../src/simulate/index.ts';
import { loadEntitlements } from '../src/store/entitlements.ts';
import { createEventStore } from '../src/store/event-store.ts';
import { openStore } from '../src/store/open.ts';
import { compactRollups } from '../src/store/rollups.ts';
import { benchQuestions, clocked, timeQuestions, type QuestionTiming } from './questions.ts';

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

export const end = Date.UTC(2026, 10, 1);
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Simulates (once per work directory), ingests into a new store, ingests again, and asks. */
export async function measureSize(events: number, work: string): Promise<SizeResult> {
  const logs = join(work, `logs-${events}`);
  if (!existsSync(join(logs, 'manifest.json'))) {
    say(`${events.toLocaleString('en')} events: simulating`);
    await simulate({ events, days: 365, end, seed: 1, out: logs, state: false });
  }
  const manifest = JSON.parse(readFileSync(join(logs, 'manifest.json'), 'utf8')) as Manifest;
  const files = await filesOf(manifest, logs);
  const megabytes = files.reduce((sum, { input }) => sum + input.size, 0) / 1e6;
  const parse = await parseSpeed(files);

  const directory = join(work, `store-${events}`);
  rmSync(directory, { recursive: true, force: true });
  const connection = await openStore({ directory, maxMemoryBytes: 2_500_000_000 });
  await connection.query('SELECT 1');
  const idleMb = process.memoryUsage.rss() / 1e6;
  const catalogue = createCatalogue();
  const store = createEventStore(connection);
  const accountOf = compileAccountMapping(
    requireMapping(readFileSync(join(logs, manifest.accountRules), 'utf8'), manifest.accountRules),
  );
  const ingest = () =>
    ingestFiles(
      store,
      files,
      {
        timezone: 'UTC',
        accountOf,
        resolveReason: ({ system, ...refusal }) =>
          catalogue.reasonOf({ system: system === 'flexnet' ? 'flexnet' : '', ...refusal }),
      },
      everyTenSeconds(),
    );
  const { rows } = requireEntitlements(readFileSync(join(logs, manifest.entitlements), 'utf8'), manifest.entitlements, {
    account: '',
    server: '',
  });
  await loadEntitlements(connection, manifest.entitlements, rows);
  say(`${events.toLocaleString('en')} events: ingesting ${megabytes.toFixed(0)} MB`);
  const took = await seconds(ingest);
  const { lines } = manifest.totals;

  await compactRollups(connection);
  const disk = await diskUse(connection);
  const { connection: asked, clock } = clocked(connection);
  const engine = createEngine({ connection: asked, catalogue, siteTimezone: 'UTC' });
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

async function filesOf(manifest: Manifest, logs: string): Promise<IngestFile[]> {
  const files: IngestFile[] = [];
  for (const source of manifest.sources) {
    const format = formats.find(({ name }) => name === source.format);
    if (format === undefined) throw new Error(`No format is named ${source.format}.`);
    for (const { file } of source.files)
      files.push({
        input: await fileInput(join(logs, file)),
        format,
        source: {
          server: source.server,
          timezone: source.timezone,
          ...(source.account !== '' && { account: source.account }),
        },
      });
  }
  return files;
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

function everyTenSeconds(): (now: { readonly lines: number; readonly phase: string }) => void {
  let next = performance.now() + 10_000;
  return ({ lines, phase }) => {
    if (performance.now() < next) return;
    next = performance.now() + 10_000;
    say(`  ${lines.toLocaleString('en')} lines, ${phase}`);
  };
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

/** Size of everything below a directory, bytes. */
export function sizeOf(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size;
}
