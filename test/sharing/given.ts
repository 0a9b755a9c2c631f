import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readBranding } from '../../src/config/read-branding.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createApp } from '../../src/server/app.ts';
import type { DeliveryInfo, LinkInfo, MadeLink, SubscriptionInfo } from '../../src/server/delivery/delivering.ts';
import { deliverySettings } from '../../src/server/delivery/settings.ts';
import { createLimiter } from '../../src/server/limiter.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { LocalService } from '../../src/server/open.ts';
import { openLocalService } from '../../src/server/open.ts';
import type { ServerState } from '../../src/server/state.ts';
import { createTokenCheck } from '../../src/server/tokens.ts';
import { entitlementsCsv, flexnetLog } from '../golden/fixture.ts';

/** The last day of what acme and umbrella bought: 100 days after today, UTC, whenever the tests run. */
export const lastDay = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);

/** The real server on a store of its own, with two customers: acme and umbrella, which share nothing. */
export interface SharingServer {
  readonly url: string;
  readonly directory: string;
  readonly service: LocalService;
  readonly state: ServerState;
  /** Milliseconds that the clock of links and subscriptions is ahead. */
  readonly clock: { ahead: number };
  /** What the server wrote to its log. */
  readonly log: () => string;
  api(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options?: { readonly token?: string; readonly json?: unknown },
  ): Promise<Answer>;
  /** The same store and address, with another configuration. */
  restartWith(config: object): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** What the routes of links and subscriptions answer, each its part of it. */
interface Body extends Omit<LinkInfo & MadeLink, 'state'>, Pick<DeliveryInfo, 'recipient' | 'test' | 'note'> {
  readonly state: string;
  readonly links: readonly LinkInfo[];
  readonly subscriptions: readonly SubscriptionInfo[];
  readonly deliveries: readonly DeliveryInfo[];
  readonly revokedLinks: number;
  /** Of a refusal. */
  readonly code: string;
  readonly error: string;
}

export async function openSharingServer(config: object = {}): Promise<SharingServer> {
  const directory = await mkdtemp(join(tmpdir(), 'la-sharing-'));
  const clock = { ahead: 0 };
  const limiter = createLimiter(4, 100);
  const state: ServerState = { phase: 'starting', reason: '', service: undefined, lastCrash: undefined };
  const metrics = createMetrics(state, limiter, 'test');
  const open = async (given: object): Promise<LocalService> => {
    const checked = configSchema.parse(given);
    const opened = await openLocalService(
      {
        store: { kind: 'directory', directory },
        siteTimezone: 'UTC',
        denials: [],
        limits: checked.limits,
        delivery: deliverySettings(checked, undefined, readBranding(checked.branding)),
      },
      { limiter, metrics, now: () => Date.now() + clock.ahead },
    );
    state.service = opened;
    state.openLink = opened.openLink;
    return opened;
  };
  const first = configSchema.parse(config);
  let service = await open(config);
  state.phase = 'ok';
  const lines: string[] = [];
  const tokens = createTokenCheck(() => Promise.resolve(service.tokenRows), [], false);
  const forgetTokens = (): void => service.onTokensChanged(() => tokens.forget());
  forgetTokens();
  const app = createApp({
    state,
    tokens,
    metrics,
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    version: 'test',
    store: 'embedded',
    siteTimezone: 'UTC',
    branding: readBranding(first.branding),
    isMailed: first.mail !== undefined,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const load = async (path: string, text: string): Promise<void> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: text });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  };
  await load('ingest?file=acme.log&account=acme&server=lic01', flexnetLog);
  await load(
    'ingest?file=umbrella.log&account=umbrella&server=hive',
    flexnetLog.replaceAll('lic01', 'hive').replaceAll('"cad"', '"tvirus"').replaceAll('ana@', 'wesker@'),
  );
  await load(
    'entitlements?file=bought.csv',
    `${entitlementsCsv}umbrella,Hive,tvirus,,concurrent,9,0,2026-01-01,2026-12-31,,\n`.replaceAll(
      '2026-12-31',
      lastDay,
    ),
  );
  return {
    url,
    directory,
    get service() {
      return service;
    },
    state,
    clock,
    log: () => lines.join(''),
    async api(
      method: 'GET' | 'POST' | 'DELETE',
      path: string,
      { token, json }: { token?: string; json?: unknown } = {},
    ) {
      const answer = await fetch(`${url}/api/v1/${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
      return { status: answer.status, body: (await answer.json()) as Body };
    },
    async restartWith(given) {
      await service.close();
      service = await open(given);
      forgetTokens();
    },
    async close() {
      await app.close();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
