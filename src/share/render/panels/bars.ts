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

/**
 * Bars as a table: names and figures are text that can be read aloud, wrapped and linked, also on a phone; the bar itself is
 * decoration.
 */
export const barTable = (caption: string, heading: string, figure: string, bars: readonly Bar[]): Html => html`
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
        ({ name, percent, color, text }) => html`
          <tr>
            <th scope="row">${name}</th>
            <td>
              <svg class="bar" aria-hidden="true" focusable="false">
                <rect class="track" width="100%" height="100%"></rect>
                <rect
                  class="f-${color?.name ?? 'blue'}"
                  width="${Math.min(100, Math.max(0, percent)).toFixed(2)}%"
                  height="100%"
                ></rect>
              </svg>
              <span class="number">${text}</span>
            </td>
          </tr>
        `,
      )}
    </tbody>
  </table>
`;
