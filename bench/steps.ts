import { compareOther, compareOurselves, comparePython, others, removeRows } from './compare/compare.ts';
import { loadOneCustomer, measureReport, measureReportQuestions, oneCustomer, reportCases } from './customer-report.ts';
import { loadStore, readAlone, smallIngest } from './ingest.ts';
import type { Journal } from './journal.ts';
import { measureOverhead } from './overhead.ts';
import { timePanels } from './panels.ts';
import { choose, timeQuestions } from './questions.ts';
import { simulated } from './simulated.ts';
import { isThere, storeOf, withStore } from './store.ts';

export interface StepContext {
  readonly size: number;
  readonly work: string;
  /** Takes the stores that are there. */
  readonly keep: boolean;
  readonly journal: Journal;
}
type Step = (context: StepContext) => Promise<unknown>;

const yearReport = { days: 365, outlet: 'html' };

/** What can be asked for, and the steps of it in their order; each is run in a process of its own. */
const steps = {
  store: {
    load: async ({ size, work, keep, journal }) => {
      const isLoaded = (): boolean => isThere(storeOf(size, work));
      if (keep && isLoaded()) return;
      await journal.once('store/load', () => loadStore(size, work));
      // It was measured, and has been taken away since.
      if (!isLoaded()) await loadStore(size, work);
    },
    read: ({ size, work, journal }) =>
      journal.once('store/read', async () => readAlone((await simulated(size, work)).files)),
  },
  questions: {
    questions: ({ size, work, journal }) => withStore(storeOf(size, work), (opened) => timeQuestions(opened, journal)),
    'year-report': async ({ size, work, journal }) => {
      const data = storeOf(size, work);
      const { account } = await withStore(data, ({ engine }) => choose(engine));
      await journal.once('year-report', () => measureReport(yearReport, { data, account }, work));
    },
  },
  panels: {
    panels: ({ size, work, journal }) => withStore(storeOf(size, work), (opened) => timePanels(opened, journal)),
  },
  ingest: {
    'small-ingest': ({ size, work, journal }) => journal.once('ingest/small', () => smallIngest(size, work)),
    python: ({ size, work, journal }) => journal.once('ingest/python', () => comparePython(size, work)),
  },
  compare: {
    ourselves: ({ size, work, journal }) => compareOurselves(size, work, journal),
    ...Object.fromEntries(
      others.map((other): [string, Step] => [
        other,
        ({ size, work, journal }) => compareOther(other, size, work, journal),
      ]),
    ),
    'remove-rows': ({ size, work }) => removeRows(size, work),
  },
  overhead: {
    overhead: ({ size, work, journal }) => journal.once('overhead', () => measureOverhead(size, work)),
  },
  report: {
    'report-load': ({ size, work, keep, journal }) =>
      journal.once('report/load', () => loadOneCustomer(size, work, { keep })),
    ...Object.fromEntries(
      reportCases.map((wanted, i): [string, Step] => [
        `report-${i}`,
        ({ size, work, journal }) =>
          journal.once(`report/${i}`, () => measureReport(wanted, oneCustomer(size, work), work)),
      ]),
    ),
    'report-questions': ({ size, work, journal }) =>
      journal.once('report/questions', () => measureReportQuestions(size, work)),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Step>>>>;

export type Part = keyof typeof steps;
export const parts = Object.keys(steps) as readonly Part[];
export const isPart = (name: string): name is Part => Object.hasOwn(steps, name);
export const stepsOf = (part: Part): readonly string[] => Object.keys(steps[part]);

export async function runStep(name: string, context: StepContext): Promise<void> {
  const [, step] =
    Object.values(steps)
      .flatMap((part) => Object.entries<Step>(part))
      .find(([own]) => own === name) ?? [];
  if (step === undefined) throw new Error(`There is no step "${name}".`);
  await step(context);
}
