import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { ChildSettings } from '../../server/run.ts';
import { sample } from '../../simulate/index.ts';
import { answersText, fourAnswers } from '../answers.ts';
import type { Io } from '../io.ts';
import type { Program } from '../program.ts';
import { remoteService } from '../remote.ts';
import type { ListenOptions } from './serve.ts';
import { listenOf, runServer, withListen } from './serve.ts';

const examples = `
Examples:
  $ npm start
  $ npm start -- --port 9000
`;

export function startCommand(program: Command, io: Io, { childEntry, version }: Program): void {
  withListen(program.command('start'))
    .description('show it all on made-up data: a year of them in ./data/sample, a server, and the four answers')
    .option('--sample <dir>', 'where the made-up data are kept', './data/sample')
    .addHelpText('after', examples)
    .action(async (options: ListenOptions & { sample: string }, command: Command) => {
      const { config } = loadConfig(undefined, io.env);
      const directory = resolve(options.sample);
      const settings: ChildSettings = {
        store: { kind: 'directory', directory: join(directory, 'store') },
        siteTimezone: 'UTC',
        denials: config.denials,
        denialsAcross: config.denialEpisodes.across,
        limits: config.limits,
        ...listenOf(options, config.listen),
        logLevel: command.getOptionValueSource('logLevel') === 'default' ? 'warn' : options.logLevel,
        version,
        sample: { directory, ...sample },
      };
      io.err('making and loading a year of sample data, about half a minute …\n');
      let address = { url: '', token: '' };
      let shown = false;
      const server = runServer(io, childEntry, settings, (report) => {
        if (report.kind === 'listening') address = report;
        if (report.kind !== 'ready' || shown) return;
        shown = true;
        const { url, token } = address;
        show(io, url, token).catch((error: unknown) => {
          io.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
          process.exitCode = 1;
          server.stop();
        });
      });
      const code = await server.ended;
      if (code !== 0) process.exitCode = code;
    });
}

async function show(io: Io, url: string, token: string): Promise<void> {
  const answers = await fourAnswers(remoteService(url, token), {}, { rows: 10 });
  io.out(answersText(answers));
  io.out(`\nThe server answers at ${url}\nOpen it in a browser: the dashboards are there, without Grafana.\n`);
  io.err(
    `Try: curl ${url}/api/v1/health, or: npm run --silent cli -- answers --api ${url}\nCtrl-C stops it; the sample goes on at the next start.\n`,
  );
}
