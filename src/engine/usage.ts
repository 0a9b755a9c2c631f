import type { Dimension } from '../query/dimensions.ts';
import { groupings } from '../store/rollups.ts';
import type { Ask } from './ask.ts';
import { areasSql } from './areas-sql.ts';
import { keyText, read } from './ask.ts';
import type { BoundedPlan, Part, Span } from './levels.ts';
import { boundariesOf, boundEdges, joinSpans, planSpans } from './levels.ts';
import { seatsOf } from './seats.ts';
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
  /** What is wanted beside peaks: license-milliseconds too; or nothing, not even what pieces open and close with. Else they are 0. */
  readonly want?: 'areas' | 'peaks';
  /** Cuts the pieces of each account × feature further where one of its entitlements begins or ends. */
  readonly cutAtEntitlements?: boolean;
  /** Only changes that pass (SQL over the columns of `usage_changes`); no fact knows about that. */
  readonly only?: (bindings: Bindings) => string;
  /** Only groups that pass (SQL over the columns of facts and changes). */
  readonly of?: (bindings: Bindings) => string;
}

/**
 * Reads the use of the groups that a question's filters and scope leave, from the coarsest facts that are exact
 * (docs/definitions.md#groups and #rollups-equal-raw): peaks compose along time, not across pools, so a fact serves only
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
  const plan = planSpans(pieces, levels, ask);
  if (plan.length === 0) return [];
  const unit = levels.at(-1);
  if (request.want === 'peaks' && request.cutAtEntitlements !== true && facts !== undefined && unit !== undefined) {
    const bounded = boundEdges(plan, unit, ask.calendar);
    if (bounded !== undefined) return peaksByBound(ask, request, bounded, { grouping: facts.name, unit });
  }
  return readSpans(ask, request, plan, { grouping: facts?.name, unit });
}

async function readSpans(
  ask: Ask,
  request: UsageRequest,
  plan: readonly Span[],
  { grouping, unit }: { readonly grouping: string | undefined; readonly unit: Unit | undefined },
): Promise<UsageOfKey[]> {
  const { keys, pieces, of } = request;
  const bindings = new Bindings();
  const cuts = request.cutAtEntitlements === true ? cutsOf(ask, keys, bindings) : undefined;
  const only = [request.only, of].flatMap((condition) => (condition === undefined ? [] : [condition(bindings)]));
  const context = {
    keys,
    pieces,
    grouping,
    cuts,
    only: only.join(' AND ') || '1',
    of: of?.(bindings) ?? '1',
    bindings,
  };
  const known = plan.filter(({ level }) => level !== 'raw');
  const edges = plan.filter(({ level }) => level === 'raw');
  const isSum = request.want === 'areas' && cuts === undefined && grouping === undefined && pieces.length === 1;
  const edgesSql = (): string =>
    isSum && pieces[0] !== undefined && seatsOf(ask, keys) === undefined
      ? areasSql(ask, context, pieces[0])
      : movesSql(ask, context, segmentsOf(joinSpans(edges), unit, ask.calendar));
  const selects = [
    ...(known.length === 0 ? [] : factsSql(ask, context, known)),
    ...(edges.length === 0 ? [] : [edgesSql()]),
  ];
  const names = keys.map((_, i) => `k${i}, `).join('');
  const boundary = `roundDown(at, ${bindings.milliseconds(boundariesOf(pieces))})`;
  const piece = cuts === undefined ? boundary : `greatest(${boundary}, cut)`;
  const { rows } = await read(
    ask,
    `SELECT ${names}${piece} AS piece, toFloat64(if(min(at) = piece, argMin(opening, (at, n)), 0)), toFloat64(max(peak)), toFloat64(argMax(closing, (at, n))), ${request.want === 'areas' ? 'toFloat64(sum(area))' : '0'}
FROM (${selects.join('\nUNION ALL\n')})
GROUP BY ${names}piece HAVING max(peak) != 0`,
    bindings,
  );
  return collect(rows, keys.length);
}

/** The highest of the parts of a piece: an edge matters only to groups that reached higher on its whole day than inside the piece. */
async function peaksByBound(
  ask: Ask,
  request: UsageRequest,
  { spans, parts }: BoundedPlan,
  { grouping, unit }: { readonly grouping: string; readonly unit: Unit },
): Promise<UsageOfKey[]> {
  const { keys, pieces } = request;
  const bindings = new Bindings();
  const context = { keys, pieces, grouping, cuts: undefined, only: '1', of: '1', bindings };
  const names = keys.map((_, i) => `k${i}, `).join('');
  const { rows } = await read(
    ask,
    `SELECT ${names}roundDown(at, ${bindings.milliseconds(parts.map(({ from }) => from))}) AS part, 0, toFloat64(max(peak)), 0, 0
FROM (${factsSql(ask, context, spans).join('\nUNION ALL\n')}) GROUP BY ${names}part`,
    bindings,
  );
  const partAt = new Map(parts.map((part) => [part.from, part]));
  const partOf = (row: readonly unknown[]): Part | undefined => partAt.get(Number(row[keys.length]));
  const inside = rows.flatMap((row) => {
    const { piece = 0, edge } = partOf(row) ?? {};
    return edge === undefined
      ? [[...row.slice(0, keys.length), pieces[piece]?.from, ...row.slice(keys.length + 1)]]
      : [];
  });
  const known = collect(inside, keys.length);
  const peaks = new Map(known.map((usage) => [keyText(usage.key), usage.pieces]));
  const open = rows.filter((row) => {
    const { piece = 0, edge } = partOf(row) ?? {};
    const { peak = 0 } = peaks.get(keyText(row.slice(0, keys.length) as string[]))?.get(pieces[piece]?.from ?? 0) ?? {};
    return edge !== undefined && Number(row[keys.length + 2]) > peak;
  });
  if (open.length === 0) return known;
  const edges = parts.flatMap(({ edge }): Span[] => (edge === undefined ? [] : [{ level: 'raw', ...edge }]));
  return higherPeaks(
    known,
    await readSpans(ask, { ...request, of: onlyGroups(keys, open) }, edges, { grouping, unit }),
  );
}

/** More are not worth naming: the text of the question names them several times. */
const mostNamed = 1000;

/**
 * Condition on groups, SQL over the columns of facts and changes.
 * @param rows begin with the keys of a group
 */
export function onlyGroups(
  keys: readonly Dimension[],
  rows: readonly (readonly unknown[])[],
): (bindings: Bindings) => string {
  const columns = keys.flatMap((key, i) => (key === 'model' ? [] : [{ key, i }]));
  if (columns.length === 0 || rows.length > mostNamed) return () => '1';
  return (bindings) => {
    const values = columns.map(({ i }) => bindings.strings(rows.map((row) => String(row[i]))));
    const names = columns.map(({ key }) => key).join(', ');
    return columns.length === 1 ? `${names} IN ${values.join('')}` : `(${names}) IN arrayZip(${values.join(', ')})`;
  };
}

/** Of each group and piece the higher peak. */
function higherPeaks(some: readonly UsageOfKey[], others: readonly UsageOfKey[]): UsageOfKey[] {
  const groups = new Map<string, { readonly key: readonly string[]; readonly pieces: Map<number, PieceUse> }>();
  for (const { key, pieces } of [...some, ...others]) {
    const text = keyText(key);
    const known = groups.get(text) ?? { key, pieces: new Map<number, PieceUse>() };
    groups.set(text, known);
    for (const [at, use] of pieces) {
      const { peak = 0 } = known.pieces.get(at) ?? {};
      if (use.peak >= peak) known.pieces.set(at, use);
    }
  }
  return [...groups.values()];
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
