import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { secret } from '../config/secrets.ts';
import { isLoopback, refusalToListen } from './access.ts';
import { removeAddress, writeAddress } from './address.ts';
import { createApp } from './app.ts';
import { owner } from './caller.ts';
import { createDeliveryWorker, lookEverySeconds } from './delivery/worker.ts';
import { StoreError } from '../store/errors.ts';
import type { FollowSettings } from './following.ts';
import { createFollowing, keepLooking } from './following.ts';
import { createLimiter } from './limiter.ts';
import { createMetrics } from './metrics.ts';
import type { LocalService, ServerSettings } from './open.ts';
import { openLocalService, storeInWords } from './open.ts';
import type { Crash, ServerState } from './state.ts';
import type { Report } from './supervise.ts';
import { createTokenCheck, hashOf } from './tokens.ts';
import type { FixedToken } from './tokens.ts';

export interface ChildSettings extends ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly version: string;
  /** Read these files while they grow. */
  readonly follow?: FollowSettings;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The server process: listens at once (health says 503 with the reason), opens the store, and then
 * answers. Throws when it cannot run like this; the message says why.
 */
export async function runServer(
  settings: ChildSettings,
  lastCrash: Crash | undefined,
  report: (report: Report) => void,
): Promise<RunningServer> {
  const logger = pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  const state: ServerState = { phase: 'starting', reason: 'The store is being opened.', service: undefined, lastCrash };
  const limiter = createLimiter(settings.limits.concurrentQuestions, settings.limits.waitingQuestions);
  const metrics = createMetrics(state, limiter, settings.version);

  const given = secret('LICENSE_ANALYTICS_TOKEN');
  const local = randomBytes(32).toString('base64url');
  const fixed: FixedToken[] = [{ hash: hashOf(local), caller: owner }];
  if (given !== undefined) {
    fixed.push({ hash: hashOf(given), caller: { name: 'environment', level: 'admin', accounts: 'all' } });
  }

  let opened: LocalService | undefined;
  const stop = new AbortController();
  const opening = openPatiently(
    settings,
    { limiter, metrics, onRepair: (sentence) => logger.warn(sentence) },
    state,
    stop.signal,
  ).then((service) => {
    opened = service;
    return service;
  });
  // Whoever needs the store awaits `opening` and sees why it failed; nobody may be waiting yet when it does.
  opening.catch(() => undefined);
  const tokens = createTokenCheck(async () => (await opening).tokenRows, fixed, given !== undefined);

  // Elsewhere than on this machine the store must say first whether there are tokens.
  if (!isLoopback(settings.host)) {
    const hasTokens =
      given !== undefined || (await (await opening).tokenRows.list()).some((token) => token.revoked === 0);
    const refusal = refusalToListen(settings.host, hasTokens);
    if (refusal !== undefined) {
      await opened?.close();
      throw new Error(refusal);
    }
  }

  const app = createApp({
    state,
    tokens,
    metrics,
    logger,
    version: settings.version,
    store: storeInWords(settings.store),
    siteTimezone: settings.siteTimezone,
    ...(settings.delivery !== undefined && {
      branding: settings.delivery.branding,
      isMailed: settings.delivery.mail !== undefined,
    }),
  });
  try {
    report({ kind: 'binding' });
    await listen(app, settings, lastCrash !== undefined);
  } catch (error) {
    stop.abort();
    await (await opening.catch(() => undefined))?.close();
    throw listenError(error, settings);
  }
  const { port } = app.server.address() as AddressInfo;
  const name = isLoopback(settings.host) ? settings.host : '127.0.0.1';
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  report({ kind: 'listening', url, token: local });

  let service: LocalService;
  try {
    service = await opening;
  } catch (error) {
    await app.close();
    throw error;
  }
  service.onTokensChanged(() => tokens.forget());
  state.service = service;
  state.openLink = service.openLink;
  const directory = settings.store.kind === 'directory' ? settings.store.directory : undefined;
  if (directory !== undefined) writeAddress(directory, { pid: process.pid, url, token: local });

  state.phase = 'ok';
  state.reason = '';
  report({ kind: 'ready' });
  const delivering = deliver(service, { logger, state, signal: stop.signal });
  const background = follow(settings, service, { logger, state, signal: stop.signal });

  return {
    url,
    async close() {
      state.phase = 'failing';
      state.reason = 'The server is shutting down.';
      stop.abort();
      if (directory !== undefined) removeAddress(directory);
      await app.close();
      await background;
      await delivering;
      await service.close();
    },
  };
}

/** Follows the configured files until the signal comes. A look that fails is told and tried again: it ends nothing. */
function follow(
  { follow: wanted, siteTimezone }: ChildSettings,
  service: LocalService,
  {
    logger,
    state,
    signal,
  }: { readonly logger: pino.Logger; readonly state: ServerState; readonly signal: AbortSignal },
): Promise<void> {
  if (wanted === undefined || wanted.sources.length + wanted.documents.length === 0) return Promise.resolve();
  const following = createFollowing(wanted, { service, timezone: siteTimezone, logger, signal });
  state.following = () => following.state();
  return keepLooking(() => following.look(), { everySeconds: wanted.everySeconds, signal });
}

/** Mails the reports that are due until the signal comes; a mail that is being handed over then is waited for. */
async function deliver(
  service: LocalService,
  {
    logger,
    state,
    signal,
  }: { readonly logger: pino.Logger; readonly state: ServerState; readonly signal: AbortSignal },
): Promise<void> {
  if (service.mailing === undefined) return;
  const { mailing, adoptConfigured } = service;
  const worker = createDeliveryWorker({ mailing, adoptConfigured, logger, signal });
  state.delivering = () => worker.state();
  await keepLooking(() => worker.look(), { everySeconds: lookEverySeconds, signal });
}

/** After a crash it is our own stand-in that has the port, and is letting go of it. */
async function listen(app: FastifyInstance, { host, port }: ChildSettings, again: boolean): Promise<void> {
  for (let tries = again ? 50 : 1; ; tries--) {
    try {
      await app.listen({ host, port });
      return;
    } catch (error) {
      if (tries <= 1 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await pause(100);
    }
  }
}

const retryAfter = 3_000;

/** A ClickHouse server that cannot be reached may only be starting itself: health says so until it answers. */
async function openPatiently(
  settings: ChildSettings,
  parts: Parameters<typeof openLocalService>[1],
  state: ServerState,
  signal: AbortSignal,
): Promise<LocalService> {
  for (;;) {
    try {
      return await openLocalService(settings, parts);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'unreachable' || signal.aborted) throw error;
      state.phase = 'failing';
      state.reason = `${error.sentence} ${error.advice}`;
      await pause(retryAfter, undefined, { signal });
    }
  }
}

function listenError(error: unknown, { host, port }: ChildSettings): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} on ${host} is in use by another program. Stop it, or choose another port with --port.`,
    );
  }
  if (code === 'EACCES')
    return new Error(`This user may not listen on port ${port}. Choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Error(`${host} is no address of this machine. Choose another with --host.`);
  }
  return new Error(`The server cannot listen on ${host}:${port}: ${message}`);
}
