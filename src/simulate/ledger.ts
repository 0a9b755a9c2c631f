import { itemOf } from './random.ts';
import { changeInUse, openPair, pairKey, newPair, periodOf, settleStretch } from './truth.ts';
import type { Outcomes, Pair } from './truth.ts';
import type { EntitlementPlan, ServerPlan } from './plan.ts';

/** docs/definitions.md#denials: the default gap of an episode, and the time within which a grant resolves it. */
const episodeGap = 600_000;

/**
 * Counts what one server writes, line by line, by docs/definitions.md#session, #use and #denials, and independently of
 * `src/sessions`: running sums here, a session matcher there. Its memory is a few numbers per (feature, client), never per event.
 * No client works on two servers, so episodes that are counted here server by server are those over all servers of the account.
 */
export interface Ledger {
  readonly plan: ServerPlan;
  /** Index: pool × groups + group. */
  readonly pairs: readonly Pair[];
  readonly inUse: Float64Array;
  readonly since: Float64Array;
  /** Per pair: each client's latest checkout (0 = none), and whether it was ever denied. */
  readonly granted: readonly Float64Array[];
  readonly denied: readonly Uint8Array[];
  readonly episodes: Map<number, Episode>;
  /** Changes held back while the clock is about to step back: they count in (time, file order). */
  held: { t: number; pair: number; delta: number }[] | undefined;
}

interface Episode {
  last: number;
  resolved: boolean;
  readonly pair: number;
  readonly unsupported: boolean;
}

export function createLedger(
  plan: ServerPlan,
  pairs: Map<string, Pair>,
  rows: ReadonlyMap<string, readonly EntitlementPlan[]>,
): Ledger {
  const list: Pair[] = [];
  for (const pool of plan.pools) {
    for (const group of plan.groups) {
      const key = pairKey(group.account, pool.feature);
      const pair = pairs.get(key) ?? newPair(group.account, pool.feature, pool.model, rows.get(key) ?? []);
      pairs.set(key, pair);
      pair.servers.push(plan.name);
      openPair(pair, plan.begin);
      list.push(pair);
    }
  }
  const sizes = plan.pools.flatMap(() => plan.groups.map((group) => group.clients));
  return {
    plan,
    pairs: list,
    inUse: new Float64Array(list.length),
    since: new Float64Array(list.length),
    granted: sizes.map((size) => new Float64Array(size)),
    denied: sizes.map((size) => new Uint8Array(size)),
    episodes: new Map(),
    held: undefined,
  };
}

/** `client` is the number within its group. */
export function countCheckout(ledger: Ledger, t: number, index: number, client: number, quantity: number): void {
  const pair = itemOf(ledger.pairs, index);
  pair.checkouts++;
  const granted = itemOf(ledger.granted, index);
  if (granted[client] === 0) pair.clients++;
  granted[client] = t;
  if (itemOf(ledger.denied, index)[client] === 1) {
    resolve(ledger.episodes.get(episodeKey(index, client, false)), t);
    resolve(ledger.episodes.get(episodeKey(index, client, true)), t);
  }
  change(ledger, t, index, quantity);
}

/** Metered: `amount` in millionths. */
export function countCharge(ledger: Ledger, t: number, index: number, client: number, amount: number): void {
  countCheckout(ledger, t, index, client, 0);
  const pair = itemOf(ledger.pairs, index);
  const pool = itemOf(ledger.plan.pools, Math.floor(index / ledger.plan.groups.length));
  const period = periodOf(pool.period, t);
  pair.consumed += amount;
  pair.consumedBy.set(period, (pair.consumedBy.get(period) ?? 0) + amount);
}

export function countCheckin(ledger: Ledger, t: number, index: number, quantity: number): void {
  itemOf(ledger.pairs, index).checkins++;
  change(ledger, t, index, -quantity);
}

/** A check-in of something that was never seen going out. */
export function countOrphan(ledger: Ledger, index: number): void {
  const pair = itemOf(ledger.pairs, index);
  pair.checkins++;
  pair.orphans++;
}

export function countUpgrade(ledger: Ledger, t: number, index: number, delta: number): void {
  itemOf(ledger.pairs, index).upgrades++;
  change(ledger, t, index, delta);
}

/** `label`: the code, or the text where there is no code; `unsupported` lines form episodes of their own. */
export function countDenial(
  ledger: Ledger,
  t: number,
  index: number,
  client: number,
  label: string,
  unsupported: boolean,
): void {
  const pair = itemOf(ledger.pairs, index);
  if (unsupported) pair.unsupported++;
  else pair.denials[label] = (pair.denials[label] ?? 0) + 1;
  const denied = itemOf(ledger.denied, index);
  const key = episodeKey(index, client, unsupported);
  const episode = ledger.episodes.get(key);
  if (!unsupported && episode === undefined) pair.deniedClients++;
  denied[client] = 1;
  // A checkout in the same second resolves, on an earlier line too.
  const resolved = itemOf(ledger.granted, index)[client] === t;
  if (episode !== undefined && t - episode.last <= episodeGap) {
    episode.last = t;
    episode.resolved = resolved;
    return;
  }
  if (episode !== undefined) settle(ledger, episode, Infinity);
  ledger.episodes.set(key, { last: t, resolved, pair: index, unsupported });
}

/** The daemon's sessions end at `t`, its last line before a start. `sessions`: how many were open, by pair. */
export function closeByRestart(ledger: Ledger, t: number, index: number, sessions: number): void {
  itemOf(ledger.pairs, index).closedByRestart += sessions;
  change(ledger, t, index, -(ledger.inUse[index] ?? 0));
}

/** From here on changes wait for `release`, which brings them into (time, file order). */
export function hold(ledger: Ledger): void {
  ledger.held ??= [];
}

export function release(ledger: Ledger): void {
  const held = ledger.held ?? [];
  ledger.held = undefined;
  held.sort((a, b) => a.t - b.t);
  for (const { t, pair, delta } of held) apply(ledger, t, pair, delta);
}

/** The source's last line is at `t`: open sessions count up to there, open episodes get their outcome. */
export function closeLedger(ledger: Ledger, t: number): void {
  release(ledger);
  for (let index = 0; index < ledger.pairs.length; index++) addArea(ledger, t, index);
  for (const episode of ledger.episodes.values()) settle(ledger, episode, t);
  ledger.episodes.clear();
  for (const pair of ledger.pairs) settleStretch(pair);
}

function change(ledger: Ledger, t: number, index: number, delta: number): void {
  if (delta === 0) return;
  if (ledger.held === undefined) apply(ledger, t, index, delta);
  else ledger.held.push({ t, pair: index, delta });
}

function apply(ledger: Ledger, t: number, index: number, delta: number): void {
  addArea(ledger, t, index);
  ledger.inUse[index] = (ledger.inUse[index] ?? 0) + delta;
  changeInUse(itemOf(ledger.pairs, index), t, delta);
}

function addArea(ledger: Ledger, t: number, index: number): void {
  const inUse = ledger.inUse[index] ?? 0;
  if (inUse !== 0) itemOf(ledger.pairs, index).licenseMilliseconds += inUse * (t - (ledger.since[index] ?? 0));
  ledger.since[index] = t;
}

function episodeKey(index: number, client: number, unsupported: boolean): number {
  return (index * 65_536 + client) * 2 + (unsupported ? 1 : 0);
}

function resolve(episode: Episode | undefined, t: number): void {
  if (episode !== undefined && t >= episode.last && t - episode.last <= episodeGap) episode.resolved = true;
}

function settle(ledger: Ledger, episode: Episode, lastLine: number): void {
  const pair = itemOf(ledger.pairs, episode.pair);
  const outcomes: Outcomes = episode.unsupported ? pair.unsupportedEpisodes : pair.episodes;
  if (episode.resolved) outcomes.resolved++;
  else if (lastLine - episode.last <= episodeGap) outcomes.unknown++;
  else outcomes.unresolved++;
}
