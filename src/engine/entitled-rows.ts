import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText } from './ask.ts';
import type { Entitlement, EntitlementBook } from './entitlement-book.ts';
import { productJoint } from './entitlement-book.ts';
import { re2 } from './re2.ts';

/** Rows of the book that filters and scope leave and that are in force somewhere in the range. */
export function entitledRows(ask: Ask, model: Entitlement['model']): Entitlement[] {
  return rowsEver(ask).filter((row) => row.model === model && row.from < ask.range.to && row.to > ask.range.from);
}

/** Rows of the book that filters and scope leave, whenever they are in force. */
export function rowsEver(ask: Ask): readonly Entitlement[] {
  const { filters } = ask.question;
  const scope = ask.scope.accounts;
  if (filters.length === 0 && scope === 'all') return ask.book.rows;
  return ask.book.rows.filter(
    (row) =>
      (scope === 'all' || scope.includes(row.account)) &&
      filters.every((filter) => {
        const value = valueOf(ask, row, filter.dimension);
        // A row without a server covers the use on any; a filter on users leaves the entitlement whole.
        if (value === undefined || (value === '' && filter.dimension !== 'account')) return true;
        const names = filter.dimension === 'product' ? [value, ...value.split(productJoint)] : [value];
        const matches = names.some((name) =>
          filter.operator.endsWith('~')
            ? filter.values.some((pattern) => re2(pattern).test(name))
            : filter.values.includes(name),
        );
        return filter.operator === 'in' || filter.operator === '=~' ? matches : !matches;
      }),
  );
}

/** What a row says of a dimension; undefined for what no entitlement knows (users, denials). */
export function valueOf(ask: Ask, row: Entitlement, dimension: Dimension): string | undefined {
  switch (dimension) {
    case 'account':
    case 'feature':
    case 'version':
    case 'server':
    case 'vendor':
    case 'model':
      return row[dimension];
    case 'product':
      return ask.book.product(row.account, row.feature);
    default:
      return undefined;
  }
}

/** The group an entitlement belongs to by itself; undefined where it covers several (any server) or cannot say (users). */
export function keyOfRow(ask: Ask, row: Entitlement, keys: readonly Dimension[]): string[] | undefined {
  const key: string[] = [];
  for (const dimension of keys) {
    const value = valueOf(ask, row, dimension);
    if (value === undefined || (value === '' && dimension !== 'account')) return undefined;
    key.push(value);
  }
  return key;
}

/** What rows of the book are groups of by themselves, by grouping: the book does not change, and may have many thousands of them. */
const keysOfBooks = new WeakMap<EntitlementBook, Map<string, ReadonlyMap<Entitlement, OwnKey>>>();

interface OwnKey {
  readonly key: readonly string[];
  readonly text: string;
}

function ownKeys(ask: Ask, keys: readonly Dimension[]): ReadonlyMap<Entitlement, OwnKey> {
  const ofBook = keysOfBooks.get(ask.book) ?? new Map<string, ReadonlyMap<Entitlement, OwnKey>>();
  keysOfBooks.set(ask.book, ofBook);
  const known = ofBook.get(keyText(keys));
  if (known !== undefined) return known;
  const found = new Map<Entitlement, OwnKey>();
  for (const row of ask.book.rows) {
    const key = keyOfRow(ask, row, keys);
    if (key !== undefined) found.set(row, { key, text: keyText(key) });
  }
  ofBook.set(keyText(keys), found);
  return found;
}

/**
 * Groups that are entitled to concurrent licenses and are not among those that were used.
 * @param known has the `keyText` of the used ones, where somebody has worked them out already
 */
export function idleKeys(
  ask: Ask,
  keys: readonly Dimension[],
  used: readonly { readonly key: readonly string[] }[],
  known: { has(text: string): boolean } = new Set(used.map(({ key }) => keyText(key))),
): readonly (readonly string[])[] {
  const accountAt = keys.indexOf('account');
  const accountsKnown = accountAt >= 0 && used.some(({ key }) => key[accountAt] !== '');
  const own = ownKeys(ask, keys);
  const idle = new Map<string, readonly string[]>();
  for (const row of entitledRows(ask, 'concurrent')) {
    // A row without an account covers every account: it is nobody's own.
    if (row.account === '' && accountsKnown) continue;
    const found = own.get(row);
    if (found !== undefined && !known.has(found.text)) idle.set(found.text, found.key);
  }
  return [...idle.values()];
}
