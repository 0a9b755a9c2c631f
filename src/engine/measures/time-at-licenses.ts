import type { FieldValue } from '../frame.ts';
import { isMeteredOnly } from '../metered-only.ts';
import { readTimeAtLevels } from '../time-at-levels.ts';
import { noticeSeveralFeatures } from './concurrent.ts';
import type { List } from './listing.ts';

const hourMs = 3_600_000;

/** The duration curve: hours at exactly n licenses, and the share of the known time at n or more. */
export const timeAtLicenses: List = async (ask) => {
  const [groups] = await Promise.all([readTimeAtLevels(ask), noticeSeveralFeatures(ask)]);
  const isIdle = groups.every(({ levels }) => [...levels.keys()].every((licenses) => licenses === 0));
  if (isIdle && (await isMeteredOnly(ask))) return [];
  return groups.flatMap(({ key, levels }) => {
    const known = [...levels.values()].reduce((sum, length) => sum + length, 0);
    let orMore = 0;
    return [...levels]
      .sort(([a], [b]) => b - a)
      .map(([licenses, length]): FieldValue[] => {
        orMore += length;
        return [...key, licenses, length / hourMs, (100 * orMore) / known];
      });
  });
};
