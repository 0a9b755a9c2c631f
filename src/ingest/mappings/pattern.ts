export type Pattern =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'expression'; readonly matches: (text: string) => boolean };

/** What a pattern can be, for messages. */
export const expectedPattern = 'a text, a glob with * and ?, or a regular expression like /^sim-/';

/** Reads a pattern; undefined when it is empty or no valid regular expression. */
export function readPattern(pattern: string): Pattern | undefined {
  if (pattern === '') return undefined;
  const expression = /^\/(.*)\/([iu]*)$/s.exec(pattern);
  if (expression) {
    try {
      const compiled = new RegExp(expression[1] ?? '', expression[2]);
      return { kind: 'expression', matches: (text) => compiled.test(text) };
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
  if (!/[*?]/.test(pattern)) return { kind: 'exact', text: pattern };
  return { kind: 'expression', matches: (text) => globMatches(pattern, text) };
}

/** `*` any text, `?` one character. Not by a regular expression: `*a*a*a*b` would take it exponential time. */
function globMatches(glob: string, text: string): boolean {
  let at = 0;
  let inGlob = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    if (glob[inGlob] === '*') {
      star = inGlob++;
      starAt = at;
    } else if (inGlob < glob.length && (glob[inGlob] === '?' || glob[inGlob] === text[at])) {
      inGlob++;
      at++;
    } else if (star >= 0) {
      inGlob = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (glob[inGlob] === '*') inGlob++;
  return inGlob === glob.length;
}
