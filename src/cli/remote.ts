import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import type { Input } from '../ingest/input.ts';
import { accountsHeader } from '../server/access.ts';
import { ApiError } from '../server/errors.ts';
import type { ErrorBody } from '../server/errors.ts';
import type { DeliveringState } from '../server/delivery/worker.ts';
import type { FollowingState } from '../server/following.ts';
import type { Context, IngestReport, Service } from '../server/service.ts';
import { remoteDelivering } from './remote-delivering.ts';
import { mergeReports } from './reports.ts';

type Parameters = Readonly<Record<string, string | number | undefined>>;

export interface Request {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly parameters?: Parameters;
  readonly json?: unknown;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal | undefined;
  /** Accounts that the answer is limited to, within those that the token sees. */
  readonly accounts?: readonly string[];
}

export type Call = <T>(path: string, request?: Request) => Promise<T>;

/** Requests to the HTTP API of a running server. They throw `ApiError` with what the server said. */
function callsTo(url: string, token: string | undefined): Call {
  const base = url.replace(/\/+$/, '');
  return async <T>(path: string, request: Request = {}): Promise<T> => {
    const target = new URL(`${base}/api/v1/${path}`);
    for (const [name, value] of Object.entries(request.parameters ?? {})) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const { body, type } = bodyOf(request);
    let response: Response;
    try {
      response = await fetch(target, {
        method: request.method ?? 'GET',
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(type === undefined ? {} : { 'content-type': type }),
          ...(request.accounts === undefined
            ? {}
            : { [accountsHeader]: encodeURIComponent(JSON.stringify(request.accounts)) }),
        },
        ...(body === undefined ? {} : { body }),
        ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
    } catch (error) {
      throw notReached(base, error);
    }
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw refusal(response.status, text);
  };
}

/** How a running server mails reports; null where it mails none, or the token does not see all accounts. */
export async function remoteDeliveringState(url: string, token: string | undefined): Promise<DeliveringState | null> {
  return (await callsTo(url, token)<{ delivering: DeliveringState | null }>('status')).delivering;
}

/** How a running server follows log files; null where it follows none, or the token does not see all accounts. */
export async function remoteFollowing(url: string, token: string | undefined): Promise<FollowingState | null> {
  return (await callsTo(url, token)<{ following: FollowingState | null }>('status')).following;
}

/** The service of a running server, over its HTTP API. Throws `ApiError` with what the server said. */
export function remoteService(url: string, token: string | undefined): Service {
  const call = callsTo(url, token);
  const limitsOf = ({ signal, caller: { accounts } }: Context): Pick<Request, 'signal' | 'accounts'> => ({
    signal,
    ...(accounts !== 'all' && { accounts }),
  });

  return {
    ask: (request, context) => call('query', { method: 'POST', json: request, ...limitsOf(context) }),
    dimensionValues: ({ dimension, filters, ...rest }, context) =>
      call(`dimensions/${encodeURIComponent(dimension)}/values`, {
        parameters: { ...rest, filters: filters === undefined ? undefined : JSON.stringify(filters) },
        ...limitsOf(context),
      }),
    annotations: async ({ from, to }, context) =>
      (
        await call<{ annotations: Awaited<ReturnType<Service['annotations']>> }>('annotations', {
          parameters: { from, to },
          ...limitsOf(context),
        })
      ).annotations,
    denialReasons: (context) => call('denial-reasons', limitsOf(context)),
    async ingest(files, context) {
      const totalBytes = files.reduce((sum, { input }) => sum + input.size, 0);
      const reports: IngestReport[] = [];
      let before = 0;
      for (const [i, { input, source: given }] of files.entries()) {
        const { options, ...source } = given;
        const { stream, read } = openForUpload(input);
        const tell = (phase: 'reading' | 'deriving'): void =>
          context.onProgress?.({
            file: input.name,
            number: i + 1,
            files: files.length,
            bytes: before + read(),
            totalBytes,
            lines: 0,
            phase,
          });
        stream.on('data', () => tell('reading'));
        stream.on('end', () => tell('deriving'));
        reports.push(
          await call<IngestReport>('ingest', {
            method: 'POST',
            parameters: {
              ...source,
              file: input.name,
              options: options === undefined ? undefined : JSON.stringify(options),
            },
            body: stream,
            ...limitsOf(context),
          }),
        );
        before += input.size;
      }
      return mergeReports(reports);
    },
    loadEntitlements: ({ name, text, account, server }, context) =>
      call('entitlements', {
        method: 'POST',
        parameters: { file: name, account, server },
        body: text,
        ...limitsOf(context),
      }),
    entitlements: async (context) =>
      (await call<{ entitlements: Awaited<ReturnType<Service['entitlements']>> }>('entitlements', limitsOf(context)))
        .entitlements,
    loadAccounts: ({ name, text }, context) =>
      call('accounts', { method: 'POST', parameters: { file: name }, body: text, ...limitsOf(context) }),
    sources: async (context) =>
      (await call<{ sources: Awaited<ReturnType<Service['sources']>> }>('sources', limitsOf(context))).sources,
    unusableLines: (filter, context) => call('unreadable-lines', { parameters: { ...filter }, ...limitsOf(context) }),
    createToken: (given, context) => call('tokens', { method: 'POST', json: given, ...limitsOf(context) }),
    tokens: async (context) =>
      (await call<{ tokens: Awaited<ReturnType<Service['tokens']>> }>('tokens', limitsOf(context))).tokens,
    revokeToken: (idOrName, context) =>
      call(`tokens/${encodeURIComponent(idOrName)}`, { method: 'DELETE', ...limitsOf(context) }),
    ...remoteDelivering(call, limitsOf),
    close: () => Promise.resolve(),
  };
}

/** A compressed file travels as it is: the server unpacks it. */
function openForUpload(input: Input): { readonly stream: Readable; readonly read: () => number } {
  if (!input.compressed || input.name === '-') {
    const opened = input.open();
    return { stream: opened.stream.pipe(new PassThrough()), read: () => opened.read() };
  }
  const file = createReadStream(input.name);
  return { stream: file, read: () => file.bytesRead };
}

function bodyOf({ json, body }: Request): { body?: string | ReadableStream; type?: string } {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' };
  if (body === undefined) return {};
  if (typeof body === 'string') return { body, type: 'text/plain; charset=utf-8' };
  return { body: Readable.toWeb(body) as ReadableStream, type: 'application/octet-stream' };
}

function notReached(base: string, error: unknown): Error {
  if (error instanceof Error && error.name === 'AbortError') return error;
  const cause = error instanceof Error ? (error.cause as { code?: string; message?: string } | undefined) : undefined;
  const why = cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
  return new ApiError(
    503,
    'unreachable',
    `No License Analytics server answers at ${base} (${why}).`,
    'Check the address, or start one with: license-analytics serve',
  );
}

function refusal(status: number, text: string): ApiError {
  let body: Partial<ErrorBody> = {};
  try {
    body = JSON.parse(text) as Partial<ErrorBody>;
  } catch {
    // Not ours: a proxy's page. Its beginning is shown below.
  }
  if (body.code === 'token_missing' || body.code === 'token_unknown') {
    return new ApiError(
      status,
      body.code,
      body.error ?? '',
      'Give one by --token or LICENSE_ANALYTICS_TOKEN; create one where the server runs: license-analytics token create --name NAME',
    );
  }
  return new ApiError(
    status,
    body.code ?? 'unexpected_answer',
    body.error ?? `The server answered ${status}: ${text.slice(0, 200)}`,
    body.todo ?? 'Check that the address is that of a License Analytics server.',
  );
}
