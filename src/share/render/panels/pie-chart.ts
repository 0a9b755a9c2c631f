import type { Color } from '../colors.ts';
import { colorOf, paletteColor } from '../colors.ts';
import type { DrawPanel, Drawing } from '../drawing.ts';
import { entriesOf, linkTo } from '../drawing.ts';
import { display } from '../display.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import { nameOf } from '../names.ts';
import { chartSvg } from '../svg.ts';
import { formatNumber } from '../../units.ts';
import { overlay } from '../overlay.ts';
import { overriddenColor } from './pie-color.ts';

interface Slice {
  readonly value: number;
  readonly name: string;
  readonly url: string | undefined;
  readonly text: string;
  readonly color: Color | undefined;
}

/** As many slices as can be told apart, by colour and size; the rest are one. */
const most = 8;
const size = { width: 160, height: 160 };
const [inner, outer] = [42, 78];

/** Shares of a whole as a ring; names, figures and shares stand beside it. */
export const pieChart: DrawPanel = (drawing) => {
  const { panel, snapshot, leads } = drawing;
  const given = entriesOf(drawing).flatMap(({ rows, column, row }): Slice[] => {
    const value = column.values[row];
    if (typeof value !== 'number' || value <= 0) return [];
    const name = nameOf(column, rows, row, snapshot.timezone);
    return [
      {
        value,
        name,
        url: leads.row(column, rows, row),
        text: display(column, value, snapshot.timezone).text,
        color: colorOf(overriddenColor(panel, name)),
      },
    ];
  });
  const slices = few(given, (value) => figureOf(drawing, value)).map((slice, i) => ({
    ...slice,
    color: slice.color ?? paletteColor(i),
  }));
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
          radius: [inner, outer],
          label: { show: false },
          labelLine: { show: false },
          itemStyle: { borderColor: 'var(--panel)', borderWidth: 1 },
          data: slices.map(({ value, color }) => ({ value, itemStyle: { color: color.hex } })),
        },
      ],
    },
    size,
    { id: `c${panel.id}`, label },
  );
  return html`<div class="pie">
    <div class="ring chart wide narrow paper">${ring}${overlay(arcs(slices, whole), size, 'areas')}</div>
    ${legend(
      slices.map(({ name, url, color, text, value }) => ({
        name: linkTo(url, name),
        color,
        figure: `${text} · ${share(value)}`,
      })),
    )}
  </div>`;
};

/** The largest slices, and the others as one; a single one more than that is shown itself. */
function few(slices: readonly Slice[], written: (value: number) => string): readonly Slice[] {
  const sorted = slices.toSorted((a, b) => b.value - a.value);
  if (sorted.length <= most + 1) return sorted;
  const rest = sorted.slice(most);
  const value = rest.reduce((sum, slice) => sum + slice.value, 0);
  const name = `${rest.length} others`;
  return [...sorted.slice(0, most), { value, name, url: undefined, text: written(value), color: colorOf('#808080') }];
}

const figureOf = ({ frames, snapshot }: Drawing, value: number): string => {
  const column = frames.flatMap(({ columns }) => columns).find(({ type }) => type === 'number');
  return column === undefined ? String(value) : display(column, value, snapshot.timezone).text;
};

/** The slices as ECharts draws them: from the top, clockwise. */
function arcs(slices: readonly Slice[], whole: number) {
  const at = (radius: number, share: number): string => {
    const angle = 2 * Math.PI * share;
    return `${(size.width / 2 + radius * Math.sin(angle)).toFixed(1)} ${(size.height / 2 - radius * Math.cos(angle)).toFixed(1)}`;
  };
  let before = 0;
  return slices.map(({ url, name, text, value }) => {
    // A whole ring has no beginning that an arc could end at.
    const [from, to] = [before / whole, Math.min((before + value) / whole, before / whole + 0.9999)];
    before += value;
    const large = to - from > 0.5 ? 1 : 0;
    return {
      url,
      title: `${name}: ${text}`,
      path: `M${at(outer, from)}A${outer} ${outer} 0 ${large} 1 ${at(outer, to)}L${at(inner, to)}A${inner} ${inner} 0 ${large} 0 ${at(inner, from)}Z`,
    };
  });
}
