import type { Command } from 'commander';
import { owner } from '../../server/caller.ts';
import type { LinkInfo } from '../../server/delivery/delivering.ts';
import type { Service } from '../../server/service.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import type { AnswerTable } from '../rows.ts';
import { text } from '../section.ts';

/** Adds `share link` to the command `share`. */
export function linkCommand(share: Command, io: Io): void {
  withPlace(share.command('link'))
    .description("give out an address that shows one account's page to whoever has it")
    .requiredOption('--account <account>', 'the account that it shows')
    .option('--expires <time>', 'how long it is there (12h, 30d, 8w, 3M), or until when', '30d')
    .option('--for <text>', 'what it is for, for the list of links')
    .option('--show-users', 'show names of users and hosts; else pseudonyms')
    .action(async (options: PlaceOptions & { account: string; expires: string; for?: string; showUsers?: boolean }) => {
      await withService(options, io, async (service) => {
        const { account, expires, showUsers, for: purpose } = options;
        const made = await service.createLink({ account, expires, purpose, showUsers }, { caller: owner });
        io.err(
          `Link to "${account}" until ${made.expires}. Keep it: it is not shown again.\n` +
            `Revoke it with: license-analytics share revoke ${made.id}\n` +
            (made.url === null ? 'Put the address of your server in front of it, or set links.baseUrl.\n' : ''),
        );
        io.out(`${made.url ?? made.path}\n`);
      });
    });
}

/** The links given out, for `share list`. */
export async function linkTable(service: Pick<Service, 'links'>): Promise<AnswerTable> {
  const links = await service.links({ caller: owner });
  const keys = [
    'account',
    'state',
    'expires',
    'opened',
    'lastOpened',
    'lastAgent',
    'purpose',
    'createdBy',
    'id',
  ] as const;
  return {
    columns: keys.map((key) => (key === 'opened' ? { ...text(key, key), type: 'number' as const } : text(key, key))),
    rows: links.map((link) => Object.fromEntries(keys.map((key) => [key, link[key]]))),
  };
}

/** For `share revoke`. Rejects with `ApiError` code `link_not_found` when no link in force has that id. */
export const revokeLink = (service: Pick<Service, 'revokeLink'>, id: string): Promise<LinkInfo> =>
  service.revokeLink(id, { caller: owner });
