import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { Report, Supervised } from '../../server/supervise.ts';
import { createStandIn } from '../../server/stand-in.ts';
import { supervise } from '../../server/supervise.ts';
import type { ChildSettings } from '../../server/run.ts';
import type { PlaceOptions } from '../connect.ts';
import { followSettingsOf, settingsOf } from '../connect.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import type { Program } from '../program.ts';

export interface ListenOptions {
  readonly host?: string;
  readonly port?: string;
  readonly logLevel: string;
}

const examples = `
Examples:
  $ license-analytics serve
  $ license-analytics serve --data /var/lib/license-analytics --port 9000
  $ LICENSE_ANALYTICS_TOKEN_FILE=/run/secrets/token license-analytics serve --host 0.0.0.0 --clickhouse http://clickhouse:8123

The server reads what is written to the configured sources while it runs.
Without tokens it listens on this machine only. It runs as a process of its own and is started again after a crash.
`;

/** Adds `--host`, `--port` and `--log-level` to a command. */
export function withListen(command: Command): Command {
  return command
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on (default: 8686; 0 = any free one)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info');
}

export function serveCommand(program: Command, io: Io, { childEntry, version }: Program): void {
  withListen(program.command('serve'))
    .description('run the server')
    .option('--data <dir>', 'directory of the built-in store (default: ./data/store)')
    .option('--clickhouse <url>', 'a ClickHouse server instead, such as http://clickhouse:8123')
    .option('--config <file>', 'configuration file (default: license-analytics.yaml, when there is one)')
    .addHelpText('after', examples)
    .action(async (options: PlaceOptions & ListenOptions) => {
      const loaded = loadConfig(options.config, io.env);
      const settings: ChildSettings = {
        ...settingsOf(options, loaded, io),
        ...listenOf(options, loaded.config.listen),
        logLevel: options.logLevel,
        version,
        follow: followSettingsOf(loaded),
      };
      const server = runServer(io, childEntry, settings, (report) => {
        if (report.kind === 'listening')
          io.err(`listening on ${report.url} (open it in a browser for the dashboards)\n`);
        if (report.kind === 'ready') io.err('ready for questions\n');
      });
      process.exitCode = await server.ended;
    });
}

/** Where to listen: options before configuration. */
export function listenOf(
  options: ListenOptions,
  configured: { readonly host: string; readonly port: number },
): { readonly host: string; readonly port: number } {
  const port = options.port === undefined ? configured.port : Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port: expected a number from 0 to 65535, found "${options.port ?? ''}".`);
  }
  return { host: options.host ?? configured.host, port };
}

/** Runs the supervised server and stops it with this process. */
export function runServer(
  io: Io,
  entry: string,
  settings: ChildSettings,
  onReport: (report: Report) => void,
): Supervised {
  // After a crash it comes back at the same address, also when any free port was asked for.
  let { port } = settings;
  const server = supervise({
    entry,
    settings: () => ({ ...settings, port }),
    onOutput: (text) => io.err(text),
    standIn: createStandIn({
      host: settings.host,
      port: () => port,
      version: settings.version,
      onProblem: (text) => io.err(text),
    }),
    onReport: (report) => {
      if (report.kind === 'listening') port = Number(new URL(report.url).port);
      if (report.kind === 'refused') io.err(`error: ${report.sentence}\n`);
      onReport(report);
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.stop());
  if (io.env['npm_lifecycle_event'] !== undefined) stopWithNpm(server);
  return server;
}

/** npm does not hand every signal on: when it is gone, nobody can stop the server any more by Ctrl-C. */
function stopWithNpm(server: Supervised): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) server.stop();
  }, 500).unref();
}
