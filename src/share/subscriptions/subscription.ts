import { Cron } from 'croner';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { QuestionError } from '../../query/errors.ts';
import { parseTimeRange } from '../../query/time.ts';

/** Files that a report can be attached as, and `link`: an address that shows it for a while. */
export const outlets = ['html', 'pdf', 'xlsx', 'csv', 'link'] as const;
export type Outlet = (typeof outlets)[number];
export type FileOutlet = Exclude<Outlet, 'link'>;

export const reports = ['customer'] as const;
export type ReportName = (typeof reports)[number];

/** Line breaks and other control characters end up in headers, file names and terminals: no name of ours has any. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;
/**
 * One mailbox and nothing else: what separates addresses, names or header lines is refused, so that a recipient is exactly who is
 * written down. Letters of any script are fine (SMTPUTF8, IDN).
 */
const mailbox = /^[^\p{Cc}\s\p{Z}@,;:<>()[\]"\\]{1,64}@[^\p{Cc}\s\p{Z}@,;:<>()[\]"\\]{1,253}$/u;

/** A line of text: names of accounts and subscriptions. */
export const nameText = z
  .string()
  .min(1)
  .max(200)
  .regex(oneLine, { error: 'expected one line of text without control characters' });

export const mailAddress = z.string().regex(mailbox, { error: 'expected one mail address such as ana@acme.example' });

const timeZone = z
  .string()
  .refine((name) => IANAZone.isValidZone(name), { error: 'expected an IANA time zone such as UTC or Europe/Berlin' });

const schedule = z
  .string()
  .refine(comesDue, { error: 'expected five cron fields (minute hour day month weekday) that come due some day' })
  .describe('Cron, five fields: minute, hour, day of the month, month, weekday. "0 7 * * 1" is Mondays at 7:00.');

const edge = z.union([z.string().min(1), z.number()]);
const range = z
  .union(
    [
      z.enum(['lastWeek', 'lastMonth']),
      z.strictObject({ from: edge, to: edge }).refine(({ from, to }) => isRange(from, to), {
        error: 'expected from and to as ISO times or relative (now-7d/d, now/d), from before to',
      }),
    ],
    { error: 'expected lastWeek, lastMonth, or from and to such as {"from": "now-7d/d", "to": "now/d"}' },
  )
  .describe(
    '`lastWeek` and `lastMonth` are whole ones (Monday to Sunday, first to last); or from and to, as in a question.',
  );

/** Whom a report is sent to, when, and as what. */
export const subscriptionSchema = z.strictObject({
  name: nameText.describe('What it is called in the log of what was sent, and on the command line.'),
  account: nameText.describe('The one account that the report is about.'),
  report: z.enum(reports).default('customer'),
  outlets: z
    .array(z.enum(outlets, { error: `expected one of ${outlets.join(', ')}` }))
    .min(1)
    .default(['html'])
    .describe('What is attached; `link`: an address in the text instead, for as long as `links.days`.'),
  schedule: schedule.default('0 7 * * 1'),
  timezone: timeZone.optional().describe('Of the schedule and of the report; by default `siteTimezone`.'),
  range: range.default('lastWeek'),
  recipients: z.array(mailAddress).min(1).max(100).describe('Each gets a mail of its own and sees no other recipient.'),
  showUsers: z.boolean().default(false).describe('Names of users and hosts; else pseudonyms.'),
});

export type Subscription = z.output<typeof subscriptionSchema>;
/** As it is kept and run: with its time zone known. */
export type ZonedSubscription = Subscription & { readonly timezone: string };

const jobOf = (pattern: string, timezone: string): Cron =>
  new Cron(pattern, { timezone, mode: '5-part', paused: true });

/** croner throws for what is no pattern, and finds no next run for the 31st of February. */
function comesDue(pattern: string): boolean {
  try {
    return jobOf(pattern, 'UTC').nextRun() !== null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

/** Whether it can be read as a time range. */
export function isRange(from: string | number, to: string | number): boolean {
  try {
    parseTimeRange(from, to, Date.UTC(2026, 0, 1), 'UTC');
    return true;
  } catch (error) {
    if (error instanceof QuestionError) return false;
    throw error;
  }
}

/** When it last came due after `after` (exclusive) up to `until` (inclusive), newest first, at most `most`. Epoch milliseconds. */
export function dueTimes(
  { schedule, timezone }: Pick<ZonedSubscription, 'schedule' | 'timezone'>,
  { after, until, most }: { readonly after: number; readonly until: number; readonly most: number },
): readonly number[] {
  const job = jobOf(schedule, timezone);
  const times: number[] = [];
  // croner leaves the reference itself out, and counts in whole seconds.
  let reference = Math.floor(until / 1000) * 1000 + 1000;
  // One by one: mostly there is nothing new, and looking further back takes croner its time.
  while (times.length < most) {
    const run = job.previousRuns(1, new Date(reference))[0]?.getTime();
    if (run === undefined || run <= after) break;
    times.push(run);
    reference = run;
  }
  return times;
}

/** When it comes due next after `now`; undefined when never again. Epoch milliseconds. */
export const nextDue = ({ schedule, timezone }: Pick<ZonedSubscription, 'schedule' | 'timezone'>, now: number) =>
  jobOf(schedule, timezone).nextRun(new Date(now))?.getTime();
