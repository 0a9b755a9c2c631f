import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseHttp } from '../support/clickhouse-http.ts';
import { startClickHouseHttp } from '../support/clickhouse-http.ts';
import { runCommand, type Ran } from '../support/run-cli.ts';

/** A ClickHouse server that holds nothing of ours, and one that holds our database without tables. */
let directory: string;
let server: ClickHouseHttp;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'license-analytics-'));
  server = await startClickHouseHttp({ directory });
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function ask(sql: string): Promise<string> {
  const answer = await fetch(server.url, { method: 'POST', body: sql });
  expect(answer.ok).toBe(true);
  return (await answer.text()).trim();
}

const tables = (): Promise<string> => ask("SELECT count() FROM system.tables WHERE database = 'license_analytics'");
const databases = (): Promise<string> => ask("SELECT count() FROM system.databases WHERE name = 'license_analytics'");
const run = (...args: readonly string[]): Promise<Ran> => runCommand([...args, '--clickhouse', server.url]);

const refused =
  /^error: There is no store in the database "license_analytics" of ClickHouse at http:\/\/127\.0\.0\.1:\d+ \(or the user may not see it\)\.\n {2}Load a license server's log \(license-analytics ingest FILE\)/;
const readers = [
  ['answers'],
  ['query', '{"measure":"checkouts"}'],
  ['entitlements', 'list'],
  ['unreadable'],
  ['share', 'html', '--account', 'acme'],
  ['share', 'link', '--account', 'acme'],
  ['token', 'list'],
  ['subscribe', 'list'],
];

describe.each([
  ['without the database', '0'],
  ['with the database, but without tables', '1'],
])('ClickHouse %s', (_, count) => {
  beforeAll(async () => {
    if (count === '1') await ask('CREATE DATABASE license_analytics');
  });

  test.each(readers.map((args) => [args]))('%j says that there is no store, and makes none', async (args) => {
    expect(await run(...args)).toEqual({ code: 1, out: '', err: expect.stringMatching(refused) as string });
    expect([await databases(), await tables()]).toEqual([count, '0']);
  });

  test('doctor tells it as what is to be done next', async () => {
    const { code, out } = await run('doctor');
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^warning +Store: There is no store in .*\n +→ Load a license/m),
    ]);
    expect([await databases(), await tables()]).toEqual([count, '0']);
  });
});

test('what loads makes it, and then it can be read', async () => {
  const bought = join(directory, 'bought.csv');
  await writeFile(bought, 'account,feature,quantity\nacme,cad,2\n');
  expect(await run('entitlements', 'load', bought)).toMatchObject({ code: 0 });
  expect(await run('entitlements', 'list')).toMatchObject({ code: 0, out: expect.stringContaining('acme') as string });
});
