import { createHash } from 'node:crypto';
import { dashboardText } from './generate.ts';
import { customerDashboard } from './pages/customer.ts';

/** The JSON of one customer's dashboard (`pages/customer.ts`), for Grafana. */
export const customerDashboardText = (account: string, datasource: string, uid: string): string =>
  dashboardText(customerDashboard(account, datasource, uid));

/** Uid of the account's own dashboard in Grafana: names need not be fit for URLs, and need not be told by one. */
export const customerUid = (account: string): string =>
  `la-customer-${createHash('sha256').update(account).digest('hex').slice(0, 16)}`;
