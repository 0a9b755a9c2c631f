import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withService } from '../src/cli/connect.ts';
import type { Io } from '../src/cli/io.ts';
import { takeReport } from '../src/cli/share/report.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { AskedQuery } from '../src/share/ask.ts';
import { customerReport } from '../src/share/customer.ts';
import type { Snapshot } from '../src/share/snapshot.ts';
import { ShareError } from '../src/share/errors.ts';
import { fileOutlets } from '../src/share/outlets/registry.ts';
import { compactRollups } from '../src/store/rollups.ts';
import { peakMb, spent, timing } from './measure.ts';
import { answer, rowsOf } from './questions.ts';
import { end, loading, say, simulated } from './simulated.ts';
import { isThere, withNewStore, withStore } from './store.ts';

/** The one customer that has everything. */
export const onlyAccount = 'The only customer';

/** One report of one customer as one file, as `license-analytics share OUTLET` makes it. */
export interface ReportCase {
  readonly days: number;
  /** Name of the form of file; undefined: the snapshot alone. */
  readonly outlet?: string;
  /** How many of the newest events are listed; left out: none. */
  readonly events?: number;
}

/** What one case took, in a process that did nothing else. */
export interface ReportFigures extends ReportCase {
  /** Until the store is open, seconds. */
  readonly openSeconds: number;
  /** Until every panel is answered, seconds; null: one of them was not. */
  readonly snapshotSeconds: number | null;
  /** From the snapshot to the last byte of the file, Chromium's time included; null: no file, or no Chromium here. */
  readonly fileSeconds: number | null;
  readonly bytes: number | null;
  /** Of all threads, the embedded engine's included, Chromium's not: says more than seconds where others use the machine. */
  readonly cpuSeconds: number;
  /** Most memory that the process had resident, MB: Node and the embedded engine, which is in it; Chromium is not. */
  readonly peakMb: number;
  /** Why there is no report, such as a question that took longer than it may (`limits.questionSeconds`). */
  readonly failed?: string;
}

/** A question of the report, asked alone. */
export interface QuestionFigures {
  readonly name: string;
  readonly days: number;
  /** Of all its frames. */
  readonly rows: number;
  /** The first time in this process, and the median of the others. */
  readonly coldMs: number;
  readonly warmMs: number;
}

export interface CustomerReportLoad {
  readonly seconds: number;
  readonly peakMb: number;
}

/** What is measured; listings are as long as a workbook takes, and what CSV is for. */
export const reportCases: readonly ReportCase[] = [30, 365].flatMap((days) => [
  { days },
  ...fileOutlets.map(({ name }) => ({ days, outlet: name })),
  { days, outlet: 'xlsx', events: 100_000 },
  { days, outlet: 'csv', events: 200_000 },
]);

/** Whose report, and of which store. */
export interface Reported {
  readonly data: string;
  readonly account: string;
}

export const oneCustomer = (events: number, work: string): Reported => ({
  data: join(work, `store-one-customer-${events}`),
  account: onlyAccount,
});
const whatItTook = (): Pick<ReportFigures, 'cpuSeconds' | 'peakMb'> => {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, peakMb: peakMb() };
};

/**
 * Loads about so many events, all of one customer, into a new store.
 *
 * @param keep takes the store that an earlier run left, where there is one, and what its loading took
 */
export async function loadOneCustomer(
  events: number,
  work: string,
  { keep = false } = {},
): Promise<CustomerReportLoad> {
  const { data, account } = oneCustomer(events, work);
  const told = `${data}.json`;
  if (keep && existsSync(told) && isThere(data)) return JSON.parse(readFileSync(told, 'utf8')) as CustomerReportLoad;
  await rm(told, { force: true });
  const given = await simulated(events, work);
  return withNewStore(data, async ({ connection }) => {
    say(`${events.toLocaleString('en')} events of one customer: ingesting`);
    const { seconds } = await spent(await loading(connection, given, account));
    await compactRollups(connection);
    const load = { seconds, peakMb: peakMb() };
    writeFileSync(told, JSON.stringify(load));
    return load;
  });
}

/** Makes one report by the code that `license-analytics share` runs. To be run in a process of its own: the peak is the process's. */
export async function measureReport(
  wanted: ReportCase,
  { data, account }: Reported,
  work: string,
): Promise<ReportFigures> {
  const { from, to } = rangeOf(wanted.days);
  const options = {
    data,
    account,
    from: String(from),
    to: String(to),
    timezone: 'UTC',
    events: wanted.events ?? 0,
  };
  const start = performance.now();
  return withService(options, quiet, async (service, loaded) => {
    const opened = performance.now();
    const figures = { ...wanted, openSeconds: (opened - start) / 1000, fileSeconds: null, bytes: null };
    try {
      const snapshot = await takeReport(service, options, loaded, quiet);
      const snapshotSeconds = (performance.now() - opened) / 1000;
      const written = await writtenFile(wanted, snapshot, work);
      return { ...figures, snapshotSeconds, ...written, ...whatItTook() };
    } catch (error) {
      if (!(error instanceof ShareError)) throw error;
      return { ...figures, snapshotSeconds: null, failed: error.message, ...whatItTook() };
    }
  });
}

/** Writes the snapshot as a file, and takes it away again; nothing where no form is asked for, or no Chromium is here. */
async function writtenFile(
  { outlet: form, events }: ReportCase,
  snapshot: Snapshot,
  work: string,
): Promise<Partial<Pick<ReportFigures, 'fileSeconds' | 'bytes'>>> {
  const outlet = fileOutlets.find(({ name }) => name === form);
  if (outlet === undefined) return {};
  const file = join(work, `report.${outlet.extension}`);
  const table = events === undefined ? undefined : 'All events';
  try {
    const { seconds: fileSeconds } = await spent(async () =>
      pipeline(await outlet.open(snapshot, { table }), createWriteStream(file)),
    );
    return { fileSeconds, bytes: (await stat(file)).size };
  } catch (error) {
    if (error instanceof ShareError && error.code === 'no_browser') return {};
    throw error;
  } finally {
    await rm(file, { force: true });
  }
}

/** Every question of the report asked alone, to see which of them the report waits for. `times`: how often, the first one cold. */
export async function measureReportQuestions(
  events: number,
  work: string,
  { ranges = [30, 365], times = 4 }: { readonly ranges?: readonly number[]; readonly times?: number } = {},
): Promise<readonly QuestionFigures[]> {
  return withStore(oneCustomer(events, work).data, async ({ connection, engine }) => {
    const figures: QuestionFigures[] = [];
    for (const days of ranges)
      for (const query of await questionsOf(engine, days)) {
        const ask = async () => rowsOf(await answer(engine, query, rangeOf(days)));
        const { rows, coldMs, p50Ms } = await timing(connection, ask, { times: times - 1 });
        figures.push({ name: nameOf(query), days, rows, coldMs, warmMs: p50Ms });
      }
    return figures;
  });
}

async function questionsOf(engine: Engine, days: number): Promise<readonly AskedQuery[]> {
  const asked: AskedQuery[] = [];
  const range = rangeOf(days);
  await customerReport(
    { account: onlyAccount, ...range, timezone: 'UTC', siteTimezone: 'UTC' },
    async (queries, over) => {
      asked.push(...queries);
      const answers = queries.map(
        async (query) => [query.refId, { frames: await answer(engine, query, over) }] as const,
      );
      return Object.fromEntries(await Promise.all(answers));
    },
  );
  return asked;
}

const nameOf = ({ measure, groupBy = [], shape }: AskedQuery): string =>
  [
    measure,
    ...(groupBy.length > 0 ? [`by ${groupBy.join(', ')}`] : []),
    ...(shape === 'timeSeries' ? ['over time'] : []),
  ].join(' ');

/** Not at midnight: a report's "last 30 days" never is. */
function rangeOf(days: number): { readonly from: number; readonly to: number } {
  const to = end + 37 * 60_000;
  return { from: to - days * 86_400_000, to };
}

const quiet: Io = {
  out: () => undefined,
  err: () => undefined,
  interactive: false,
  env: process.env,
  readStdin: () => Promise.resolve(''),
};
