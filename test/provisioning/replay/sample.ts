import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { followSettingsOf } from '../../../src/cli/connect.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configSchema } from '../../../src/config/schema.ts';
import type { Frame } from '../../../src/engine/frame.ts';
import { owner } from '../../../src/server/caller.ts';
import { createFollowing } from '../../../src/server/following.ts';
import { createLimiter } from '../../../src/server/limiter.ts';
import { createMetrics } from '../../../src/server/metrics.ts';
import { openLocalService } from '../../../src/server/open.ts';
import type { QueryPart } from '../../../src/server/service.ts';
import type { ServerState } from '../../../src/server/state.ts';
import { configFile, createLiveWriter, sample, simulate } from '../../../src/simulate/index.ts';

/** A question of an alert rule, as its file has it. */
export type Model = Readonly<Record<string, unknown>>;

/** The sample that `npm start` shows, followed as its server follows it: what is not written yet is not known. */
export interface LivingSample {
  /** Lets its license servers work until then, and reads what they wrote. */
  readonly advance: (until: number) => Promise<void>;
  readonly ask: (model: Model, from: number, to: number) => Promise<readonly Frame[]>;
  /** A license server beside those of the sample: its log, and what its account bought. */
  readonly plant: (server: string, log: string, entitlements: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param end up to when its year has passed */
export async function openLivingSample(end: number): Promise<LivingSample> {
  const directory = await mkdtemp(join(tmpdir(), 'license-analytics-replay-'));
  const out = join(directory, 'sample');
  const planted = join(directory, 'planted');
  await mkdir(planted);
  await simulate({ out, ...sample, end });
  const limiter = createLimiter(4, 100);
  const state: ServerState = { phase: 'starting', reason: '', service: undefined, lastCrash: undefined };
  const service = await openLocalService(
    {
      store: { kind: 'directory', directory: join(directory, 'store') },
      siteTimezone: 'UTC',
      denials: [],
      limits: configSchema.parse({}).limits,
    },
    { limiter, metrics: createMetrics(state, limiter, 'test') },
  );
  const settings = followSettingsOf(loadConfig(join(out, configFile), {}));
  const servers: string[] = [];
  const following = createFollowing(settings, {
    service,
    timezone: 'UTC',
    logger: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    sources: () => [
      ...settings.sources,
      ...servers.map((server) => ({
        names: [join(planted, `${server}.log`)],
        format: 'auto',
        source: { server, account: server, timezone: 'UTC' },
      })),
    ],
  });
  const look = async (): Promise<void> => {
    await following.look();
    const { error } = following.state();
    if (error !== '') throw new Error(error);
  };
  await look();
  const writer = createLiveWriter(out);
  return {
    advance: async (until) => {
      writer.advance(until);
      await look();
    },
    ask: async (model, from, to) => {
      const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      // As over HTTP: whatever it holds, the service checks it.
      const queries = [model as unknown as QueryPart];
      const { results } = await service.ask({ ...range, queries }, { caller: owner });
      const [answer] = Object.values(results);
      if (answer === undefined || !('frames' in answer)) throw new Error(answer?.error ?? 'There is no answer.');
      return answer.frames;
    },
    plant: async (server, log, entitlements) => {
      await writeFile(join(planted, `${server}.log`), log);
      servers.push(server);
      await service.loadEntitlements({ name: `${server}.csv`, text: entitlements }, { caller: owner });
      await look();
    },
    close: async () => {
      writer.close();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
