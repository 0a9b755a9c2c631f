import { z } from 'zod';
import { paletteColor } from '../colors.ts';
import type { DrawPanel } from '../drawing.ts';
import { display } from '../display.ts';
import { html } from '../html.ts';
import { nameOf } from '../names.ts';
import { lineOf, plotOf } from '../plot.ts';
import { sizesOf } from '../sizes.ts';
import { chartSvg } from '../svg.ts';
import { formatNumber } from '../../units.ts';

const options = z.object({ xField: z.string() });
const custom = z.object({ lineWidth: z.number().default(1), fillOpacity: z.number().default(0) });

/** Figures by another figure, as steps that hold up to their point. */
export const trend: DrawPanel = ({ panel, frames, snapshot, paperSpan }) => {
  const { xField } = options.parse(panel.options);
  const [rows] = frames;
  const x = rows?.columns.find(({ title }) => title === xField);
  const [y, ...more] = rows?.columns.filter((column) => column !== x && column.type === 'number') ?? [];
  if (x === undefined || y === undefined) return undefined;
  if (more.length > 0) throw new Error(`The panel "${panel.title}" draws several figures by another; one is known.`);
  const points = x.values.flatMap((value, i) => {
    const figure = y.values[i];
    return typeof value === 'number' && typeof figure === 'number' ? [[value, figure] as const] : [];
  });
  const held = points.flatMap(([at, value], i) => {
    const before = points[i - 1];
    return before === undefined ? [[at, value] as const] : [[before[0], value] as const, [at, value] as const];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const style = custom.parse(y.look.custom);
  const named = `${nameOf(y)} by ${nameOf(x)}`;
  const label = `${panel.title}. ${named}: from ${written(first)} to ${written(last)}.`;
  const charts = sizesOf(panel, paperSpan).map(({ size, name, only }) => {
    const option = plotOf(
      {
        x: { min: first[0], max: Math.max(last[0], first[0] + 1), format: (value) => formatNumber(value, x.look.unit) },
        y: {
          min: y.look.min,
          max: y.look.max,
          softMax: undefined,
          whole: false,
          format: (value) => formatNumber(value, y.look.unit),
        },
      },
      [lineOf(held, { color: paletteColor(0), width: style.lineWidth, dash: undefined, fill: style.fillOpacity })],
    );
    return html`<div class="chart ${only}">${chartSvg(option, size, { id: `c${panel.id}${name}`, label })}</div>`;
  });
  return html`${charts}
    <p class="axis">${nameOf(x)}</p>
    <details class="figures">
      <summary>Figures</summary>
      <div class="scroll" tabindex="0" role="group" aria-label="${panel.title}: figures">
        <table>
          <caption class="hidden">
            ${panel.title}
          </caption>
          <thead>
            <tr>
              <th scope="col">${nameOf(x)}</th>
              <th scope="col">${nameOf(y)}</th>
            </tr>
          </thead>
          <tbody>
            ${x.values.map(
              (value, i) =>
                html`<tr>
                  <th scope="row">${display(x, value, snapshot.timezone).text}</th>
                  <td class="n">${display(y, y.values[i] ?? null, snapshot.timezone).text}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;

  function written([at, value]: readonly [number, number]): string {
    return `${formatNumber(value, y?.look.unit)} at ${formatNumber(at, x?.look.unit)}`;
  }
};
