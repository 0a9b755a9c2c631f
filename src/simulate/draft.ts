import { catalogueFeature, clsCauses, elasticCauses, flexnetCauses, tokenProduct, vendors } from './catalogue.ts';
import type { CatalogueFeature } from './catalogue.ts';
import { offsetAt, startOfDay } from './clock.ts';
import type { Clock } from './clock.ts';
import { limitsOf } from './entitled.ts';
import { between, chance, uniform } from './random.ts';
import type { Random } from './random.ts';
import type {
  ClientGroup,
  EntitlementPlan,
  Limit,
  Pattern,
  PlannedItem,
  PoolPlan,
  ServerKind,
  ServerPlan,
} from './plan.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** A server while it is being planned. */
export interface Draft {
  readonly name: string;
  readonly kind: ServerKind;
  readonly clock: Clock;
  readonly groups: readonly ClientGroup[];
  /** Activity lines it should write over the range. */
  readonly lines: number;
  readonly start: number;
  readonly end: number;
  readonly random: Random;
  readonly pools: PoolPlan[];
  readonly rows: EntitlementPlan[];
  readonly script: PlannedItem[];
  readonly backSteps: number[];
  requests: number;
  growth: number;
  pattern: Pattern;
  stop: number;
  parity: -1 | 0 | 1;
  rotated: boolean;
}

/** How much busier the busiest hours are than the average one. */
const rush = { office: 3.4, always: 3.4, desk: 6, closing: 8 } as const;

/** The features an account uses every day: Zipf-distributed popularity, quantities sized by the load they will see. */
export function addOrdinaryPools(draft: Draft, first: number, count: number): void {
  const { kind } = draft;
  const weights = Array.from({ length: count }, (_, i) => 1 / (i + 1) ** 0.9);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const entries = weights.map((weight, i) => ({ entry: catalogueFeature(first + i), share: weight / total, rank: i }));
  // Lines of one request: out and in, twice with a component; a few per cent of refusals on top.
  const perRequest = entries.reduce((sum, { entry, share, rank }) => {
    const lines = kind === 'elastic' ? 1 : isPackage(draft, entry, rank) ? 4 : 2;
    return sum + share * lines * 1.03;
  }, 0);
  draft.requests = draft.lines / perRequest;
  for (const { entry, share, rank } of entries) {
    const requests = draft.requests * share;
    if (kind === 'elastic') addElasticPool(draft, entry, share, requests);
    else addConcurrentPool(draft, entry, share, requests, rank);
  }
  addForeignPools(draft, first + count + 40);
}

/** Licenses in use in the busiest hours, expected. */
export function loadOf(draft: Draft, requests: number, entry: CatalogueFeature): number {
  const licenses = entry.batch.reduce((sum, n) => sum + n, 0) / entry.batch.length;
  const seconds = (draft.end - draft.start) / 1000;
  return (requests / seconds) * entry.meanSeconds * licenses * rush[draft.pattern] * (1 + draft.growth / 2);
}

function addConcurrentPool(draft: Draft, entry: CatalogueFeature, share: number, requests: number, rank: number): void {
  const { random } = draft;
  const packaged = isPackage(draft, entry, rank);
  const load = loadOf(draft, requests, entry);
  const licenses = Math.max(...entry.batch);
  const peak = load + 4 * Math.sqrt(load * licenses) + licenses;
  // The most used feature of some servers is bought so tightly that clients are refused on busy days.
  const tight = rank === 0 && load >= 4 && chance(random, 0.3);
  const aimed = 0.3 + uniform(random) * 0.42;
  const least = tight ? licenses : licenses * 4 + between(random, 2, 6);
  const wanted = tight ? load * (0.8 + uniform(random) * 0.4) : peak / aimed;
  let quantity = 0;
  const rows: EntitlementPlan[] = [];
  for (const group of draft.groups) {
    const own = Math.max(least, Math.ceil(wanted / draft.groups.length));
    quantity += own;
    rows.push(...termsOf(draft, group.account, entry, own));
  }
  draft.rows.push(...rows);
  draft.pools.push({
    ...blankPool(draft, entry),
    weight: share,
    limits: draft.groups.length > 1 ? [{ from: 0, licenses: quantity }] : limitsOf(rows),
    component: packaged ? draft.pools.length + 1 : -1,
    queues: chance(random, 0.15),
  });
  if (!packaged) return;
  const part = { ...entry, feature: `${entry.feature}_base` };
  for (const group of draft.groups)
    draft.rows.push(
      ...rows.filter((row) => row.account === group.account).map((row) => ({ ...row, feature: part.feature })),
    );
  draft.pools.push({ ...blankPool(draft, part), limits: [{ from: 0, licenses: Infinity }] });
}

/** Packages are taken one at a time: partial check-ins and upgrades belong to batch features only. */
function isPackage(draft: Draft, entry: CatalogueFeature, rank: number): boolean {
  return draft.kind === 'flexnet' && rank % 6 === 1 && entry.batch.length === 1;
}

/** One row, or two around a renewal with a higher count. */
function termsOf(draft: Draft, account: string, entry: CatalogueFeature, quantity: number): EntitlementPlan[] {
  const { random, start, end } = draft;
  const row = concurrentRow(account, entry, quantity, {
    start: startOfDay(start) - between(random, 10, 90) * day,
    until: startOfDay(end) + between(random, 50, 500) * day,
    server: chance(random, 0.15) ? draft.name : '',
  });
  if (!chance(random, 0.4)) return [row];
  const renewal = startOfDay(start + (end - start) * (0.2 + 0.6 * uniform(random)));
  const before = Math.max(Math.max(...entry.batch), Math.floor(quantity * 0.75));
  return [
    { ...row, quantity: before, until: renewal },
    { ...row, start: renewal },
  ];
}

export function concurrentRow(
  account: string,
  entry: CatalogueFeature,
  quantity: number | null,
  rest: { start: number; until: number; server: string },
): EntitlementPlan {
  return {
    account,
    product: entry.product,
    feature: entry.feature,
    model: 'concurrent',
    quantity,
    overdraft: 0,
    period: 'term',
    ...rest,
  };
}

function addElasticPool(draft: Draft, entry: CatalogueFeature, share: number, requests: number): void {
  const { random, start, end } = draft;
  const charge = 0.25 * between(random, 1, 24);
  const period = (['term', 'month', 'term', 'quarter', 'year'] as const)[between(random, 0, 4)] ?? 'term';
  const days = (end - start) / day;
  const length = { term: days, month: 30.4, quarter: 91, year: 365 }[period];
  const used = requests * charge * Math.min(1, length / days) * (period === 'month' ? 1.3 : 1.1);
  const aimed = chance(random, 0.9) ? 0.2 + 0.6 * uniform(random) : 1.05;
  const rows: EntitlementPlan[] = draft.groups.map((group) => ({
    account: group.account,
    product: tokenProduct,
    feature: elasticFeature(entry),
    model: 'metered',
    quantity: Math.max(50, Math.ceil(used / aimed)),
    overdraft: 0,
    // From 1 January of an earlier year, so that every calendar period that is asked for lies inside the row.
    start: Date.UTC(new Date(start).getUTCFullYear() - 1, 0, 1),
    until: startOfDay(end) + between(random, 50, 400) * day,
    server: '',
    period,
  }));
  draft.rows.push(...rows);
  draft.pools.push({ ...blankPool(draft, entry), weight: share, limits: limitsOf(rows), charge, period });
}

/** Features that people ask for though the server has none of them. */
function addForeignPools(draft: Draft, from: number): void {
  for (let i = 0; i < 2; i++) {
    draft.pools.push({ ...blankPool(draft, catalogueFeature(from + i * 3)), foreign: true, limits: [] });
  }
}

/** Elastic use has names of its own: the same name must mean the same thing in what is used and what was bought. */
export const elasticFeature = ({ feature }: CatalogueFeature): string => `cloud_${feature}`;

/** A pool at its neutral values. */
export function blankPool(draft: Draft, entry: CatalogueFeature): PoolPlan {
  return {
    feature: draft.kind === 'elastic' ? elasticFeature(entry) : entry.feature,
    vendor: draft.kind === 'flexnet' ? entry.vendor : '',
    version: draft.kind === 'cls' ? '2025.1' : '',
    model: draft.kind === 'elastic' ? 'metered' : 'concurrent',
    weight: 0,
    meanSeconds: entry.meanSeconds,
    batch: draft.kind === 'flexnet' ? entry.batch : [1],
    people: 0,
    desk: false,
    component: -1,
    limits: [] as readonly Limit[],
    ceiling: Infinity,
    queues: false,
    charge: 0,
    period: 'term',
    foreign: false,
  };
}

/**
 * A moment at `localHour` of a working day (any day, when the range has no other) about `fraction` of the way through the
 * range, at least one hour after its start and two before its end.
 */
export function workMoment(draft: Draft, fraction: number, localHour: number): number {
  const { clock, start, end } = draft;
  const wished = start + (end - start) * fraction;
  const at = (shift: number): number => {
    const local = startOfDay(wished + offsetAt(clock, wished)) + shift * day + localHour * hour;
    return local - offsetAt(clock, local - offsetAt(clock, local));
  };
  const inside = [0, 1, -1, 2, -2, 3, -3]
    .map(at)
    .filter((t) => t >= start + hour && t <= Math.min(end, draft.stop) - 2 * hour);
  const working = inside.find((t) => [1, 2, 3, 4, 5].includes(new Date(t + offsetAt(clock, t)).getUTCDay()));
  const moment = working ?? inside[0] ?? start + hour + (end - start - 3 * hour) * fraction;
  return Math.round(moment / 60_000) * 60_000;
}

/** The finished server. */
export function finish(draft: Draft, noise: number): ServerPlan {
  const [only] = draft.groups;
  const used = new Set(draft.pools.map((pool) => pool.vendor));
  return {
    name: draft.name,
    kind: draft.kind,
    clock: draft.clock,
    account: draft.groups.length === 1 && only !== undefined ? only.account : '',
    groups: draft.groups,
    vendors: vendors.filter((vendor) => used.has(vendor)),
    pools: draft.pools,
    causes: draft.kind === 'flexnet' ? flexnetCauses : draft.kind === 'cls' ? clsCauses : elasticCauses,
    requests: draft.requests,
    pattern: draft.pattern,
    growth: draft.growth,
    begin: draft.start,
    stop: draft.stop,
    parity: draft.parity,
    rotated: draft.rotated,
    noise,
    backSteps: draft.backSteps,
    script: [...draft.script].sort((a, b) => a.at - b.at),
  };
}
