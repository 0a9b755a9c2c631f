import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGuesses } from '../../src/share/links/guesses.ts';
import { linkState, newLink } from '../../src/share/links/link.ts';
import type { SharingServer } from './given.ts';
import { openSharingServer } from './given.ts';

/** Everything acme's page must not hold. */
const foreign = /umbrella|tvirus|hive|wesker/i;
const range = '?from=2026-03-02&to=2026-03-03';

let server: SharingServer;
beforeAll(async () => {
  server = await openSharingServer({ links: { baseUrl: 'https://licenses.example.com/' } });
});
afterAll(() => server.close());

const make = async (json: object, token?: string) =>
  server.api('POST', 'links', {
    json,
    ...(token !== undefined && { token }),
  });
const open = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });
const list = async (token?: string) =>
  (await server.api('GET', 'links', token === undefined ? {} : { token })).body.links;

it('a link shows its account, and nothing of another, to someone without a token', async () => {
  const { status, body } = await make({ account: 'acme', expires: '30d', purpose: 'for Ana' });
  expect([status, body.account, body.state]).toEqual([200, 'acme', 'open']);
  expect(body.path).toMatch(/^\/s\/[A-Za-z0-9_-]{43}$/);
  expect(body.url).toBe(`https://licenses.example.com${body.path}`);
  for (const query of [
    '',
    range,
    `${range}&account=umbrella`,
    `${range}&var-account=umbrella`,
    `${range}&accounts=all`,
  ]) {
    const page = await open(body.path + query, { 'x-license-analytics-accounts': encodeURIComponent('["umbrella"]') });
    const text = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('acme');
    expect(text).not.toMatch(foreign);
  }
  expect(await (await open(body.path + range)).text()).toContain('cad');
});

it('its page is kept by no cache, tells nobody its address, is not found by search engines and loads nothing', async () => {
  const { body } = await make({ account: 'acme', expires: '1d' });
  for (const path of [body.path, `/s/${'x'.repeat(43)}`]) {
    const { headers } = await open(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/);
  }
});

it('wrong, expired and revoked links answer alike, byte for byte', async () => {
  const [revoked, expired] = [
    (await make({ account: 'acme', expires: '1d' })).body,
    (await make({ account: 'acme', expires: '1d' })).body,
  ];
  expect((await server.api('DELETE', `links/${revoked.id}`)).status).toBe(200);
  const answers: string[] = [];
  for (const path of [
    revoked.path,
    expired.path,
    `/s/${'A'.repeat(43)}`,
    '/s/short',
    '/s/..%2f..%2fetc%2fpasswd',
    `${revoked.path}x`,
  ]) {
    // The one link that must have expired.
    server.clock.ahead = path === expired.path ? 86_400_000 : 0;
    const answer = await open(path);
    answers.push(`${answer.status} ${await answer.text()}`);
    server.clock.ahead = 0;
  }
  expect([...new Set(answers)]).toHaveLength(1);
  expect(answers[0]).toMatch(/^404 .*The link is wrong, has expired, or was withdrawn/s);
});

it('only the hash of a secret is stored, and the log names no secret', async () => {
  const { body } = await make({ account: 'acme', expires: '1d' });
  await open(body.path);
  await open(`${body.path}x`);
  const secret = body.path.slice('/s/'.length);
  expect(JSON.stringify(await list())).not.toContain(secret);
  expect(server.log()).toContain('"path":"/s/:secret"');
  expect(server.log()).not.toContain(secret);
  const files = readdirSync(server.directory, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(server.directory, name),
  );
  expect(files.length).toBeGreaterThan(10);
  for (const file of files.filter((name) => statSync(name).isFile()))
    expect(readFileSync(file).includes(secret)).toBe(false);
});

it('each opening is counted, with time and program, and without the network address', async () => {
  const { body } = await make({ account: 'acme', expires: '1d' });
  expect((await list()).find(({ id }) => id === body.id)).toMatchObject({ opened: 0, lastOpened: '' });
  await open(body.path, { 'user-agent': `Mozilla/5.0 \u0007 ${'x'.repeat(500)}` }).catch(() => undefined);
  await open(body.path, { 'user-agent': `Outlook/16 ${'x'.repeat(500)}` });
  const found = (await list()).find(({ id }) => id === body.id);
  expect(found).toMatchObject({ opened: expect.any(Number) as number, lastAddress: '' });
  expect(found?.opened).toBeGreaterThanOrEqual(1);
  expect(found?.lastAgent).toMatch(/^Outlook\/16 x{109}$/);
  expect(Date.parse(found?.lastOpened ?? '')).toBeGreaterThan(Date.parse(body.created) - 1);
});

it.each([
  ['no account that is known', { account: 'acmee', expires: '1d' }, 404, 'unknown_account'],
  ['an end in the past', { account: 'acme', expires: '2020-01-01' }, 400, 'invalidTime'],
  ['no end', { account: 'acme', expires: '20y' }, 400, 'invalidTime'],
  ['an end that cannot be read', { account: 'acme', expires: 'soon' }, 400, 'invalidTime'],
  ['another report than the one there is', { account: 'acme', expires: '1d', report: 'sales' }, 400, 'invalid_request'],
  ['a name of two lines', { account: 'acme\r\nx', expires: '1d' }, 400, 'invalid_request'],
])('no link with %s', async (_, json, status, code) => {
  const answer = await make(json);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('a token that is limited to an account gives out, sees and revokes its own links only', async () => {
  const acmes = (await make({ account: 'acme', expires: '1d' })).body;
  const { token } = await server.service.createToken(
    { name: 'umbrella', scope: 'write', accounts: ['umbrella'] },
    { caller: { name: 'local', level: 'admin', accounts: 'all' } },
  );
  expect((await make({ account: 'acme', expires: '1d' })).status).toBe(401);
  const refused = await make({ account: 'acme', expires: '1d' }, token);
  expect([refused.status, refused.body.code]).toEqual([403, 'token_limited_to_accounts']);
  const own = (await make({ account: 'umbrella', expires: '1d' }, token)).body;
  expect(own.createdBy).toBe('umbrella');
  expect((await list(token)).map(({ id }) => id)).toEqual([own.id]);
  const revoke = await server.api('DELETE', `links/${acmes.id}`, { token });
  expect([revoke.status, revoke.body.code]).toEqual([404, 'link_not_found']);
  expect((await open(acmes.path)).status).toBe(200);
  expect((await server.api('DELETE', `links/${own.id}`, { token })).status).toBe(200);
  expect((await open(own.path)).status).toBe(404);
});

const owner = { caller: { name: 'local', level: 'admin' as const, accounts: 'all' as const } };
const given = () => server.service.createLink({ account: 'acme', expires: '1d' }, owner);
const openings = async (id: string) => (await server.service.links(owner)).find((link) => link.id === id)?.opened;

it('a token that may only read gives out no link, and sees none', async () => {
  const { token } = await server.service.createToken({ name: 'grafana', scope: 'read', accounts: ['acme'] }, owner);
  const { id } = await given();
  for (const answer of [
    await make({ account: 'acme', expires: '1d' }, token),
    await server.api('GET', 'links', { token }),
    await server.api('DELETE', `links/${id}`, { token }),
  ])
    expect([answer.status, answer.body.code]).toEqual([403, 'scope_too_small']);
});

describe('a time that cannot be shown', () => {
  it.each([
    ['one that cannot be read', '?from=yesterday', 'Check the address, or choose a time above.'],
    ['one that stands there twice', '?from=now-7d&from=now-1d', 'Check the address, or choose a time above.'],
    ['a zone that there is not', '?timezone=Mars/Olympus', 'Check the address, or choose a time above.'],
    ['more than 400 days', '?from=now-5y', 'At most 400 days can be shown at once. Choose a shorter time.'],
    ['something very long', `?from=${'9'.repeat(2000)}`, 'Check the address, or choose a time above.'],
  ])('%s is told on a page with other times to choose, and counts as no opening', async (_, query, words) => {
    const { path, id } = await given();
    const answer = await open(path + query);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    expect(text).toContain('This time range cannot be shown');
    expect(text).toContain(words);
    expect(text).toContain('href="?from=now-7d%2Fd&amp;to=now');
    expect(text).not.toMatch(/openapi|Etc\/|invalidTime/);
    expect(await openings(id)).toBe(0);
  });

  it('400 days and a whole year can be shown', async () => {
    const { path } = await given();
    for (const query of ['?from=now-400d', '?from=2026-01-01&to=2027-01-01&timezone=Europe/Berlin'])
      expect((await open(path + query)).status).toBe(200);
  });
});

it('its reader chooses the time by links that keep the clocks, and do not repeat the secret', async () => {
  const { path } = await given();
  const text = await (await open(`${path}?from=now-90d/d&timezone=America/New_York`)).text();
  expect(text).toMatch(/ to [-0-9]+ [:0-9]+\s+\(America\/New_York\)/);
  const links = [...text.matchAll(/href="(\?[^"]+)"\s*(aria-current)?/g)].map(([, href = '', current]) => [
    href.replaceAll('&amp;', '&'),
    current !== undefined,
  ]);
  const [times, files, tables] = [/timezone=[^&]+$/, /&file=\w+$/, /&table=/].map((kind) =>
    links.filter(([href]) => kind.test(String(href))),
  );
  expect(times).toEqual(
    ['now-24h', 'now-7d/d', 'now-30d/d', 'now-90d/d', 'now-12M/d'].map((from) => [
      `?from=${encodeURIComponent(from)}&to=now&timezone=America%2FNew_York`,
      from === 'now-90d/d',
    ]),
  );
  expect(files).toEqual(
    ['pdf', 'xlsx', 'csv'].map((file) => [`?from=now-90d%2Fd&to=now&timezone=America%2FNew_York&file=${file}`, false]),
  );
  expect(tables?.map(([href]) => href)).toContain(
    '?from=now-90d%2Fd&to=now&timezone=America%2FNew_York&file=csv&table=Denials+and+what+to+do',
  );
  for (const [href] of links) expect((await open(path + String(href))).status).toBe(200);
  expect(text).not.toContain(path.slice('/s/'.length));
});

it('a program that looks whether a page is there (HEAD) gets no page, and counts as no opening', async () => {
  const { path, id } = await given();
  const look = (to: string) => fetch(server.url + to, { method: 'HEAD' });
  const answer = await look(path);
  expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([
    200,
    '',
    'text/html; charset=utf-8',
  ]);
  expect((await look(`/s/${'C'.repeat(43)}`)).status).toBe(404);
  expect(await openings(id)).toBe(0);
  await (await open(path)).text();
  expect(await openings(id)).toBe(1);
});

it('a page is kept for a minute: each opening counts, and none is answered for a link that was revoked or expired', async () => {
  const { path, id } = await given();
  const texts = [await (await open(path + range)).text(), await (await open(path + range)).text()];
  expect(texts[0]).toBe(texts[1]);
  expect(await openings(id)).toBe(2);
  server.clock.ahead = 86_400_001;
  expect((await open(path + range)).status).toBe(404);
  server.clock.ahead = 0;
  expect((await open(path + range)).status).toBe(200);
  await server.service.revokeLink(id, owner);
  expect((await open(path + range)).status).toBe(404);
});

it('whoever guesses is stopped; links that are there open all the same', async () => {
  const made = await given();
  const revoked = await given();
  await server.service.revokeLink(revoked.id, owner);
  let answer = await open(`/s/${'B'.repeat(43)}`);
  for (let i = 0; i < 25 && answer.status === 404; i++) answer = await open(`/s/${'B'.repeat(43)}`);
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await open(revoked.path)).status).toBe(429);
  expect((await open(made.path)).status).toBe(200);
});

describe('without a server', () => {
  it('guesses are counted per address and forgotten after a minute', () => {
    let now = 0;
    const guesses = createGuesses(() => now);
    for (let i = 0; i < 20; i++) {
      expect(guesses.wait('10.0.0.1')).toBe(0);
      guesses.wrong('10.0.0.1');
    }
    expect(guesses.wait('10.0.0.1')).toBe(60);
    expect(guesses.wait('10.0.0.2')).toBe(0);
    now = 59_001;
    expect(guesses.wait('10.0.0.1')).toBe(1);
    now = 60_000;
    expect(guesses.wait('10.0.0.1')).toBe(0);
  });

  it('a crowd of addresses beyond memory is slowed down as one', () => {
    const guesses = createGuesses(() => 0);
    for (let i = 0; i < 10_000; i++) guesses.wrong(`address ${i}`);
    for (let i = 0; i < 21; i++) guesses.wrong(`another ${i}`);
    expect(guesses.wait('yet another')).toBe(60);
    expect(guesses.wait('address 5')).toBe(0);
  });

  it('a secret has 256 random bits, and a link ends at the millisecond', () => {
    const given = { account: 'acme', showUsers: false, purpose: '', createdBy: 'x', expires: 1000 };
    const secrets = new Set(Array.from({ length: 100 }, () => newLink(given, 0).secret));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect([linkState({ expires: 1000, revoked: 0 }, 999), linkState({ expires: 1000, revoked: 0 }, 1000)]).toEqual([
      'open',
      'expired',
    ]);
  });
});
