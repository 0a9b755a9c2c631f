import type { Delivery } from '../../share/subscriptions/delivery.ts';
import type { LinkState } from '../../share/links/link.ts';
import type { Subscription, ZonedSubscription } from '../../share/subscriptions/subscription.ts';
import type { Context } from '../service.ts';

/** Links and subscriptions, as part of the service. */
export interface Delivering {
  /** Makes an address that shows one account, which the caller must be allowed to see. Its secret is in the answer, and nowhere else. */
  createLink(given: NewLinkRequest, context: Context): Promise<LinkInfo & MadeLink>;
  /** Those of accounts that the caller sees, expired and revoked ones too. */
  links(context: Context): Promise<readonly LinkInfo[]>;
  /** By its id, or the hash of its secret. Rejects with `ApiError` `link_not_found` when no link in force has it. */
  revokeLink(key: string, context: Context): Promise<LinkInfo>;
  addSubscription(given: Subscription, context: Context): Promise<SubscriptionInfo>;
  subscriptions(context: Context): Promise<readonly SubscriptionInfo[]>;
  /** Its mailed links lead nowhere from then on. */
  removeSubscription(name: string, context: Context): Promise<RemovedSubscription>;
  /** Makes and sends the report now, to that address only. */
  testSubscription(name: string, to: string, context: Context): Promise<DeliveryInfo>;
  /** What was sent, newest first. */
  deliveries(filter: DeliveryFilter, context: Context): Promise<readonly DeliveryInfo[]>;
}

export interface NewLinkRequest {
  readonly account: string;
  /** How long it is there (`12h`, `30d`, `8w`, `3M`), or until when (ISO). */
  readonly expires: string;
  readonly showUsers?: boolean | undefined;
  /** What it is for, for the list of links. */
  readonly purpose?: string | undefined;
}

export interface MadeLink {
  /** `/s/SECRET`, on whatever address the server has. */
  readonly path: string;
  /** With `links.baseUrl` of the configuration in front; null without one. */
  readonly url: string | null;
}

/** Times are ISO, UTC; empty for what has not happened. */
export interface LinkInfo {
  readonly id: string;
  readonly account: string;
  readonly showUsers: boolean;
  readonly purpose: string;
  readonly createdBy: string;
  readonly created: string;
  readonly expires: string;
  readonly revoked: string;
  readonly state: LinkState;
  readonly opened: number;
  readonly lastOpened: string;
  readonly lastAgent: string;
  readonly lastAddress: string;
}

export interface SubscriptionInfo extends ZonedSubscription {
  readonly origin: 'command' | 'configuration';
  /** Whether whoever answers has a mail server to send it by. */
  readonly isMailed: boolean;
  /** ISO, UTC: when it comes due next. */
  readonly next: string;
}

export interface RemovedSubscription extends SubscriptionInfo {
  /** How many links that it had mailed were in force until now. */
  readonly revokedLinks: number;
}

export interface DeliveryFilter {
  readonly subscription?: string | undefined;
  readonly limit: number;
}

export interface DeliveryInfo extends Pick<
  Delivery,
  'subscription' | 'recipient' | 'test' | 'state' | 'attempts' | 'note'
> {
  /** ISO, UTC. */
  readonly due: string;
  /** When it is tried again; empty when it is not. */
  readonly next: string;
  readonly updated: string;
}
