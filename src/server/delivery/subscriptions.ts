import { isTooLong, mostDaysShown } from '../../share/links/opening.ts';
import type { Delivery, DeliveryRows } from '../../share/subscriptions/delivery.ts';
import { answered } from '../../share/subscriptions/delivery.ts';
import type { RunningSubscription } from '../../share/subscriptions/plan.ts';
import { periodsOf } from '../../share/subscriptions/range.ts';
import type { Subscription, ZonedSubscription } from '../../share/subscriptions/subscription.ts';
import { dueTimes, mailAddress, nextDue, subscriptionSchema } from '../../share/subscriptions/subscription.ts';
import type { SubscriptionRow } from '../../store/subscriptions.ts';
import { requireAllAccounts } from '../caller.ts';
import { ApiError } from '../errors.ts';
import type { Delivering, DeliveryFilter, DeliveryInfo, SubscriptionInfo } from './delivering.ts';
import type { Links } from './links.ts';
import type { Mailing } from './mailing.ts';
import type { DeliverySettings } from './settings.ts';

/** Where subscriptions are kept: the store implements it. */
export interface SubscriptionRows {
  /** Removed ones too. */
  list(): Promise<readonly SubscriptionRow[]>;
  /** Adds it, or replaces the one of its name. */
  put(row: SubscriptionRow): Promise<void>;
}

/** The log of what was sent, besides what is under way. */
export interface DeliveryLog extends DeliveryRows {
  read(filter: DeliveryFilter): Promise<readonly Delivery[]>;
}

export interface SubscriptionParts {
  readonly rows: SubscriptionRows;
  readonly log: DeliveryLog;
  readonly settings: DeliverySettings;
  readonly siteTimezone: string;
  /** Absent where no mails are sent. */
  readonly mailing: Mailing | undefined;
  readonly requireAccount: (account: string) => Promise<void>;
  readonly links: Pick<Links, 'revokeMailed'>;
  readonly now: () => number;
}

/** What became of the subscriptions of the configuration. */
export interface Adopted {
  /** Names that another has which was made by command: that one goes on, and the one of the file is not sent. */
  readonly refused: readonly string[];
  /** How many mailed links of subscriptions and recipients that are gone were revoked. */
  readonly revokedLinks: number;
}

export interface Subscriptions extends Pick<
  Delivering,
  'addSubscription' | 'subscriptions' | 'removeSubscription' | 'testSubscription' | 'deliveries'
> {
  /** Those in force. */
  readonly running: () => Promise<readonly RunningSubscription[]>;
  /**
   * From now on the store has the subscriptions of the configuration, and none that it no longer has; links that those had mailed are
   * revoked. One of the configuration whose name was given to another by command is left out.
   */
  readonly adoptConfigured: () => Promise<Adopted>;
}

const what = 'A subscription';

export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { rows, log, settings, siteTimezone, now } = parts;

  const zoned = (given: Subscription): ZonedSubscription => ({ ...given, timezone: given.timezone ?? siteTimezone });
  const definitionOf = ({ definition }: SubscriptionRow): Subscription =>
    subscriptionSchema.parse(JSON.parse(definition));
  const read = (row: SubscriptionRow): RunningSubscription => ({ ...zoned(definitionOf(row)), since: row.since });
  const inForce = async (): Promise<readonly SubscriptionRow[]> =>
    (await rows.list()).filter(({ removed }) => removed === 0);
  const infoOf = (row: SubscriptionRow): SubscriptionInfo => {
    const subscription = zoned(definitionOf(row));
    const next = nextDue(subscription, now());
    return {
      ...subscription,
      origin: row.origin,
      next: next === undefined ? '' : new Date(next).toISOString(),
      isMailed: parts.mailing !== undefined,
    };
  };

  /** A row that counts over `before`, also when the clock has gone back. */
  const rowOf = (given: Subscription, origin: SubscriptionRow['origin'], before?: SubscriptionRow): SubscriptionRow => {
    const goesOn = before !== undefined && before.removed === 0 && isSameSchedule(read(before), zoned(given));
    return {
      name: given.name,
      origin,
      definition: JSON.stringify(given),
      // A new schedule must not make up for what it would have sent in the past.
      since: goesOn ? before.since : now(),
      removed: 0,
      updated: Math.max(now(), (before?.updated ?? 0) + 1),
    };
  };

  async function named(name: string): Promise<SubscriptionRow> {
    const found = (await inForce()).find((row) => row.name === name);
    if (found !== undefined) return found;
    throw new ApiError(
      404,
      'subscription_not_found',
      `There is no subscription "${name}".`,
      'See: license-analytics subscribe list',
    );
  }

  function requireMailing(): Mailing {
    if (parts.mailing !== undefined) return parts.mailing;
    throw new ApiError(
      409,
      'mail_not_configured',
      'No mail server is configured here, so nothing can be sent.',
      'Say how in the configuration: mail: { smtp: smtp://user@mail.example.com, from: reports@example.com }',
    );
  }

  return {
    running: async () => (await inForce()).map(read),

    async adoptConfigured() {
      const known = new Map((await inForce()).map((row) => [row.name, row]));
      const removed = (await rows.list()).filter((row) => row.removed !== 0);
      const refused: string[] = [];
      /** Who got links of a subscription that goes on, and is no longer among its recipients. */
      const dropped = new Map<string, readonly string[]>();
      for (const given of settings.subscriptions) {
        const before = known.get(given.name);
        if (before?.origin === 'command') {
          refused.push(given.name);
          continue;
        }
        const row = rowOf(given, 'configuration', before ?? removed.find(({ name }) => name === given.name));
        if (before?.definition === row.definition) continue;
        if (before !== undefined) {
          const gone = definitionOf(before).recipients.filter((one) => !given.recipients.includes(one));
          dropped.set(given.name, gone);
        }
        await rows.put(row);
      }
      const names = new Set(settings.subscriptions.map(({ name }) => name));
      for (const row of known.values()) {
        if (row.origin !== 'configuration' || names.has(row.name)) continue;
        await rows.put({ ...row, removed: now(), updated: Math.max(now(), row.updated + 1) });
      }
      // Also what an earlier start removed, and did not get to revoke.
      const running = new Set((await inForce()).map(({ name }) => name));
      const revokedLinks = await parts.links.revokeMailed(
        ({ subscription, recipient }) =>
          !running.has(subscription) || (dropped.get(subscription) ?? []).includes(recipient),
      );
      return { refused, revokedLinks };
    },

    async addSubscription(given, { caller }) {
      requireAllAccounts(caller, what);
      if (given.outlets.includes('link') && settings.links.baseUrl === undefined) {
        throw new ApiError(
          409,
          'base_url_not_configured',
          'A mail with a link needs to know under which address links lead here.',
          'Say it in the configuration: links: { baseUrl: https://licenses.example.com }',
        );
      }
      refuseLongLink(given, zoned(given), now());
      const before = (await rows.list()).find((row) => row.name === given.name);
      const isConfigured = settings.subscriptions.some(({ name }) => name === given.name);
      if (before?.removed === 0 || isConfigured) {
        throw new ApiError(
          409,
          'subscription_exists',
          `There is a subscription named "${given.name}" already${isConfigured ? ', in the configuration file' : ''}.`,
          'Choose another name, or remove that one.',
        );
      }
      await parts.requireAccount(given.account);
      const row = rowOf(given, 'command', before);
      await rows.put(row);
      return infoOf(row);
    },

    async subscriptions({ caller }) {
      requireAllAccounts(caller, 'The list of subscriptions');
      return (await inForce()).map(infoOf);
    },

    async removeSubscription(name, { caller }) {
      requireAllAccounts(caller, what);
      const found = await named(name);
      if (found.origin === 'configuration') {
        throw new ApiError(
          409,
          'subscription_configured',
          `The subscription "${name}" stands in the configuration file.`,
          'Take it out there and start the server again.',
        );
      }
      await rows.put({ ...found, removed: now(), updated: Math.max(now(), found.updated + 1) });
      const revokedLinks = await parts.links.revokeMailed(({ subscription }) => subscription === name);
      return { ...infoOf(found), revokedLinks };
    },

    async testSubscription(name, to, { caller, signal }) {
      requireAllAccounts(caller, what);
      if (!mailAddress.safeParse(to).success) {
        throw new ApiError(
          400,
          'invalid_request',
          `to: expected one mail address, found "${to}".`,
          'Such as ana@acme.example.',
        );
      }
      const mailing = requireMailing();
      const subscription = read(await named(name));
      // The report that was due last, else the one that would be due now.
      const [due = now()] = dueTimes(subscription, { after: 0, until: now(), most: 1 });
      const report = await mailing.make(subscription, due, signal);
      const begun: Delivery = {
        subscription: name,
        due: now(),
        recipient: to,
        test: true,
        state: 'sending',
        attempts: 1,
        next: 0,
        note: '',
        updated: now(),
      };
      const outcome = await mailing.send(subscription, report, begun);
      // A person waits for the answer and can ask again: a test is tried once.
      const kind = outcome.kind === 'postponed' ? 'refused' : outcome.kind;
      const done = answered(begun, { ...outcome, kind }, now());
      await log.put([done]);
      return deliveryInfo(done);
    },

    async deliveries(filter, { caller }) {
      requireAllAccounts(caller, 'The log of mails');
      return (await log.read(filter)).map(deliveryInfo);
    },
  };
}

/** A mailed link shows no longer time than any other. Throws `ApiError` 400. */
function refuseLongLink({ outlets }: Subscription, zoned: ZonedSubscription, now: number): void {
  if (!outlets.includes('link') || !isTooLong(periodsOf(zoned, now).current)) return;
  throw new ApiError(
    400,
    'invalid_request',
    `range: expected at most ${mostDaysShown} days where a link is mailed, found more.`,
    'Choose a shorter range, or outlets without link.',
  );
}

const isSameSchedule = (a: ZonedSubscription, b: ZonedSubscription): boolean =>
  a.schedule === b.schedule && a.timezone === b.timezone;

export function deliveryInfo(delivery: Delivery): DeliveryInfo {
  const { subscription, recipient, test, state, attempts, note, due, next, updated } = delivery;
  return {
    subscription,
    recipient,
    test,
    state,
    attempts,
    note,
    due: new Date(due).toISOString(),
    next: state === 'waiting' ? new Date(next).toISOString() : '',
    updated: new Date(updated).toISOString(),
  };
}
