import type { Rows } from '../columns.ts';
import { lengthOf } from '../columns.ts';
import type { DrawPanel, Drawing } from '../drawing.ts';
import { display, even } from '../display.ts';
import { html } from '../html.ts';
import { nameOf } from '../names.ts';
import type { Bar } from './bars.ts';
import { barTable } from './bars.ts';

/** A lying bar for each row, named by the first text of it; the longest takes the width. */
export const barChart: DrawPanel = (drawing) => {
  const charts = drawing.frames.map((rows) => chart(drawing, rows));
  return charts.length === 0 ? undefined : html`${charts}`;
};

function chart({ panel, snapshot, leads }: Drawing, rows: Rows) {
  const name = rows.columns.find(({ type }) => type === 'string');
  const figures = rows.columns.filter(({ type }) => type === 'number');
  const highest = Math.max(
    ...figures.flatMap(({ values }) => values.filter((value): value is number => typeof value === 'number')),
  );
  return figures.map(even).map((column) => {
    const bars = Array.from({ length: lengthOf(rows) }, (_, row): Bar => {
      const value = column.values[row] ?? null;
      const { text, color } = display(column, value, snapshot.timezone);
      const title =
        name === undefined ? String(row + 1) : display(name, name.values[row] ?? null, snapshot.timezone).text;
      return {
        name: title,
        url: leads.row(column, rows, row),
        percent: typeof value === 'number' && highest > 0 ? (100 * value) / highest : 0,
        color,
        text: html`${text}`,
      };
    });
    return barTable(
      {
        caption: panel.title,
        heading: name === undefined ? 'Row' : nameOf(name),
        figure: nameOf(column),
      },
      bars,
    );
  });
}
