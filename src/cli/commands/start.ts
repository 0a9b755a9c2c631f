import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { ChildSettings } from '../../server/run.ts';
import { configFile, manifestFile, sample, simulate } from '../../simulate/index.ts';
import { answersText, fourAnswers } from '../answers.ts';
import { followSettingsOf, settingsOf } from '../connect.ts';
import type { Io } from '../io.ts';
import type { Program } from '../program.ts';
import { remoteFollowing, remoteService } from '../remote.ts';
import { isWhole, keepWriting } from '../sample.ts';
import type { ListenOptions } from './serve.ts';
import { listenOf, runServer, withListen } from './serve.ts';

const examples = `
Examples:
  $ npm start
  $ npm start --port=9000

It is \`simulate --live\` and \`serve --config\` on what was made up, as Docker Compose runs them.
`;

export function startCommand(program: Command, io: Io, { childEntry, version }: Program): void {
  withListen(program.command('start'))
    .description('show it all on made-up data: a year of them in ./data/sample, a server, and the four answers')
    .option('--sample <dir>', 'where the made-up data are kept', './data/sample')
    .addHelpText('after', examples)
    .action(async (options: ListenOptions & { sample: string }, command: Command) => {
      // Before half a minute of work.
      listenOf(options, { host: '', port: 0 });
      const directory = resolve(options.sample);
      const [logs, data] = [join(directory, 'logs'), join(directory, 'store')];
      io.err('making and loading a year of sample data, about half a minute …\n');
      if (!isWhole(logs)) {
        // A store with an earlier sample would show both.
        if (existsSync(join(logs, manifestFile))) rmSync(data, { recursive: true, force: true });
        await simulate({ ...sample, end: Date.now(), out: logs });
      }
      const stop = keepWriting(logs, (problem) => io.err(`the sample does not go on: ${problem}\n`));
      const loaded = loadConfig(join(logs, configFile), io.env);
      const settings: ChildSettings = {
        ...settingsOf({ data }, loaded, io),
        ...listenOf(options, loaded.config.listen),
        logLevel: command.getOptionValueSource('logLevel') === 'default' ? 'warn' : options.logLevel,
        version,
        follow: followSettingsOf(loaded),
      };
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
      stop();
      if (code !== 0) process.exitCode = code;
    });
}

async function show(io: Io, url: string, token: string): Promise<void> {
  // Until its files were read once, the answers would be those of a part of it.
  for (;;) {
    const following = await remoteFollowing(url, token);
    if (following !== null && following.error !== '') throw new Error(following.error);
    if (following !== null && following.looks > 0) break;
    await pause(200);
  }
  const answers = await fourAnswers(remoteService(url, token), {}, { rows: 10 });
  io.out(answersText(answers));
  io.out(`\nThe server answers at ${url}\nOpen it in a browser: the dashboards are there, without Grafana.\n`);
  io.err(
    `Try: curl ${url}/api/v1/health, or: npm run --silent cli -- answers --api ${url}\nCtrl-C stops it; the sample goes on at the next start.\n`,
  );
}
