import type { Html } from './html.ts';
import { html, trusted } from './html.ts';

const width = 100;
const height = 20;

/** A small line without axes, from nothing to the highest; what is unknown is a gap. Every figure in it is said elsewhere. */
export function spark(values: readonly (number | null)[]): Html {
  const highest = Math.max(...values.filter((value) => value !== null), 0);
  const step = width / Math.max(1, values.length - 1);
  const path = values
    .map((value, i) => {
      if (value === null) return '';
      const y = highest <= 0 ? height : height - (height * Math.max(0, value)) / highest;
      return `${i > 0 && values[i - 1] !== null ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  return html`${trusted(
    `<svg class="spark" viewBox="-1 -1 ${width + 2} ${height + 2}" preserveAspectRatio="none" aria-hidden="true"><path d="${path}"/></svg>`,
  )}`;
}
