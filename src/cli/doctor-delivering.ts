import type { DeliveryInfo, SubscriptionInfo } from '../server/delivery/delivering.ts';
import type { DeliveringState } from '../server/delivery/worker.ts';
import type { Finding } from './doctor-findings.ts';
import { good, warning } from './doctor-findings.ts';

/** Mails that failed longer ago are history, ms. */
const recent = 14 * 86_400_000;

/** What is wrong with subscriptions themselves. */
export interface SubscriptionFaults {
  /** Accounts of subscriptions of which nothing is known. */
  readonly unknownAccounts: ReadonlySet<string>;
  /** Names of configured subscriptions that are not sent, since one made by command has the name. */
  readonly refused: readonly string[];
}

/**
 * Whether reports are mailed, and what was not. `state`: of the running server; null where it mails none, undefined where none was asked.
 */
export function checkDelivering(
  subscriptions: readonly SubscriptionInfo[],
  log: readonly DeliveryInfo[],
  state: DeliveringState | null | undefined,
  now: number,
  { unknownAccounts, refused }: SubscriptionFaults = { unknownAccounts: new Set(), refused: [] },
): readonly Finding[] {
  const failed = log
    .filter(
      ({ state: became, test, updated }) =>
        (became === 'failed' || became === 'unknown') && !test && now - Date.parse(updated) <= recent,
    )
    .map(({ subscription, recipient, due, state: became, note }) =>
      warning(
        'Subscriptions',
        `${subscription}, due ${due.slice(0, 16)}, to ${recipient}: ${became === 'unknown' ? 'nobody can tell whether it was sent' : 'not sent'} (${note})`,
        `Send it by hand: license-analytics subscribe test "${subscription}" --to ${recipient}`,
      ),
    );
  const wrong = [
    ...refused.map((name) =>
      warning(
        'Subscriptions',
        `"${name}" of the configuration is not sent: one made by command has its name`,
        `Rename it, or remove the other (license-analytics subscribe remove "${name}"), and start the server again.`,
      ),
    ),
    ...subscriptions
      .filter(({ account }) => unknownAccounts.has(account))
      .map(({ name, account }) =>
        warning(
          'Subscriptions',
          `"${name}" is about the account "${account}", of which nothing is known: its reports are not sent`,
          'Correct its account, or load what is known of it. See: license-analytics query \'{"measure":"checkouts","groupBy":["account"]}\'',
        ),
      ),
  ];
  if (subscriptions.length === 0) return [...wrong, ...failed];
  const broken =
    state === null || subscriptions.some(({ isMailed }) => !isMailed)
      ? [
          warning(
            'Subscriptions',
            `${subscriptions.length} ${subscriptions.length === 1 ? 'is' : 'are'} there, but this server has no mail server to send by`,
            'Configure mail: { smtp, from } and start it again.',
          ),
        ]
      : state !== undefined && state.error !== ''
        ? [
            warning(
              'Subscriptions',
              `the last look at what is due failed: ${state.error}`,
              'The next look tries again.',
            ),
          ]
        : [];
  const found = [...broken, ...wrong, ...failed];
  if (found.length > 0) return found;
  const next = subscriptions
    .map((one) => one.next)
    .filter((time) => time !== '')
    .sort()[0];
  return [good('Subscriptions', `${subscriptions.length}, the next is due ${next ?? 'never'}`)];
}
