import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
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
    // npm takes options without `--` before them for its own, and hands none of them on.
    expect([...text.matchAll(/npm (?:run|exec) (?:(?! -- ).)* --\w.*/g)].map(([line]) => line)).toEqual([]);
  }
});

test('the README of the npm package calls the command by its name', () => {
  const script =
    "import { readFileSync } from 'node:fs'; import { packageReadme } from './scripts/packed.mjs'; process.stdout.write(packageReadme(readFileSync('README.md', 'utf8')))";
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(text).toContain('\nlicense-analytics ingest /var/log/flexlm/lic01.log');
  expect(text).not.toMatch(/npm (run|start|test)/);
});

type Versions = Readonly<Record<string, string>>;

/** package.json of the npm package. */
function packedManifest(): { readonly dependencies: Versions; readonly optionalDependencies: Versions } {
  const script = `
    import { readFileSync } from 'node:fs';
    import { packageManifest } from './scripts/packed.mjs';
    const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
    process.stdout.write(JSON.stringify(packageManifest(json('package.json'), json('node_modules/chdb/package.json'))));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return JSON.parse(text) as ReturnType<typeof packedManifest>;
}

test('nothing that the npm package installs has an install script, which npm would ask about, or wants a newer Node', () => {
  interface Entry {
    readonly dependencies?: Versions;
    readonly optionalDependencies?: Versions;
    readonly hasInstallScript?: boolean;
    readonly engines?: { readonly node?: string };
  }
  const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Entry>> };
  const found = new Map<string, Entry>();
  // Where npm looks for a package that another one names.
  const placeOf = (name: string, from: string): string => {
    const own = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
    if (packages[own] !== undefined) return own;
    if (from === '') throw new Error(`${name} is not in package-lock.json`);
    return placeOf(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))));
  };
  const add = ({ dependencies, optionalDependencies }: Entry, from: string): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = placeOf(name, from);
      if (found.has(place)) continue;
      const entry = packages[place] ?? {};
      found.set(place, entry);
      add(entry, place);
    }
  };
  add(packedManifest(), '');
  expect(found.size).toBeGreaterThan(20);
  expect([...found].filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
  const wanting = [...found].map(([place, { engines }]) => [place, Number(/(\d+)/.exec(engines?.node ?? '0')?.[1])]);
  expect(wanting.filter(([, major]) => Number(major) > 22)).toEqual([]);
});

test('the licenses of what is bundled stand beside the bundle', () => {
  execFileSync(process.execPath, ['scripts/run.mjs', 'build:server']);
  const headings = [...read('build/LICENSES.md').matchAll(/^# (\S+) [\d.]+ \(.+\)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(['chdb', 'echarts', 'zrender']);
  expect(read('build/LICENSES.md')).toContain('Apache ECharts');
});

test('the npm package installs what its bundle leaves outside, and nothing to build or draw with', () => {
  const manifest = packedManifest();
  expect(manifest).not.toHaveProperty('devDependencies');
  const installed = Object.keys(manifest.dependencies);
  expect(installed).not.toContain('esbuild');
  // The engine's binding for each platform; the rest of it is bundled.
  expect(Object.keys(manifest.optionalDependencies)).toContain('@chdb/lib-linux-x64-gnu');
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

test('the server of the container is built from what its Dockerfile copies, and carries what the npm package does', () => {
  const stages = read('Dockerfile').split(/^(?=FROM )/m);
  const stage = (name: string): string => stages.find((text) => text.split('\n')[0]?.endsWith(` AS ${name}`)) ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'license-analytics-image-'));
  try {
    for (const name of ['dependencies', 'server-build'])
      for (const [, given = ''] of stage(name).matchAll(/^COPY (.+)$/gm)) {
        const [to = '', ...from] = given.split(' ').reverse();
        for (const one of from)
          cpSync(resolve(one), to === './' ? join(folder, one) : join(folder, to), { recursive: true });
      }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const [, command = ''] =
      /^RUN (node scripts\/run\.mjs \w+) && npm prune --omit=dev/m.exec(stage('server-build')) ?? [];
    execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'pipe' });
    // What npm then prunes by, and what the last stage takes.
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual(packedManifest());
    const taken = [...stage('server').matchAll(/^COPY (?:--from=(\S+) )?\S+/gm)].map(([, from]) => from);
    expect(taken).toEqual(['server-build', 'server-build', 'server-build']);
    const said = execFileSync(process.execPath, ['build/cli.js', '--version'], { cwd: folder, encoding: 'utf8' });
    expect(said.trim()).toBe(version);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the changelog has versions, this one among them', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(expect.arrayContaining(['Unreleased', version]));
});
