import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText } from './ask.ts';
import { readMeteredUse } from './metered.ts';
import { endOfDataByKey } from './end-of-data.ts';
import type { Coverage, Entitlement } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';
import { entitledRows, keyOfRow } from './entitled-rows.ts';
import type { CoveredUse } from './stray-use.ts';
import { coveredUse, usedCombinations } from './stray-use.ts';
import { readUsage, walk } from './usage.ts';
import { cutPieces, piecesOf } from './windows.ts';

/** Use in % of the mapped entitlements, per base key and window. */
export interface Percentage {
  readonly key: readonly string[];
  readonly window: number;
  /** null: no percentage can be given (unmapped, uncounted, or no data). */
  readonly value: number | null;
}

/** The grouping that percentages are taken in: the asked one, with account and feature. Coarser groups take the highest. */
export function baseKeys(groupBy: readonly Dimension[]): readonly Dimension[] {
  return [...groupBy, ...(['account', 'feature'] as const).filter((dimension) => !groupBy.includes(dimension))];
}

/**
 * DESIGN.md "Usage percentage": 100 × peak concurrent use ÷ entitlements in force, per stretch of constant quantity, the
 * highest of them; metered: 100 × consumed in the entitlement's period ÷ its quantity.
 */
export async function readPercentages(ask: Ask, keys: readonly Dimension[]): Promise<Percentage[]> {
  const endOf = endOfDataByKey(ask, keys, 'windows');
  const [concurrent, metered] = await Promise.all([
    concurrentPercentages(ask, keys, endOf),
    meteredPercentages(ask, keys, endOf),
  ]);
  return [...concurrent, ...metered];
}

/** What `endOfDataByKey` gives: asked once for both models. */
type EndOfData = ReturnType<typeof endOfDataByKey>;

async function concurrentPercentages(
  ask: Ask,
  keys: readonly Dimension[],
  endOfData: EndOfData,
): Promise<Percentage[]> {
  const pieces = piecesOf(ask.range, ask.windows);
  const starts = new Set(pieces.map((piece) => piece.from));
  const coverageOf = coverageReader(keys);
  const request = { keys, pieces, cutAtEntitlements: true };
  const [usages, endOf, combinations] = await Promise.all([readUsage(ask, request), endOfData, usedCombinations(ask)]);
  const covered = await coveredUse(ask, request, usages, combinations);
  const percentages = withIdle(ask, keys, covered).flatMap((usage): Percentage[] => {
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
      const value = percent(peak, stretches[at]?.quantity ?? null);
      highest[piece.window] = higher(highest[piece.window], value);
    });
    return highest.flatMap((value, window) => (value === undefined ? [] : [{ key: usage.key, window, value }]));
  });
  const inParts = covered.some((usage) => usage.during !== undefined);
  return (inParts ? merged(percentages) : percentages).map(knownUntil(ask, endOf));
}

/** null is less than any figure, and more than nothing at all. */
function higher(known: number | null | undefined, value: number | null): number | null {
  return known === undefined || (value !== null && (known === null || value > known)) ? value : known;
}

/** A group whose use was read in several parts has several figures for a window: the highest counts. */
function merged(percentages: readonly Percentage[]): readonly Percentage[] {
  const byPlace = new Map<string, Percentage>();
  for (const one of percentages) {
    const place = `${one.window}\0${keyText(one.key)}`;
    const known = byPlace.get(place);
    byPlace.set(place, known === undefined ? one : { ...one, value: higher(known.value, one.value) });
  }
  return [...byPlace.values()];
}

/** After a group's data end nothing is known. */
function knownUntil(ask: Ask, endOf: (key: readonly string[]) => number): (percentage: Percentage) => Percentage {
  return (percentage) =>
    (ask.windows[percentage.window]?.from ?? 0) > endOf(percentage.key) ? { ...percentage, value: null } : percentage;
}

/** Entitled but never used is 0 %, not missing: whoever has bought it wants to know. */
function withIdle(ask: Ask, keys: readonly Dimension[], usages: readonly CoveredUse[]): CoveredUse[] {
  const seen = new Set(usages.map((usage) => keyText(usage.key)));
  const idle: CoveredUse[] = [];
  const accountAt = keys.indexOf('account');
  const accountsKnown = accountAt >= 0 && usages.some((usage) => usage.key[accountAt] !== '');
  for (const row of entitledRows(ask, 'concurrent')) {
    // A row without an account covers every account: it is nobody's own.
    if (row.account === '' && accountsKnown) continue;
    const key = keyOfRow(ask, row, keys);
    if (key === undefined || seen.has(keyText(key))) continue;
    seen.add(keyText(key));
    idle.push({ key, opening: 0, pieces: new Map() });
  }
  return [...usages, ...idle];
}

async function meteredPercentages(ask: Ask, keys: readonly Dimension[], endOfData: EndOfData): Promise<Percentage[]> {
  if (!ask.book.rows.some((row) => row.model === 'metered')) return [];
  const entitlementsOf = (grouping: readonly Dimension[]) => {
    const coverageOf = coverageReader(grouping);
    return (key: readonly string[]): readonly Entitlement[] => ask.book.covering(coverageOf(key), 'metered');
  };
  const [uses, endOf] = await Promise.all([readMeteredUse(ask, keys, entitlementsOf), endOfData]);
  return uses.map((use) => ({ key: use.key, window: use.window, value: use.percentage })).map(knownUntil(ask, endOf));
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

function percent(used: number, quantity: number | null): number | null {
  return quantity === null || quantity <= 0 ? null : (100 * used) / quantity;
}
