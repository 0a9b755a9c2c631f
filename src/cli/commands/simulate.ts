import type { Command } from 'commander';
import { sample, simulate } from '../../simulate/index.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import { isWhole, keepWriting } from '../sample.ts';

const examples = `
Examples:
  $ license-analytics simulate --out ./made-up
  $ license-analytics simulate --live --out ./made-up
  $ license-analytics simulate --events 5000 --days 30 --end 2026-03-31T12:00:00Z --seed 7 --out ./small

Writes FlexNet logs, CSV files, entitlements.csv, accounts.csv, license-analytics.yaml (\`serve --config\` reads all of it) and
manifest.json (the true figures). The same options give the same files, byte for byte. With --live an earlier simulation
in the directory goes on.
`;

interface SimulateOptions {
  readonly events: string;
  readonly days: string;
  readonly end?: string;
  readonly seed: string;
  readonly out: string;
  readonly accounts?: string;
  readonly live?: boolean;
}

export function simulateCommand(program: Command, io: Io): void {
  program
    .command('simulate')
    .description('make up license servers, with known true figures')
    .option('--events <n>', 'about how many events', String(sample.events))
    .option('--days <n>', 'how many days', String(sample.days))
    .option('--end <time>', 'when they end, ISO time (default: now)')
    .option('--seed <n>', 'what chance begins with', String(sample.seed))
    .option('--accounts <n>', 'how many customers (default: grows with the events)')
    .option('--live', 'go on writing, a minute at a time, until it is ended')
    .requiredOption('--out <dir>', 'directory to write into: empty, or an earlier simulation')
    .addHelpText('after', examples)
    .action(async (options: SimulateOptions) => {
      const end = options.end === undefined ? Date.now() : Date.parse(options.end);
      if (Number.isNaN(end))
        throw new UsageError(`--end: expected an ISO time such as 2026-03-31T12:00:00Z, found "${options.end ?? ''}".`);
      if (options.live !== true || !isWhole(options.out)) await make(end, options, io);
      if (options.live === true) goOn(options.out, io);
    });
}

function goOn(directory: string, io: Io): void {
  const stop = keepWriting(directory, (problem) => {
    io.err(`error: ${problem}\n`);
    process.exitCode = 1;
  });
  io.err(`${directory}: the license servers go on writing\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

async function make(end: number, options: SimulateOptions, io: Io): Promise<void> {
  let said = Date.now();
  const manifest = await simulate(
    {
      events: whole('--events', options.events),
      days: whole('--days', options.days),
      end,
      seed: whole('--seed', options.seed),
      out: options.out,
      ...(options.accounts === undefined ? {} : { accounts: whole('--accounts', options.accounts) }),
    },
    ({ serversDone, servers, lines }) => {
      if (Date.now() - said < 5000) return;
      said = Date.now();
      io.err(`${serversDone} of ${servers} servers, ${lines.toLocaleString('en-US')} lines\n`);
    },
  ).catch((error: unknown) => {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  const { totals, sources } = manifest;
  io.out(
    `${options.out}: ${totals.events.toLocaleString('en-US')} events in ${totals.lines.toLocaleString('en-US')} lines ` +
      `of ${sources.length} license servers, ${totals.first} to ${totals.last}\n`,
  );
}

function whole(option: string, text: string): number {
  const value = Number(text.replace(/[_,](?=\d{3})/g, ''));
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`${option}: expected a whole number, found "${text}".`);
}
