import type { SiteCalendar, Unit } from './site-calendar.ts';
import type { Piece, Range } from './windows.ts';

/** Facts of the site's months or days, or of quarter hours; `raw`: single rows. */
export type Level = Unit | 'raw';

/** Stretches of time to read from one level; together the spans of a plan cover the pieces once. */
export interface Span extends Range {
  readonly level: Level;
}

/** What plans are made of: the site's days and months, and the time in which there are any lines of what is asked for. */
export interface Reach {
  readonly calendar: SiteCalendar;
  readonly lines: Range;
}

/** A stretch of one of the pieces that a plan is made for. */
export interface PieceSpan extends Span {
  /** Which of the pieces. */
  readonly piece: number;
}

/**
 * Reads every stretch from the coarsest level that gives the exact answer: whole months inside a piece, whole days at
 * its edges, quarter hours at theirs, single rows at the last ones. A boundary never cuts through a rollup row, but where nothing
 * lies beyond it: the days in which the lines begin and end are read whole by whoever asks for all before and after.
 *
 * @param pieces in time order, without overlap
 * @param coarse levels that the table has, e.g. ['month', 'day']; 'raw' always exists
 * @returns spans in time order; with coarse levels, none of what lies before the first line or after the last one
 */
export function planSpans(pieces: readonly Range[], coarse: readonly Unit[], { calendar, lines }: Reach): PieceSpan[] {
  const [widest] = coarse;
  return pieces.flatMap(({ from, to }, piece) => {
    const spans: Span[] = [];
    if (widest === undefined) cover({ from, to }, coarse, calendar, spans);
    else if (from < lines.to && to > lines.from) {
      // A row of a day belongs to the piece in which the day begins, and all that begins before the first piece to that.
      const start = piece === 0 && from <= lines.from ? calendar.floor(from, widest) : from;
      const end = to < lines.to ? to : calendar.ceil(to, widest);
      cover({ from: start, to: end }, coarse, calendar, spans);
    }
    return spans.map((span) => ({ ...span, piece }));
  });
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

/** Facts of whole days (or quarter hours) that stand for a part of a piece: what lies inside it, or the day around one of its edges. */
export interface Part {
  /** Rows that begin from here on, up to the next part. */
  readonly from: number;
  /** Which of the pieces. */
  readonly piece: number;
  /** What of the day belongs to the piece; undefined: all. */
  readonly edge?: Range;
}

/** A plan in which edges are bounded by what facts say of the days around them. */
export interface BoundedPlan {
  /** What to read of the facts. */
  readonly spans: readonly Span[];
  readonly parts: readonly Part[];
}

/**
 * What days around edges say bounds what the edges can say, so that most of them need not be read.
 * @param unit the finest facts there are
 * @returns undefined where no edge lies beside facts of its piece, or some do not
 */
export function boundEdges(plan: readonly PieceSpan[], unit: Unit, calendar: SiteCalendar): BoundedPlan | undefined {
  const spans: Span[] = [];
  const parts: Part[] = [];
  for (const { level, piece, from, to } of plan) {
    if (level !== 'raw') {
      spans.push({ level, from, to });
      if (!parts.some((part) => part.piece === piece && part.edge === undefined)) parts.push({ from, piece });
      continue;
    }
    const whole = { level: unit, from: calendar.floor(from, unit), to: calendar.ceil(to, unit) };
    spans.push(whole);
    parts.push({ from: whole.from, piece, edge: { from, to } });
  }
  parts.sort((a, b) => a.from - b.from);
  const inside = new Set(parts.flatMap(({ piece, edge }) => (edge === undefined ? [piece] : [])));
  const isClear = parts.every(({ from, piece }, i) => from !== parts[i - 1]?.from && inside.has(piece));
  return isClear && parts.length > inside.size ? { spans, parts } : undefined;
}
