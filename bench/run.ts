import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CustomerReportResult,
  loadOneCustomer,
  measureReport,
  measureReportQuestions,
  reportCases,
  type QuestionFigures,
  type ReportFigures,
} from './customer-report.ts';
import { measureSize, type SizeResult } from './measure.ts';
import { measureOverhead, type Overhead } from './overhead.ts';
import { printOverhead, printReport } from './report.ts';
import { printCustomerReports } from './print-customer-reports.ts';
import { say } from './simulated.ts';

const results = join('bench', 'results');
const latest = join(results, 'latest.json');

/** What one run, or several runs of parts, have measured. */
interface Results {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly measured: readonly SizeResult[];
  readonly overhead: readonly Overhead[];
  readonly customerReports: readonly CustomerReportResult[];
}

/** What a process of its own measures. */
type Step =
  | { readonly kind: 'size' }
  | { readonly kind: 'load'; readonly keep: boolean }
  | { readonly kind: 'questions' }
  | { readonly kind: 'report'; readonly index: number };

/**
 * `npm run bench -- [--events 1000000,10000000] [--full] [--work DIR] [--only size|report] [--keep]`: measures every
 * size in a process of its own, and every report of a customer who has all of its events; prints tables and writes
 * `bench/results/latest.json`, where the part that `--only` leaves out stays as it was. `--keep` asks for reports of the stores
 * that an earlier run has loaded. `--full` adds 100 million events.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '1000000,10000000' },
      full: { type: 'boolean', default: false },
      work: { type: 'string', default: join('data', 'bench') },
      only: { type: 'string' },
      keep: { type: 'boolean', default: false },
      step: { type: 'string' },
    },
  });
  const { work, only, keep } = values;
  if (only !== undefined && only !== 'size' && only !== 'report')
    throw new Error(`--only: expected size or report, found "${only}".`);
  const sizes = [...values.events.split(',').map(Number), ...(values.full ? [100_000_000] : [])];
  if (values.step !== undefined) {
    const result = await measure(JSON.parse(values.step) as Step, sizes[0] ?? 0, work);
    writeFileSync(stepFile(work), JSON.stringify(result));
    // The embedded engine keeps threads of its own; everything is written.
    process.exit(0);
  }
  mkdirSync(work, { recursive: true });
  mkdirSync(results, { recursive: true });
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.version,
  };
  let all: Results = { ...earlier(), machine };
  if (only !== 'report') {
    const measured: SizeResult[] = [];
    for (const size of sizes) measured.push(await runStep<SizeResult>({ kind: 'size' }, size, work));
    const [first] = measured;
    const overhead = first === undefined ? [] : await measureOverhead(first, work, sizes[0] ?? 0);
    printReport(measured, machine);
    printOverhead(overhead);
    all = { ...all, measured, overhead };
    save(all);
  }
  if (only !== 'size') {
    const customerReports: CustomerReportResult[] = [];
    for (const size of sizes) {
      customerReports.push(await measureCustomer(size, work, keep));
      all = { ...all, customerReports };
      // The next size may take an hour.
      save(all);
    }
    printCustomerReports(customerReports);
  }
  say(`Written to ${latest}`);
}

const save = (all: Results): void => writeFileSync(latest, JSON.stringify(all, null, 2));

const nothing = { measured: [], overhead: [], customerReports: [] };
const earlier = (): Omit<Results, 'machine'> =>
  existsSync(latest) ? { ...nothing, ...(JSON.parse(readFileSync(latest, 'utf8')) as Partial<Results>) } : nothing;

async function measureCustomer(size: number, work: string, keep: boolean): Promise<CustomerReportResult> {
  const load = await runStep<CustomerReportResult['load']>({ kind: 'load', keep }, size, work);
  const cases: ReportFigures[] = [];
  for (const index of reportCases.keys())
    cases.push(await runStep<ReportFigures>({ kind: 'report', index }, size, work));
  const questions = await runStep<readonly QuestionFigures[]>({ kind: 'questions' }, size, work);
  return { events: size, load, cases, questions };
}

async function measure(step: Step, size: number, work: string): Promise<unknown> {
  switch (step.kind) {
    case 'size':
      return measureSize(size, work);
    case 'load':
      return loadOneCustomer(size, work, step);
    case 'questions':
      return measureReportQuestions(size, work);
    case 'report': {
      const wanted = reportCases[step.index];
      if (wanted === undefined) throw new Error(`There is no report ${step.index}.`);
      return measureReport(wanted, size, work);
    }
  }
}

const stepFile = (work: string): string => join(work, 'step.json');

/** Measures in a process of its own, so that one's memory is not the other's. */
function runStep<T>(step: Step, size: number, work: string): Promise<T> {
  const own = ['--step', JSON.stringify(step), '--events', String(size), '--work', work];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', process.argv[1] ?? '', ...own], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0
        ? resolve(JSON.parse(readFileSync(stepFile(work), 'utf8')) as T)
        : reject(
            new Error(`Measuring ${JSON.stringify(step)} of ${size} events ended with ${signal ?? `code ${code}`}.`),
          ),
    );
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
