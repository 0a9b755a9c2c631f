import type { FieldValue } from '../../engine/frame.ts';
import type { Column, Rows } from './columns.ts';
import { lengthOf } from './columns.ts';

/** By which column of its table, and in which direction, a panel is sorted. */
export interface Sort {
  /** Place of the column among the panel's. */
  readonly column: number;
  readonly down: boolean;
}

/** How a live page's table is sorted: by links that ask for the page again. */
export interface Sorting {
  readonly by: Sort | undefined;
  readonly url: (sort: Sort) => string;
}

/** What a click on a heading asks for: figures and times from the highest, texts from A; then the other way round. */
export function nextSort({ type }: Column, column: number, by: Sort | undefined): Sort {
  return { column, down: by?.column === column ? !by.down : type !== 'string' };
}

/** Places of the rows in their new order; what is unknown comes last, whichever way. */
export function sortedRows(rows: Rows, by: Sort | undefined): readonly number[] {
  const places = Array.from({ length: lengthOf(rows) }, (_, row) => row);
  const column = by === undefined ? undefined : rows.columns[by.column];
  if (by === undefined || column === undefined) return places;
  const shown = (row: number): FieldValue => {
    const value = column.values[row] ?? null;
    return typeof value === 'string' ? (column.look.mappings.get(value)?.text ?? value) : value;
  };
  return places.sort((a, b) => compared(shown(a), shown(b), by.down ? -1 : 1));
}

function compared(a: FieldValue, b: FieldValue, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * direction;
  return String(a).localeCompare(String(b), 'en', { numeric: true }) * direction;
}
