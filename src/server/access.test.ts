import { identify, isLoopback, refusalToListen } from './access.ts';
import { createTokenCheck, hashOf, newToken } from './tokens.ts';
import type { StoredToken, TokenCheck } from './tokens.ts';

const checkOf = (rows: readonly StoredToken[]): TokenCheck =>
  createTokenCheck(
    () => Promise.resolve({ list: () => Promise.resolve(rows), put: () => Promise.resolve() }),
    [],
    false,
  );

const codeOf = async (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'let in',
    (error: unknown) => (error as { code: string }).code,
  );

describe('without tokens', () => {
  const open = checkOf([]);

  it.each(['localhost:8686', '127.0.0.1:8686', '[::1]:8686', 'LOCALHOST:1'])(
    'answers programs that call it %s',
    async (host) => {
      expect(await identify({ host }, open)).toMatchObject({ level: 'admin', accounts: 'all' });
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8686', '10.0.0.5:8686', ''])(
    'refuses the name %p, which a web page may have pointed at this machine',
    async (host) => {
      expect(await codeOf(identify({ host }, open))).toBe('host_not_allowed');
    },
  );

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:9999', 'https://localhost.evil.example'])(
    'refuses a request that a page of %s sent',
    async (origin) => {
      expect(await codeOf(identify({ host: '127.0.0.1:8686', origin }, open))).toBe('origin_not_allowed');
    },
  );

  it('answers its own pages', async () => {
    const headers = { host: '127.0.0.1:8686', origin: 'http://127.0.0.1:8686' };
    expect(await identify(headers, open)).toMatchObject({ level: 'admin' });
  });

  it('does not listen where others can reach it, and says why', () => {
    expect(refusalToListen('0.0.0.0', false)).toMatch(/anyone who reaches 0\.0\.0\.0 .*token create/);
    expect(refusalToListen('::', false)).toBeDefined();
    expect(refusalToListen('0.0.0.0', true)).toBeUndefined();
    expect(refusalToListen('127.0.0.1', false)).toBeUndefined();
    expect(isLoopback('127.evil.example')).toBe(false);
  });
});

describe('with tokens', () => {
  const { secret, row } = newToken({ name: 'grafana', scope: 'read', accounts: ['acme'] }, 1);
  const check = checkOf([row]);
  const basic = (password: string): string => `Basic ${Buffer.from(`any:${password}`).toString('base64')}`;

  it('nobody gets in without one, not even from this machine', async () => {
    expect(await codeOf(identify({ host: '127.0.0.1:8686' }, check))).toBe('token_missing');
    expect(await codeOf(identify({ authorization: 'Bearer la_wrong' }, check))).toBe('token_unknown');
    expect(await codeOf(identify({ authorization: 'Bearer ' }, check))).toBe('token_missing');
    expect(await codeOf(identify({ authorization: `Bearer ${row.hash}` }, check))).toBe('token_unknown');
  });

  it('lets it in as Bearer, or as the password of Basic, under any host name', async () => {
    const caller = { name: 'grafana', level: 'read', accounts: ['acme'] };
    expect(await identify({ authorization: `Bearer ${secret}`, host: 'la.example' }, check)).toEqual(caller);
    expect(await identify({ authorization: basic(secret), host: 'la.example' }, check)).toEqual(caller);
  });

  it("refuses a Basic password that a browser sent along for another site's page", async () => {
    const headers = { authorization: basic(secret), host: 'la.example', origin: 'http://evil.example' };
    expect(await codeOf(identify(headers, check))).toBe('origin_not_allowed');
  });

  it('a revoked token is refused, and does not open the server to everyone', async () => {
    const revoked = checkOf([{ ...row, revoked: 2 }]);
    expect(await codeOf(identify({ authorization: `Bearer ${secret}` }, revoked))).toBe('token_unknown');
    expect(await codeOf(identify({ host: '127.0.0.1:8686' }, revoked))).toBe('token_missing');
  });

  it('keeps only a hash of 256 random bits', () => {
    expect(secret).toMatch(/^la_[\w-]{43}$/);
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row.hash).toBe(hashOf(secret));
    expect(newToken({ name: 'b', scope: 'read', accounts: [] }, 1).secret).not.toBe(secret);
  });
});
