import { stepsOf } from './entitled.ts';
import type { Step } from './entitled.ts';
import type { EntitlementPlan } from './plan.ts';

/** True figures of one account and feature over all its servers, while they are being counted. */
export interface Pair {
  readonly account: string;
  readonly feature: string;
  readonly model: 'concurrent' | 'metered';
  readonly servers: string[];
  readonly steps: readonly Step[];
  /** `steps` index in force; −1 before the first. */
  step: number;
  /** `steps` index in force when the range began. */
  firstStep: number;
  checkouts: number;
  checkins: number;
  orphans: number;
  queued: number;
  dequeued: number;
  upgrades: number;
  unsupported: number;
  readonly denials: Record<string, number>;
  clients: number;
  deniedClients: number;
  inUse: number;
  peak: number;
  /** Highest running sum since the quantity last changed. */
  stretchPeak: number;
  percentage: number | null;
  licenseMilliseconds: number;
  closedByRestart: number;
  readonly episodes: Outcomes;
  readonly unsupportedEpisodes: Outcomes;
  /** Metered: millionths consumed, in all and by period. */
  consumed: number;
  readonly consumedBy: Map<number, number>;
}

export interface Outcomes {
  resolved: number;
  unresolved: number;
  unknown: number;
}

/** Rows grouped by what they cover, looked up for every pair. */
export function rowsByPair(rows: readonly EntitlementPlan[]): Map<string, EntitlementPlan[]> {
  const groups = new Map<string, EntitlementPlan[]>();
  for (const row of rows) {
    const key = pairKey(row.account, row.feature);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

export function pairKey(account: string, feature: string): string {
  return `${account}\n${feature}`;
}

export function newPair(
  account: string,
  feature: string,
  model: 'concurrent' | 'metered',
  rows: readonly EntitlementPlan[],
): Pair {
  return {
    account,
    feature,
    model,
    servers: [],
    steps: stepsOf(rows),
    step: -1,
    firstStep: -1,
    checkouts: 0,
    checkins: 0,
    orphans: 0,
    queued: 0,
    dequeued: 0,
    upgrades: 0,
    unsupported: 0,
    denials: {},
    clients: 0,
    deniedClients: 0,
    inUse: 0,
    peak: 0,
    stretchPeak: 0,
    percentage: null,
    licenseMilliseconds: 0,
    closedByRestart: 0,
    episodes: { resolved: 0, unresolved: 0, unknown: 0 },
    unsupportedEpisodes: { resolved: 0, unresolved: 0, unknown: 0 },
    consumed: 0,
    consumedBy: new Map(),
  };
}

/** The range begins at `t`: what is in force there holds from its first moment. */
export function openPair(pair: Pair, t: number): void {
  advance(pair, t);
  pair.firstStep = pair.step;
}

/** A change of the quantity in use. Must be called in (time, file order). */
export function changeInUse(pair: Pair, t: number, delta: number): void {
  advance(pair, t);
  pair.inUse += delta;
  if (pair.inUse > pair.peak) pair.peak = pair.inUse;
  if (pair.inUse > pair.stretchPeak) pair.stretchPeak = pair.inUse;
}

/** Percentage: the highest over the stretches of constant quantity (peak of the stretch ÷ its quantity). */
export function settleStretch(pair: Pair): void {
  const quantity = pair.steps[pair.step]?.quantity ?? 0;
  if (quantity > 0 && pair.model === 'concurrent') {
    pair.percentage = Math.max(pair.percentage ?? 0, (100 * pair.stretchPeak) / quantity);
  }
}

function advance(pair: Pair, t: number): void {
  for (;;) {
    const next = pair.steps[pair.step + 1];
    if (next === undefined || next.from > t) return;
    settleStretch(pair);
    pair.step++;
    pair.stretchPeak = pair.inUse;
  }
}

/** Which calendar period (UTC) a moment lies in; `term`: always the same. */
export function periodOf(period: EntitlementPlan['period'], t: number): number {
  if (period === 'term') return 0;
  const date = new Date(t);
  const year = date.getUTCFullYear();
  if (period === 'year') return year;
  return period === 'quarter' ? year * 4 + Math.floor(date.getUTCMonth() / 3) : year * 12 + date.getUTCMonth();
}
