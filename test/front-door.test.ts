import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(resolve(path), 'utf8');
const { scripts, version } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly version: string;
};

test('every script of package.json is one of scripts/run.mjs', () => {
  const { stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'nothing'], { encoding: 'utf8' });
  const known = (/expected one of (.*)/.exec(stderr)?.[1] ?? '').split(', ');
  const run = Object.values(scripts).map((script) => /^node scripts\/run\.mjs (\S+)$/.exec(script)?.[1]);
  expect(known).toEqual(expect.arrayContaining(run));
  expect(run).toEqual(expect.arrayContaining(['server', 'sign', 'test:ci', 'e2e', 'dev']));
});

test('workflows run scripts that there are', () => {
  const folder = '.github/workflows';
  const files = readdirSync(resolve(folder));
  expect(files.sort()).toEqual(['ci.yml', 'is-compatible.yml', 'release.yml']);
  for (const file of files) {
    const text = read(join(folder, file));
    expect(parse(text)).toHaveProperty('jobs');
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  }
});

test('the README of the npm package calls the command by its name', () => {
  const script =
    "import { readFileSync } from 'node:fs'; import { packageReadme } from './scripts/packed.mjs'; process.stdout.write(packageReadme(readFileSync('README.md', 'utf8')))";
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(text).toContain('\nlicense-analytics ingest /var/log/flexlm/lic01.log');
  expect(text).not.toMatch(/npm (run|start|test)/);
});

test('the npm package installs what its bundle leaves outside, and nothing to build or draw with', () => {
  const script =
    "import { readFileSync } from 'node:fs'; import { packageManifest } from './scripts/packed.mjs'; process.stdout.write(JSON.stringify(packageManifest(JSON.parse(readFileSync('package.json', 'utf8')))))";
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const manifest = JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> };
  expect(manifest).not.toHaveProperty('devDependencies');
  const installed = Object.keys(manifest.dependencies);
  expect(installed).toContain('chdb');
  expect(installed).not.toContain('esbuild');
  execFileSync(process.execPath, ['scripts/run.mjs', 'build:server']);
  const named = readdirSync(resolve('build'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|chunks.)[\w.-]+\.js$/.test(file) && !file.startsWith('bench'))
    .flatMap((file) => [
      ...read(join('build', file)).matchAll(/^import .*?["']([^"'./][^"']*)["'];$|import\(["']([^"'./][^"']*)["']\)/gm),
    ])
    .map(([, fixed, dynamic]) => fixed ?? dynamic ?? '')
    .filter((name) => !isBuiltin(name))
    .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2) : name.split('/').slice(0, 1)).join('/'));
  // Each of them is used, and none beyond them.
  expect([...new Set(named)].sort()).toEqual([...installed].sort());
});

test('the changelog has versions, this one among them', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(expect.arrayContaining(['Unreleased', version]));
});
