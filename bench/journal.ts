import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Failed, Results, StepName } from './results.ts';

/** What one step has measured, as one line of the journal. */
export interface Entry {
  /** The last commit that changed what is measured or how. */
  readonly commit: string;
  /** Events of the store. */
  readonly size: number;
  /** `part/name`, such as `questions/peak per feature, one account`. */
  readonly step: StepName;
  /** ISO time. */
  readonly at: string;
  readonly result: unknown;
}

/** Keeps every result as soon as it is there: whatever ends a run later, it has been measured. */
export interface Journal {
  /** What the step measures; with `resume`, what an earlier run of the same commit and size has kept of it. */
  once<Name extends StepName>(step: Name, measure: () => Promise<Results[Name]>): Promise<Results[Name]>;
}

export function openJournal(
  file: string,
  { commit, size, resume }: { readonly commit: string; readonly size: number; readonly resume: boolean },
): Journal {
  const kept = new Map(
    entriesOf(resume ? file : '')
      .filter((entry) => entry.commit === commit && entry.size === size)
      .map(({ step, result }) => [step, result]),
  );
  return {
    once: async <Name extends StepName>(step: Name, measure: () => Promise<Results[Name]>) => {
      // It was written under this name, by this commit: it has this type.
      if (kept.has(step)) return kept.get(step) as Results[Name];
      const result = await measure();
      const entry: Entry = { commit, size, step, at: new Date().toISOString(), result };
      appendFileSync(file, `${JSON.stringify(entry)}\n`);
      return result;
    },
  };
}

/** An error is the step's result, so that the others are measured all the same. */
export async function orFailed<T>(measure: () => Promise<T>): Promise<T | Failed> {
  try {
    return await measure();
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** All that is kept, in the order in which it was measured. A last line that a killed run has not ended is left out. */
export function entriesOf(file: string): readonly Entry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}
