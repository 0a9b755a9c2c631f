import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { Color } from './colors.ts';
import { fontSize } from './svg.ts';

/** Axes in the colours of the page, figures as the panel writes them. */
export interface Axes {
  readonly x: {
    readonly min: number;
    readonly max: number;
    readonly ticks?: readonly { readonly at: number; readonly text: string }[];
    readonly format?: (value: number) => string;
  };
  readonly y: {
    readonly min: number | undefined;
    readonly max: number | undefined;
    readonly softMax: number | undefined;
    /** Whether the figures are whole numbers: then no mark stands between two of them. */
    readonly whole: boolean;
    readonly format: (value: number) => string;
  };
}

const label = { color: 'var(--muted)', fontSize };
const line = { lineStyle: { color: 'var(--line)' } };

/** What every chart with two axes of numbers has. */
export function plotOf({ x, y }: Axes, series: EChartsOption['series']): EChartsOption {
  const at = x.ticks?.map((tick) => tick.at);
  const texts = new Map(x.ticks?.map((tick) => [tick.at, tick.text]));
  const written = (value: number): string => texts.get(value) ?? x.format?.(value) ?? '';
  const { softMax } = y;
  return {
    grid: { left: 4, right: 12, top: 10, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'value',
      min: x.min,
      max: x.max,
      axisLabel: { ...label, formatter: written, hideOverlap: true, ...(at && { customValues: at }) },
      axisTick: { show: true, ...line, ...(at && { customValues: at }) },
      axisLine: line,
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      splitNumber: 5,
      ...(y.whole && { minInterval: 1 }),
      ...(y.min !== undefined && { min: y.min }),
      ...(y.max !== undefined
        ? { max: y.max }
        : softMax !== undefined && { max: ({ max }: { max: number }) => (max > softMax ? null! : softMax) }),
      axisLabel: { ...label, formatter: y.format },
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: line,
    },
    series: series ?? [],
  };
}

/** How a line and the area under it are drawn. */
export interface Stroke {
  readonly color: Color;
  readonly width: number;
  readonly dash: readonly number[] | undefined;
  /** 0 to 100. */
  readonly fill: number;
}

export const lineOf = (data: readonly (readonly [number, number | null])[], stroke: Stroke): LineSeriesOption => ({
  type: 'line',
  silent: true,
  symbol: 'none',
  data: data.map(([x, y]) => [x, y]),
  lineStyle: {
    color: stroke.color.hex,
    width: Math.max(1.25, stroke.width),
    ...(stroke.dash !== undefined && { type: [...stroke.dash] }),
  },
  ...(stroke.fill > 0 && { areaStyle: { color: stroke.color.hex, opacity: stroke.fill / 100 } }),
});
