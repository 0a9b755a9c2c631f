import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from './support/run-cli.ts';

/** The examples of docs/loading.md, as somebody saves and loads them. */
const folder = mkdtempSync(join(tmpdir(), 'license-analytics-loading-'));
const data = join(folder, 'store');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const document = readFileSync(resolve('docs/loading.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...document.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text = '']) => text);
const save = (name: string, text: string | undefined): string => {
  const file = join(folder, name);
  writeFileSync(file, text ?? '');
  return file;
};

test('its tables with their mappings are read as it says, the metered one without a kind', async () => {
  const [table = ''] = blocks('csv');
  const [mapping, metered] = blocks('yaml');
  const usage = save('usage.csv', table);
  const ingest = (file: string, columns: string) =>
    runCommand(['ingest', file, '--mapping', columns, '--timezone', 'Europe/Berlin', '--data', data]);
  expect(await ingest(usage, save('columns.yaml', mapping))).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /new events +1 checkout, 1 checkin, 1 denial\n[^]*first time +2026-03-27T08:00:03/,
    ) as string,
  });

  // The same table, without its column for the kind.
  const amounts = table.replaceAll(/,[^,\n]*$/gm, '').replaceAll('solver', 'minutes');
  expect((await ingest(save('metered.csv', amounts), save('metered.yaml', metered))).code).toBe(0);
  const question = JSON.stringify({ measure: 'consumed', groupBy: ['feature'] });
  const range = ['--from', '2026-03-01', '--to', '2026-04-01'];
  const { out } = await runCommand(['query', question, ...range, '--format', 'csv', '--data', data]);
  expect(out).toMatch(/^minutes,3$/m);
});

test('its list of what was bought and its rules are loaded whole', async () => {
  const [bought, rules] = ['account,product,feature', 'target,field,pattern'].map((header) =>
    blocks('').find((text) => text.startsWith(header)),
  );
  expect((await runCommand(['entitlements', 'load', save('bought.csv', bought), '--data', data])).out).toMatch(
    /bought\.csv: 2 rows loaded/,
  );
  expect((await runCommand(['accounts', 'load', save('accounts.csv', rules), '--data', data])).out).toMatch(
    /accounts\.csv: 4 rules loaded/,
  );
});
