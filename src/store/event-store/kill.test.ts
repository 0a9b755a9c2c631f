import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Connection } from '../connection.ts';
import { openStore } from '../open.ts';

const kills = 10;
const lines = 9_000;

/** A FlexNet log over three weeks: checkouts and check-ins of 50 people, a restart, some left open. */
function log(): string[] {
  const written = [
    ' 0:00:00 (lmgrd) FlexNet Licensing (v11.16.2.0 build 242801 x64_lsb) started on srv1 (linux) (1/20/2026)',
  ];
  const start = Date.UTC(2026, 0, 20);
  let day = -1;
  for (let i = 0; i < lines; i++) {
    const at = new Date(start + i * 210_000);
    const clock = `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, '0')}:${String(at.getUTCSeconds()).padStart(2, '0')}`;
    if (at.getUTCDate() !== day) {
      day = at.getUTCDate();
      written.push(`${clock} (vendord) TIMESTAMP ${at.getUTCMonth() + 1}/${day}/${at.getUTCFullYear()}`);
    }
    if (i === 4_000) written.push(`${clock} (lmgrd) REStarted vendord (pid 77)`);
    const who = (i * 7919) % 50;
    const kind = Math.floor(i / 50) % 2 === 0 ? 'OUT' : 'IN';
    written.push(`${clock} (vendord) ${kind}: "feature${who % 5}" user${who}@pc${who}`);
  }
  return written;
}

/** What is stored, in a few numbers that any lost or doubled row changes. */
async function fingerprint(connection: Connection): Promise<unknown> {
  const select = (what: string): Promise<unknown> => connection.query(what).then(({ rows }) => rows);
  return {
    events: await select(
      "SELECT kind, count(), sum(cityHash64(time, identity)) FROM events WHERE kind != 'seen' GROUP BY kind ORDER BY kind",
    ),
    changes: await select(
      `SELECT ending, count(), sum(delta), sum(held), sum(cityHash64(time, feature, delta, held, c.client)) FROM usage_changes AS u
       LEFT JOIN (SELECT account, number, client FROM clients FINAL) AS c ON c.account = u.account AND c.number = u.client
       GROUP BY ending ORDER BY ending`,
    ),
    activity: await select(
      'SELECT level, sum(checkouts), sum(checkins) FROM activity FINAL GROUP BY level ORDER BY level',
    ),
    usage: await select(
      'SELECT grouping, level, sum(net), sum(top), sum(area) FROM usage FINAL GROUP BY grouping, level ORDER BY grouping, level',
    ),
    sources: await select('SELECT server, firstLine, lastLine, state FROM sources FINAL'),
  };
}

describe('kill -9 at any moment of an ingest', () => {
  let folder = '';
  let child = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'license-analytics-kill-'));
    // Beside node_modules, where the engine is found.
    const bundles = join(process.cwd(), 'node_modules/.cache/license-analytics');
    await mkdir(bundles, { recursive: true });
    child = join(bundles, `kill-${process.pid}.cjs`);
    await build({
      entryPoints: [join(process.cwd(), 'src/store/event-store/kill.child.ts')],
      outfile: child,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      logLevel: 'silent',
    });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(child, { force: true });
  });

  /** Runs the child; kills it a little after its `steps`-th step, unless it has ended by then. */
  function run(
    args: readonly string[],
    steps: number,
    pause: number,
  ): Promise<{ said: string[]; code: number | null }> {
    return new Promise((resolve, reject) => {
      const one = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      let complaints = '';
      let doomed = false;
      one.stdout.on('data', (data: Buffer) => {
        output += data.toString();
        if (doomed || output.split('\n').length <= steps) return;
        doomed = true;
        setTimeout(() => one.kill('SIGKILL'), pause);
      });
      one.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
      one.on('error', reject);
      one.on('close', (code) => {
        if (code !== 0 && code !== null) reject(new Error(`the child failed: ${complaints}`));
        else resolve({ said: output.split('\n'), code });
      });
    });
  }

  it('loses nothing that was stored and doubles nothing', async () => {
    const whole = log();
    const all = join(folder, 'all.log');
    const tail = join(folder, 'tail.log');
    await writeFile(all, whole.join('\n') + '\n');
    // The end of the log comes first: what follows is late, and sessions are derived again.
    const cut = whole.findIndex((line) => line.includes('TIMESTAMP 2/3/'));
    await writeFile(tail, [whole[0]?.replace('1/20/2026', '2/3/2026'), ...whole.slice(cut)].join('\n') + '\n');

    const directory = join(folder, 'killed');
    let stored = 0;
    let killed = 0;
    for (let i = 0; killed < kills && i < 3 * kills; i++) {
      // Steps of one run differ: few when little is left to do, many at first.
      const steps = 1 + Math.floor(Math.random() * 20);
      const { said, code } = await run([directory, tail, all], steps, Math.random() * 40);
      if (code === null) killed++;
      for (const line of said) {
        const [word, count] = line.split(' ');
        if (word === 'found') expect(Number(count)).toBeGreaterThanOrEqual(stored);
        if (word === 'found') stored = Number(count);
        if (word === 'stored') stored += Number(count);
      }
      if (code === 0) await rm(directory, { recursive: true, force: true }).then(() => (stored = 0));
    }
    expect(killed).toBe(kills);
    expect((await run([directory, tail, all], Infinity, 0)).said).toContain('done');
    const clean = join(folder, 'clean');
    expect((await run([clean, all], Infinity, 0)).said).toContain('done');

    const prints = [];
    for (const place of [directory, clean]) {
      const connection = await openStore({ directory: place });
      prints.push(await fingerprint(connection));
      await connection.close();
    }
    expect(prints[0]).toEqual(prints[1]);
  }, 120_000);
});
