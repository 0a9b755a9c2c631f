import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** docs/grafana.md "Without containers", its commands carried out below another root, without building and restarting. */
const root = mkdtempSync(join(tmpdir(), 'la-service-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const document = readFileSync(resolve('docs/grafana.md'), 'utf8');
const section = /## Without containers[^]*?\n## /.exec(document)?.[0] ?? '';
const commands = [...section.matchAll(/```\n([^]*?)```/g)].map(([, block = '']) => block).join('');

test('the commands put files where they name them, and nothing below /home', () => {
  const built = join(root, 'dist');
  mkdirSync(built);
  writeFileSync(join(built, 'module.js'), '');
  mkdirSync(join(root, 'etc/default'), { recursive: true });
  // Somebody else's data source, with a password in it.
  const other = join(root, 'etc/grafana/provisioning/datasources/other.yaml');
  mkdirSync(dirname(other), { recursive: true });
  writeFileSync(other, 'password: secret\n');
  chmodSync(other, 0o640);
  const script = commands
    .replaceAll(/^(npm run build|sudo systemctl .*)$/gm, '')
    .replaceAll('sudo ', '')
    .replaceAll(' -o grafana -g grafana', '')
    .replaceAll(/(?<=\s)\/(?=(etc|var|opt)\/)/g, `${root}/`)
    .replace('cp -r dist/.', `cp -r ${built}/.`);
  execFileSync('bash', ['-euc', script], { stdio: ['ignore', 'ignore', 'inherit'] });

  expect(existsSync(join(root, 'var/lib/grafana/plugins/licenseanalytics-licenseserver-datasource/module.js'))).toBe(
    true,
  );
  const variables = Object.fromEntries(
    readFileSync(join(root, 'etc/default/grafana-server'), 'utf8')
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  const permissions = (file: string): string => (statSync(file).mode & 0o777).toString(8);
  for (const kind of ['datasources', 'dashboards']) {
    const file = join(root, 'etc/grafana/provisioning', kind, 'license-analytics.yaml');
    expect(permissions(file)).toBe('644');
    const named = [...JSON.stringify(parse(readFileSync(file, 'utf8'))).matchAll(/\$(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(named));
    expect(named.length).toBeGreaterThan(0);
  }
  expect(permissions(other)).toBe('640');
  expect(readdirSync(join(root, variables['LICENSE_ANALYTICS_HOME'] ?? '', 'dashboards'))).toContain('overview.json');
});
