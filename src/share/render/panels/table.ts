import { z } from 'zod';
import type { FieldValue } from '../../../engine/frame.ts';
import { heatSteps } from '../colors.ts';
import type { Column, Rows } from '../columns.ts';
import { lengthOf, shownColumns } from '../columns.ts';
import type { DrawPanel, Drawing } from '../drawing.ts';
import { linkTo } from '../drawing.ts';
import { display, even } from '../display.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { nameOf } from '../names.ts';
import { wordWidth } from '../words.ts';

const custom = z.object({
  cellOptions: z.object({ type: z.string(), wrapText: z.boolean().optional() }).optional(),
  align: z.string().optional(),
});

/** Words of more characters are broken where a page is too narrow: host names, addresses. */
const longWord = 12;

/** Rows as a table that can be sorted, its cells coloured and linked. */
export const table: DrawPanel = (drawing) => {
  const tables = drawing.frames.map((rows) => tableOf(drawing, rows));
  return tables.length === 0 ? undefined : html`${tables}`;
};

function tableOf(drawing: Drawing, rows: Rows): Html {
  const { panel } = drawing;
  const columns = shownColumns(rows).map((column) => ({ column, cell: cellsOf(drawing, rows, column) }));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${panel.title}: table">
    <table class="sortable">
      <caption class="hidden">
        ${panel.title}
      </caption>
      <thead>
        <tr>
          ${columns.map(
            ({ column }) =>
              html`<th scope="col" ${column.type === 'number' ? html` class="n"` : ''}>${nameOf(column)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${Array.from(
          { length: lengthOf(rows) },
          (_, row) =>
            html`<tr>
              ${columns.map(({ cell }) => cell(row))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellsOf({ panel, snapshot, leads, frames }: Drawing, rows: Rows, column: Column): (row: number) => Html {
  const { cellOptions, align } = custom.parse(column.look.custom);
  const figures = even(column);
  const coloured = cellOptions?.type === 'color-background';
  const heat = column.look.color?.mode === 'continuous-GrYlRd' ? heatOf(frames) : undefined;
  const base = [
    align === 'center' ? 'c' : column.type === 'number' ? 'n' : undefined,
    column.type === 'time' ? 't' : undefined,
    cellOptions?.wrapText === true ? 'wide' : undefined,
    column.type === 'string' && wordWidth(column) > longWord ? 'words' : undefined,
  ];
  return (row) => {
    const value = column.values[row] ?? null;
    const { text, color } = display(figures, value, snapshot.timezone);
    // What an empty panel says must not stand in its empty cells.
    const shown = value === null && text === panel.fieldConfig.defaults.noValue ? '' : text;
    const background = !coloured ? undefined : heat === undefined ? color && `b-${color.name}` : heat(value);
    const classes = [...base, background].filter((name) => name !== undefined).join(' ');
    // What is shown is not what is sorted by: "1.2 K", a date.
    const sorted = typeof value === 'number' ? html` data-v="${value}"` : '';
    return html`<td${classes === '' ? '' : html` class="${classes}"`}${sorted}>${linkTo(leads.cell(column, rows, row), shown)}</td>`;
  };
}

/** The colour of a value between the lowest and the highest of all cells: a class. */
function heatOf(frames: readonly Rows[]): (value: FieldValue) => string | undefined {
  const values = frames
    .flatMap(({ columns }) => columns.filter(({ type }) => type === 'number').flatMap((column) => column.values))
    .filter((value): value is number => typeof value === 'number');
  const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return (value) => {
    if (typeof value !== 'number') return undefined;
    const share = highest > lowest ? (value - lowest) / (highest - lowest) : 0;
    return `h${Math.round(share * (heatSteps - 1))}`;
  };
}
