import type { Dimension } from '../query/dimensions.ts';
import { groupings } from '../store/rollups.ts';
import type { Ask } from './ask.ts';
import { keyText, read } from './ask.ts';
import { boundariesOf, byLevel, planSpans } from './levels.ts';
import type { Unit } from './site-calendar.ts';
import { Bindings } from './sql.ts';
import { cutsOf, factsSql, movesSql, segmentsOf } from './usage-sql.ts';
import type { Piece } from './windows.ts';

/** What a group had in use, by the start of each piece in which it had anything. */
export interface UsageOfKey {
  readonly key: readonly string[];
  readonly pieces: ReadonlyMap<number, PieceUse>;
}

/** In use when a piece begins, at most, and when it ends; license-milliseconds. */
export interface PieceUse {
  readonly opening: number;
  readonly peak: number;
  readonly closing: number;
  /** 0 where it was not asked for. */
  readonly area: number;
}

export interface UsageRequest {
  readonly keys: readonly Dimension[];
  readonly pieces: readonly Piece[];
  /** Whether license-milliseconds are wanted, too; else they are 0. */
  readonly area?: boolean;
  /** Cuts the pieces of each account × feature further where one of its entitlements begins or ends. */
  readonly cutAtEntitlements?: boolean;
  /** Only changes that pass (SQL over the columns of `usage_changes`); no fact knows about that. */
  readonly only?: (bindings: Bindings) => string;
}

/**
 * Reads the use of the groups that a question's filters and scope leave, from the coarsest facts that are exact
 * (docs/definitions.md "Groups" and "Rollups equal raw"): peaks compose along time, not across pools, so a fact serves only
 * where its grouping is the question's, or where filters pin what it has beyond it to one value. What is left at the edges are
 * changes, from what the fact says was open when their day (or quarter hour) began.
 */
export async function readUsage(ask: Ask, request: UsageRequest): Promise<UsageOfKey[]> {
  const { keys, pieces } = request;
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined || excludesConcurrent(ask)) return [];
  const facts = ask.rawOnly || request.only !== undefined ? undefined : factsFor(ask, keys);
  const levels: readonly Unit[] =
    facts === undefined ? [] : facts.quarters ? ['month', 'day', 'quarter'] : ['month', 'day'];
  const bindings = new Bindings();
  const cuts = request.cutAtEntitlements === true ? cutsOf(ask, keys, bindings) : undefined;
  const context = {
    keys,
    pieces,
    grouping: facts?.name,
    cuts,
    only: request.only?.(bindings) ?? '1',
    bindings,
  };
  const selects = byLevel(planSpans(pieces, levels, ask.calendar)).flatMap(([level, spans]) =>
    level === 'raw'
      ? [movesSql(ask, context, segmentsOf(spans, levels.at(-1), ask.calendar))]
      : factsSql(ask, context, level, spans),
  );
  const names = keys.map((_, i) => `k${i}, `).join('');
  const boundary = `roundDown(at, ${bindings.milliseconds(boundariesOf(pieces))})`;
  const piece = cuts === undefined ? boundary : `greatest(${boundary}, cut)`;
  const { rows } = await read(
    ask,
    `SELECT ${names}${piece} AS piece, toFloat64(if(min(at) = piece, argMin(opening, (at, n)), 0)), toFloat64(max(peak)), toFloat64(argMax(closing, (at, n))), ${request.area === true ? 'toFloat64(sum(area))' : '0'}
FROM (${selects.join('\nUNION ALL\n')})
GROUP BY ${names}piece HAVING max(peak) != 0`,
    bindings,
  );
  return collect(rows, keys.length);
}

/** Folds the rows into one entry per key. */
function collect(rows: readonly (readonly unknown[])[], width: number): UsageOfKey[] {
  const byKey = new Map<string, { key: string[]; pieces: Map<number, PieceUse> }>();
  for (const row of rows) {
    const key = row.slice(0, width) as string[];
    const text = keyText(key);
    let entry = byKey.get(text);
    if (entry === undefined) byKey.set(text, (entry = { key, pieces: new Map() }));
    entry.pieces.set(Number(row[width]), {
      opening: Number(row[width + 1]),
      peak: Number(row[width + 2]),
      closing: Number(row[width + 3]),
      area: Number(row[width + 4]),
    });
  }
  return [...byKey.values()];
}

/**
 * Walks one key's pieces in time order. A piece that has been cut goes on with what was in use at the end of what the store has told.
 * @param visit called for every piece with its peak and license-milliseconds (what it opens with included)
 */
export function walk(
  usage: UsageOfKey,
  pieces: readonly Piece[],
  visit: (piece: Piece, peak: number, area: number, opening: number) => void,
): void {
  let level = 0;
  let at: number | undefined;
  for (const piece of pieces) {
    if (piece.from !== at) level = 0;
    const use = usage.pieces.get(piece.from);
    if (piece.window >= 0)
      visit(piece, use?.peak ?? level, use?.area ?? level * (piece.to - piece.from), use?.opening ?? level);
    level = use?.closing ?? level;
    at = piece.to;
  }
}

function excludesConcurrent(ask: Ask): boolean {
  return ask.question.filters.some(
    (filter) =>
      filter.dimension === 'model' &&
      (filter.operator === 'in'
        ? !filter.values.includes('concurrent')
        : filter.operator === 'not in' && filter.values.includes('concurrent')),
  );
}

/**
 * The facts whose grouping is the question's, dimensions pinned to one value aside. A filter on products is one on pairs of account
 * and feature, so a grouping that has both knows it.
 */
function factsFor(ask: Ask, keys: readonly Dimension[]): (typeof groupings)[number] | undefined {
  const filters = ask.question.filters.filter((filter) => filter.dimension !== 'model');
  const pinned = new Set<Dimension>(
    filters
      .filter((filter) => filter.operator === 'in' && filter.values.length === 1)
      .map((filter) => filter.dimension),
  );
  if (ask.scope.accounts !== 'all' && ask.scope.accounts.length === 1) pinned.add('account');
  const wanted: readonly Dimension[] = keys.filter((key) => key !== 'model');
  const used = new Set<Dimension>([...wanted, ...filters.map((filter) => filter.dimension)]);
  if (ask.scope.accounts !== 'all') used.add('account');
  return groupings.find((grouping) => {
    const has: readonly Dimension[] = grouping.keys;
    const filtersProducts = has.includes('account') && has.includes('feature') && !wanted.includes('product');
    return (
      [...used].every((dimension) => has.includes(dimension) || (dimension === 'product' && filtersProducts)) &&
      has.every((dimension) => wanted.includes(dimension) || pinned.has(dimension))
    );
  });
}
