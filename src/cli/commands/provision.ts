import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { AlertingFile } from '../../../provisioning/source/files.ts';
import type { Settings } from '../../../provisioning/source/settings.ts';
import { channelVariables, SettingsError, settingsOf, textVariables } from '../../../provisioning/source/settings.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';

const examples = `
Example:
  $ LICENSE_ANALYTICS_ALERT_EMAIL=ops@example.com license-analytics provision alerting --out /etc/grafana/provisioning/alerting

Writes alert rules, contact points, notification policies, mute timings and message templates. Looks at these variables:
  ${Object.values(channelVariables).join('\n  ')}
of which the files hold the names only, so start Grafana with the same ones; and at
  ${Object.values(textVariables).join('\n  ')}
`;

export function provisionCommand(program: Command, io: Io): void {
  const provision = program.command('provision').description('files for Grafana');
  provision
    .command('alerting')
    .description('write alert rules, contact points and policies')
    .requiredOption('--out <dir>', 'directory to write into; files of the same names are replaced')
    .addHelpText('after', examples)
    .action(async ({ out }: { readonly out: string }) => {
      const settings = settingsFrom(io.env);
      const { alertingFilesFor } = await import('../alerting-files.ts');
      const files = alertingFilesFor(settings);
      await writeAll(out, files);
      io.out(`${out}: ${files.map(({ name }) => name).join(', ')}\n`);
    });
  dashboardCommand(provision, io);
}

const dashboardExamples = `
Example:
  $ license-analytics provision dashboard --account acme --datasource license-analytics-acme --out acme.json

The dashboard of one customer, without variables, as public dashboards need it. Give it a data source of its own whose token is limited to the
account (token create --name acme --accounts acme): a dashboard's filters can be changed, a token's accounts cannot.
`;

function dashboardCommand(provision: Command, io: Io): void {
  provision
    .command('dashboard')
    .description('write the dashboard of one customer')
    .requiredOption('--account <name>', 'the customer')
    .requiredOption('--datasource <uid>', 'uid of the data source in Grafana')
    .option('--uid <uid>', 'uid of the dashboard (default: made from the account)')
    .option('--out <file>', 'file to write (default: standard output)')
    .addHelpText('after', dashboardExamples)
    .action(async (given: { account: string; datasource: string; uid?: string; out?: string }) => {
      const { customerDashboardText, customerUid } = await import('../../../dashboards/source/customers.ts');
      const uid = given.uid ?? customerUid(given.account);
      if (!/^[\w-]{1,40}$/.test(uid))
        throw new UsageError(`--uid: expected up to 40 letters, digits, "-" and "_", found "${uid}".`);
      const text = customerDashboardText(given.account, given.datasource, uid);
      if (given.out === undefined) io.out(text);
      else await writeOne(given.out, text);
    });
}

async function writeOne(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(
      `--out: expected a file that can be written, found ${file} (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  try {
    return settingsOf(env);
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message) : error;
  }
}

async function writeAll(out: string, files: readonly AlertingFile[]): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    for (const { name, text } of files) await writeFile(join(out, name), text);
  } catch (error) {
    throw new UsageError(
      `--out: expected a directory that can be written to, found ${out} (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}
