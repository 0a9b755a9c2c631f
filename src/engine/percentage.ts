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
import type { Piece } from './windows.ts';
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
  const figures = new Map<string, { readonly key: readonly string[]; readonly highest: (Comparison | undefined)[] }>();
  const [endOf] = await Promise.all([
    endOfData,
    readCovered(ask, keys, piecesOf(ask.range, ask.windows), ({ key }) => {
      const text = keyText(key);
      const own = figures.get(text) ?? { key, highest: [] };
      figures.set(text, own);
      return ({ window }, { peak, quantity, overdraft }) => {
        const value = quantity === null ? null : compare(peak, quantity, overdraft);
        if (isHigher(own.highest[window], value))
          own.highest[window] = { key, window, value, ...(quantity !== null && { from: { used: peak, quantity } }) };
      };
    }),
  ]);
  return [...figures.values()]
    .flatMap(({ highest }) => highest.flatMap((one) => one ?? []))
    .map(knownUntil(ask, endOf));
}

/** null is less than any figure, and more than nothing at all. */
const isHigher = (known: Comparison | undefined, value: number | null): boolean =>
  known === undefined || (value !== null && (known.value === null || value > known.value));

/** What a group had in use in one piece of time, and what it was entitled to. */
export interface Covered {
  /** In use when the piece begins. */
  readonly opening: number;
  readonly peak: number;
  /** null: nothing countable above 0 is in force, or not a pool of the size that is asked for. */
  readonly quantity: number | null;
  readonly overdraft: number;
}

/**
 * Concurrent use of every group beside what covers it, piece by piece; idle groups too. Pieces are cut further where the store
 * has cut, where the quantity changes without anything else happening, and where other use is covered.
 *
 * @param visit called for each group, once for every part of its use that is covered together; gives what is called for each of
 * its pieces
 */
export async function readCovered(
  ask: Ask,
  keys: readonly Dimension[],
  pieces: readonly Piece[],
  visit: (usage: CoveredUse) => (piece: Piece, covered: Covered) => void,
): Promise<void> {
  const starts = new Set(pieces.map((piece) => piece.from));
  const coverageOf = coverageReader(keys);
  const request = { keys, pieces, cutAtEntitlements: true };
  const [usages, combinations] = await Promise.all([readUsage(ask, request), usedCombinations(ask)]);
  for (const usage of withIdle(ask, keys, await coveredUse(ask, request, usages, combinations))) {
    const stretches = stretchesOf(ask.book.covering(coverageOf(usage.key), 'concurrent'), ask.range);
    const during = usage.during ?? [ask.range];
    const seen = visit(usage);
    let at = 0;
    const cuts = [
      ...usage.pieces.keys(),
      ...stretches.map((stretch) => stretch.from),
      ...(usage.during ?? []).flatMap(({ from, to }) => [from, to]),
    ].filter((cut) => !starts.has(cut));
    walk(usage, cuts.length === 0 ? pieces : cutPieces(pieces, cuts), (piece, peak, _, opening) => {
      if (!during.some(({ from, to }) => piece.from >= from && piece.from < to)) return;
      while ((stretches[at]?.to ?? Infinity) <= piece.from) at++;
      const { quantity = null, overdraft = 0 } = stretches[at] ?? {};
      if (!isOfSize(ask, quantity)) return;
      seen(piece, { opening, peak, quantity: quantity === null || quantity <= 0 ? null : quantity, overdraft });
    });
  }
}

/** Whether the question is about pools of that size; one whose size is not known is no small pool. */
export function isOfSize({ question: { poolSize } }: Ask, quantity: number | null): boolean {
  const { atLeast = 0, atMost = Infinity } = poolSize ?? {};
  return quantity === null ? atMost === Infinity : quantity >= atLeast && quantity <= atMost;
}

/** After a group's data end nothing is known. */
function knownUntil(ask: Ask, endOf: (key: readonly string[]) => number): (comparison: Comparison) => Comparison {
  return ({ from, ...comparison }) => {
    if ((ask.windows[comparison.window]?.from ?? 0) > endOf(comparison.key)) return { ...comparison, value: null };
    return from === undefined ? comparison : { ...comparison, from };
  };
}

/** Entitled but never used is 0 %, not missing: whoever has bought it wants to know. */
const withIdle = (ask: Ask, keys: readonly Dimension[], usages: readonly CoveredUse[]): CoveredUse[] => [
  ...usages,
  ...idleKeys(ask, keys, usages).map((key) => ({ key, opening: 0, pieces: new Map() })),
];

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
  return uses.map(knownUntil(ask, endOf));
}

export function coverageReader(keys: readonly Dimension[]): (key: readonly string[]) => Coverage {
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
