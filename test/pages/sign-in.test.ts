import { flexnetLog } from '../golden/fixture.ts';
import { openTestServer, type TestServer } from '../support/server.ts';

/** Who gets to see pages, as soon as there are tokens; one that is limited to an account sees that account's names only. */
const range = 'from=2026-03-01T00:00:00Z&to=2026-04-05T00:00:00Z';
let server: TestServer;
let token: string;
let admin: string;

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
const post = (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
const create = async (body: object, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const answer = await fetch(`${server.url}/api/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return ((await answer.json()) as { readonly token: string }).token;
};
const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

beforeAll(async () => {
  server = await openTestServer();
  await server.load('ingest?file=lic01.log&account=acme&server=lic01&timezone=UTC', flexnetLog);
  const others = flexnetLog.replaceAll('cad', 'glide').replaceAll('lic01', 'secret02').replaceAll('acmed', 'globexd');
  await server.load('ingest?file=secret02.log&account=globex&server=secret02&timezone=UTC', others);
});
afterAll(() => server.close());

describe('without tokens', () => {
  test('pages are for this machine, under its own name', async () => {
    const answer = await get(`/?${range}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/d/la-overview?${range}`]);
    const page = await get(`/d/la-overview?${range}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('globex');
  });

  test('nothing of a page can be put into another one, or loaded from elsewhere', async () => {
    const { headers } = await get('/d/la-overview');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
    );
    expect([
      headers.get('x-content-type-options'),
      headers.get('x-frame-options'),
      headers.get('referrer-policy'),
    ]).toEqual(['nosniff', 'DENY', 'same-origin']);
  });

  test('what is no page of ours is said as a page', async () => {
    const answer = await get('/wp-admin', { accept: 'text/html' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await get('/wp-admin')).headers.get('content-type')).toContain('application/json');
  });
});

describe('with tokens', () => {
  beforeAll(async () => {
    admin = await create({ name: 'admin', scope: 'admin' });
    token = await create({ name: 'acme', scope: 'read', accounts: ['acme'] }, { authorization: `Bearer ${admin}` });
  });

  test('a page asks for one first, and nothing is shown', async () => {
    const answer = await get(`/d/la-overview?${range}`);
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(text).toContain('name="token"');
    expect(text).toContain(`value="/d/la-overview?${range.replaceAll('&', '&amp;')}"`);
    expect(text).not.toMatch(/acme|globex/);
  });

  test('it signs in once, for pages only, and leads to what was asked for', async () => {
    const answer = await post('/sign-in', { token, next: `/d/la-denials?${range}` });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/d/la-denials?${range}`]);
    expect(answer.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const cookie = cookieOf(answer);
    expect((await get(`/d/la-denials?${range}`, { cookie })).status).toBe(200);
    // Another site's page could make the browser send it to the API.
    expect((await get('/api/v1/sources', { cookie })).status).toBe(401);
    expect((await get('/d/la-denials', { cookie, origin: 'https://evil.example' })).status).toBe(403);
  });

  test('over HTTPS the cookie is never sent in the clear', async () => {
    const answer = await post('/sign-in', { token, next: '/' }, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  test.each(['la-overview', 'la-utilization', 'la-customer', 'la-feature', 'la-denials', 'la-servers', 'la-events'])(
    '%s shows the accounts of the token and no others, whatever the address asks for',
    async (uid) => {
      const cookie = cookieOf(await post('/sign-in', { token, next: '/' }));
      for (const asked of ['', '&var-account=acme', '&var-server=secret02', '&var-feature=glide']) {
        const text = await (await get(`/d/${uid}?${range}${asked}`, { cookie })).text();
        // What was asked for stands in the form and in links; nothing else of the other account may.
        expect(text.replaceAll(/secret02|glide/g, (found) => (asked.includes(found) ? '' : found))).not.toMatch(
          /globex|secret02|glide/,
        );
      }
    },
  );

  test('a CSV is limited in the same way', async () => {
    const cookie = cookieOf(await post('/sign-in', { token, next: '/' }));
    const page = await (await get(`/d/la-overview?${range}`, { cookie })).text();
    const links = [...page.matchAll(/href="(\/d\/la-overview\/panels\/\d+\.csv\?[^"]*)"/g)].map(([, url = '']) => url);
    expect(links.length).toBeGreaterThan(10);
    const files = await Promise.all(links.map((url) => get(url.replaceAll('&amp;', '&'), { cookie })));
    expect(files.map(({ status }) => status)).toEqual(files.map(() => 200));
    const texts = await Promise.all(files.map((file) => file.text()));
    expect(texts.join('\n')).toContain('acme');
    expect(texts.join('\n')).not.toMatch(/globex|secret02|glide/);
    expect((await get(links[0]?.replaceAll('&amp;', '&') ?? '')).status).toBe(401);
  });

  test.each([
    ['a wrong token', 401, { token: 'la_wrong', next: '/' }, {}],
    ['no token', 401, { token: '', next: '/' }, {}],
    ['a token that would end the cookie', 401, { token: 'a; Domain=evil.example', next: '/' }, {}],
    ['another site', 403, { token: 'la_x', next: '/' }, { origin: 'https://evil.example' }],
    ['a page without origin of its own', 403, { token: 'la_x', next: '/' }, { origin: 'null' }],
  ] as const)('%s is refused', async (_, status, fields, headers) => {
    const answer = await post('/sign-in', fields, headers);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/d/../../x', 'javascript:alert(1)'])(
    'after signing in nobody is led to %s',
    async (next) => {
      expect((await post('/sign-in', { token, next })).headers.get('location')).toBe('/');
    },
  );

  test('signing out forgets it; a revoked token opens nothing', async () => {
    const out = await post('/sign-out', {}, { cookie: cookieOf(await post('/sign-in', { token, next: '/' })) });
    expect(out.headers.get('set-cookie')).toMatch(/=; Max-Age=0;/);
    const cookie = cookieOf(await post('/sign-in', { token, next: '/' }));
    await fetch(`${server.url}/api/v1/tokens/acme`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${admin}` },
    });
    const answer = await get('/d/la-overview', { cookie });
    expect([answer.status, answer.headers.get('set-cookie')?.includes('Max-Age=0')]).toEqual([401, true]);
  });
});
