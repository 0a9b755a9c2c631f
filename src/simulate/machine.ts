import { createCsvRecorder } from './csv-recorder.ts';
import { createDemand, nextRequest } from './demand.ts';
import type { Demand } from './demand.ts';
import { createFlexnetRecorder } from './flexnet-recorder.ts';
import { pop, push } from './heap.ts';
import type { Item } from './heap.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { hostName, identifier, userName } from './names.ts';
import { between, exponential, itemOf, seeded } from './random.ts';
import type { Random } from './random.ts';
import { itemKinds } from './plan.ts';
import type { EntitlementPlan, PlannedItem, PoolPlan, ServerPlan } from './plan.ts';
import type { Recorder, RecorderState, SimulatedClient } from './recorder.ts';
import { newFigures } from './sink.ts';
import type { FileFigures } from './sink.ts';
import type { Pair } from './truth.ts';

/**
 * Everything that changes while a server runs, as plain data: saved, it lets the simulation go on later with the same bytes
 * as if it had never stopped. It holds what is open and what is planned, so it grows with the licenses in use, not with time.
 */
export interface MachineState {
  readonly name: string;
  readonly random: Random;
  /** The next request of the everyday demand, not rounded. */
  nextRequest: number;
  /** Items made so far: their order within one moment. */
  made: number;
  handles: number;
  readonly heap: Item[];
  readonly inUse: number[];
  /** Metered: millionths consumed in the current period. */
  readonly consumed: number[];
  readonly period: number[];
  /** By daemon (0 lmgrd): not running. */
  readonly down: boolean[];
  readonly recorder: RecorderState;
  readonly files: FileFigures[];
}

/** One server at work. */
export interface Machine {
  readonly plan: ServerPlan;
  readonly end: number;
  readonly state: MachineState;
  readonly demand: Demand;
  readonly clients: readonly SimulatedClient[];
  readonly recorder: Recorder;
  /** Counts the truth; absent when a simulation is continued. */
  readonly ledger: Ledger | undefined;
  /** Where a client takes one at a time: who has one open, as pool × 65,536 + client. */
  readonly holders: Set<number>;
}

export function initialState(plan: ServerPlan, seed: number): MachineState {
  const state: MachineState = {
    name: plan.name,
    random: seeded(seed, `run ${plan.name}`),
    nextRequest: plan.begin,
    made: 0,
    handles: 0,
    heap: [],
    inUse: plan.pools.map(() => 0),
    consumed: plan.pools.map(() => 0),
    period: plan.pools.map(() => -1),
    down: ['lmgrd', ...plan.vendors].map(() => false),
    recorder: { last: 0, lastOf: ['lmgrd', ...plan.vendors].map(() => 0), lines: 0, noise: 0, pid: 0 },
    files: plan.kind === 'flexnet' ? [] : [newFigures(`${plan.name}.csv`)],
  };
  for (const item of plan.script) schedule(state, item.at, item.kind, item);
  return state;
}

export interface MachineOptions {
  readonly directory: string;
  readonly end: number;
  readonly seed: number;
}

export function openMachine(
  plan: ServerPlan,
  state: MachineState,
  options: MachineOptions,
  truth: { pairs: Map<string, Pair>; rows: ReadonlyMap<string, readonly EntitlementPlan[]> } | undefined,
): Machine {
  const clients = clientsOf(plan, options.seed);
  const demand = createDemand(plan, options.end);
  const [first] = state.files;
  const recorder =
    plan.kind === 'flexnet' || first === undefined
      ? createFlexnetRecorder(options.directory, plan, clients, state.recorder, state.files)
      : createCsvRecorder(options.directory, plan, clients, state.recorder, first);
  const machine: Machine = {
    plan,
    end: options.end,
    state,
    demand,
    clients,
    recorder,
    ledger: truth === undefined ? undefined : createLedger(plan, truth.pairs, truth.rows),
    holders: new Set(
      state.heap.filter((item) => isSession(item.kind) && isOneEach(itemOf(plan.pools, item.pool))).map(holder),
    ),
  };
  if (state.nextRequest === plan.begin) drawRequest(machine);
  return machine;
}

/** When something happens next on this server; Infinity when nothing does. */
export function nextMoment(machine: Machine): number {
  const request = align(machine, machine.state.nextRequest);
  const [item] = machine.state.heap;
  return Math.min(request, item?.t ?? Infinity);
}

/** Takes the next item, or undefined when the next thing is a request of the everyday demand. */
export function takeItem(machine: Machine): Item | undefined {
  const { heap, nextRequest: request } = machine.state;
  const [item] = heap;
  return item !== undefined && item.t <= align(machine, request) ? pop(heap) : undefined;
}

export function drawRequest(machine: Machine): void {
  const { state, plan, demand, end } = machine;
  const drawn = nextRequest(plan, demand, state.nextRequest, exponential(state.random, 1), end);
  state.nextRequest = drawn;
}

/** Plans something at `t`. */
export function schedule(
  state: MachineState,
  t: number,
  kind: keyof typeof itemKinds,
  fields: Omit<PlannedItem, 'at' | 'kind'> = {},
): void {
  const { pool = 0, client = 0, quantity = 1, x = 0, y = 0 } = fields;
  push(state.heap, { t, n: state.made++, kind: itemKinds[kind], pool, client, quantity, x, y });
}

/** A client has one checkout of it at a time: batches, and what people keep for half a day. */
export function isOneEach(pool: PoolPlan): boolean {
  return pool.batch.length > 1 || pool.people > 0;
}

/** Key in `holders`. */
export function holder({ pool, client }: { readonly pool: number; readonly client: number }): number {
  return pool * 65_536 + client;
}

export function isSession(kind: number): boolean {
  return kind === itemKinds.checkin || kind === itemKinds.partial || kind === itemKinds.upgrade;
}

/** Whole seconds, and the server's own seconds where two servers must never share one; never before `t`'s own second. */
export function align(machine: Machine, t: number): number {
  const second = Math.floor(t / 1000) * 1000;
  const { parity } = machine.plan;
  if (parity < 0) return second;
  return (Math.floor(second / 1000) & 1) === parity ? second : second + 1000;
}

/** The people and machines of a server; every server has its own, so that a client never shows up on two. */
function clientsOf(plan: ServerPlan, seed: number): SimulatedClient[] {
  const random = seeded(seed, `clients ${plan.name}`);
  return plan.groups.flatMap((group, groupNumber) =>
    Array.from({ length: group.clients }, (_, number): SimulatedClient => {
      const user = userName(random, number + 1);
      if (plan.kind === 'cls') {
        const device = identifier(random, 10);
        return {
          user: '',
          host: `${group.site}-dev${number}`,
          client: `${group.site}:${device}`,
          group: groupNumber,
          number,
        };
      }
      const host = `${hostName(random, group.site, between(random, 1, 9) * 10_000 + number)}${plan.groups.length === 1 ? `.${suffixOf(plan)}` : ''}`;
      return { user, host, client: `${user}@${host}`, group: groupNumber, number };
    }),
  );
}

/** Tells the hosts of two servers of one account apart. */
function suffixOf(plan: ServerPlan): string {
  return plan.name.split('-').at(-1)?.toLowerCase() ?? 's';
}

/** The machine's index of (pool, client's account) in the ledger, and the client's number there. */
export function pairIndex(machine: Machine, pool: number, client: number): number {
  return pool * machine.plan.groups.length + itemOf(machine.clients, client).group;
}
