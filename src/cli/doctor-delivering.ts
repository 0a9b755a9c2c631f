import type { DeliveryInfo, SubscriptionInfo } from '../server/delivery/delivering.ts';
import type { DeliveringState } from '../server/delivery/worker.ts';
import type { Finding } from './doctor-findings.ts';
import { good, warning } from './doctor-findings.ts';

/** Mails that failed longer ago are history, ms. */
const recent = 14 * 86_400_000;

/**
 * Whether reports are mailed, and what was not. `state`: of the running server; null where it mails none, undefined where none was asked.
 */
export function checkDelivering(
  subscriptions: readonly SubscriptionInfo[],
  log: readonly DeliveryInfo[],
  state: DeliveringState | null | undefined,
  now: number,
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
  if (subscriptions.length === 0) return failed;
  const broken =
    state === null
      ? [
          warning(
            'Subscriptions',
            `${subscriptions.length} are there, but this server has no mail server to send by`,
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
  const found = [...broken, ...failed];
  if (found.length > 0) return found;
  const next = subscriptions
    .map((one) => one.next)
    .filter((time) => time !== '')
    .sort()[0];
  return [good('Subscriptions', `${subscriptions.length}, the next is due ${next ?? 'never'}`)];
}
