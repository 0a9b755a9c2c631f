import { z } from 'zod';
import { formatNumber } from '../../units.ts';
import type { Column, Rows } from '../columns.ts';
import type { DrawPanel } from '../drawing.ts';
import { linkTo } from '../drawing.ts';
import { display } from '../display.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { spark } from '../spark.ts';

const options = z.object({
  reduceOptions: z.object({ calcs: z.tuple([z.literal('last')]), fields: z.string().default('') }),
});

/** The last figure of each column that the panel shows; of several, what it was in the time range before, and all of them as a line. */
export const stat: DrawPanel = ({ panel, frames, snapshot, leads }) => {
  const { fields } = options.parse(panel.options).reduceOptions;
  const wanted = new RegExp(fields.replace(/^\/(.*)\/$/s, '$1'));
  const figures = frames.flatMap((rows) =>
    rows.columns
      .filter(({ type, title }) => type === 'number' && wanted.test(title))
      .map((column) => {
        const { text, color } = display(column, column.values.at(-1) ?? null, snapshot.timezone);
        const shown = html`<span class="${color === undefined ? 'value' : `value t-${color.hue}`}">${text}</span>`;
        return html`<p class="figure">${linkTo(leads.row(column, rows, 0), shown)}</p>
          ${trend(column, rows, snapshot.range)}`;
      }),
  );
  return figures.length === 0 ? undefined : html`<div class="figures-of">${figures}</div>`;
};

/** How the figure has changed since the time ranges before. */
function trend(
  { values, look }: Column,
  { columns }: Rows,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const earlier = values.at(-2);
  if (typeof earlier !== 'number') return undefined;
  const of = columns.find(({ name }) => name === 'of')?.values.at(-2);
  const unit = typeof of === 'number' ? `suffix:of ${formatNumber(of)}` : look.unit;
  return html`<p class="about before">
      ${formatNumber(earlier, unit, look.decimals)} in the ${lengthOf(to - from)} before
    </p>
    ${spark(values.map((value) => (typeof value === 'number' ? value : null)))}`;
}

const hour = 3_600_000;

function lengthOf(ms: number): Html {
  const hours = Math.round(ms / hour);
  if (hours < 1) return html`${Math.max(1, Math.round(ms / 60_000))} minutes`;
  return hours % 24 === 0 || hours > 96 ? html`${Math.round(hours / 24)} days` : html`${hours} hours`;
}
