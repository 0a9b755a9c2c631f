import type { LineSum } from '../activity.ts';
import { readLineSums } from '../activity.ts';
import type { Ask, Compute } from '../ask.ts';
import { piecesOf } from '../windows.ts';
import { withZeros } from './clients.ts';

/** All activity lines (docs/definitions.md#activity). */
export const events: Compute = (ask) =>
  lineMeasure(ask, ['checkouts', 'checkins', 'denials', 'unsupported', 'queued', 'dequeued', 'upgrades']);
/** The same per minute of the window, or of its working hours. */
export const eventRate: Compute = async (ask) => {
  const minutes = ask.windows.map(({ pieces }) => pieces.reduce((sum, { from, to }) => sum + to - from, 0) / 60_000);
  return (await events(ask)).map((figure) => ({
    ...figure,
    values: figure.values.map((value) => (value === null ? null : value / (minutes[figure.window] ?? Number.NaN))),
  }));
};
export const checkouts: Compute = (ask) => lineMeasure(ask, ['checkouts']);
export const checkins: Compute = (ask) => lineMeasure(ask, ['checkins']);
export const consumed: Compute = (ask) => lineMeasure(ask, ['consumed']);

async function lineMeasure(ask: Ask, sums: readonly LineSum[]): ReturnType<Compute> {
  const pieces = piecesOf(ask.range, ask.windows);
  const rows = await readLineSums(ask, { keys: ask.question.groupBy, pieces, sums });
  const totals = new Map<string, { key: readonly string[]; window: number; value: number }>();
  for (const { key, piece, values } of rows) {
    const window = pieces[piece]?.window ?? -1;
    if (window < 0) continue;
    const value = values.reduce((sum, next) => sum + next, 0);
    const text = [...key, window].join('\0');
    const known = totals.get(text);
    totals.set(text, { key, window, value: (known?.value ?? 0) + value });
  }
  return withZeros(
    ask,
    [...totals.values()].filter(({ value }) => value !== 0),
  );
}
