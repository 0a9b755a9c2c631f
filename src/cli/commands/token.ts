import type { Command } from 'commander';
import { Option } from 'commander';
import { owner, tokenLevels } from '../../server/caller.ts';
import type { TokenLevel } from '../../server/caller.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { listOf } from '../list.ts';

const examples = `
Examples:
  $ license-analytics token create --name grafana --scope read
  $ license-analytics token create --name acme --scope read --accounts acme,acme-labs
  $ license-analytics token list
  $ license-analytics token revoke grafana

A token is sent as "Authorization: Bearer TOKEN", or as the password of HTTP Basic.
As soon as there is one, the server answers nobody without.
`;

export function tokenCommand(program: Command, io: Io): void {
  const token = program.command('token').description('who may ask the server').addHelpText('afterAll', examples);

  withPlace(token.command('create'))
    .description('create a token; it is shown this one time')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--scope <scope>', 'what it allows').choices(tokenLevels).default('read'))
    .option('--accounts <list>', 'accounts it is limited to, separated by commas (default: all)')
    .action(async (options: PlaceOptions & { name: string; scope: TokenLevel; accounts?: string }) => {
      await withService(
        options,
        io,
        async (service) => {
          const accounts = options.accounts === undefined ? [] : listOf('--accounts', options.accounts);
          const created = await service.createToken(
            { name: options.name, scope: options.scope, accounts },
            { caller: owner },
          );
          const limit = created.accounts.length === 0 ? 'all accounts' : created.accounts.join(', ');
          io.err(`Token "${created.name}" (${created.scope}, ${limit}). Keep it: it is not shown again.\n`);
          io.out(`${created.token}\n`);
        },
        { store: 'new' },
      );
    });

  withPlace(token.command('list'))
    .description('list tokens, without their secrets')
    .addOption(new Option('--format <format>', 'how the list is written').choices(outputFormats).default('table'))
    .action(async (options: PlaceOptions & { format: OutputFormat }) => {
      await withService(options, io, async (service) => {
        const rows = (await service.tokens({ caller: owner })).map((row) => ({
          ...row,
          accounts: row.accounts.length === 0 ? 'all' : row.accounts.join(', '),
        }));
        const columns = ['name', 'scope', 'accounts', 'created', 'revoked', 'id'] as const;
        io.out(
          formatAnswer(
            { columns: columns.map((key) => ({ key, title: key, type: 'string', unit: '' })), rows },
            options.format,
          ),
        );
      });
    });

  withPlace(token.command('revoke'))
    .description('revoke a token: it is refused from now on')
    .argument('<name-or-id>')
    .action(async (nameOrId: string, options: PlaceOptions) => {
      await withService(options, io, async (service) => {
        const revoked = await service.revokeToken(nameOrId, { caller: owner });
        io.err(`Token "${revoked.name}" is revoked.\n`);
      });
    });
}
