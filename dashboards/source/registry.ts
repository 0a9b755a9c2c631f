import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardUid } from './links.ts';
import { customer } from './pages/customer.ts';
import { denials } from './pages/denials.ts';
import { events } from './pages/events.ts';
import { feature } from './pages/feature.ts';
import { overview } from './pages/overview.ts';
import { servers } from './pages/servers.ts';
import { utilization } from './pages/utilization.ts';

/** Every dashboard for operators. A new one: its page under `pages/`, its title in `links.ts` and one line here. */
export const operatorDashboards: Readonly<Record<DashboardUid, () => Dashboard>> = {
  'la-overview': overview,
  'la-utilization': utilization,
  'la-customer': customer,
  'la-feature': feature,
  'la-denials': denials,
  'la-servers': servers,
  'la-events': events,
};
