import type { Link } from '../../share/links/link.ts';
import { hashOfSecret, isSecret, linkState, longestDays, newLink } from '../../share/links/link.ts';
import { periodsOf } from '../../share/subscriptions/range.ts';
import type { MakePage } from '../../share/subscriptions/report.ts';
import { reports } from '../../share/subscriptions/subscription.ts';
import type { LinkOpening, LinkOpenings } from '../../store/links.ts';
import { parseUntil } from '../../query/time.ts';
import type { Caller } from '../caller.ts';
import { ApiError } from '../errors.ts';
import type { Delivering, LinkInfo, MadeLink, NewLinkRequest } from './delivering.ts';
import type { DeliverySettings } from './settings.ts';

/** Where links are kept: the store implements it. */
export interface LinkRows {
  list(): Promise<readonly (Link & LinkOpenings)[]>;
  byHash(hash: string): Promise<Link | undefined>;
  /** Adds the link, or replaces the one with its id. */
  put(link: Link, now: number): Promise<void>;
  opened(opening: LinkOpening): Promise<void>;
}

export interface LinkParts {
  readonly rows: LinkRows;
  readonly settings: DeliverySettings['links'];
  readonly siteTimezone: string;
  readonly page: MakePage;
  /** Throws 404 for an account of which nothing is known. */
  readonly requireAccount: (account: string) => Promise<void>;
  readonly now: () => number;
}

/** Who opens a link. */
export interface Opener {
  /** Already shortened. */
  readonly agent: string;
  readonly address: string;
}

export interface Links extends Pick<Delivering, 'createLink' | 'links' | 'revokeLink'> {
  /**
   * The page behind a secret, for the range that its reader asks for; undefined for one that does not exist, is expired or revoked: its
   * reader is not told which.
   */
  readonly open: (
    secret: string,
    opener: Opener,
    range: { readonly from?: string | undefined; readonly to?: string | undefined },
    signal: AbortSignal,
  ) => Promise<string | undefined>;
  /** A link that the server makes by itself, and how to take it back. */
  make(
    given: Pick<Link, 'account' | 'report' | 'showUsers' | 'purpose' | 'createdBy' | 'expires'>,
  ): Promise<MadeLink & { revoke(): Promise<void> }>;
}

/** What a link shows when its reader asks for no other time: the customer dashboard's own. */
const shown = { from: 'now-30d', to: 'now' };

const day = 86_400_000;
const sees = ({ accounts }: Caller, account: string): boolean => accounts === 'all' || accounts.includes(account);

export function createLinks({ rows, settings, siteTimezone, page, requireAccount, now }: LinkParts): Links {
  const made = (secret: string): MadeLink => ({
    path: `/s/${secret}`,
    url: settings.baseUrl === undefined ? null : `${settings.baseUrl.replace(/\/+$/, '')}/s/${secret}`,
  });

  async function revoke(link: Link): Promise<Link> {
    const revoked = { ...link, revoked: now() };
    // Later than the row it replaces, also within the same millisecond.
    await rows.put(revoked, Math.max(now(), link.created + 1));
    return revoked;
  }

  return {
    async createLink(given, { caller }) {
      const { account, report = reports[0], showUsers = false, purpose = '' } = given;
      if (!sees(caller, account)) {
        throw new ApiError(
          403,
          'token_limited_to_accounts',
          `The token "${caller.name}" does not see the account "${account}", and so cannot give out a link to it.`,
          'Use a token that sees this account.',
        );
      }
      await requireAccount(account);
      const expires = expiryOf(given, now(), siteTimezone);
      const { secret, link } = newLink({ account, report, showUsers, purpose, createdBy: caller.name, expires }, now());
      await rows.put(link, now());
      return { ...infoOf({ ...link, ...neverOpened }, now()), ...made(secret) };
    },

    async links({ caller }) {
      const links = await rows.list();
      return links.filter(({ account }) => sees(caller, account)).map((link) => infoOf(link, now()));
    },

    async revokeLink(key, { caller }) {
      const found = (await rows.list()).find(
        ({ id, hash, account }) => (id === key || hash === key) && sees(caller, account),
      );
      if (found === undefined || found.revoked !== 0) {
        throw new ApiError(
          404,
          'link_not_found',
          `No link in force has the id "${key}".`,
          'See: license-analytics share list',
        );
      }
      return infoOf({ ...found, ...(await revoke(found)) }, now());
    },

    async open(secret, opener, { from = shown.from, to = shown.to }, signal) {
      if (!isSecret(secret)) return undefined;
      const link = await rows.byHash(hashOfSecret(secret));
      if (link === undefined || linkState(link, now()) !== 'open') return undefined;
      await rows.opened({
        link: link.id,
        at: now(),
        agent: opener.agent,
        address: settings.logAddresses ? opener.address : '',
      });
      const { current: range } = periodsOf({ range: { from, to }, timezone: siteTimezone }, now());
      const { account, showUsers } = link;
      return page({ account, report: reports[0], range, timezone: siteTimezone, showUsers }, signal);
    },

    async make(given) {
      const { secret, link } = newLink(given, now());
      await rows.put(link, now());
      return {
        ...made(secret),
        revoke: async () => {
          await revoke(link);
        },
      };
    },
  };
}

const neverOpened: LinkOpenings = { opened: 0, lastOpened: 0, lastAgent: '', lastAddress: '' };

/** Until when a new link is there, epoch milliseconds. Throws `ApiError` 400. */
function expiryOf({ expires }: NewLinkRequest, now: number, timezone: string): number {
  const until = parseUntil(expires, now, timezone);
  if (until <= now + longestDays * day) return until;
  throw new ApiError(
    400,
    'invalid_request',
    `expires: expected at most ${longestDays} days from now on, found "${expires}".`,
    'Correct it; a link can be made anew at any time.',
  );
}

const isoOf = (time: number): string => (time === 0 ? '' : new Date(time).toISOString());

function infoOf(link: Link & LinkOpenings, now: number): LinkInfo {
  const { id, account, report, showUsers, purpose, createdBy, opened, lastAgent, lastAddress } = link;
  return {
    id,
    account,
    report,
    showUsers,
    purpose,
    createdBy,
    created: isoOf(link.created),
    expires: isoOf(link.expires),
    revoked: isoOf(link.revoked),
    state: linkState(link, now),
    opened,
    lastOpened: isoOf(link.lastOpened),
    lastAgent,
    lastAddress,
  };
}
