import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { owner } from '../../server/caller.ts';
import type { EntitlementDocument, Service } from '../../server/service.ts';
import { alwaysStart, permanentEnd } from '../../store/entitlements.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { loadedText, textOf } from './accounts.ts';

const examples = `
Examples:
  $ license-analytics entitlements load bought.csv
  $ license-analytics entitlements load license.dat --account acme --server lic-01
  $ license-analytics entitlements list

A CSV has the columns account, product, package, feature, version, model, quantity, overdraft, start, end, server, period;
only feature and quantity are needed. A FlexNet license file is read as it is. A later load of the same file replaces its rows.
`;

interface Defaults {
  readonly account?: string | undefined;
  readonly server?: string | undefined;
}

export function entitlementsCommand(program: Command, io: Io): void {
  const entitlements = program.command('entitlements').description('what was bought').addHelpText('afterAll', examples);

  withPlace(entitlements.command('load'))
    .description('load a CSV or a FlexNet license file')
    .argument('<file>')
    .option('--account <name>', 'account of rows that name none, as in license files')
    .option('--server <name>', 'license server of rows that name none')
    .action(async (file: string, options: PlaceOptions & Defaults) => {
      const document = await entitlementsOf(file, options);
      await withService(options, io, (service) => loadEntitlements(service, document, io), {
        store: 'new',
        check: async () => (await import('../../server/given.ts')).entitlementsIn(document),
      });
    });

  withPlace(entitlements.command('list'))
    .description('list what is known now')
    .addOption(new Option('--format <format>', 'how the list is written').choices(outputFormats).default('table'))
    .action(async (options: PlaceOptions & { format: OutputFormat }) => {
      await withService(options, io, async (service) => {
        const rows = (await service.entitlements({ caller: owner })).map((row) => ({
          ...row,
          // Without a start, or permanent: as such a row is written in a CSV.
          start: row.start === alwaysStart ? '' : row.start,
          end: row.end === permanentEnd ? '' : row.end,
        }));
        io.out(
          formatAnswer(
            {
              columns: columns.map((key) => ({
                key,
                title: key,
                type: key === 'quantity' || key === 'overdraft' ? 'number' : 'string',
                unit: '',
              })),
              rows,
            },
            options.format,
          ),
        );
      });
    });
}

const columns = [
  'account',
  'product',
  'package',
  'feature',
  'version',
  'server',
  'model',
  'quantity',
  'overdraft',
  'period',
  'start',
  'end',
  'document',
] as const;

/** A document of what was bought that the user named. */
export const entitlementsOf = async (file: string, { account, server }: Defaults): Promise<EntitlementDocument> => ({
  name: resolve(file),
  text: await textOf(file),
  account,
  server,
});

export async function loadEntitlements(service: Service, document: EntitlementDocument, io: Io): Promise<void> {
  io.out(loadedText(await service.loadEntitlements(document, { caller: owner }), 'rows'));
}
