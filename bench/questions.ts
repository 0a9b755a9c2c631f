import type { Engine, Frame, Scope } from '../src/engine/engine.ts';
import { parseQuestion } from '../src/query/question.ts';
import type { TimeRange } from '../src/query/time.ts';
import { orFailed, type Journal } from './journal.ts';
import { timing, type Often } from './measure.ts';
import { end } from './simulated.ts';
import type { Opened } from './store.ts';

export const everyone: Scope = { accounts: 'all' };

/** What is asked, as a dashboard saves it. */
export type Asked = Readonly<Record<string, unknown>>;

export interface BenchQuestion {
  readonly name: string;
  readonly json: Asked;
  /** Default 365. */
  readonly days?: number;
}

/** One value of each dimension: that with the most checkouts. */
export interface Chosen {
  readonly account: string;
  readonly product: string;
  readonly feature: string;
  readonly server: string;
}
export const choices = ['account', 'product', 'feature', 'server'] as const satisfies readonly (keyof Chosen)[];

const day = 86_400_000;

/** Both end after the last line. A dashboard's "last year" begins at midnight of the site; a page, a link and a program may say anything. */
export const ranges = {
  'inside a day': (days: number): TimeRange => ({
    from: end - days * day + 37 * 60_000 + 12_000,
    to: end + 37 * 60_000,
  }),
  'whole days': (days: number): TimeRange => ({ from: end - days * day, to: end + 37 * 60_000 }),
} as const;
export type Edge = keyof typeof ranges;
export const edges = Object.keys(ranges) as readonly Edge[];

/** What people ask most, and what is hardest. */
export function benchQuestions({ account }: Pick<Chosen, 'account'>): readonly BenchQuestion[] {
  const filters = [{ dimension: 'account', operator: '=', values: [account] }];
  return [
    {
      name: 'unique clients per feature, one account',
      json: { measure: 'uniqueClients', groupBy: ['feature'], filters },
    },
    {
      name: 'clients per license, one account',
      json: { measure: 'clientsPerLicense', groupBy: ['account', 'feature'], filters },
    },
    { name: 'peak per feature, one account', json: { measure: 'peakConcurrent', groupBy: ['feature'], filters } },
    {
      name: 'usage %, one account by feature × server',
      json: { measure: 'usagePercentage', groupBy: ['account', 'feature', 'server'], filters },
    },
    {
      name: 'usage % by day, one account',
      json: { measure: 'usagePercentage', shape: 'timeSeries', bucket: '1d', filters },
    },
    { name: 'all events, newest 1,000 of one account', json: { measure: 'allEvents', filters } },
    { name: 'denial summary, all accounts', json: { measure: 'denialSummary' } },
    {
      name: 'usage %, accounts at 80 %',
      json: { measure: 'usagePercentage', groupBy: ['account'], having: { operator: '>=', value: 80 } },
    },
    {
      name: 'usage %, all account × feature',
      json: { measure: 'usagePercentage', groupBy: ['account', 'feature'], limit: 100_000 },
    },
    { name: 'unique clients per feature, all accounts', json: { measure: 'uniqueClients', groupBy: ['feature'] } },
    {
      name: 'peak by hour, all accounts, 30 days',
      json: { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1h' },
      days: 30,
    },
  ];
}

/** Times every question of the table, each over both ranges. */
export async function timeQuestions(
  { connection, engine }: Opened,
  journal: Journal,
  often: Often = {},
): Promise<void> {
  const chosen = await choose(engine);
  for (const { name, json, days = 365 } of benchQuestions(chosen))
    for (const edge of edges)
      await journal.once(`questions/${name}, ${edge}`, () =>
        orFailed(() => timing(connection, async () => rowsOf(await answer(engine, json, ranges[edge](days))), often)),
      );
}

/** As the server answers it. */
export async function answer(engine: Engine, json: Asked, range: TimeRange): Promise<readonly Frame[]> {
  const { maxDataPoints } = json;
  const { frames } = await engine.answer(parseQuestion(json).question, range, {
    scope: everyone,
    ...(typeof maxDataPoints === 'number' && { maxDataPoints }),
  });
  return frames;
}

export const rowsOf = (frames: readonly Frame[]): number =>
  frames.reduce((sum, { data }) => sum + (data.values[0]?.length ?? 0), 0);

/** The account with the most checkouts, and of it the product, the feature and the server. */
export async function choose(engine: Engine): Promise<Chosen> {
  const most = async (dimension: string, filters: readonly object[]): Promise<string> => {
    const json = { measure: 'checkouts', groupBy: [dimension], limit: 1, filters };
    const [frame] = await answer(engine, json, ranges['whole days'](365));
    return String(frame?.data.values[0]?.[0] ?? '');
  };
  const account = await most('account', []);
  const own = [{ dimension: 'account', operator: '=', values: [account] }];
  return {
    account,
    product: await most('product', own),
    feature: await most('feature', own),
    server: await most('server', own),
  };
}
