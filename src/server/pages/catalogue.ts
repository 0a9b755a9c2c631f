import type { DashboardUid } from '../../../dashboards/source/links.ts';
import { dashboardTitles } from '../../../dashboards/source/links.ts';
import { customerChoice } from '../../../dashboards/source/pages/customer.ts';
import { operatorDashboards } from '../../../dashboards/source/registry.ts';
import type { SharedDashboard } from '../../share/dashboard.ts';
import { readDashboard } from '../../share/dashboard.ts';
import { ApiError } from '../errors.ts';

const read = new Map<string, SharedDashboard>();
const known = (name: string, build: () => object): SharedDashboard => {
  const dashboard = read.get(name) ?? readDashboard(JSON.parse(JSON.stringify(build())));
  read.set(name, dashboard);
  return dashboard;
};

const isUid = (uid: string): uid is DashboardUid => Object.hasOwn(operatorDashboards, uid);

/** The dashboard of that uid as it is generated for Grafana. Throws `ApiError` 404. */
export function dashboardOf(uid: string): SharedDashboard {
  if (!isUid(uid)) {
    throw new ApiError(
      404,
      'not_found',
      `There is no dashboard "${uid.slice(0, 100)}".`,
      `There are ${Object.values(dashboardTitles).join(', ')}: see the links above.`,
    );
  }
  return known(uid, operatorDashboards[uid]);
}

/** What stands in the place of a dashboard until its one variable is chosen. */
export interface ToChoose {
  readonly variable: string;
  readonly dashboard: SharedDashboard;
}

/** Undefined: the dashboard opens on the first value of its order. */
export const choiceOf = (uid: string): ToChoose | undefined =>
  uid === 'la-customer' ? { variable: 'account', dashboard: known('customer choice', customerChoice) } : undefined;
