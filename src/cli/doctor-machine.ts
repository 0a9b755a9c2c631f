import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Finding } from './doctor-findings.ts';
import { bad, good, warning } from './doctor-findings.ts';

/** The machine: what holds whatever the data are. */
export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isAtLeast = (wanted: number, part: number): boolean => major > wanted || (major === wanted && minor >= part);
  if (isAtLeast(22, 12)) return good('Node', `version ${version}`);
  return isAtLeast(20, 19)
    ? warning('Node', `version ${version}, which gets no fixes any more`, 'Install Node 22.12 or newer.')
    : bad('Node', `version ${version}; 22.12 or newer is needed`, 'Install a newer Node.');
}

/** The built-in store is native code for glibc Linux and macOS. */
export function checkPlatform(needed: boolean): Finding {
  const name = `${process.platform} ${process.arch}`;
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  const glibc = report.header?.glibcVersionRuntime;
  const runs = process.platform === 'darwin' || (process.platform === 'linux' && glibc !== undefined);
  if (runs) return good('Platform', glibc === undefined ? name : `${name}, glibc ${glibc}`);
  const found = `${name}: the built-in store does not run here`;
  return needed
    ? bad('Platform', found, 'Use a ClickHouse server: --clickhouse URL, or clickhouse.url in the configuration.')
    : good('Platform', `${found}, and is not used`);
}

const enoughBytes = 2e9;

export function checkDirectory(directory: string): readonly Finding[] {
  let place = directory;
  while (!existsSync(place)) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
  } catch {
    return [
      bad(
        'Data directory',
        `${directory} cannot be written by this user`,
        'Change its owner, or name another with --data.',
      ),
    ];
  }
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const gigabytes = `${(free / 1e9).toFixed(1)} GB`;
  return [
    good('Data directory', existsSync(directory) ? directory : `${directory} (not made yet)`),
    free >= enoughBytes
      ? good('Free disk', gigabytes)
      : warning(
          'Free disk',
          `${gigabytes} on the disk of ${directory}`,
          'Free some: 10 million events need about 400 MB, and loading them twice that.',
        ),
  ];
}

/** Whether the server could listen there; `running`: the address of a server that has the data directory open. */
export async function checkPort(host: string, port: number, running: string | undefined): Promise<Finding> {
  if (running !== undefined) return good('Server', `runs at ${running}`);
  const problem = await new Promise<string | undefined>((done) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => done(undefined)));
  });
  if (problem === undefined) return good('Server', `none runs on this data; ${host}:${port} is free`);
  return warning(
    'Server',
    `${host}:${port} cannot be used (${problem})`,
    'Stop the other program, or choose another port: serve --port N, listen.port.',
  );
}
