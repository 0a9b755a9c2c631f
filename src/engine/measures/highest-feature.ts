import type { Dimension } from '../../query/dimensions.ts';
import type { MeasureRow } from '../ask.ts';
import { keyText } from '../ask.ts';

/**
 * Brings figures per account × feature to a coarser grouping: the highest one, with the feature it comes from (DESIGN.md
 * "Groups"). Unknown (null) only where every figure of the group is.
 *
 * @param keys the grouping of `figures`; the first `groupBy.length` of them are the asked ones
 */
export function highestPerGroup(
  figures: readonly { readonly key: readonly string[]; readonly window: number; readonly value: number | null }[],
  keys: readonly Dimension[],
  groupBy: readonly Dimension[],
): MeasureRow[] {
  const featureAt = keys.indexOf('feature');
  const best = new Map<string, MeasureRow>();
  for (const { key, window, value } of figures) {
    const group = key.slice(0, groupBy.length);
    const text = `${keyText(group)}\0${window}`;
    const known = best.get(text)?.values[0];
    const feature = key[featureAt] ?? '';
    if (known === undefined || (value !== null && (known === null || value > known)))
      best.set(text, { key: group, window, values: [value], feature });
  }
  return [...best.values()];
}
