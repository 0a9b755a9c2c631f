import type { Engine, Scope } from '../src/engine/engine.ts';
import { measureOf, measures } from '../src/query/measures/registry.ts';
import { parseQuestion } from '../src/query/question.ts';
import type { Manifest } from '../src/simulate/index.ts';
import type { Connection } from '../src/store/connection.ts';

export interface QuestionTiming {
  readonly name: string;
  readonly rows: number;
  /** First time in this process, ms. */
  readonly coldMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of that, time in which the store was at work: the bare statements. Median, ms. */
  readonly storeMs: number;
  /** The same from raw rows, without rollups: median, ms. */
  readonly rawMs: number;
}

const everyone: Scope = { accounts: 'all' };
export const repetitions = 20;

export interface BenchQuestion {
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly range: { readonly from: number; readonly to: number };
}

/**
 * The four questions, every series of one account, and usage percentage for all accounts × features; a year, and a year with
 * edges inside a day.
 */
export function benchQuestions(manifest: Manifest, end: number): BenchQuestion[] {
  const account = busiest(manifest);
  const ofAccount = [{ dimension: 'account', operator: '=', values: [account] }];
  const questions: [string, Record<string, unknown>][] = [
    [
      '1 unique clients per feature (one account)',
      { measure: 'uniqueClients', groupBy: ['feature'], filters: ofAccount },
    ],
    [
      '1 clients per license (one account)',
      { measure: 'clientsPerLicense', groupBy: ['account', 'feature'], filters: ofAccount },
    ],
    [
      '2 usage percentage, accounts at 80 %',
      { measure: 'usagePercentage', groupBy: ['account'], having: { operator: '>=', value: 80 } },
    ],
    [
      '2 usage percentage, account × feature × server',
      { measure: 'usagePercentage', groupBy: ['account', 'feature', 'server'], filters: ofAccount },
    ],
    [
      '2 usage percentage, all accounts × features',
      { measure: 'usagePercentage', groupBy: ['account', 'feature'], limit: 100_000 },
    ],
    ['3 peak per feature (one account)', { measure: 'peakConcurrent', groupBy: ['feature'], filters: ofAccount }],
    ['3 all events (one account, newest 1,000)', { measure: 'allEvents', filters: ofAccount }],
    ['4 denial summary (all)', { measure: 'denialSummary' }],
    ['4 denial share by family (all)', { measure: 'denialShare', groupBy: ['denialFamily'] }],
    ...measures
      .filter((measure) => measure.kind === 'series+table')
      .map(({ name }): [string, Record<string, unknown>] => [
        `series ${name} (one account, by day)`,
        { measure: name, shape: 'timeSeries', bucket: '1d', filters: ofAccount },
      ]),
    ['series peakConcurrent (all, by hour, 30 days)', { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1h' }],
    [
      'series peakConcurrent (all, by day, Berlin)',
      { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1d', timezone: 'Europe/Berlin' },
    ],
  ];
  return questions.map(([name, json]) => {
    const days = name.includes('30 days') ? 30 : 365;
    // Not at midnight: a dashboard's "last year" never is.
    return { name, json, range: { from: end - days * 86_400_000 + 37 * 60_000 + 12_000, to: end + 37 * 60_000 } };
  });
}

/** @param clock of the connection that the engine asks */
export async function timeQuestions(
  engine: Engine,
  clock: StoreClock,
  questions: readonly BenchQuestion[],
): Promise<QuestionTiming[]> {
  const timings: QuestionTiming[] = [];
  for (const { name, json, range } of questions) {
    const { question } = parseQuestion(json);
    const ask = async (rawOnly: boolean): Promise<{ ms: number; storeMs: number; rows: number }> => {
      clock.reset();
      const start = performance.now();
      const { frames } = await engine.answer(question, range, { scope: everyone, rawOnly });
      return {
        ms: performance.now() - start,
        storeMs: clock.busyMs(),
        rows: frames.reduce((sum, frame) => sum + (frame.data.values[0]?.length ?? 0), 0),
      };
    };
    const cold = await ask(false);
    const warm = [];
    const store = [];
    for (let i = 0; i < repetitions; i++) {
      const { ms, storeMs } = await ask(false);
      warm.push(ms);
      store.push(storeMs);
    }
    const raw = [(await ask(true)).ms, (await ask(true)).ms, (await ask(true)).ms];
    timings.push({
      name: measureOf(question.measure).name === question.measure ? name : question.measure,
      rows: cold.rows,
      coldMs: cold.ms,
      p50Ms: percentile(warm, 0.5),
      p95Ms: percentile(warm, 0.95),
      storeMs: percentile(store, 0.5),
      rawMs: percentile(raw, 0.5),
    });
  }
  return timings;
}

/** The smallest of the values that at least this part of them does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** How long a store has been at work; statements that run side by side count once. */
export interface StoreClock {
  reset(): void;
  busyMs(): number;
}

/** The connection with a clock that runs while it is asked. */
export function clocked(connection: Connection): { readonly connection: Connection; readonly clock: StoreClock } {
  let running = 0;
  let since = 0;
  let busy = 0;
  const query: Connection['query'] = async (...given) => {
    if (running++ === 0) since = performance.now();
    try {
      return await connection.query(...given);
    } finally {
      if (--running === 0) busy += performance.now() - since;
    }
  };
  const clock = { reset: () => void (busy = 0), busyMs: () => busy };
  return { clock, connection: Object.assign(Object.create(connection) as Connection, { query }) };
}

/** The account with the most checkouts. */
function busiest(manifest: Manifest): string {
  const checkouts = new Map<string, number>();
  for (const pair of manifest.pairs) checkouts.set(pair.account, (checkouts.get(pair.account) ?? 0) + pair.checkouts);
  return [...checkouts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
