import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InsertColumn } from '../../src/store/connection.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { openStore } from '../../src/store/open.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

const block: InsertColumn[] = [
  { name: 'account', type: 'String', values: ['a'] },
  { name: 'number', type: 'UInt32', values: [1] },
];

describe('a data directory', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'license-analytics-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('that another process has open is refused in one sentence that names the process', async () => {
    const code = `const { Session } = require('chdb'); new Session(${JSON.stringify(directory)}); console.log('open'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(other.stdout, 'data');
      await expect(openStore({ directory })).rejects.toMatchObject({
        code: 'locked',
        message: `The store ${directory} is in use by the process ${other.pid}. Stop that process, or talk to the running server instead of opening the directory.`,
      });
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    // Killed without a chance to tidy up, it does not stand in the way.
    const connection = await openStore({ directory, maxThreads: 2 });
    expect((await connection.query('SELECT 1')).rows).toEqual([[1]]);
    await connection.close();
  });

  test('cannot be opened beside another one in the same process', async () => {
    const first = await openEmbedded({ directory: join(directory, 'first'), maxThreads: 2 });
    await expect(openEmbedded({ directory: join(directory, 'second') })).rejects.toMatchObject({ code: 'locked' });
    await first.close();
    await (await openEmbedded({ directory: join(directory, 'second'), maxThreads: 2 })).close();
  });

  test('too large a query for its memory is an error that says so, and the next one is answered', async () => {
    const connection = await openEmbedded({ directory, maxThreads: 2, maxMemoryBytes: 500e6 });
    await expect(connection.query('SELECT uniqExact(number) FROM numbers(50000000)')).rejects.toMatchObject({
      code: 'memory',
      clickhouseCode: 241,
    });
    expect((await connection.query('SELECT 1')).rows).toEqual([[1]]);
    await connection.close();
  });

  test('is made with everything above it', async () => {
    const connection = await openEmbedded({ directory: join(directory, 'not', 'yet', 'there'), maxThreads: 2 });
    expect((await connection.query('SELECT currentDatabase()')).rows).toEqual([['license_analytics']]);
    await connection.close();
  });

  test('that is a file is an error that names it', async () => {
    const file = join(directory, 'file');
    await writeFile(file, 'x');
    await expect(openEmbedded({ directory: file })).rejects.toThrow(file);
  });

  test('loses blocks that a killed process left half-way, and keeps none of its own', async () => {
    const first = await openStore({ directory, maxThreads: 2 });
    await writeFile(join(directory, 'tmp', '1-1.native'), 'left behind');
    await first.close();
    const second = await openStore({ directory, maxThreads: 2 });
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
    await second.insert('clients', block);
    await expect(second.insert('nowhere', block)).rejects.toMatchObject({ code: 'missing' });
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
    await second.close();
  });

  test('a closed store says so', async () => {
    const connection = await openEmbedded({ directory, maxThreads: 2 });
    await connection.close();
    await expect(connection.query('SELECT 1')).rejects.toMatchObject({ code: 'closed' });
    await expect(connection.insert('clients', block)).rejects.toMatchObject({ code: 'closed' });
  });

  test('a program that forgets to close it still ends', async () => {
    const code = `const { Session } = require('chdb'); const s = new Session(${JSON.stringify(directory)}); s.queryAsync('SELECT 1').then(() => console.log('done'));`;
    const ended = await new Promise<unknown>((resolve) => {
      execFile(process.execPath, ['-e', code], { timeout: 60000 }, (error, out) => resolve(error ?? out));
    });
    expect(ended).toBe('done\n');
  });
});

describe('a ClickHouse by URL', () => {
  let store: TestStore | undefined;

  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  test('that is not there is an error that says so', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const opened = openStore({ url: `http://127.0.0.1:${port}` });
    await expect(opened).rejects.toMatchObject({ code: 'unreachable' });
    await expect(opened).rejects.toThrow(/ECONNREFUSED.*Check the URL/);
  });

  test('that refuses the password is an error that says so', async () => {
    store = await openTestStore('remote', { password: 'right' });
    const url = store.url ?? '';
    await expect(openStore({ url, password: 'wrong' })).rejects.toMatchObject({ code: 'access', clickhouseCode: 516 });
  });

  test('whose connection breaks during an insert with a token has it once', async () => {
    const cuts = ['before', 'after'];
    const cut = (statement: string, when: 'before' | 'after'): boolean =>
      /^INSERT INTO `clients`/.test(statement) && when === cuts[0] && cuts.shift() !== undefined;
    store = await openTestStore('remote', { cut });
    await store.connection.insert('clients', block, { token: 'clients:1' });
    expect(cuts).toEqual([]);
    expect((await store.connection.query('SELECT count() FROM clients')).rows).toEqual([['1']]);
  });

  test('whose connection breaks during an insert without a token reports it, and does not send it twice', async () => {
    const cut = (statement: string, when: 'before' | 'after'): boolean =>
      /^INSERT INTO `clients`/.test(statement) && when === 'after';
    store = await openTestStore('remote', { cut });
    await expect(store.connection.insert('clients', block)).rejects.toMatchObject({ code: 'unreachable' });
    expect((await store.connection.query('SELECT count() FROM clients')).rows).toEqual([['1']]);
  });
});
