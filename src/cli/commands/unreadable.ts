import type { Command } from 'commander';
import { Option } from 'commander';
import { owner } from '../../server/caller.ts';
import { unusableKinds } from '../../server/service.ts';
import type { UnusableKind } from '../../server/service.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';

const examples = `
Examples:
  $ license-analytics unreadable
  $ license-analytics unreadable --file lic01.log --kind undated
  $ license-analytics unreadable --server lic01 --limit 100000 --format csv > lines.csv

"unreadable": what the line says was not understood. "undated": it was, but no date in its file says when it happened.
`;

interface UnreadableOptions extends PlaceOptions {
  readonly server?: string;
  readonly file?: string;
  readonly kind?: UnusableKind;
  readonly limit: string;
  readonly offset: string;
  readonly format: OutputFormat;
}

export function unreadableCommand(program: Command, io: Io): void {
  withPlace(program.command('unreadable'))
    .description('list the lines that could not be read or dated, with the reason')
    .option('--server <name>', 'only those of this license server')
    .option('--file <path>', 'only those of this file: its path, or the end of it such as lic01.log')
    .addOption(new Option('--kind <kind>', 'only those of this kind').choices(unusableKinds))
    .option('--limit <n>', 'at most so many lines', '1000')
    .option('--offset <n>', 'leave out so many lines at the start', '0')
    .addOption(new Option('--format <format>', 'how the list is written').choices(outputFormats).default('table'))
    .addHelpText('after', examples)
    .action(async ({ server, file, kind, format, ...options }: UnreadableOptions) => {
      const limit = wholeNumber('--limit', options.limit, 1, 100_000);
      const offset = wholeNumber('--offset', options.offset, 0, Number.MAX_SAFE_INTEGER);
      await withService(options, io, async (service) => {
        const found = await service.unusableLines({ server, file, kind, limit, offset }, { caller: owner });
        const rows = found.lines.map((line) => ({ ...line }));
        io.out(formatAnswer({ columns, rows }, format));
        if (rows.length < found.total) {
          io.err(`note: ${rows.length} of ${found.total} lines; --limit and --offset show the others\n`);
        }
      });
    });
}

const columns = (['server', 'file', 'line', 'kind', 'reason', 'text'] as const).map((key) => ({
  key,
  title: key,
  type: key === 'line' ? ('number' as const) : ('string' as const),
  unit: '',
}));

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option}: expected a whole number from ${least} to ${most}, found "${text}".`);
}
