import type { Color } from '../colors.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';

/** A row of bars that lie: what it is, how long it is in % of the width, what it says. */
export interface Bar {
  readonly name: Html;
  readonly percent: number;
  readonly color: Color | undefined;
  readonly text: Html;
}

export interface Titles {
  readonly caption: string;
  /** Of the names, and of the figures. */
  readonly heading: string;
  readonly figure: string;
  /** Long names stand above their bars. */
  readonly names: 'beside' | 'above';
}

/**
 * Bars as a table: names and figures are text that can be read aloud, wrapped and linked, also on a phone; the bar itself is
 * decoration.
 */
export const barTable = ({ caption, heading, figure, names }: Titles, bars: readonly Bar[]): Html => html`
  <table class="${names === 'above' ? 'bars top' : 'bars'}">
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
        ({ name, percent, color, text }) => html`
          <tr>
            <th scope="row">${name}</th>
            <td>
              <div class="lying">
                <svg class="bar" aria-hidden="true" focusable="false">
                  <rect class="track" width="100%" height="100%"></rect>
                  <rect
                    class="f-${color?.name ?? 'blue'}"
                    width="${Math.min(100, Math.max(0, percent)).toFixed(2)}%"
                    height="100%"
                  ></rect>
                </svg>
                <span class="number">${text}</span>
              </div>
            </td>
          </tr>
        `,
      )}
    </tbody>
  </table>
`;
