import type { Frame } from '../../src/engine/engine.ts';

/** What an answer says, in an order of its own: each group or bucket with its figure; of events the moments alone. */
export type Said = readonly string[];

const nothing = new Set(['0', 'null', '']);

/** One row of texts: keys, then the figure. What is 0 is not told by everyone. */
export function saidBy(rows: readonly (readonly unknown[])[], isOfEvents: boolean): Said {
  return rows
    .flatMap((row) => {
      const figure = textOf(row.at(-1));
      if (isOfEvents) return [figure];
      return nothing.has(figure) ? [] : [[...row.slice(0, -1).map(textOf), figure].join(' | ')];
    })
    .sort();
}

/** Our own: tables of keys and a figure, series of moments and figures, and events, whose moment is what is compared. */
export function saidByFrames(frames: readonly Frame[], isOfEvents: boolean): Said {
  const [frame] = frames;
  if (frame === undefined) return [];
  const { fields } = frame.schema;
  const columns = frame.data.values;
  const rows = (columns[0] ?? []).map((_, i) =>
    (isOfEvents ? [fields.findIndex(({ type }) => type === 'time')] : Array.from(columns.keys())).map((column) => {
      const value = columns[column]?.[i];
      return fields[column]?.type === 'time' ? new Date(Number(value)) : value;
    }),
  );
  return saidBy(rows, isOfEvents);
}

/** How two answers differ, in a sentence; undefined where they are the same. */
export function difference(theirs: Said, ours: Said): string | undefined {
  if (theirs.length === ours.length && theirs.every((line, i) => line === ours[i])) return undefined;
  const [own, other] = [new Set(ours), new Set(theirs)];
  const [theirsAlone] = theirs.filter((line) => !own.has(line));
  const [oursAlone] = ours.filter((line) => !other.has(line));
  return `${theirs.length} rows against ${ours.length}; only theirs: ${theirsAlone ?? 'none'}; only ours: ${oursAlone ?? 'none'}`;
}

/** Databases write moments and whole numbers each in their way. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+00)?$/.test(text)) {
    return new Date(`${text.replace(' ', 'T').replace('+00', '')}Z`).toISOString();
  }
  return /^-?\d+\.\d*$/.test(text) ? String(Number(text)) : text;
}
