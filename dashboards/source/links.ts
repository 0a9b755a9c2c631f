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

/** Where a panel leads. `set`: dimensions whose values are taken from the row that was clicked. */
export interface Onward {
  readonly uid: DashboardUid;
  readonly set?: readonly Dimension[];
}

/** From the panel's title: the dashboard one step deeper, with everything that is chosen here. */
export const panelLink = (page: Page, { uid }: Onward): Builder<dashboard.DashboardLink> => link(page, uid, []);

/** From a bar, a slice or a figure: the same, with the values of its row. */
export const dataLink = (page: Page, { uid, set = [] }: Onward): Builder<dashboard.DashboardLink> =>
  link(page, uid, set);

function link({ variables }: Page, uid: DashboardUid, set: readonly Dimension[]): Builder<dashboard.DashboardLink> {
  const kept = ['datasource', ...variables.filter((variable) => !set.includes(variable))];
  const parameters = [
    ...set.map((dimension) => `var-${dimension}=\${__data.fields.${dimension}:percentencode}`),
    ...kept.map((variable) => `\${${variable}:queryparam}`),
    '${__url_time_range}',
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
