import { customerUid } from '../../dashboards/source/customers.ts';
import { customerDashboard } from '../../dashboards/source/pages/customer.ts';
import type { Ask } from './ask.ts';
import type { Branding } from './branding.ts';
import type { SharedPanel } from './dashboard.ts';
import { hasTitle, readDashboard } from './dashboard.ts';
import { ShareError } from './errors.ts';
import { forReader } from './notices.ts';
import type { TimeRange } from '../query/time.ts';
import { pseudonymised } from './privacy.ts';
import { timeText } from './render/display.ts';
import type { Snapshot } from './snapshot.ts';
import type { AskFigures } from './summary.ts';
import { justBefore, summaryOf } from './summary.ts';
import { longestList, takeSnapshot } from './take.ts';

/** What a customer's report is made of. */
export interface CustomerReport {
  readonly account: string;
  /** Milliseconds since 1970 UTC, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly timezone: string;
  /** Whether users, hosts and clients are named; those who were denied are then listed, with what and why. */
  readonly showUsers?: boolean;
  /** How many of the newest events are listed; none when left out. */
  readonly events?: number;
  /** Title of the one list that is given whole, however long it is. */
  readonly whole?: string | undefined;
  /** From when on days to expiry are counted, epoch milliseconds; left out: from `to`, as every question counts them. */
  readonly expiryFrom?: number;
  /** What the summary compares with; left out: as long a time just before. */
  readonly before?: TimeRange | undefined;
  /** Entitlements end on its clocks (IANA). */
  readonly siteTimezone: string;
  /** Whose report it is; left out: ours. */
  readonly branding?: Branding | undefined;
}

/**
 * The report of one customer, ready for any outlet: its own figures only, users pseudonymised unless they may be shown.
 * `ask` must be limited to the account: the questions name it, and whoever answers must not see more either. Throws
 * `ShareError` (`report_incomplete`) when a panel cannot be answered.
 */
export async function customerReport(report: CustomerReport, ask: Ask): Promise<Snapshot> {
  const { account, from, to, timezone, showUsers = false, events = 0, whole, expiryFrom = to } = report;
  const { before = justBefore({ from, to }), siteTimezone, branding } = report;
  const built = customerDashboard(account, 'none', customerUid(account), { users: showUsers, events });
  const mostRows = (panel: SharedPanel): number | undefined =>
    whole !== undefined && hasTitle(panel, whole) && !listsEvents(panel) ? longestList : undefined;
  const [snapshot, summary] = await Promise.all([
    takeSnapshot(readDashboard(asJson(built)), { from, to, timezone, account, mostRows }, askAhead(ask, expiryFrom)),
    summaryOf(figuresOf(account, ask), { current: { from, to }, before }, { at: expiryFrom, zone: siteTimezone }),
  ]);
  refuseIncomplete(snapshot);
  const readable = withRule(
    forReader({ ...snapshot, summary, ...(branding !== undefined && { branding }) }, 'report'),
    expiryFrom,
  );
  return showUsers ? readable : pseudonymised(readable);
}

/** The same answers by name. Rejects with `ShareError` (`report_incomplete`). */
const figuresOf =
  (account: string, ask: Ask): AskFigures =>
  async (questions, range) => {
    const only = { dimension: 'account' as const, operator: 'in' as const };
    const queries = Object.entries(questions).map(([refId, question]) => ({
      ...question,
      filters: [{ ...only, values: [account] }, ...(question.filters ?? [])],
      refId,
    }));
    const answers = await ask(queries, range);
    return Object.fromEntries(
      Object.keys(questions).map((name) => {
        const answer = answers[name];
        if (answer !== undefined && 'frames' in answer) return [name, answer.frames] as const;
        throw incomplete('The summary', answer?.error ?? 'it was not answered.');
      }),
    );
  };

/** How many events are listed is said apart, and any number may be. */
const listsEvents = ({ targets }: SharedPanel): boolean => targets.some(({ measure }) => measure === 'allEvents');

/** What is about the time to come, whatever time a report is about. */
const ahead: ReadonlySet<unknown> = new Set(['daysToExpiry', 'expiringEntitlements']);

/** Whoever reads a report of last week today wants to know what ends from today on. */
const askAhead =
  (ask: Ask, moment: number): Ask =>
  async (queries, range) => {
    if (moment === range.to) return ask(queries, range);
    const [later, others] = [true, false].map((is) => queries.filter(({ measure }) => ahead.has(measure) === is));
    // Only the end of the range counts for them.
    const answers = await Promise.all([
      others!.length === 0 ? {} : ask(others!, range),
      later!.length === 0 ? {} : ask(later!, { from: Math.min(range.from, moment - 1), to: moment }),
    ]);
    return { ...answers[0], ...answers[1] };
  };

const withRule = (snapshot: Snapshot, moment: number): Snapshot =>
  moment === snapshot.range.to
    ? snapshot
    : {
        ...snapshot,
        rules: [
          ...snapshot.rules,
          `Days to expiry are counted from ${timeText(moment, snapshot.timezone, 'yyyy-MM-dd')}, when this report was made.`,
        ],
      };

/** As a file has it: the SDK's objects carry markers of its own beside the questions, which are no part of them. */
const asJson = (dashboard: object): unknown => JSON.parse(JSON.stringify(dashboard));

/** Half a report would be read as a whole one. What went wrong is for whoever shares, not for the reader. */
function refuseIncomplete({ dashboard, answers, marks }: Snapshot): void {
  const parts = [
    ...dashboard.panels.map(({ id, title }) => ({ title, answers: answers.get(id) ?? [] })),
    ...marks.map(({ name, answer }) => ({ title: name, answers: [answer] })),
  ];
  for (const { title, answers: given } of parts) {
    for (const answer of given) {
      if ('frames' in answer) continue;
      throw incomplete(`"${title}"`, answer.error);
    }
  }
}

const incomplete = (what: string, error: string): ShareError =>
  new ShareError(
    'report_incomplete',
    `${what} could not be answered: ${error}`,
    'Nothing was shared. Correct that, or try a shorter time range.',
  );
