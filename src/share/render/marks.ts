import type { Mark, MarkLayer } from '../marks.ts';
import { colorOf } from './colors.ts';
import { timeText } from './display.ts';
import type { Html } from './html.ts';
import { escaped, html, trusted } from './html.ts';
import type { Plot } from './svg.ts';

/** Lines in one drawing; where there are more, neighbours share one, which says so. */
const mostLines = 40;
/** Marks whose texts stand in the tooltip of one line. */
const mostTexts = 5;
/** Rows of the list below the figures. */
const mostListed = 60;

/** What a line or a stretch of a drawing stands for. */
interface Line {
  readonly from: number;
  readonly to: number;
  readonly marks: readonly Mark[];
}

/**
 * Marks over a drawing of figures over time: dashed lines, stretches of time as bands, each with its texts as a tooltip. Whatever
 * cannot be hovered over finds them in the list below the figures (`markList`).
 */
export function markLines(layers: readonly MarkLayer[], { left, top, width, height, x }: Plot, timezone: string): Html {
  const closest = width / mostLines;
  const parts = layers.map(({ name, color, marks }) => {
    const stroke = `var(--t-${colorOf(color)?.hue ?? 'orange'})`;
    return linesOf(marks, (time) => Math.min(left + width, Math.max(left, x(time))), closest)
      .map(({ from, to, marks: some }) => {
        const band = to - from > 1;
        return (
          `<g><title>${escaped(tooltip(name, some, timezone))}</title>` +
          (band
            ? `<rect x="${px(from)}" y="${px(top)}" width="${px(to - from)}" height="${px(height)}" fill="${stroke}" fill-opacity="0.15"></rect>`
            : '') +
          `<path d="M${px(from)} ${px(top)}V${px(top + height)}" stroke="${stroke}" stroke-width="1.25" stroke-dasharray="4,3"></path>` +
          // Wide enough to be met by a pointer.
          `<rect x="${px(from - 4)}" y="${px(top)}" width="${px(Math.max(8, to - from + 4))}" height="${px(height)}" fill="transparent"></rect></g>`
        );
      })
      .join('');
  });
  return trusted(parts.join(''));
}

const px = (value: number): string => value.toFixed(1);

/** Marks that would stand too close share the line of the first of them; a stretch ends with the last of those it took in. */
function linesOf(marks: readonly Mark[], x: (time: number) => number, closest: number): readonly Line[] {
  const lines: Line[] = [];
  for (const mark of marks) {
    const from = x(mark.time);
    const to = mark.timeEnd === undefined ? from : x(mark.timeEnd);
    const last = lines.at(-1);
    if (last !== undefined && from - last.from < closest)
      lines[lines.length - 1] = {
        ...last,
        to: mark.timeEnd === undefined ? last.to : Math.max(last.to, to),
        marks: [...last.marks, mark],
      };
    else lines.push({ from, to, marks: [mark] });
  }
  return lines;
}

function tooltip(name: string, marks: readonly Mark[], timezone: string): string {
  const texts = marks.slice(0, mostTexts).map((mark) => `${whenOf(mark, timezone)}: ${mark.text}`);
  const more = marks.length > mostTexts ? [`and ${(marks.length - mostTexts).toLocaleString('en')} more`] : [];
  return [name, ...texts, ...more].join('\n');
}

const minute = 'yyyy-MM-dd HH:mm';
const whenOf = ({ time, timeEnd }: Mark, timezone: string): string =>
  timeEnd === undefined
    ? timeText(time, timezone, minute)
    : `${timeText(time, timezone, minute)} to ${timeText(timeEnd, timezone, minute)}`;

/** How many there are of a kind; whoever answers gives the first thousand. */
export const countOf = ({ marks }: MarkLayer): string =>
  marks.length >= 1000 ? 'at least 1,000' : marks.length.toLocaleString('en');

/** Below a drawing: that its dashed lines are marks, and where they are told. */
export const markCounts = (layers: readonly MarkLayer[]): Html | undefined =>
  layers.length === 0
    ? undefined
    : html`<p class="about">
        Vertical lines:
        ${layers.map((layer, i) => html`${i > 0 ? ', ' : ''}<a href="#marks">${layer.name}</a> (${countOf(layer)})`)}.
      </p>`;

/** All marks in words, the newest first: for paper, and for whoever cannot point at a line. */
export function markList(layers: readonly MarkLayer[], timezone: string): Html | undefined {
  const all = layers
    .flatMap(({ name, marks }) => marks.map((mark) => ({ name, mark })))
    .sort((a, b) => b.mark.time - a.mark.time);
  if (all.length === 0) return undefined;
  const listed = all.slice(0, mostListed);
  const many = all.length > mostListed;
  return html`<section class="rules" aria-labelledby="marks">
    <h2 id="marks">Marks on the time axis</h2>
    <p>
      ${layers.map((layer, i) => html`${i > 0 ? ', ' : ''}${layer.name}: ${countOf(layer)}`)}. In charts, those that are
      close together share a line. ${many ? `The newest ${mostListed} are listed.` : ''}
    </p>
    <table>
      <caption class="hidden">
        Marks on the time axis
      </caption>
      <thead>
        <tr>
          <th scope="col">When (${timezone})</th>
          <th scope="col">What</th>
          <th scope="col">Text</th>
        </tr>
      </thead>
      <tbody>
        ${listed.map(
          ({ name, mark }) =>
            html`<tr>
              <td class="t">${whenOf(mark, timezone)}</td>
              <td>${mark.title === '' ? name : mark.title}</td>
              <td>${mark.text}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
