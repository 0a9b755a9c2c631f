import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestServer } from '../support/server.ts';
import { mine, openTwoCustomers, others, othersAmounts, range, tokens } from './two-customers.ts';

/** The server as one customer, or nobody, attacks it over HTTP: pages, downloads, links, headers, cookies, paths. */
let server: TestServer;
let cookie: string;
let link: string;
const when = `from=${range.from}&to=${range.to}`;

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as it is written: `fetch` would tidy up paths and refuse a `Host`. */
function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answered> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, (answer) => {
      text(answer).then(
        (all) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: all }),
        reject,
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
const bearer = (token: string): { readonly authorization: string } => ({ authorization: `Bearer ${token}` });
/** Given out by whoever may: the customer's own token only reads. */
const makeLink = async (headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  send('/api/v1/links', {
    method: 'POST',
    headers: { ...bearer(tokens.owner), 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ account: mine, expires: '1d' }),
  });
const inCookie = (token: string): string => Buffer.from(token).toString('base64url');
const signIn = (token: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  send('/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token, next: '/' }).toString(),
  });

beforeAll(async () => {
  server = await openTwoCustomers();
  cookie = (await signIn(tokens.mine)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  link = (JSON.parse((await makeLink()).body) as { readonly path: string }).path;
});
afterAll(() => server.close());

/** What of the other customer stands in a text, apart from what was asked for: that is repeated in forms. */
function foreignIn(body: string, asked: string): readonly string[] {
  const rest = asked === '' ? body : body.replaceAll(asked, '');
  const words = [...Object.values(others), ...othersAmounts];
  return words.filter((word) => rest.toLowerCase().includes(word.toLowerCase()));
}

describe('signed in as one customer', () => {
  const variables = ['account', 'feature', 'product', 'user', 'host', 'server', 'project'] as const;
  const evil = { 'x-license-analytics-accounts': encodeURIComponent(JSON.stringify([others.account])) };

  test.each(['la-customer', 'la-feature', 'la-events'])(
    '%s has nothing of another one, whichever variable or header asks for it',
    async (uid) => {
      const own = await send(`/d/${uid}?${when}&var-account=${mine}`, { headers: { cookie } });
      expect([own.status, own.body.includes('cad')]).toEqual([200, true]);
      for (const name of variables) {
        const asked = others[name];
        const { status, body } = await send(`/d/${uid}?${when}&var-${name}=${asked}`, { headers: { cookie } });
        expect([name, status, foreignIn(body, asked)]).toEqual([name, 200, []]);
      }
      const narrowed = await send(`/d/${uid}?${when}`, { headers: { cookie, ...evil } });
      expect([narrowed.status, foreignIn(narrowed.body, '')]).toEqual([200, []]);
    },
  );

  test('no download has anything of another one, whatever it is asked for', async () => {
    const page = await send(`/d/la-events?${when}`, { headers: { cookie } });
    const files = [
      ...new Set([...page.body.matchAll(/href="(\/d\/la-events\/panels\/\d+\.csv)\?/g)].map(([, path]) => path!)),
    ];
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      for (const query of ['', ...variables.map((name) => `&var-${name}=${others[name]}`)]) {
        const { status, headers, body } = await send(`${file}?${when}${query}`, {
          headers: { cookie, ...(query === '' && evil) },
        });
        expect([file, query, status, foreignIn(body, '')]).toEqual([file, query, 200, []]);
        expect(headers['content-disposition']).toMatch(/^attachment; filename="la-events-\d+\.csv"$/);
      }
    }
  });

  test('another cookie that came first does not stay when one signs in', async () => {
    const planted = 'license_analytics_token=planted-by-another-site';
    const answer = await signIn(tokens.mine, { cookie: planted });
    expect(answer.headers['set-cookie']).toEqual([
      `license_analytics_token=${inCookie(tokens.mine)}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    expect((await send('/d/la-overview', { headers: { cookie: planted } })).status).toBe(401);
  });

  test('neither a link nor an answer of the API sets a cookie', async () => {
    for (const path of [link, '/api/v1/sources', '/api/v1/health'])
      expect((await send(path, { headers: bearer(tokens.mine) })).headers['set-cookie']).toBeUndefined();
  });
});

test.each([
  '/d/../../../etc/passwd',
  '/d/..%2f..%2f..%2fetc%2fpasswd',
  '/d/%2e%2e/%2e%2e/etc/passwd',
  '/d/la-overview/panels/..%2f..%2fetc%2fpasswd',
  '/d/la-overview/panels/1.csv%00.html',
  '/d/la-overview%0d%0aSet-Cookie:%20a=b',
  '/s/../api/v1/links',
  '/s/..%2f..%2fetc%2fpasswd',
  '/s/%00',
  '/s/%ff%fe',
  '//evil.example/d/la-overview',
  '/../../etc/passwd',
])('%s leads to no file, sets no header, and is no fault of the server', async (path) => {
  const { status, headers, body } = await send(path, { headers: { cookie, accept: 'text/html' } });
  expect([400, 404]).toContain(status);
  expect(body).not.toMatch(/root:.*:0:0|node_modules|at .*\.ts:/);
  expect(headers['set-cookie']).toBeUndefined();
  expect(body).not.toMatch(/<script>[^]*etc\/passwd/);
});

test('whatever name the server is called by, it leads nowhere else', async () => {
  const called = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-server': 'evil.example',
    forwarded: 'host=evil.example;proto=https',
    'x-original-url': 'https://evil.example/',
    'x-forwarded-prefix': '//evil.example',
  };
  const answers = [
    await send('/', { headers: { ...called, cookie } }),
    await send('/d/la-overview', { headers: called }),
    await send('/sign-in?next=//evil.example', { headers: called }),
    await send(link, { headers: called }),
    await send('/nowhere', { headers: { ...called, accept: 'text/html' } }),
    await makeLink(called),
    await signIn(tokens.mine, called),
  ];
  for (const { status, headers, body } of answers) {
    expect(status).toBeLessThan(500);
    expect(`${JSON.stringify(headers)}${body}`).not.toContain('evil.example');
  }
  expect(answers[0]?.headers.location).toBe('/d/la-overview');
  expect(JSON.parse(answers[5]?.body ?? '')).toMatchObject({ url: null });
});

test('no page of another site may read an answer, also not one behind a link', async () => {
  const origin = 'https://evil.example';
  for (const [path, sent] of [
    [link, {}],
    ['/api/v1/sources', { headers: bearer(tokens.mine) }],
    ['/api/v1/query', { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }],
    [link, { method: 'OPTIONS' }],
  ] as readonly (readonly [string, Sent])[]) {
    const { headers } = await send(path, { ...sent, headers: { ...sent.headers, origin } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

test('every answer, refusals too, stays out of caches and search engines, and tells no other site its address', async () => {
  const html = { accept: 'text/html' };
  for (const [path, headers] of [
    [link, {}],
    [`${link}?from=yesterday`, {}],
    [`${link}?from=1&from=2`, {}],
    [`${link}/more`, html],
    [`/s/${'x'.repeat(43)}`, {}],
    ['/s/%ff', html],
    ['/d/la-overview', { cookie }],
    ['/d/la-overview?from=yesterday', { cookie }],
    ['/d/la-nothing', { cookie }],
    ['/d/la-overview', {}],
    ['/sign-in', {}],
    ['/nowhere', html],
    ['/api/v1/sources', bearer(tokens.mine)],
    ['/api/v1/sources', {}],
    ['/api/v1/nowhere', bearer(tokens.mine)],
  ] as readonly (readonly [string, Readonly<Record<string, string>>])[]) {
    const answer = await send(path, { headers });
    const { headers: said } = answer;
    expect([path, said['x-content-type-options'], said['cache-control'], said['x-robots-tag']]).toEqual([
      path,
      'nosniff',
      'no-store',
      'noindex, nofollow',
    ]);
    expect([path, said['referrer-policy']]).toEqual([path, expect.stringMatching(/^(no-referrer|same-origin)$/)]);
    // An address that holds a secret is told to nobody, not even to ourselves.
    if (path.startsWith('/s/')) expect([path, said['referrer-policy']]).toEqual([path, 'no-referrer']);
    if (!(said['content-type'] ?? '').startsWith('text/html')) continue;
    expect([path, said['x-frame-options']]).toEqual([path, 'DENY']);
    expect([path, said['content-security-policy']]).toEqual([
      path,
      expect.stringMatching(/^default-src 'none'; (?!.*unsafe).*frame-ancestors 'none'$/),
    ]);
  }
});

test('the log, at its most talkative, holds no token and no secret of a link', async () => {
  const wrong = 'la_wrong-token-of-somebody';
  const before = server.log().length;
  await send('/api/v1/sources', { headers: bearer(tokens.mine) });
  await send('/api/v1/sources', { headers: bearer(wrong) });
  await send('/api/v1/sources', {
    headers: { authorization: `Basic ${Buffer.from(`x:${wrong}`).toString('base64')}` },
  });
  await send(`/api/v1/sources?token=${wrong}&access_token=${wrong}`);
  await send(`/nowhere/${wrong}?token=${wrong}`);
  await send('/d/la-overview', { headers: { cookie } });
  await send('/d/la-overview', { headers: { cookie: `license_analytics_token=${inCookie(wrong)}` } });
  await signIn(wrong);
  for (const path of [link, `${link}?from=yesterday`, `${link}?from=1&from=2`, `${link}/more`, `${link}x`])
    await send(path);
  const log = server.log().slice(before);
  expect(log.split('\n').length).toBeGreaterThan(12);
  const asBasic = Buffer.from(`x:${wrong}`).toString('base64');
  for (const secret of [tokens.mine, wrong, inCookie(tokens.mine), inCookie(wrong), asBasic, link.slice('/s/'.length)])
    expect(log.includes(secret) ? secret : 'none').toBe('none');
});

test('who guesses links is stopped, also when every guess claims to come from elsewhere', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 25; i++) {
    const address = `203.0.113.${i}`;
    const headers = { 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` };
    statuses.push((await send(`/s/${String(i).padStart(43, 'A')}`, { headers })).status);
  }
  expect(statuses.slice(-3)).toEqual([429, 429, 429]);
});
