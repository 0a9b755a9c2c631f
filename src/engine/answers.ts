import type { Question } from '../query/question.ts';
import type { FieldValue, Frame } from './frame.ts';
import type { Memory } from './memory.ts';
import { createMemory } from './memory.ts';
import type { Scope } from './relations.ts';

export interface Answer {
  readonly frames: readonly Frame[];
  /** Whether the clock had a part in it: then it is right now, and not later. */
  readonly ofTheMoment: boolean;
}

/** Answers as long as the data are as they were, in up to so many bytes. */
export const createAnswers = (mostBytes: number): Memory<Answer> =>
  createMemory<Answer>(mostBytes, ({ frames, ofTheMoment }) =>
    ofTheMoment ? Infinity : frames.reduce((sum, frame) => sum + bytesOf(frame), 0),
  );

/** Everything that an answer depends on beside the data and what the engine was made with; the scope first of all. */
export function answerKey(
  question: Question,
  { from = null, to = null }: { readonly from?: number | null; readonly to?: number | null },
  options: { readonly scope: Scope; readonly maxDataPoints?: number; readonly rawOnly?: boolean },
): string {
  const { accounts } = options.scope;
  const points = question.bucket === 'auto' ? (options.maxDataPoints ?? null) : null;
  return JSON.stringify([
    accounts === 'all' ? accounts : [...new Set(accounts)].sort(),
    question,
    from,
    to,
    points,
    options.rawOnly === true,
  ]);
}

/** About as many bytes as a frame takes in memory: names of the same thing in several rows are texts of their own. */
function bytesOf({ schema, data }: Frame): number {
  const cells = data.values.reduce(
    (sum, column) => sum + column.reduce<number>((own, cell) => own + bytesOfCell(cell), 0),
    0,
  );
  return cells + 2 * JSON.stringify(schema).length;
}

const bytesOfCell = (cell: FieldValue): number => (typeof cell === 'string' ? 32 + cell.length : 8);
