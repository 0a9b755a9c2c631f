import { parse } from 'yaml';
import { z } from 'zod';
import { alertingFiles } from '../../provisioning/source/files.ts';
import { operatorDashboards } from '../../dashboards/source/registry.ts';
import { panelsOf, type PanelIdOf } from '../../provisioning/source/panels.ts';
import { defaultSettings, type Settings } from '../../provisioning/source/settings.ts';

/** The generated files as Grafana reads them: YAML, then these fields (pkg/services/provisioning/alerting/*_types.go). */
const query = z.strictObject({
  refId: z.string(),
  datasourceUid: z.string(),
  relativeTimeRange: z.strictObject({ from: z.number(), to: z.number() }),
  model: z.record(z.string(), z.unknown()),
});

const rule = z.strictObject({
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: z.string().min(1).max(190),
  condition: z.string(),
  data: z.array(query),
  noDataState: z.enum(['NoData', 'Alerting', 'OK', 'KeepLast']),
  execErrState: z.enum(['Error', 'Alerting', 'OK', 'KeepLast']),
  for: z.string().regex(/^\d+[smh]$/),
  keepFiringFor: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  missing_series_evals_to_resolve: z.int().min(2).optional(),
  dashboardUid: z.string().optional(),
  panelId: z.number().optional(),
  annotations: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
});

const group = z.strictObject({
  orgId: z.literal(1),
  name: z.string().min(1),
  folder: z.string().min(1),
  interval: z.string().regex(/^\d+[mh]$/),
  rules: z.array(rule),
});

const contactPoint = z.strictObject({
  orgId: z.literal(1),
  name: z.string().min(1),
  receivers: z.array(
    z.strictObject({
      uid: z.string().regex(/^[\w-]{1,40}$/),
      type: z.enum(['webhook', 'email', 'slack', 'teams', 'pagerduty']),
      settings: z.record(z.string(), z.unknown()),
    }),
  ),
});

const route = z.strictObject({
  receiver: z.string(),
  object_matchers: z.array(z.tuple([z.string(), z.enum(['=', '!=', '=~', '!~']), z.string()])).optional(),
  group_by: z.array(z.string()).optional(),
  group_wait: z.string().optional(),
  group_interval: z.string().optional(),
  repeat_interval: z.string().optional(),
  mute_time_intervals: z.array(z.string()).optional(),
  get routes() {
    return z.array(route).optional();
  },
});

const muteTime = z.strictObject({
  orgId: z.literal(1),
  name: z.string().min(1),
  time_intervals: z.array(z.strictObject({ weekdays: z.array(z.string()), location: z.string() })),
});

const template = z.strictObject({ orgId: z.literal(1), name: z.string().min(1), template: z.string().min(1) });

const version = { apiVersion: z.literal(1) };
const readers = {
  'rules.yaml': z.strictObject({ ...version, groups: z.array(group) }),
  'contact-points.yaml': z.strictObject({
    ...version,
    contactPoints: z.array(contactPoint),
    deleteContactPoints: z.array(z.strictObject({ orgId: z.literal(1), uid: z.string() })),
  }),
  'policies.yaml': z.strictObject({ ...version, policies: z.tuple([route.extend({ orgId: z.literal(1) })]) }),
  'mute-timings.yaml': z.strictObject({ ...version, muteTimes: z.array(muteTime) }),
  'templates.yaml': z.strictObject({ ...version, templates: z.array(template) }),
};

export type AlertRule = z.infer<typeof rule>;
export type Query = z.infer<typeof query>;
export type Route = z.infer<typeof route>;

/** Everything that is generated for some settings: the text of each file, and what is in them. */
export function generatedFor(
  settings: Settings = defaultSettings,
  panelIdOf: PanelIdOf = panelsOf(operatorDashboards),
) {
  const files = new Map(alertingFiles(settings, 'a test', panelIdOf).map(({ name, text }) => [name, text]));
  const read = <Name extends keyof typeof readers>(name: Name): z.infer<(typeof readers)[Name]> =>
    readers[name].parse(parse(files.get(name) ?? '')) as z.infer<(typeof readers)[Name]>;
  return {
    text: [...files.values()].join('\n'),
    groups: read('rules.yaml').groups,
    rules: read('rules.yaml').groups.flatMap(({ rules }) => rules),
    contactPoints: read('contact-points.yaml').contactPoints,
    goneContactPoints: read('contact-points.yaml').deleteContactPoints.map(({ uid }) => uid),
    policy: read('policies.yaml').policies[0],
    muteTimes: read('mute-timings.yaml').muteTimes,
    templates: read('templates.yaml').templates,
  };
}

export const isExpression = ({ datasourceUid }: Query): boolean => datasourceUid === '__expr__';
