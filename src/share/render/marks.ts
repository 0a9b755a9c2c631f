import type { Mark, MarkLayer } from '../marks.ts';
import type { Snapshot } from '../snapshot.ts';
import { colorOf } from './colors.ts';
import { timeText } from './display.ts';
import type { Html } from './html.ts';
import { escaped, html, trusted } from './html.ts';
import type { Plot } from './svg.ts';

/** Lines in one drawing; where there are more, neighbours share one, which says so. */
const mostLines = 40;
/** Marks whose texts stand in the tooltip of one line, and in one row of the list. */
const mostTexts = 5;
/** Rows of the list below the figures. */
const mostListed = 60;
/** From how many lines of a kind on they step back behind the others. */
const many = 7;
/** Ranges from here on, ms, have one line a day of each kind. */
const daily = 3 * 24 * 3_600_000;

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
export function markLines(
  layers: readonly MarkLayer[],
  { left, top, width, height, x }: Plot,
  { timezone, range }: Pick<Snapshot, 'timezone' | 'range'>,
): Html {
  const closest = width / mostLines;
  const byDay = range.to - range.from >= daily;
  // The kind that comes first matters most, and is drawn over the others.
  const parts = layers.toReversed().map(({ name, color, marks }) => {
    const stroke = `var(--t-${colorOf(color)?.hue ?? 'orange'})`;
    const groups = byDay ? groupsOf(marks, timezone) : marks.map((mark) => [mark]);
    const lines = linesOf(groups, (time) => Math.min(left + width, Math.max(left, x(time))), closest);
    const back = lines.length > many ? ' stroke-opacity="0.4"' : '';
    return lines
      .map(({ from, to, marks: some }) => {
        const band = to - from > 1;
        return (
          `<g><title>${escaped(tooltip(name, some, timezone))}</title>` +
          (band
            ? `<rect x="${px(from)}" y="${px(top)}" width="${px(to - from)}" height="${px(height)}" fill="${stroke}" fill-opacity="0.15"></rect>`
            : '') +
          `<path d="M${px(from)} ${px(top)}V${px(top + height)}" stroke="${stroke}" stroke-width="1.25" stroke-dasharray="4,3"${back}></path>` +
          // Wide enough to be met by a pointer.
          `<rect x="${px(from - 4)}" y="${px(top)}" width="${px(Math.max(8, to - from + 4))}" height="${px(height)}" fill="transparent"></rect></g>`
        );
      })
      .join('');
  });
  return trusted(parts.join(''));
}

const px = (value: number): string => value.toFixed(1);

/** Marks of one kind by the day of the zone that they begin on, in their order; a stretch of time is on its own. */
function groupsOf(marks: readonly Mark[], timezone: string): readonly (readonly Mark[])[] {
  const groups = new Map<string, Mark[]>();
  marks.forEach((mark, i) => {
    const day = mark.timeEnd === undefined ? dayOf(mark, timezone) : `stretch ${i}`;
    groups.set(day, [...(groups.get(day) ?? []), mark]);
  });
  return [...groups.values()];
}

/** Groups that would stand too close share the line of the first of them; a stretch ends with the last of those it took in. */
function linesOf(groups: readonly (readonly Mark[])[], x: (time: number) => number, closest: number): readonly Line[] {
  const lines: Line[] = [];
  for (const marks of groups) {
    const from = x(marks[0]?.time ?? 0);
    const to = Math.max(from, ...marks.map(({ timeEnd }) => (timeEnd === undefined ? from : x(timeEnd))));
    const last = lines.at(-1);
    if (last !== undefined && from - last.from < closest)
      lines[lines.length - 1] = {
        ...last,
        to: to > from ? Math.max(last.to, to) : last.to,
        marks: [...last.marks, ...marks],
      };
    else lines.push({ from, to, marks });
  }
  return lines;
}

function tooltip(name: string, marks: readonly Mark[], timezone: string): string {
  const texts = marks.slice(0, mostTexts).map((mark) => `${whenOf(mark, timezone)}: ${mark.text}`);
  const more = marks.length > mostTexts ? [`and ${(marks.length - mostTexts).toLocaleString('en')} more`] : [];
  return [name, ...texts, ...more].join('\n');
}

const dayOf = ({ time }: Mark, timezone: string): string => timeText(time, timezone, 'yyyy-MM-dd');
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

/**
 * All marks in words, folded: for paper, and for whoever cannot point at a line. The kind that matters most comes first, of each the
 * newest; those of one day share a row.
 */
export function markList(layers: readonly MarkLayer[], timezone: string): Html | undefined {
  const all = layers.flatMap(({ name, marks }) =>
    groupsOf(marks, timezone)
      .toReversed()
      .map((group) => ({ name, group })),
  );
  if (all.length === 0) return undefined;
  const cut = all.length > mostListed ? ` The first ${mostListed} rows are listed.` : '';
  return html`<details class="rules marks">
    <summary id="marks">
      Marks on the time axis: ${layers.map((layer, i) => html`${i > 0 ? ', ' : ''}${layer.name} (${countOf(layer)})`)}
    </summary>
    <p>Those of one day share a row and, in charts, a line.${cut}</p>
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
        ${all.slice(0, mostListed).map(
          ({ name, group }) =>
            html`<tr>
              <td class="t">${whenOfGroup(group, timezone)}</td>
              <td>${titleOf(group, name)}</td>
              <td>${textsOf(group)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

const whenOfGroup = ([first, ...more]: readonly Mark[], timezone: string): string =>
  first === undefined ? '' : more.length === 0 ? whenOf(first, timezone) : dayOf(first, timezone);

function titleOf(group: readonly Mark[], name: string): string {
  const title = group[0]?.title ?? '';
  return `${title === '' ? name : title}${group.length > 1 ? ` × ${group.length}` : ''}`;
}

function textsOf(group: readonly Mark[]): string {
  const texts = [...new Set(group.map(({ text }) => text))];
  const more = texts.length > mostTexts ? ` … and ${texts.length - mostTexts} more` : '';
  return `${texts.slice(0, mostTexts).join(' ')}${more}`;
}
