import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureSize, type SizeResult } from './measure.ts';
import { measureOverhead } from './overhead.ts';
import { printOverhead, printReport } from './report.ts';

const results = join('bench', 'results');

/**
 * `npm run bench -- [--events 1000000,10000000] [--full] [--work DIR]`: measures every size in a process of its own, prints
 * tables and writes `bench/results/latest.json`. `--full` adds 100 million events.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '1000000,10000000' },
      full: { type: 'boolean', default: false },
      work: { type: 'string', default: join('data', 'bench') },
      one: { type: 'string' },
    },
  });
  if (values.one !== undefined) {
    const result = await measureSize(Number(values.one), values.work);
    writeFileSync(join(values.work, `${values.one}.json`), JSON.stringify(result));
    // The embedded engine keeps threads of its own; everything is written.
    process.exit(0);
  }
  const sizes = [...values.events.split(',').map(Number), ...(values.full ? [100_000_000] : [])];
  mkdirSync(values.work, { recursive: true });
  mkdirSync(results, { recursive: true });
  const measured: SizeResult[] = [];
  for (const size of sizes) {
    await runOne(size, values.work);
    measured.push(JSON.parse(readFileSync(join(values.work, `${size}.json`), 'utf8')) as SizeResult);
  }
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.version,
  };
  const [first] = measured;
  const overhead = first === undefined ? [] : await measureOverhead(first, values.work, sizes[0] ?? 0);
  printReport(measured, machine);
  printOverhead(overhead);
  writeFileSync(join(results, 'latest.json'), JSON.stringify({ machine, measured, overhead }, null, 2));
  process.stderr.write(`Written to ${join(results, 'latest.json')}\n`);
}

function runOne(size: number, work: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--expose-gc', process.argv[1] ?? '', '--one', String(size), '--work', work],
      { stdio: 'inherit' },
    );
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`Measuring ${size} events ended with ${signal ?? `code ${code}`}.`)),
    );
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
