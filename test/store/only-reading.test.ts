import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseHttp } from '../support/clickhouse-http.ts';
import { startClickHouseHttp } from '../support/clickhouse-http.ts';
import { runCommand, type Ran } from '../support/run-cli.ts';

/** A ClickHouse server that holds nothing of ours, and one that holds our database without tables. */
const log = `8:00:00 (vendord) FLEXnet Licensing version v11.16.2 started on lic01 (linux) (3/2/2026)
8:10:00 (vendord) OUT: "cad" ann@pc1
8:20:00 (vendord) IN: "cad" ann@pc1
`;
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

/** Names of files are put in. */
const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a log that is not there', ['ingest', 'gone.log'], /gone\.log: no such file or directory/],
  ['a file of the wrong kind', ['ingest', 'picture.png'], /picture\.png: expected/],
  ['a format that there is none of', ['ingest', 'lic01.log', '--format', 'flexnett'], /no format "flexnett"/],
  ['a time zone that there is none of', ['ingest', 'lic01.log', '--timezone', 'Europe/Berlim'], /"Europe\/Berlim"/],
  ['entitlements that are not there', ['entitlements', 'load', 'gone.csv'], /gone\.csv/],
  ['entitlements that are a log', ['entitlements', 'load', 'lic01.log'], /expected a CSV of entitlements/],
  ['account rules that are not there', ['accounts', 'load', 'gone.csv'], /gone\.csv/],
  ['account rules that are a log', ['accounts', 'load', 'lic01.log'], /expected a mapping of accounts/],
  ['a configuration that names a file that is gone', ['ingest', '--config', 'site.yaml'], /gone\.csv/],
];

describe('a mistake in what is to be loaded is told, and no store is made for it', () => {
  beforeAll(async () => {
    await ask('DROP DATABASE IF EXISTS license_analytics');
    await writeFile(join(directory, 'lic01.log'), log);
    await writeFile(join(directory, 'picture.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    await writeFile(
      join(directory, 'site.yaml'),
      'sources: [{ files: [lic01.log] }]\nentitlements: [{ file: gone.csv }]\n',
    );
  });

  test.each(mistakes)('%s', async (_, args, message) => {
    const given = args.map((arg) => (/\.\w+$/.test(arg) ? join(directory, arg) : arg));
    const store = join(directory, 'none');
    for (const place of [
      ['--clickhouse', server.url],
      ['--data', store],
    ]) {
      const { code, out, err } = await runCommand([...given, ...place]);
      expect([code > 0, out, err]).toEqual([true, '', expect.stringMatching(message)]);
    }
    expect([await databases(), existsSync(store)]).toEqual(['0', false]);
  });
});

test('what loads makes it, and then it can be read', async () => {
  const bought = join(directory, 'bought.csv');
  await writeFile(bought, 'account,feature,quantity\nacme,cad,2\n');
  expect(await run('entitlements', 'load', bought)).toMatchObject({ code: 0 });
  expect(await run('entitlements', 'list')).toMatchObject({ code: 0, out: expect.stringContaining('acme') as string });
});

test('an ingest of another process is left alone by all but the next ingest: it may be going on', async () => {
  const file = join(directory, 'lic01.log');
  expect(await run('ingest', file, '--account', 'acme')).toMatchObject({ code: 0 });
  // As a source is from the first line of an ingest to its last.
  await ask(
    "INSERT INTO license_analytics.sources SELECT * REPLACE ('dirty' AS state, stamp + 1 AS stamp) FROM license_analytics.sources FINAL",
  );
  const state = (): Promise<string> => ask('SELECT state FROM license_analytics.sources FINAL');
  const bought = join(directory, 'bought.csv');
  await writeFile(bought, 'account,feature,quantity\nacme,cad,2\n');
  const others = [
    ...readers.filter(([command]) => command !== 'share'),
    ['doctor'],
    ['share', 'csv', '--account', 'acme', '--out', join(directory, 'acme.csv')],
    ['entitlements', 'load', bought],
    ['token', 'create', '--name', 'grafana'],
  ];
  for (const args of others) {
    expect([args, (await run(...args)).code]).toEqual([args, 0]);
    expect([args, await state()]).toEqual([args, 'dirty']);
  }
  expect(await run('ingest', file, '--account', 'acme')).toMatchObject({ code: 0 });
  expect(await state()).not.toBe('dirty');
});
