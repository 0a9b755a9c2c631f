import type { DashboardUid } from '../../../dashboards/source/links.ts';
import { dashboardTitles } from '../../../dashboards/source/links.ts';
import { operatorDashboards } from '../../../dashboards/source/registry.ts';
import type { SharedDashboard } from '../../share/dashboard.ts';
import { readDashboard } from '../../share/dashboard.ts';
import { ApiError } from '../errors.ts';

const read = new Map<string, SharedDashboard>();

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
  const known = read.get(uid) ?? readDashboard(JSON.parse(JSON.stringify(operatorDashboards[uid]())));
  read.set(uid, known);
  return known;
}
