import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ShareError } from '../../errors.ts';
import type { Snapshot } from '../../snapshot.ts';
import type { Grafana } from './client.ts';
import { ensureOriginal } from './folder.ts';
import type { SnapshotDashboard } from './snapshot-dashboard.ts';
import { snapshotDashboard } from './snapshot-dashboard.ts';

/** Snapshots of ours begin so, whatever the branding: that is how they are told from others in the same Grafana. Who opens one does not see it. */
const namePrefix = 'License Analytics: ';

/** Larger ones fail in some of the databases that Grafana keeps snapshots in (grafana#132942: MySQL's MEDIUMBLOB). */
export const mostBytes = 16 * 1024 * 1024;

export interface SharedSnapshot {
  readonly key: string;
  /** For the customer, who need not sign in. */
  readonly link: string;
  /** Whoever opens it takes the snapshot away: for us. */
  readonly deleteLink: string;
  /** Milliseconds since 1970 UTC; undefined: it stays. */
  readonly expires: number | undefined;
}

export interface ListedSnapshot {
  readonly key: string;
  readonly name: string;
  /** ISO, UTC, with milliseconds. */
  readonly created: string;
  /** ISO, UTC; empty: it stays. */
  readonly expires: string;
}

const created = z.object({ key: z.string(), url: z.string(), deleteKey: z.string(), deleteUrl: z.string() });
const shown = z.object({
  dashboard: z.object({
    panels: z.array(z.object({ id: z.number(), targets: z.array(z.object({ snapshot: z.array(z.unknown()) })) })),
  }),
});
const anything = z.unknown();

/**
 * Puts the snapshot into Grafana, and reads it back as somebody who is not signed in: every panel must show the frames that it
 * was given, else it is taken away again. `expiresInSeconds` 0: it stays. Throws `ShareError`.
 */
export async function shareSnapshot(
  grafana: Grafana,
  snapshot: Snapshot,
  expiresInSeconds: number,
  signal?: AbortSignal,
): Promise<SharedSnapshot> {
  const dashboard = snapshotDashboard(snapshot);
  const name = `${namePrefix}${snapshot.account ?? snapshot.dashboard.title}`;
  const uid = await ensureOriginal(grafana);
  const body = JSON.stringify({ dashboard: { ...dashboard, uid }, name, expires: expiresInSeconds, external: false });
  refuseLarge(Buffer.byteLength(body));
  const made = await grafana.call('api/snapshots', created, { method: 'POST', body, signal });
  try {
    await verify(grafana, made.key, dashboard, signal);
  } catch (error) {
    await takeAway(grafana, made, error);
    throw error;
  }
  return {
    key: made.key,
    link: made.url,
    deleteLink: made.deleteUrl,
    expires: expiresInSeconds === 0 ? undefined : Date.now() + expiresInSeconds * 1000,
  };
}

/** Nobody shall see what is not known to be right. `why`: what was wrong with it. */
async function takeAway(grafana: Grafana, { key, deleteKey }: z.output<typeof created>, why: unknown): Promise<void> {
  try {
    await grafana.call(`api/snapshots-delete/${encodeURIComponent(deleteKey)}`, anything);
  } catch (error) {
    if (!(error instanceof ShareError)) throw error;
    throw new ShareError(
      error.code,
      `${why instanceof Error ? why.message : String(why)} The snapshot could not be taken away and is still there: ${error.message}`,
      `Take it away as soon as Grafana answers: license-analytics share revoke ${key}`,
      { cause: why },
    );
  }
}

function refuseLarge(bytes: number): void {
  if (bytes <= mostBytes) return;
  const mib = (bytes / 1024 / 1024).toFixed(1);
  throw new ShareError(
    'report_too_large',
    `The snapshot is ${mib} MiB; Grafana keeps up to 16 MiB.`,
    'Share a shorter time range or fewer --events, or a file instead: share xlsx, share html.',
  );
}

async function verify(
  grafana: Grafana,
  key: string,
  { panels }: SnapshotDashboard,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { dashboard } = await grafana.anonymous.call(`api/snapshots/${encodeURIComponent(key)}`, shown, { signal });
  // What was sent, as JSON has it: fields that are undefined are gone.
  const sent = shown.parse(JSON.parse(JSON.stringify({ dashboard: { panels } }))).dashboard;
  if (isDeepStrictEqual(dashboard.panels, sent.panels)) return;
  const wrong = panels.find(({ id }, i) => {
    const found = dashboard.panels.find((panel) => panel.id === id);
    return !isDeepStrictEqual(found, sent.panels[i]);
  });
  throw new ShareError(
    'grafana_differs',
    `Grafana does not show what it was given: "${wrong?.title ?? 'the number of panels'}" differs.`,
    'The snapshot was taken away again. Share a file instead, and please report this with the version of Grafana.',
  );
}

const listed = z.array(
  z.object({
    key: z.string(),
    name: z.string(),
    created: z.iso.datetime({ offset: true }),
    expires: z.iso.datetime({ offset: true }),
  }),
);

/** Grafana writes an end that never comes as 50 years ahead (`dashboard_snapshot` store). */
const never = 40 * 365 * 86_400_000;

/** Grafana leaves milliseconds out, or writes an offset: one form for every time that is listed. */
const isoOf = (time: string): string => new Date(time).toISOString();

/** Our snapshots in that Grafana, as far as the caller may see them. Throws `ShareError`. */
export async function listSnapshots(grafana: Grafana): Promise<readonly ListedSnapshot[]> {
  const rows = await grafana.call('api/dashboard/snapshots?limit=1000', listed);
  return rows
    .filter(({ name }) => name.startsWith(namePrefix))
    .map(({ key, name, created: at, expires }) => ({
      key,
      name: name.slice(namePrefix.length),
      created: isoOf(at),
      expires: Date.parse(expires) - Date.parse(at) > never ? '' : isoOf(expires),
    }));
}

/** Takes one of our snapshots away. False: there is none with that key. Throws `ShareError`. */
export async function revokeSnapshot(grafana: Grafana, key: string): Promise<boolean> {
  if (!(await listSnapshots(grafana)).some((row) => row.key === key)) return false;
  await grafana.call(`api/snapshots/${encodeURIComponent(key)}`, anything, { method: 'DELETE' });
  return true;
}
