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
import { aroundBackStep, drawAmount, isDown, limitAt, numberOf, shown, usedAt } from './conditions.ts';
import type { Item } from './heap.ts';
import { countDenial } from './ledger.ts';
import { peopleAt } from './demand.ts';
import { align, holder, isOneEach, pairIndex, schedule } from './machine.ts';
import type { Machine } from './machine.ts';
import { between, chance, exponential, itemOf, uniform } from './random.ts';
import type { PoolPlan } from './plan.ts';
import { grant } from './sessions.ts';

/** A request of the everyday demand. */
export function everydayRequest(machine: Machine, t: number): void {
  const { state, plan, demand } = machine;
  const { random } = state;
  const pool = demand.lots[Math.floor(uniform(random) * demand.lots.length)] ?? 0;
  const client = someone(machine, t, pool);
  if (itemOf(plan.pools, pool).people > 0 && machine.holders.has(holder({ pool, client }))) return;
  if (chance(random, plan.kind === 'cls' ? 0.012 : 0.004)) {
    // The first reasons of the list are the frequent ones.
    const cause =
      plan.kind === 'flexnet' && chance(random, 0.14) ? -1 : Math.floor(plan.causes.length * uniform(random) ** 1.5);
    schedule(state, t, 'storm', { pool, client, x: cause, y: between(random, 1, 4) });
    return;
  }
  request(machine, t, pool, client, 0);
}

/** Few clients ask often. Of a busy pool, those who work with it daily; now and then anybody else. */
function someone(machine: Machine, t: number, pool: number): number {
  const { state, plan, clients } = machine;
  const { people } = itemOf(plan.pools, pool);
  const lot = uniform(state.random);
  if (people === 0) return Math.floor(clients.length * lot ** 2);
  const most = chance(state.random, 0.02)
    ? clients.length
    : Math.min(clients.length, peopleAt(plan, people, t, machine.end));
  return Math.floor(most * lot);
}

/** `holdSeconds` 0: as long as people usually keep that feature. */
export function request(machine: Machine, t: number, pool: number, client: number, holdSeconds: number): void {
  const { state } = machine;
  const { random } = state;
  const plan = itemOf(machine.plan.pools, pool);
  const quantity =
    plan.model === 'metered'
      ? drawAmount(machine, plan)
      : itemOf(plan.batch, Math.floor(uniform(random) * plan.batch.length));
  if (isDown(machine, plan) || (isOneEach(plan) && machine.holders.has(holder({ pool, client })))) return;
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
  if (isDown(machine, plan) || machine.holders.has(holder(item))) return;
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
  if (free && !machine.holders.has(holder(item))) grant(machine, t, item.pool, item.client, item.quantity, 0);
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
  if (!machine.holders.has(holder({ pool: item.pool, client }))) grant(machine, t, item.pool, client, 1, seconds);
  schedule(machine.state, align(machine, t + 7000), 'fill', { ...item, y: item.y + 1 });
}

/** Metered: consumes what is missing to `quantity` tokens in this period. */
export function topUp(machine: Machine, t: number, item: Item): void {
  const missing = Math.round((item.quantity - usedAt(machine, item.pool, t)) * 1e6) / 1e6;
  if (missing > 0) grant(machine, t, item.pool, item.client, missing, 0);
}

/** Lines up for a license. */
export function queue(machine: Machine, t: number, item: Item): void {
  if (isDown(machine, itemOf(machine.plan.pools, item.pool))) return;
  record(machine, t, 'queued', item.pool, item.client, item.quantity);
  schedule(machine.state, align(machine, t + 30_000), 'dequeue', { ...item, x: 20 });
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
