import type { FileFigures } from './sink.ts';
import { isoDate } from './clock.ts';
import type { MachineState } from './machine.ts';
import type { Outcomes, Pair } from './truth.ts';
import type { EntitlementPlan, Plan, PlannedCase, ServerPlan } from './plan.ts';

export const accountsFile = 'accounts.csv';
export const entitlementsFile = 'entitlements.csv';

/** What was generated, and the true figures of it: `manifest.json`. Times are ISO, UTC. */
export interface Manifest {
  readonly schemaVersion: 1;
  readonly options: {
    readonly events: number;
    readonly days: number;
    readonly end: string;
    readonly seed: number;
    readonly accounts: number;
    readonly noise: number;
  };
  readonly start: string;
  readonly end: string;
  /** Sums over all files and pairs. */
  readonly totals: Totals;
  /** Names of the other files, relative to the manifest. */
  readonly entitlements: string;
  readonly accountRules: string;
  readonly sources: readonly Source[];
  readonly cases: readonly PlannedCase[];
  /** One entry per account and feature, over all its servers. */
  readonly pairs: readonly PairFigures[];
}

export interface Totals {
  readonly lines: number;
  readonly bytes: number;
  /** Activity lines (OUT, IN, DENIED, UNSUPPORTED, QUEUED, DEQUEUED, UPGRADE), orphans included. */
  readonly events: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly first: string;
  readonly last: string;
  readonly orphans: number;
  readonly closedByRestart: number;
  readonly episodes: Outcomes;
  readonly unsupportedEpisodes: Outcomes;
}

/** One license server: everything `ingest` has to be told about its files. */
export interface Source {
  readonly server: string;
  readonly format: 'flexnet' | 'csv';
  /** Empty where several accounts share it (then `accountRules` tell). */
  readonly account: string;
  readonly timezone: string;
  /** First and last line; open sessions count up to the last. */
  readonly first: string;
  readonly last: string;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
  /** `noise` and `slog`: lines that are no event; `start`, `exit`, `reread`: what daemons say of themselves. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly first: string;
  readonly last: string;
}

export interface PairFigures {
  readonly account: string;
  readonly feature: string;
  readonly model: 'concurrent' | 'metered';
  readonly servers: readonly string[];
  readonly checkouts: number;
  readonly checkins: number;
  readonly orphans: number;
  readonly queued: number;
  readonly dequeued: number;
  readonly upgrades: number;
  readonly unsupported: number;
  readonly denials: number;
  /** Denial lines by code, or by text where the source gives no code. */
  readonly denialsByCode: Readonly<Record<string, number>>;
  readonly deniedClients: number;
  /** Over all servers of the account, as questions count them by default. */
  readonly episodes: Outcomes;
  readonly unsupportedEpisodes: Outcomes;
  /** Distinct clients with a checkout (metered ones included). */
  readonly uniqueClients: number;
  readonly peakConcurrent: number;
  readonly licenseSeconds: number;
  readonly closedByRestart: number;
  /** Licenses out after the last line. */
  readonly open: number;
  readonly consumed: number;
  /** Highest quantity in force in the range; null: no row, or uncounted. */
  readonly entitled: number | null;
  /** null: no row, or uncounted. */
  readonly usagePercentage: number | null;
}

/** `first` and `last` of the pair's servers decide which entitlements lie in the range. */
export function pairFigures(pair: Pair, rows: readonly EntitlementPlan[], end: number): PairFigures {
  const uncounted = rows.some((row) => row.quantity === null);
  const quantities = pair.steps
    .filter((step, i) => step.from <= end && i >= firstStep(pair))
    .map((step) => step.quantity ?? 0);
  const denials = Object.values(pair.denials).reduce((sum, n) => sum + n, 0);
  return {
    account: pair.account,
    feature: pair.feature,
    model: pair.model,
    servers: pair.servers,
    checkouts: pair.checkouts,
    checkins: pair.checkins,
    orphans: pair.orphans,
    queued: pair.queued,
    dequeued: pair.dequeued,
    upgrades: pair.upgrades,
    unsupported: pair.unsupported,
    denials,
    denialsByCode: pair.denials,
    deniedClients: pair.deniedClients,
    episodes: pair.episodes,
    unsupportedEpisodes: pair.unsupportedEpisodes,
    uniqueClients: pair.clients,
    peakConcurrent: pair.peak,
    licenseSeconds: pair.licenseMilliseconds / 1000,
    closedByRestart: pair.closedByRestart,
    open: pair.inUse,
    consumed: pair.consumed / 1e6,
    entitled: rows.length === 0 || uncounted || pair.model === 'metered' ? null : Math.max(0, ...quantities),
    usagePercentage:
      rows.length === 0 || uncounted
        ? null
        : pair.model === 'metered'
          ? meteredPercentage(pair, rows)
          : pair.percentage,
  };
}

function firstStep(pair: Pair): number {
  return pair.firstStep < 0 ? 0 : pair.firstStep;
}

/** Highest of: consumed in a period ÷ quantity. Metered features have one row here. */
function meteredPercentage(pair: Pair, rows: readonly EntitlementPlan[]): number | null {
  const quantity = rows.reduce((sum, row) => sum + (row.quantity ?? 0), 0);
  if (quantity === 0) return null;
  return (100 * Math.max(0, ...pair.consumedBy.values())) / 1e6 / quantity;
}

export function sourceOf(plan: ServerPlan, state: MachineState): Source {
  const files = state.files.map(fileOf);
  return {
    server: plan.name,
    format: plan.kind === 'flexnet' ? 'flexnet' : 'csv',
    account: plan.account,
    timezone: zoneOf(plan.kind, plan.clock),
    first: files[0]?.first ?? '',
    last: iso(state.recorder.last),
    files,
  };
}

/**
 * `license-analytics.yaml`: how a server reads all of it. Whose lines they are and when they were written is not in the files.
 * Files of months to come are in it too.
 */
export function configYaml(plan: Plan): string {
  const lines = plan.servers.map(({ name, kind, account, clock, rotated }) => {
    const file = kind === 'flexnet' ? `${name}${rotated ? '.*' : ''}.log` : `${name}.csv`;
    const whose = account === '' ? '' : `, account: ${account}`;
    return `  - { files: ${file}, server: ${name}${whose}, timezone: ${zoneOf(kind, clock)} }`;
  });
  return [
    '# Made-up license servers, for `license-analytics serve --config`.',
    'siteTimezone: UTC',
    `accounts: ${accountsFile}`,
    `entitlements: [${entitlementsFile}]`,
    'sources:',
    ...lines,
    '',
  ].join('\n');
}

const zoneOf = (kind: ServerPlan['kind'], clock: ServerPlan['clock']): string =>
  kind === 'flexnet' ? clock.zone : 'UTC';

function fileOf(figures: FileFigures): SourceFile {
  const { file, lines, bytes, kinds } = figures;
  return { file, lines, bytes, kinds, first: iso(figures.first), last: iso(figures.last) };
}

const activity = ['checkout', 'checkin', 'denial', 'unsupported', 'queued', 'dequeued', 'upgrade'];

export function totalsOf(sources: readonly Source[], pairs: readonly PairFigures[]): Totals {
  const files = sources.flatMap((source) => source.files);
  const kinds: Record<string, number> = {};
  for (const file of files) {
    for (const [kind, n] of Object.entries(file.kinds)) kinds[kind] = (kinds[kind] ?? 0) + n;
  }
  const sum = (value: (pair: PairFigures) => number): number => pairs.reduce((total, pair) => total + value(pair), 0);
  const outcomes = (of: (pair: PairFigures) => Outcomes): Outcomes => ({
    resolved: sum((pair) => of(pair).resolved),
    unresolved: sum((pair) => of(pair).unresolved),
    unknown: sum((pair) => of(pair).unknown),
  });
  const written = files.filter((file) => file.lines > 0);
  return {
    lines: files.reduce((total, file) => total + file.lines, 0),
    bytes: files.reduce((total, file) => total + file.bytes, 0),
    events: activity.reduce((total, kind) => total + (kinds[kind] ?? 0), 0),
    kinds,
    first: written.map((file) => file.first).sort()[0] ?? '',
    last:
      written
        .map((file) => file.last)
        .sort()
        .at(-1) ?? '',
    orphans: sum((pair) => pair.orphans),
    closedByRestart: sum((pair) => pair.closedByRestart),
    episodes: outcomes((pair) => pair.episodes),
    unsupportedEpisodes: outcomes((pair) => pair.unsupportedEpisodes),
  };
}

/** Columns as `entitlements load` reads them. `end` is the last day in force. */
export function entitlementsCsv(plan: Plan): string {
  const lines = plan.entitlements.map((row) =>
    [
      row.account,
      row.product,
      row.feature,
      '',
      row.model,
      row.quantity === null ? 'uncounted' : row.quantity,
      row.overdraft < 0 ? 'unlimited' : row.overdraft,
      isoDate(row.start),
      isoDate(row.until - 1),
      row.server,
      row.model === 'metered' ? row.period : '',
    ].join(','),
  );
  return ['account,product,feature,version,model,quantity,overdraft,start,end,server,period', ...lines, ''].join('\n');
}

export function accountsCsv(plan: Plan): string {
  const lines = plan.rules.map((rule) => `${rule.target},${rule.field},${rule.pattern},${rule.value}`);
  return ['target,field,pattern,value', ...lines, ''].join('\n');
}

export function iso(t: number): string {
  return new Date(t).toISOString();
}
