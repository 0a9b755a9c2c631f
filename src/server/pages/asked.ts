import { z } from 'zod';
import type { Dimension } from '../../query/dimensions.ts';
import { dimensions } from '../../query/dimensions.ts';
import type { Filter } from '../../query/question.ts';
import type { TimeRange } from '../../query/time.ts';
import { askedAt, parseTimeRange } from '../../query/time.ts';
import type { SharedDashboard, SharedVariable } from '../../share/dashboard.ts';
import type { Sort } from '../../share/render/sorting.ts';
import type { VariableValues } from '../../share/variables.ts';
import { filledIn } from '../../share/variables.ts';
import type { Context, Service } from '../service.ts';

/** What a page's address asks for, as Grafana writes it: `var-NAME=…` (repeated), `from`, `to`, and a time zone. */
export interface Asked {
  readonly variables: VariableValues;
  /** As given: relative times stay relative in links. */
  readonly from: string;
  readonly to: string;
  readonly range: TimeRange;
  readonly timezone: string;
  /** Ids of panels that show more rows than the dashboard says. */
  readonly more: readonly number[];
  /** The one panel that is shown; undefined: all of them. */
  readonly only: number | undefined;
  /** Which panel's table is sorted, and how. */
  readonly sorted: (Sort & { readonly panel: number }) | undefined;
}

/** Values of one parameter; it may be repeated. */
export const valuesIn = (query: unknown, name: string): readonly string[] =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => [value].flat())
    .catch([])
    .parse((query as Readonly<Record<string, unknown>> | undefined)?.[name]);

/**
 * Reads a page's address. Variables that the dashboard does not have are left aside; a missing one is "All". Throws `QuestionError`
 * for times that cannot be read.
 */
export function askedOf(query: unknown, dashboard: SharedDashboard, siteTimezone: string): Asked {
  const one = (name: string, otherwise: string): string => {
    const [value = ''] = valuesIn(query, name);
    return value === '' ? otherwise : value;
  };
  const timezone = zoneOf(one('timezone', siteTimezone), siteTimezone);
  const from = one('from', dashboard.time.from);
  const to = one('to', dashboard.time.to);
  const variables = dashboard.templating.list
    .filter(({ type }) => type !== 'datasource')
    .flatMap(({ name }) => {
      const values = valuesIn(query, `var-${name}`).filter((value) => value !== '');
      return values.length === 0 || values.includes('$__all') ? [] : [[name, values] as const];
    });
  return {
    variables: Object.fromEntries(variables),
    from,
    to,
    range: parseTimeRange(from, to, askedAt(Date.now()), timezone),
    timezone,
    more: valuesIn(query, 'more')
      .map(Number)
      .filter((id) => dashboard.panels.some((panel) => panel.id === id)),
    only: dashboard.panels.find(({ id }) => String(id) === one('viewPanel', '').replace(/^panel-/, ''))?.id,
    sorted: sortedIn(one('sort', '')),
  };
}

/** `12.3.down`: a panel, the place of a column, and the direction. */
function sortedIn(text: string): Asked['sorted'] {
  const [, panel, column, way] = /^(\d{1,4})\.(\d{1,3})\.(up|down)$/.exec(text) ?? [];
  return panel === undefined ? undefined : { panel: Number(panel), column: Number(column), down: way === 'down' };
}

export const sortText = ({ panel, column, down }: Sort & { readonly panel: number }): string =>
  `${panel}.${column}.${down ? 'down' : 'up'}`;

/** Grafana's words for zones, which links that were copied from it contain. */
const zoneOf = (text: string, site: string): string => (text === 'browser' ? site : text === 'utc' ? 'UTC' : text);

/** What a variable's values are asked by. */
export interface Choosing {
  readonly dimension: Dimension;
  /** Of the variables before it that are chosen, as its question in the dashboard says: Grafana's chained variables. */
  readonly filters: readonly Filter[];
  /** In which order Grafana offers them; left out: by name. */
  readonly orderBy?: string | undefined;
}

const question = z.looseObject({
  refId: z.string(),
  measure: z.string(),
  groupBy: z.array(z.string()),
  orderBy: z.string().optional(),
});

/** Variables narrow each other in no other way. */
const chains = z.array(
  z.object({ dimension: z.enum(dimensions), operator: z.literal('in'), values: z.array(z.string()) }),
);

/** How the values are found that a variable chooses from, with what is chosen; undefined: it chooses something else. */
export function choosingOf({ type, query }: SharedVariable, chosen: VariableValues): Choosing | undefined {
  if (type !== 'query') return undefined;
  const asked = question.parse(query);
  const dimension = dimensions.find((one) => one === asked.groupBy[0]);
  if (dimension === undefined) return undefined;
  return { dimension, filters: chains.parse(filledIn(asked, chosen).filters), orderBy: asked.orderBy };
}

/**
 * A page that is about one thing, and does not say which, is about the first of the dashboard's order that the caller may see, as in
 * Grafana. `toChoose`: the variable that is left open where there are several.
 */
export async function withSingles(
  asked: Asked,
  dashboard: SharedDashboard,
  {
    service,
    context,
    toChoose,
  }: { readonly service: Service; readonly context: Context; readonly toChoose?: string | undefined },
): Promise<Asked> {
  let { variables } = asked;
  for (const variable of dashboard.templating.list) {
    const choosing = choosingOf(variable, variables);
    if (choosing === undefined || variable.multi || variables[variable.name] !== undefined) continue;
    const [first, second] = await firstOf(choosing, asked.range, service, context);
    if (first === undefined || (second !== undefined && variable.name === toChoose)) continue;
    variables = { ...variables, [variable.name]: [first] };
  }
  return { ...asked, variables };
}

async function firstOf(
  { dimension, filters, orderBy }: Choosing,
  range: Asked['range'],
  service: Service,
  context: Context,
): Promise<readonly string[]> {
  const part = {
    measure: 'dimensionValues' as const,
    groupBy: [dimension],
    filters: filters.map((filter) => ({ ...filter, values: [...filter.values] })),
    ...(orderBy !== undefined && { orderBy }),
    limit: 2,
  };
  const { results } = await service.ask({ ...range, queries: [part] }, context);
  const [answer] = Object.values(results);
  if (answer === undefined || !('frames' in answer)) throw new Error(answer?.error ?? 'A question has an answer.');
  return (answer.frames[0]?.data.values[0] ?? []).filter((value) => value !== null).map(String);
}

/** The query of a link that keeps all that was asked for; `changes` go before. */
export function queryOf({ variables, from, to }: Pick<Asked, 'variables' | 'from' | 'to'>, timezone?: string): string {
  const parameters = new URLSearchParams();
  for (const [name, values] of Object.entries(variables))
    for (const value of values) parameters.append(`var-${name}`, value);
  parameters.set('from', from);
  parameters.set('to', to);
  if (timezone !== undefined) parameters.set('timezone', timezone);
  return parameters.toString();
}
