import type { Counted } from './store.ts';

/** What asking one thing over and over takes. */
export interface Timing {
  readonly rows: number;
  /** The first time in this process, ms. */
  readonly coldMs: number;
  /** The fastest: what others on the machine had the least part in. */
  readonly bestMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** How often, after the first. */
  readonly times: number;
  /** Of all threads, the embedded engine's included: says more than milliseconds where others use the machine. Mean. */
  readonly cpuMs: number;
  /** What the store had to do for one answer. */
  readonly store: StoreWork;
}

export interface StoreWork {
  readonly statements: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface Often {
  /** At most; default 20. */
  readonly times?: number;
  /** Until so much time is spent, but at least `least` times; default 10. */
  readonly seconds?: number;
  /** Default 5. */
  readonly least?: number;
}

/**
 * Asks once, and then again and again.
 *
 * @param ask gives how many rows it was answered
 */
export async function timing(connection: Counted, ask: () => Promise<number>, often: Often = {}): Promise<Timing> {
  const begin = performance.now();
  await ask();
  const coldMs = performance.now() - begin;
  const before = await workOf(connection);
  const { user, system } = process.cpuUsage();
  let rows = 0;
  const took = await repeated(async () => void (rows = await ask()), often);
  const cpu = process.cpuUsage({ user, system });
  const after = await workOf(connection);
  const each = (of: keyof StoreWork): number => (after[of] - before[of]) / took.length;
  return {
    rows,
    coldMs,
    bestMs: Math.min(...took),
    p50Ms: percentile(took, 0.5),
    p95Ms: percentile(took, 0.95),
    times: took.length,
    cpuMs: (cpu.user + cpu.system) / 1000 / took.length,
    store: { statements: each('statements'), rows: each('rows'), bytes: each('bytes') },
  };
}

/** Milliseconds of each time. */
export async function repeated(
  work: () => Promise<unknown>,
  { times = 20, seconds: most = 10, least = 5 }: Often = {},
): Promise<readonly number[]> {
  const took: number[] = [];
  const begin = performance.now();
  while (took.length < times && (took.length < least || performance.now() - begin < most * 1000)) {
    const start = performance.now();
    await work();
    took.push(performance.now() - start);
  }
  return took;
}

/** What the store has done since it was opened. */
export async function workOf(connection: Counted): Promise<StoreWork> {
  const statements = connection.statements();
  const { rows } = await connection.uncounted.query(
    `SELECT event, toFloat64(value) FROM system.events WHERE event IN ('SelectedRows', 'SelectedBytes')`,
  );
  const of = (event: string): number => Number(rows.find(([name]) => name === event)?.[1] ?? 0);
  return { statements, rows: of('SelectedRows'), bytes: of('SelectedBytes') };
}

/** The smallest of the values that at least this part of them does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** Seconds that the work takes, and the CPU that all threads of this process spend meanwhile. */
export async function spent(work: () => Promise<unknown>): Promise<{ seconds: number; cpuSeconds: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** Most memory that the process had resident, MB: Node and the embedded engine, which is in it. */
export const peakMb = (): number => process.resourceUsage().maxRSS / 1000;
