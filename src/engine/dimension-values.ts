import type { Catalogue } from '../denials/catalogue.ts';
import type { Dimension } from '../query/dimensions.ts';
import type { Filter } from '../query/question.ts';
import type { Connection } from '../store/connection.ts';
import type { Relation, Scope, Selection } from './relations.ts';
import { conditionSql, groupingSql, knows } from './relations.ts';
import { Bindings } from './sql.ts';
import { titlesOf } from './titles.ts';

export interface ValuesRequest {
  readonly dimension: Dimension;
  /** Part of the value, in any case. */
  readonly search?: string;
  readonly filters?: readonly Filter[];
  /** Epoch milliseconds. */
  readonly from?: number;
  readonly to?: number;
  /** Default 100. */
  readonly limit?: number;
  readonly scope: Scope;
  readonly signal?: AbortSignal;
}

export interface DimensionValues {
  /** Values are strings, in order; `text` is what to show. */
  readonly values: readonly { readonly value: string; readonly text: string }[];
  /** There are more than `limit`. */
  readonly truncated: boolean;
}

const dayMs = 86_400_000;

/** The values a dimension has in the lines that filters, range and scope leave. */
export async function dimensionValues(
  { connection, ...known }: { readonly connection: Connection } & Pick<Selection, 'catalogue' | 'mapped' | 'own'>,
  request: ValuesRequest,
): Promise<DimensionValues> {
  const { dimension, filters = [], limit = 100, scope } = request;
  const bindings = new Bindings();
  const selection: Selection = { ...known, filters, scope };
  // Counts by day know the common dimensions; whoever filters by users needs the lines.
  const relation: Relation = knows('activity', [dimension, ...filters.map((filter) => filter.dimension)])
    ? 'activity'
    : 'events';
  const { joins, expressions } = groupingSql(relation, [dimension], selection, bindings);
  const inTime =
    relation === 'activity'
      ? [
          `level = 'day'`,
          ...(request.from === undefined
            ? []
            : [`bucket >= toDate(${bindings.time(request.from - (request.from % dayMs))})`]),
          ...(request.to === undefined ? [] : [`bucket <= toDate(${bindings.time(request.to - 1)})`]),
        ]
      : [
          `kind <= 'upgrade'`,
          ...(request.from === undefined ? [] : [`time >= ${bindings.time(request.from)}`]),
          ...(request.to === undefined ? [] : [`time < ${bindings.time(request.to)}`]),
        ];
  const { own, catalogue } = known;
  const text = textOf(dimension, catalogue);
  const isNamed = dimension === 'account' && own !== undefined;
  const search =
    request.search === undefined || request.search === ''
      ? ''
      : `HAVING positionCaseInsensitiveUTF8(value, ${bindings.bind(request.search, 'String')}) > 0`;
  const ofDenials = dimension === 'denialFamily' || dimension === 'denialReason';
  // What is shown is not what the store has: ids of reasons and families, the one account. It is searched here, not in SQL.
  const byTitle = ofDenials || isNamed;
  const reasonsOnly = ofDenials ? `AND kind IN ('denial', 'unsupported')` : '';
  const { rows } = await connection.query(
    `SELECT toString(${expressions[0] ?? ''}) AS value FROM (
  SELECT * FROM ${relation} WHERE ${inTime.join(' AND ')} ${reasonsOnly} AND ${conditionSql(relation, selection, bindings)}
) AS t ${joins} GROUP BY value ${byTitle ? '' : search} ORDER BY value ${byTitle ? '' : `LIMIT ${limit + 1}`}`,
    bindings.params,
    { comment: `values of ${dimension}`, ...(request.signal !== undefined && { signal: request.signal }) },
  );
  const found = rows
    .map(([value]) => (isNamed && value === '' ? own.name : String(value)))
    .map((value) => ({ value, text: text(value) }))
    .filter((one) => !byTitle || one.text.toLowerCase().includes((request.search ?? '').toLowerCase()));
  return { values: found.slice(0, limit), truncated: found.length > limit };
}

function textOf(dimension: Dimension, catalogue: Catalogue): (value: string) => string {
  return titlesOf(catalogue)(dimension) ?? ((value) => (value === '' ? '(none)' : value));
}
