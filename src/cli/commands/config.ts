import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { readBranding } from '../../config/read-branding.ts';
import { configJsonSchema } from '../../config/schema.ts';
import type { Io } from '../io.ts';

const examples = `
Examples:
  $ license-analytics config check
  $ license-analytics config check --config /etc/license-analytics.yaml
  $ license-analytics config schema > license-analytics.schema.json
`;

export function configCommand(program: Command, io: Io): void {
  const config = program
    .command('config')
    .description('the configuration file license-analytics.yaml')
    .addHelpText('afterAll', examples);
  config
    .command('schema')
    .description('print its JSON Schema, for editors')
    .action(() => {
      io.out(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
    });
  config
    .command('check')
    .description('check it, and print it with every default filled in')
    .option('--config <file>', 'the file (default: license-analytics.yaml)')
    .action((options: { config?: string }) => {
      const { config: checked, file } = loadConfig(options.config, io.env);
      readBranding(checked.branding);
      io.err(file === undefined ? 'no configuration file: these are the defaults\n' : `${file} is valid\n`);
      io.out(`${JSON.stringify(checked, undefined, 2)}\n`);
    });
}
