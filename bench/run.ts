import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, getPriority, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openJournal } from './journal.ts';
import { reportOf } from './report.ts';
import { say } from './simulated.ts';
import { isPart, parts, runStep, stepsOf, type Part } from './steps.ts';

const results = join('bench', 'results');
const journalFile = join(results, 'journal.jsonl');
const latest = join(results, 'latest.md');

const usage = `npm run bench -- [--events 100000,10000000] [--full] [--only ${parts.join(',')}] [--work DIR] [--keep] [--resume]`;

/**
 * Measures every size, each step in a process of its own, and prints tables. Every result stands in `bench/results/journal.jsonl` as soon
 * as it is there. `--full` adds 100 million events; `--keep` takes the stores in the work directory as they are; `--resume` leaves
 * out what has been measured of the same commit and size.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '100000,10000000' },
      full: { type: 'boolean', default: false },
      work: { type: 'string', default: join('data', 'bench') },
      only: { type: 'string', default: parts.join(',') },
      keep: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
      step: { type: 'string' },
    },
  });
  const { work, keep, resume, step } = values;
  const sizes = [...values.events.split(',').filter(Boolean).map(Number), ...(values.full ? [100_000_000] : [])];
  if (sizes.some((size) => !Number.isInteger(size) || size <= 0))
    throw new Error(`--events: expected whole numbers. ${usage}`);
  const only = values.only.split(',');
  const unknown = only.find((name) => !isPart(name));
  if (unknown !== undefined) throw new Error(`--only: there is no part "${unknown}". ${usage}`);
  const commit = commitOf();
  if (step !== undefined) {
    const [size = 0] = sizes;
    await runStep(step, { size, work, keep, journal: openJournal(journalFile, { commit, size, resume }) });
    // The embedded engine keeps threads of its own; everything is written.
    process.exit(0);
  }
  mkdirSync(work, { recursive: true });
  mkdirSync(results, { recursive: true });
  const failed: string[] = [];
  for (const size of sizes)
    for (const part of only as Part[])
      for (const name of stepsOf(part)) {
        const ended = await inProcessOfItsOwn(name, size, [
          ...['--work', work],
          ...(keep ? ['--keep'] : []),
          ...(resume ? ['--resume'] : []),
        ]);
        if (ended !== undefined) failed.push(`${name} of ${size.toLocaleString('en')} events ended with ${ended}`);
        writeFileSync(latest, reportOf(journalFile, commit, machine()));
      }
  process.stdout.write(reportOf(journalFile, commit, machine()));
  say(`Written to ${latest}; every figure is in ${journalFile}.`);
  for (const one of failed) say(`${one}: see above.`);
  if (failed.length > 0) process.exitCode = 1;
}

/** So that one's memory is not the other's, and one's end not everybody's. Undefined when all went well. */
function inProcessOfItsOwn(step: string, size: number, options: readonly string[]): Promise<string | undefined> {
  const own = ['--step', step, '--events', String(size), ...options];
  say(`${size.toLocaleString('en')} events: ${step}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...own], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `code ${code}`)));
  });
}

/** The last commit that changed what is measured, or how; what has been changed since makes it another one. */
function commitOf(): string {
  const measured = ['src', 'bench', 'dashboards/source', 'package-lock.json'];
  const git = (...args: string[]): string => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim();
  const commit = git('log', '-1', '--format=%h', '--', ...measured);
  return `${commit || 'unknown'}${git('status', '--porcelain', '--', ...measured) === '' ? '' : '+'}`;
}

const machine = (): string =>
  [
    cpus()[0]?.model ?? '',
    `${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${platform()} ${arch()}`,
    `Node ${process.version}`,
    `nice ${getPriority()}`,
    `load average ${loadavg()[2]?.toFixed(1)}`,
  ].join(', ');

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
