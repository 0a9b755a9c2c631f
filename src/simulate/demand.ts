import { hourOfWeek, offsetAt } from './clock.ts';
import type { Clock } from './clock.ts';
import { itemOf } from './random.ts';
import type { Pattern, ServerPlan } from './plan.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** How requests are spread over time and over pools. Derived from the plan; nothing of it changes while time passes. */
export interface Demand {
  /** Requests per millisecond where pattern, season and growth are 1. */
  readonly base: number;
  /** Pool numbers, each as often as its weight asks for: one look-up picks a pool. */
  readonly lots: Uint16Array;
}

const lots = 4096;

export function createDemand(plan: ServerPlan, end: number): Demand {
  let sum = 0;
  for (let t = plan.begin; t < end; t += hour) sum += relativeRate(plan, t, end) * Math.min(hour, end - t);
  const total = plan.pools.reduce((all, pool) => all + pool.weight, 0);
  const table = new Uint16Array(lots);
  let filled = 0;
  let share = 0;
  plan.pools.forEach((pool, index) => {
    share += pool.weight / total;
    const upTo = pool.weight === 0 ? filled : Math.max(filled + 1, Math.round(share * lots));
    for (; filled < Math.min(upTo, lots); filled++) table[filled] = index;
  });
  for (; filled < lots; filled++) table[filled] = table[0] ?? 0;
  return { base: sum === 0 ? 0 : plan.requests / sum, lots: table };
}

/** Busy working hours, a dip at noon, quiet nights and weekends, a quiet turn of the year, steady growth. */
export function relativeRate(plan: ServerPlan, t: number, end: number): number {
  return curveAt(plan, t) * grown(plan, t, end);
}

/** How many times the people of the range's beginning there are. */
function grown(plan: ServerPlan, t: number, end: number): number {
  const through = Math.min(1, Math.max(0, (t - plan.begin) / (end - plan.begin)));
  return 1 + plan.growth * through;
}

/** How many people share a pool at `t`: `people` when there are most of them, with some more at month ends where books are closed. */
export function peopleAt(plan: ServerPlan, people: number, t: number, end: number): number {
  const most = Math.max(1, 1 + plan.growth) * (plan.pattern === 'closing' ? closing : 1);
  const now = plan.pattern === 'closing' && isMonthEnd(t + offsetAt(plan.clock, t)) ? closing : 1;
  return Math.max(1, Math.round((people * grown(plan, t, end) * now) / most));
}

/** Pattern and season of one hour; remembered per time zone and pattern, since most servers share them. */
function curveAt(plan: ServerPlan, t: number): number {
  const curves = remembered.get(plan.clock) ?? { office: [], desk: [], closing: [], always: [] };
  remembered.set(plan.clock, curves);
  const at = Math.floor(t / hour);
  const index = at - Math.floor(plan.begin / hour);
  const curve = curves[plan.pattern];
  const known = curve[index];
  if (known !== undefined) return known;
  const local = at * hour + offsetAt(plan.clock, at * hour);
  const shape = { office, desk, closing: desk, always: undefined }[plan.pattern];
  const value =
    (shape === undefined ? 1 : itemOf(shape, hourOfWeek(local))) *
    season(local) *
    (plan.pattern === 'closing' && isMonthEnd(local) ? closing : 1);
  curve[index] = value;
  return value;
}

/** One number per hour of the simulated range: bounded. */
const remembered = new WeakMap<Clock, Record<Pattern, number[]>>();

/** How many times the usual people work when a month's books are closed. */
const closing = 1.5;

/** The last three days of a month. */
function isMonthEnd(local: number): boolean {
  return new Date(local + 3 * day).getUTCDate() <= 3;
}

function season(local: number): number {
  const date = new Date(local);
  const month = date.getUTCMonth();
  const dayOfMonth = date.getUTCDate();
  if ((month === 11 && dayOfMonth >= 24) || (month === 0 && dayOfMonth === 1)) return 0.3;
  return month === 7 ? 0.8 : 1;
}

/** Per hour of the week, Monday 00:00 first. */
const office: readonly number[] = Array.from({ length: 168 }, (_, h) => {
  const weekend = h >= 5 * 24;
  const at = h % 24;
  const working =
    at < 6 || at >= 21
      ? 0.04
      : itemOf([0.2, 0.6, 1, 1.25, 1.3, 1.1, 0.7, 0.95, 1.25, 1.2, 0.9, 0.5, 0.25, 0.15, 0.08], at - 6);
  return weekend ? 0.07 * (at < 8 || at > 20 ? 0.5 : 1) + 0.02 : working;
});

/** People come in the morning, and once more after lunch; few work in the evening, fewer on Saturdays. */
const desk: readonly number[] = Array.from({ length: 168 }, (_, h) => {
  const at = h % 24;
  const working = itemOf(
    [0.05, 0.55, 1, 0.55, 0.2, 0.08, 0.2, 0.85, 0.25, 0.1, 0.05, 0.03],
    Math.min(11, Math.max(0, at - 6)),
  );
  const night = at < 6 || at > 20;
  return night ? 0.002 : h < 5 * 24 ? working : h < 6 * 24 ? working * 0.05 : 0.006;
});

/**
 * When the next request comes, `need` being exponentially distributed with mean 1: walks from hour to hour until that much
 * has been expected. Milliseconds, not rounded; Infinity when none comes within two years.
 */
export function nextRequest(plan: ServerPlan, demand: Demand, from: number, need: number, end: number): number {
  let t = from;
  let left = need;
  for (const limit = from + 730 * day; t < limit;) {
    const stop = (Math.floor(t / hour) + 1) * hour;
    const rate = demand.base * relativeRate(plan, t, end);
    if (rate * (stop - t) >= left) return t + left / rate;
    left -= rate * (stop - t);
    t = stop;
  }
  return Infinity;
}
