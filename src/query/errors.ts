/** What can be wrong with a question; the HTTP API hands it on as `code`. */
export type QuestionErrorCode =
  | 'missingMeasure'
  | 'unknownField'
  | 'invalidValue'
  | 'impossibleCombination'
  | 'newerVersion'
  | 'invalidTime'
  | 'tooManyPoints';

/** The one error of the question language. The message says what was expected, what was found and what to do. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
  readonly code: QuestionErrorCode;
  /** Where in the question, as `filters[0].operator`; empty for the question as a whole. */
  readonly path: string;

  constructor(code: QuestionErrorCode, message: string, path = '') {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/** ` Did you mean "account"?` when one of the candidates is close to what was written, else nothing. */
export function didYouMean(found: string, candidates: readonly string[]): string {
  const wanted = found.toLowerCase();
  const ranked = candidates
    .map((candidate) => {
      const name = candidate.toLowerCase();
      return { candidate, distance: wanted !== '' && name.startsWith(wanted) ? 1 : editDistance(wanted, name) };
    })
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const tolerance = Math.min(2, Math.floor(found.length / 2));
  return best !== undefined && best.distance <= tolerance ? ` Did you mean "${best.candidate}"?` : '';
}

/** Levenshtein distance: single-character insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A value as a reader of an error message recognises it, cut to a line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  // NaN, the infinities and big integers are nothing that JSON writes.
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
