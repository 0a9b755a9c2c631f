import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from './connection.ts';
import { openStore } from './open.ts';
import { putToken, readTokens } from './tokens.ts';

const directory = mkdtempSync(join(tmpdir(), 'la-tokens-'));
let connection: Connection;
beforeAll(async () => {
  connection = await openStore({ directory });
});
afterAll(async () => {
  await connection.close();
  rmSync(directory, { recursive: true, force: true });
});

it('a token is there as it was put, whatever its names hold, and a later row replaces it', async () => {
  const token = {
    id: '1',
    name: `o'brien "x" \\ {y:String}`,
    hash: 'ab',
    scope: 'write' as const,
    accounts: ["a'b", 'ä, ö', ''],
    created: 1_700_000_000_123,
    revoked: 0,
  };
  await putToken(connection, token, 1);
  expect(await readTokens(connection)).toEqual([token]);
  await putToken(connection, { ...token, revoked: 1_700_000_000_456 }, 2);
  expect(await readTokens(connection)).toEqual([{ ...token, revoked: 1_700_000_000_456 }]);
});
