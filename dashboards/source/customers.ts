import { createHash } from 'node:crypto';
import { dashboardText } from './generate.ts';
import { customerDashboard } from './pages/customer.ts';

/** The JSON of one customer's dashboard (`pages/customer.ts`), for Grafana. */
export const customerDashboardText = (account: string, datasource: string, uid: string): string =>
  dashboardText(customerDashboard(account, datasource, uid));

/** A uid that stays the same for an account, whatever its name is written with. */
export const uidOfCustomer = (account: string): string =>
  `la-customer-${createHash('sha256').update(account).digest('hex').slice(0, 12)}`;
