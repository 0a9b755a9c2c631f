import { html, trusted, type Html } from './html.ts';
import type { Size } from './svg.ts';

/** A part of a drawing that leads on like its name beside it. */
export interface Part {
  /** Undefined: it leads nowhere. */
  readonly url: string | undefined;
  /** Its tooltip. */
  readonly title: string;
  /** SVG path, made of figures only. */
  readonly path: string;
}

/**
 * What of a drawing can be clicked, as a layer over it: a picture that is read aloud as one may hold no links. Keyboards and screen
 * readers have the names below it, which lead to the same.
 */
export function overlay(parts: readonly Part[], { width, height }: Size, kind: 'lines' | 'areas'): Html | undefined {
  const leading = parts.flatMap(({ url, title, path }) =>
    url === undefined || path === '' ? [] : [{ url, title, path }],
  );
  if (leading.length === 0) return undefined;
  return html`<svg class="over ${kind}" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
    ${leading.map(({ url, title, path }) => html`<a href="${url}" tabindex="-1"><title>${title}</title>${trusted(`<path d="${path}"></path>`)}</a>`)}
  </svg>`;
}
