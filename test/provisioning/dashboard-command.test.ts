import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerUid } from '../../dashboards/source/customers.ts';
import { runCommand } from '../support/run-cli.ts';

/** `license-analytics provision dashboard`: one customer's page, as people run it. */
const folder = mkdtempSync(join(tmpdir(), 'la-dashboard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function provision(...args: string[]) {
  const { code, out: said, err: wrong } = await runCommand(['provision', 'dashboard', ...args]);
  return { code, said, wrong };
}
const account = 'Söhne & "Co" <b>';

test('prints a dashboard of the account alone, for the data source that was named', async () => {
  const { code, said } = await provision('--account', account, '--datasource', 'ds-soehne');
  expect(code).toBe(0);
  const dashboard = JSON.parse(said) as {
    uid: string;
    templating: { list?: unknown[] };
    panels: { targets: object[] }[];
  };
  // The one that `share grafana --public` writes to: a customer has one dashboard, not two.
  expect(dashboard.uid).toBe(customerUid(account));
  expect(dashboard.uid).toMatch(/^la-customer-[0-9a-f]{16}$/);
  expect(dashboard.templating.list ?? []).toEqual([]);
  for (const target of dashboard.panels.flatMap(({ targets }) => targets))
    expect(target).toMatchObject({
      datasource: { uid: 'ds-soehne' },
      filters: [{ dimension: 'account', values: [account] }],
    });
});

test('the uid is the same every time, another for another account, or the one that is given', async () => {
  const uid = async (...args: string[]): Promise<string> =>
    (JSON.parse((await provision('--datasource', 'x', ...args)).said) as { uid: string }).uid;
  expect(await uid('--account', 'acme')).toBe(await uid('--account', 'acme'));
  expect(await uid('--account', 'acme')).not.toBe(await uid('--account', 'borealis'));
  expect(await uid('--account', 'acme', '--uid', 'acme-page')).toBe('acme-page');
});

test('writes a file; what cannot be used is refused', async () => {
  const out = join(folder, 'acme.json');
  expect((await provision('--account', 'acme', '--datasource', 'x', '--out', out)).code).toBe(0);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ title: 'acme' });
  const refused = await provision('--account', 'acme', '--datasource', 'x', '--uid', 'no spaces');
  expect(refused).toMatchObject({ code: 2, said: '' });
  expect(refused.wrong).toContain('--uid: expected up to 40 letters');
  expect((await provision('--account', 'acme')).code).toBe(2);
});
