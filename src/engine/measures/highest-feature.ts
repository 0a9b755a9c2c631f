import type { MeasureRow } from '../ask.ts';
import { keyText } from '../ask.ts';

/**
 * Brings figures per account × feature to a coarser grouping: the highest one, with the feature it comes from
 * (docs/definitions.md "Groups"); of equal ones the first by name, so that an answer is always the same. Unknown (null) only where
 * every figure of the group is.
 *
 * @param keys the grouping of `figures`; the first `groupBy.length` of them are the asked ones
 */
export function highestPerGroup(
  figures: readonly { readonly key: readonly string[]; readonly window: number; readonly value: number | null }[],
  keys: readonly string[],
  groupBy: readonly string[],
): MeasureRow[] {
  const featureAt = keys.indexOf('feature');
  const best = new Map<string, MeasureRow>();
  for (const { key, window, value } of figures) {
    const group = key.slice(0, groupBy.length);
    const text = `${keyText(group)}\0${window}`;
    const known = best.get(text);
    const feature = key[featureAt] ?? '';
    if (known === undefined || isAbove({ value, feature }, known.values[0] ?? null, known.feature ?? ''))
      best.set(text, { key: group, window, values: [value], feature });
  }
  return [...best.values()];
}

function isAbove(
  { value, feature }: { readonly value: number | null; readonly feature: string },
  highest: number | null,
  ofFeature: string,
): boolean {
  if (value === highest) return feature < ofFeature;
  return value !== null && (highest === null || value > highest);
}
