import { hold, release } from './ledger.ts';
import type { Machine } from './machine.ts';
import { itemOf, uniform } from './random.ts';
import type { PoolPlan } from './plan.ts';
import { periodOf } from './truth.ts';

const stepBack = 4000;
const minute = 60_000;

/** What the server's clock shows: for a minute after a back-step it is 4 s slow. */
export function shown(machine: Machine, t: number): number {
  for (const back of machine.plan.backSteps) if (t >= back && t < back + minute) return t - stepBack;
  return t;
}

/** Around a back-step changes count in (time, file order), and nobody is refused: an episode would hang on the order of lines. */
export function aroundBackStep(machine: Machine, t: number): boolean {
  let near = false;
  for (const back of machine.plan.backSteps) near ||= t >= back - 10_000 && t < back + minute + 10_000;
  if (machine.ledger !== undefined) {
    if (near) hold(machine.ledger);
    else if (machine.ledger.held !== undefined) release(machine.ledger);
  }
  return near;
}

/** Licenses in use, or tokens consumed in the period that `t` lies in. */
export function usedAt(machine: Machine, pool: number, t: number): number {
  const { state } = machine;
  const plan = itemOf(machine.plan.pools, pool);
  if (plan.model === 'concurrent') return state.inUse[pool] ?? 0;
  const period = periodOf(plan.period, t);
  if (state.period[pool] !== period) {
    state.period[pool] = period;
    state.consumed[pool] = 0;
  }
  return (state.consumed[pool] ?? 0) / 1e6;
}

/** What the server grants at once (concurrent) or in the period (metered); −1: expired. */
export function limitAt(plan: PoolPlan, t: number): number {
  let licenses = 0;
  for (const limit of plan.limits) {
    if (limit.from > t) break;
    licenses = limit.licenses;
  }
  return licenses;
}

/** Nobody answers for this pool: its daemon, or the whole server, is not running. */
export function isDown(machine: Machine, plan: PoolPlan): boolean {
  const { state } = machine;
  if (machine.plan.kind !== 'flexnet') return false;
  return state.down[0] === true || state.down[machine.plan.vendors.indexOf(plan.vendor) + 1] === true;
}

/** Hundredths of a token, about the pool's mean charge. */
export function drawAmount(machine: Machine, plan: PoolPlan): number {
  return Math.max(1, Math.round(100 * plan.charge * (0.4 + 1.2 * uniform(machine.state.random)))) / 100;
}

/** Number of a client within its account: what the ledger knows it by. */
export function numberOf(machine: Machine, client: number): number {
  return itemOf(machine.clients, client).number;
}
