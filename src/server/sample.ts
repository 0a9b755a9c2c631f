import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import type { FollowedSource } from '../ingest/following/follower.ts';
import { createLiveWriter, simulate } from '../simulate/index.ts';
import { owner } from './caller.ts';
import { createFollowing, keepLooking } from './following.ts';
import type { LocalService } from './local.ts';
import type { Service } from './service.ts';
import type { ServerState } from './state.ts';

/** Made-up license servers that show what the product answers; apart from anyone's own data. */
export interface Sample {
  /** Holds `logs` (the made-up files) and `loaded` (a mark: accounts and entitlements are stored). */
  readonly directory: string;
  readonly events: number;
  readonly days: number;
  readonly seed: number;
}

export interface SampleContext {
  readonly logger: FastifyBaseLogger;
  readonly state: ServerState;
  /** Called when questions can be answered. */
  readonly ready: () => void;
  readonly signal: AbortSignal;
}

/** How often the made-up servers write, and are looked at. */
const everySeconds = 60;

/** `sources.json` of a simulation: how to ingest each file. Files of new months are added while it goes on. */
const sourcesSchema = z.array(
  z.object({ server: z.string(), account: z.string(), timezone: z.string(), files: z.array(z.string()) }),
);

/**
 * Makes the sample at its first start (it ends now), loads it, and lets it go on for as long as the server runs; what it
 * missed while the server was off comes first. Whatever is interrupted is done again at the next start: the same lines
 * twice count once.
 */
export async function runSample(sample: Sample, service: LocalService, context: SampleContext): Promise<void> {
  const { logger, signal, state, ready } = context;
  const logs = join(sample.directory, 'logs');
  await make(sample, logs);
  const mark = join(sample.directory, 'loaded');
  const writer = createLiveWriter(logs);
  const following = createFollowing(
    { everySeconds, sources: [], documents: [] },
    { service, timezone: 'UTC', logger, signal, sources: () => sourcesOf(logs) },
  );
  state.following = () => following.state();

  try {
    if (!existsSync(mark)) await loadDocuments(service, logs);
    writeFileSync(mark, '');
    await keepLooking(
      async () => {
        writer.advance(Date.now());
        await following.look();
        const { error } = following.state();
        if (error !== '' && state.phase !== 'ok' && !signal.aborted) throw new Error(error);
        ready();
      },
      { everySeconds, signal },
    );
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

/** The made-up servers with the files that they have written so far; those of new months are added while they go on. */
function sourcesOf(logs: string): readonly FollowedSource[] {
  const sources = sourcesSchema.parse(JSON.parse(readFileSync(join(logs, 'sources.json'), 'utf8')));
  return sources.map(({ server, account, timezone, files }) => ({
    names: files.map((name) => join(logs, name)),
    format: 'auto',
    source: { server, timezone, ...(account !== '' && { account }) },
  }));
}
