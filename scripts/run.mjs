// Entry of every `npm run …` command. Plain Node, no dependencies: it must run before anything is installed.
// It installs dependencies when they are missing or older than package-lock.json, builds `build/` when a source changed,
// and then runs the command. Whatever it says about itself goes to standard error; standard output is the command's own.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isRunning } from './is-running.mjs';
import { withNpmOptions, withoutNpmOptions } from './npm-options.mjs';
import { builtIn, licensesOf, packageManifest, packageReadme } from './packed.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const say = (text) => process.stderr.write(`license-analytics: ${text}\n`);

/** What each command needs before it runs, and what it runs. `dev`: packages that only development uses. */
const commands = {
  start: { dev: false, run: (args) => cli(['start', ...args]) },
  cli: { dev: false, run: cli },
  dev: { dev: true, run: dev },
  'build:server': { dev: false, run: () => Promise.resolve(0) },
  build: { dev: true, run: async () => (await frontend()) || (await backend()) },
  package: {
    dev: true,
    run: async ([only]) =>
      only === '--only-zip' ? zip() : (await frontend()) || (await backend('buildAll')) || (await zip()),
  },
  // Signs what stands in dist/; without an address for the catalogue, else for that Grafana alone.
  sign: { dev: false, run: (args) => execute('npx', ['--yes', '@grafana/sign-plugin@latest', ...rootUrl(), ...args]) },
  server: { dev: false, run: (args) => execute('docker', ['compose', 'up', '--build', ...args]) },
  prepack: { dev: false, run: pack },
  postpack: { dev: false, run: unpack },
  bench: { dev: false, run: bench },
  generate: { dev: true, run: (args) => run(['--import', 'tsx', at('scripts', 'generate.ts'), ...args]) },
  test: { dev: true, run: (args) => tool('jest/bin/jest.js', args) },
  'test:unit': {
    dev: true,
    run: async (args) => tool('jest/bin/jest.js', ['--runTestsByPath', ...(await pureTests()), ...args]),
  },
  // Of what the changed files reach; `a` runs all.
  'test:watch': { dev: true, run: (args) => tool('jest/bin/jest.js', ['--watch', ...args]) },
  'test:ci': { dev: true, run: (args) => tool('jest/bin/jest.js', ['--ci', '--maxWorkers', '4', ...args]) },
  'test:e2e': { dev: true, run: inGrafana },
  e2e: { dev: true, run: inGrafana },
  typecheck: {
    dev: true,
    run: async () =>
      (await tool('typescript/bin/tsc', ['-p', '.', ...incremental('node')])) ||
      (await tool('typescript/bin/tsc', ['-p', 'src/plugin', ...incremental('plugin')])),
  },
  'test:go': {
    dev: false,
    run: async (args) =>
      (await backend()) ||
      (await go(['vet', './pkg/...', './test/plugin/...'])) ||
      (await go(['test', './pkg/...', './test/plugin/...', ...args])),
  },
  lint: {
    dev: true,
    run: async (args) =>
      (await tool('eslint/bin/eslint.js', ['--max-warnings', '0', ...cached('eslint/'), '.', ...args])) ||
      (await tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', ...cached('prettier'), '.'])),
  },
  format: {
    dev: true,
    run: (args) => tool('prettier/bin/prettier.cjs', ['--write', '--log-level', 'warn', '.', ...args]),
  },
};
const cache = (name) => at('node_modules', '.cache', 'license-analytics', name);
const incremental = (name) => ['--incremental', '--tsBuildInfoFile', cache(`${name}.tsbuildinfo`)];
const cached = (name) => ['--cache', '--cache-strategy', 'content', '--cache-location', cache(name)];
const needsBuild = new Set([
  'start',
  'cli',
  'build',
  'build:server',
  'package',
  'bench',
  'test',
  'test:ci',
  'test:go',
  'prepack',
]);

const rootUrl = () => {
  const url = process.env['GF_SERVER_ROOT_URL'] ?? '';
  return url === '' ? [] : ['--rootUrls', url];
};

/** npm takes these as they are: they are others while a package is made. */
const packed = {
  'README.md': packageReadme,
  'package.json': (text) =>
    `${JSON.stringify(packageManifest(JSON.parse(text), readJson(at('node_modules', 'chdb', 'package.json'))), null, 2)}\n`,
};

function pack() {
  for (const [name, made] of Object.entries(packed)) {
    const text = readFileSync(at(name), 'utf8');
    writeFileSync(at('build', `${name}.checkout`), text);
    writeFileSync(at(name), made(text));
  }
  return Promise.resolve(0);
}

function unpack() {
  for (const name of Object.keys(packed)) {
    writeFileSync(at(name), readFileSync(at('build', `${name}.checkout`)));
    rmSync(at('build', `${name}.checkout`));
  }
  return Promise.resolve(0);
}

/** Tests in a browser, in the Grafana that GRAFANA_URL names. */
async function inGrafana(args) {
  if ((process.env['GRAFANA_URL'] ?? '') !== '') return tool('@playwright/test/cli.js', ['test', ...args]);
  say('these tests need a Grafana with the plugin (docs/grafana.md). Set GRAFANA_URL, such as http://127.0.0.1:3000.');
  return 1;
}

async function main() {
  const [name, ...given] = process.argv.slice(2);
  const command = commands[name];
  if (command === undefined) {
    say(`unknown command "${name ?? ''}"; expected one of ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  const args = name === 'start' || name === 'dev' ? withNpmOptions(given, process.env) : given;
  // 20.19 runs it as well, but gets no fixes any more.
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`Node 22.12 or newer is needed, this is ${process.version}. Install a newer Node and run the command again.`);
    return 1;
  }
  await alone(async () => {
    install(command.dev);
    if (needsBuild.has(name)) await build();
  });
  return command.run(args);
}

/** Runs `work` while no other process of this checkout installs or builds. */
async function alone(work) {
  const lock = at('build', '.setup.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; ; waited++) {
    try {
      const file = openSync(lock, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = ownerOf(lock);
      if (owner === undefined) continue;
      // An empty file is a lock that is just being written; one second later its writer must be gone.
      if (owner > 0 ? !isRunning(owner) : waited > 10) rmSync(lock, { force: true });
      else if (waited === 5) say(`waiting for another command (process ${owner}) that is setting this checkout up`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The process that holds the lock; undefined when it has just let go of it. */
function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function install(dev) {
  const wanted = readJson(at('package-lock.json')).packages;
  const hidden = at('node_modules', '.package-lock.json');
  // npm writes this file last, so an interrupted installation has none.
  const installed = existsSync(hidden) ? readJson(hidden).packages : {};
  const empty = Object.keys(installed).length === 0;
  const withDev = dev || Object.values(installed).some((entry) => entry.dev);
  const stale = Object.entries(wanted).filter(
    ([path, entry]) =>
      path !== '' &&
      (withDev || !entry.dev) &&
      (installed[path] === undefined
        ? !entry.optional && !entry.devOptional
        : installed[path].version !== entry.version),
  );
  if (stale.length === 0 && !empty) return;
  const why = empty
    ? 'missing'
    : `out of date (${stale[0][0].replace('node_modules/', '')}${stale.length > 1 ? ` and ${stale.length - 1} more` : ''})`;
  say(`dependencies are ${why}: installing them with npm ci, about a minute …`);
  const began = Date.now();
  // Errors only: which Node single packages would like to be built with is no matter of who runs a command.
  const options = ['--no-audit', '--no-fund', '--loglevel=error', ...(withDev ? [] : ['--omit=dev'])];
  const npm = spawnSync('npm', ['ci', ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: withoutNpmOptions(process.env),
    shell: process.platform === 'win32',
  });
  if (npm.error !== undefined) throw npm.error;
  if (npm.status !== 0) {
    say('npm ci failed (its message is above). Check the network and the npm registry, then run the command again.');
    process.exit(1);
  }
  say(`dependencies installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

const installed = Object.keys(readJson(at('package.json')).dependencies).filter((name) => !builtIn.includes(name));

const serverBundle = {
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/main.ts', 'server-child': 'src/server/child.ts' },
  outdir: 'build',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Beside what is installed: what chdb loads only for what nobody asks of it here.
  external: [...installed, 'apache-arrow', 'typescript'],
  // Its ES module loads it by its path, which no bundler follows; and it asks for the binding of the platform by `require`.
  alias: { chdb: at('node_modules', 'chdb', 'index.js') },
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
};

/** Bundles our own sources; packages stay outside. Done again only when a source file changed, appeared or went. */
async function build() {
  const stamp = at('build', '.stamp');
  const signature = signatureOf([
    at('src'),
    at('dashboards', 'source'),
    at('provisioning', 'source'),
    at('package.json'),
    at('scripts'),
  ]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === signature) return;
  const { build: bundle } = await import(pathToFileURL(at('node_modules', 'esbuild', 'lib', 'main.js')).href);
  const result = await bundle(serverBundle);
  const folders = Object.keys(result.metafile.inputs).map(
    (file) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(file.split(sep).join('/'))?.[0],
  );
  const bundled = [...new Set(folders.filter((folder) => folder !== undefined))].sort();
  writeFileSync(at('build', 'LICENSES.md'), licensesOf(bundled.map((folder) => at(folder))));
  const fresh = new Set(Object.keys(result.metafile.outputs).map((file) => at(file)));
  for (const file of filesUnder(at('build'))) {
    if (/\.js(\.map)?$/.test(file) && !fresh.has(file)) rmSync(file);
  }
  writeFileSync(stamp, signature);
}

function signatureOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of statSync(path).isDirectory() ? filesUnder(path) : [path]) {
      if (file.endsWith('.test.ts')) continue;
      const { mtimeMs, size } = statSync(file);
      hash.update(`${relative(root, file)}\0${mtimeMs}\0${size}\n`);
    }
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Runs the built command line in this process, with its own arguments in place. */
async function cli(args) {
  const entry = at('build', 'cli.js');
  process.argv = [process.argv[0], entry, ...args];
  await import(pathToFileURL(entry).href);
  return undefined;
}

/** Tests that reach neither the engine nor another process nor a browser: they take seconds, and need no build. */
async function pureTests() {
  const { build: bundle } = await import(pathToFileURL(at('node_modules', 'esbuild', 'lib', 'main.js')).href);
  const tests = [...filesUnder(at('src')), ...filesUnder(at('test'))]
    .map((file) => relative(root, file))
    .filter((file) => /\.test\.ts$/.test(file) && !/^(src[/\\]plugin|test[/\\]e2e)[/\\]/.test(file));
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: tests,
    outdir: 'build/none',
    write: false,
    bundle: true,
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'warning',
  });
  const slow = /^(chdb|(node:)?child_process|playwright.*|@playwright.*)$/;
  return Object.values(metafile.outputs)
    .filter(({ entryPoint, imports }) => entryPoint !== undefined && !imports.some(({ path }) => slow.test(path)))
    .map(({ entryPoint }) => entryPoint);
}

/** The sample's server, started again whenever a source of it has changed, beside the plugin's frontend that is built anew. */
async function dev(args) {
  const { context } = await import(pathToFileURL(at('node_modules', 'esbuild', 'lib', 'main.js')).href);
  let server;
  const restart = async () => {
    const former = server;
    if (former !== undefined && former.exitCode === null) {
      former.kill('SIGTERM');
      await new Promise((resolve) => former.once('exit', resolve));
    }
    server = spawn(process.execPath, [at('build', 'cli.js'), 'start', ...args], { cwd: root, stdio: 'inherit' });
  };
  let restarting = Promise.resolve();
  const plugin = {
    name: 'restart',
    setup: (build) =>
      build.onEnd(({ errors }) => {
        if (errors.length === 0) restarting = restarting.then(restart);
      }),
  };
  const watching = await context({ ...serverBundle, plugins: [plugin] });
  await watching.watch();
  const code = await frontend('development', '--watch');
  await watching.dispose();
  await restarting;
  server?.kill('SIGTERM');
  // What was built meanwhile is newer than what the stamp says.
  rmSync(at('build', '.stamp'), { force: true });
  return code;
}

async function bench(args) {
  const entry = at('build', 'bench.mjs');
  const { build: bundle } = await import(pathToFileURL(at('node_modules', 'esbuild', 'lib', 'main.js')).href);
  await bundle({
    absWorkingDir: root,
    entryPoints: ['bench/run.ts'],
    outfile: entry,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  return run(['--expose-gc', entry, ...args]);
}

/** The plugin's frontend, into `dist/`. Webpack's configuration is TypeScript: tsx lets Node load it. */
const frontend = (mode = 'production', ...args) =>
  run([
    '--import',
    'tsx',
    at('node_modules', 'webpack-cli', 'bin', 'cli.js'),
    '-c',
    'webpack.config.ts',
    '--env',
    mode,
    ...args,
  ]);

/** The plugin's backend, into `dist/`, by the SDK's own build; for this machine, or for all platforms. */
function backend(target = buildTarget()) {
  return go(['tool', 'mage', target]);
}

function buildTarget() {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform] ?? 'linux';
  return `build:${system}${process.arch === 'arm64' && system !== 'windows' ? 'ARM64' : ''}`;
}

function go(args) {
  const found = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (found.error !== undefined) {
    say(
      'Go is needed to build the backend of the Grafana plugin, and there is none: install Go 1.26 or newer (https://go.dev/dl).',
    );
    return Promise.resolve(1);
  }
  return execute('go', args);
}

/** `ID-VERSION.zip` at the top level, as Grafana's plugin catalogue wants it: one folder named after the plugin, backends executable. */
async function zip() {
  const { id } = readJson(at('plugin.json'));
  const { version } = readJson(at('package.json'));
  const { ZipFile } = await import(pathToFileURL(at('node_modules', 'yazl', 'index.js')).href).then(
    (m) => m.default ?? m,
  );
  const archive = new ZipFile();
  for (const file of filesUnder(at('dist'))) {
    const name = relative(at('dist'), file).split(sep).join('/');
    archive.addFile(file, `${id}/${name}`, { mode: name.startsWith('gpx_') ? 0o100755 : 0o100644 });
  }
  archive.end();
  const target = at(`${id}-${version}.zip`);
  await pipeline(archive.outputStream, createWriteStream(target));
  say(`written: ${target}`);
  return 0;
}

const tool = (path, args) => run([at('node_modules', path), ...args]);

/** Runs Node with these arguments. */
const run = (args) => execute(process.execPath, args);

/** Runs a program, hands signals on, and gives its exit code. */
function execute(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

main().then(
  (code) => {
    if (code !== undefined) process.exitCode = code;
  },
  (error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
