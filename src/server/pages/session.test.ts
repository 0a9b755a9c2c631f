import type { FastifyReply, FastifyRequest } from 'fastify';
import fc from 'fast-check';
import { signIn, tokenIn, withCookie } from './session.ts';

/** What a browser sends after it was given a cookie. */
function cookieAfter(token: string): string {
  let given = '';
  const reply = { header: (_: string, value: string) => void (given = value) } as unknown as FastifyReply;
  signIn({ headers: {}, protocol: 'http' } as unknown as FastifyRequest, reply, token);
  return given.split(';')[0] ?? '';
}

test('whatever a token is made of, its cookie gives it back and ends nowhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (token) => {
      const cookie = cookieAfter(token);
      expect(cookie).toMatch(/^license_analytics_token=[\w-]+$/);
      expect(tokenIn(`theme=dark; ${cookie}; other=1`)).toBe(token);
    }),
  );
});

test('as `openssl rand -base64 32` makes them', () => {
  const token = 'q8/Zt+0n8mB5P4v1o2kE6H7y9w3x5aCdEfGhIjKlMn0=';
  const { authorization = '' } = withCookie({ cookie: cookieAfter(token) });
  expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(`:${token}`);
});

test.each(['', 'license_analytics_token=', 'license_analytics_token=a b', 'license_analytics_token_2=YQ'])(
  'the cookie %j signs nobody in',
  (cookie) => expect(tokenIn(cookie)).toBeUndefined(),
);
