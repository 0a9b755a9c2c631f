import type { Command } from 'commander';
import { Option } from 'commander';
import { secret } from '../../config/secrets.ts';
import { ShareError } from '../../share/errors.ts';
import type { Grafana, GrafanaCredentials } from '../../share/outlets/grafana/client.ts';
import { grafanaAt } from '../../share/outlets/grafana/client.ts';
import { listSnapshots, revokeSnapshot, shareSnapshot } from '../../share/outlets/grafana/snapshots.ts';
import { linkKeyOf, revokeLink, sharedLinks } from '../commands/links.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import { asOption } from '../options.ts';
import type { AnswerRow } from '../rows.ts';
import { text } from '../section.ts';
import { lifetime } from './duration.ts';
import type { ReportOptions } from './report.ts';
import { withCustomerReport, withKnownAccount, withReport } from './report.ts';

interface GrafanaOptions {
  readonly grafana?: string;
}

const withGrafana = (command: Command): Command =>
  command.option(
    '--grafana <url>',
    'address of Grafana; or GRAFANA_URL. Who asks: GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD',
  );

/** `share grafana`, `share list`, `share revoke`. */
export function grafanaCommands(share: Command, io: Io): void {
  withGrafana(withReport(share.command('grafana')))
    .description('a snapshot in Grafana that needs no sign-in; or a public dashboard')
    .option('--expires <time>', 'how long the snapshot stays (12h, 30d, 8w, 3M), until when, or never', '30d')
    .option('--public', 'a live public dashboard of the account instead; it stays until it is revoked')
    .option('--datasource <uid>', 'with --public: the data source in Grafana that it asks; limit it to the account')
    .action(
      async (options: ReportOptions & GrafanaOptions & { expires: string; public?: boolean; datasource?: string }) => {
        const stays = asOption(() => lifetime(options.expires));
        const grafana = grafanaOf(options, io);
        if (options.public === true) {
          await withKnownAccount(options, io, (account) => publish(grafana, account, options.datasource, io));
          return;
        }
        await withCustomerReport(options, io, async (snapshot) => {
          const shared = await shareSnapshot(grafana, snapshot, stays);
          const until =
            shared.expires === undefined ? 'until it is revoked' : `until ${new Date(shared.expires).toISOString()}`;
          io.err(`Read back without signing in: every panel shows its figures, ${until}.\n`);
          io.out(`link:   ${shared.link}\ndelete: ${shared.deleteLink}\n`);
        });
      },
    );

  withPlace(withGrafana(share.command('list')))
    .description(
      'what is shared: links of our server; with an address of Grafana what is shared there, and links only where a store or server is named',
    )
    .addOption(new Option('--format <format>', 'how the list is written').choices(outputFormats).default('table'))
    .action(async (options: GrafanaOptions & PlaceOptions & { format: OutputFormat }) => {
      const wantsGrafana = hasGrafana(options, io);
      // Who shares by Grafana alone need not have a store here.
      const links = wantsGrafana && !namesPlace(options) ? [] : await withService(options, io, sharedLinks);
      const inGrafana = wantsGrafana ? await sharedInGrafana(grafanaOf(options, io)) : [];
      const rows = [...links, ...inGrafana];
      const columns = (options.format === 'table' ? shownOf(rows) : sharedColumns).map((key) => text(key, key));
      io.out(
        formatAnswer({ columns, rows: options.format === 'table' ? rows.map(toTheMinute) : rows }, options.format),
      );
    });

  withPlace(withGrafana(share.command('revoke')))
    .description('take a link, snapshot or public dashboard away: it is dead from now on')
    .argument('<key>', 'key of `share list`, or the link itself')
    .action(async (given: string, options: GrafanaOptions & PlaceOptions) => {
      const key = keyOf(given);
      const link = linkKeyOf(key);
      if (link !== undefined) {
        const { account } = await withService(options, io, (service) => revokeLink(service, link));
        io.err(`The link to "${account}" is revoked.\n`);
        return;
      }
      const grafana = grafanaOf(options, io);
      const { revokePublicDashboard } = await publicDashboards();
      if ((await revokeSnapshot(grafana, key)) || (await revokePublicDashboard(grafana, key))) {
        io.err(`${key} is revoked.\n`);
        return;
      }
      throw new ShareError(
        'share_not_found',
        `Nothing of ours is shared under "${key}".`,
        'See: license-analytics share list',
      );
    });
}

const sharedColumns = [
  ...['account', 'kind', 'created', 'expires', 'key', 'for', 'by', 'users'],
  ...['opened', 'lastOpened', 'lastAgent', 'lastAddress'],
] as const;

/** Columns that are empty throughout take room and say nothing. */
const shownOf = (rows: readonly AnswerRow[]): readonly string[] =>
  sharedColumns.filter((key) => rows.some((row) => (row[key] ?? '') !== ''));

/** ISO times as people read them, still UTC: `2026-11-24 08:15Z`. */
const toTheMinute = (row: AnswerRow): AnswerRow =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'string' && timeColumns.has(key)
        ? value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, '$1 $2Z')
        : value,
    ]),
  );
const timeColumns = new Set(['created', 'expires', 'lastOpened']);

const namesPlace = ({ data, clickhouse, api }: PlaceOptions): boolean =>
  [data, clickhouse, api].some((place) => place !== undefined);

const hasGrafana = ({ grafana }: GrafanaOptions, { env }: Io): boolean =>
  grafana !== undefined || env['GRAFANA_URL'] !== undefined;

/** What makes dashboards is loaded when it is needed. */
const publicDashboards = () => import('../../share/outlets/grafana/public-dashboards.ts');

async function sharedInGrafana(grafana: Grafana): Promise<readonly AnswerRow[]> {
  const { listPublicDashboards } = await publicDashboards();
  const snapshots = (await listSnapshots(grafana)).map(({ key, name, created, expires }) => ({
    key,
    kind: 'snapshot',
    account: name,
    created,
    expires: expires === '' ? 'never' : expires,
  }));
  const open = (await listPublicDashboards(grafana)).map(({ uid, title, enabled }) => ({
    key: uid,
    kind: enabled ? 'public' : 'public, switched off',
    account: title,
    created: '',
    expires: 'never',
  }));
  return [...snapshots, ...open];
}

async function publish(grafana: Grafana, account: string, datasource: string | undefined, io: Io): Promise<void> {
  if (datasource === undefined) {
    throw new UsageError(
      '--public needs --datasource UID: a License Analytics data source in Grafana whose token, or whose setting "Only these accounts", is limited to the account.',
    );
  }
  const { sharePublicly } = await publicDashboards();
  const { link, uid, datasourceLimited } = await sharePublicly(grafana, account, datasource);
  if (!datasourceLimited)
    io.err(
      `note: The data source "${datasource}" does not say that it is limited to this account. Every question of the dashboard names the account; still, limit its token: license-analytics token create --name NAME --scope read --accounts NAME\n`,
    );
  io.out(`link:   ${link}\nrevoke: license-analytics share revoke ${uid}\n`);
}

function grafanaOf({ grafana }: GrafanaOptions, { env }: Io): Grafana {
  const url = grafana ?? env['GRAFANA_URL'];
  if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url)) {
    throw new UsageError(
      `--grafana: expected a URL such as https://grafana.example.com, found ${url === undefined ? 'nothing' : `"${url}"`}.`,
    );
  }
  return grafanaAt({ url, credentials: credentialsOf(env) });
}

function credentialsOf(env: Io['env']): GrafanaCredentials {
  const token = secret('GRAFANA_TOKEN', env);
  if (token !== undefined) return { token };
  const [user, password] = [env['GRAFANA_USER'], secret('GRAFANA_PASSWORD', env)];
  if (user !== undefined && password !== undefined) return { user, password };
  throw new UsageError(
    'Grafana must be told who asks: a service-account token in GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD.',
  );
}

/** A link ends with its key. */
const keyOf = (given: string): string =>
  given
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1) ?? given;
