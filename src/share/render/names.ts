import type { Column, Rows } from './columns.ts';
import { display } from './display.ts';

/** What a column is called: the panel's name for it, with the fields of the row put in. */
export function nameOf({ look, title }: Column, rows?: Rows, row = 0, timezone = 'UTC'): string {
  const wanted = look.displayName ?? title;
  if (rows === undefined) return wanted;
  return wanted.replace(/\$\{__data\.fields\.(\w+)\}/g, (_, name: string) => {
    const column = rows.columns.find((one) => one.name === name);
    return column === undefined ? '' : display(column, column.values[row] ?? null, timezone).text;
  });
}
