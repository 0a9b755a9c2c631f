import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Session, type StreamChunk } from 'chdb';
import { killable } from '../../src/store/cancel.ts';
import { StoreError } from '../../src/store/errors.ts';
import { createPool } from '../../src/store/pool.ts';
import { identifier, literal } from '../../src/store/settings.ts';

export interface ClickHouseHttp {
  readonly url: string;
  close(): Promise<void>;
}

export interface ClickHouseHttpOptions {
  readonly directory: string;
  /** When given, requests must bring it (user `default`). */
  readonly password?: string;
  /** Called before each request is answered; returning true cuts the connection instead, as a failing network would. */
  readonly cut?: (statement: string, when: 'before' | 'after') => boolean;
}

/**
 * ClickHouse's HTTP interface (https://clickhouse.com/docs/interfaces/http) over the embedded engine: a stand-in for a server,
 * so that the remote way in is tested against the real engine. Each request has an engine session of its own.
 */
export async function startClickHouseHttp(options: ClickHouseHttpOptions): Promise<ClickHouseHttp> {
  const directory = resolve(options.directory);
  const uploads = join(directory, 'uploads');
  mkdirSync(uploads, { recursive: true });
  // Holds the engine open between requests.
  const keeper = new Session(directory);
  // One thread of Node's pool stays free: compression needs it on both ends of the connection.
  const sessions = createPool(
    3,
    () => new Session(directory),
    (session) => session.close(),
  );
  let uploaded = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/ping') return void response.end('Ok.\n');
    const { fields, statement, data } = await readRequest(request, url);
    if (options.password !== undefined && passwordOf(request) !== options.password) {
      const text =
        'Code: 516. DB::Exception: default: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)';
      refuse(response, new Error(text));
      return;
    }
    if (options.cut?.(statement, 'before') === true) return void request.socket.destroy();
    // KILL must not wait behind what it is to kill, nor on a thread of the pool.
    if (/^\s*KILL\b/i.test(statement))
      return void response.end(keeper.query(engineText(statement, undefined), 'TabSeparated'));
    // As with the setting cancel_http_readonly_queries_on_client_close: who hangs up wants no answer.
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const kill = async (): Promise<void> => void keeper.query(`KILL QUERY WHERE ${taggedAs(fields)} ASYNC`);
    const lease = await sessions.lease(gone.signal);
    const session = lease.thing;
    try {
      // Settings first: one of them says how long the text of the parameters may be.
      for (const part of settingsOf(fields)) session.query(`SET ${part.join(', ')}`);
      session.query(`USE ${identifier(fields.get('database') ?? 'default')}`);
      const file = data === undefined ? undefined : join(uploads, `${++uploaded}`);
      try {
        if (data !== undefined && file !== undefined) await pipeline(data, createWriteStream(file));
        const sql = engineText(statement, file);
        if (fields.get('wait_end_of_query') === '1' || !/^\s*(SELECT|WITH)\b/i.test(sql)) {
          const bytes = await killable(gone.signal, kill, async () => (await session.queryAsync(sql, plain)).bytes());
          if (options.cut?.(statement, 'after') === true) return void request.socket.destroy();
          await send(request, response, fields, async (body) => void body.write(bytes));
        } else {
          const chunks = session.queryStream(sql, plain)[Symbol.asyncIterator]();
          const next = () => killable(gone.signal, kill, () => chunks.next());
          try {
            await stream(request, response, fields, next);
          } finally {
            await chunks.return?.();
          }
        }
      } finally {
        if (file !== undefined) await rm(file, { force: true });
      }
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, error);
    } finally {
      // Settings stick to a session: each request gets a new one.
      lease.discard();
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await sessions.close();
      keeper.close();
    },
  };
}

const plain = { format: 'TabSeparated' };

/** Fields of the URL that are no settings of the engine. */
const noSettings = new Set(['query', 'database', 'query_id', 'user', 'password', 'session_id', 'role', 'log_comment']);
const httpSettings = new Set(['wait_end_of_query', 'enable_http_compression', 'http_write_exception_in_output_format']);

function settingsOf(fields: ReadonlyMap<string, string>): string[][] {
  const kept = [...fields].filter(([name]) => !noSettings.has(name) && !httpSettings.has(name));
  const isParameter = ([name]: readonly [string, string]): boolean => name.startsWith('param_');
  // The engine in process makes up its own query id, so the caller's is kept where KILL can find it.
  const settings = [
    ...kept.filter((field) => !isParameter(field)),
    ['log_comment', fields.get('query_id') ?? ''] as const,
  ];
  return [settings, kept.filter(isParameter)]
    .filter((part) => part.length > 0)
    .map((part) => part.map(([name, value]) => `${name}=${literal(value)}`));
}

function taggedAs(fields: ReadonlyMap<string, string>): string {
  return `Settings['log_comment'] = ${literal(fields.get('query_id') ?? '')}`;
}

function engineText(statement: string, file: string | undefined): string {
  if (file === undefined) return statement.replace(/\bquery_id = ('[^']*')/, "Settings['log_comment'] = $1");
  return statement.replace(/\s+FORMAT\s+(\w+)\s*;?\s*$/i, ` FROM INFILE ${literal(file)} FORMAT $1`);
}

/** The statement, and apart from it the rows to insert when the statement stands in the URL. */
async function readRequest(request: IncomingMessage, url: URL) {
  const body: Readable = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  const fields = new Map(url.searchParams);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    for (const [name, value] of partsOf(await textOf(body), type)) fields.set(name, value);
    return { fields, statement: fields.get('query') ?? '', data: undefined };
  }
  const inUrl = fields.get('query');
  if (inUrl !== undefined && request.method === 'POST') return { fields, statement: inUrl, data: body };
  return { fields, statement: inUrl ?? (await textOf(body)), data: undefined };
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Names and values of a multipart form of plain texts. */
function partsOf(text: string, contentType: string): (readonly [string, string])[] {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? '';
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const start = part.indexOf('\r\n\r\n');
      return [/name="([^"]*)"/.exec(part.slice(0, start))?.[1] ?? '', part.slice(start + 4, -2)];
    });
}

function passwordOf({ headers }: IncomingMessage): string | undefined {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').split(':').slice(1).join(':');
  const key = headers['x-clickhouse-key'];
  return typeof key === 'string' ? key : undefined;
}

function refuse(response: ServerResponse, error: unknown): void {
  const text = messageOf(error);
  const code = /Code: (\d+)/.exec(text)?.[1] ?? '1002';
  const status = { '516': 403, '60': 404, '81': 404, '62': 400, '241': 500, '159': 408 }[code] ?? 500;
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': code, 'Content-Type': 'text/plain; charset=UTF-8' });
  response.end(`${text} (version 26.7.1.1 (official build))\n`);
}

/** The engine's own words: `killable` has put its error into ours. */
function messageOf(error: unknown): string {
  if (error instanceof StoreError && error.cause !== undefined) return messageOf(error.cause);
  if (error instanceof StoreError && error.code === 'cancelled')
    return 'Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)';
  return error instanceof Error ? error.message : String(error);
}

/** Writes the body that `write` gives, compressed when the client asks for it. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  fields: ReadonlyMap<string, string>,
  write: (body: Writable) => Promise<void>,
  headers: Record<string, string> = {},
): Promise<void> {
  const accepted = (request.headers['accept-encoding'] ?? '').includes('gzip');
  const zipped = accepted && fields.get('enable_http_compression') === '1';
  response.writeHead(200, {
    'X-ClickHouse-Query-Id': fields.get('query_id') ?? '',
    'Content-Type': 'application/octet-stream',
    ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
    ...headers,
  });
  const body = zipped ? createGzip({ level: 1 }) : response;
  if (body !== response) body.pipe(response);
  await write(body);
  body.end();
}

/** Sends rows as they come; an error after the first of them stands in the body, between tags, as of ClickHouse 25.11. */
async function stream(
  request: IncomingMessage,
  response: ServerResponse,
  fields: ReadonlyMap<string, string>,
  next: () => Promise<IteratorResult<StreamChunk>>,
): Promise<void> {
  const first = await next();
  const closed = once(response, 'close');
  const tag = randomBytes(8).toString('hex');
  const write = async (body: Writable): Promise<void> => {
    try {
      for (let chunk = first; chunk.done !== true; chunk = await next()) {
        if (!body.write(chunk.value.raw())) await Promise.race([once(body, 'drain'), closed]);
      }
    } catch (error) {
      const text = `${messageOf(error)}\n`;
      body.write(`\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`);
    }
  };
  await send(request, response, fields, write, { 'X-ClickHouse-Exception-Tag': tag });
}
