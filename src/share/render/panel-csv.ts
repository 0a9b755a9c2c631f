import { stringify } from 'csv-stringify/sync';
import type { FieldValue } from '../../engine/frame.ts';
import type { SharedPanel } from '../dashboard.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Column, Rows } from './columns.ts';
import { lengthOf } from './columns.ts';
import { nameOf } from './names.ts';
import { framesOf } from './panel.ts';

/**
 * What a panel shows, as CSV: numbers as they are (not rounded, without units), times as ISO 8601 in UTC, unknown as nothing.
 * Series over time stand beside each other, a row for each time. Text that a spreadsheet would take for a formula is marked.
 */
export function panelCsv(panel: SharedPanel, snapshot: Snapshot): string {
  const frames = framesOf(panel, snapshot);
  const tables = panel.type === 'timeseries' ? [beside(frames)] : frames;
  return tables
    .map(({ columns, ...rows }) =>
      stringify(
        [
          columns.map(headingOf),
          ...Array.from({ length: lengthOf({ columns, ...rows }) }, (_, row) =>
            columns.map((column) => cell(column, column.values[row] ?? null)),
          ),
        ],
        // CSV injection (OWASP): texts that would begin a formula; numbers stay numbers.
        { escape_formulas: true },
      ),
    )
    .join('\n');
}

/** Names of bars are made of their rows, which have columns of their own here. */
const headingOf = (column: Column): string =>
  column.look.displayName?.includes('${__data.') === true ? column.title : nameOf(column);

function cell({ type, look }: Column, value: FieldValue): string | number | null {
  if (value === null) return null;
  if (typeof value === 'number') return type === 'time' ? new Date(value).toISOString() : value;
  return look.mappings.get(String(value))?.text ?? String(value);
}

function beside(frames: readonly Rows[]): Rows {
  const parts = frames.flatMap(({ columns }) => {
    const time = columns.find(({ type }) => type === 'time');
    return time === undefined ? [] : [{ time, figures: columns.filter(({ type }) => type === 'number') }];
  });
  const [first] = parts;
  if (first === undefined) return { refId: '', columns: [] };
  const times = [...new Set(parts.flatMap(({ time }) => time.values.map(Number)))].sort((a, b) => a - b);
  const figures = parts.flatMap(({ time, figures: some }) => {
    const at = new Map(time.values.map((value, i) => [Number(value), i]));
    return some.map((column) => ({
      ...column,
      values: times.map((value) => column.values[at.get(value) ?? -1] ?? null),
    }));
  });
  return { refId: '', columns: [{ ...first.time, title: 'Time', values: times }, ...figures] };
}
