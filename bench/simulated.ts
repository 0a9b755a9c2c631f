import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalogue } from '../src/denials/catalogue.ts';
import { formats } from '../src/ingest/formats/registry.ts';
import { fileInput } from '../src/ingest/input.ts';
import { compileAccountMapping } from '../src/ingest/mappings/compile.ts';
import { requireEntitlements } from '../src/ingest/entitlements/read.ts';
import { requireMapping } from '../src/ingest/mappings/read.ts';
import { ingestFiles, type IngestFile, type IngestSummary } from '../src/ingest/pipeline.ts';
import { simulate, type Manifest } from '../src/simulate/index.ts';
import type { Connection } from '../src/store/connection.ts';
import { loadEntitlements } from '../src/store/entitlements.ts';
import { createEventStore } from '../src/store/event-store.ts';

/** Made-up license servers of one year, as files, and how to ingest each. */
export interface Simulated {
  readonly logs: string;
  readonly manifest: Manifest;
  readonly files: readonly IngestFile[];
}

/** Where the simulated year ends, epoch milliseconds. */
export const end = Date.UTC(2026, 10, 1);

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Simulates about so many events, once per work directory. */
export async function simulated(events: number, work: string): Promise<Simulated> {
  const logs = join(work, `logs-${events}`);
  if (!existsSync(join(logs, 'manifest.json'))) {
    say(`${events.toLocaleString('en')} events: simulating`);
    await simulate({ events, days: 365, end, seed: 1, noise: 0.3, out: logs, state: false });
  }
  const manifest = JSON.parse(readFileSync(join(logs, 'manifest.json'), 'utf8')) as Manifest;
  return { logs, manifest, files: await filesOf(manifest, logs) };
}

/**
 * Loads what was bought, and gives what ingests the files: any number of times.
 *
 * @param account whose everything is, whatever the simulation says; left out: the simulated accounts
 */
export async function loading(
  connection: Connection,
  given: Simulated,
  account?: string,
): Promise<() => Promise<IngestSummary>> {
  const { logs, manifest, files } = given;
  const { rows } = requireEntitlements(readFileSync(join(logs, manifest.entitlements), 'utf8'), manifest.entitlements, {
    account: '',
    server: '',
  });
  const ofAccount = account === undefined ? rows : rows.map((row) => ({ ...row, account }));
  await loadEntitlements(connection, manifest.entitlements, ofAccount);
  return () =>
    ingestInto(connection, given, account === undefined ? files : files.map((file) => ofOneAccount(file, account)));
}

/** Ingests files as those of the simulation. */
export function ingestInto(
  connection: Connection,
  { logs, manifest }: Pick<Simulated, 'logs' | 'manifest'>,
  files: readonly IngestFile[],
): Promise<IngestSummary> {
  const catalogue = createCatalogue();
  const accountOf = compileAccountMapping(
    requireMapping(readFileSync(join(logs, manifest.accountRules), 'utf8'), manifest.accountRules),
  );
  return ingestFiles(
    createEventStore(connection),
    files,
    {
      timezone: 'UTC',
      accountOf,
      resolveReason: ({ system, ...refusal }) =>
        catalogue.reasonOf({ system: system === 'flexnet' ? 'flexnet' : '', ...refusal }),
    },
    everyTenSeconds(),
  );
}

/** Whatever account the file names is not looked at. */
function ofOneAccount({ source, ...file }: IngestFile, account: string): IngestFile {
  const formatOptions = { columns: { account: 'a column that is not there' }, constants: { account } };
  return { ...file, source: { ...source, account, ...(file.format.name === 'csv' && { formatOptions }) } };
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

function everyTenSeconds(): (now: { readonly lines: number; readonly phase: string }) => void {
  let next = performance.now() + 10_000;
  return ({ lines, phase }) => {
    if (performance.now() < next) return;
    next = performance.now() + 10_000;
    say(`  ${lines.toLocaleString('en')} lines, ${phase}`);
  };
}
