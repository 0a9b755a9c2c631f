import type { Linked } from '../../query/drill-down.ts';
import { belongsTo, drillDown, isLinked, linked } from '../../query/drill-down.ts';
import type { VariableValues } from '../variables.ts';
import type { Column, Rows } from './columns.ts';
import { display } from './display.ts';

/** What links of a live page keep: filters and time as they stand in its address. */
export interface Kept {
  /** Names of the dashboard's variables. */
  readonly names: readonly string[];
  readonly variables: VariableValues;
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

/** Where things on a page lead; undefined: nowhere. */
export interface Leads {
  /** A link of a panel as a whole. */
  readonly panel: (url: string) => string | undefined;
  /** A bar, a slice, a figure: the link that its panel has, with the values of the row. */
  readonly row: (column: Column, rows: Rows, row: number) => string | undefined;
  /** A cell that names an account, a feature, …: what is one step deeper. */
  readonly cell: (column: Column, rows: Rows, row: number) => string | undefined;
  /** A series, by its labels. */
  readonly series: (column: Column) => string | undefined;
}

/** For pages that stand alone. */
export const unlinked: Leads = {
  panel: () => undefined,
  row: () => undefined,
  cell: () => undefined,
  series: () => undefined,
};

/** Links as Grafana expands them: fields of the row, variables of the dashboard, the time range. */
export function leadsOf(kept: Kept): Leads {
  const expanded = (url: string, field: (name: string) => string | undefined): string | undefined => {
    // Generated dashboards lead to each other only.
    if (!url.startsWith('/d/')) return undefined;
    const [path = '', query = ''] = url.split('?', 2);
    const parameters = query
      .split('&')
      .map((parameter) =>
        parameter.replace(/\$\{([^}]*)\}/g, (_, expression: string) => valueOf(expression, kept, field)),
      )
      .filter((parameter) => parameter !== '');
    return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
  };
  const deeper = (dimension: Linked, value: (dimension: Linked) => string | undefined): string => {
    const set = [dimension, ...belongsTo[dimension]].flatMap((one) => {
      const text = value(one);
      return text === undefined ? [] : [[one, text] as const];
    });
    const others = kept.names.filter((name) => !set.some(([one]) => one === name));
    const parameters = [
      ...set.map(([one, text]) => `var-${one}=${encodeURIComponent(text)}`),
      ...others.map((name) => `\${${name}:queryparam}`),
      '${__url_time_range}',
    ];
    return expanded(`/d/${drillDown[dimension]}?${parameters.join('&')}`, () => undefined) ?? '';
  };
  const textIn = (rows: Rows, name: string, row: number): string | undefined => {
    const column = rows.columns.find((one) => one.name === name);
    const value = column?.values[row];
    return column === undefined || value === undefined ? undefined : display(column, value, kept.timezone).text;
  };
  return {
    panel: (url) => expanded(url, () => undefined),
    row: ({ look }, rows, row) => {
      const [link] = look.links;
      return link === undefined ? undefined : expanded(link.url, (name) => textIn(rows, name, row));
    },
    cell: ({ name }, rows, row) => {
      if (!isLinked(name) || (textIn(rows, name, row) ?? '') === '') return undefined;
      return deeper(name, (one) => textIn(rows, one, row));
    },
    series: ({ labels }) => {
      const dimension = linked.findLast((one) => labels[one] !== undefined);
      return dimension === undefined ? undefined : deeper(dimension, (one) => labels[one]);
    },
  };
}

function valueOf(expression: string, kept: Kept, field: (name: string) => string | undefined): string {
  if (expression === '__url_time_range')
    return `from=${encodeURIComponent(kept.from)}&to=${encodeURIComponent(kept.to)}`;
  const [, name] = /^__data\.fields\.(\w+):percentencode$/.exec(expression) ?? [];
  if (name !== undefined) return encodeURIComponent(field(name) ?? '');
  const [, variable = ''] = /^(\w+):queryparam$/.exec(expression) ?? [];
  return (kept.variables[variable] ?? []).map((value) => `var-${variable}=${encodeURIComponent(value)}`).join('&');
}
