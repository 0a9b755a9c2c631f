import type { Command } from 'commander';
import { Option } from 'commander';
import { shown } from '../../query/errors.ts';
import { owner } from '../../server/caller.ts';
import type { Outlet, Subscription } from '../../share/subscriptions/subscription.ts';
import { outlets, subscriptionSchema } from '../../share/subscriptions/subscription.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import { listOf } from '../list.ts';
import type { AnswerRow } from '../rows.ts';
import { text } from '../section.ts';
import { onlyAccount } from '../share/report.ts';

const examples = `
Examples:
  $ license-analytics subscribe add acme-weekly --account acme --to ana@acme.example,bob@acme.example
  $ license-analytics subscribe add acme-monthly --account acme --to ana@acme.example \\
      --outlets pdf,xlsx --schedule "0 7 1 * *" --timezone Europe/Berlin --range lastMonth
  $ license-analytics subscribe test acme-weekly --to me@example.com
  $ license-analytics subscribe log acme-weekly

A running server with "mail" in its configuration sends them; a mail is never sent twice.
`;

interface AddOptions extends PlaceOptions {
  /** May be left out where there is only one. */
  readonly account?: string;
  readonly to: string;
  readonly outlets: string;
  readonly schedule: string;
  readonly timezone?: string;
  readonly range: string;
  readonly showUsers?: boolean;
}

export function subscribeCommand(program: Command, io: Io): void {
  const subscribe = program
    .command('subscribe')
    .description('reports that are mailed by themselves')
    .addHelpText('afterAll', examples);
  const formatOption = (): Option =>
    new Option('--format <format>', 'how the list is written').choices(outputFormats).default('table');

  withPlace(subscribe.command('add'))
    .description('mail a report of one account whenever it is due')
    .argument('<name>')
    .option('--account <account>', 'the account that it is about (default: the only one there is)')
    .requiredOption('--to <list>', 'mail addresses, separated by commas; each gets a mail of its own')
    .option('--outlets <list>', `what is attached, of ${outlets.join(', ')} (an address in the text)`, 'html')
    .option('--schedule <cron>', 'minute, hour, day, month, weekday', '0 7 * * 1')
    .option('--timezone <zone>', "of the schedule and the report (default: the site's)")
    .option('--range <range>', 'lastWeek, lastMonth, or FROM..TO such as now-7d/d..now/d', 'lastWeek')
    .option('--show-users', 'show names of users and hosts; else pseudonyms')
    .action(async (name: string, options: AddOptions) => {
      const subscription = subscriptionOf(name, options);
      await withService(
        options,
        io,
        async (service) => {
          const account = options.account ?? (await onlyAccount(service));
          const added = await service.addSubscription({ ...subscription, account }, { caller: owner });
          io.err(`Subscription "${added.name}" is added; it is due next at ${added.next}.\n`);
          if (!added.isMailed)
            io.err(
              'note: No mail server is configured where it was added, so nothing is sent from there. Say how in the configuration, and start the server again: mail: { smtp: smtp://user@mail.example.com, from: reports@example.com }\n',
            );
        },
        { store: 'new' },
      );
    });

  withPlace(subscribe.command('list'))
    .description('list subscriptions')
    .addOption(formatOption())
    .action(async (options: PlaceOptions & { format: OutputFormat }) => {
      await withService(options, io, async (service) => {
        const rows = (await service.subscriptions({ caller: owner })).map((one) => ({
          name: one.name,
          account: one.account,
          outlets: one.outlets.join(', '),
          schedule: `${one.schedule} ${one.timezone}`,
          range: typeof one.range === 'string' ? one.range : `${one.range.from}..${one.range.to}`,
          recipients: one.recipients.join(', '),
          next: one.next,
          origin: one.origin,
        }));
        io.out(
          formatted(
            rows,
            ['name', 'account', 'outlets', 'schedule', 'range', 'recipients', 'next', 'origin'],
            options.format,
          ),
        );
      });
    });

  withPlace(subscribe.command('remove'))
    .description('remove a subscription; links that it mailed lead nowhere from then on')
    .argument('<name>')
    .action(async (name: string, options: PlaceOptions) => {
      await withService(options, io, async (service) => {
        const removed = await service.removeSubscription(name, { caller: owner });
        const links = removed.revokedLinks;
        const revoked =
          links === 0
            ? ''
            : `; ${links === 1 ? 'a link that it had mailed is' : `${links} links that it had mailed are`} revoked`;
        io.err(`Subscription "${removed.name}" is removed${revoked}.\n`);
      });
    });

  withPlace(subscribe.command('test'))
    .description('make the report that was due last, and mail it now to one address')
    .argument('<name>')
    .requiredOption('--to <address>', 'who gets it')
    .action(async (name: string, options: PlaceOptions & { to: string }) => {
      await withService(options, io, async (service) => {
        const { state, note } = await service.testSubscription(name, options.to, { caller: owner });
        io.err(`${state}: ${note}\n`);
        if (state !== 'sent') process.exitCode = 1;
      });
    });

  withPlace(subscribe.command('log'))
    .description('what was mailed and what was not, newest first')
    .argument('[name]', 'of one subscription only')
    .option('--limit <n>', 'how many', '50')
    .addOption(formatOption())
    .action(async (name: string | undefined, options: PlaceOptions & { format: OutputFormat; limit: string }) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
        throw new UsageError(`--limit: expected a number from 1 to 10000, found "${options.limit}".`);
      }
      await withService(options, io, async (service) => {
        const rows = (await service.deliveries({ subscription: name, limit }, { caller: owner })).map((one) => ({
          ...one,
          attempts: String(one.attempts),
          test: one.test ? 'test' : '',
        }));
        io.out(
          formatted(
            rows,
            ['due', 'subscription', 'recipient', 'state', 'attempts', 'next', 'test', 'note'],
            options.format,
          ),
        );
      });
    });
}

const formatted = (rows: readonly AnswerRow[], keys: readonly string[], format: OutputFormat): string =>
  formatAnswer({ columns: keys.map((key) => text(key, key)), rows }, format);

/** What each option is expected to be, by the field of the subscription that it fills. */
const expectations: Readonly<Record<string, readonly [option: string, expected: string]>> = {
  name: ['<name>', 'one line of at most 200 characters, such as acme-weekly'],
  account: ['--account', 'the name of one account, such as acme'],
  recipients: ['--to', 'up to 100 mail addresses, separated by commas, such as ana@acme.example,bob@acme.example'],
  outlets: ['--outlets', `some of ${outlets.join(', ')}, separated by commas`],
  schedule: [
    '--schedule',
    'five cron fields (minute hour day month weekday) that come due some day, such as "0 7 * * 1" for Mondays at 7:00',
  ],
  timezone: ['--timezone', 'an IANA time zone such as UTC or Europe/Berlin'],
  range: [
    '--range',
    'lastWeek, lastMonth, or FROM..TO with FROM before TO, such as now-7d/d..now/d or 2026-01-01..2026-02-01',
  ],
};

/** Stands for the only one, while that is not known yet. */
const anyAccount = 'the only one';

/** Checked here too, so that a mistake is told as one of the command line. Throws `UsageError`. */
function subscriptionOf(name: string, options: AddOptions): Omit<Subscription, 'account'> {
  const { account = anyAccount, schedule, timezone, showUsers = false } = options;
  const given = {
    name,
    account,
    schedule,
    showUsers,
    ...(timezone !== undefined && { timezone }),
    outlets: listOf('--outlets', options.outlets) as readonly Outlet[],
    recipients: listOf('--to', options.to),
    range: rangeOf(options.range),
  };
  const result = subscriptionSchema.safeParse(given, { reportInput: true });
  if (result.success) return result.data;
  const found: Readonly<Record<string, unknown>> = { ...given, range: options.range };
  const problems = result.error.issues.map(({ path, input }) => {
    const field = String(path[0]);
    const [option, expected] = expectations[field] ?? [field, 'something else'];
    // Of a list the part that is wrong, of a range all of it.
    const wrong = Array.isArray(found[field]) && path.length > 1 ? input : (found[field] ?? input);
    return `${option}: expected ${expected}; found ${shown(wrong)}`;
  });
  throw new UsageError(
    `${[...new Set(problems)].join('. ')}. Correct it; license-analytics subscribe add --help has examples.`,
  );
}

function rangeOf(text: string): unknown {
  const [from, to] = text.split('..');
  return to === undefined ? text : { from, to };
}
