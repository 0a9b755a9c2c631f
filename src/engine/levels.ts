import type { Piece, Range } from './windows.ts';

export type Level = 'month' | 'day' | 'quarter' | 'raw';

/** Stretches of time to read from one level; together the spans of a plan cover the range once. */
export interface Span extends Range {
  readonly level: Level;
}

const quarterMs = 900_000;
const dayMs = 86_400_000;

/**
 * Reads every stretch from the coarsest level that gives the exact answer: whole months (UTC) inside a piece, whole days at
 * its edges, quarter hours at theirs, single rows at the last ones. A boundary never cuts through a rollup row.
 *
 * @param coarse levels that the table has, e.g. ['month', 'day']; 'raw' always exists
 * @returns spans in time order, neighbours of one level joined
 */
export function planSpans(pieces: readonly Range[], coarse: readonly Exclude<Level, 'raw'>[]): Span[] {
  const spans: Span[] = [];
  for (const piece of pieces) cover(piece, coarse, spans);
  return joinSpans(spans);
}

/** The spans before a moment, back to the beginning of time: what was open then. */
export function spansBefore(moment: number, coarse: readonly Exclude<Level, 'raw'>[]): Span[] {
  return planSpans([{ from: beginningOfTime, to: moment }], coarse);
}

/** Earlier than any log; a month starts here. */
export const beginningOfTime = Date.UTC(1970, 0);

function cover(range: Range, levels: readonly Exclude<Level, 'raw'>[], out: Span[]): void {
  const [level, ...finer] = levels;
  if (range.to <= range.from) return;
  if (level === undefined) {
    out.push({ level: 'raw', ...range });
    return;
  }
  const from = ceil(range.from, level);
  const to = floor(range.to, level);
  if (to <= from) {
    cover(range, finer, out);
    return;
  }
  cover({ from: range.from, to: from }, finer, out);
  out.push({ level, from, to });
  cover({ from: to, to: range.to }, finer, out);
}

function floor(ms: number, level: Exclude<Level, 'raw'>): number {
  if (level !== 'month') return ms - (((ms % lengthOf[level]) + lengthOf[level]) % lengthOf[level]);
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function ceil(ms: number, level: Exclude<Level, 'raw'>): number {
  const start = floor(ms, level);
  if (start === ms) return ms;
  if (level !== 'month') return start + lengthOf[level];
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

const lengthOf = { day: dayMs, quarter: quarterMs } as const;

/** Spans by their level: one sub-select reads all spans of a level. */
export function byLevel<T extends Span>(spans: readonly T[]): [Level, T[]][] {
  const grouped = new Map<Level, T[]>();
  for (const span of spans) {
    const own = grouped.get(span.level);
    if (own === undefined) grouped.set(span.level, [span]);
    else own.push(span);
  }
  return [...grouped];
}

/** Neighbouring spans of one level as one. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last?.level === span.level && last.to === span.from) result[result.length - 1] = { ...last, to: span.to };
    else result.push(span);
  }
  return result;
}

/** A rollup row belongs to a piece because none is cut by a boundary; this is the SQL that finds it. */
export function pieceStartSql(milliseconds: string, boundaries: string): string {
  return `roundDown(${milliseconds}, ${boundaries})`;
}

/** The lower boundary of every piece; what lies before the first gets the first, so filter on time too. */
export function boundariesOf(pieces: readonly Piece[]): number[] {
  return pieces.map((piece) => piece.from);
}
