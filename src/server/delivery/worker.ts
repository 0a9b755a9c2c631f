import type { FastifyBaseLogger } from 'fastify';
import { createDeliveries } from '../../share/subscriptions/deliver.ts';
import type { Delivery } from '../../share/subscriptions/delivery.ts';
import { nextDue } from '../../share/subscriptions/subscription.ts';
import { toApiError } from '../errors.ts';
import type { LocalDelivering } from './local.ts';

/** How often the server looks at what is due, seconds: a report due at 7:00 leaves by half past the minute. */
export const lookEverySeconds = 20;

/** How the mailing of reports stands, for whoever watches the server. Times are ISO, UTC. */
export interface DeliveringState {
  readonly looks: number;
  readonly lastLook: string | null;
  /** Why the last look as a whole failed, and what to do; empty when it did not. */
  readonly error: string;
  readonly subscriptions: number;
  /** When one comes due next. */
  readonly next: string | null;
  /** Mails that are tried again later. */
  readonly waiting: number;
  /** Names of configured subscriptions that are not sent, since one made by command has the name. */
  readonly refused: readonly string[];
  /** Mails by what became of them, since the server started. */
  readonly sent: number;
  readonly failed: number;
  readonly unknown: number;
  readonly skipped: number;
}

export interface DeliveryWorker {
  /** Looks once at what is due. What fails is told and tried again: it ends nothing. */
  look(): Promise<void>;
  state(): DeliveringState;
}

export interface WorkerParts {
  readonly mailing: NonNullable<LocalDelivering['mailing']>;
  /** Brings the subscriptions of the configuration into the store. */
  readonly adoptConfigured: LocalDelivering['adoptConfigured'];
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly signal: AbortSignal;
}

export function createDeliveryWorker({ mailing, adoptConfigured, logger, signal }: WorkerParts): DeliveryWorker {
  const counts = { sent: 0, failed: 0, unknown: 0, skipped: 0 };
  let adopted = false;
  let refused: readonly string[] = [];
  let looks = 0;
  let lastLook: number | undefined;
  let error = '';
  let subscriptions = 0;
  let waiting = 0;
  let next: number | undefined;

  function tell(delivery: Delivery): void {
    const { subscription, recipient, state, attempts, note } = delivery;
    const about = { subscription, recipient, due: new Date(delivery.due).toISOString(), attempts };
    if (state === 'sent' || state === 'failed' || state === 'unknown' || state === 'skipped') counts[state]++;
    if (state === 'sent') logger.info(about, `report sent: ${note}`);
    else if (state === 'failed' || state === 'unknown') logger.error(about, `report not sent (${state}): ${note}`);
    else if (state === 'skipped' || (state === 'waiting' && attempts > 0))
      logger.warn(about, `report ${state}: ${note}`);
  }

  async function adopt(): Promise<void> {
    const found = await adoptConfigured();
    refused = found.refused;
    for (const name of refused)
      logger.warn(
        { subscription: name },
        'a subscription of the configuration is not sent: one made by command has its name. Rename it, or remove the other (license-analytics subscribe remove) and start again',
      );
    if (found.revokedLinks > 0)
      logger.info({ links: found.revokedLinks }, 'links mailed to those who no longer get the report are revoked');
  }

  const deliveries = createDeliveries({
    ...mailing,
    onChange: tell,
    sentenceOf: (failure) => {
      const { message, todo } = toApiError(failure);
      return `${message} ${todo}`.trim();
    },
    signal,
  });

  return {
    async look() {
      try {
        if (!adopted) await adopt();
        adopted = true;
        await deliveries.look();
        const [running, open] = [await mailing.subscriptions(), await mailing.rows.open()];
        subscriptions = running.length;
        waiting = open.length;
        const times = running.flatMap((one) => nextDue(one, mailing.now()) ?? []);
        next = times.length === 0 ? undefined : Math.min(...times);
        error = '';
      } catch (failure) {
        if (signal.aborted) return;
        const { message, todo } = toApiError(failure);
        error = `${message} ${todo}`.trim();
        logger.error({ err: failure }, 'looking at the subscriptions failed; the next look tries again');
      }
      looks++;
      lastLook = mailing.now();
    },

    state: () => ({
      looks,
      lastLook: isoOf(lastLook),
      error,
      subscriptions,
      next: isoOf(next),
      waiting,
      refused,
      ...counts,
    }),
  };
}

const isoOf = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
