import type { Command } from 'commander';
import { Option } from 'commander';
import { answersJson, answersText, fourAnswers } from '../answers.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';

const examples = `
Examples:
  $ license-analytics answers
  $ license-analytics answers --from now-3M --account acme
  $ license-analytics answers --format json
`;

interface AnswersOptions extends PlaceOptions {
  readonly from?: string;
  readonly to?: string;
  readonly account?: string;
  readonly rows: string;
  readonly format: 'table' | 'json';
}

export function answersCommand(program: Command, io: Io): void {
  withPlace(program.command('answers'))
    .description('answer the four questions: who shares, who is close to the limit, what one uses, why denied')
    .option('--from <time>', 'start (default: all data)')
    .option('--to <time>', 'end, exclusive (default: the end of the data)')
    .option('--account <name>', 'customer of the first and third question (default: all; the one closest to its limit)')
    .option('--rows <n>', 'rows per table', '15')
    .addOption(
      new Option('--format <format>', 'how the answers are written').choices(['table', 'json']).default('table'),
    )
    .addHelpText('after', examples)
    .action(async ({ from, to, account, rows, format, ...place }: AnswersOptions) => {
      const most = Number(rows);
      if (!Number.isInteger(most) || most < 1)
        throw new UsageError(`--rows: expected a whole number above 0, found "${rows}".`);
      await withService(place, io, async (service) => {
        const answers = await fourAnswers(service, { from, to }, { account, rows: most });
        for (const notice of answers.notices) io.err(`note: ${notice}\n`);
        io.out(format === 'json' ? answersJson(answers) : answersText(answers));
      });
    });
}
