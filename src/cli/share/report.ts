import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { LoadedConfig } from '../../config/load.ts';
import { parseTimeRange } from '../../query/time.ts';
import { owner } from '../../server/caller.ts';
import type { Context, Service } from '../../server/service.ts';
import type { Ask } from '../../share/ask.ts';
import { ShareError } from '../../share/errors.ts';
import type { PanelAnswer, Snapshot } from '../../share/snapshot.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';

/** What every command that shares a report takes. */
export interface ReportOptions extends PlaceOptions {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly timezone?: string;
  readonly showUsers?: boolean;
  readonly events?: number;
}

export const withReport = (command: Command): Command =>
  withPlace(command)
    .requiredOption('--account <name>', 'the customer: the report holds its figures and no other')
    .option('--from <time>', 'start: ISO time, epoch milliseconds, or relative such as now-12M', 'now-30d')
    .option('--to <time>', 'end, exclusive', 'now')
    .option('--timezone <zone>', 'IANA zone of its clocks and days (default: the site’s)')
    .option('--show-users', 'name users and hosts; without it they are numbered')
    .option('--events <n>', 'also list the newest n events', wholeNumber);

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number above 0.');
}

/** Takes the report that the options name, and hands it to `work`. Notices go to standard error. */
export async function withCustomerReport(
  options: ReportOptions,
  io: Io,
  work: (snapshot: Snapshot) => Promise<void>,
): Promise<void> {
  await withService(options, io, async (service, loaded) => work(await takeReport(service, options, loaded, io)));
}

/** Runs `work` when the account is known and may be seen. */
export async function withKnownAccount(options: ReportOptions, io: Io, work: () => Promise<void>): Promise<void> {
  await withService(options, io, async (service) => {
    await requireAccount(service, options.account, limitedTo(options.account));
    await work();
  });
}

/** Whatever the caller may see: a report of one customer is asked for as one who sees that customer only. */
const limitedTo = (account: string): Context => ({ caller: { ...owner, accounts: [account] } });

async function takeReport(
  service: Service,
  { account, from, to, showUsers = false, events = 0, ...given }: ReportOptions,
  { config }: LoadedConfig,
  io: Io,
): Promise<Snapshot> {
  const timezone = given.timezone ?? config.siteTimezone;
  const range = parseTimeRange(from, to, Date.now(), timezone);
  const context = limitedTo(account);
  await requireAccount(service, account, context);
  const { customerReport } = await import('../../share/customer.ts');
  const snapshot = await customerReport(
    { account, ...range, timezone, showUsers, events },
    askingUnder(service, context),
  );
  for (const text of noticesOf(snapshot)) io.err(`note: ${text}\n`);
  return snapshot;
}

/** The service, asked under the scope of the context. */
const askingUnder =
  (service: Service, context: Context): Ask =>
  async (queries, range) => {
    const { results } = await service.ask({ ...range, queries }, context);
    return Object.fromEntries(
      Object.entries(results).map(([refId, part]): [string, PanelAnswer] => [
        refId,
        'frames' in part ? { frames: part.frames } : { error: part.error },
      ]),
    );
  };

/** A misspelt name would give a report without figures; so would the name of an account that the token may not see. */
async function requireAccount(service: Service, account: string, context: Context): Promise<void> {
  if (account.trim() === '') throw new UsageError('--account: expected the name of a customer, found nothing.');
  const filters = [{ dimension: 'account', operator: 'in', values: [account] } as const];
  const { values } = await service.dimensionValues({ dimension: 'account', filters }, context);
  if (values.some(({ value }) => value === account)) return;
  if ((await service.entitlements(context)).some((row) => row.account === account)) return;
  throw new ShareError(
    'unknown_account',
    `No account "${account}" is known, or the token may not see it.`,
    'See which there are: license-analytics query \'{"measure":"checkouts","groupBy":["account"]}\'',
  );
}

const noticesOf = ({ answers }: Snapshot): ReadonlySet<string> =>
  new Set(
    [...answers.values()]
      .flat()
      .flatMap((answer) => ('frames' in answer ? answer.frames : []))
      .flatMap(({ schema }) => (schema.meta.notices ?? []).map(({ text }) => text)),
  );
