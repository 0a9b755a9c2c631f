import { colorOf, paletteColor } from '../colors.ts';
import type { DrawPanel } from '../drawing.ts';
import { entriesOf, linkTo } from '../drawing.ts';
import { display } from '../display.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import { nameOf } from '../names.ts';
import { chartSvg } from '../svg.ts';
import { formatNumber } from '../../units.ts';
import { overriddenColor } from './pie-color.ts';

/** Shares of a whole as a ring; names, figures and shares stand beside it. */
export const pieChart: DrawPanel = (drawing) => {
  const { panel, snapshot, leads } = drawing;
  const slices = entriesOf(drawing).flatMap(({ rows, column, row }, i) => {
    const value = column.values[row];
    if (typeof value !== 'number' || value <= 0) return [];
    const name = nameOf(column, rows, row, snapshot.timezone);
    return [
      {
        value,
        name,
        url: leads.row(column, rows, row),
        text: display(column, value, snapshot.timezone).text,
        color: colorOf(overriddenColor(panel, name)) ?? paletteColor(i),
      },
    ];
  });
  if (slices.length === 0) return undefined;
  const whole = slices.reduce((sum, { value }) => sum + value, 0);
  const share = (value: number): string => formatNumber((100 * value) / whole, 'percent', 1);
  const label = `${panel.title}: ${slices.map(({ name, value }) => `${name} ${share(value)}`).join('; ')}.`;
  const ring = chartSvg(
    {
      series: [
        {
          type: 'pie',
          silent: true,
          radius: ['52%', '96%'],
          label: { show: false },
          labelLine: { show: false },
          itemStyle: { borderColor: 'var(--panel)', borderWidth: 1 },
          data: slices.map(({ value, color }) => ({ value, itemStyle: { color: color.hex } })),
        },
      ],
    },
    { width: 180, height: 180 },
    { id: `c${panel.id}`, label },
  );
  return html`<div class="pie">
    <div class="ring">${ring}</div>
    ${legend(
      slices.map(({ name, url, color, text, value }) => ({
        name: linkTo(url, name),
        color,
        figure: `${text} · ${share(value)}`,
      })),
    )}
  </div>`;
};
