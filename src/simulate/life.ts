import { aroundBackStep } from './conditions.ts';
import { remove } from './heap.ts';
import type { Item } from './heap.ts';
import { closeByRestart } from './ledger.ts';
import { align, drawRequest, holder, isSession, nextMoment, pairIndex, schedule, takeItem } from './machine.ts';
import type { Machine } from './machine.ts';
import { between, itemOf } from './random.ts';
import { dequeue, everydayRequest, fill, queue, request, retry, storm, topUp } from './requests.ts';
import { batch, endSession, goOn, orphan } from './sessions.ts';
import { itemKinds } from './plan.ts';
import type { ItemKind } from './plan.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Does the next thing that happens on this server. The caller sees to it that it lies in the time to simulate. */
export function step(machine: Machine): void {
  const t = nextMoment(machine);
  const item = takeItem(machine);
  if (item === undefined) {
    everydayRequest(machine, t);
    drawRequest(machine);
    return;
  }
  const kind = kinds[item.kind];
  if (kind === undefined) throw new RangeError(`simulate: no item of kind ${item.kind}`);
  handlers[kind](machine, t, item);
}

/** Everything up to and including `until`; nothing after the source fell silent. */
export function runUntil(machine: Machine, until: number): void {
  const last = Math.min(until, machine.plan.stop);
  while (nextMoment(machine) <= last) step(machine);
}

const kinds: Readonly<Record<number, ItemKind>> = Object.fromEntries(
  (Object.keys(itemKinds) as ItemKind[]).map((kind) => [itemKinds[kind], kind]),
);

const handlers: Readonly<Record<ItemKind, (machine: Machine, t: number, item: Item) => void>> = {
  checkin: goOn,
  partial: goOn,
  upgrade: goOn,
  retry,
  storm,
  dequeue,
  fill,
  topUp,
  orphan,
  batch,
  queue,
  request: (machine, t, item) => {
    request(machine, t, item.pool, item.client, item.x);
  },
  probe: (machine, t, item) => {
    request(machine, t, item.pool, item.client, 60);
    schedule(machine.state, align(machine, t + item.x * 1000), 'probe', item);
  },
  begin: (machine, t) => {
    machine.recorder.say(t, 'begin', 0);
  },
  timestamp: (machine, t, item) => {
    const daemon = Math.max(0, item.x);
    if (daemon > machine.plan.vendors.length) return;
    if (machine.state.down[0] !== true && machine.state.down[daemon] !== true)
      machine.recorder.say(t, 'timestamp', daemon);
    if (item.x >= 0) schedule(machine.state, align(machine, t + 6 * hour), 'timestamp', item);
  },
  reread: (machine, t, item) => {
    if (machine.state.down.every((down) => !down)) machine.recorder.say(t, 'reread', 0);
    schedule(machine.state, align(machine, t + item.x * day), 'reread', item);
  },
  crash,
  restart: (machine, t, item) => {
    machine.state.down[item.x] = false;
    machine.recorder.say(t, 'restart', item.x);
  },
  shutdown,
  startup: (machine, t) => {
    machine.state.down.fill(false);
    machine.recorder.say(t, 'startup', 0);
  },
};

/** A vendor daemon dies with sessions open; lmgrd notices, and starts it again after a while. `x`: days to the next crash. */
function crash(machine: Machine, t: number, item: Item): void {
  const { state, plan, recorder } = machine;
  const pause = between(state.random, 2, 14) * minute;
  const within = t <= machine.end ? Math.min(machine.end, plan.stop) : plan.stop;
  // A crash whose restart the log no longer shows would leave open what is not: it waits for another day.
  if (state.down.includes(true) || aroundBackStep(machine, t) || t + pause + minute > within) {
    schedule(state, t + day, 'crash', item);
    return;
  }
  const vendor = busiest(machine);
  const daemon = plan.vendors.indexOf(vendor) + 1;
  recorder.say(t, 'crash', daemon);
  const gone = remove(state.heap, (open) => isSession(open.kind) && plan.pools[open.pool]?.vendor === vendor);
  const sessions = new Map<number, number>();
  for (const open of gone) {
    machine.holders.delete(holder(open));
    for (const pool of [open.pool, itemOf(plan.pools, open.pool).component]) {
      if (pool < 0) continue;
      const index = pairIndex(machine, pool, open.client);
      sessions.set(index, (sessions.get(index) ?? 0) + 1);
      state.inUse[pool] = 0;
    }
  }
  if (machine.ledger !== undefined) {
    for (const [index, count] of sessions) closeByRestart(machine.ledger, t, index, count);
  }
  state.down[daemon] = true;
  recorder.say(t, 'exited', daemon);
  schedule(state, align(machine, t + pause), 'restart', { x: daemon });
  schedule(state, align(machine, t + item.x * day), 'crash', item);
}

/** An orderly end: all sessions are given back, both daemons stop, the whole server starts again. `x`: days to the next one. */
function shutdown(machine: Machine, t: number, item: Item): void {
  const { state, recorder } = machine;
  if (state.down.includes(true) || aroundBackStep(machine, t)) {
    schedule(state, t + day, 'shutdown', item);
    return;
  }
  for (const open of remove(state.heap, (session) => isSession(session.kind))) endSession(machine, t, open, 'SHUTDOWN');
  recorder.say(t, 'shutdown', 0);
  state.down.fill(true);
  schedule(state, align(machine, t + between(state.random, 3, 20) * minute), 'startup');
  schedule(state, align(machine, t + item.x * day), 'shutdown', item);
}

/** The vendor daemon with most licenses out. */
function busiest(machine: Machine): string {
  const { plan, state } = machine;
  const used = plan.vendors.map((vendor) =>
    plan.pools.reduce((sum, pool, i) => sum + (pool.vendor === vendor ? (state.inUse[i] ?? 0) : 0), 0),
  );
  return itemOf(plan.vendors, used.indexOf(Math.max(...used)));
}
