import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dimension } from '../../src/query/dimensions.ts';
import type { Page } from './page.ts';

/** The operators' dashboards: uid and title. */
export const dashboardTitles = {
  'la-overview': 'Overview',
  'la-utilization': 'Utilization',
  'la-customer': 'Customer',
  'la-feature': 'Feature',
  'la-denials': 'Denials',
  'la-servers': 'License servers',
  'la-events': 'All events',
} as const;
export type DashboardUid = keyof typeof dashboardTitles;

/**
 * Panels that single figures open: each lists what its figure counted. Their ids are part of addresses, so they are given here and
 * never again; the others are numbered from 1.
 */
export const landings = {
  customersAtLimit: { uid: 'la-utilization', id: 101 },
  largePools: { uid: 'la-utilization', id: 102 },
  smallPools: { uid: 'la-utilization', id: 103 },
  inOverdraft: { uid: 'la-utilization', id: 104 },
  clientsPerLicense: { uid: 'la-utilization', id: 105 },
  servedClients: { uid: 'la-utilization', id: 106 },
  endingSoon: { uid: 'la-overview', id: 101 },
  usedAgainstBought: { uid: 'la-customer', id: 101 },
  mostUsedFeatures: { uid: 'la-customer', id: 102 },
  whyDenied: { uid: 'la-customer', id: 103 },
  customerEnding: { uid: 'la-customer', id: 104 },
  featureCapacity: { uid: 'la-feature', id: 101 },
  featureUsage: { uid: 'la-feature', id: 102 },
  featureClients: { uid: 'la-feature', id: 103 },
  unresolvedDenials: { uid: 'la-denials', id: 101 },
  episodes: { uid: 'la-denials', id: 102 },
  denialLines: { uid: 'la-denials', id: 103 },
  deniedClients: { uid: 'la-denials', id: 104 },
  denialSummary: { uid: 'la-denials', id: 105 },
  sources: { uid: 'la-servers', id: 101 },
  silentServers: { uid: 'la-servers', id: 102 },
  dataQuality: { uid: 'la-servers', id: 103 },
  eventRate: { uid: 'la-servers', id: 104 },
} as const satisfies Readonly<Record<string, { readonly uid: DashboardUid; readonly id: number }>>;
export type Landing = keyof typeof landings;

/** Where a panel leads. */
export interface Onward {
  readonly uid: DashboardUid;
  /** Dimensions whose values are taken from the row that was clicked. */
  readonly set?: readonly Dimension[];
  /** The one panel that is opened there. */
  readonly panel?: number;
  /** Variables of that dashboard and what they are set to, whatever is chosen here. */
  readonly with?: Readonly<Record<string, string>>;
}

/** To the panel that lists what a figure counted. */
export const toRows = (landing: Landing, variables: Readonly<Record<string, string>> = {}): Onward => {
  const { uid, id } = landings[landing];
  return { uid, panel: id, with: variables };
};

/** From the panel's title: the dashboard one step deeper, with everything that is chosen here. */
export const panelLink = (page: Page, onward: Onward): Builder<dashboard.DashboardLink> =>
  link(page, { ...onward, set: [] });

/** From a bar, a slice or a figure: the same, with the values of its row. */
export const dataLink = (page: Page, onward: Onward): Builder<dashboard.DashboardLink> => link(page, onward);

function link(
  { variables }: Page,
  { uid, set = [], panel, with: fixed = {} }: Onward,
): Builder<dashboard.DashboardLink> {
  const kept = ['datasource', ...variables.filter((variable) => !set.includes(variable))];
  const parameters = [
    ...set.map((dimension) => `var-${dimension}=\${__data.fields.${dimension}:percentencode}`),
    ...kept.map((variable) => `\${${variable}:queryparam}`),
    ...Object.entries(fixed).map(([name, value]) => `var-${name}=${value}`),
    '${__url_time_range}',
    ...(panel === undefined ? [] : [`viewPanel=${panel}`]),
  ];
  return linkOf({
    type: dashboard.DashboardLinkType.Link,
    title: dashboardTitles[uid],
    url: `/d/${uid}?${parameters.join('&')}`,
  });
}

/** At the top of each dashboard: all of them, with the same data source, filters and time. */
export const navigation = (): Builder<dashboard.DashboardLink> =>
  linkOf({
    type: dashboard.DashboardLinkType.Dashboards,
    title: 'Dashboards',
    tags: ['license-analytics'],
    asDropdown: true,
    includeVars: true,
    keepTime: true,
  });

/** The SDK's own default would hide the link in a menu. */
function linkOf(given: Partial<dashboard.DashboardLink> & Pick<dashboard.DashboardLink, 'type' | 'title'>) {
  const shown = { ...dashboard.defaultDashboardLink(), ...given };
  delete shown.placement;
  return { build: (): dashboard.DashboardLink => shown };
}
