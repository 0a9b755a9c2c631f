import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Caller } from './caller.ts';
import { owner } from './caller.ts';
import { ApiError } from './errors.ts';
import type { TokenCheck } from './tokens.ts';

/** Whether only programs on this machine can reach that address. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** Why the server must not listen there, or undefined when it may. */
export function refusalToListen(host: string, hasTokens: boolean): string | undefined {
  if (hasTokens || isLoopback(host)) return undefined;
  return (
    `Without tokens anyone who reaches ${host} could read and change everything, so the server listens on 127.0.0.1 only. ` +
    'Create a token first (license-analytics token create --name grafana --scope read) or set LICENSE_ANALYTICS_TOKEN, ' +
    'or leave --host out.'
  );
}

/**
 * Who is asking. With tokens: `Authorization: Bearer TOKEN`, or Basic with the token as password. Without tokens everyone on
 * this machine is the owner, but only under this machine's own name: a web page that points its own name at 127.0.0.1 (DNS
 * rebinding), or posts here from another site, is refused. Throws `ApiError` 401 or 403.
 */
export async function identify(headers: IncomingHttpHeaders, tokens: TokenCheck): Promise<Caller> {
  const given = tokenIn(headers.authorization);
  if (given !== undefined) {
    const caller = await tokens.identify(given.token);
    if (caller !== undefined) {
      // Browsers send Basic passwords by themselves, also for other sites' pages.
      if (given.basic) refuseForeignOrigin(headers);
      return caller;
    }
    if (await tokens.required()) {
      throw new ApiError(
        401,
        'token_unknown',
        'This token is not known here, or was revoked.',
        'Create one with: license-analytics token create --name NAME --scope read',
      );
    }
  }
  if (await tokens.required()) {
    throw new ApiError(
      401,
      'token_missing',
      'This server answers only with a token, and the request has none.',
      'Send it as "Authorization: Bearer TOKEN", or as the password of HTTP Basic.',
    );
  }
  if (!isLoopback(hostOf(headers.host))) {
    throw new ApiError(
      403,
      'host_not_allowed',
      `Without tokens the server answers only as localhost or 127.0.0.1, and was called as "${headers.host ?? ''}".`,
      'Call it by http://127.0.0.1:PORT, or create a token.',
    );
  }
  refuseForeignOrigin(headers);
  return owner;
}

/** Name of the header by which a data source in Grafana, or a report of one customer, limits itself to accounts. */
export const accountsHeader = 'x-license-analytics-accounts';

/**
 * The caller, limited to the accounts that the request itself names (a JSON list, percent-encoded, since names need not be
 * ASCII). It narrows what the token allows and never widens it. Throws `ApiError` 400.
 */
export function narrowed(caller: Caller, headers: IncomingHttpHeaders): Caller {
  const header = headers[accountsHeader];
  if (header === undefined || header === '') return caller;
  const wanted = accountsIn(String(header));
  if (wanted === undefined) {
    throw new ApiError(
      400,
      'invalid_request',
      `The header ${accountsHeader}: expected a JSON list of account names, percent-encoded; found "${String(header).slice(0, 100)}".`,
      'Correct the accounts in the settings of the data source.',
    );
  }
  const { accounts } = caller;
  return { ...caller, accounts: accounts === 'all' ? wanted : wanted.filter((account) => accounts.includes(account)) };
}

function accountsIn(header: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(decodeURIComponent(header));
    return Array.isArray(list) && list.every((one): one is string => typeof one === 'string') ? list : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return undefined;
    throw error;
  }
}

function refuseForeignOrigin(headers: IncomingHttpHeaders): void {
  const { origin } = headers;
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === headers.host) return;
  throw new ApiError(
    403,
    'origin_not_allowed',
    `The request comes from a web page of another site (${origin}).`,
    'Call the server from a program or from its own pages; with a token as Bearer any origin is allowed.',
  );
}

function hostOf(header: string | undefined): string {
  const url = `http://${header ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function tokenIn(header: string | undefined): { readonly token: string; readonly basic: boolean } | undefined {
  const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/, 2);
  if (value === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return { token: value, basic: false };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const password = text.slice(text.indexOf(':') + 1);
  return password === '' ? undefined : { token: password, basic: true };
}
