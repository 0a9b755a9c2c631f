import type { Dimension } from '../query/dimensions.ts';
import { groupings } from '../store/rollups.ts';
import type { Ask } from './ask.ts';
import { keyText, read, selectionOf } from './ask.ts';
import type { Level, Span } from './levels.ts';
import { boundariesOf, planSpans, spansBefore } from './levels.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { Bindings } from './sql.ts';
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
  /** Further condition over account, feature, server (SQL with its values bound), for a part of the keys. */
  readonly only?: (bindings: Bindings) => string;
}

/**
 * Reads the running sums of the groups that a question's filters and scope leave, from the coarsest rollup that is exact
 * (DESIGN.md, decision 4): peaks compose along time, not across pools, so a rollup serves only where its grouping is the
 * question's, or where filters pin what it has beyond it to one value.
 */
export async function readUsage(ask: Ask, request: UsageRequest): Promise<UsageOfKey[]> {
  const { pieces } = request;
  const first = pieces[0];
  const last = pieces.at(-1);
  if (first === undefined || last === undefined || excludesConcurrent(ask)) return [];
  const bindings = new Bindings();
  const rollup = ask.rawOnly ? undefined : rollupFor(ask, request.keys);
  const levels: Exclude<Level, 'raw'>[] =
    rollup === undefined ? [] : rollup.quarters ? ['month', 'day', 'quarter'] : ['month', 'day'];
  const end = last.to;
  const boundaries = bindings.milliseconds(boundariesOf(pieces));
  const names = request.keys.map((_, i) => `k${i}`);
  const keys = names.map((name) => `${name}, `).join('');
  const source = (level: Level, spans: readonly Span[]): string =>
    level === 'raw'
      ? rawMoves(ask, request, spans, end, bindings)
      : rollupMoves(ask, request, rollup?.name ?? '', level, spans, end, bindings);
  const inside = byLevel(planSpans(pieces, levels)).map(([level, spans]) => source(level, spans));
  const before = byLevel(spansBefore(first.from, levels)).map(([level, spans]) => source(level, spans));
  const sql = `
SELECT ${keys}piece, toFloat64(-arraySum(m -> m.3, moves)) AS net,
       toFloat64(greatest(0, arrayMax((sum, m) -> sum + m.3 + m.4, arrayCumSum(m -> -m.3, moves), moves))) AS top, toFloat64(rest)
FROM (
  SELECT ${keys}roundDown(at, ${boundaries}) AS piece, arraySort(groupArray((at, seq, fall, rise))) AS moves, sum(area) AS rest
  FROM (${inside.join('\nUNION ALL\n')})
  GROUP BY ${keys}piece
)
UNION ALL
SELECT ${keys}toInt64(-1) AS piece, toFloat64(-sum(fall)) AS net, 0, 0
FROM (${before.join('\nUNION ALL\n')})
${names.length > 0 ? `GROUP BY ${names.join(', ')}` : ''}
HAVING net != 0`;
  const { rows } = await read(ask, sql, bindings);
  return collect(rows, names.length, pieces, end);
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
    const key = row.slice(0, width).map(String);
    const text = keyText(key);
    let entry = byKey.get(text);
    if (entry === undefined) byKey.set(text, (entry = { key, opening: 0, pieces: new Map() }));
    const [piece = -1, net = 0, top = 0, rest = 0] = row.slice(width).map(Number);
    if (piece < 0) entry.opening = net;
    else entry.pieces.set(piece, { net, top, area: rest - net * (end - (endOf.get(piece) ?? end)) });
  }
  return [...byKey.values()];
}

export interface WindowUsage {
  peak: number;
  /** License-milliseconds. */
  area: number;
  /** Milliseconds that counted. */
  length: number;
}

/**
 * Walks one key's pieces in time order.
 * @param visit called for every piece with its highest running sum and license-milliseconds (opening balance included)
 */
export function walk(
  usage: UsageOfKey,
  pieces: readonly Piece[],
  visit: (piece: Piece, peak: number, area: number) => void,
): void {
  let balance = usage.opening;
  for (const piece of pieces) {
    const change = usage.pieces.get(piece.from);
    if (piece.window >= 0)
      visit(piece, balance + (change?.top ?? 0), balance * (piece.to - piece.from) + (change?.area ?? 0));
    balance += change?.net ?? 0;
  }
}

function byLevel(spans: readonly Span[]): [Level, Span[]][] {
  const grouped = new Map<Level, Span[]>();
  for (const span of spans) grouped.set(span.level, [...(grouped.get(span.level) ?? []), span]);
  return [...grouped];
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

/** The rollup whose grouping is the question's, dimensions pinned to one value aside. */
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
    return (
      [...used].every((dimension) => has.includes(dimension)) &&
      has.every((dimension) => wanted.includes(dimension) || pinned.has(dimension))
    );
  });
}

function rollupMoves(
  ask: Ask,
  request: UsageRequest,
  grouping: string,
  level: Exclude<Level, 'raw'>,
  spans: readonly Span[],
  end: number,
  bindings: Bindings,
): string {
  const keys = request.keys.map((key, i) => `${key === 'model' ? `'concurrent'` : key} AS k${i}, `).join('');
  const after = { quarter: '+ 900', day: '+ 86400', month: '' }[level];
  const bucketEnd = level === 'month' ? 'toUnixTimestamp(addMonths(bucket, 1))' : `toUnixTimestamp(bucket) ${after}`;
  const times = spans
    .map((span) => `bucket >= ${bindings.time(span.from)} AND bucket < ${bindings.time(span.to)}`)
    .join(' OR ');
  return `
SELECT ${keys}toInt64(toUnixTimestamp(bucket)) * 1000 AS at, toUInt64(0) AS seq, -net AS fall, top AS rise,
       area + toDecimal128(net, 6) * (${bindings.bind(end, 'Int64')} - toInt64(${bucketEnd}) * 1000) AS area
FROM usage FINAL
WHERE grouping = '${grouping}' AND level = '${level}' AND (${times}) AND (net != 0 OR top != 0 OR area != 0)
  AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${request.only?.(bindings) ?? '1'}`;
}

function rawMoves(ask: Ask, request: UsageRequest, spans: readonly Span[], end: number, bindings: Bindings): string {
  const { joins, expressions } = groupingSql('usage_changes', request.keys, ask.catalogue, bindings);
  const keys = expressions.map((expression, i) => `${expression} AS k${i}, `).join('');
  const times = spans
    .map((span) => `time >= ${bindings.time(span.from)} AND time < ${bindings.time(span.to)}`)
    .join(' OR ');
  return `
SELECT ${keys}toUnixTimestamp64Milli(t.time) AS at, t.seq AS seq, -t.delta AS fall, greatest(t.delta, 0) AS rise,
       toDecimal128(t.delta, 6) * (${bindings.bind(end, 'Int64')} - toUnixTimestamp64Milli(t.time)) AS area
FROM (
  SELECT * FROM usage_changes
  WHERE (${times}) AND delta != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${request.only?.(bindings) ?? '1'}
) AS t ${joins}`;
}
