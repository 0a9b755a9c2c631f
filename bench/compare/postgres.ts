import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spent } from '../measure.ts';
import type { Database } from './database.ts';
import { rowsIn } from './rows.ts';

/** As somebody sets it up who has read the first page about tuning. */
const settings = {
  listen_addresses: '',
  shared_buffers: '2GB',
  work_mem: '512MB',
  maintenance_work_mem: '1GB',
  effective_cache_size: '8GB',
  max_wal_size: '8GB',
  random_page_cost: '1.1',
  statement_timeout: '120s',
  timezone: 'UTC',
};

const schema = `
CREATE TABLE changes (account text, feature text, server text, time timestamp, seq bigint, delta float8, client bigint, start timestamp, ends smallint);
CREATE TABLE events (account text, feature text, server text, time timestamp, seq bigint, kind text, client bigint, quantity float8, code text, detail text);`;
const indexes = `
CREATE INDEX ON changes (account, feature, time, seq);
CREATE INDEX ON changes (account, feature, client) INCLUDE (start, time) WHERE ends = 1;
CREATE INDEX ON changes (time);
CREATE INDEX ON events (account, time DESC, seq DESC);
CREATE INDEX ON events (account, feature, client, time) WHERE kind = 'denial';
VACUUM ANALYZE changes;
VACUUM ANALYZE events;`;

/** A throw-away PostgreSQL in the work directory, on a socket; undefined where none is installed. */
export async function openPostgres(work: string, rows: string): Promise<Database | undefined> {
  const found = spawnSync('postgres', ['--version'], { encoding: 'utf8' });
  if (found.error !== undefined || spawnSync('psql', ['--version']).error !== undefined) return undefined;
  const user = unprivileged();
  const cluster = resolve(work, 'postgres');
  const socket = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { recursive: true });
  chmodSync(cluster, 0o700);
  if (user.uid !== undefined) for (const folder of [cluster, socket]) chownSync(folder, user.uid, user.gid ?? user.uid);
  must(
    spawnSync('initdb', ['-D', cluster, '-U', 'bench', '--auth=trust', '--locale=C.UTF-8'], {
      ...user,
      encoding: 'utf8',
    }),
  );
  const given = Object.entries({ ...settings, unix_socket_directories: socket }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = spawn('postgres', ['-D', cluster, ...given], { ...user, stdio: 'ignore' });
  const psql = (script: string): string => {
    const file = join(socket, 'asked.sql');
    writeFileSync(file, script);
    const own = [
      '-X',
      '-q',
      '-A',
      '-t',
      '-F',
      '\t',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      socket,
      '-U',
      'bench',
      '-d',
      'postgres',
      '-f',
      file,
    ];
    return must(spawnSync('psql', own, { encoding: 'utf8', maxBuffer: 2 ** 30 }));
  };
  const close = async (): Promise<void> => {
    const gone = once(server, 'exit');
    server.kill('SIGINT');
    await gone;
    for (const folder of [cluster, socket]) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(socket);
    const files = rowsIn(resolve(rows));
    const { seconds } = await spent(() => {
      const copies = (['changes', 'events'] as const).map((table) => `\\copy ${table} FROM '${files.csv(table)}' CSV`);
      psql(['SET statement_timeout = 0;', schema, ...copies, indexes].join('\n'));
      return Promise.resolve();
    });
    return {
      name: 'PostgreSQL, indexed',
      about: found.stdout.trim(),
      loadSeconds: seconds,
      bytes: Number(psql(`SELECT pg_total_relation_size('changes') + pg_total_relation_size('events');`)),
      dialect: {
        changes: 'changes',
        events: 'events',
        at: (milliseconds) => `timestamp '${new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '')}'`,
        moments: (all) =>
          `(SELECT timestamp 'epoch' + ms * interval '1 millisecond' AS moment FROM unnest(ARRAY[${all.join(', ')}]::bigint[]) AS ms)`,
        former: (column, partition, order) => `lag(${column}) OVER (PARTITION BY ${partition} ORDER BY ${order})`,
      },
      ask: (sql, times) => {
        const answer = join(work, 'postgres.tsv');
        // psql's own clock: from the sending of the statement to its last row. Each answer takes the place of the one before.
        const asked = Array.from({ length: times }, () => `\\o '${resolve(answer)}'\n${sql};\n\\o`);
        const told = psql(`\\timing on\n${asked.join('\n')}\n`);
        const milliseconds = [...told.matchAll(/^Time: ([\d.]+) ms/gm)].map(([, time]) => Number(time));
        if (milliseconds.length !== times)
          throw new Error(`psql told ${milliseconds.length} times of ${times}: ${told}`);
        const lines = readFileSync(answer, 'utf8').split('\n').slice(0, -1);
        rmSync(answer);
        return Promise.resolve({ milliseconds, rows: lines.map((line) => line.split('\t')) });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {};
  const name = ['postgres', 'nobody'].find((one) => spawnSync('id', ['-u', one]).status === 0) ?? 'nobody';
  const idOf = (option: string): number => Number(must(spawnSync('id', [option, name], { encoding: 'utf8' })));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function ready(socket: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (spawnSync('psql', ['-X', '-h', socket, '-U', 'bench', '-d', 'postgres', '-c', 'SELECT 1']).status === 0) return;
    await new Promise((resume) => setTimeout(resume, 200));
  }
  throw new Error('PostgreSQL did not start within 20 seconds.');
}

function must({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): string {
  if (status === 0) return stdout;
  throw new Error(stderr.trim() || stdout);
}
