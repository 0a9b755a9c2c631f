import type { Link } from '../../share/links/link.ts';
import { hashOfSecret, isSecret, linkExpiry, linkState, newLink } from '../../share/links/link.ts';
import type { MailedTo } from '../../share/links/mailed.ts';
import { mailedTo, makerOf } from '../../share/links/mailed.ts';
import { canPrint } from '../../share/outlets/chromium.ts';
import type { LinkFile, LinkQuery } from '../../share/links/opening.ts';
import { downloads, linkTime, tableAddress, timeChooser } from '../../share/links/opening.ts';
import type { Attachment, MakeAttachment, MakePage } from '../../share/subscriptions/report.ts';
import { html } from '../../share/render/html.ts';
import { reports } from '../../share/subscriptions/subscription.ts';
import type { LinkOpening, LinkOpenings } from '../../store/links.ts';
import type { Caller } from '../caller.ts';
import { ApiError } from '../errors.ts';
import { spans } from '../pages/head.ts';
import type { Delivering, LinkInfo, MadeLink } from './delivering.ts';
import { createLinkPages } from './link-pages.ts';
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
  readonly attachment: MakeAttachment;
  /** Throws 404 for an account of which nothing is known. */
  readonly requireAccount: (account: string) => Promise<void>;
  readonly now: () => number;
}

/** Who opens a link, and what for. */
export interface Opening {
  /** Already shortened. */
  readonly agent: string;
  readonly address: string;
  readonly query: LinkQuery;
  /** The report as a file in the place of the page. */
  readonly file: LinkFile | undefined;
  /** Title of the table that a CSV holds; left out: what was used of what was bought. */
  readonly table: string | undefined;
  /** A program asks whether there is something (HEAD): nothing is made for it, and it does not count as an opening. */
  readonly isLook: boolean;
}

export interface Links extends Pick<Delivering, 'createLink' | 'links' | 'revokeLink'> {
  /**
   * The page behind a secret, or the file in its place, for the range that its reader asks for; undefined for one that does not exist, is expired or revoked: its
   * reader is not told which. Only a page that is shown counts as an opening. Rejects with `QuestionError` for a range that cannot be shown.
   */
  readonly open: (secret: string, opening: Opening, signal: AbortSignal) => Promise<string | Attachment | undefined>;
  /** A link that the server makes by itself, and how to take it back. */
  make(
    given: Pick<Link, 'account' | 'showUsers' | 'purpose' | 'createdBy' | 'expires'>,
  ): Promise<MadeLink & { revoke(): Promise<void> }>;
  /** Revokes those in force that went out with mails to whom `isOver` names. Resolves with how many. */
  revokeMailed(isOver: (to: MailedTo) => boolean): Promise<number>;
}

const sees = ({ accounts }: Caller, account: string): boolean => accounts === 'all' || accounts.includes(account);

export function createLinks({ rows, settings, siteTimezone, page, attachment, requireAccount, now }: LinkParts): Links {
  const pages = createLinkPages<string | Attachment>(now, (content) =>
    typeof content === 'string' ? content.length : content.bytes.length,
  );
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

  async function inForce(secret: string): Promise<Link | undefined> {
    if (!isSecret(secret)) return undefined;
    const link = await rows.byHash(hashOfSecret(secret));
    return link === undefined || linkState(link, now()) !== 'open' ? undefined : link;
  }

  return {
    async createLink(given, { caller }) {
      const { account, showUsers = false, purpose = '' } = given;
      if (!sees(caller, account)) {
        throw new ApiError(
          403,
          'token_limited_to_accounts',
          `The token "${caller.name}" does not see the account "${account}", and so cannot give out a link to it.`,
          'Use a token that sees this account.',
        );
      }
      await requireAccount(account);
      const expires = linkExpiry(given.expires, now(), siteTimezone);
      const createdBy = makerOf(caller.name);
      const { secret, link } = newLink({ account, showUsers, purpose, createdBy, expires }, now());
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

    async open(secret, { agent, address, query, file, table, isLook }, signal) {
      const link = await inForce(secret);
      if (link === undefined) return undefined;
      const madeAt = now();
      const { range, ...time } = linkTime(query, siteTimezone, madeAt);
      if (isLook) return '';
      const { account, showUsers } = link;
      const request = { account, report: reports[0], range, timezone: time.timezone, showUsers, table, madeAt };
      const content = await pages.page(
        link.id,
        JSON.stringify([time.from, time.to, time.timezone, file, table]),
        async (whileWanted) => {
          if (file !== undefined) return attachment(file, request, whileWanted);
          const head = html`${timeChooser(spans, time)} ${downloads(time, await canPrint())}`;
          return page(request, { head, download: (panel) => tableAddress(panel, time) }, whileWanted);
        },
        signal,
      );
      // Making it takes its time: who has been shut out meanwhile is not let in.
      if ((await inForce(secret)) === undefined) return undefined;
      await rows.opened({ link: link.id, at: now(), agent, address: settings.logAddresses ? address : '' });
      return content;
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

    async revokeMailed(isOver) {
      const over = (await rows.list()).filter((link) => {
        const to = mailedTo(link);
        return to !== undefined && linkState(link, now()) === 'open' && isOver(to);
      });
      for (const link of over) await revoke(link);
      return over.length;
    },
  };
}

const neverOpened: LinkOpenings = { opened: 0, lastOpened: 0, lastAgent: '', lastAddress: '' };

const isoOf = (time: number): string => (time === 0 ? '' : new Date(time).toISOString());

function infoOf(link: Link & LinkOpenings, now: number): LinkInfo {
  const { id, account, showUsers, purpose, createdBy, opened, lastAgent, lastAddress } = link;
  return {
    id,
    account,
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
