import { customerUid } from '../../dashboards/source/customers.ts';
import { customerDashboard } from '../../dashboards/source/pages/customer.ts';
import type { Ask } from './ask.ts';
import { readDashboard } from './dashboard.ts';
import { ShareError } from './errors.ts';
import { forReader, pseudonymised } from './privacy.ts';
import type { Snapshot } from './snapshot.ts';
import { takeSnapshot } from './take.ts';

/** What a customer's report is made of. */
export interface CustomerReport {
  readonly account: string;
  /** Milliseconds since 1970 UTC, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly timezone: string;
  /** Whether users, hosts and clients are named. */
  readonly showUsers?: boolean;
  /** How many of the newest events are listed; none when left out. */
  readonly events?: number;
}

/**
 * The report of one customer, ready for any outlet: its own figures only, users pseudonymised unless they may be shown.
 * `ask` must be limited to the account: the questions name it, and whoever answers must not see more either. Throws
 * `ShareError` (`report_incomplete`) when a panel cannot be answered.
 */
export async function customerReport(report: CustomerReport, ask: Ask): Promise<Snapshot> {
  const { account, from, to, timezone, showUsers = false, events = 0 } = report;
  const built = customerDashboard(account, 'none', customerUid(account), { events });
  const snapshot = await takeSnapshot(readDashboard(asJson(built)), { from, to, timezone, account }, ask);
  refuseIncomplete(snapshot);
  const readable = forReader(snapshot);
  return showUsers ? readable : pseudonymised(readable);
}

/** As a file has it: the SDK's objects carry markers of its own beside the questions, which are no part of them. */
const asJson = (dashboard: object): unknown => JSON.parse(JSON.stringify(dashboard));

/** Half a report would be read as a whole one. What went wrong is for whoever shares, not for the reader. */
function refuseIncomplete({ dashboard, answers }: Snapshot): void {
  for (const { id, title } of dashboard.panels) {
    for (const answer of answers.get(id) ?? []) {
      if ('frames' in answer) continue;
      throw new ShareError(
        'report_incomplete',
        `"${title}" could not be answered: ${answer.error}`,
        'Nothing was shared. Correct that, or try a shorter time range.',
      );
    }
  }
}
