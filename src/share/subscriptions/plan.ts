import type { Delivery } from './delivery.ts';
import type { ZonedSubscription } from './subscription.ts';
import { dueTimes } from './subscription.ts';

/** A subscription in force. Due times up to `since` are no longer, or were never, its own. */
export interface RunningSubscription extends ZonedSubscription {
  /** When it began, or its schedule was last changed; epoch milliseconds. */
  readonly since: number;
}

/** Rows are written for so many missed due times; more are counted in the oldest of them. */
const mostSkipped = 20;

/**
 * What has come due since a subscription was last looked at. The newest is to be sent, unless it is older than `grace` (ms): then, as for
 * all older ones, it was missed while no server ran, and is skipped.
 */
export function comeDue(
  subscription: RunningSubscription,
  { seen, now, grace }: { readonly seen: number | undefined; readonly now: number; readonly grace: number },
): readonly Delivery[] {
  const after = Math.max(subscription.since, seen ?? 0);
  const times = dueTimes(subscription, { after, until: now, most: mostSkipped + 1 });
  return times.flatMap((due, i) => {
    const isSent = i === 0 && now - due <= grace;
    const why =
      i === 0
        ? 'no server ran when it was due, and its grace time is over'
        : `no server ran when it was due; only the newest is sent${i === mostSkipped ? ', and earlier ones are not listed' : ''}`;
    return subscription.recipients.map((recipient): Delivery => ({
      subscription: subscription.name,
      due,
      recipient,
      test: false,
      state: isSent ? 'waiting' : 'skipped',
      attempts: 0,
      next: isSent ? now : 0,
      note: isSent ? '' : why,
      updated: now,
    }));
  });
}
