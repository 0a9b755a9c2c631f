import { existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { fileInput } from '../ingest/input.ts';
import { createLiveWriter, simulate } from '../simulate/index.ts';
import { owner } from './caller.ts';
import type { Service, SourceFile } from './service.ts';

/** Made-up license servers that show what the product answers; apart from anyone's own data. */
export interface Sample {
  /** Holds `logs` (the made-up files) and `loaded` (a mark: what was written before its time is stored). */
  readonly directory: string;
  readonly events: number;
  readonly days: number;
  readonly seed: number;
}

export interface SampleContext {
  readonly logger: FastifyBaseLogger;
  /** Called when questions can be answered. */
  readonly ready: () => void;
  readonly signal: AbortSignal;
}

/** Pause between two looks at what the made-up servers have written meanwhile, ms. */
const beat = 60_000;

/** `sources.json` of a simulation: how to ingest each file. Files of new months are added while it goes on. */
const sourcesSchema = z.array(
  z.object({ server: z.string(), account: z.string(), timezone: z.string(), files: z.array(z.string()) }),
);

/**
 * Makes the sample at its first start (it ends now), loads it, and lets it go on for as long as the server runs; what it
 * missed while the server was off comes first. Whatever is interrupted is done again at the next start: the same lines
 * twice count once.
 */
export async function runSample(sample: Sample, service: Service, context: SampleContext): Promise<void> {
  const logs = join(sample.directory, 'logs');
  await make(sample, logs);
  const mark = join(sample.directory, 'loaded');
  const writer = createLiveWriter(logs);

  /** Lets the made-up servers write up to now, and stores what they wrote since the last time that this was done to the end. */
  async function goOn(): Promise<void> {
    const since = existsSync(mark) ? statSync(mark).mtimeMs : -Infinity;
    const now = Date.now();
    writer.advance(now);
    await load(service, logs, since, context);
    writeFileSync(mark, '');
    utimesSync(mark, now / 1000, now / 1000);
  }

  try {
    if (!existsSync(mark)) await loadDocuments(service, logs);
    await goOn();
    context.ready();
    for (;;) {
      await pause(beat, undefined, { signal: context.signal });
      await goOn();
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    writer.close();
  }
}

/** In a directory beside it first: a sample is there whole or not at all. */
async function make({ directory, events, days, seed }: Sample, logs: string): Promise<void> {
  if (existsSync(logs)) return;
  const draft = join(directory, 'logs.new');
  rmSync(draft, { recursive: true, force: true });
  await simulate({ events, days, seed, end: Date.now(), out: draft, state: true });
  renameSync(draft, logs);
}

async function loadDocuments(service: Service, logs: string): Promise<void> {
  for (const [name, loadOne] of [
    ['accounts.csv', service.loadAccounts.bind(service)],
    ['entitlements.csv', service.loadEntitlements.bind(service)],
  ] as const) {
    await loadOne({ name, text: readFileSync(join(logs, name), 'utf8') }, { caller: owner });
  }
}

/** Ingests the files that were written to since then. */
async function load(service: Service, logs: string, since: number, { signal, logger }: SampleContext): Promise<void> {
  const began = performance.now();
  const files: SourceFile[] = [];
  const sources = sourcesSchema.parse(JSON.parse(readFileSync(join(logs, 'sources.json'), 'utf8')));
  for (const { files: names, account, server, timezone } of sources) {
    for (const name of names) {
      if (statSync(join(logs, name)).mtimeMs < since) continue;
      const input = await fileInput(join(logs, name), name);
      files.push({ input, source: { server, timezone, ...(account !== '' && { account }) } });
    }
  }
  if (files.length === 0) return;
  const { lines } = await service.ingest(files, { caller: owner, signal });
  logger.debug({ files: files.length, lines, seconds: (performance.now() - began) / 1000 }, 'sample loaded');
}
