import { createHash } from 'node:crypto';
import type { Html, Part } from './html.ts';
import { html, trusted } from './html.ts';
import { script } from './script.ts';
import { style } from './style.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What a page may load and run: its own style and script, known by their hashes, and nothing from anywhere. */
export const contentPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

export interface PageParts {
  readonly title: string;
  /** Under the title: navigation, forms. */
  readonly head?: Part;
  readonly main: Part;
  readonly foot?: Part;
  /** Looks again after so many seconds. */
  readonly refreshSeconds?: number | undefined;
}

/** A whole document in one file that asks nothing from outside. */
export function documentOf({ title, head, main, foot, refreshSeconds }: PageParts): string {
  const page: Html = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        <meta name="generator" content="License Analytics" />
        <title>${title}</title>
        ${refreshSeconds === undefined ? undefined : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
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
