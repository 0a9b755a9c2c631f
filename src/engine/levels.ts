import type { SiteCalendar, Unit } from './site-calendar.ts';
import type { Piece, Range } from './windows.ts';

/** Facts of the site's months or days, or of quarter hours; `raw`: single rows. */
export type Level = Unit | 'raw';

/** Stretches of time to read from one level; together the spans of a plan cover the pieces once. */
export interface Span extends Range {
  readonly level: Level;
}

/**
 * Reads every stretch from the coarsest level that gives the exact answer: whole months inside a piece, whole days at
 * its edges, quarter hours at theirs, single rows at the last ones. A boundary never cuts through a rollup row.
 *
 * @param coarse levels that the table has, e.g. ['month', 'day']; 'raw' always exists
 * @returns spans in time order, neighbours of one level joined
 */
export function planSpans(pieces: readonly Range[], coarse: readonly Unit[], calendar: SiteCalendar): Span[] {
  const spans: Span[] = [];
  for (const piece of pieces) cover(piece, coarse, calendar, spans);
  return joinSpans(spans);
}

function cover(range: Range, levels: readonly Unit[], calendar: SiteCalendar, out: Span[]): void {
  const [level, ...finer] = levels;
  if (range.to <= range.from) return;
  if (level === undefined) {
    out.push({ level: 'raw', ...range });
    return;
  }
  const from = calendar.ceil(range.from, level);
  const to = calendar.floor(range.to, level);
  if (to <= from) {
    cover(range, finer, calendar, out);
    return;
  }
  cover({ from: range.from, to: from }, finer, calendar, out);
  out.push({ level, from, to });
  cover({ from: to, to: range.to }, finer, calendar, out);
}

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

/** The lower boundary of every piece; what lies before the first gets the first, so filter on time too. */
export function boundariesOf(pieces: readonly Piece[]): number[] {
  return pieces.map((piece) => piece.from);
}
