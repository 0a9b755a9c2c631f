import type { LicenseModel } from '../../sessions/event.ts';

/**
 * What was bought: so many licenses (concurrent) or so much to consume per period (metered) of one feature.
 * A row covers the use of its feature whose account and server equal the row's; an empty one covers all. The same fields
 * as table `entitlements` (src/store/schema.ts).
 */
export interface Entitlement {
  readonly account: string;
  readonly product: string;
  /** What it was bought together with (docs/definitions.md#package): the package's name, also on the row of the package itself; else ''. */
  readonly package: string;
  readonly feature: string;
  readonly version: string;
  readonly server: string;
  readonly vendor: string;
  readonly model: LicenseModel;
  /** Metered rows: what `quantity` may be consumed in. `term` = from start to end of the row. */
  readonly period: EntitlementPeriod;
  /** Licenses or amount, at most 6 decimals; 0 and meaningless when `uncounted`. */
  readonly quantity: number;
  /** How much more may be used than was bought: 0 none, −1 unlimited. */
  readonly overdraft: number;
  /** No count at all: anyone may use it, so there is no percentage. */
  readonly uncounted: boolean;
  /** First day in force, `YYYY-MM-DD` in the site's time zone; `alwaysStart` when the document names none. */
  readonly start: string;
  /** Last day in force, `YYYY-MM-DD`; `permanentEnd` when it does not expire. */
  readonly end: string;
  /** Where the row comes from: `FILE:LINE`. */
  readonly origin: string;
}

export const entitlementPeriods = ['term', 'month', 'quarter', 'year'] as const;
export type EntitlementPeriod = (typeof entitlementPeriods)[number];

/** Start of rows without one. Inside the range of ClickHouse's Date32 and DateTime64 in every time zone, like `permanentEnd`. */
export const alwaysStart = '1970-01-01';
/** End of rows that never expire: everything on or after it is permanent. */
export const permanentEnd = '2199-12-31';

/** One thing wrong in an entitlements document. */
export interface EntitlementProblem {
  readonly line: number;
  /** Column or keyword that it is about; empty when it is about the whole line. */
  readonly column: string;
  readonly expected: string;
  readonly found: string;
}

/** What a reader made of a document. `notices` tell of things that were left out on purpose. */
export type EntitlementsReading =
  | {
      readonly ok: true;
      readonly kind: EntitlementsKind;
      readonly rows: readonly Entitlement[];
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly kind: EntitlementsKind; readonly problems: readonly EntitlementProblem[] };

export type EntitlementsKind = 'csv' | 'license file';

/** What fills rows that name none. */
export interface EntitlementDefaults {
  readonly account: string;
  readonly server: string;
}

/** Problems shown at once; the rest is counted. */
export const problemsShown = 20;

/**
 * Several problems as sentences, one a line: `FILE, line 3, column "quantity": expected …, found "…".`
 * At most `problemsShown`, then how many more there are.
 */
export function describeProblems(file: string, problems: readonly EntitlementProblem[]): string {
  const shown = problems.slice(0, problemsShown).map((problem) => {
    const place = problem.column === '' ? '' : `, column "${problem.column}"`;
    return `${file}, line ${problem.line}${place}: expected ${problem.expected}, found ${problem.found}.`;
  });
  const rest = problems.length - shown.length;
  return [...shown, ...(rest > 0 ? [`… and ${rest} more.`] : [])].join('\n');
}

/**
 * A document of entitlements is loaded whole or not at all: with some of its rows missing every percentage would be wrong
 * without anyone noticing.
 */
export class EntitlementsError extends Error {
  readonly code = 'entitlements_unreadable';
  readonly file: string;
  readonly problems: readonly EntitlementProblem[];

  constructor(file: string, problems: readonly EntitlementProblem[]) {
    super(
      `${describeProblems(file, problems)}\nNothing of ${file} was loaded: correct ${problems.length === 1 ? 'this line' : 'these lines'} and load it again.`,
    );
    this.name = 'EntitlementsError';
    this.file = file;
    this.problems = problems;
  }
}
