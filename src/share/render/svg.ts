import type { EChartsOption } from 'echarts';
import { init } from 'echarts';
import type { Html } from './html.ts';
import { escaped, trusted } from './html.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of what is written on axes. */
export const fontSize = 11;

/**
 * A chart as SVG, without style attributes (the pages' content security policy allows none) and with colours of the page's theme
 * where the options say `var(--…)`. Charts hold figures and dates only: names stand beside them as HTML.
 */
export function chartSvg(
  option: EChartsOption,
  { width, height }: Size,
  { id, label }: { id: string; label: string },
): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'sans-serif', fontSize }, ...option });
    return trusted(
      cleaned(chart.renderToSVGString({ useViewBox: true }), id).replace('<svg ', () => `<svg ${titled(label)} `),
    );
  } finally {
    // It holds timers that would keep the process alive.
    chart.dispose();
  }
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
