import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import type { Frame } from '../../src/engine/frame.ts';
import { createApp } from '../../src/server/app.ts';
import type { Caller } from '../../src/server/caller.ts';
import { createLimiter } from '../../src/server/limiter.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { openLocalService } from '../../src/server/open.ts';
import type { ServerState } from '../../src/server/state.ts';
import { createTokenCheck, hashOf } from '../../src/server/tokens.ts';

export interface TestToken {
  readonly secret: string;
  readonly caller: Caller;
}

/** The real server on a store of its own, on loopback. */
export interface TestServer {
  readonly url: string;
  /** Sends a file to `/api/v1/PATH`. */
  readonly load: (path: string, text: string) => Promise<void>;
  /** The frames of one saved query, asked as the Grafana plugin asks; a refusal is an error with the server's words. */
  readonly frames: (query: object, range: { readonly from: string; readonly to: string }) => Promise<readonly Frame[]>;
  /** What the server wrote to its log, at its most talkative. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

/** `demanded`: tokens without which nobody is answered; its own requests go with the first. None: whoever asks is the owner. */
export async function openTestServer(demanded: readonly TestToken[] = []): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'license-analytics-server-'));
  const limiter = createLimiter(4, 100);
  const state: ServerState = { phase: 'starting', reason: '', service: undefined, lastCrash: undefined };
  const metrics = createMetrics(state, limiter, 'test');
  const { limits } = configSchema.parse({});
  const service = await openLocalService(
    { store: { kind: 'directory', directory }, siteTimezone: 'UTC', denials: [], limits },
    { limiter, metrics },
  );
  state.service = service;
  state.openLink = service.openLink;
  state.phase = 'ok';
  const tokens = createTokenCheck(
    () => Promise.resolve(service.tokenRows),
    demanded.map(({ secret, caller }) => ({ hash: hashOf(secret), caller })),
    demanded.length > 0,
  );
  service.onTokensChanged(() => tokens.forget());
  const lines: string[] = [];
  const app = createApp({
    state,
    tokens,
    metrics,
    logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    version: 'test',
    store: 'embedded',
    siteTimezone: 'UTC',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const post = async (path: string, type: string, body: string): Promise<unknown> => {
    const [own] = demanded;
    const headers = { 'content-type': type, ...(own && { authorization: `Bearer ${own.secret}` }) };
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    url,
    load: async (path, text) => {
      await post(path, 'application/x-ndjson', text);
    },
    frames: async (query, range) => {
      const { results } = (await post('query', 'application/json', JSON.stringify({ ...range, queries: [query] }))) as {
        readonly results: Readonly<Record<string, { readonly frames?: readonly Frame[]; readonly error?: string }>>;
      };
      const [answer] = Object.values(results);
      if (answer?.frames === undefined) throw new Error(answer?.error ?? 'The server gave no answer.');
      return answer.frames;
    },
    log: () => lines.join(''),
    close: async () => {
      await app.close();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
