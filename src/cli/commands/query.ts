import type { Command } from 'commander';
import { Option } from 'commander';
import { ApiError } from '../../server/errors.ts';
import { owner } from '../../server/caller.ts';
import type { QueryPart } from '../../server/service.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import { noticesOf, tableOf } from '../rows.ts';

interface QueryOptions extends PlaceOptions {
  readonly from?: string;
  readonly to?: string;
  readonly points?: string;
  readonly format: OutputFormat;
}

const examples = `
Examples:
  $ license-analytics query '{"measure":"usagePercentage","groupBy":["account","feature"]}' --from now-12M
  $ license-analytics query '{"measure":"peakConcurrent","groupBy":["feature"],"shape":"timeSeries","bucket":"1d"}' --format csv
  $ echo '{"measure":"denialSummary"}' | license-analytics query - --format json
`;

export function queryCommand(program: Command, io: Io): void {
  withPlace(program.command('query'))
    .description('answer one question, given as JSON')
    .argument('<json>', 'the question; - reads it from standard input')
    .option('--from <time>', 'start: ISO time, epoch milliseconds, or relative such as now-12M (default: all data)')
    .option('--to <time>', 'end, exclusive (default: the end of the data)')
    .option('--points <n>', 'points per series wanted, for the bucket "auto"')
    .addOption(new Option('--format <format>', 'how the answer is written').choices(outputFormats).default('table'))
    .addHelpText('after', examples)
    .action(async (json: string, options: QueryOptions) => {
      const question = questionOf(json === '-' ? await io.readStdin() : json);
      const points = pointsOf(options.points);
      await withService(options, io, async (service) => {
        const { results } = await service.ask(
          {
            from: options.from,
            to: options.to,
            queries: [{ ...question, refId: 'A', ...(points === undefined ? {} : { maxDataPoints: points }) }],
          },
          { caller: owner },
        );
        const answer = results['A'];
        if (answer === undefined) throw new Error('The answer has no result for the question.');
        if (!('frames' in answer)) {
          throw new ApiError(answer.status, answer.code, answer.error, '');
        }
        for (const notice of noticesOf(answer.frames)) io.err(`note: ${notice}\n`);
        io.out(formatAnswer(tableOf(answer.frames), options.format));
      });
    });
}

function questionOf(json: string): QueryPart {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `The question is not valid JSON (${why}). Quote it for the shell: query '{"measure":"checkouts"}'`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(
      `The question must be a JSON object such as {"measure":"checkouts"}, found ${json.slice(0, 80)}.`,
    );
  }
  return value as QueryPart;
}

function pointsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const points = Number(text);
  if (Number.isInteger(points) && points > 0) return points;
  throw new UsageError(`--points: expected a whole number above 0, found "${text}".`);
}
