import type { Dimension } from '../query/dimensions.ts';
import { groupings } from '../store/rollups.ts';
import type { Ask } from './ask.ts';
import { keyText, read } from './ask.ts';
import type { Level } from './levels.ts';
import { boundariesOf, byLevel, planSpans, spansBefore } from './levels.ts';
import { Bindings } from './sql.ts';
import { entitlementCuts, finerWhereCut, movesSql } from './usage-sql.ts';
import type { Piece } from './windows.ts';

/** The running sum of one group over the asked range: the balance at its start, and what each piece does to it. */
export interface UsageOfKey {
  readonly key: readonly string[];
  readonly opening: number;
  /** By the piece's start: net change, highest running sum above the piece's opening (≥ 0), license-ms above the opening up to the piece's end. */
  readonly pieces: ReadonlyMap<number, { readonly net: number; readonly top: number; readonly area: number }>;
}

export interface UsageRequest {
  readonly keys: readonly Dimension[];
  readonly pieces: readonly Piece[];
  /** Whether license-milliseconds are wanted, too; else they are 0. */
  readonly area?: boolean;
  /** Cuts the pieces of each account × feature further where one of its entitlements begins or ends. */
  readonly cutAtEntitlements?: boolean;
  /** Only changes that pass (SQL over the columns of `usage_changes`); no rollup knows about that. */
  readonly only?: (bindings: Bindings) => string;
}

/**
 * Reads the running sums of the groups that a question's filters and scope leave, from the coarsest rollup that is exact
 * (docs/definitions.md "Groups" and "Rollups equal raw"): peaks compose along time, not across pools, so a rollup serves only
 * where its grouping is the question's, or where filters pin what it has beyond it to one value.
 */
export async function readUsage(ask: Ask, request: UsageRequest): Promise<UsageOfKey[]> {
  const { pieces } = request;
  const first = pieces[0];
  const last = pieces.at(-1);
  if (first === undefined || last === undefined || excludesConcurrent(ask)) return [];
  const rollup = ask.rawOnly || request.only !== undefined ? undefined : rollupFor(ask, request.keys);
  const levels: Exclude<Level, 'raw'>[] =
    rollup === undefined ? [] : rollup.quarters ? ['month', 'day', 'quarter'] : ['month', 'day'];
  const bindings = new Bindings();
  const cuts = request.cutAtEntitlements === true ? entitlementCuts(ask, request.keys, bindings) : undefined;
  const moves = movesSql(ask, {
    keys: request.keys,
    grouping: rollup?.name ?? '',
    end: last.to,
    cuts,
    only: request.only?.(bindings) ?? '1',
    area: request.area === true,
    bindings,
  });
  const spans = byLevel([...spansBefore(first.from, levels), ...planSpans(pieces, levels)]);
  const selects = [
    ...spans.map(([level, own]) => moves(level, own)),
    // Rollup rows that an entitlement's midnight cuts through are replaced by what they were made of.
    ...(cuts === undefined || rollup === undefined ? [] : finerWhereCut(cuts, spans, moves)),
  ];
  const names = request.keys.map((_, i) => `k${i}`);
  const keys = names.map((name) => `${name}, `).join('');
  const boundaries = bindings.milliseconds(boundariesOf(pieces));
  const from = bindings.bind(first.from, 'Int64');
  const piece = cuts === undefined ? `roundDown(at, ${boundaries})` : `greatest(roundDown(at, ${boundaries}), cut)`;
  const sql = `
SELECT ${keys}piece, toFloat64(net),
       toFloat64(greatest(0, arrayMax((sum, m) -> sum + m.3 + m.4, arrayCumSum(m -> -m.3, moves), moves))) AS top, toFloat64(rest)
FROM (
  SELECT ${keys}if(at < ${from}, toInt64(-1), ${piece}) AS piece, -sum(fall) AS net,
         arraySort(groupArrayIf((at, seq, fall, rise), at >= ${from})) AS moves, sum(area) AS rest
  FROM (${selects.join('\nUNION ALL\n')})
  GROUP BY ${keys}piece
)
WHERE piece >= 0 OR net != 0`;
  const { rows } = await read(ask, sql, bindings);
  return collect(rows, names.length, pieces, last.to);
}

/** Folds the rows into one entry per key; areas run to the end of the range in SQL and are brought back to the piece's end. */
function collect(
  rows: readonly (readonly unknown[])[],
  width: number,
  pieces: readonly Piece[],
  end: number,
): UsageOfKey[] {
  interface Entry {
    key: string[];
    opening: number;
    pieces: Map<number, { net: number; top: number; area: number }>;
  }
  const endOf = new Map(pieces.map((piece) => [piece.from, piece.to]));
  const byKey = new Map<string, Entry>();
  for (const row of rows) {
    const key = row.slice(0, width) as string[];
    const text = keyText(key);
    let entry = byKey.get(text);
    if (entry === undefined) byKey.set(text, (entry = { key, opening: 0, pieces: new Map() }));
    const piece = Number(row[width]);
    const net = Number(row[width + 1]);
    if (piece < 0) entry.opening = net;
    else
      entry.pieces.set(piece, {
        net,
        top: Number(row[width + 2]),
        area: Number(row[width + 3]) - net * (end - (endOf.get(piece) ?? end)),
      });
  }
  return [...byKey.values()];
}

/**
 * Walks one key's pieces in time order.
 * @param visit called for every piece with its highest running sum and license-milliseconds (opening balance included)
 */
export function walk(
  usage: UsageOfKey,
  pieces: readonly Piece[],
  visit: (piece: Piece, peak: number, area: number, opening: number) => void,
): void {
  let balance = usage.opening;
  for (const piece of pieces) {
    const change = usage.pieces.get(piece.from);
    if (piece.window >= 0)
      visit(piece, balance + (change?.top ?? 0), balance * (piece.to - piece.from) + (change?.area ?? 0), balance);
    balance += change?.net ?? 0;
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
 * The rollup whose grouping is the question's, dimensions pinned to one value aside. A filter on products is one on pairs of account
 * and feature, so a grouping that has both knows it.
 */
function rollupFor(ask: Ask, keys: readonly Dimension[]): (typeof groupings)[number] | undefined {
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
