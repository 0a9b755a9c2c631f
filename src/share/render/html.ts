/** Markup that is safe to put into a page: every text in it has been escaped. Only this file makes it from plain text. */
export class Html {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

export type Part = Html | string | number | undefined | readonly Part[];

/** HTML with everything that is put into it escaped, unless it is HTML already. Attributes must be written in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.map((text, i) => (i < parts.length ? `${text}${markupOf(parts[i])}` : text)).join(''));
}

/** What another library made, which escapes by itself, or our own style and script. Never for text from data. */
export const trusted = (markup: string): Html => new Html(markup);

export const nothing = trusted('');

function markupOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as it may stand between tags and in quoted attributes. Control characters that HTML forbids, and those that turn the
 * direction of what follows them (a name could make its neighbours read backwards), become visible marks.
 */
export const escaped = (text: string): string => (isPlain.test(text) ? text : escapedAll(text));

/** Nearly all of a page's texts, which need no second look. */
const isPlain = /^[\w .,:;!?%()[\]/@+*=#~|-]*$/;

const escapedAll = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      character === '\n' || character === '\t' ? character : '\ufffd',
    );
