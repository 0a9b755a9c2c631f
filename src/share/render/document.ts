import { createHash } from 'node:crypto';
import type { Branding } from '../branding.ts';
import { ownBranding } from '../branding.ts';
import type { Html, Part } from './html.ts';
import { html, trusted } from './html.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** As a page's policy names a style or script that it allows. */
export const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Links and headings in the vendor's colour; on paper that of light pages. */
const styleOf = ({ colour }: Branding): string | undefined =>
  colour === undefined
    ? undefined
    : `:root{--link:${colour.light};--brand:${colour.light}}
@media (prefers-color-scheme:dark){:root{--link:${colour.dark};--brand:${colour.dark}}}
@media print{:root{--link:${colour.light};--brand:${colour.light}}}
h1{color:var(--brand)}
body{border-top:4px solid ${colour.own}}`;

/** What a page may load and run: its own styles and script, known by their hashes, its logo, and nothing from anywhere. */
export function contentPolicyOf(branding: Branding): string {
  const own = styleOf(branding);
  return [
    "default-src 'none'",
    `style-src ${[style, ...(own === undefined ? [] : [own])].map(hashOf).join(' ')}`,
    `script-src ${hashOf(script)}`,
    ...(branding.logo === undefined ? [] : ['img-src data:']),
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

export interface PageParts {
  readonly title: string;
  /** Under the title: navigation, forms. */
  readonly head?: Part;
  readonly main: Part;
  readonly foot?: Part;
  /** Looks again after so many seconds. */
  readonly refreshSeconds?: number | undefined;
  /** Whose page it is. */
  readonly branding?: Branding | undefined;
}

/** A whole document in one file that asks nothing from outside. */
export function documentOf({ title, head, main, foot, refreshSeconds, branding = ownBranding }: PageParts): string {
  const own = styleOf(branding);
  const page: Html = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicyOf(branding)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        <meta name="generator" content="${branding.name}" />
        <title>${title}</title>
        ${refreshSeconds === undefined ? undefined : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        ${trusted(`<style>${style}</style>`)} ${own === undefined ? undefined : trusted(`<style>${own}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          ${
            branding.logo !== undefined
              ? html`<img class="logo" src="${branding.logo}" alt="${branding.name}" />`
              : branding === ownBranding
                ? undefined
                : html`<p class="logo">${branding.name}</p>`
          }
          <h1>${title}</h1>
          ${head}
        </header>
        <main id="main" tabindex="-1">${main}</main>
        <footer>${foot}</footer>
        ${trusted(`<script>${script}</script>`)}
      </body>
    </html> `;
  return page.toString();
}
