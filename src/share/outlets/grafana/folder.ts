import { z } from 'zod';
import { ShareError } from '../../errors.ts';
import type { Grafana } from './client.ts';

/** Where everything stands in Grafana that is shared with customers. */
export const folder = { uid: 'la-customers', title: 'License Analytics: customers' } as const;

const found = z.object({ uid: z.string() });
const dashboardFound = z.object({ dashboard: found });
const anything = z.unknown();

/** Makes the folder unless it is there. Throws `ShareError`. */
export async function ensureFolder(grafana: Grafana): Promise<void> {
  // Who is no administrator may see single folders only: of one that is not there Grafana 12.3 says 403, too.
  const isThere = async (): Promise<boolean> =>
    (await grafana.find(`api/folders/${folder.uid}`, found, { absent: [403, 404] })) !== undefined;
  if (await isThere()) return;
  try {
    await grafana.call('api/folders', anything, { method: 'POST', body: folder });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(error instanceof ShareError) || error.code !== 'grafana_refused' || !(await isThere())) throw error;
  }
}

/** Saves a dashboard in the folder, in the place of the one with its uid. Throws `ShareError`. */
export async function saveDashboard(grafana: Grafana, dashboard: object): Promise<void> {
  await ensureFolder(grafana);
  const body = { dashboard, folderUid: folder.uid, overwrite: true, message: 'license-analytics share' };
  await grafana.call('api/dashboards/db', anything, { method: 'POST', body });
}

const original = {
  uid: 'la-snapshots',
  title: 'License Analytics: snapshots',
  description: 'Grafana makes snapshots of saved dashboards only: those for customers are made of this one. Keep it.',
  tags: ['license-analytics'],
  panels: [],
} as const;

/**
 * The uid of a saved dashboard that holds nothing: Grafana refuses a snapshot whose dashboard is not saved (12.3,
 * `pkg/services/dashboardsnapshots/service.go`), and writes that uid into it. Throws `ShareError`.
 */
export async function ensureOriginal(grafana: Grafana): Promise<string> {
  if ((await grafana.find(`api/dashboards/uid/${original.uid}`, dashboardFound)) === undefined)
    await saveDashboard(grafana, original);
  return original.uid;
}
