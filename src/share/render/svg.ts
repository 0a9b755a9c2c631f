import type { ECharts, EChartsOption } from 'echarts';
import { init } from './echarts.ts';
import type { Html, Part } from './html.ts';
import { escaped, html, trusted } from './html.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the figures of a chart are drawn, px; `x`: of a value of the axis below. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  /** Of a value of the axis beside. */
  readonly y: (value: number) => number;
}

/** Of what is written on axes. */
export const fontSize = 11;

/**
 * A chart as SVG, without style attributes (the pages' content security policy allows none) and with colours of the page's theme
 * where the options say `var(--…)`. Charts hold figures and dates only: names stand beside them as HTML. `over` is put into the picture,
 * `above` is a layer over it.
 */
export function chartSvg(
  option: EChartsOption,
  { width, height }: Size,
  { id, label, over, above }: { id: string; label: string; over?: (plot: Plot) => Html; above?: (plot: Plot) => Part },
): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'sans-serif', fontSize }, ...option });
    const drawn = cleaned(chart.renderToSVGString({ useViewBox: true }), id);
    const plot = over === undefined && above === undefined ? undefined : plotIn(chart, { width, height });
    const inside = plot === undefined ? undefined : over?.(plot);
    const picture = drawn
      .replace('<svg ', () => `<svg ${titled(label)} `)
      .replace(/<\/svg>\s*$/, () => `${inside?.toString() ?? ''}</svg>`);
    return html`${trusted(picture)}${plot === undefined ? undefined : above?.(plot)}`;
  } finally {
    // It holds timers that would keep the process alive.
    chart.dispose();
  }
}

/** Where ECharts has laid the axes out: of each pixel it says whether it lies between them, of a value where it lies. */
function plotIn(chart: ECharts, { width, height }: Size): Plot {
  const contained = (count: number, point: (i: number) => [number, number]): readonly number[] =>
    Array.from({ length: count }, (_, i) => i).filter((i) => chart.containPixel('grid', point(i)));
  const rows = contained(height, (i) => [width / 2, i]);
  const columns = contained(width, (i) => [i, rows[0] ?? 0]);
  const [left = 0, top = 0] = [columns[0], rows[0]];
  return {
    left,
    top,
    width: (columns.at(-1) ?? left) - left,
    height: (rows.at(-1) ?? top) - top,
    x: (value) => chart.convertToPixel({ xAxisIndex: 0 }, value),
    y: (value) => chart.convertToPixel({ yAxisIndex: 0 }, value),
  };
}

const titled = (label: string): string => `role="img" aria-label="${escaped(label)}"`;

/** What ECharts writes for scripts in a browser goes; ids are the chart's own. */
function cleaned(svg: string, id: string): string {
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|version|baseProfile|xmlns(?::xlink)?|style)="[^"]*"/g, (found) =>
      found.startsWith(` style="font-size:${fontSize}px`) ? ` font-size="${fontSize}"` : '',
    )
    .replace(/zr\d+-/g, `${id}-`)
    .replace(/\n/g, '');
}
