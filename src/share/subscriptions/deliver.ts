import type { Delivery, DeliveryRows, SendOutcome } from './delivery.ts';
import { answered, changed, postponed, recovered } from './delivery.ts';
import type { RunningSubscription } from './plan.ts';
import { comeDue } from './plan.ts';

/** What deliveries are made of. Everything that takes time or talks to somebody comes from outside. */
export interface DeliveryParts<Report> {
  readonly rows: DeliveryRows;
  readonly subscriptions: () => Promise<readonly RunningSubscription[]>;
  /** Makes the report that is due, once for all recipients. Rejects when it cannot be made now. */
  readonly make: (subscription: RunningSubscription, due: number) => Promise<Report>;
  /** Sends it to one recipient. Whatever the mail server does is an outcome, not a rejection. */
  readonly send: (subscription: RunningSubscription, report: Report, delivery: Delivery) => Promise<SendOutcome>;
  readonly now: () => number;
  /** How late a report may still be sent, ms. */
  readonly grace: number;
  /** Told of every change of a delivery, for the log. */
  readonly onChange: (delivery: Delivery) => void;
  /** Why a report could not be made, as a sentence. */
  readonly sentenceOf: (error: unknown) => string;
  /** Nothing new is begun after it. */
  readonly signal?: AbortSignal;
}

export interface Deliveries {
  /**
   * Looks once at what is due and sends it. One look at a time. What a look cannot store it stores at the next one, before anything else.
   * Rejects when the store fails.
   */
  look(): Promise<void>;
}

export function createDeliveries<Report>(parts: DeliveryParts<Report>): Deliveries {
  const { rows, now, signal } = parts;
  /** Outcomes that the store did not take: without them a mail that was sent would look as if nobody knew. */
  let unstored: readonly Delivery[] = [];

  async function store(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await rows.put(deliveries);
    for (const delivery of deliveries) parts.onChange(delivery);
  }

  /** What has happened cannot be undone: it is kept until the store takes it. */
  async function storeOutcome(deliveries: readonly Delivery[]): Promise<void> {
    unstored = [...unstored, ...deliveries];
    await storeUnstored();
  }

  async function storeUnstored(): Promise<void> {
    const waiting = unstored;
    await store(waiting);
    unstored = unstored.slice(waiting.length);
  }

  async function deliver(subscription: RunningSubscription, due: readonly Delivery[]): Promise<void> {
    const making = due.map((one) => changed(one, { state: 'making', attempts: one.attempts + 1 }, now()));
    await store(making);
    let report: Report;
    try {
      report = await parts.make(subscription, making[0]!.due);
    } catch (error) {
      const note = `the report could not be made: ${parts.sentenceOf(error)}`;
      await storeOutcome(making.map((one) => (isOver(signal) ? putBack(one) : postponed(one, note, now()))));
      return;
    }
    for (const [i, one] of making.entries()) {
      if (isOver(signal)) {
        await storeOutcome(making.slice(i).map(putBack));
        return;
      }
      // From here on nobody may send it again: see `Delivery`.
      const sending = changed(one, { state: 'sending' }, now());
      await store([sending]);
      await storeOutcome([answered(sending, await parts.send(subscription, report, sending), now())]);
    }
  }

  /** The server is ending: this attempt does not count. */
  const putBack = (one: Delivery): Delivery =>
    changed(one, { state: 'waiting', attempts: one.attempts - 1, next: now() }, now());

  return {
    async look() {
      await storeUnstored();
      const subscriptions = new Map((await parts.subscriptions()).map((one) => [one.name, one]));
      const [open, seen] = [await rows.open(), await rows.newestDue()];
      // No look is under way, so whatever is not waiting was left behind by a process that died.
      const left = open.map((one) => recovered(one, now()));
      const gone = left.map((one) => {
        const wanted = subscriptions.get(one.subscription)?.recipients.includes(one.recipient) ?? false;
        return one.state !== 'waiting' || wanted
          ? one
          : changed(
              one,
              { state: 'skipped', note: 'the subscription was removed, or no longer has this recipient' },
              now(),
            );
      });
      const fresh = [...subscriptions.values()].flatMap((one) =>
        comeDue(one, { seen: seen.get(one.name), now: now(), grace: parts.grace }),
      );
      await store([...gone.filter((one, i) => one !== open[i]), ...fresh]);
      const ready = [...gone, ...fresh].filter((one) => one.state === 'waiting' && one.next <= now());
      for (const together of groups(ready)) {
        const subscription = subscriptions.get(together[0]!.subscription);
        if (subscription !== undefined && !isOver(signal)) await deliver(subscription, together);
      }
    },
  };
}

/** Mails of one report. */
function groups(deliveries: readonly Delivery[]): readonly (readonly Delivery[])[] {
  const found = new Map<string, Delivery[]>();
  for (const one of deliveries) {
    const key = `${one.due} ${one.subscription}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [one]);
    else known.push(one);
  }
  return [...found.values()];
}

const isOver = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
