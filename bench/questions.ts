import type { Engine, Scope } from '../src/engine/engine.ts';
import { measureOf, measures } from '../src/query/measures/registry.ts';
import { parseQuestion } from '../src/query/question.ts';
import type { Manifest } from '../src/simulate/index.ts';

export interface QuestionTiming {
  readonly name: string;
  readonly rows: number;
  /** First time in this process, ms. */
  readonly coldMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** The same from raw rows, without rollups: median, ms. */
  readonly rawMs: number;
}

const everyone: Scope = { accounts: 'all' };
const repetitions = 20;

/**
 * The four questions, every series of one account, and usage percentage for all accounts × features; a year, and a year with
 * edges inside a day.
 */
export async function timeQuestions(engine: Engine, manifest: Manifest, end: number): Promise<QuestionTiming[]> {
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
  const timings: QuestionTiming[] = [];
  for (const [name, json] of questions) {
    const { question } = parseQuestion(json);
    const days = name.includes('30 days') ? 30 : 365;
    // Not at midnight: a dashboard's "last year" never is.
    const range = { from: end - days * 86_400_000 + 37 * 60_000 + 12_000, to: end + 37 * 60_000 };
    const ask = async (rawOnly: boolean): Promise<{ ms: number; rows: number }> => {
      const start = performance.now();
      const { frames } = await engine.answer(question, range, { scope: everyone, rawOnly });
      return {
        ms: performance.now() - start,
        rows: frames.reduce((sum, frame) => sum + (frame.data.values[0]?.length ?? 0), 0),
      };
    };
    const cold = await ask(false);
    const warm = [];
    for (let i = 0; i < repetitions; i++) warm.push((await ask(false)).ms);
    const raw = [(await ask(true)).ms, (await ask(true)).ms, (await ask(true)).ms];
    warm.sort((a, b) => a - b);
    raw.sort((a, b) => a - b);
    timings.push({
      name: measureOf(question.measure).name === question.measure ? name : question.measure,
      rows: cold.rows,
      coldMs: cold.ms,
      p50Ms: warm[Math.floor(repetitions * 0.5)] ?? 0,
      p95Ms: warm[Math.ceil(repetitions * 0.95) - 1] ?? 0,
      rawMs: raw[1] ?? 0,
    });
  }
  return timings;
}

/** The account with the most checkouts. */
function busiest(manifest: Manifest): string {
  const checkouts = new Map<string, number>();
  for (const pair of manifest.pairs) checkouts.set(pair.account, (checkouts.get(pair.account) ?? 0) + pair.checkouts);
  return [...checkouts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
