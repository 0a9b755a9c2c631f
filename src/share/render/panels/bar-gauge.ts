import type { DrawPanel } from '../drawing.ts';
import { entriesOf } from '../drawing.ts';
import { display } from '../display.ts';
import { html } from '../html.ts';
import { nameOf } from '../names.ts';
import type { Bar } from './bars.ts';
import { barTable } from './bars.ts';

/**
 * A gauge for each row, from the panel's lowest to its highest value, coloured by thresholds. Where a figure goes beyond the highest, all
 * are drawn on its scale and the highest is marked: 118 % and 100 % have not one length.
 */
export const barGauge: DrawPanel = (drawing) => {
  const { panel, snapshot, leads } = drawing;
  const entries = entriesOf(drawing);
  const beyond = Math.max(0, ...entries.map(({ column, row }) => Number(column.values[row] ?? 0)));
  const { min = 0, max = 100 } = entries[0]?.column.look ?? {};
  const end = Math.max(max, beyond);
  const bars = entries.map(({ rows, column, row }): Bar => {
    const value = column.values[row] ?? null;
    const { text, color } = display(column, value, snapshot.timezone);
    return {
      name: nameOf(column, rows, row, snapshot.timezone),
      url: leads.row(column, rows, row),
      percent: typeof value === 'number' ? (100 * (value - min)) / (end - min) : 0,
      color,
      text: html`<span class="t-${color?.hue ?? 'grey'}">${text}</span>`,
    };
  });
  const [first] = drawing.frames.flatMap(({ columns }) => columns.filter(({ type }) => type === 'number'));
  return bars.length === 0
    ? undefined
    : barTable(
        {
          caption: panel.title,
          heading: 'What',
          figure: first?.title ?? 'Value',
          names: 'above',
          limit: beyond > max ? (100 * (max - min)) / (end - min) : undefined,
        },
        bars,
      );
};
