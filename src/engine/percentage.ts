import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import type { Compare, Comparison } from './comparison.ts';
import { percentage } from './comparison.ts';
import { coverageReader, readCovered } from './covered.ts';
import { readMeteredUse } from './metered.ts';
import { endOfDataByKey } from './end-of-data.ts';
import type { Entitlement } from './entitlement-book.ts';
import { highestPercentages, isOfPairs } from './highest-use.ts';
import { tellingProducts } from './products.ts';
import type { StrayGroups } from './stray-use.ts';
import { strayGroups, usedCombinations } from './stray-use.ts';
import { piecesOf } from './windows.ts';

/** The grouping that use is compared in: the asked one, with account and feature. Coarser groups take the highest. */
export function baseKeys(groupBy: readonly Dimension[]): readonly Dimension[] {
  return [...groupBy, ...(['account', 'feature'] as const).filter((dimension) => !groupBy.includes(dimension))];
}

/**
 * docs/definitions.md#stretches and #periods: the peak of concurrent use against the entitlements in force, per stretch of
 * constant quantity, the highest of them; metered: what was consumed in the entitlement's period against its quantity.
 *
 * @param width how many of the keys are asked for: of the pairs of each such group only the highest need be there
 */
export async function readComparisons(
  ask: Ask,
  keys: readonly Dimension[],
  compare: Compare,
  width = keys.length,
): Promise<readonly Comparison[]> {
  return tellingProducts(ask, keys, async (told) => {
    const endOf = endOfDataByKey(ask, told, 'windows');
    const [concurrent, metered] = await Promise.all([
      told.length === keys.length && compare === percentage && isOfPairs(keys, width)
        ? compareHighest(ask, keys, width, endOf)
        : compareConcurrent(ask, told, compare, endOf),
      compareMetered(ask, told, compare, endOf),
    ]);
    return [...concurrent, ...metered];
  });
}

/** Only pairs that may be the highest of their group, as far as the store says which these are; else all. */
async function compareHighest(
  ask: Ask,
  keys: readonly Dimension[],
  width: number,
  endOfData: EndOfData,
): Promise<readonly Comparison[]> {
  const stray = strayGroups(ask, keys, await usedCombinations(ask));
  const highest = await highestPercentages(ask, keys, width, stray);
  if (highest === undefined) return compareConcurrent(ask, keys, percentage, endOfData);
  const endOf = await endOfData;
  const rest =
    stray.groups.size === 0 ? [] : await compareConcurrent(ofStrayPairs(ask, stray), keys, percentage, endOfData);
  return [...highest.map((one) => knownUntil(ask, endOf(one.key), one)), ...rest];
}

/** The question of the pairs that have stray use (a pair's text is its account and its feature), and of some more. */
function ofStrayPairs(ask: Ask, { groups }: StrayGroups): Ask {
  const pairs = [...groups.keys()].map((text) => text.split('\0'));
  const filters = (['account', 'feature'] as const).map((dimension, i) => ({
    dimension,
    operator: 'in' as const,
    values: [...new Set(pairs.map((pair) => pair[i] ?? ''))],
  }));
  return { ...ask, question: { ...ask.question, filters: [...ask.question.filters, ...filters] } };
}

/** What `endOfDataByKey` gives: asked once for both models. */
type EndOfData = ReturnType<typeof endOfDataByKey>;

async function compareConcurrent(
  ask: Ask,
  keys: readonly Dimension[],
  compare: Compare,
  endOfData: EndOfData,
): Promise<Comparison[]> {
  const figures = new Map<string, { readonly key: readonly string[]; readonly highest: (Candidate | undefined)[] }>();
  const [endOf] = await Promise.all([
    endOfData,
    readCovered(ask, keys, { pieces: piecesOf(ask.range, ask.windows) }, ({ key }, text) => {
      const own = figures.get(text) ?? { key, highest: [] };
      figures.set(text, own);
      const consider = (window: number, at: number, used: number, { quantity, overdraft }: Bought): void => {
        const value = quantity === null ? null : compare(used, quantity, overdraft);
        if (isHigher(own.highest[window], value, at))
          own.highest[window] = { at, key, window, value, ...(quantity !== null && { from: { used, quantity } }) };
      };
      return {
        days: (use) => {
          consider(use.window, use.usedAt, use.used, use);
        },
        piece: ({ window, from }, covered) => {
          consider(window, from, covered.peak, covered);
        },
        isOpenTo: ({ window, used, quantity, overdraft }) => {
          const known = own.highest[window];
          if (known === undefined) return true;
          const value = quantity === null ? null : compare(used, quantity, overdraft);
          return value !== null && value >= (known.value ?? value);
        },
        isSettled: (window) => (own.highest[window]?.value ?? 0) > 0,
      };
    }),
  ]);
  return [...figures.values()].flatMap(({ key, highest }) => {
    const end = endOf(key);
    return highest.filter((one) => one !== undefined).map((one) => knownUntil(ask, end, one));
  });
}

interface Bought {
  readonly quantity: number | null;
  readonly overdraft: number;
}

/** @property at of equal figures the first counts */
type Candidate = Comparison & { readonly at: number };

/** null is less than any figure, and more than nothing at all. */
function isHigher(known: Candidate | undefined, value: number | null, at: number): boolean {
  if (known === undefined) return true;
  if (value === null) return false;
  return known.value === null || value > known.value || (value === known.value && at < known.at);
}

/** After a group's data end nothing is known. */
const knownUntil = (ask: Ask, end: number, comparison: Comparison): Comparison =>
  (ask.windows[comparison.window]?.from ?? 0) > end
    ? { key: comparison.key, window: comparison.window, value: null }
    : comparison;

export async function compareMetered(
  ask: Ask,
  keys: readonly Dimension[],
  compare: Compare,
  endOfData: EndOfData,
): Promise<Comparison[]> {
  // Amounts make no pool.
  if (ask.question.poolSize?.atMost !== undefined || !ask.book.rows.some((row) => row.model === 'metered')) return [];
  const entitlementsOf = (grouping: readonly Dimension[]) => {
    const coverageOf = coverageReader(grouping);
    return (key: readonly string[]): readonly Entitlement[] => ask.book.covering(coverageOf(key), 'metered');
  };
  const [uses, endOf] = await Promise.all([readMeteredUse(ask, keys, { entitlementsOf, compare }), endOfData]);
  return uses.map((use) => knownUntil(ask, endOf(use.key), use));
}
