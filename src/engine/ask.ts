import type { Catalogue } from '../denials/catalogue.ts';
import type { Dimension } from '../query/dimensions.ts';
import type { DenialsAcross, Question } from '../query/question.ts';
import type { Connection, QueryOptions, Result } from '../store/connection.ts';
import type { EntitlementBook } from './entitlement-book.ts';
import type { Notice } from './frame.ts';
import type { Groundwork } from './groundwork.ts';
import type { MappedProducts } from './mapped-products.ts';
import type { Scope, Selection } from './relations.ts';
import type { SiteCalendar } from './site-calendar.ts';
import type { Bindings } from './sql.ts';
import type { Range, Window } from './windows.ts';

/** A question as measures answer it: weekday and hour are not theirs, hours are folded afterwards; what the site decides is decided. */
export type PlainQuestion = Omit<Question, 'groupBy' | 'denials'> & {
  readonly groupBy: readonly Dimension[];
  readonly denials: Question['denials'] & { readonly across: DenialsAcross };
};

/** One question being answered: what is asked, of what, by whom, and what should be said beside the figures. */
export interface Ask {
  readonly connection: Connection;
  readonly catalogue: Catalogue;
  /** Entitlements begin and end at midnight here. */
  readonly siteTimezone: string;
  /** Days and months of that zone, as facts have them. */
  readonly calendar: SiteCalendar;
  readonly question: PlainQuestion;
  readonly range: Range;
  /** From the first line of the sources to after the last one. */
  readonly lines: Range;
  readonly windows: readonly Window[];
  /** Epoch milliseconds: data are never older than the clock says. An answer that is told it is not kept. */
  readonly now: () => number;
  readonly scope: Scope;
  readonly sources: readonly Source[];
  readonly book: EntitlementBook;
  /** Whether the store keeps use beside what was bought, as the book has it. */
  readonly hasEntitledUse: boolean;
  /** Empty where the question is not about products. */
  readonly mapped: MappedProducts;
  readonly lasting: Groundwork['lasting'];
  readonly signal: AbortSignal | undefined;
  readonly notices: Notice[];
  /** Reads raw rows only: what facts must agree with, and all there is while they are made anew. */
  readonly rawOnly: boolean;
}

/** One server's stream of lines, as far as it has been read. Epoch milliseconds. */
export interface Source {
  readonly server: string;
  readonly format: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly tracksDenials: boolean;
}

/** One figure (or several) of one group in one window. Windows without a row have none. */
export interface MeasureRow {
  readonly key: readonly string[];
  readonly window: number;
  readonly values: readonly (number | null)[];
  /** The feature of the highest figure, where the group is coarser than account × feature. */
  readonly feature?: string;
}

export type Compute = (ask: Ask) => Promise<readonly MeasureRow[]>;

export function selectionOf(ask: Ask): Selection {
  const { question, scope, catalogue, mapped, book } = ask;
  return { filters: question.filters, scope, catalogue, mapped, own: book.own };
}

/** Seconds since a source was last heard of, at the range's end or now, whichever is earlier; never negative. */
export const ageOf = (ask: Ask, source: Source): number =>
  Math.max(0, Math.min(ask.range.to, ask.now()) - source.lastLine) / 1000;

export const read = (ask: Ask, sql: string, bindings: Bindings): Promise<Result> =>
  ask.connection.query(sql, bindings.params, optionsOf(ask));

/** The same where the statement does not depend on the range: it is kept for the next question. */
export const readLasting = (ask: Ask, sql: string, bindings: Bindings): Promise<Result> =>
  ask.lasting(sql, bindings, optionsOf(ask));

const optionsOf = ({ question, signal }: Ask): QueryOptions => ({
  comment: `measure ${question.measure}`,
  ...(signal !== undefined && { signal }),
});

/** A map key for a group; no dimension holds a NUL. */
export const keyText = (key: readonly string[]): string => key.join('\0');
