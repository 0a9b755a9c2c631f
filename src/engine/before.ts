import type { Ask, Compute, MeasureRow } from './ask.ts';
import type { Window } from './windows.ts';
import { windowsOf } from './windows.ts';

/** Figures of one time range, and of those of the same length before it. */
export interface Compared {
  readonly rows: readonly MeasureRow[];
  readonly windows: readonly Window[];
}

/**
 * The same question for the time ranges before the one asked for, as windows before its own. A range that begins before the first
 * line is no comparison and is left out. Notices are about the range asked for alone (docs/definitions.md#tally-and-trend).
 *
 * @param before how many of them, at most
 */
export async function withBefore(ask: Ask, compute: Compute, before: number): Promise<Compared> {
  const earlier = earlierOf(ask, before);
  const [past, rows] = await Promise.all([earlier === undefined ? [] : compute(earlier), compute(ask)]);
  const windows = [...(earlier?.windows ?? []), ...ask.windows];
  const shift = windows.length - ask.windows.length;
  return { windows, rows: [...past, ...rows.map((row) => ({ ...row, window: row.window + shift }))] };
}

function earlierOf(ask: Ask, before: number): Ask | undefined {
  const { range, sources, question } = ask;
  const firstLine = Math.min(...sources.map((source) => source.firstLine));
  const length = range.to - range.from;
  const starts = Array.from({ length: before }, (_, i) => range.from - (before - i) * length);
  const known = starts.filter((start) => start >= firstLine);
  const [from] = known;
  if (from === undefined) return undefined;
  const past = { from, to: range.from };
  return { ...ask, range: past, windows: windowsOf(past, known, question.workingHours), notices: [] };
}
