import { z } from 'zod';
import { ShareError } from '../../errors.ts';

/** A Grafana, and who asks it. */
export interface GrafanaPlace {
  /** Such as `https://grafana.example.com`, with its sub-path if it has one. */
  readonly url: string;
  /** Service-account token, or user and password; without, requests are those of somebody who is not signed in. */
  readonly credentials?: GrafanaCredentials | undefined;
}

export type GrafanaCredentials = { readonly token: string } | { readonly user: string; readonly password: string };

export interface GrafanaRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** JSON text, or a value that becomes it. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Answers by which `find` knows that there is no such thing; left out: 404. */
  readonly absent?: readonly number[];
}

/** The HTTP API of a Grafana. */
export interface Grafana {
  /** With a trailing slash. */
  readonly url: string;
  /** The answer to a request, checked. Throws `ShareError` with what Grafana said. */
  readonly call: <T>(path: string, answer: z.ZodType<T>, request?: GrafanaRequest) => Promise<T>;
  /** The same; undefined where Grafana says that there is no such thing. */
  readonly find: <T>(path: string, answer: z.ZodType<T>, request?: GrafanaRequest) => Promise<T | undefined>;
  /** The same Grafana, for somebody who is not signed in. */
  readonly anonymous: Grafana;
}

/** Time for one request; a snapshot may be 16 MiB. */
const requestMs = 60_000;

export function grafanaAt({ url, credentials }: GrafanaPlace): Grafana {
  const base = `${url.replace(/\/+$/, '')}/`;
  const headers = credentials === undefined ? {} : { authorization: authorization(credentials) };

  const send = async (path: string, { method = 'GET', body, signal }: GrafanaRequest): Promise<Response> => {
    const timeout = AbortSignal.timeout(requestMs);
    try {
      return await fetch(new URL(path, base), {
        method,
        headers: {
          ...headers,
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        // A sign-in page elsewhere is no answer, and must not be sent the token.
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ShareError(
        'grafana_unreachable',
        `No Grafana answers at ${base} (${reasonOf(error)}).`,
        'Check the address: --grafana URL, or GRAFANA_URL.',
        { cause: error },
      );
    }
  };

  const read = async <T>(path: string, answer: z.ZodType<T>, response: Response): Promise<T> => {
    const text = await response.text();
    if (!response.ok) throw refusal(path, response.status, text);
    const parsed = answer.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new ShareError(
      'grafana_refused',
      `${base}${path} answered something else than Grafana does: ${text.slice(0, 200)}`,
      'Check that the address is that of a Grafana 12.3 or newer.',
      { cause: parsed.error },
    );
  };

  return {
    url: base,
    call: async (path, answer, request = {}) => read(path, answer, await send(path, request)),
    find: async (path, answer, request = {}) => {
      const response = await send(path, request);
      if (!(request.absent ?? [404]).includes(response.status)) return read(path, answer, response);
      await response.body?.cancel();
      return undefined;
    },
    get anonymous() {
      return grafanaAt({ url });
    },
  };
}

const authorization = (given: GrafanaCredentials): string =>
  'token' in given
    ? `Bearer ${given.token}`
    : `Basic ${Buffer.from(`${given.user}:${given.password}`).toString('base64')}`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What `fetch` failed for is the cause of its error. */
function reasonOf(error: unknown): string {
  const { cause, message = String(error) } = error as {
    readonly cause?: { readonly code?: string; readonly message?: string };
    readonly message?: string;
  };
  return cause?.code ?? cause?.message ?? message;
}

function refusal(path: string, status: number, text: string): ShareError {
  const said = z.object({ message: z.string() }).safeParse(jsonOf(text));
  const message = said.success ? said.data.message : text.slice(0, 200);
  return new ShareError('grafana_refused', `Grafana refused ${path} (${status}): ${message}`, adviceFor(status));
}

function adviceFor(status: number): string {
  if (status === 401)
    return 'Give a service-account token in GRAFANA_TOKEN, or a user and its password in GRAFANA_USER and GRAFANA_PASSWORD.';
  if (status === 403)
    return 'The token needs the right to do this: a service account with the role Editor may create snapshots and dashboards, Admin public dashboards. Or Grafana has this switched off: [snapshots] enabled in its settings.';
  if (status === 412)
    return 'Something of that name is there that the token may not see: give its service account the right to edit there.';
  if (status === 413) return 'Share a shorter time range or fewer events, or a file instead (share xlsx, share html).';
  return 'See the log of Grafana for more.';
}
