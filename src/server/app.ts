import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { identify, narrowed } from './access.ts';
import type { Caller, TokenLevel } from './caller.ts';
import { requireLevel } from './caller.ts';
import { compressPages } from './compression.ts';
import { ApiError, errorBody, toApiError } from './errors.ts';
import type { Metrics } from './metrics.ts';
import type { Branding } from '../share/branding.ts';
import { ownBranding } from '../share/branding.ts';
import { openApi } from './openapi.ts';
import type { AnyRoute } from './route.ts';
import { route } from './route.ts';
import { healthRoutes } from './routes/health.ts';
import { linkRoutes } from './routes/links.ts';
import { loadingRoutes } from './routes/loading.ts';
import { errorPage } from './pages/plain.ts';
import { withCookie } from './pages/session.ts';
import { pageHeadersOf, registerPages } from './routes/pages.ts';
import { questionRoutes } from './routes/questions.ts';
import { statusRoutes } from './routes/status.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { tokenRoutes } from './routes/tokens.ts';
import * as schemas from './schemas.ts';
import type { ServerState } from './state.ts';
import type { TokenCheck } from './tokens.ts';

export interface AppParts {
  readonly state: ServerState;
  readonly tokens: TokenCheck;
  readonly metrics: Metrics;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  /** Which store it is, for people: `embedded`, or the address of a ClickHouse server. */
  readonly store: string;
  /** IANA name: where pages name no other zone, times are shown on its clocks. */
  readonly siteTimezone: string;
  /** In whose name pages speak; left out: ours. */
  readonly branding?: Branding;
  /** Whether this server sends mails. */
  readonly isMailed?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to reach this route. */
    readonly needs?: TokenLevel | 'nobody';
    /** For people in a browser: a token may also come as the cookie of the sign-in page. */
    readonly page?: boolean;
  }
}

/** The HTTP API, not yet listening. */
export function createApp({
  state,
  tokens,
  metrics,
  logger,
  version,
  store,
  siteTimezone,
  branding = ownBranding,
  isMailed = false,
}: AppParts): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 4 * 1024 * 1024,
    // A long upload or a slow question is no reason to hang up; what takes too long is ended by its own limit.
    requestTimeout: 0,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
    // Addresses that cannot be read come before every hook, and before any route.
    frameworkErrors: (error, _request, given) => {
      // Generic over schemas of routes, and there is no route.
      const reply = given as unknown as FastifyReply;
      void reply
        .code(400)
        .headers(everyAnswer)
        .type('application/json')
        .send(errorBody(badAddress(error)));
    },
  });
  const callers = new WeakMap<FastifyRequest, Caller>();
  compressPages(app);

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(everyAnswer);
    const { needs, page } = request.routeOptions.config;
    if (needs === undefined || needs === 'nobody') return;
    const headers = page === true ? withCookie(request.headers) : request.headers;
    const caller = narrowed(await identify(headers, tokens), headers);
    requireLevel(caller, needs);
    callers.set(request, caller);
  });

  app.addHook('onResponse', async (request, reply) => {
    const path = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    metrics.request(path, request.method, reply.statusCode, seconds);
    const quiet = path === '/api/v1/health' || path === '/metrics';
    request.log[quiet ? 'debug' : 'info'](
      {
        method: request.method,
        path,
        status: reply.statusCode,
        seconds,
        token: callers.get(request)?.name,
        ...grafana(request),
      },
      'request',
    );
  });

  app.setErrorHandler((error, request, reply) => {
    const known = toApiError(notJson(error, request) ?? error);
    if (known.status >= 500) request.log.error({ err: error, ...grafana(request) }, known.message);
    return reply.code(known.status).type('application/json').send(errorBody(known));
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new ApiError(
      404,
      'not_found',
      `There is no ${request.method} ${request.url.split('?')[0] ?? ''} here.`,
      'GET /api/v1/openapi.json lists what there is.',
    );
    if (request.headers.accept?.includes('text/html') !== true) return reply.code(404).send(errorBody(error));
    // What was asked for may be the address of a link, mistyped: it is told to nobody.
    const headers = { ...pageHeadersOf(branding), 'referrer-policy': everyAnswer['referrer-policy'] };
    return reply.code(404).headers(headers).type('text/html; charset=utf-8').send(errorPage(error, branding));
  });

  const routes: AnyRoute[] = [
    ...questionRoutes(state),
    ...loadingRoutes(state),
    ...tokenRoutes(state),
    ...linkRoutes(state, branding),
    ...subscriptionRoutes(state),
    ...healthRoutes(state, metrics, version),
    ...statusRoutes(state, { version, store }),
  ];
  const description = route({
    method: 'GET',
    url: '/api/v1/openapi.json',
    summary: 'This description.',
    needs: 'read',
    query: schemas.nothing,
    answer: z.record(z.string(), z.unknown()),
    handle: async () => openApi(routes, version),
  });
  routes.push(description);
  const callerOf = (request: FastifyRequest): Caller => callers.get(request) ?? nobody;
  registerPages(app, { state, tokens, siteTimezone, branding, isMailed, callerOf });
  for (const entry of routes.filter(({ body }) => body !== 'stream')) entry.register(app, callerOf);
  void app.register(async (scope) => {
    // Here every body is a stream that its route reads as it comes, whatever the client calls it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const entry of routes.filter(({ body }) => body === 'stream')) entry.register(scope, callerOf);
  });
  return app;
}

/** Also of refusals: an address may hold the secret of a link, and nothing here is for caches, search engines or other sites. */
const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;

const nobody: Caller = { name: 'nobody', level: 'read', accounts: [] };

/** Its words would repeat the address, which may hold a secret. */
const badAddress = (cause: Error): ApiError =>
  new ApiError(
    400,
    'invalid_request',
    'The address of the request cannot be read: expected UTF-8, percent-encoded.',
    'Correct the address.',
    { cause },
  );

/** Fastify's own words for it do not say what was expected. */
function notJson(error: unknown, { headers }: FastifyRequest): ApiError | undefined {
  const { code } = error as { readonly code?: unknown };
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return new ApiError(
      400,
      'invalid_json',
      `Expected a JSON object as the request's body, found ${code.includes('EMPTY') ? 'nothing' : 'something that is no valid JSON'}.`,
      'Correct the body; /api/v1/openapi.json describes it.',
      { cause: error },
    );
  }
  if (code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return undefined;
  return new ApiError(
    415,
    'unsupported_media_type',
    `Expected JSON as "Content-Type: application/json", found "${headers['content-type'] ?? ''}".`,
    'Send that header; curl: -H "Content-Type: application/json".',
    { cause: error },
  );
}

/** Who asked, as Grafana's backend says it: for the log only, never for access. */
function grafana(request: FastifyRequest): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, header] of grafanaHeaders) {
    const value = request.headers[header];
    if (typeof value === 'string' && value !== '') found[name] = value.slice(0, 200);
  }
  return found;
}

const grafanaHeaders = [
  ['user', 'x-grafana-user'],
  ['dashboard', 'x-dashboard-uid'],
  ['panel', 'x-panel-id'],
  ['datasource', 'x-datasource-uid'],
  ['rule', 'x-rule-uid'],
] as const;
