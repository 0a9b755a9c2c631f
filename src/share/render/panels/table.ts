import { z } from 'zod';
import type { Column, Rows } from '../columns.ts';
import { shownColumns } from '../columns.ts';
import type { DrawPanel, Drawing } from '../drawing.ts';
import { linkTo } from '../drawing.ts';
import { display, even } from '../display.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import type { Seen } from '../fit.ts';
import { isName, isText, isWide, seenColumns } from '../fit.ts';
import { nameOf } from '../names.ts';
import { bar } from './bars.ts';
import { nextSort, sortedRows } from '../sorting.ts';
import { isDates, wordWidth } from '../words.ts';

const custom = z.object({
  cellOptions: z.object({ type: z.string() }).optional(),
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
  const { panel, snapshot } = drawing;
  const shown = shownColumns(rows);
  const seen = seenColumns(panel, shown, snapshot.timezone);
  const columns = shown.map((column, i) => ({
    column,
    cell: cellsOf(drawing, rows, column, whenSeen[seen[i] ?? 'everywhere']),
  }));
  const by = drawing.sorting?.by;
  return html`${allColumns(seen)}
    <div class="scroll" tabindex="0" role="group" aria-label="${panel.title}: table">
      <table class="sortable">
        <caption class="hidden">
          ${panel.title}
        </caption>
        <thead>
          <tr>
            ${columns.map(({ column }, i) => headingOf(drawing, column, i, whenSeen[seen[i] ?? 'everywhere']))}
          </tr>
        </thead>
        <tbody>
          ${sortedRows({ ...rows, columns: shown }, by).map(
            (row) =>
              html`<tr>
                ${columns.map(({ cell }) => cell(row))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}

/** Classes of columns that wait (`style.ts`). */
const whenSeen: Readonly<Record<Seen, string | undefined>> = {
  everywhere: undefined,
  desk: 'later-phone',
  waits: 'later',
};

/** Without a script: a box that is ticked shows the columns that wait. */
function allColumns(seen: readonly Seen[]): Html | undefined {
  if (!seen.some((one) => one !== 'everywhere')) return undefined;
  const only = seen.includes('waits') ? '' : ' phone';
  return html`<label class="columns screen${only}"><input type="checkbox" /> All ${seen.length} columns</label>`;
}

function headingOf({ sorting }: Drawing, column: Column, i: number, later: string | undefined): Html {
  const { by, url } = sorting ?? {};
  const classes = [column.type === 'number' ? 'n' : undefined, later].filter((name) => name !== undefined).join(' ');
  const sorted = by?.column === i ? html` aria-sort="${by.down ? 'descending' : 'ascending'}"` : '';
  const attributes = html`${classes === '' ? '' : html` class="${classes}"`}${sorted}`;
  return html`<th scope="col" ${attributes}>${linkTo(url?.(nextSort(column, i, by)), nameOf(column))}</th>`;
}

/** A share of a whole, as a bar beside its figure. */
const lying = (percent: number, text: Html): Html =>
  html`<div class="lying">${bar(percent, undefined)}<span class="number">${text}</span></div>`;

function cellsOf(
  { panel, snapshot, leads }: Drawing,
  rows: Rows,
  column: Column,
  later: string | undefined,
): (row: number) => Html {
  const { cellOptions, align } = custom.parse(column.look.custom);
  const figures = even(column);
  const coloured = cellOptions?.type === 'color-background';
  const isGauge = cellOptions?.type === 'gauge';
  const name = isName(column);
  const base = [
    align === 'center' ? 'c' : column.type === 'number' ? 'n' : undefined,
    column.type === 'time' ? 't' : isDates(column) ? 'd' : undefined,
    isWide(column) ? 'wide' : undefined,
    name ? 'name' : isText(column) ? 'text' : undefined,
    column.type === 'string' && wordWidth(column) > longWord ? 'words' : undefined,
    later,
  ];
  return (row) => {
    const value = column.values[row] ?? null;
    const { text, color } = display(figures, value, snapshot.timezone);
    // What an empty panel says must not stand in its empty cells.
    const shown = value === null && text === panel.fieldConfig.defaults.noValue ? '' : text;
    const background = coloured && color !== undefined ? `b-${color.name}` : undefined;
    const classes = [...base, background].filter((one) => one !== undefined).join(' ');
    // What is shown is not what is sorted by: "1.2 K", a date.
    const sorted = typeof value === 'number' ? html` data-v="${value}"` : '';
    // It may be cut where there is no room.
    const whole = name ? html` title="${shown}"` : '';
    const content = linkTo(leads.cell(column, rows, row), shown);
    return html`<td${classes === '' ? '' : html` class="${classes}"`}${sorted}${whole}>${isGauge && typeof value === 'number' ? lying(value, content) : content}</td>`;
  };
}
