import type { Catalogue } from '../denials/catalogue.ts';
import type { Dimension } from '../query/dimensions.ts';
import type { Filter } from '../query/question.ts';
import { productJoint } from './entitlement-book.ts';
import type { MappedProducts } from './mapped-products.ts';
import type { OwnAccount } from './own-account.ts';
import { entitlementsSql } from './own-account.ts';
import type { Bindings } from './sql.ts';

/** Which accounts the asker may see. Every SQL text of the engine carries it; nothing in a question can widen it. */
export interface Scope {
  readonly accounts: 'all' | readonly string[];
}

/** Tables and views that questions read, and the dimensions each of them knows. */
export const relations = {
  events: [
    'account',
    'product',
    'feature',
    'version',
    'server',
    'vendor',
    'model',
    'user',
    'host',
    'client',
    'project',
    'denialFamily',
    'denialReason',
  ],
  episodes: [
    'account',
    'product',
    'feature',
    'version',
    'server',
    'vendor',
    'user',
    'host',
    'client',
    'project',
    'denialFamily',
    'denialReason',
  ],
  usage_changes: ['account', 'product', 'feature', 'version', 'server', 'vendor', 'user', 'host', 'client', 'project'],
  activity: ['account', 'product', 'feature', 'version', 'server', 'vendor', 'model'],
  served_clients: ['account', 'product', 'feature', 'server'],
} as const satisfies Readonly<Record<string, readonly Dimension[]>>;
export type Relation = keyof typeof relations;

export interface Selection {
  readonly filters: readonly Filter[];
  readonly scope: Scope;
  readonly catalogue: Catalogue;
  readonly mapped: MappedProducts;
  /** Filters and scope are in the store's terms already: its account is the empty one. */
  readonly own: OwnAccount | undefined;
}

/** Whether a relation knows every dimension a question groups or filters by. */
export function knows(relation: Relation, dimensions: Iterable<Dimension>): boolean {
  const known: readonly Dimension[] = relations[relation];
  return [...dimensions].every((dimension) => known.includes(dimension));
}

/**
 * The condition that filters and scope put on a relation whose columns are named as in the store.
 * Users, hosts and clients are numbers there, products a matter of entitlements: those become sub-selects.
 */
export function conditionSql(relation: Relation, selection: Selection, bindings: Bindings): string {
  const conditions = selection.filters.map((filter) => filterSql(relation, filter, selection, bindings));
  if (selection.scope.accounts !== 'all') conditions.push(`account IN ${bindings.strings(selection.scope.accounts)}`);
  return conditions.length === 0 ? '1' : conditions.map((condition) => `(${condition})`).join(' AND ');
}

function filterSql(relation: Relation, filter: Filter, selection: Selection, bindings: Bindings): string {
  const { catalogue } = selection;
  const { dimension } = filter;
  switch (dimension) {
    case 'user':
    case 'host':
    case 'client':
      return clientFilterSql(dimension, filter, bindings);
    case 'product':
      return `(account, feature) IN (SELECT account, feature FROM (${productsSql('1', selection, bindings)}) WHERE ${productMatchSql(filter, bindings)})`;
    case 'denialReason':
      return titledSql('toString(reason)', filter, catalogue.reasons(), bindings);
    case 'denialFamily':
      return titledSql(familySql('reason', catalogue, bindings), filter, catalogue.families(), bindings);
    case 'model':
      return relation === 'events' || relation === 'activity'
        ? matchSql('toString(model)', filter, bindings)
        : matchSql(`'concurrent'`, filter, bindings);
    default:
      return matchSql(dimension, filter, bindings);
  }
}

/** Lines without a client have number 0, which is in no row of `clients`: they are "not X" for every X. */
function clientFilterSql(dimension: 'user' | 'host' | 'client', filter: Filter, bindings: Bindings): string {
  const negative = filter.operator === 'not in' || filter.operator === '!~';
  const positive: Filter = {
    ...filter,
    operator: filter.operator === 'not in' ? 'in' : filter.operator === '!~' ? '=~' : filter.operator,
  };
  const blank =
    filter.values.includes('') && filter.operator.endsWith('in')
      ? ` ${negative ? 'AND' : 'OR'} client ${negative ? '!=' : '='} 0`
      : '';
  return `(account, client) ${negative ? 'NOT IN' : 'IN'} (SELECT account, number FROM clients WHERE ${matchSql(dimension, positive, bindings)})${blank}`;
}

/** A feature of several products is found by each of them, and by all of them together. */
function productMatchSql(filter: Filter, bindings: Bindings): string {
  const names = `arrayPushBack(splitByString('${productJoint}', product), product)`;
  const negative = filter.operator === 'not in' || filter.operator === '!~';
  const found = filter.operator.endsWith('in')
    ? `hasAny(${names}, ${bindings.strings(filter.values)})`
    : filter.values
        .map((pattern) => `arrayExists(x -> match(x, ${bindings.bind(pattern, 'String')}), ${names})`)
        .join(' OR ');
  return negative ? `NOT (${found})` : found;
}

/**
 * Reasons and families are stored by id and shown by title: filters take both, whatever the case (patterns: as they are
 * written). What the catalogue does not know has its id as its title.
 */
function titledSql(
  expression: string,
  filter: Filter,
  entries: readonly { readonly id: string; readonly title: string }[],
  bindings: Bindings,
): string {
  const negative = filter.operator === 'not in' || filter.operator === '!~';
  const anyCase = filter.operator.endsWith('in');
  const folded = (text: string): string => (anyCase ? text.toLowerCase() : text);
  const ids = bindings.strings(entries.map(({ id }) => folded(id)));
  const titles = bindings.strings(entries.map(({ title }) => folded(title)));
  const id = anyCase ? `lowerUTF8(${expression})` : expression;
  const wanted = { ...filter, values: filter.values.map(folded) };
  const title = `transform(${id}, ${ids}, ${titles}, ${id})`;
  const both = [matchSql(id, wanted, bindings), matchSql(title, wanted, bindings)];
  return both.map((one) => `(${one})`).join(negative ? ' AND ' : ' OR ');
}

function matchSql(expression: string, filter: Filter, bindings: Bindings): string {
  switch (filter.operator) {
    case 'in':
      return `${expression} IN ${bindings.strings(filter.values)}`;
    case 'not in':
      return `${expression} NOT IN ${bindings.strings(filter.values)}`;
    case '=~':
      return filter.values.map((pattern) => `match(${expression}, ${bindings.bind(pattern, 'String')})`).join(' OR ');
    case '!~':
      return filter.values
        .map((pattern) => `NOT match(${expression}, ${bindings.bind(pattern, 'String')})`)
        .join(' AND ');
  }
}

/** Reason → family. What the catalogue does not know is in family "other". */
export function familySql(reason: string, catalogue: Catalogue, bindings: Bindings): string {
  // Lines that refuse nobody anything have no reason, and no family either.
  const reasons = [...catalogue.reasons(), { id: '', family: '' }];
  return `transform(toString(${reason}), ${bindings.strings(reasons.map((r) => r.id))}, ${bindings.strings(reasons.map((r) => r.family))}, 'other')`;
}

/**
 * (account, feature) → product: from the current entitlements of the account, else from those for every account, else from
 * the product mapping, else "unmapped". A feature that is part of several products has them all in its name.
 */
function productsSql(accounts: string, { mapped, own }: Pick<Selection, 'mapped' | 'own'>, bindings: Bindings): string {
  const entitlements = entitlementsSql(own, bindings);
  const byRule =
    mapped.features.length === 0
      ? `''`
      : `transform(toString(feature), ${bindings.strings(mapped.features)}, ${bindings.strings(mapped.products)}, '')`;
  return `
SELECT account, feature, ${byRule} AS byRule,
       multiIf(own.names != '', own.names, every.names != '', every.names, byRule != '', byRule, 'unmapped') AS product
FROM (SELECT DISTINCT account, feature FROM activity WHERE level = 'month' AND ${accounts}
      UNION DISTINCT SELECT DISTINCT account, feature FROM ${entitlements} WHERE ${accounts}) AS used
LEFT JOIN (SELECT account, feature, arrayStringConcat(arraySort(groupUniqArray(toString(product))), '${productJoint}') AS names
           FROM ${entitlements} WHERE product != '' GROUP BY account, feature) AS own USING (account, feature)
LEFT JOIN (SELECT feature, arrayStringConcat(arraySort(groupUniqArray(toString(product))), '${productJoint}') AS names
           FROM ${entitlements} WHERE product != '' AND account = '' GROUP BY feature) AS every USING (feature)`;
}

/** The part of a selection that limits accounts: other accounts' clients and products need not be looked at. */
function accountsSql(selection: Selection, bindings: Bindings): string {
  const filters = selection.filters.filter((filter) => filter.dimension === 'account');
  return conditionSql('activity', { ...selection, filters }, bindings);
}

/**
 * The grouping columns of a relation: `joins` to append to its FROM (the relation must be named t), and one expression per
 * dimension.
 *
 * @param onlyClients condition on (account, number) of the clients that can occur, where few of them do
 */
export function groupingSql(
  relation: Relation,
  groupBy: readonly Dimension[],
  selection: Selection,
  bindings: Bindings,
  onlyClients = '1',
): { readonly joins: string; readonly expressions: readonly string[] } {
  const people = groupBy.some((dimension) => dimension === 'user' || dimension === 'host' || dimension === 'client');
  const joins = [
    people
      ? `LEFT ANY JOIN (SELECT account AS ka, number AS kn, client AS kclient, user AS kuser, host AS khost FROM clients WHERE ${accountsSql(selection, bindings)} AND ${onlyClients}) AS k ON t.account = k.ka AND t.client = k.kn`
      : '',
    groupBy.includes('product')
      ? `LEFT ANY JOIN (SELECT account AS pa, feature AS pf, product AS pproduct FROM (${productsSql(accountsSql(selection, bindings), selection, bindings)})) AS p ON t.account = p.pa AND t.feature = p.pf`
      : '',
  ].join('\n');
  const expressions = groupBy.map((dimension) => {
    switch (dimension) {
      case 'user':
      case 'host':
      case 'client':
        return `k.k${dimension}`;
      case 'product':
        return `if(p.pproduct = '', 'unmapped', p.pproduct)`;
      case 'denialReason':
        return 't.reason';
      case 'denialFamily':
        return familySql('t.reason', selection.catalogue, bindings);
      case 'model':
        return relation === 'events' || relation === 'activity' ? 'toString(t.model)' : `'concurrent'`;
      default:
        return `t.${dimension}`;
    }
  });
  return { joins, expressions };
}
