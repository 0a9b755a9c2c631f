import { z } from 'zod';
import { customerDashboard } from '../../../../dashboards/source/pages/customer.ts';
import { datasourceType } from '../../../../dashboards/source/page.ts';
import { customerUid } from '../../../../dashboards/source/customers.ts';
import { ShareError } from '../../errors.ts';
import type { Grafana } from './client.ts';
import { saveDashboard } from './folder.ts';

/** What `customerUid` makes: others' dashboards are none of ours. */
const ourUid = /^la-customer-[0-9a-f]{16}$/;

export interface PublicDashboard {
  readonly uid: string;
  readonly accessToken: string;
  readonly link: string;
  /** The data source itself is limited to exactly this account (setting "Only these accounts"). */
  readonly datasourceLimited: boolean;
}

export interface ListedPublicDashboard {
  readonly uid: string;
  readonly title: string;
  readonly accessToken: string;
  readonly enabled: boolean;
}

const anything = z.unknown();
const publicOne = z.object({ uid: z.string(), accessToken: z.string(), isEnabled: z.boolean() });
const datasource = z.object({
  type: z.string(),
  jsonData: z.object({ accounts: z.array(z.string()).default([]) }).default({ accounts: [] }),
});
const openDashboard = z.object({ dashboard: z.object({ panels: z.array(z.object({ id: z.number() })) }) });

/**
 * The dashboard of one account, live and open to whoever has the link: without variables, every question narrowed to the account.
 * Made anew each time under the same uid, so that a link that was given out stays. Read back as somebody who is not signed in.
 * Throws `ShareError`.
 */
export async function sharePublicly(
  grafana: Grafana,
  account: string,
  datasourceUid: string,
): Promise<PublicDashboard> {
  const source = await grafana.find(`api/datasources/uid/${encodeURIComponent(datasourceUid)}`, datasource);
  if (source?.type !== datasourceType) {
    throw new ShareError(
      'grafana_refused',
      `--datasource: expected the uid of a License Analytics data source, found ${source === undefined ? `"${datasourceUid}", which Grafana does not know` : `"${datasourceUid}", a ${source.type}`}.`,
      'Its uid is the last part of the address of its settings page: Connections, Data sources.',
    );
  }
  const uid = customerUid(account);
  const built = customerDashboard(account, datasourceUid, uid);
  // On public dashboards only Grafana's own annotations work.
  await saveDashboard(grafana, { ...built, annotations: { list: [] } });
  const accessToken = await openToAll(grafana, uid);
  const panels = await panelsShown(grafana, accessToken);
  if (panels !== (built.panels ?? []).length) {
    throw new ShareError(
      'grafana_differs',
      `The public dashboard shows ${panels} panels of ${(built.panels ?? []).length}.`,
      `Take it away with: license-analytics share revoke ${uid}`,
    );
  }
  const { accounts } = source.jsonData;
  return {
    uid,
    accessToken,
    link: `${grafana.url}public-dashboards/${accessToken}`,
    datasourceLimited: accounts.length === 1 && accounts[0] === account,
  };
}

async function openToAll(grafana: Grafana, uid: string): Promise<string> {
  const path = `api/dashboards/uid/${uid}/public-dashboards`;
  const settings = { isEnabled: true, share: 'public', timeSelectionEnabled: true, annotationsEnabled: false };
  const before = await grafana.find(path, publicOne);
  const now =
    before === undefined
      ? await grafana.find(path, publicOne, { method: 'POST', body: settings })
      : await grafana.call(`${path}/${before.uid}`, publicOne, { method: 'PATCH', body: settings });
  if (now !== undefined) return now.accessToken;
  // The dashboard has just been saved: what is not there is the way to open it.
  throw new ShareError(
    'grafana_refused',
    'Grafana has public dashboards switched off.',
    'Switch them on in its settings ([public_dashboards] enabled), or share a snapshot: leave --public out.',
  );
}

const panelsShown = async (grafana: Grafana, accessToken: string): Promise<number> =>
  (await grafana.anonymous.call(`api/public/dashboards/${accessToken}`, openDashboard)).dashboard.panels.length;

const listed = z.object({
  publicDashboards: z.array(
    z.object({ dashboardUid: z.string(), title: z.string(), accessToken: z.string(), isEnabled: z.boolean() }),
  ),
});

/** Our public dashboards in that Grafana; none where it has them switched off. Throws `ShareError`. */
export async function listPublicDashboards(grafana: Grafana): Promise<readonly ListedPublicDashboard[]> {
  const found = await grafana.find('api/dashboards/public-dashboards?perpage=1000', listed);
  return (found?.publicDashboards ?? [])
    .filter(({ dashboardUid }) => ourUid.test(dashboardUid))
    .map(({ dashboardUid, title, accessToken, isEnabled }) => ({
      uid: dashboardUid,
      title,
      accessToken,
      enabled: isEnabled,
    }));
}

/** Closes a public dashboard of ours, and takes the dashboard away: by uid or access token. False: there is none. */
export async function revokePublicDashboard(grafana: Grafana, name: string): Promise<boolean> {
  const one = (await listPublicDashboards(grafana)).find(
    ({ uid, accessToken }) => uid === name || accessToken === name,
  );
  if (one === undefined) return false;
  const path = `api/dashboards/uid/${one.uid}/public-dashboards`;
  const open = await grafana.find(path, publicOne);
  // First the link, so that it is closed whatever becomes of the dashboard.
  if (open !== undefined) await grafana.call(`${path}/${open.uid}`, anything, { method: 'DELETE' });
  await grafana.call(`api/dashboards/uid/${one.uid}`, anything, { method: 'DELETE' });
  return true;
}
