import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { fileCommands } from '../share/files.ts';
import { linkCommand } from './links.ts';
import { grafanaCommands } from '../share/grafana.ts';

const examples = `
Examples:
  $ license-analytics share link --account acme --expires 30d
  $ license-analytics share grafana --account acme --from now-3M --expires 30d --grafana https://grafana.example.com
  $ license-analytics share grafana --account acme --public --datasource acme-only
  $ license-analytics share list
  $ license-analytics share revoke KEY
  $ license-analytics share html --account acme --from now-3M --out acme.html
  $ license-analytics share pdf --account acme --timezone Europe/Berlin
  $ license-analytics share xlsx --account acme --events 1000 --show-users
  $ license-analytics share csv --account acme --out -
  $ license-analytics share csv --account acme --table "Denials and what to do"

A report holds one customer's own figures and nobody else's. Users, hosts and license servers are numbered unless --show-users is given.
`;

export function shareCommand(program: Command, io: Io): void {
  const share = program
    .command('share')
    .description('give one customer its own usage: as a link, as a file, or in Grafana')
    .addHelpText('after', examples);
  linkCommand(share, io);
  grafanaCommands(share, io);
  fileCommands(share, io);
}
