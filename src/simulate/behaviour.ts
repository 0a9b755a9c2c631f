import {
  clsCapacity,
  clsExpired,
  elasticCapacity,
  elasticExpired,
  flexnetCapacity,
  flexnetExpired,
  flexnetQueued,
} from './catalogue.ts';
import type { Cause } from './catalogue.ts';
import {
  countCharge,
  countCheckin,
  countCheckout,
  countDenial,
  countOrphan,
  countUpgrade,
  hold,
  release,
} from './ledger.ts';
import { align, pairIndex, schedule } from './machine.ts';
import type { Machine } from './machine.ts';
import { between, chance, exponential, itemOf, uniform } from './random.ts';
import { itemKinds } from './plan.ts';
import type { PoolPlan } from './plan.ts';
import type { CheckinReason } from './recorder.ts';
import { periodOf } from './truth.ts';
import type { Item } from './heap.ts';

const stepBack = 4000;
const minute = 60_000;
const longest = 11 * 3600;

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

/** A request of the everyday demand. */
export function everydayRequest(machine: Machine, t: number): void {
  const { state, plan, demand } = machine;
  const { random } = state;
  const pool = demand.lots[Math.floor(uniform(random) * demand.lots.length)] ?? 0;
  const client = Math.floor(machine.clients.length * uniform(random) ** 2);
  if (chance(random, plan.kind === 'cls' ? 0.012 : 0.004)) {
    const cause = between(random, plan.kind === 'flexnet' ? -3 : 0, plan.causes.length - 1);
    schedule(state, t, 'storm', { pool, client, x: Math.max(cause, -1), y: between(random, 1, 4) });
    return;
  }
  request(machine, t, pool, client, 0);
}

/** `holdSeconds` 0: as long as people usually keep that feature. */
export function request(machine: Machine, t: number, pool: number, client: number, holdSeconds: number): void {
  const { state, batches } = machine;
  const { random } = state;
  const plan = itemOf(machine.plan.pools, pool);
  const batch = plan.batch.length > 1;
  const quantity =
    plan.model === 'metered'
      ? drawAmount(machine, plan)
      : itemOf(plan.batch, Math.floor(uniform(random) * plan.batch.length));
  if (isDown(machine, plan) || (batch && batches.has(pool * 65_536 + client))) return;
  const limit = limitAt(plan, t);
  const used = usedAt(machine, pool, t);
  if (limit >= 0 && used + quantity > plan.ceiling && plan.ceiling < limit) return;
  if (limit >= 0 && used + quantity <= limit) {
    grant(machine, t, pool, client, quantity, holdSeconds);
    return;
  }
  if (limit >= 0 && plan.queues && chance(random, 0.4)) {
    record(machine, t, 'queued', pool, client, quantity);
    schedule(state, align(machine, t + 30_000), 'dequeue', { pool, client, quantity, x: 20 });
    return;
  }
  deny(machine, t, pool, client, quantity, refusal(machine, plan, limit));
  if (!chance(random, 0.85)) return;
  const again = align(machine, t + between(random, 1, 40) * 1000);
  if (limit < 0) schedule(state, again, 'retry', { pool, client, quantity, x: between(random, 1, 2) });
  // Some click again and again for a minute or two, others try every few minutes until somebody leaves.
  else if (chance(random, 0.45))
    schedule(state, again, 'retry', { pool, client, quantity, x: 25, y: between(random, 60, 400) });
  else
    schedule(state, again, 'retry', {
      pool,
      client,
      quantity,
      x: 1 + Math.min(12, Math.floor(exponential(random, 3))),
    });
}

/** Asks again; `x` tries are left, `y` seconds lie between them (0: anything). */
export function retry(machine: Machine, t: number, item: Item): void {
  const { state } = machine;
  const plan = itemOf(machine.plan.pools, item.pool);
  if (isDown(machine, plan) || machine.batches.has(item.pool * 65_536 + item.client)) return;
  const limit = limitAt(plan, t);
  if (limit >= 0 && usedAt(machine, item.pool, t) + item.quantity <= limit) {
    grant(machine, t, item.pool, item.client, item.quantity, 0);
    return;
  }
  deny(machine, t, item.pool, item.client, item.quantity, refusal(machine, plan, limit));
  if (item.x <= 1) return;
  const patient = chance(state.random, 0.06) ? between(state.random, 120, 400) : between(state.random, 0, 45);
  const seconds = item.y > 0 ? item.y : patient;
  schedule(state, align(machine, t + seconds * 1000), 'retry', { ...item, x: item.x - 1 });
}

/** Waits in the queue for `x` more looks, half a minute apart. */
export function dequeue(machine: Machine, t: number, item: Item): void {
  const plan = itemOf(machine.plan.pools, item.pool);
  const free = limitAt(plan, t) - usedAt(machine, item.pool, t) >= item.quantity;
  if (!free && item.x > 1) {
    schedule(machine.state, align(machine, t + 30_000), 'dequeue', { ...item, x: item.x - 1 });
    return;
  }
  record(machine, t, 'dequeued', item.pool, item.client, item.quantity);
  if (free && !machine.batches.has(item.pool * 65_536 + item.client))
    grant(machine, t, item.pool, item.client, item.quantity, 0);
}

/** Refuses for cause `x` (−1: unsupported), `y` more times. Causes about features the server has not use such a feature. */
export function storm(machine: Machine, t: number, item: Item): void {
  const { state, plan } = machine;
  const cause = item.x < 0 ? undefined : itemOf(plan.causes, item.x);
  const foreign = plan.pools.findIndex((pool) => pool.foreign);
  const pool = cause === undefined || cause.foreign === true ? foreign : item.pool;
  if (isDown(machine, itemOf(plan.pools, pool))) return;
  if (!aroundBackStep(machine, t)) {
    const at = shown(machine, t);
    if (cause !== undefined) deny(machine, t, pool, item.client, 1, cause);
    else {
      machine.recorder.unsupported(at, pool, item.client);
      if (machine.ledger !== undefined)
        countDenial(
          machine.ledger,
          at,
          pairIndex(machine, pool, item.client),
          numberOf(machine, item.client),
          '-5',
          true,
        );
    }
  }
  if (item.y > 0)
    schedule(state, align(machine, t + between(state.random, 1, 50) * 1000), 'storm', { ...item, y: item.y - 1 });
}

/** Brings the quantity in use up to `quantity`, one client every few seconds, each keeping it about `x` seconds. */
export function fill(machine: Machine, t: number, item: Item): void {
  const plan = itemOf(machine.plan.pools, item.pool);
  if (isDown(machine, plan)) return;
  const used = usedAt(machine, item.pool, t);
  if (used >= item.quantity || used + 1 > limitAt(plan, t)) return;
  const client = (item.y + 2) % machine.clients.length;
  const seconds = (item.x + item.quantity * 8) * (0.8 + 0.4 * uniform(machine.state.random));
  if (!machine.batches.has(item.pool * 65_536 + client)) grant(machine, t, item.pool, client, 1, seconds);
  schedule(machine.state, align(machine, t + 7000), 'fill', { ...item, y: item.y + 1 });
}

/** Metered: consumes what is missing to `quantity` tokens in this period. */
export function topUp(machine: Machine, t: number, item: Item): void {
  const missing = Math.round((item.quantity - usedAt(machine, item.pool, t)) * 1e6) / 1e6;
  if (missing > 0) grant(machine, t, item.pool, item.client, missing, 0);
}

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
  const { state, recorder, ledger, batches } = machine;
  const { random } = state;
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
  // At least 10 s, so that a session is never shorter than a clock step.
  const seconds = holdSeconds > 0 ? holdSeconds : Math.min(longest, 10 + exponential(random, plan.meanSeconds));
  const end = align(machine, t + Math.ceil(seconds) * 1000 + 999);
  const middle = align(machine, t + Math.ceil(seconds / 2) * 1000 + 999);
  const fields = { pool, client, quantity, x: handle, y: end };
  if (plan.batch.length > 1) batches.add(pool * 65_536 + client);
  if (course !== 'plain') schedule(state, middle, course, fields);
  else schedule(state, end, 'checkin', fields);
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
  if (isDown(machine, plan) || machine.batches.has(item.pool * 65_536 + item.client)) return;
  grant(machine, t, item.pool, item.client, item.quantity, item.x, item.y === 1 ? 'partial' : 'upgrade');
}

/** Lines up for a license. */
export function queue(machine: Machine, t: number, item: Item): void {
  if (isDown(machine, itemOf(machine.plan.pools, item.pool))) return;
  record(machine, t, 'queued', item.pool, item.client, item.quantity);
  schedule(machine.state, align(machine, t + 30_000), 'dequeue', { ...item, x: 20 });
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
  machine.batches.delete(item.pool * 65_536 + item.client);
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

function deny(machine: Machine, t: number, pool: number, client: number, quantity: number, cause: Cause): void {
  if (aroundBackStep(machine, t)) return;
  machine.recorder.denial(t, pool, client, quantity, cause);
  if (machine.ledger === undefined) return;
  const label = cause.code === '' ? cause.text : cause.code;
  countDenial(machine.ledger, t, pairIndex(machine, pool, client), numberOf(machine, client), label, false);
}

function record(
  machine: Machine,
  t: number,
  kind: 'queued' | 'dequeued',
  pool: number,
  client: number,
  quantity: number,
): void {
  machine.recorder[kind](shown(machine, t), pool, client, quantity);
  const pair = machine.ledger?.pairs[pairIndex(machine, pool, client)];
  if (pair !== undefined) pair[kind]++;
}

function refusal(machine: Machine, plan: PoolPlan, limit: number): Cause {
  const expired = limit < 0;
  switch (machine.plan.kind) {
    case 'flexnet':
      return expired
        ? flexnetExpired
        : plan.queues && chance(machine.state.random, 0.3)
          ? flexnetQueued
          : flexnetCapacity;
    case 'cls':
      return expired ? clsExpired : clsCapacity;
    case 'elastic':
      return expired ? elasticExpired : elasticCapacity;
  }
}

function use(machine: Machine, pool: number, delta: number): void {
  machine.state.inUse[pool] = (machine.state.inUse[pool] ?? 0) + delta;
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

function limitAt(plan: PoolPlan, t: number): number {
  let licenses = 0;
  for (const limit of plan.limits) {
    if (limit.from > t) break;
    licenses = limit.licenses;
  }
  return licenses;
}

function isDown(machine: Machine, plan: PoolPlan): boolean {
  const { state } = machine;
  if (machine.plan.kind !== 'flexnet') return false;
  return state.down[0] === true || state.down[machine.plan.vendors.indexOf(plan.vendor) + 1] === true;
}

/** Hundredths of a token, about the pool's mean charge. */
function drawAmount(machine: Machine, plan: PoolPlan): number {
  return Math.max(1, Math.round(100 * plan.charge * (0.4 + 1.2 * uniform(machine.state.random)))) / 100;
}

function numberOf(machine: Machine, client: number): number {
  return itemOf(machine.clients, client).number;
}
