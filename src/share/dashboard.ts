import { z } from 'zod';

/**
 * A generated dashboard (`dashboards/*.json`, classic format): what is drawn of it outside of Grafana has a type, the rest is
 * kept as it is (loose objects), for Grafana itself. A panel type that we do not draw is an error that names it.
 */
const link = z.object({ title: z.string().default(''), url: z.string().default('') });
const step = z.looseObject({ value: z.number().nullable(), color: z.string() });
const mapping = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('special'),
    options: z.object({ match: z.string(), result: z.looseObject({ text: z.string(), color: z.string().optional() }) }),
  }),
  z.object({
    type: z.literal('value'),
    options: z.record(z.string(), z.looseObject({ text: z.string().optional(), color: z.string().optional() })),
  }),
]);
const properties = z.array(z.object({ id: z.string(), value: z.unknown() }));
const fieldConfig = z.looseObject({
  defaults: z.looseObject({
    unit: z.string().optional(),
    decimals: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    noValue: z.string().default('No data'),
    thresholds: z.looseObject({ steps: z.array(step) }).optional(),
    mappings: z.array(mapping).default([]),
    color: z.looseObject({ mode: z.string().optional(), fixedColor: z.string().optional() }).optional(),
    links: z.array(link).default([]),
    custom: z.record(z.string(), z.unknown()).default({}),
  }),
  overrides: z
    .array(z.looseObject({ matcher: z.object({ id: z.string(), options: z.unknown() }), properties }))
    .default([]),
});

/** Panels that pages and reports draw. */
export const panelTypes = ['timeseries', 'barchart', 'heatmap', 'stat', 'table', 'trend'] as const;

const target = z.looseObject({ refId: z.string(), measure: z.string() });
const panel = z.looseObject({
  id: z.number(),
  type: z.enum(panelTypes),
  title: z.string(),
  description: z.string().default(''),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target),
  maxDataPoints: z.number().optional(),
  links: z.array(link).default([]),
  options: z.record(z.string(), z.unknown()).default({}),
  transformations: z.array(z.looseObject({ id: z.string(), options: z.record(z.string(), z.unknown()) })).default([]),
  fieldConfig,
});
/** Marks on the time axis. Those of Grafana itself have no question of ours. */
const annotation = z.looseObject({
  name: z.string(),
  iconColor: z.string().default('orange'),
  target: target.optional().catch(undefined),
});
const variable = z.looseObject({
  name: z.string(),
  label: z.string().default(''),
  type: z.enum(['datasource', 'query', 'custom']),
  multi: z.boolean().default(false),
  includeAll: z.boolean().default(false),
  /** A question for `query`, comma-separated values for `custom`. */
  query: z.unknown(),
});

const schema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  description: z.string().default(''),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({ list: z.array(variable).default([]) }).default({ list: [] }),
  annotations: z.object({ list: z.array(annotation).default([]) }).default({ list: [] }),
  panels: z.array(panel),
});

export type SharedDashboard = z.output<typeof schema>;
export type SharedPanel = SharedDashboard['panels'][number];
export type SharedVariable = SharedDashboard['templating']['list'][number];

/** Whether the panel draws figures over time. */
export const isOverTime = ({ type }: SharedPanel): boolean => type === 'timeseries';

/** Whether the panel is meant, in any case: people type titles. */
export const hasTitle = ({ title }: SharedPanel, wanted: string): boolean =>
  title.toLowerCase() === wanted.trim().toLowerCase();

/** Reads a generated dashboard. Throws `ZodError` for one that is none of ours: a fault of the program. */
export const readDashboard = (json: unknown): SharedDashboard => schema.parse(json);
