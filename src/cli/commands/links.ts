import type { Command } from 'commander';
import { owner } from '../../server/caller.ts';
import type { LinkInfo } from '../../server/delivery/delivering.ts';
import type { Service } from '../../server/service.ts';
import { hashOfSecret, isSecret, linkExpiry } from '../../share/links/link.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import { asOption } from '../options.ts';
import type { AnswerRow } from '../rows.ts';
import { onlyAccount } from '../share/report.ts';

/** Adds `share link` to the command `share`. */
export function linkCommand(share: Command, io: Io): void {
  withPlace(share.command('link'))
    .description("give out an address that shows one account's page to whoever has it")
    .option('--account <account>', 'the account that it shows (default: the only one there is)')
    .option('--expires <time>', 'how long it is there (12h, 30d, 8w, 3M), or until when', '30d')
    .option('--for <text>', 'what it is for, for the list of links')
    .option('--show-users', 'show names of users and hosts; else pseudonyms')
    .action(
      async (options: PlaceOptions & { account?: string; expires: string; for?: string; showUsers?: boolean }) => {
        await withService(options, io, async (service, { config }) => {
          asOption(() => linkExpiry(options.expires, Date.now(), config.siteTimezone));
          const { expires, showUsers, for: purpose } = options;
          const account = options.account ?? (await onlyAccount(service));
          const made = await service.createLink({ account, expires, purpose, showUsers }, { caller: owner });
          // Whoever names a running server knows one address of it, if not the one that readers need.
          const address = made.url ?? (options.api === undefined ? undefined : new URL(made.path, options.api).href);
          io.err(
            `Link to "${account}" until ${made.expires}. Keep it: it is not shown again.\n` +
              `Revoke it with: license-analytics share revoke ${made.id}\n` +
              (made.url !== null
                ? ''
                : address === undefined
                  ? 'Put the address of your server in front of it, or set links.baseUrl.\n'
                  : 'If readers reach your server at another address, put that in front of it, or set links.baseUrl.\n'),
          );
          io.out(`${address ?? made.path}\n`);
        });
      },
    );
}

/** The links given out, as rows of `share list`. Their key is the id: the secret is known to nobody but those who have the link. */
export async function sharedLinks(service: Pick<Service, 'links'>): Promise<readonly AnswerRow[]> {
  return (await service.links({ caller: owner })).map((link) => ({
    account: link.account,
    kind: link.state === 'open' ? 'link' : `link, ${link.state}`,
    created: link.created,
    expires: link.expires,
    for: link.purpose,
    by: link.createdBy,
    users: link.showUsers ? 'named' : 'numbered',
    opened: String(link.opened),
    lastOpened: link.lastOpened,
    lastAgent: link.lastAgent,
    lastAddress: link.lastAddress,
    key: link.id,
  }));
}

/**
 * By what a link is revoked: its id, or its address, of which only the hash leaves this program. Undefined for keys of Grafana, which
 * are neither UUIDs nor 256 bits long.
 */
export function linkKeyOf(key: string): string | undefined {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)) return key;
  return isSecret(key) ? hashOfSecret(key) : undefined;
}

/** For `share revoke`. Rejects with `ApiError` code `link_not_found` when no link in force has that id or hash. */
export const revokeLink = (service: Pick<Service, 'revokeLink'>, key: string): Promise<LinkInfo> =>
  service.revokeLink(key, { caller: owner });
