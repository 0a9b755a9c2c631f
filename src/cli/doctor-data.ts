import { isRetired, silence } from '../query/silence.ts';
import { isAhead } from '../server/ahead.ts';
import { owner } from '../server/caller.ts';
import type { EntitlementRow, Service, SourceRow } from '../server/service.ts';
import type { Finding } from './doctor-findings.ts';
import { good, warning } from './doctor-findings.ts';
import { tableOf } from './rows.ts';
import type { AnswerRow } from './rows.ts';

/** The data: what is there, how fresh it is, and whether use and entitlements find each other. */
export async function checkData(service: Service, now: number): Promise<readonly Finding[]> {
  const sources = await service.sources({ caller: owner });
  if (sources.length === 0) {
    return [warning('License servers', 'no data yet', 'Read a log: license-analytics ingest FILE --account NAME')];
  }
  const entitlements = await service.entitlements({ caller: owner });
  const use = await usedFeatures(service);
  return [
    ...checkFreshness(await agesOf(service)),
    checkClock(sources, now),
    checkUnreadable(sources),
    checkUnmapped(use, entitlements),
    checkUnused(use, entitlements),
    ...checkAccounts(use, entitlements),
  ];
}

/** How old the last line of a license server is, in seconds, and for how long it has been silent. */
export interface SourceAge {
  readonly server: string;
  /** ISO, UTC. */
  readonly lastLine: string;
  readonly age: number;
  readonly overdue: number;
}

/** The same figures as dashboards and alerts have. */
async function agesOf(service: Service): Promise<readonly SourceAge[]> {
  const { results } = await service.ask(
    { queries: [{ refId: 'sources', measure: 'sources', limit: 100_000 }], from: 'now-1h', to: 'now' },
    { caller: owner },
  );
  const answer = results['sources'];
  if (answer === undefined || !('frames' in answer)) throw new Error(answer?.error ?? 'No answer about the sources.');
  return tableOf(answer.frames).rows.map(({ server, lastLine, age, overdue }) => ({
    server: String(server),
    lastLine: String(lastLine),
    age: Number(age),
    overdue: Number(overdue),
  }));
}

export function checkFreshness(sources: readonly SourceAge[]): readonly Finding[] {
  const silent = sources.filter(({ overdue }) => overdue > 0);
  const retired = sources.filter(({ age }) => isRetired(age));
  const count = `${sources.length} ${sources.length === 1 ? 'license server' : 'license servers'}`;
  const outOfService =
    retired.length === 0 ? '' : `; ${retired.length} out of service (no line for ${silence.retired / 86_400} days)`;
  if (silent.length === 0) return [good('License servers', `${count}, none silent${outOfService}`)];
  const names = silent.map((source) => `${source.server} (since ${source.lastLine.slice(0, 16).replace('T', ' ')})`);
  return [
    warning(
      'License servers',
      `${silent.length} of ${count} ${silent.length === 1 ? 'is' : 'are'} silent (no line for longer than usual): ${listed(names)}${outOfService}`,
      'Ingest their newer logs; use after the last line is not known.',
    ),
  ];
}

/** Lines from the future: their times were read in the wrong time zone. */
export function checkClock(sources: readonly SourceRow[], now: number): Finding {
  const ahead = sources.filter((source) => isAhead(source, now));
  if (ahead.length === 0) return good('Time zones', listed([...new Set(sources.map((source) => source.timezone))]));
  const names = ahead.map((source) => `${source.server} (${source.lastLine}, read as ${source.timezone})`);
  return warning(
    'Time zones',
    `last lines lie in the future: ${listed(names)}`,
    "Ingest with the log's own zone: --timezone, or sources[].timezone.",
  );
}

function checkUnreadable(sources: readonly SourceRow[]): Finding {
  const unused = sources.reduce((sum, source) => sum + (source.unreadable ?? 0) + (source.undated ?? 0), 0);
  if (unused === 0) return good('Lines', 'every line could be used');
  const lines = sources.reduce((sum, source) => sum + (source.lines ?? 0), 0);
  const found = `${unused} of ${lines} lines could not be used`;
  if (unused < lines / 1000) return good('Lines', found);
  return warning(
    'Lines',
    found,
    'See which and why: license-analytics unreadable; a column mapping or time zone may be wrong.',
  );
}

async function usedFeatures(service: Service): Promise<readonly AnswerRow[]> {
  const part = { measure: 'usagePercentage', groupBy: ['account', 'feature'], limit: 100_000 } as const;
  const counted = { measure: 'checkouts', groupBy: ['account', 'feature'], limit: 100_000 } as const;
  const { results } = await service.ask(
    {
      queries: [
        { ...part, groupBy: [...part.groupBy], refId: 'percentage' },
        { ...counted, groupBy: [...counted.groupBy], refId: 'checkouts' },
      ],
    },
    { caller: owner },
  );
  const tables = Object.fromEntries(
    Object.entries(results).map(([refId, answer]) => {
      if (!('frames' in answer)) throw new Error(answer.error);
      return [refId, tableOf(answer.frames).rows];
    }),
  );
  const percentages = new Map((tables['percentage'] ?? []).map((row) => [pair(row), row['value'] ?? null]));
  return (tables['checkouts'] ?? []).map((row) => ({ ...row, percentage: percentages.get(pair(row)) ?? null }));
}

const pair = (row: AnswerRow): string => JSON.stringify([row['account'], row['feature']]);

function checkUnmapped(use: readonly AnswerRow[], entitlements: readonly EntitlementRow[]): Finding {
  const uncounted = new Set(entitlements.filter((row) => row.quantity === null).map((row) => row.feature));
  const unmapped = use.filter((row) => row['percentage'] === null && !uncounted.has(String(row['feature'])));
  if (unmapped.length === 0) return good('Unmapped use', 'everything that is used is covered by an entitlement');
  const names = unmapped.map(
    (row) => `${String(row['account'] === '' ? '(no account)' : row['account'])}: ${String(row['feature'])}`,
  );
  return warning(
    'Unmapped use',
    `${unmapped.length} of ${use.length} features in use are covered by no entitlement: ${listed(names)}`,
    'Load what was bought: entitlements load FILE; or correct account, feature or server there.',
  );
}

function checkUnused(use: readonly AnswerRow[], entitlements: readonly EntitlementRow[]): Finding {
  if (entitlements.length === 0) {
    const todo = 'Say what was bought: license-analytics entitlements load FILE';
    return warning('Entitlements', 'none are loaded, so no percentage can be given', todo);
  }
  const idle = entitlements.filter(
    (row) =>
      !use.some((used) => used['feature'] === row.feature && (row.account === '' || used['account'] === row.account)),
  );
  if (idle.length === 0) return good('Entitlements', `${entitlements.length} rows, all of features that are used`);
  const names = idle.map((row) => `${row.account === '' ? '(any account)' : row.account}: ${row.feature}`);
  return warning(
    'Entitlements',
    `${idle.length} of ${entitlements.length} rows are of features that nobody used: ${listed(names)}`,
    'Bought and idle, or a name that is written differently in the log.',
  );
}

/** Accounts that something was bought for and no line names: mostly written differently there. */
export function checkAccounts(
  use: readonly Pick<AnswerRow, string>[],
  entitlements: readonly Pick<EntitlementRow, 'account'>[],
): readonly Finding[] {
  const known = new Set(use.map((row) => String(row['account'])));
  const bought = new Set(entitlements.map(({ account }) => account).filter((account) => account !== ''));
  const unknown = [...bought].filter((account) => !known.has(account));
  if (bought.size === 0) return [];
  if (unknown.length === 0) return [good('Accounts', `${bought.size} with entitlements, all of them with use`)];
  return [
    warning(
      'Accounts',
      `${unknown.length} of ${bought.size} accounts with entitlements are named by no log: ${listed(unknown)}`,
      'Bought and never used, or a name that is written differently in the log, its --account, or the account rules.',
    ),
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
