import type { MeasureRow } from '../ask.ts';
import { keyText } from '../ask.ts';

/** A figure of an account × feature. */
export interface PairFigure {
  readonly key: readonly string[];
  readonly window: number;
  readonly value: number | null;
}

/**
 * Brings figures per account × feature to a coarser grouping: the highest one of each group and window (docs/definitions.md#groups); of equal ones the first feature, then account, by name, so that an answer is always the same. Unknown (null) only where every figure
 * of the group is.
 *
 * @param keys the grouping of `figures`; the first `groupBy.length` of them are the asked ones
 */
export function highestOf<T extends PairFigure>(
  figures: readonly T[],
  keys: readonly string[],
  groupBy: readonly string[],
): readonly T[] {
  const featureAt = keys.indexOf('feature');
  const best = new Map<string, T>();
  for (const figure of figures) {
    const group = groupBy.length === keys.length ? figure.key : figure.key.slice(0, groupBy.length);
    const text = figure.window === 0 ? keyText(group) : `${keyText(group)}\0${figure.window}`;
    const known = best.get(text);
    if (known === undefined || isAbove(figure, known, featureAt)) best.set(text, figure);
  }
  return [...best.values()];
}

/** The same as rows of a measure, each with the feature that it comes from. */
export const highestPerGroup = (
  figures: readonly PairFigure[],
  keys: readonly string[],
  groupBy: readonly string[],
): MeasureRow[] => rowsOf(highestOf(figures, keys, groupBy), keys, groupBy);

/** Figures of groups as rows, each with the feature that it comes from. */
export const rowsOf = (
  figures: readonly PairFigure[],
  keys: readonly string[],
  groupBy: readonly string[],
): MeasureRow[] =>
  figures.map(({ key, window, value }) => ({
    key: key.slice(0, groupBy.length),
    window,
    values: [value],
    feature: key[keys.indexOf('feature')] ?? '',
  }));

function isAbove(one: PairFigure, other: PairFigure, featureAt: number): boolean {
  if (one.value === other.value) {
    const [own, others] = [one, other].map(({ key }) => `${key[featureAt] ?? ''}\0${keyText(key)}`);
    return (own ?? '') < (others ?? '');
  }
  return one.value !== null && (other.value === null || one.value > other.value);
}
