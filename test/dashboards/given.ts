import { z } from 'zod';
import { generateDashboards } from '../../dashboards/source/generate.ts';
import { customerDashboard } from '../../dashboards/source/pages/customer.ts';

/** What Grafana reads of a generated dashboard (classic format), as far as tests look at it. */
const link = z.looseObject({ title: z.string(), type: z.string().optional(), url: z.string().optional() });
const datasource = z.object({ type: z.string(), uid: z.string() });
const target = z.looseObject({ refId: z.string(), datasource, measure: z.string() });
const property = z.object({ id: z.string(), value: z.unknown() });
const panel = z.object({
  id: z.number(),
  type: z.enum(['stat', 'table', 'barchart', 'heatmap', 'timeseries', 'trend']),
  title: z.string(),
  description: z.string(),
  datasource,
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target).min(1),
  links: z.array(link),
  transformations: z.array(z.object({ id: z.string(), options: z.record(z.string(), z.unknown()) })).default([]),
  fieldConfig: z.object({
    defaults: z.looseObject({ noValue: z.string(), unit: z.string().optional(), links: z.array(link).default([]) }),
    overrides: z.array(
      z.object({ matcher: z.object({ id: z.string(), options: z.unknown() }), properties: z.array(property) }),
    ),
  }),
});
const variable = z.looseObject({
  name: z.string(),
  label: z.string(),
  type: z.enum(['datasource', 'query', 'custom']),
  refresh: z.number().optional(),
});
const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  schemaVersion: z.number(),
  editable: z.boolean(),
  tags: z.array(z.string()),
  templating: z.object({ list: z.array(variable).default([]) }),
  annotations: z.object({
    list: z.array(z.looseObject({ name: z.string(), datasource, target: target.optional() })).default([]),
  }),
  links: z.array(link).default([]),
  panels: z.array(panel),
});

export type Dashboard = z.infer<typeof dashboard>;
export type Panel = z.infer<typeof panel>;

export const operatorDashboards: readonly Dashboard[] = generateDashboards().map(({ text }) =>
  dashboard.parse(JSON.parse(text)),
);
/** The page of one customer, as it is shared. */
export const customers: Dashboard = dashboard.parse(
  JSON.parse(JSON.stringify(customerDashboard('acme', 'license-analytics-acme', 'la-customer-acme'))),
);
export const everyDashboard = [...operatorDashboards, customers];

/** A panel's queries with the dashboard's variables at what they are at first: "All" is no condition, one value is `acme`'s. */
export function asked(
  { targets }: Panel,
  values: Readonly<Record<string, string>> = {},
): readonly Record<string, unknown>[] {
  return targets.map(({ having, filters, ...rest }) => {
    const kept = (Array.isArray(filters) ? filters : []).flatMap((filter: { readonly values: readonly string[] }) => {
      const known = filter.values.flatMap((value) => (value.startsWith('$') ? (values[value.slice(1)] ?? []) : value));
      return known.length === 0 ? [] : [{ ...filter, values: known }];
    });
    const limit = z
      .object({ operator: z.string(), value: z.union([z.number(), z.string()]) })
      .optional()
      .parse(having);
    const number = typeof limit?.value === 'string' ? Number(values[limit.value.slice(1)] ?? Number.NaN) : limit?.value;
    const threshold =
      limit === undefined || number === undefined || Number.isNaN(number)
        ? {}
        : { having: { ...limit, value: number } };
    return { ...rest, filters: kept, ...threshold };
  });
}
