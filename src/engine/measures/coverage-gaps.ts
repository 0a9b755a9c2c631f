import { keyText } from '../ask.ts';
import { readUncovered } from '../uncovered-use.ts';
import type { List } from './listing.ts';

/** What `quality` counts as unmapped, by account, feature and server, in the order of these where others leave them equal. */
export const coverageGaps: List = async (ask) => {
  const gaps = new Map<string, { key: readonly string[]; checkouts: number }>();
  for (const { key, checkouts } of await readUncovered(ask, ['account', 'feature', 'server'])) {
    const known = gaps.get(keyText(key))?.checkouts ?? 0;
    gaps.set(keyText(key), { key, checkouts: known + checkouts });
  }
  return [...gaps]
    .filter(([, { checkouts }]) => checkouts > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { key, checkouts }]) => [...key, checkouts]);
};
