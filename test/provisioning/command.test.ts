import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/run-cli.ts';
import { generated } from '../../scripts/generated.ts';

/** `license-analytics provision alerting`, as Docker Compose and people run it. */
const folder = mkdtempSync(join(tmpdir(), 'la-provision-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function provision(out: string, env: NodeJS.ProcessEnv = {}) {
  const { code, out: said, err: wrong } = await runCommand(['provision', 'alerting', '--out', out], env);
  return { code, said, wrong };
}

const body = (text: string): string => text.slice(text.indexOf('\n'));

test('without variables it writes what is committed, into a directory that it makes', async () => {
  const out = join(folder, 'new', 'alerting');
  const { code, said } = await provision(out);
  expect(code).toBe(0);
  expect(said).toContain('rules.yaml');
  const alerting = generated().filter(({ path }) => path.startsWith('provisioning/alerting/'));
  expect(readdirSync(out).sort()).toEqual(alerting.map(({ path }) => path.split('/').at(-1)).sort());
  for (const { path, text } of alerting)
    expect(body(readFileSync(join(out, path.split('/').at(-1) ?? ''), 'utf8'))).toBe(body(text));
});

test('with variables it writes their names, and replaces what was written before', async () => {
  const out = join(folder, 'again');
  await provision(out, { LICENSE_ANALYTICS_PAGERDUTY_KEY: 'S3CRET', LICENSE_ANALYTICS_ALERT_EMAIL: 'ops@example.com' });
  const points = join(out, 'contact-points.yaml');
  expect(readFileSync(points, 'utf8')).toMatch(/\$LICENSE_ANALYTICS_PAGERDUTY_KEY/);
  for (const name of readdirSync(out)) expect(readFileSync(join(out, name), 'utf8')).not.toMatch(/S3CRET|ops@example/);
  await provision(out);
  expect(readFileSync(points, 'utf8')).not.toContain('LICENSE_ANALYTICS_');
});

test('what cannot be used is refused before anything is written', async () => {
  const out = join(folder, 'refused');
  const { code, wrong } = await provision(out, { LICENSE_ANALYTICS_ALERT_TIMEZONE: 'Mars' });
  expect(code).toBe(2);
  expect(wrong).toMatch(/LICENSE_ANALYTICS_ALERT_TIMEZONE: expected an IANA time zone .* found "Mars"/);
  expect(existsSync(out)).toBe(false);
});

test('a directory that cannot be written to is told', async () => {
  const file = join(folder, 'a file');
  writeFileSync(file, '');
  const { code, wrong } = await provision(join(file, 'alerting'));
  expect(code).toBe(2);
  expect(wrong).toMatch(/--out: expected a directory that can be written to, found .*a file/);
});
