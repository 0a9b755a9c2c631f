import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { csvOf } from '../../share/csv.ts';
import type { SharedDashboard, SharedPanel } from '../../share/dashboard.ts';
import type { Branding } from '../../share/branding.ts';
import { canPrint } from '../../share/outlets/chromium.ts';
import { contentPolicyOf } from '../../share/render/document.ts';
import { html } from '../../share/render/html.ts';
import { leadsOf } from '../../share/render/links.ts';
import { renderPage } from '../../share/render/page.ts';
import type { Sorting } from '../../share/render/sorting.ts';
import { forReader, isCutShort } from '../../share/notices.ts';
import { tableOfPanel } from '../../share/table.ts';
import { limitOf, longestList, takeSnapshot } from '../../share/take.ts';
import { identify } from '../access.ts';
import { askUnder } from '../ask-under.ts';
import type { Caller } from '../caller.ts';
import { ApiError, toApiError } from '../errors.ts';
import type { Asked } from '../pages/asked.ts';
import { askedOf, queryOf, sortText, withSingles } from '../pages/asked.ts';
import { choiceOf, dashboardOf } from '../pages/catalogue.ts';
import { allData, beyondData, extentOf } from '../pages/extent.ts';
import { refuseForeign } from '../pages/foreign.ts';
import { chooser, navigation, signOutForm } from '../pages/head.ts';
import { errorPage, signInPage } from '../pages/plain.ts';
import { firstRowsOf, moreRowsOf } from '../pages/rows.ts';
import { sharePanel } from '../pages/sharing.ts';
import { sharingRoutes } from './sharing.ts';
import { signIn, signOut, tokenIn } from '../pages/session.ts';
import type { Context } from '../service.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';
import type { TokenCheck } from '../tokens.ts';

export interface PagesParts {
  readonly state: ServerState;
  readonly tokens: TokenCheck;
  /** Times are shown on the clocks of this zone, where an address names no other. */
  readonly siteTimezone: string;
  readonly branding: Branding;
  /** Whether this server sends mails. */
  readonly isMailed: boolean;
  readonly callerOf: (request: FastifyRequest) => Caller;
}

/** Answers with a page. */
export type SendPage = (reply: FastifyReply, text: string) => FastifyReply;

/** What every page says about itself to the browser. */
export const pageHeadersOf = (branding: Branding) =>
  ({
    'content-security-policy': `${contentPolicyOf(branding)}; frame-ancestors 'none'`,
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  }) as const;

/** The dashboards as pages, for whoever has no Grafana: a viewer of the same JSON, the same questions, the same scope. */
export function registerPages(app: FastifyInstance, parts: PagesParts): void {
  const { branding } = parts;
  const pageHeaders = pageHeadersOf(branding);
  const sendPage: SendPage = (reply, text) => reply.headers(pageHeaders).type('text/html; charset=utf-8').send(text);
  void app.register(async (pages) => {
    pages.addHook('onRequest', async (_request, reply) => void reply.headers(pageHeaders));
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16 * 1024 },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    pages.setErrorHandler((error, request, reply) => failed(toApiError(error), request, reply, { branding, sendPage }));
    sharingRoutes(pages, parts, sendPage);

    const page = { config: { needs: 'read', page: true } } as const;
    const open = { config: { needs: 'nobody', page: true } } as const;
    pages.get('/', page, async (request, reply) => {
      const query = request.url.split('?')[1];
      return reply.redirect(`/d/la-overview${query === undefined ? '' : `?${query}`}`);
    });
    pages.get('/d/:uid', page, async (request, reply) => sendPage(reply, await showDashboard(parts, request, reply)));
    pages.get('/d/:uid/panels/:file', page, (request, reply) => sendCsv(parts, request, reply));
    pages.get('/sign-in', open, (request, reply) =>
      sendPage(reply, signInPage(branding, ownPath(nextQuery.parse(request.query).next))),
    );
    pages.post('/sign-in', open, (request, reply) => enter(parts, request, reply, sendPage));
    pages.post('/sign-out', open, (request, reply) => {
      refuseForeign(request);
      signOut(request, reply);
      return reply.redirect('/sign-in', 303);
    });
  });
}

const dashboardParams = z.object({ uid: z.string() });
const fileParams = z.object({ uid: z.string(), file: z.string() });
const nextQuery = z.object({ next: z.string().catch('/') });
const signInBody = z.object({ token: z.string().trim().catch(''), next: z.string().catch('/') }).catch({
  token: '',
  next: '/',
});

async function showDashboard(parts: PagesParts, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { dashboard: whole, context, service, asked, isOpen } = await askedBy(parts, request, reply);
  const dashboard = asked.only === undefined ? whole : onlyPanel(whole, asked.only);
  const query = queryOf(asked, zoneIn(request));
  const now = Date.now();
  const extent = await extentOf(service, context);
  const [snapshot, form] = await Promise.all([
    takeSnapshot(
      dashboard,
      {
        ...asked.range,
        timezone: asked.timezone,
        variables: asked.variables,
        // The highest of a whole list may stand behind the rows that a page shows of it.
        mostRows: (panel) =>
          asked.more.includes(panel.id) || asked.sorted?.panel === panel.id ? moreRowsOf(panel) : firstRowsOf(panel),
      },
      askUnder(serviceOf(parts.state), context),
    ),
    chooser(dashboard, asked, extent && allData(extent, asked.timezone, now), service, context),
  ]);
  const names = dashboard.templating.list.map(({ name }) => name).filter((name) => name !== 'datasource');
  const { branding, isMailed, siteTimezone } = parts;
  const { caller } = context;
  const [account] = dashboard.uid === 'la-customer' ? (asked.variables['account'] ?? []) : [];
  const offering = { caller, isMailed, siteTimezone, canPrint: await canPrint(), now };
  return renderPage(forReader({ ...snapshot, branding }, 'page'), {
    leads: leadsOf({ names, ...asked }),
    more: (panel) => moreOf(panel, dashboard.uid, query, asked),
    sorting: ({ id }) => sortingOf(id, dashboard.uid, query, asked),
    download: ({ id }) => `/d/${dashboard.uid}/panels/${id}.csv?${query}`,
    head: html`${navigation(dashboard.uid, query)} ${form}
    ${account === undefined || isOpen ? undefined : sharePanel(account, asked, offering)}
    ${tokenIn(request.headers.cookie) === undefined ? undefined : signOutForm()} ${stillLoading(parts.state)}
    ${asked.only === undefined ? undefined : html`<p><a href="/d/${dashboard.uid}?${query}">Whole dashboard</a></p>`}`,
    noData: beyondData(dashboard.uid, asked, extent, now),
  });
}

/** The same page with more rows of this panel too; undefined: it shows as many as it can. */
function moreOf(panel: SharedPanel, uid: string, query: string, { more, only, sorted }: Asked): string | undefined {
  if (more.includes(panel.id) || moreRowsOf(panel) <= (firstRowsOf(panel) ?? Math.max(...panel.targets.map(limitOf))))
    return undefined;
  return `/d/${uid}?${query}${viewOf({ more: [...more, panel.id], only, sorted })}#panel-${panel.id}`;
}

/** The same page with a panel's table in another order. One table is sorted at a time. */
const sortingOf = (panel: number, uid: string, query: string, { more, only, sorted }: Asked): Sorting => ({
  by: sorted?.panel === panel ? sorted : undefined,
  url: (sort) => `/d/${uid}?${query}${viewOf({ more, only, sorted: { ...sort, panel } })}#panel-${panel}`,
});

/** What of an address is about how this page shows things, and not about what. */
const viewOf = ({ more, only, sorted }: Pick<Asked, 'more' | 'only' | 'sorted'>): string =>
  [
    ...more.map((id) => `&more=${id}`),
    ...(only === undefined ? [] : [`&viewPanel=${only}`]),
    ...(sorted === undefined ? [] : [`&sort=${sortText(sorted)}`]),
  ].join('');

/** One panel by itself, as wide as the page: what a figure counted. */
const onlyPanel = (dashboard: SharedDashboard, id: number): SharedDashboard => ({
  ...dashboard,
  panels: dashboard.panels
    .filter((panel) => panel.id === id)
    .map((panel) => ({ ...panel, gridPos: { ...panel.gridPos, x: 0, w: 24 } })),
});

async function sendCsv(parts: PagesParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { dashboard, context, asked } = await askedBy(parts, request, reply);
  const [, id] = /^(\d+)\.csv$/.exec(fileParams.parse(request.params).file) ?? [];
  const panel = dashboard.panels.find((one) => String(one.id) === id);
  if (panel === undefined) {
    throw new ApiError(
      404,
      'not_found',
      `The dashboard "${dashboard.uid}" has no such panel.`,
      'Take the link under a panel.',
    );
  }
  const alone: SharedDashboard = { ...dashboard, panels: [panel], annotations: { list: [] } };
  const { range, timezone, variables } = asked;
  const taking = { ...range, timezone, variables, mostRows: () => longestList };
  const snapshot = await takeSnapshot(alone, taking, askUnder(serviceOf(parts.state), context));
  for (const answer of snapshot.answers.get(panel.id) ?? []) {
    if ('error' in answer)
      throw new ApiError(502, 'no_answer', answer.error, 'Correct what is asked for, or try again.');
    // A file cannot say that rows are missing.
    if (isCutShort(answer.frames))
      throw new ApiError(
        413,
        'list_too_long',
        `"${panel.title}" has more than ${longestList.toLocaleString('en')} rows: too many for one file.`,
        'Choose a shorter time range, or narrow what is shown.',
      );
  }
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${dashboard.uid}-${panel.id}.csv"`)
    .send(csvOf(tableOfPanel(panel, snapshot), timezone));
}

/** What the address asks for, by whom. */
async function askedBy({ state, siteTimezone, callerOf }: PagesParts, request: FastifyRequest, reply: FastifyReply) {
  const dashboard = dashboardOf(dashboardParams.parse(request.params).uid);
  const service = serviceOf(state);
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const context: Context = { caller: callerOf(request), signal: gone.signal };
  const choice = choiceOf(dashboard.uid);
  const given = askedOf(request.query, dashboard, siteTimezone);
  const asked = await withSingles(given, dashboard, { service, context, toChoose: choice?.variable });
  const isOpen = choice !== undefined && asked.variables[choice.variable]?.length !== 1;
  // The one panel that is asked for is that of a customer.
  return isOpen
    ? { dashboard: choice.dashboard, service, context, asked: { ...asked, only: undefined }, isOpen }
    : { dashboard, service, context, asked, isOpen };
}

async function enter(
  { tokens, branding }: PagesParts,
  request: FastifyRequest,
  reply: FastifyReply,
  sendPage: SendPage,
): Promise<FastifyReply> {
  refuseForeign(request);
  const { token, next } = signInBody.parse(request.body);
  const again = (problem: string): FastifyReply =>
    sendPage(reply.code(401), signInPage(branding, ownPath(next), problem));
  if (token === '') return again('Enter a token.');
  try {
    await identify({ ...request.headers, authorization: `Bearer ${token}` }, tokens);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401)
      return again('This token is not known here, or was revoked.');
    throw error;
  }
  signIn(request, reply, token);
  return reply.redirect(ownPath(next), 303);
}

/** Only pages of this server are led to after signing in. */
const ownPath = (path: string): string => (/^\/d\/[\w-]+(?:\?[^\s\\]*)?$/.test(path) ? path : '/');

const zoneIn = (request: FastifyRequest): string | undefined => {
  const { timezone } = request.query as { readonly timezone?: unknown };
  return typeof timezone === 'string' && timezone !== '' ? timezone : undefined;
};

function failed(
  error: ApiError,
  request: FastifyRequest,
  reply: FastifyReply,
  { branding, sendPage }: { readonly branding: Branding; readonly sendPage: SendPage },
): FastifyReply {
  if (error.status >= 500) request.log.error({ err: error }, error.message);
  if (error.status === 401) {
    // A cookie whose token is gone would be refused on every page.
    if (error.code === 'token_unknown') signOut(request, reply);
    const problem = error.code === 'token_unknown' ? error.message : undefined;
    return sendPage(reply.code(401), signInPage(branding, ownPath(request.url), problem));
  }
  return sendPage(reply.code(error.status), errorPage(error, branding));
}

const stillLoading = ({ phase, reason, following }: ServerState) => {
  const reading = following?.().looks === 0 ? 'The configured files are being read for the first time.' : '';
  const why = phase === 'ok' ? reading : reason;
  return why === '' ? undefined : html`<p class="error" role="status">${why} Figures are not complete yet.</p>`;
};
