import Fastify from 'fastify';
import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { compressPages } from './compression.ts';

const long = 'figures and more figures '.repeat(1000);

const app = Fastify();
compressPages(app);
app.get('/page', (_request, reply) => reply.type('text/html; charset=utf-8').send(long));
app.get('/short', (_request, reply) => reply.type('text/html; charset=utf-8').send('nothing'));
app.get('/csv', (_request, reply) => reply.type('text/csv; charset=utf-8').send(Readable.from([long, long])));
for (const [url, lines] of [
  ['/broken-at-once', 0],
  ['/broken-later', 2000],
] as const)
  app.get(url, (_request, reply) => reply.type('text/csv; charset=utf-8').send(Readable.from(failing(lines))));
app.get('/refused', (_request, reply) => reply.code(404).type('text/html; charset=utf-8').send(long));
app.get('/json', () => ({ long }));
afterAll(() => app.close());

function* failing(lines: number): Generator<string> {
  // Nothing in them is alike, so that gzip hands them on.
  for (let i = 0; i < lines; i++) yield `${createHash('sha512').update(String(i)).digest('base64')}\n`;
  throw new Error('The store is gone.');
}

let port = 0;
beforeAll(async () => {
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});

/** Bytes as they come: `fetch` would unpack them. */
const get = async (path: string, headers: OutgoingHttpHeaders = { 'accept-encoding': 'gzip, br' }) => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, resolve).on('error', reject).end();
  });
  const bytes = await buffer(answer);
  return { headers: answer.headers, coding: answer.headers['content-encoding'], bytes };
};

test('pages and CSV are a fraction as long, and the same when they are unpacked', async () => {
  const page = await get('/page');
  expect([page.coding, page.headers.vary]).toEqual(['gzip', 'accept-encoding']);
  expect(page.bytes.length).toBeLessThan(long.length / 20);
  expect(Number(page.headers['content-length'] ?? page.bytes.length)).toBe(page.bytes.length);
  expect(gunzipSync(page.bytes).toString()).toBe(long);
  const csv = await get('/csv');
  expect([csv.coding, gunzipSync(csv.bytes).toString()]).toEqual(['gzip', long + long]);
});

test.each([
  ['who does not say so', {}],
  ['who takes another coding only', { 'accept-encoding': 'br' }],
  ['who refuses it', { 'accept-encoding': 'br, gzip;q=0' }],
])('%s gets them as they are', async (_, headers) => {
  const { coding, bytes } = await get('/page', headers);
  expect([coding, bytes.toString()]).toEqual([undefined, long]);
  expect((await get('/csv', headers)).bytes.toString()).toBe(long + long);
});

test.each([
  ['gzip;q=0.5', 'gzip'],
  ['*', 'gzip'],
  ['GZIP', 'gzip'],
  ['*;q=0', undefined],
])('"%s" means %s', async (accepted, coding) =>
  expect((await get('/page', { 'accept-encoding': accepted })).coding).toBe(coding),
);

test('what is short, refused or JSON is not worth it or not safe', async () => {
  for (const url of ['/short', '/refused', '/json']) expect([url, (await get(url)).coding]).toEqual([url, undefined]);
});

test('what another site makes a browser ask for has its own length: it must tell nothing about what is alike', async () => {
  for (const site of ['cross-site', 'same-site'])
    expect((await get('/page', { 'accept-encoding': 'gzip', 'sec-fetch-site': site })).coding).toBeUndefined();
  for (const site of ['same-origin', 'none'])
    expect((await get('/page', { 'accept-encoding': 'gzip', 'sec-fetch-site': site })).coding).toBe('gzip');
});

test('a file that breaks off is not taken for a whole one', async () => {
  await expect(get('/broken-later')).rejects.toThrow();
  const { coding, bytes } = await get('/broken-at-once');
  expect(coding).toBeUndefined();
  expect(JSON.parse(bytes.toString())).toMatchObject({ statusCode: 500 });
});
