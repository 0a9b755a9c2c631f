import type { Color } from './colors.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';

/** Names beside their colours. */
export const legend = (
  entries: readonly { readonly name: Html; readonly color: Color; readonly figure?: string }[],
): Html => html`
  <ul class="legend">
    ${entries.map(
      ({ name, color, figure }) => html`
        <li>
          <svg class="swatch" aria-hidden="true" focusable="false">
            <rect class="f-${color.name}" width="100%" height="100%"></rect>
          </svg>
          <span>${name}</span> ${figure === undefined ? undefined : html`<span class="number">${figure}</span>`}
        </li>
      `,
    )}
  </ul>
`;
