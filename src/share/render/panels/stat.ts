import { z } from 'zod';
import type { Column } from '../columns.ts';
import type { DrawPanel } from '../drawing.ts';
import { linkTo } from '../drawing.ts';
import { display } from '../display.ts';
import { html } from '../html.ts';

const options = z.object({ reduceOptions: z.object({ calcs: z.array(z.string()) }) });

/** One figure per number: its last value, or how many rows there are. */
export const stat: DrawPanel = ({ panel, frames, snapshot, leads }) => {
  const [calc = 'lastNotNull'] = options.parse(panel.options).reduceOptions.calcs;
  const figures = frames.flatMap((rows) =>
    rows.columns
      .filter(({ type }) => type === 'number')
      .map((column) => {
        const { text, color } = display(column, reduced(column, calc), snapshot.timezone);
        const shown = html`<span class="${color === undefined ? 'value' : `value t-${color.hue}`}">${text}</span>`;
        return html`<p class="figure">${linkTo(leads.row(column, rows, 0), shown)}</p>`;
      }),
  );
  return figures.length === 0 ? undefined : html`${figures}`;
};

function reduced({ values }: Column, calc: string): number | null {
  if (calc === 'count') return values.length;
  if (calc !== 'lastNotNull')
    throw new Error(`A figure is reduced by "${calc}"; known outside of Grafana are count and lastNotNull.`);
  const last = values.findLast((value) => typeof value === 'number');
  return typeof last === 'number' ? last : null;
}
