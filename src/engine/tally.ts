import type { Question } from '../query/question.ts';
import type { Source } from './ask.ts';
import type { FieldValue, Frame, Notice } from './frame.ts';
import { frameOf, numberField, timeField } from './frame.ts';
import { passes } from './having.ts';
import { isKnown } from './no-data.ts';
import type { Window } from './windows.ts';

/** The value of one row, in one window. */
export interface Counted {
  readonly window: number;
  readonly value: FieldValue;
}

/**
 * How many rows pass the question's `having`, and of how many: one row, or a point for each window of a series. The unit says of
 * how many, so that a single figure reads "27 of 84". Where there is nothing to count, there is no row, or null: no data are no 0.
 */
export function tallyFrame(
  question: Question,
  rows: readonly Counted[],
  windows: readonly Window[],
  { sources, notices }: { readonly sources: readonly Source[]; readonly notices: Notice[] },
): Frame {
  const tallies = windows.map((window, at) => {
    const own = isKnown(question.measure, window, sources) ? rows.filter((row) => row.window === at) : [];
    const count = own.filter(({ value }) => passes(question, value)).length;
    return own.length === 0 ? { count: null, of: null } : { count, of: own.length };
  });
  const isSeries = question.shape === 'timeSeries';
  const shown = isSeries ? tallies : tallies.filter(({ of }) => of !== null);
  const last = tallies.at(-1)?.of ?? undefined;
  const fields = [
    ...(isSeries
      ? [
          timeField(
            'time',
            windows.map(({ time }) => time),
          ),
        ]
      : []),
    numberField(
      'count',
      shown.map(({ count }) => count),
      {
        displayName: 'Count',
        decimals: 0,
        ...(last !== undefined && { unit: `suffix:of ${last.toLocaleString('en')}` }),
      },
    ),
    numberField(
      'of',
      shown.map(({ of }) => of),
      { displayName: 'Of', decimals: 0 },
    ),
  ];
  return frameOf(isSeries ? 'timeseries-multi' : 'numeric-long', fields, notices);
}
