import { configSchema } from '../../config/schema.ts';
import type { DeliveryParts } from '../../share/subscriptions/deliver.ts';
import type { AskAccount } from '../../share/subscriptions/report.ts';
import type { Connection } from '../../store/connection.ts';
import { newestDue, openDeliveries, putDeliveries, readDeliveries } from '../../store/deliveries.ts';
import { linkByHash, putLink, putLinkOpening, readLinks } from '../../store/links.ts';
import { putSubscription, readSubscriptions } from '../../store/subscriptions.ts';
import { askUnder } from '../ask-under.ts';
import type { Caller } from '../caller.ts';
import { ApiError } from '../errors.ts';
import type { AccountSource } from '../known-account.ts';
import { requireAccount } from '../known-account.ts';
import type { Service } from '../service.ts';
import type { Delivering } from './delivering.ts';
import type { LinkRows, Links } from './links.ts';
import { createLinks } from './links.ts';
import type { MadeReport } from './mailing.ts';
import { createMailing } from './mailing.ts';
import { createReports } from './reports.ts';
import type { DeliverySettings } from './settings.ts';
import { deliverySettings } from './settings.ts';
import type { DeliveryLog, SubscriptionRows, Subscriptions } from './subscriptions.ts';
import { createSubscriptions } from './subscriptions.ts';

/** Links and subscriptions on a store of this process, with what only the server needs of them. */
export interface LocalDelivering extends Delivering {
  readonly openLink: Links['open'];
  readonly adoptConfigured: Subscriptions['adoptConfigured'];
  /** What the server's own mailing works with; undefined where no mails are sent. */
  readonly mailing:
    Pick<DeliveryParts<MadeReport>, 'rows' | 'subscriptions' | 'make' | 'send' | 'grace' | 'now'> | undefined;
}

export interface LocalDeliveringParts {
  readonly linkRows: LinkRows;
  readonly subscriptionRows: SubscriptionRows;
  readonly deliveryLog: DeliveryLog;
  readonly ask: Service['ask'];
  /** Which accounts are known. */
  readonly accounts: AccountSource;
  readonly settings: DeliverySettings;
  readonly siteTimezone: string;
  readonly now: () => number;
}

export const defaultDelivery: DeliverySettings = deliverySettings(configSchema.parse({}), undefined);

export function storeRows(
  connection: Connection,
): Pick<LocalDeliveringParts, 'linkRows' | 'subscriptionRows' | 'deliveryLog'> {
  return {
    linkRows: {
      list: () => readLinks(connection),
      byHash: (hash) => linkByHash(connection, hash),
      put: (link, now) => putLink(connection, link, now),
      opened: (opening) => putLinkOpening(connection, opening),
    },
    subscriptionRows: {
      list: () => readSubscriptions(connection),
      put: (row) => putSubscription(connection, row),
    },
    deliveryLog: {
      newestDue: () => newestDue(connection),
      open: () => openDeliveries(connection),
      put: (rows) => putDeliveries(connection, rows),
      read: (filter) => readDeliveries(connection, filter),
    },
  };
}

export function createLocalDelivering(parts: LocalDeliveringParts): LocalDelivering {
  const { settings, siteTimezone, now } = parts;
  const ask = askAccountOf(parts.ask);
  const { branding } = settings;
  const reports = createReports({
    askAs: (account, signal) =>
      askUnder({ ask: parts.ask }, { caller: readerOf(account), ...(signal !== undefined && { signal }) }),
    siteTimezone,
    branding,
  });
  const requireAccountOf = (account: string): Promise<void> =>
    requireAccount(parts.accounts, account, { caller: readerOf(account) });
  const links = createLinks({
    rows: parts.linkRows,
    settings: settings.links,
    siteTimezone,
    page: reports.page,
    attachment: reports.attachment,
    requireAccount: requireAccountOf,
    now,
  });
  const mailing =
    settings.mail === undefined
      ? undefined
      : createMailing({
          mail: settings.mail,
          ask,
          requireAccount: requireAccountOf,
          siteTimezone,
          branding,
          attachment: reports.attachment,
          links,
          linkDays: settings.links.days,
          now,
        });
  const subscriptions = createSubscriptions({
    rows: parts.subscriptionRows,
    log: parts.deliveryLog,
    settings,
    siteTimezone,
    mailing,
    links,
    requireAccount: requireAccountOf,
    now,
  });
  return {
    createLink: links.createLink,
    links: links.links,
    revokeLink: links.revokeLink,
    openLink: links.open,
    addSubscription: subscriptions.addSubscription,
    subscriptions: subscriptions.subscriptions,
    removeSubscription: subscriptions.removeSubscription,
    testSubscription: subscriptions.testSubscription,
    deliveries: subscriptions.deliveries,
    adoptConfigured: subscriptions.adoptConfigured,
    mailing:
      mailing === undefined || settings.mail === undefined
        ? undefined
        : {
            rows: parts.deliveryLog,
            subscriptions: subscriptions.running,
            make: mailing.make,
            send: mailing.send,
            grace: settings.mail.grace,
            now,
          },
  };
}

/** Somebody who sees that one account and nothing else. */
const readerOf = (account: string): Caller => ({ name: `report for ${account}`, level: 'read', accounts: [account] });

const askAccountOf =
  (ask: Service['ask']): AskAccount =>
  async (account, questions, range) => {
    const queries = Object.entries(questions).map(([refId, question]) => ({ ...question, refId }));
    const { results } = await ask({ ...range, queries }, { caller: readerOf(account) });
    return Object.fromEntries(
      Object.entries(results).map(([name, part]) => {
        if (!('frames' in part)) throw new ApiError(part.status, part.code, part.error, '');
        return [name, part.frames] as const;
      }),
    );
  };
