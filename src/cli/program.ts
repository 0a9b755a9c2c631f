import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/load.ts';
import { toApiError } from '../server/errors.ts';
import type { ApiError } from '../server/errors.ts';
import { accountsCommand } from './commands/accounts.ts';
import { answersCommand } from './commands/answers.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { entitlementsCommand } from './commands/entitlements.ts';
import { ingestCommand } from './commands/ingest.ts';
import { provisionCommand } from './commands/provision.ts';
import { queryCommand } from './commands/query.ts';
import { serveCommand } from './commands/serve.ts';
import { shareCommand } from './commands/share.ts';
import { simulateCommand } from './commands/simulate.ts';
import { startCommand } from './commands/start.ts';
import { subscribeCommand } from './commands/subscribe.ts';
import { tokenCommand } from './commands/token.ts';
import { unreadableCommand } from './commands/unreadable.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';

/** What the command line must be told of the program that it is part of. */
export interface Program {
  readonly version: string;
  /** The built server process (`src/server/child.ts`). */
  readonly childEntry: string;
}

const examples = `
Examples:
  $ license-analytics ingest license.log --account acme      read a license server's log
  $ license-analytics entitlements load bought.csv           say what was bought
  $ license-analytics answers                                who is close to the limit, who is denied, and why
  $ license-analytics share xlsx --account acme              give one customer its own usage
  $ license-analytics serve                                  answer programs, such as Grafana
  $ license-analytics doctor                                 what is wrong with my set-up?

Exit codes: 0 done, 1 failed, 2 wrong usage. Answers go to standard output, everything else to standard error.
`;

/** Runs one command line. Gives the exit code; what went wrong is on standard error already. */
export async function runCli(args: readonly string[], io: Io, program: Program): Promise<number> {
  const root = new Command('license-analytics')
    .description('Who uses which licenses, how close to what was bought, and why users are denied.')
    .version(program.version)
    .addHelpText('after', examples)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  startCommand(root, io, program);
  serveCommand(root, io, program);
  ingestCommand(root, io);
  entitlementsCommand(root, io);
  accountsCommand(root, io);
  unreadableCommand(root, io);
  queryCommand(root, io);
  answersCommand(root, io);
  shareCommand(root, io);
  simulateCommand(root, io);
  provisionCommand(root, io);
  tokenCommand(root, io);
  subscribeCommand(root, io);
  configCommand(root, io);
  doctorCommand(root, io);
  adopt(root);
  try {
    await root.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return explain(error, io);
  }
}

/** Commander hands these settings on only to commands made after them by `command()` of the same object. */
function adopt(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    adopt(child);
  }
}

/** Says what went wrong, and gives the exit code: 2 when the command was called wrongly, else 1. */
function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError || error instanceof ConfigError) {
    io.err(`error: ${error.message}\n`);
    return 2;
  }
  const known = toApiError(error);
  io.err(`error: ${[known.message, known.todo].filter((text) => text !== '').join('\n  ')}\n`);
  if (known.code === 'internal' && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  return isUsage(known) ? 2 : 1;
}

/** The question itself was wrong: that is how the command was called. */
const isUsage = ({ code }: ApiError): boolean => usageCodes.has(code);
const usageCodes = new Set([
  'missingMeasure',
  'unknownField',
  'invalidValue',
  'impossibleCombination',
  'newerVersion',
  'invalidTime',
  'tooManyPoints',
  'unknown_format',
  'unknown_timezone',
  'events_mapping_invalid',
]);
