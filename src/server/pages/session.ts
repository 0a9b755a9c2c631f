import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';

const name = 'license_analytics_token';
/** How long a browser stays signed in, seconds; a token that is revoked lets nobody in from then on. */
const lasts = 30 * 24 * 3600;

/**
 * Headers as if the token of the cookie had been given as a password: the same checks follow, the one for other sites' pages
 * included. Only pages look for the cookie; programs send a token with each request, and other sites' pages cannot.
 */
export function withCookie(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const token = tokenIn(headers.cookie);
  if (headers.authorization !== undefined || token === undefined) return headers;
  return { ...headers, authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` };
}

/** The token of the cookie. It may be anything (LICENSE_ANALYTICS_TOKEN is), so it stands there in letters that cookies take. */
export function tokenIn(cookies: string | undefined): string | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name && /^[\w-]+$/.test(value)) return Buffer.from(value, 'base64url').toString();
  }
  return undefined;
}

export const signIn = (request: FastifyRequest, reply: FastifyReply, token: string): void =>
  void reply.header(
    'set-cookie',
    `${name}=${Buffer.from(token).toString('base64url')}; Max-Age=${lasts}; ${attributes(request)}`,
  );

export const signOut = (request: FastifyRequest, reply: FastifyReply): void =>
  void reply.header('set-cookie', `${name}=; Max-Age=0; ${attributes(request)}`);

/** Scripts do not see it, other sites' pages do not send it; over HTTPS (a proxy says so) never in the clear. */
function attributes({ headers, protocol }: FastifyRequest): string {
  const secure = protocol === 'https' || headers['x-forwarded-proto'] === 'https';
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
