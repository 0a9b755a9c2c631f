import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText } from './ask.ts';
import type { Compare, Comparison } from './comparison.ts';
import { readMeteredUse } from './metered.ts';
import { endOfDataByKey } from './end-of-data.ts';
import type { Coverage, Entitlement } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';
import { idleKeys } from './entitled-rows.ts';
import type { CoveredUse } from './stray-use.ts';
import { coveredUse, usedCombinations } from './stray-use.ts';
import { tellingProducts } from './products.ts';
import { readUsage, walk } from './usage.ts';
import { cutPieces, piecesOf } from './windows.ts';

/** The grouping that use is compared in: the asked one, with account and feature. Coarser groups take the highest. */
export function baseKeys(groupBy: readonly Dimension[]): readonly Dimension[] {
  return [...groupBy, ...(['account', 'feature'] as const).filter((dimension) => !groupBy.includes(dimension))];
}

/**
 * docs/definitions.md "Stretches" and "Periods": the peak of concurrent use against the entitlements in force, per stretch of
 * constant quantity, the highest of them; metered: what was consumed in the entitlement's period against its quantity.
 */
export async function readComparisons(
  ask: Ask,
  keys: readonly Dimension[],
  compare: Compare,
): Promise<readonly Comparison[]> {
  return tellingProducts(ask, keys, (told) => compareBoth(ask, told, compare));
}

async function compareBoth(ask: Ask, keys: readonly Dimension[], compare: Compare): Promise<Comparison[]> {
  const endOf = endOfDataByKey(ask, keys, 'windows');
  const [concurrent, metered] = await Promise.all([
    compareConcurrent(ask, keys, compare, endOf),
    compareMetered(ask, keys, compare, endOf),
  ]);
  return [...concurrent, ...metered];
}

/** What `endOfDataByKey` gives: asked once for both models. */
type EndOfData = ReturnType<typeof endOfDataByKey>;

async function compareConcurrent(
  ask: Ask,
  keys: readonly Dimension[],
  compare: Compare,
  endOfData: EndOfData,
): Promise<Comparison[]> {
  const pieces = piecesOf(ask.range, ask.windows);
  const starts = new Set(pieces.map((piece) => piece.from));
  const coverageOf = coverageReader(keys);
  const request = { keys, pieces, cutAtEntitlements: true };
  const [usages, endOf, combinations] = await Promise.all([readUsage(ask, request), endOfData, usedCombinations(ask)]);
  const covered = await coveredUse(ask, request, usages, combinations);
  const comparisons = withIdle(ask, keys, covered).flatMap((usage): Comparison[] => {
    const stretches = stretchesOf(ask.book.covering(coverageOf(usage.key), 'concurrent'), ask.range);
    const highest: (number | null | undefined)[] = [];
    const during = usage.during ?? [ask.range];
    let at = 0;
    // Cut where the store has cut, where the quantity changes without anything else happening, and where other use is covered.
    const cuts = [
      ...usage.pieces.keys(),
      ...stretches.map((stretch) => stretch.from),
      ...(usage.during ?? []).flatMap(({ from, to }) => [from, to]),
    ].filter((cut) => !starts.has(cut));
    walk(usage, cuts.length === 0 ? pieces : cutPieces(pieces, cuts), (piece, peak) => {
      if (!during.some(({ from, to }) => piece.from >= from && piece.from < to)) return;
      while ((stretches[at]?.to ?? Infinity) <= piece.from) at++;
      const { quantity = null, overdraft = 0 } = stretches[at] ?? {};
      const value = quantity === null || quantity <= 0 ? null : compare(peak, quantity, overdraft);
      highest[piece.window] = higher(highest[piece.window], value);
    });
    return highest.flatMap((value, window) => (value === undefined ? [] : [{ key: usage.key, window, value }]));
  });
  const inParts = covered.some((usage) => usage.during !== undefined);
  return (inParts ? merged(comparisons) : comparisons).map(knownUntil(ask, endOf));
}

/** null is less than any figure, and more than nothing at all. */
function higher(known: number | null | undefined, value: number | null): number | null {
  return known === undefined || (value !== null && (known === null || value > known)) ? value : known;
}

/** A group whose use was read in several parts has several figures for a window: the highest counts. */
function merged(comparisons: readonly Comparison[]): readonly Comparison[] {
  const byPlace = new Map<string, Comparison>();
  for (const one of comparisons) {
    const place = `${one.window}\0${keyText(one.key)}`;
    const known = byPlace.get(place);
    byPlace.set(place, known === undefined ? one : { ...one, value: higher(known.value, one.value) });
  }
  return [...byPlace.values()];
}

/** After a group's data end nothing is known. */
function knownUntil(ask: Ask, endOf: (key: readonly string[]) => number): (comparison: Comparison) => Comparison {
  return (comparison) =>
    (ask.windows[comparison.window]?.from ?? 0) > endOf(comparison.key) ? { ...comparison, value: null } : comparison;
}

/** Entitled but never used is 0 %, not missing: whoever has bought it wants to know. */
const withIdle = (ask: Ask, keys: readonly Dimension[], usages: readonly CoveredUse[]): CoveredUse[] => [
  ...usages,
  ...idleKeys(ask, keys, usages).map((key) => ({ key, opening: 0, pieces: new Map() })),
];

async function compareMetered(
  ask: Ask,
  keys: readonly Dimension[],
  compare: Compare,
  endOfData: EndOfData,
): Promise<Comparison[]> {
  if (!ask.book.rows.some((row) => row.model === 'metered')) return [];
  const entitlementsOf = (grouping: readonly Dimension[]) => {
    const coverageOf = coverageReader(grouping);
    return (key: readonly string[]): readonly Entitlement[] => ask.book.covering(coverageOf(key), 'metered');
  };
  const [uses, endOf] = await Promise.all([readMeteredUse(ask, keys, { entitlementsOf, compare }), endOfData]);
  return uses.map(knownUntil(ask, endOf));
}

function coverageReader(keys: readonly Dimension[]): (key: readonly string[]) => Coverage {
  const at = (dimension: Dimension): number => keys.indexOf(dimension);
  const [account, feature, server, vendor, version] = [
    at('account'),
    at('feature'),
    at('server'),
    at('vendor'),
    at('version'),
  ];
  return (key) => ({
    feature: key[feature] ?? '',
    ...(account >= 0 && { account: key[account] ?? '' }),
    ...(server >= 0 && { server: key[server] ?? '' }),
    ...(vendor >= 0 && { vendor: key[vendor] ?? '' }),
    ...(version >= 0 && { version: key[version] ?? '' }),
  });
}
