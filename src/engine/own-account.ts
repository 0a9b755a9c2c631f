import type { Filter, Question } from '../query/question.ts';
import type { MeasureRow } from './ask.ts';
import type { FieldValue, Frame } from './frame.ts';
import { re2 } from './re2.ts';
import type { Scope } from './relations.ts';
import type { Bindings } from './sql.ts';

/** What it is called where the configuration (`siteAccount`) says nothing. */
export const defaultAccountName = 'This company';

/**
 * docs/definitions.md#one-account: where no line has an account, lines and entitlements without one are those of one account
 * that has a name. The store and the SQL know it as the empty account; questions are put in those terms here, and answers put back.
 */
export interface OwnAccount {
  readonly name: string;
  /** The other accounts, which only entitlements name. */
  readonly others: readonly string[];
}

/** The account's name as the store has it. */
const stored = (own: OwnAccount, account: string): string => (account === own.name ? '' : account);
const named = (own: OwnAccount, account: FieldValue): FieldValue => (account === '' ? own.name : account);

/** Filters in the store's terms: patterns are tried on the names of accounts here, since the store does not know all of them. */
export function storedFilters(own: OwnAccount | undefined, filters: readonly Filter[]): readonly Filter[] {
  if (own === undefined) return filters;
  return filters.map((filter) => {
    if (filter.dimension !== 'account') return filter;
    if (!filter.operator.endsWith('~'))
      return { ...filter, values: filter.values.map((account) => stored(own, account)) };
    const values = [own.name, ...own.others].filter((account) =>
      filter.values.some((pattern) => re2(pattern).test(account)),
    );
    return {
      ...filter,
      operator: filter.operator === '=~' ? 'in' : 'not in',
      values: values.map((account) => stored(own, account)),
    };
  });
}

/** A scope in the store's terms. It stays as narrow as it is: only who may see the account by its name sees it. */
export const storedScope = (own: OwnAccount | undefined, scope: Scope): Scope =>
  own === undefined || scope.accounts === 'all'
    ? scope
    : { accounts: scope.accounts.map((account) => stored(own, account)) };

/** What has an account, with it by its name. */
export const withNamed = <T extends { readonly account: string }>(
  own: OwnAccount | undefined,
  rows: readonly T[],
): readonly T[] =>
  own === undefined ? rows : rows.map((row) => (row.account === '' ? { ...row, account: own.name } : row));

/** Rows of figures with the account by its name. */
export function namedRows(
  own: OwnAccount | undefined,
  { groupBy }: Pick<Question, 'groupBy'>,
  rows: readonly MeasureRow[],
): readonly MeasureRow[] {
  const place = groupBy.indexOf('account');
  if (own === undefined || place < 0) return rows;
  return rows.map((row) => (row.key[place] === '' ? { ...row, key: row.key.with(place, own.name) } : row));
}

/** Rows of a listing with the account by its name. @param columns their names */
export function namedListing(
  own: OwnAccount | undefined,
  columns: readonly string[],
  rows: readonly (readonly FieldValue[])[],
): readonly (readonly FieldValue[])[] {
  const place = columns.indexOf('account');
  if (own === undefined || place < 0) return rows;
  return rows.map((row) => row.map((value, i) => (i === place ? named(own, value) : value)));
}

/** Whether it is the only one there is: then nothing needs to be told apart by it. */
export const isOnly = (own: OwnAccount | undefined): boolean => own?.others.length === 0;

/** Frames whose tables leave the account out: the field stays, for links and programs. */
export function withoutAccountColumn(frames: readonly Frame[]): readonly Frame[] {
  return frames.map((frame) => ({
    ...frame,
    schema: {
      ...frame.schema,
      fields: frame.schema.fields.map((field) =>
        field.name === 'account'
          ? { ...field, config: { ...field.config, custom: { hidden: true, hideFrom: { viz: true } } } }
          : field,
      ),
    },
  }));
}

/** Current entitlements as SQL; those that name the one account are its own, like those that name none. */
export function entitlementsSql(own: OwnAccount | undefined, bindings: Bindings): string {
  const columns =
    own === undefined ? '*' : `* REPLACE (if(account = ${bindings.bind(own.name, 'String')}, '', account) AS account)`;
  return `(SELECT ${columns} FROM entitlements FINAL WHERE superseded = 0)`;
}
