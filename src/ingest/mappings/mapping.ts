/** Which account the use of a user, host, project or server belongs to, and which product a feature: rules, first match wins. */
export interface MappingRule {
  readonly target: 'account' | 'product';
  readonly field: MappingField;
  /**
   * What the field is compared with: exact text; a glob when it holds `*` or `?`; a regular expression between slashes
   * (`/^sim-/`, `/x/i`). Exact and glob compare as written, case included.
   */
  readonly pattern: string;
  /** The account or product. */
  readonly value: string;
}

/** `group` is the store's and not used by rules as loaded: a group is written out as its members when a file is read. */
export type MappingField = 'user' | 'host' | 'project' | 'server' | 'feature';

export const accountFields = ['user', 'host', 'group', 'project', 'server'] as const;
export const productFields = ['feature'] as const;

/** One thing wrong in a mapping file. */
export interface MappingProblem {
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

export type MappingReading =
  | { readonly ok: true; readonly rules: readonly MappingRule[] }
  | { readonly ok: false; readonly problems: readonly MappingProblem[] };

const shown = 20;

/** A mapping is loaded whole or not at all: a rule that is missing would give its use to a later one. */
export class MappingError extends Error {
  readonly code = 'mapping_unreadable';
  readonly problems: readonly MappingProblem[];

  constructor(file: string, problems: readonly MappingProblem[]) {
    const lines = problems
      .slice(0, shown)
      .map(({ line, expected, found }) => `${file}, line ${line}: expected ${expected}, found ${found}.`);
    const rest = problems.length > shown ? [`… and ${problems.length - shown} more.`] : [];
    super([...lines, ...rest, `Nothing of ${file} was loaded: correct it and load it again.`].join('\n'));
    this.name = 'MappingError';
    this.problems = problems;
  }
}
