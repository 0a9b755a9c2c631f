import type { Color } from '../colors.ts';
import { linkTo } from '../drawing.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';

/** A row of bars that lie: what it is, how long it is in % of the width, what it says. */
export interface Bar {
  readonly name: string;
  /** Where name and bar lead. */
  readonly url: string | undefined;
  readonly percent: number;
  readonly color: Color | undefined;
  readonly text: Html;
}

export interface Titles {
  readonly caption: string;
  /** Of the names, and of the figures. */
  readonly heading: string;
  readonly figure: string;
}

/**
 * Bars as a table: names and figures are text that can be read aloud, wrapped and linked, also on a phone; the bar itself is
 * decoration.
 */
export const barTable = ({ caption, heading, figure }: Titles, bars: readonly Bar[]): Html => html`
  <table class="bars">
    <caption class="hidden">
      ${caption}
    </caption>
    <thead class="hidden">
      <tr>
        <th scope="col">${heading}</th>
        <th scope="col">${figure}</th>
      </tr>
    </thead>
    <tbody>
      ${bars.map(
        ({ name, url, percent, color, text }) => html`
          <tr>
            <th scope="row" title="${name}">${linkTo(url, name)}</th>
            <td>
              <div class="lying">
                ${leading(url, bar(percent, color))}
                <span class="number">${text}</span>
              </div>
            </td>
          </tr>
        `,
      )}
    </tbody>
  </table>
`;

/** A bar as long as its share of the width, in %. */
export const bar = (percent: number, color: Color | undefined): Html =>
  html`<svg class="bar" aria-hidden="true" focusable="false">
    <rect class="track" width="100%" height="100%"></rect>
    <rect class="f-${color?.name ?? 'blue'}" width="${within(percent)}%" height="100%"></rect>
  </svg>`;

const within = (percent: number): string => Math.min(100, Math.max(0, percent)).toFixed(2);

/** The bar leads to what its name leads to; keyboards and screen readers have the name. */
const leading = (url: string | undefined, content: Html): Html =>
  url === undefined ? content : html`<a class="lead" href="${url}" tabindex="-1" aria-hidden="true">${content}</a>`;
