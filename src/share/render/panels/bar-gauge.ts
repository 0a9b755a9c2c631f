import type { DrawPanel } from '../drawing.ts';
import { entriesOf, linkTo } from '../drawing.ts';
import { display } from '../display.ts';
import { html } from '../html.ts';
import { nameOf } from '../names.ts';
import type { Bar } from './bars.ts';
import { barTable } from './bars.ts';

/** A gauge for each row, from the panel's lowest to its highest value, coloured by thresholds. */
export const barGauge: DrawPanel = (drawing) => {
  const { panel, snapshot, leads } = drawing;
  const bars = entriesOf(drawing).map(({ rows, column, row }): Bar => {
    const value = column.values[row] ?? null;
    const { text, color } = display(column, value, snapshot.timezone);
    const { min = 0, max = 100 } = column.look;
    return {
      name: linkTo(leads.row(column, rows, row), nameOf(column, rows, row, snapshot.timezone)),
      percent: typeof value === 'number' ? (100 * (value - min)) / (max - min) : 0,
      color,
      text: html`<span class="t-${color?.hue ?? 'grey'}">${text}</span>`,
    };
  });
  const [first] = drawing.frames.flatMap(({ columns }) => columns.filter(({ type }) => type === 'number'));
  return bars.length === 0
    ? undefined
    : barTable({ caption: panel.title, heading: 'What', figure: first?.title ?? 'Value', names: 'above' }, bars);
};
