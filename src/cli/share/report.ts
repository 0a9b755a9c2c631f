import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { LoadedConfig } from '../../config/load.ts';
import { readBranding } from '../../config/read-branding.ts';
import { parseTimeRange } from '../../query/time.ts';
import { askUnder } from '../../server/ask-under.ts';
import { owner } from '../../server/caller.ts';
import { requireAccount } from '../../server/known-account.ts';
import type { Context, Service } from '../../server/service.ts';
import { hasTitle } from '../../share/dashboard.ts';
import type { PanelAnswer, Snapshot } from '../../share/snapshot.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import { asOption } from '../options.ts';

/** What every command that shares a report takes. */
export interface ReportOptions extends PlaceOptions {
  /** May be left out where there is only one. */
  readonly account?: string;
  readonly from: string;
  readonly to: string;
  readonly timezone?: string;
  readonly showUsers?: boolean;
  readonly events?: number;
  /** Title of the one list that is given whole. */
  readonly whole?: string | undefined;
}

export const withReport = (command: Command): Command =>
  withPlace(command)
    .option(
      '--account <name>',
      'the customer: the report holds its figures and no other (default: the only one there is)',
    )
    .option('--from <time>', 'start: ISO time, epoch milliseconds, or relative such as now-12M', 'now-30d/d')
    .option('--to <time>', 'end, exclusive', 'now')
    .option('--timezone <zone>', 'IANA zone of its clocks and days (default: the site’s)')
    .option('--show-users', 'name users and hosts, and list who was denied what; without it they are numbered')
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

/** Runs `work` for the account that the options name, when it is known and may be seen. */
export async function withKnownAccount(
  options: ReportOptions,
  io: Io,
  work: (account: string) => Promise<void>,
): Promise<void> {
  await withService(options, io, async (service) => {
    await work(await accountOf(service, options.account));
  });
}

/** Whatever the caller may see: a report of one customer is asked for as one who sees that customer only. */
export const limitedTo = (account: string): Context => ({ caller: { ...owner, accounts: [account] } });

/** The report that the options name, of a service that is open. Notices go to standard error. Throws `ShareError`. */
export async function takeReport(
  service: Service,
  { from, to, showUsers = false, events = 0, whole, ...given }: ReportOptions,
  { config }: LoadedConfig,
  io: Io,
): Promise<Snapshot> {
  const timezone = given.timezone ?? config.siteTimezone;
  const range = asOption(() => parseTimeRange(from, to, Date.now(), timezone));
  const account = await accountOf(service, given.account);
  const context = limitedTo(account);
  const { customerReport } = await import('../../share/customer.ts');
  const snapshot = await customerReport(
    {
      account,
      ...range,
      timezone,
      showUsers,
      events,
      whole,
      siteTimezone: config.siteTimezone,
      branding: readBranding(config.branding),
    },
    askUnder(service, context),
  );
  for (const note of notesOf(snapshot, whole)) io.err(`note: ${note}\n`);
  return snapshot;
}

/** The account that is named, when it is known and may be seen; the only one that there is, when none is named. */
async function accountOf(service: Service, given: string | undefined): Promise<string> {
  const account = given ?? (await onlyAccount(service));
  if (account.trim() === '') throw new UsageError('--account: expected the name of a customer, found nothing.');
  await requireAccount(service, account, limitedTo(account));
  return account;
}

/** For whoever names no account. Throws `UsageError` where there are several, or none. */
export async function onlyAccount(service: Service): Promise<string> {
  const { values } = await service.dimensionValues({ dimension: 'account' }, { caller: owner });
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0) return only.value;
  const some = values.slice(0, 5).map(({ text }) => text);
  throw new UsageError(
    `--account: expected the name of a customer, found nothing. ${some.length === 0 ? 'No use of any is known.' : `Some are: ${some.join(', ')}.`}`,
  );
}

/** Notices with the titles of the panels that they are about: of the whole report, or of the one table that is given. */
function notesOf({ dashboard, answers }: Snapshot, only: string | undefined): readonly string[] {
  const titlesOf = new Map<string, string[]>();
  for (const panel of dashboard.panels.filter((one) => only === undefined || hasTitle(one, only)))
    for (const text of noticesOf(answers.get(panel.id) ?? []))
      titlesOf.set(text, [...(titlesOf.get(text) ?? []), `"${panel.title}"`]);
  return [...titlesOf].map(([text, titles]) => `${titles.join(', ')}: ${text}`);
}

const noticesOf = (answers: readonly PanelAnswer[]): ReadonlySet<string> =>
  new Set(
    answers
      .flatMap((answer) => ('frames' in answer ? answer.frames : []))
      .flatMap(({ schema }) => (schema.meta.notices ?? []).map(({ text }) => text)),
  );
