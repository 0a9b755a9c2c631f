import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { configSchema } from '../config/schema.ts';
import { createApp } from './app.ts';
import { createLimiter } from './limiter.ts';
import { createMetrics } from './metrics.ts';
import type { LocalService } from './open.ts';
import { openLocalService } from './open.ts';
import type { ServerState } from './state.ts';
import { createTokenCheck } from './tokens.ts';

/** The HTTP API on the real store: two customers, of which one must not learn anything of the other. */
const directory = mkdtempSync(join(tmpdir(), 'la-server-'));
const state: ServerState = {
  phase: 'starting',
  reason: 'The store is being opened.',
  service: undefined,
  lastCrash: undefined,
};
let service: LocalService;
let app: FastifyInstance;
let url: string;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  const { limits } = configSchema.parse({});
  const limiter = createLimiter(4, 100);
  const metrics = createMetrics(state, limiter, 'test');
  service = await openLocalService(
    { store: { kind: 'directory', directory }, siteTimezone: 'UTC', denials: [], limits },
    { limiter, metrics },
  );
  const check = createTokenCheck(() => Promise.resolve(service.tokenRows), [], false);
  service.onTokensChanged(() => check.forget());
  app = createApp({
    state,
    tokens: check,
    metrics,
    logger: pino({ level: 'silent' }),
    version: 'test',
    store: 'embedded',
    siteTimezone: 'UTC',
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await service.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly token?: string | undefined;
  readonly json?: object;
  readonly lines?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(path: string, { method, token, json, lines, headers }: Asked = {}): Promise<Answered> {
  const payload = json === undefined ? lines : JSON.stringify(json);
  const answer = await fetch(`${url}${path}`, {
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(lines === undefined ? {} : { 'content-type': 'application/x-ndjson' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: answer.status, text, body: isJson ? (JSON.parse(text) as Answered['body']) : {} };
}

const event = (account: string, feature: string, user: string, minute: number, kind = 'checkout'): string =>
  JSON.stringify({
    time: `2026-03-02T09:${String(minute).padStart(2, '0')}:00Z`,
    kind,
    server: `${account}-lic`,
    vendor: 'vendord',
    account,
    feature,
    user,
    host: `${account}-pc`,
  });
const secretEvents = [
  event('zephyr', 'rocket_cad', 'mallory', 1),
  event('zephyr', 'rocket_cad', 'mallory', 9, 'checkin'),
].join('\n');
const acmeEvents = [
  event('acme', 'cad', 'ann', 1),
  event('acme', 'cad', 'bob', 2),
  event('acme', 'cad', 'ann', 9, 'checkin'),
].join('\n');
const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-31T00:00:00Z' };

describe('before the store is open', () => {
  it('health says 503 with the reason, and questions are refused with it', async () => {
    const health = await ask('/api/v1/health');
    expect(health.status).toBe(503);
    expect(health.body).toMatchObject({ status: 'starting', reason: 'The store is being opened.' });
    const answer = await ask('/api/v1/query', { json: { ...range, queries: [{ measure: 'checkouts' }] } });
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'starting', error: 'The store is being opened.' });
  });
});

describe('open on this machine, without tokens', () => {
  beforeAll(() => {
    state.service = service;
    state.phase = 'ok';
    state.reason = '';
  });

  it.each([
    ['/api/v1/ingest?file=picture.png', '\u0089PNG\u0000\u0001', 'wrong_format', /picture\.png: expected\n/],
    [
      '/api/v1/ingest?format=flexnett',
      '9:00:00 (vendord) OUT: "cad" ann@pc1',
      'unknown_format',
      /no format "flexnett"/,
    ],
    ['/api/v1/events?timezone=Europe/Berlim', acmeEvents, 'unknown_timezone', /no time zone "Europe\/Berlim"/],
    ['/api/v1/entitlements?file=lic.log', '9:00:00 (vendord) OUT: "cad" ann@pc1\n', 'wrong_format', /found a FlexNet/],
  ])("what cannot be loaded is the sender's fault, and says what to do: %s", async (path, lines, code, error) => {
    const answer = await ask(path, { lines });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, error: expect.stringMatching(error) as string });
    expect(answer.body['todo']).not.toMatch(/fault in the program/);
  });

  it.each([
    ['no JSON', '/api/v1/query', '{"queries":', /^Expected a JSON object .* found something that is no valid JSON\.$/],
    ['nothing', '/api/v1/query', '', /^Expected a JSON object .* found nothing\.$/],
    ['no questions', '/api/v1/query', '{}', /^queries: expected array, found nothing\.$/],
    ['another thing', '/api/v1/query', '{"queries":7}', /^queries: expected array, found 7\.$/],
  ])('a request is told what was expected and what was found: %s', async (_, path, body, error) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    const said = (await answer.json()) as { readonly error: string; readonly todo: string };
    expect(said.error).toMatch(error);
    expect(said.todo).toMatch(/^Correct the/);
  });

  it('a question that is not sent as JSON is told which header is missing', async () => {
    const answer = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: '{"queries":[{"measure":"checkouts"}]}',
    });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual({
      code: 'unsupported_media_type',
      error: 'Expected JSON as "Content-Type: application/json", found "application/x-www-form-urlencoded".',
      todo: 'Send that header; curl: -H "Content-Type: application/json".',
    });
  });

  it('health is 200 when questions can be answered', async () => {
    expect((await ask('/api/v1/health')).status).toBe(200);
  });

  it('takes events, and the same events again change nothing', async () => {
    const first = await ask('/api/v1/events', { lines: acmeEvents });
    expect(first.body).toMatchObject({ lines: 3, events: { checkout: 2, checkin: 1 }, duplicates: 0, unreadable: 0 });
    const again = await ask('/api/v1/events', { lines: acmeEvents });
    expect(again.body).toMatchObject({ events: { checkout: 0, checkin: 0 }, duplicates: 3 });
    await ask('/api/v1/events', { lines: secretEvents });
  });

  it('answers several questions at once; one that is wrong does not spoil the others', async () => {
    const queries = [
      { refId: 'A', measure: 'checkouts', groupBy: ['account'], maxDataPoints: 100, intervalMs: 1000 },
      { refId: 'B', measure: 'checkoutz' },
      { refId: 'C', measure: 'peakConcurrent', groupBy: ['account'], shape: 'timeSeries', bucket: '1d' },
    ];
    const answer = await ask('/api/v1/query', { json: { ...range, queries } });
    expect(answer.status).toBe(200);
    const { results } = answer.body as unknown as {
      results: Record<string, { status: number; frames?: unknown[]; error?: string }>;
    };
    expect(results['A']).toMatchObject({
      status: 200,
      frames: [
        {
          schema: { refId: 'A' },
          data: {
            values: [
              ['acme', 'zephyr'],
              [2, 1],
            ],
          },
        },
      ],
    });
    expect(results['B']).toMatchObject({ status: 400, errorSource: 'downstream' });
    expect(results['B']?.error).toMatch(/expected one of .*; found "checkoutz"/);
    expect(results['C']?.frames).toHaveLength(2);
  });

  it.each([
    ['no JSON', '{', 400],
    ['no queries', '{"from":"now-1d","to":"now"}', 400],
    ['a refId twice', '{"queries":[{"refId":"A","measure":"checkouts"},{"refId":"A","measure":"checkouts"}]}', 400],
  ])('says what is wrong with a request: %s', async (_, payload, status) => {
    const answer = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: payload,
    });
    expect(answer.status).toBe(status);
    const body = (await answer.json()) as { code: string; error: string; todo: string };
    expect([body.code, body.error, body.todo].every((text) => typeof text === 'string' && text.length > 3)).toBe(true);
  });

  it('describes itself: every route, with the question spelled out', async () => {
    const document = (await ask('/api/v1/openapi.json')).body as unknown as { paths: Record<string, object> };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/query', '/api/v1/dimensions/{name}/values', '/api/v1/events', '/metrics']),
    );
    expect(JSON.stringify(document.paths['/api/v1/query'])).toContain('usagePercentage');
  });

  it('knows no other addresses, and says where to look', async () => {
    const answer = await ask('/api/v2/query');
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'not_found', todo: expect.stringContaining('openapi.json') as string });
    expect((await ask('/api/v1/dimensions/acount/values')).body).toMatchObject({
      code: 'unknown_dimension',
      error: expect.stringContaining('Did you mean "account"?') as string,
    });
  });

  it('gives figures of its own to Prometheus, without names of customers', async () => {
    const { text } = await ask('/metrics');
    expect(text).toMatch(/license_analytics_question_seconds_count\{[^}]*measure="checkouts"[^}]*\} \d/);
    expect(text).not.toMatch(/acme|zephyr/);
  });

  it('a query may have a range of its own', async () => {
    const queries = [
      { refId: 'A', measure: 'checkouts' },
      { refId: 'B', measure: 'checkouts', from: '2026-03-02T09:01:30Z', to: '2026-03-02T10:00:00Z' },
    ];
    const { body } = await ask('/api/v1/query', { json: { ...range, queries } });
    const results = body['results'] as Record<string, { frames: { data: { values: number[][] } }[] }>;
    const figure = (name: string): number | undefined => results[name]?.frames[0]?.data.values[0]?.[0];
    expect(figure('B')).toBeLessThan(figure('A') ?? 0);
  });

  it('alert rules that ask for absurdly many points get steps that can be drawn', async () => {
    const quarter = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
    const queries = [
      { refId: 'A', measure: 'checkouts', shape: 'timeSeries', maxDataPoints: 43_200, intervalMs: 1000 },
      { refId: 'B', measure: 'checkouts', shape: 'timeSeries', bucket: '15m', maxDataPoints: 43_200 },
    ];
    const { body } = await ask('/api/v1/query', { json: { ...quarter, queries } });
    const results = body['results'] as Record<string, { frames: { data: { values: number[][] } }[] }>;
    const points = (name: string): number | undefined => results[name]?.frames[0]?.data.values[0]?.length;
    expect(points('A')).toBe(90 * 24);
    // Whoever names the bucket gets it.
    expect(points('B')).toBe(90 * 96);
  });

  it('status says in one sentence what is connected, and how fresh it is', async () => {
    const { status, body } = await ask('/api/v1/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: 'test', store: 'embedded', accounts: 'all' });
    expect(body['message']).toMatch(
      /^License Analytics test, embedded store; sees all accounts; \d license servers?\. Newest event \d+ (day|hour|minute|second)s? ago \(2026-03-02 09:/,
    );
  });

  it('status says whose time zone to look at, where a last line is in the future', async () => {
    const now = Date.parse('2026-03-02T00:00:00.000Z');
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    try {
      const { body } = await ask('/api/v1/status');
      expect(body['message']).toContain(
        ' Newest event 9 hours in the future (2026-03-02 09:09 UTC): check the time zone of acme-lic, zephyr-lic.',
      );
    } finally {
      clock.mockRestore();
    }
  });

  it('status tells how files are followed, and their names to nobody who does not see all accounts', async () => {
    state.following = () => ({
      everySeconds: 10,
      looks: 1,
      lines: 5,
      lastLook: '2026-03-02T09:00:00.000Z',
      lastLookSeconds: 0.1,
      error: '',
      sources: [{ names: ['zephyr.log'], files: 1, lastGrowth: null, waitingLines: 0, problems: [] }],
      documents: [],
      notices: [],
    });
    const headers = { 'x-license-analytics-accounts': encodeURIComponent('["acme"]') };
    expect((await ask('/api/v1/status')).text).toContain('zephyr.log');
    const limited = await ask('/api/v1/status', { headers });
    expect([limited.status, limited.body['following']]).toEqual([200, null]);
    expect(limited.text).not.toContain('zephyr.log');
    delete state.following;
  });

  it('a data source can limit itself to accounts, and never widens what it may see', async () => {
    const limited = (accounts: unknown) => ({
      headers: { 'x-license-analytics-accounts': encodeURIComponent(JSON.stringify(accounts)) },
    });
    expect((await ask('/api/v1/status', limited(['acme']))).body).toMatchObject({ accounts: ['acme'] });
    expect((await ask('/api/v1/status', limited(['Büro', 'acme']))).body).toMatchObject({ accounts: ['Büro', 'acme'] });
    const values = await ask('/api/v1/dimensions/account/values', limited(['acme']));
    expect(values.text).toContain('acme');
    expect(values.text).not.toContain('zephyr');
    const wrong = await ask('/api/v1/status', { headers: { 'x-license-analytics-accounts': 'acme' } });
    expect(wrong.status).toBe(400);
    expect(wrong.body['error']).toMatch(/expected a JSON list of account names/);
  });
});

describe('a token that is limited to one customer', () => {
  beforeAll(async () => {
    const create = async (name: string, scope: string, accounts: string[], token?: string): Promise<void> => {
      const answer = await ask('/api/v1/tokens', { json: { name, scope, accounts }, token });
      expect(answer.status).toBe(200);
      tokens[name] = (answer.body as unknown as { token: string }).token;
    };
    await create('admin', 'admin', []);
    await create('acme reads', 'read', ['acme'], tokens['admin']);
    await create('acme writes', 'write', ['acme'], tokens['admin']);
  });

  it('is needed from the first token on', async () => {
    expect((await ask('/api/v1/dimensions')).body).toMatchObject({ code: 'token_missing' });
    expect((await ask('/api/v1/health')).status).toBe(200);
  });

  it("never shows another's rows, names, counts or values, in any endpoint", async () => {
    const token = tokens['acme reads'];
    const measures = [
      'checkouts',
      'uniqueClients',
      'peakConcurrent',
      'events',
      'allEvents',
      'quality',
      'licenseHours',
      'usagePercentage',
      'overdraft',
      'timeAtLicenses',
      'sessionLengths',
      'daysToExpiry',
      'expiringEntitlements',
      'coverageGaps',
      'freshness',
      'silence',
      'ingestErrors',
      'newIngestErrors',
      'sources',
    ];
    const ofServers = ['freshness', 'silence', 'ingestErrors', 'newIngestErrors', 'sources'];
    const ungrouped = ['allEvents', 'expiringEntitlements', 'coverageGaps', ...ofServers];
    const wider = [{ dimension: 'account', operator: 'in', values: ['zephyr'] }];
    const queries = measures.flatMap((measure, i) => [
      { refId: `a${i}`, measure },
      { refId: `b${i}`, measure, ...(ungrouped.includes(measure) ? {} : { groupBy: ['account'] }) },
      { refId: `c${i}`, measure, filters: wider },
    ]);
    const texts = [(await ask('/api/v1/query', { json: { ...range, queries }, token })).text];
    for (const dimension of ['account', 'feature', 'server', 'user', 'host', 'client', 'vendor', 'product']) {
      texts.push((await ask(`/api/v1/dimensions/${dimension}/values?search=`, { token })).text);
    }
    for (const path of ['annotations', 'sources', 'entitlements'])
      texts.push((await ask(`/api/v1/${path}`, { token })).text);
    for (const text of texts) expect(text).not.toMatch(/zephyr|rocket|mallory/);
    const { results } = JSON.parse(texts[0] ?? '') as {
      results: Record<string, { frames: { data: { values: unknown[][] } }[] }>;
    };
    expect(results['a0']?.frames[0]?.data.values).toEqual([[2]]);
    expect(texts[1]).toContain('acme');
  });

  it.each([
    ['reads only', 'acme reads', '/api/v1/events?account=acme&server=acme-lic', 'scope_too_small'],
    [
      "writes for another's account",
      'acme writes',
      '/api/v1/events?account=zephyr&server=acme-lic',
      'token_limited_to_accounts',
    ],
    ['names no account', 'acme writes', '/api/v1/events?server=acme-lic', 'token_limited_to_accounts'],
    [
      "writes to another's license server",
      'acme writes',
      '/api/v1/events?account=acme&server=zephyr-lic',
      'token_limited_to_accounts',
    ],
    ['loads entitlements', 'acme writes', '/api/v1/entitlements?file=x.csv', 'token_limited_to_accounts'],
    ['maps accounts', 'acme writes', '/api/v1/accounts?file=x.csv', 'token_limited_to_accounts'],
    ['makes tokens', 'acme writes', '/api/v1/tokens', 'scope_too_small'],
  ])('is refused when it %s', async (_, name, path, code) => {
    const answer = await ask(path, {
      token: tokens[name],
      ...(path.endsWith('tokens') ? { json: { name: 'x' } } : { lines: acmeEvents }),
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code });
  });

  it('cannot smuggle events of another account or license server in', async () => {
    const lines = [event('zephyr', 'smuggled', 'eve', 20), event('acme', 'cad', 'eve', 21)].join('\n');
    const path = '/api/v1/events?account=acme&server=acme-new';
    const mine = lines.replaceAll('acme-lic', 'acme-new');
    const answer = await ask(path, { token: tokens['acme writes'], lines: mine });
    expect(answer.body).toMatchObject({ unreadable: 1, events: { checkout: 1 } });
    const everything = await ask('/api/v1/dimensions/feature/values', { token: tokens['admin'] });
    expect(everything.text).not.toContain('smuggled');
  });

  it('lists unreadable lines only for who sees all accounts, and says so', async () => {
    const path = '/api/v1/unreadable-lines?server=acme-new&kind=unreadable&limit=1';
    const refused = await ask(path, { token: tokens['acme reads'] });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      code: 'token_limited_to_accounts',
      error: 'The list of unreadable lines concerns every account, and the token "acme reads" is limited to some.',
    });
    const { body } = await ask(path, { token: tokens['admin'] });
    expect(body).toMatchObject({ total: 1, lines: [{ server: 'acme-new', line: 1, kind: 'unreadable' }] });
    expect((await ask('/api/v1/unreadable-lines?offset=1', { token: tokens['admin'] })).body).toEqual({
      lines: [],
      total: 1,
    });
    expect((await ask('/api/v1/unreadable-lines?kind=bad', { token: tokens['admin'] })).status).toBe(400);
  });

  it('tells what to do about each reason of denials: opportunities for the vendor, advice for an administrator', async () => {
    const { body } = await ask('/api/v1/denial-reasons', { token: tokens['acme reads'] });
    expect(body).toMatchObject({
      reasons: expect.arrayContaining([
        expect.objectContaining({
          id: 'feature-expired',
          title: 'Feature has expired',
          family: 'expired',
          owner: 'renewals',
          advice: expect.stringMatching(/^Check the dates/) as string,
        }),
      ]) as unknown,
      families: expect.arrayContaining([expect.objectContaining({ id: 'other', owner: 'support' })]) as unknown,
    });
  });

  it('puts UNSUPPORTED lines with an unknown code into the family "feature unavailable"', async () => {
    const line = JSON.stringify({ ...JSON.parse(event('unsure', 'cax', 'ann', 1, 'unsupported')), code: '-9876' });
    const token = tokens['admin'];
    expect((await ask('/api/v1/events', { token, lines: line })).body).toMatchObject({ events: { unsupported: 1 } });
    const filters = [{ dimension: 'account', operator: 'in', values: ['unsure'] }];
    const question = { measure: 'denialShare', groupBy: ['denialFamily'], filters };
    const { body } = await ask('/api/v1/query', { token, json: { ...range, queries: [question] } });
    expect(body).toMatchObject({
      results: { A: { frames: [{ data: { values: [['feature-unavailable'], [100]] } }] } },
    });
  });

  it('stops to work the moment it is revoked', async () => {
    const token = tokens['acme reads'];
    expect((await ask('/api/v1/dimensions', { token })).status).toBe(200);
    expect((await ask('/api/v1/tokens/acme%20reads', { method: 'DELETE', token: tokens['admin'] })).status).toBe(200);
    expect((await ask('/api/v1/dimensions', { token })).body).toMatchObject({ code: 'token_unknown' });
  });
});
