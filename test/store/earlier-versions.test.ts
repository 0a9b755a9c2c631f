import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/run-cli.ts';

const folder = join(__dirname, 'stores-of-earlier-versions');
const stores = mkdtempSync(join(tmpdir(), 'license-analytics-earlier-'));
afterAll(() => rmSync(stores, { recursive: true, force: true }));

const files: readonly (readonly string[])[] = [
  [
    'bruntpellex-lic01.log',
    '--server',
    'bruntpellex-lic01',
    '--account',
    'Bruntpellex Maschinen',
    '--timezone',
    'America/New_York',
  ],
  [
    'drumsterkemp-lic01.log',
    '--server',
    'drumsterkemp-lic01',
    '--account',
    'Drumsterkemp Optik',
    '--timezone',
    'America/New_York',
  ],
  ['CLS-TJELTUJEK-EYCHGX.csv', '--server', 'CLS-TJELTUJEK-EYCHGX', '--account', 'Tjeltujek Photonics'],
];

async function run(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(args);
  if (code !== 0) throw new Error(err);
  return out;
}

/** What `ingest` says of the three files, which are read one after the other. */
async function load(store: string): Promise<string> {
  const told: string[] = [];
  for (const [file = '', ...about] of files)
    told.push(await run('ingest', join(folder, file), ...about, '--data', store));
  return told.join('\n');
}

/** What is asked of every store: a figure of each kind of rows that are kept. */
const questions = [
  { measure: 'utilization', groupBy: ['account', 'feature'] },
  { measure: 'averageConcurrent', groupBy: ['account', 'feature', 'server'] },
  { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1d', timezone: 'Europe/Berlin' },
  { measure: 'clientsPerLicense', groupBy: ['account', 'feature'] },
  { measure: 'checkouts', groupBy: ['account', 'product'] },
  { measure: 'denialSummary' },
  { measure: 'denialEpisodes' },
].map((question) => JSON.stringify(question));

async function answers(store: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (const question of questions) all.push(await run('query', question, '--format', 'csv', '--data', store));
  return all;
}

let fresh: readonly string[];
beforeAll(async () => {
  const store = join(stores, 'today');
  await run('accounts', 'load', join(folder, 'accounts.csv'), '--data', store);
  await run('entitlements', 'load', join(folder, 'entitlements.csv'), '--data', store);
  await load(store);
  fresh = await answers(store);
  expect(fresh.join('')).toContain('Bruntpellex Maschinen');
});

test.each([1, 5, 6])(
  'a store of schema %i is upgraded where it lies: every figure is that of a new store',
  async (schema) => {
    const store = join(stores, `schema-${schema}`);
    execFileSync('mkdir', ['-p', store]);
    execFileSync('tar', ['xzf', join(folder, `schema-${schema}.tar.gz`), '-C', store]);
    // Whoever only reads finds the tables in today's form, and no facts yet.
    expect(await answers(store)).toEqual(fresh);
    // The same lines again are counted once, and the facts are made.
    expect((await load(store)).match(/^new events .*/gm)).toEqual(files.map(() => 'new events         none'));
    expect(await answers(store)).toEqual(fresh);
  },
);
