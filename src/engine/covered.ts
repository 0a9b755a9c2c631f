import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText } from './ask.ts';
import type { EntitledUse } from './entitled-use.ts';
import { planEntitledUse, readEntitledUse } from './entitled-use.ts';
import { idleKeys } from './entitled-rows.ts';
import type { Coverage } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';
import type { CoveredUse } from './stray-use.ts';
import { coveredUse, ofGroups, strayGroups, usedCombinations } from './stray-use.ts';
import { onlyGroups, readUsage, walk } from './usage.ts';
import type { Piece } from './windows.ts';
import { cutPieces } from './windows.ts';

/** What a group had in use in one piece of time, and what it was entitled to. */
export interface Covered {
  /** In use when the piece begins. */
  readonly opening: number;
  readonly peak: number;
  /** null: nothing countable above 0 is in force, or not a pool of the size that is asked for. */
  readonly quantity: number | null;
  readonly overdraft: number;
}

/** Takes what is found of one group, in any order. */
export interface CoveredVisitor {
  /** Whole days in which the same quantity was in force, all together. */
  days(use: EntitledUse): void;
  /** Whether anything that is not more than that could still add something. */
  isOpenTo(use: EntitledUse): boolean;
  piece(piece: Piece, covered: Covered): void;
  /** Whether a window in which nothing is used would add nothing. */
  isSettled(window: number): boolean;
}

/**
 * Concurrent use of every group beside what covers it; idle groups too. Whole days are read as they are kept, where they are; else
 * piece by piece, and pieces are cut further where the store has cut, where the quantity changes without anything else
 * happening, and where other use is covered.
 *
 * @param asked `pieces`: those of the windows, cut as the caller needs them; `wantsLengths`: whether time at limits is wanted of whole days
 * @param visit called for each group with its `keyText`, once for every part of its use that is covered together
 */
export async function readCovered(
  ask: Ask,
  keys: readonly Dimension[],
  { pieces, wantsLengths = false }: { readonly pieces: readonly Piece[]; readonly wantsLengths?: boolean },
  visit: (usage: Pick<CoveredUse, 'key' | 'only'>, text: string) => CoveredVisitor,
): Promise<void> {
  const plan = planEntitledUse(ask, keys);
  const request = { keys, pieces, cutAtEntitlements: true };
  if (plan === undefined) {
    const [usages, combinations] = await Promise.all([readUsage(ask, request), usedCombinations(ask)]);
    const idle = idleKeys(ask, keys, usages).map((key): CoveredUse => ({ key, pieces: new Map() }));
    for (const usage of [...(await coveredUse(ask, request, usages, strayGroups(ask, keys, combinations))), ...idle])
      walkCovered(ask, keys, usage, pieces, visit(usage, keyText(usage.key)));
    return;
  }
  const combinations = await usedCombinations(ask);
  const stray = strayGroups(ask, keys, combinations);
  const [kept, unbounded, strayUsages] = await Promise.all([
    readEntitledUse(ask, keys, plan, wantsLengths),
    plan.edges.length === 0 || plan.bounded !== undefined ? [] : readUsage(ask, { keys, pieces: plan.edges }),
    stray.groups.size === 0 ? [] : readUsage(ask, { ...request, only: ofGroups(stray, combinations) }),
  ]);
  const visitors = new Map<string, { readonly key: readonly string[]; readonly visitor: CoveredVisitor }>();
  const visitorOf = (key: readonly string[]): CoveredVisitor => {
    const text = keyText(key);
    let found = visitors.get(text);
    if (found === undefined) visitors.set(text, (found = { key, visitor: visit({ key }, text) }));
    return found.visitor;
  };
  const [days, around] = [kept.filter(({ isAround }) => !isAround), kept.filter(({ isAround }) => isAround)];
  for (const use of days)
    if (!stray.has(use.key)) {
      const visitor = visitorOf(use.key);
      if (isOfSize(ask, use.quantity)) visitor.days(positive(use));
    }
  const open = around.filter(
    (use) => !stray.has(use.key) && visitors.get(keyText(use.key))?.visitor.isOpenTo(positive(use)) !== false,
  );
  const edges =
    open.length === 0
      ? unbounded
      : await readUsage(ask, {
          keys,
          pieces: plan.edges,
          of: onlyGroups(
            keys,
            open.map(({ key }) => key),
          ),
        });
  for (const usage of edges) if (!stray.has(usage.key)) walkCovered(ask, keys, usage, plan.edges, visitorOf(usage.key));
  for (const usage of await coveredUse(ask, request, strayUsages, stray))
    walkCovered(ask, keys, usage, pieces, visit(usage, keyText(usage.key)));
  const used = [...days, ...edges, ...strayUsages];
  const strayTexts = new Set(stray.groups.size === 0 ? [] : used.map(({ key }) => keyText(key)));
  const known = { has: (text: string) => visitors.has(text) || strayTexts.has(text) };
  for (const key of idleKeys(ask, keys, used, known)) visitorOf(key);
  for (const { key, visitor } of visitors.values()) walkIdle(ask, keys, key, visitor);
}

const positive = <T extends { readonly quantity: number | null }>(use: T): T =>
  use.quantity !== null && use.quantity <= 0 ? { ...use, quantity: null } : use;

/** A group's pieces with what was in force in each. */
function walkCovered(
  ask: Ask,
  keys: readonly Dimension[],
  usage: CoveredUse,
  pieces: readonly Piece[],
  visitor: CoveredVisitor,
): void {
  const starts = new Set(pieces.map((piece) => piece.from));
  const stretches = stretchesOf(ask.book.covering(coverageReader(keys)(usage.key), 'concurrent'), ask.range);
  const during = usage.during ?? [ask.range];
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
    if (isOfSize(ask, quantity)) visitor.piece(piece, positive({ opening, peak, quantity, overdraft }));
  });
}

/** Days without use are not kept; yet entitled and unused is 0 %, not missing: whoever has bought it wants to know. */
export function walkIdle(
  ask: Ask,
  keys: readonly Dimension[],
  key: readonly string[],
  visitor: Pick<CoveredVisitor, 'isSettled' | 'piece'>,
): void {
  if (ask.windows.every((_, window) => visitor.isSettled(window))) return;
  const stretches = stretchesOf(ask.book.covering(coverageReader(keys)(key), 'concurrent'), ask.range);
  ask.windows.forEach((own, window) => {
    if (visitor.isSettled(window)) return;
    for (const { from, to, quantity, overdraft } of stretches)
      if (from < own.to && to > own.from && isOfSize(ask, quantity))
        visitor.piece(
          { from: Math.max(from, own.from), to: Math.min(to, own.to), window },
          positive({ opening: 0, peak: 0, quantity, overdraft }),
        );
  });
}

/** Whether the question is about pools of that size; one whose size is not known is no small pool. */
export function isOfSize({ question: { poolSize } }: Ask, quantity: number | null): boolean {
  const { atLeast = 0, atMost = Infinity } = poolSize ?? {};
  return quantity === null ? atMost === Infinity : quantity >= atLeast && quantity <= atMost;
}

/** What covers a group of a grouping. */
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
