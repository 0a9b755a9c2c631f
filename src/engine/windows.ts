import { DateTime } from 'luxon';
import type { WorkingHours } from '../query/question.ts';

/** A stretch of time, milliseconds since 1970 UTC, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One figure is computed for each window: the whole range of a table, one bucket of a series. */
export interface Window extends Range {
  /** What a series shows as its time: the bucket's start, also where the range cuts the bucket. */
  readonly time: number;
  /** The parts of it that count: itself, or its working hours. Sorted, without overlap. */
  readonly pieces: readonly Range[];
}

/** One stretch of the whole range between two neighbouring boundaries; `window` −1: in no window's pieces. */
export interface Piece extends Range {
  readonly window: number;
}

/** The windows of a range: one for a table (no starts), one per bucket start for a series. */
export function windowsOf(
  range: Range,
  starts: readonly number[] | undefined,
  hours: WorkingHours | undefined,
): Window[] {
  const bounds = starts ?? [range.from];
  const working = hours === undefined ? undefined : workingStretches(range, hours);
  return bounds.flatMap((start, i) => {
    const from = Math.max(start, range.from);
    const to = Math.min(bounds[i + 1] ?? range.to, range.to);
    if (to <= from) return [];
    return [{ time: start, from, to, pieces: working === undefined ? [{ from, to }] : clip(working, { from, to }) }];
  });
}

/** Every piece and every gap between them, in order, covering the range without gap or overlap. */
export function piecesOf(range: Range, windows: readonly Window[]): Piece[] {
  const pieces: Piece[] = [];
  let at = range.from;
  windows.forEach((window, index) => {
    for (const piece of window.pieces) {
      if (piece.from > at) pieces.push({ from: at, to: piece.from, window: -1 });
      pieces.push({ ...piece, window: index });
      at = piece.to;
    }
  });
  if (at < range.to) pieces.push({ from: at, to: range.to, window: -1 });
  return pieces;
}

/** Cuts pieces at further moments (where an entitlement changes). */
export function cutPieces(pieces: readonly Piece[], cuts: readonly number[]): Piece[] {
  const sorted = [...new Set(cuts)].sort((a, b) => a - b);
  return pieces.flatMap((piece) => {
    const inside = sorted.filter((cut) => cut > piece.from && cut < piece.to);
    const bounds = [piece.from, ...inside, piece.to];
    return inside.length === 0
      ? [piece]
      : bounds.slice(1).map((to, i) => ({ from: bounds[i] ?? piece.from, to, window: piece.window }));
  });
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Working hours of every day the range reaches into, in their own time zone: a day has 23 or 25 hours when clocks change. */
export function workingStretches(range: Range, hours: WorkingHours): Range[] {
  const stretches: Range[] = [];
  let day = DateTime.fromMillis(range.from, { zone: hours.timezone }).startOf('day');
  for (; day.toMillis() < range.to; day = day.plus({ days: 1 }).startOf('day')) {
    const name = dayNames[day.weekday - 1];
    if (name === undefined || !hours.days.includes(name)) continue;
    const from = Math.max(clockOf(day, hours.from), range.from);
    const to = Math.min(clockOf(day, hours.to), range.to);
    if (to > from) stretches.push({ from, to });
  }
  return stretches;
}

function clockOf(day: DateTime, clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour === 24 ? day.plus({ days: 1 }).startOf('day').toMillis() : day.set({ hour, minute }).toMillis();
}

function clip(stretches: readonly Range[], range: Range): Range[] {
  return stretches
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
    .filter(({ from, to }) => to > from);
}
