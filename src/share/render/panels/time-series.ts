import type { EChartsOption } from 'echarts';
import { z } from 'zod';
import { timeTicks } from '../axis.ts';
import type { Color } from '../colors.ts';
import { colorOf, paletteColor } from '../colors.ts';
import type { Column } from '../columns.ts';
import type { DrawPanel, Drawing } from '../drawing.ts';
import { linkTo } from '../drawing.ts';
import { timeText } from '../display.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import { markCounts, markLines } from '../marks.ts';
import { nameOf } from '../names.ts';
import { overlay } from '../overlay.ts';
import type { Axes } from '../plot.ts';
import { lineOf, plotOf } from '../plot.ts';
import { sizesOf } from '../sizes.ts';
import type { Plot, Size } from '../svg.ts';
import { chartSvg } from '../svg.ts';
import { formatNumber } from '../../units.ts';

const custom = z.object({
  drawStyle: z.enum(['line', 'bars']).default('line'),
  lineWidth: z.number().default(1),
  fillOpacity: z.number().default(0),
  lineStyle: z.object({ fill: z.string(), dash: z.array(z.number()).optional() }).optional(),
  stacking: z.object({ mode: z.string() }).optional(),
  thresholdsStyle: z.object({ mode: z.string() }).optional(),
  axisSoftMax: z.number().optional(),
});

/** A figure that holds from one time to another. */
interface Hold {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

interface Series {
  readonly name: string;
  readonly column: Column;
  readonly color: Color;
  readonly holds: readonly Hold[];
  readonly style: z.output<typeof custom>;
}

/** Figures over time as steps, since each holds for a whole bucket: lines, or bars on top of each other; a gap is what is unknown. */
export const timeSeries: DrawPanel = (drawing) => {
  const { panel, snapshot, leads, marks, paperSpan } = drawing;
  const series = seriesOf(drawing);
  const [first] = series;
  // Lines that nothing is known of are an empty chart: the panel says in words why.
  if (first === undefined || series.every(({ holds }) => holds.length === 0)) return undefined;
  const { range, timezone } = snapshot;
  const { look } = first.column;
  const number = (value: number): string => formatNumber(value, look.unit, look.decimals);
  const whole = series.every(({ holds }) => holds.every(({ value }) => Number.isInteger(value)));
  const charts = sizesOf(panel, paperSpan).map(({ size, name, only }) => {
    const ticks = timeTicks(range, timezone, Math.max(4, size.width / 70));
    const axes: Axes = {
      x: { min: range.from, max: range.to, ticks },
      y: { min: look.min, max: look.max, softMax: first.style.axisSoftMax, whole, format: number },
    };
    const option = plotOf(axes, isStacked(series) ? stacked(series) : lines(series));
    return html`<div class="chart ${only}">
      ${chartSvg(option, size, {
        id: `c${panel.id}${name}`,
        label: summary(drawing, series),
        over: (plot) => markLines(marks, plot, drawing.snapshot),
        above: (plot) => (name === 'paper' ? undefined : leading(drawing, series, plot, size)),
      })}
    </div>`;
  });
  return html`${charts}
  ${legend(series.map(({ name, column, color }) => ({ name: linkTo(leads.series(column), name), color })))}
  ${markCounts(marks)} ${figures(panel.title, series, snapshot.timezone)}`;
};

function seriesOf({ frames, snapshot }: Drawing): readonly Series[] {
  const { range } = snapshot;
  return frames
    .flatMap(({ columns }) => {
      const time = columns.find(({ type }) => type === 'time');
      return columns.filter(({ type }) => type === 'number').map((column) => ({ time, column }));
    })
    .map(({ time, column }, i) => {
      const interval = time?.look.interval;
      const times = (time?.values ?? []).map(Number);
      const holds = times.flatMap((from, at): Hold[] => {
        const value = column.values[at];
        // A bucket's end is the next one's start: days and months differ in length. After a gap only the interval says it.
        const next = times[at + 1] ?? Number.POSITIVE_INFINITY;
        const to = Math.min(next, interval === undefined ? next : from + interval * 1.2, range.to);
        const ends = interval !== undefined && next - from > interval * 1.2 ? Math.min(from + interval, range.to) : to;
        return typeof value === 'number' ? [{ from: Math.max(from, range.from), to: ends, value }] : [];
      });
      const fixed = column.look.color?.mode === 'fixed' ? colorOf(column.look.color.fixedColor) : undefined;
      return {
        name: nameOf(column),
        column,
        color: fixed ?? paletteColor(i),
        holds: holds.filter(({ from, to }) => from < to),
        style: custom.parse(column.look.custom),
      };
    });
}

const isStacked = ([first]: readonly Series[]): boolean => first?.style.stacking?.mode === 'normal';

function lines(series: readonly Series[]): EChartsOption['series'] {
  return series.map(({ holds, color, style, column }, i) => {
    const points = holds.flatMap(({ from, to, value }, at): [number, number | null][] => {
      const before = holds[at - 1];
      const gap: [number, null][] = before !== undefined && before.to < from ? [[before.to, null]] : [];
      return [...gap, [from, value], [to, value]];
    });
    const drawn = lineOf(points, {
      color,
      width: style.lineWidth,
      dash: style.lineStyle?.dash,
      fill: style.fillOpacity,
    });
    if (i > 0 || style.thresholdsStyle === undefined || style.thresholdsStyle.mode === 'off') return drawn;
    const limits = column.look.steps.flatMap(({ value, color: name }) =>
      value === null
        ? []
        : [{ yAxis: value, lineStyle: { color: colorOf(name)?.hex ?? '#808080', type: 'dashed' as const, width: 1 } }],
    );
    return { ...drawn, markLine: { silent: true, symbol: 'none', label: { show: false }, data: limits } };
  });
}

/** The lines and bars themselves lead to what their names lead to. */
function leading({ leads }: Drawing, series: readonly Series[], plot: Plot, size: Size): Html | undefined {
  const bars = isStacked(series);
  const tops = new Map<number, number>();
  const parts = series.map(({ name, column, holds }) => ({
    url: leads.series(column),
    title: name,
    path: holds
      .map(({ from, to, value }, i) => {
        const bottom = tops.get(from) ?? 0;
        if (bars) tops.set(from, bottom + value);
        const [left, right, high] = [px(plot.x(from)), px(plot.x(to)), px(plot.y(bottom + value))];
        if (bars) return value === 0 ? '' : `M${left} ${px(plot.y(bottom))}V${high}H${right}V${px(plot.y(bottom))}Z`;
        return `${holds[i - 1]?.to === from ? `V${high}` : `M${left} ${high}`}H${right}`;
      })
      .join(''),
  }));
  return overlay(parts, size, bars ? 'areas' : 'lines');
}

const px = (value: number): string => String(Math.round(value));

/** Each bucket's bars stand on those of the series before. */
function stacked(series: readonly Series[]): EChartsOption['series'] {
  const tops = new Map<number, number>();
  return series.map(({ holds, color, style }) => ({
    type: 'custom' as const,
    silent: true,
    clip: true,
    encode: { x: [0, 1], y: [2, 3] },
    data: holds.map(({ from, to, value }) => {
      const bottom = tops.get(from) ?? 0;
      tops.set(from, bottom + value);
      return [from, to, bottom, bottom + value];
    }),
    renderItem: (_: unknown, api: { value: (i: number) => unknown; coord: (point: number[]) => number[] }) => {
      const [left = 0, low = 0] = api.coord([Number(api.value(0)), Number(api.value(2))]);
      const [right = 0, high = 0] = api.coord([Number(api.value(1)), Number(api.value(3))]);
      if (low - high <= 0) return undefined;
      const width = Math.max(1, right - left - (right - left > 4 ? 1 : 0));
      return {
        type: 'rect' as const,
        shape: { x: left, y: high, width, height: low - high },
        style: { fill: color.hex, opacity: style.fillOpacity / 100 },
      };
    },
  }));
}

/** What somebody who cannot see the chart should know of it; every figure is in the table below. */
function summary({ panel }: Drawing, series: readonly Series[]): string {
  const parts = series.map(({ name, column: { look }, holds }) => {
    const highest = Math.max(...holds.map(({ value }) => value));
    return holds.length === 0
      ? `${name}: no figures`
      : `${name}: at most ${formatNumber(highest, look.unit, look.decimals)}`;
  });
  return `${panel.title}, over time. ${parts.join('; ')}.`;
}

function figures(title: string, series: readonly Series[], timezone: string): Html {
  const times = [...new Set(series.flatMap(({ holds }) => holds.map(({ from }) => from)))].sort((a, b) => a - b);
  const values = series.map(({ holds }) => new Map(holds.map(({ from, value }) => [from, value])));
  return html`<details class="figures">
    <summary>Figures</summary>
    <div class="scroll" tabindex="0" role="group" aria-label="${title}: figures">
      <table>
        <caption class="hidden">
          ${title}
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            ${series.map(({ name }) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${times.map(
            (time) =>
              html`<tr>
                <th scope="row">${timeText(time, timezone, 'yyyy-MM-dd HH:mm')}</th>
                ${series.map(({ column: { look } }, i) => {
                  const value = values[i]?.get(time);
                  return html`<td class="n">
                    ${value === undefined ? '' : formatNumber(value, look.unit, look.decimals)}
                  </td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
