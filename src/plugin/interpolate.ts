import type { AdHocVariableFilter } from '@grafana/data';
import { t } from '@grafana/i18n';
import { dimensions } from '../query/dimensions.ts';
import type { LicenseQuery, QueryFilter, QueryHaving } from './types.ts';

/**
 * The values that a text with dashboard variables stands for; undefined for "All". In a pattern, the values of a variable that is
 * chosen from a list are meant literally.
 */
export type ValuesOf = (text: string, isPattern: boolean) => readonly string[] | undefined;

/**
 * A query with its dashboard variables replaced and the dashboard's ad-hoc filters added. A variable with several values stands
 * for all of them; "All" takes the filter away (docs/definitions.md#filters).
 */
export function interpolated(
  query: LicenseQuery,
  valuesOf: ValuesOf,
  adHoc: readonly AdHocVariableFilter[] = [],
): LicenseQuery {
  const own = (query.filters ?? []).flatMap((filter): QueryFilter[] => {
    const { dimension, operator = 'in' } = filter;
    const values = filterValues(filter).map((text) => valuesOf(text, operator.endsWith('~')));
    if (values.includes(undefined)) return [];
    return [{ dimension, operator, values: values.flatMap((some) => [...(some ?? [])]) }];
  });
  const filters = [...own, ...adHoc.flatMap(questionFilter)];
  const filtered = filters.length === 0 && query.filters === undefined ? query : { ...query, filters };
  return typeof query.having?.value === 'string' ? withThreshold(filtered, query.having, valuesOf) : filtered;
}

/** A threshold that is a variable: "All" takes it away. What is no number stays as it is, so that the server says so. */
function withThreshold(query: LicenseQuery, having: QueryHaving, valuesOf: ValuesOf): LicenseQuery {
  const values = valuesOf(String(having.value), false);
  if (values === undefined) return { ...query, having: undefined };
  const [text = ''] = values;
  const value = Number(text);
  return { ...query, having: { ...having, value: text.trim() === '' || Number.isNaN(value) ? text : value } };
}

export const filterValues = ({ values = [], value }: QueryFilter): readonly string[] =>
  value === undefined ? values : [...values, value];

const operators: Readonly<Record<string, NonNullable<QueryFilter['operator']>>> = {
  '=': '=',
  '!=': '!=',
  '=~': '=~',
  '!~': '!~',
  '=|': 'in',
  '!=|': 'not in',
};

/** An ad-hoc filter as a filter of the question; none where it names no dimension of ours or compares sizes. */
export function questionFilter({ key, operator, value, values }: AdHocVariableFilter): QueryFilter[] {
  const dimension = dimensions.find((one) => one === key);
  const known = operators[operator];
  const wanted = values !== undefined && values.length > 0 ? values : [value];
  return dimension === undefined || known === undefined || wanted.every((one) => one === '')
    ? []
    : [{ dimension, operator: known, values: [...wanted] }];
}

/** Why ad-hoc filters are not applied, in words: a figure must not look filtered when it is not. */
export function ignoredFilters(adHoc: readonly AdHocVariableFilter[] = []): string[] {
  return adHoc.flatMap(({ key, operator, value }) => {
    if (key === '' || value === '') return [];
    const shown = { key, filter: `${key} ${operator} ${value}`, interpolation: { escapeValue: false } };
    if (!dimensions.some((one) => one === key))
      return [
        t('adhoc.unknown', 'The filter "{{filter}}" is not applied: {{key}} is no dimension of license data.', shown),
      ];
    if (operators[operator] === undefined)
      return [
        t(
          'adhoc.sizes',
          'The filter "{{filter}}" is not applied: {{key}} is a name, it has no greater or less.',
          shown,
        ),
      ];
    return [];
  });
}
