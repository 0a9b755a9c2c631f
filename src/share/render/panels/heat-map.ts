import type { FieldValue } from '../../../engine/frame.ts';
import { heatSteps } from '../colors.ts';
import type { Rows } from '../columns.ts';
import type { DrawPanel, Drawing } from '../drawing.ts';
import { display } from '../display.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { nameOf } from '../names.ts';

/** The first column across, the others down, each cell coloured by its share of the highest; turned for a phone. */
export const heatMap: DrawPanel = (drawing) => {
  const maps = drawing.frames.map((rows) => heatMapOf(drawing, rows));
  return maps.length === 0 ? undefined : html`${maps}`;
};

function heatMapOf({ panel, snapshot }: Drawing, { columns: [across, ...all] }: Rows): Html {
  const down = all.filter(({ type }) => type === 'number');
  const heat = heatOf(down.flatMap(({ values }) => values));
  const names = down.map((column) => nameOf(column));
  const headings = (across?.values ?? []).map((value) => String(value ?? ''));
  const cells = down.map((column) =>
    headings.map((_, i) => {
      const value = column.values[i] ?? null;
      const shown = value === null ? '' : display(column, value, snapshot.timezone).text;
      return html`<td class="${['c', heat(value)].join(' ').trim()}">${shown}</td>`;
    }),
  );
  const drawn = (
    only: string,
    corner: string,
    tops: readonly string[],
    lines: readonly (readonly [string, Html[]])[],
  ) =>
    html`<table class="heat ${only}">
      <caption class="hidden">
        ${panel.title}
      </caption>
      <thead>
        <tr>
          <th scope="col">${corner}</th>
          ${tops.map((text) => html`<th scope="col" class="c">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ([name, some]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${some}
            </tr> `,
        )}
      </tbody>
    </table>`;
  return html`${drawn(
    'lying',
    'Weekday',
    headings,
    names.map((name, i) => [name, cells[i] ?? []]),
  )}
  ${drawn(
    'standing',
    'Hour',
    names,
    headings.map((hour, i) => [hour, cells.flatMap((line) => line[i] ?? [])]),
  )}`;
}

/** The colour of a value between the lowest and the highest of all cells: a class. */
function heatOf(all: readonly FieldValue[]): (value: FieldValue) => string {
  const values = all.filter((value): value is number => typeof value === 'number');
  const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return (value) => {
    if (typeof value !== 'number') return '';
    const share = highest > lowest ? (value - lowest) / (highest - lowest) : 0;
    return `h${Math.round(share * (heatSteps - 1))}`;
  };
}
