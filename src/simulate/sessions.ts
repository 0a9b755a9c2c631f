import { offsetAt } from './clock.ts';
import { aroundBackStep, isDown, limitAt, numberOf, shown } from './conditions.ts';
import type { Item } from './heap.ts';
import { countCharge, countCheckin, countCheckout, countOrphan, countUpgrade } from './ledger.ts';
import { align, holder, isOneEach, pairIndex, schedule } from './machine.ts';
import type { Machine } from './machine.ts';
import { chance, exponential, itemOf, uniform } from './random.ts';
import { itemKinds } from './plan.ts';
import type { CheckinReason } from './recorder.ts';

const longest = 11 * 3600;

/** Hands out licenses, and plans how they come back. */
export function grant(
  machine: Machine,
  t: number,
  pool: number,
  client: number,
  quantity: number,
  holdSeconds: number,
  course: Course = courseOf(machine, quantity),
): void {
  const { state, recorder, ledger, holders } = machine;
  const plan = itemOf(machine.plan.pools, pool);
  const at = shown(machine, t);
  aroundBackStep(machine, t);
  const handle = ++state.handles;
  recorder.checkout(at, pool, client, quantity, handle);
  if (plan.model === 'metered') {
    const amount = Math.round(quantity * 1e6);
    state.consumed[pool] = (state.consumed[pool] ?? 0) + amount;
    if (ledger !== undefined)
      countCharge(ledger, at, pairIndex(machine, pool, client), numberOf(machine, client), amount);
    return;
  }
  use(machine, pool, quantity);
  if (ledger !== undefined)
    countCheckout(ledger, at, pairIndex(machine, pool, client), numberOf(machine, client), quantity);
  if (plan.component >= 0) {
    recorder.checkout(at, plan.component, client, quantity, handle);
    use(machine, plan.component, quantity);
    if (ledger !== undefined)
      countCheckout(ledger, at, pairIndex(machine, plan.component, client), numberOf(machine, client), quantity);
  }
  const usual = plan.desk ? atDesk : exponentially;
  const seconds = holdSeconds > 0 ? holdSeconds : usual(machine, t, plan.meanSeconds);
  const end = align(machine, t + Math.ceil(seconds) * 1000 + 999);
  const middle = align(machine, t + Math.ceil(seconds / 2) * 1000 + 999);
  const fields = { pool, client, quantity, x: handle, y: end };
  if (isOneEach(plan)) holders.add(holder({ pool, client }));
  if (course !== 'plain') schedule(state, middle, course, fields);
  else schedule(state, end, 'checkin', fields);
}

/** About `mean`; at least 10 s, so that a session is never shorter than a clock step. */
function exponentially(machine: Machine, _: number, mean: number): number {
  return Math.min(longest, 10 + exponential(machine.state.random, mean));
}

/** To lunch (two of five who came in the morning), else to the end of the working day; in the evening for a while. */
function atDesk(machine: Machine, t: number, mean: number): number {
  const { random } = machine.state;
  const local = (t + offsetAt(machine.plan.clock, t)) / 3_600_000;
  const hours = local % 24;
  const lot = uniform(random) + uniform(random) - 1;
  const until = hours < 11 && chance(random, 0.4) ? 12 + 0.5 * lot : 17.2 + 1.6 * lot;
  const seconds = (until - hours) * 3600;
  return seconds < 900 ? exponentially(machine, t, mean) : Math.min(longest, seconds);
}

/** How a session goes on before it ends. */
type Course = 'plain' | 'partial' | 'upgrade';

/** Large checkouts of FlexNet servers come back in parts, or grow, now and then. */
function courseOf(machine: Machine, quantity: number): Course {
  if (machine.plan.kind !== 'flexnet' || quantity < 4) return 'plain';
  const lot = uniform(machine.state.random);
  return lot < 0.2 ? 'partial' : lot < 0.3 ? 'upgrade' : 'plain';
}

/** A checkout of several licenses that goes on as asked for: `y` 1 = partial check-in, 2 = upgrade. */
export function batch(machine: Machine, t: number, item: Item): void {
  const plan = itemOf(machine.plan.pools, item.pool);
  if (isDown(machine, plan) || machine.holders.has(holder(item))) return;
  grant(machine, t, item.pool, item.client, item.quantity, item.x, item.y === 1 ? 'partial' : 'upgrade');
}

/** A session goes on or ends: part of it comes back, it grows by one, or all of it comes back. */
export function goOn(machine: Machine, t: number, item: Item): void {
  const { state, recorder, ledger } = machine;
  const at = shown(machine, t);
  aroundBackStep(machine, t);
  const index = pairIndex(machine, item.pool, item.client);
  if (item.kind === itemKinds.partial) {
    const part = Math.floor(item.quantity / 2);
    giveBack(machine, t, item, part, '');
    schedule(state, Math.max(item.y, t), 'checkin', { ...item, quantity: item.quantity - part });
  } else if (item.kind === itemKinds.upgrade) {
    const plan = itemOf(machine.plan.pools, item.pool);
    const more = (state.inUse[item.pool] ?? 0) + 1 <= Math.min(limitAt(plan, t), plan.ceiling) ? 1 : -1;
    recorder.upgrade(at, item.pool, item.client, item.quantity, item.quantity + more);
    use(machine, item.pool, more);
    if (ledger !== undefined) countUpgrade(ledger, at, index, more);
    schedule(state, Math.max(item.y, t), 'checkin', { ...item, quantity: item.quantity + more });
  } else {
    endSession(machine, t, item, chance(state.random, 0.04) ? 'INACTIVE' : '');
  }
}

export function endSession(machine: Machine, t: number, item: Item, reason: CheckinReason): void {
  giveBack(machine, t, item, item.quantity, reason);
  machine.holders.delete(holder(item));
}

function giveBack(machine: Machine, t: number, item: Item, quantity: number, reason: CheckinReason): void {
  const at = shown(machine, t);
  for (const pool of [item.pool, itemOf(machine.plan.pools, item.pool).component]) {
    if (pool < 0) continue;
    machine.recorder.checkin(at, pool, item.client, quantity, item.x, reason);
    use(machine, pool, -quantity);
    if (machine.ledger !== undefined) countCheckin(machine.ledger, at, pairIndex(machine, pool, item.client), quantity);
  }
}

/** A check-in whose checkout was before the log began. */
export function orphan(machine: Machine, t: number, item: Item): void {
  machine.recorder.checkin(t, item.pool, item.client, item.quantity, 0, '');
  if (machine.ledger !== undefined) countOrphan(machine.ledger, pairIndex(machine, item.pool, item.client));
}

function use(machine: Machine, pool: number, delta: number): void {
  machine.state.inUse[pool] = (machine.state.inUse[pool] ?? 0) + delta;
}
