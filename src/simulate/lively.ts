import { live, newDraft } from './building.ts';
import type { Building, PlanOptions } from './building.ts';
import { caseBook } from './cases.ts';
import { catalogueFeature } from './catalogue.ts';
import { startOfDay } from './clock.ts';
import { addOrdinaryPools, blankPool, concurrentRow } from './draft.ts';
import type { Draft } from './draft.ts';
import { limitsOf } from './entitled.ts';
import { between, itemOf } from './random.ts';
import type { Pattern, PoolPlan } from './plan.ts';

const day = 86_400_000;

/** A pool that many people share every day. Sizes are those of a full-size sample. */
interface BusyPool {
  /** Number in the catalogue. */
  readonly feature: number;
  readonly people: number;
  readonly bought: number;
  readonly overdraft?: number;
  /** What was bought until the middle of the range, when a renewal raised it. */
  readonly before?: number;
  /** Taken at once by a render or solver queue; without it people work with one license each. */
  readonly batch?: readonly number[];
}

/** A customer with busy pools: on one server those of its people, on a second one its queues, which never sleep. */
interface Lively {
  readonly growth: number;
  readonly pattern?: Pattern;
  readonly zone: string;
  readonly pools: readonly BusyPool[];
  readonly queues?: readonly BusyPool[];
}

/**
 * A dozen customers as a vendor has them: most pools are healthy, two are short, one is in overdraft, one customer grows out of
 * what it bought, one shrinks, one is busy at month ends, one renewed in time.
 */
const customers: readonly Lively[] = [
  {
    growth: 0.15,
    zone: 'Europe/Berlin',
    pools: [
      { feature: 0, people: 62, bought: 90 },
      { feature: 2, people: 18, bought: 32 },
    ],
    queues: [{ feature: 25, people: 8, bought: 320, batch: [16, 32] }],
  },
  { growth: 0.1, zone: 'America/New_York', pools: [{ feature: 3, people: 36, bought: 34 }] },
  { growth: 0.9, zone: 'Europe/Berlin', pools: [{ feature: 0, people: 42, bought: 36 }] },
  { growth: 0.2, zone: 'Europe/London', pools: [{ feature: 5, people: 30, bought: 25, overdraft: 6 }] },
  { growth: -0.55, zone: 'America/Chicago', pools: [{ feature: 2, people: 44, bought: 60 }] },
  { growth: 0, pattern: 'closing', zone: 'Europe/Paris', pools: [{ feature: 5, people: 34, bought: 40 }] },
  {
    growth: 0.1,
    zone: 'Asia/Tokyo',
    pools: [{ feature: 1, people: 16, bought: 28 }],
    queues: [{ feature: 25, people: 7, bought: 512, batch: [32, 64] }],
  },
  { growth: 0.05, zone: 'America/Los_Angeles', pools: [{ feature: 0, people: 24, bought: 40 }] },
  {
    growth: 0.1,
    zone: 'Europe/Berlin',
    pools: [{ feature: 4, people: 20, bought: 34 }],
    queues: [{ feature: 10, people: 9, bought: 128, batch: [8, 16] }],
  },
  { growth: 0.1, zone: 'Europe/Paris', pools: [{ feature: 3, people: 14, bought: 25 }] },
  { growth: 0.2, zone: 'Europe/London', pools: [{ feature: 8, people: 14, bought: 18 }] },
  { growth: 0.5, zone: 'America/New_York', pools: [{ feature: 24, people: 30, bought: 48, before: 24 }] },
];
export const livelyCustomers = customers.length;

/** Requests of one person on a working day; most find that they have their license already. And lines that come of it. */
const asks = 3.2;
const linesPerDay = 2.6;
/** Jobs of one queue a day, and how long one takes. */
const jobs = 6;
const jobSeconds = 6 * 3600;
const linesPerQueue = 6.5;

/** Of all lines, about so many belong to the lively customers. */
const livelyShare = 0.75;

/** How large the lively customers are, 1 being full size; 0: too few lines or accounts for them. */
export function livelyScale({ events, start, end, accounts }: PlanOptions, cast: number): number {
  const scale = (livelyShare * events) / fullLines(end - start);
  return accounts < cast + livelyCustomers || scale < 0.4 ? 0 : Math.min(1, scale);
}

/** Lines that they write at the given scale. */
export function livelyLines(options: PlanOptions, scale: number): number {
  return scale * fullLines(options.end - options.start);
}

function fullLines(range: number): number {
  return customers.reduce((sum, customer) => {
    const people = customer.pools.reduce((all, pool) => all + pool.people, 0) * meanPeople(customer.growth);
    const queues = (customer.queues ?? []).reduce((all, pool) => all + pool.people, 0);
    return sum + (range / day) * ((people * linesPerDay * 5) / 7 + queues * linesPerQueue + tail);
  }, 0);
}

/** Lines a day of the features that a lively customer uses now and then. */
const tail = 6;

/** The people of an average day, as a share of those of the busiest time. */
function meanPeople(growth: number): number {
  return (1 + growth / 2) / Math.max(1, 1 + growth);
}

/** The n-th lively customer. */
export function planLively(building: Building, account: string, n: number, scale: number): void {
  const { options } = building;
  const customer = itemOf(customers, n);
  const days = (options.end - options.start) / day;
  const { growth, pattern = 'desk', zone } = customer;
  const most = Math.max(...customer.pools.map((pool) => pool.people));
  const server = newDraft(building, account, 'flexnet', days * tail * scale, zone, 0, Math.ceil(2.2 * most * scale));
  server.growth = growth;
  server.pattern = pattern;
  addOrdinaryPools(server, 60 + n * 3, 4);
  addBusyPools(server, customer.pools, meanPeople(growth) * asks * days * (5 / 7), scale);
  live(building, server, caseBook(300), n % 3 === 0);
  for (const queue of customer.queues ?? []) {
    const farm = newDraft(building, account, 'flexnet', (days * tail * scale) / 4, zone, 1);
    farm.growth = 0;
    farm.pattern = 'always';
    addOrdinaryPools(farm, 61 + n * 3, 2);
    addBusyPools(farm, [queue], jobs * days, 1);
    live(building, farm, caseBook(300), false);
  }
}

/** `requests`: of one person or queue, over the range. */
function addBusyPools(draft: Draft, pools: readonly BusyPool[], requests: number, scale: number): void {
  // Weights of the other pools are shares of the requests that were planned before.
  const planned = draft.requests;
  for (const pool of pools) {
    const own = addBusyPool(draft, pool, scale);
    const all = requests * own.people;
    draft.pools.push({ ...own, weight: all / planned });
    draft.requests += all;
  }
}

function addBusyPool(draft: Draft, pool: BusyPool, scale: number): PoolPlan {
  const { batch, before, overdraft = 0 } = pool;
  const entry = {
    ...catalogueFeature(pool.feature),
    batch: batch ?? [1],
    meanSeconds: batch === undefined ? 3600 : jobSeconds,
  };
  const sized = (n: number): number => Math.max(2, Math.round(n * scale));
  const start = startOfDay(draft.start) - 45 * day;
  const until = startOfDay(draft.end) + between(draft.random, 60, 420) * day;
  const row = {
    ...concurrentRow(draft.groups[0]?.account ?? '', entry, sized(pool.bought), { start, until, server: '' }),
    overdraft: overdraft === 0 ? 0 : sized(overdraft),
  };
  const renewal = startOfDay((draft.start + draft.end) / 2);
  const rows =
    before === undefined
      ? [row]
      : [
          { ...row, quantity: sized(before), until: renewal },
          { ...row, start: renewal },
        ];
  draft.rows.push(...rows);
  return {
    ...blankPool(draft, entry),
    people: sized(pool.people),
    desk: batch === undefined,
    limits: limitsOf(rows),
    queues: batch !== undefined,
  };
}
