/**
 * What became of one mail: one recipient, one due time. The states and who changes them:
 *
 * ```
 * waiting ──▶ making ──▶ sending ──▶ sent
 *    ▲           │          ├──▶ failed    refused for good, or given up after the last attempt
 *    └───────────┴──────────┤
 *                           └──▶ unknown   handed over, and no answer came (or the process died): never sent again
 * skipped                                  missed while no server ran
 * ```
 *
 * A mail is delivered **at most once**. `sending` is stored before the first byte of the message leaves, so whoever finds it after a
 * crash cannot know whether the mail went out; it is then `unknown` and left alone. A customer that gets the same report twice, perhaps with
 * other figures, doubts both; one that is missing is told by `subscribe log` and `doctor`, and `subscribe test` sends it by hand.
 */
export const deliveryStates = ['waiting', 'making', 'sending', 'sent', 'failed', 'unknown', 'skipped'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface Delivery {
  readonly subscription: string;
  /** When it was due, epoch milliseconds; for a test, when it was asked for. */
  readonly due: number;
  readonly recipient: string;
  /** Sent by hand (`subscribe test`). */
  readonly test: boolean;
  readonly state: DeliveryState;
  /** How often making and sending it has begun. */
  readonly attempts: number;
  /** `waiting`: not to be tried before; epoch milliseconds. */
  readonly next: number;
  /** What happened last, in words; empty when there is nothing to say. */
  readonly note: string;
  /** When this was written, epoch milliseconds: of two rows of one mail the later counts. */
  readonly updated: number;
}

/** Where deliveries are kept: the store implements it. */
export interface DeliveryRows {
  /** The newest due time that was taken note of, by subscription; tests left out. */
  newestDue(): Promise<ReadonlyMap<string, number>>;
  /** Those in a state that is not final. */
  open(): Promise<readonly Delivery[]>;
  /** Adds rows, or replaces those of the same subscription, due time, recipient and kind. All of them or none; resolves when they are stored. */
  put(rows: readonly Delivery[]): Promise<void>;
}

/** What the mail server said. `unknown`: the message was under way when the connection broke. */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly note: string }
  | { readonly kind: 'refused'; readonly note: string }
  | { readonly kind: 'postponed'; readonly note: string }
  | { readonly kind: 'unknown'; readonly note: string };

const minute = 60_000;
/** Pauses after an attempt that may succeed later; after the last of them it is given up. */
export const pauses: readonly number[] = [1, 5, 15, 60, 180, 360].map((minutes) => minutes * minute);

/** The same mail in another state. Its row counts over the earlier one also when the clock has gone back. */
export function changed(delivery: Delivery, change: Partial<Delivery>, now: number): Delivery {
  return { ...delivery, ...change, updated: Math.max(now, delivery.updated + 1) };
}

/** After an attempt that failed for now: try again after a pause, or give up. */
export function postponed(delivery: Delivery, note: string, now: number): Delivery {
  const pause = pauses[delivery.attempts - 1];
  if (pause === undefined)
    return changed(delivery, { state: 'failed', note: `given up after ${delivery.attempts} attempts: ${note}` }, now);
  return changed(delivery, { state: 'waiting', next: now + pause, note }, now);
}

/** After the mail server has answered, or has not. */
export function answered(delivery: Delivery, { kind, note }: SendOutcome, now: number): Delivery {
  if (kind === 'postponed') return postponed(delivery, note, now);
  return changed(delivery, { state: kind === 'refused' ? 'failed' : kind, note }, now);
}

/** What a process that starts makes of what another left behind. */
export function recovered(delivery: Delivery, now: number): Delivery {
  if (delivery.state === 'making') return postponed(delivery, 'the server ended while the report was made', now);
  if (delivery.state !== 'sending') return delivery;
  const note = 'the server ended while the mail was handed over: it may have been sent, and is not sent again';
  return changed(delivery, { state: 'unknown', note }, now);
}
