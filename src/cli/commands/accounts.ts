import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { owner } from '../../server/caller.ts';
import type { LoadReport, NamedText, Service } from '../../server/service.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';

const examples = `
Example:
  $ license-analytics accounts load accounts.csv

The file is a CSV with the columns target, field, pattern, value:
  target,field,pattern,value
  account,project,apollo*,Space Division
  account,host,*.acme.example,acme
  product,feature,cad_*,CAD Suite
`;

export function accountsCommand(program: Command, io: Io): void {
  const accounts = program
    .command('accounts')
    .description('whose use it is, and which product a feature belongs to')
    .addHelpText('afterAll', examples);
  withPlace(accounts.command('load'))
    .description('load a mapping file; it replaces what was loaded under the same name')
    .argument('<file>')
    .action(async (file: string, options: PlaceOptions) => {
      const document = await accountsOf(file);
      await withService(options, io, (service) => loadAccounts(service, document, io), {
        store: 'new',
        writesLines: true,
        check: async () => (await import('../../server/given.ts')).rulesIn(document),
      });
    });
}

/** A document of account rules that the user named. */
export const accountsOf = async (file: string): Promise<NamedText> => ({
  name: resolve(file),
  text: await textOf(file),
});

export async function loadAccounts(service: Service, document: NamedText, io: Io): Promise<void> {
  io.out(loadedText(await service.loadAccounts(document, { caller: owner }), 'rules'));
}

/** The text of a document that the user named. */
export async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `Expected a readable file, found ${file} (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

export function loadedText({ document, rows, superseded, notices }: LoadReport, what: string): string {
  const replaced = superseded === 0 ? '' : `; ${superseded} earlier ones are history now`;
  return [
    ...notices.map((notice) => `note: ${notice}`),
    `${document}: ${rows} ${rows === 1 ? what.slice(0, -1) : what} loaded${replaced}`,
    '',
  ].join('\n');
}
