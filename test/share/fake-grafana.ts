import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * As much of Grafana 12.3's API for snapshots and public dashboards as sharing uses: its answers, its refusals, and who may do what. Source:
 * `pkg/api/dashboard_snapshot.go`, `pkg/services/dashboardsnapshots/service.go`, `pkg/services/publicdashboards`.
 */
export interface FakeGrafana {
  readonly url: string;
  /** Bodies that were posted, by path. */
  readonly posted: { readonly path: string; readonly body: string }[];
  readonly snapshots: Map<string, FakeSnapshot>;
  /** Saved dashboards by uid. */
  readonly dashboards: Map<string, FakeDashboard>;
  readonly folders: Set<string>;
  /** By uid of their dashboard. */
  readonly open: Map<string, FakePublic>;
  readonly datasources: Map<string, { readonly type: string; readonly jsonData: unknown }>;
  /** Settings of the server. */
  readonly settings: { snapshots: boolean; publicDashboards: boolean };
  /** Milliseconds that its clock is ahead of ours. */
  ahead: number;
  /** What becomes of a snapshot's dashboard when it is shown: a Grafana that does not keep what it is given. */
  spoil: (dashboard: { panels: { targets: { snapshot: unknown[] }[] }[] }) => void;
  /** What becomes of a public dashboard when it is shown. */
  spoilPublic: (dashboard: { panels: unknown[] }) => void;
  /** Answers in place of Grafana: a proxy, a fault, somebody who was faster. */
  before: (asked: { readonly method: string; readonly path: string }) => Said | undefined;
  readonly close: () => Promise<void>;
}

interface FakeSnapshot {
  readonly name: string;
  readonly body: unknown;
  readonly deleteKey: string;
  readonly created: number;
  readonly expires: number;
}
interface FakeDashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating?: { readonly list: readonly unknown[] };
  readonly panels: readonly unknown[];
}
interface FakePublic {
  readonly uid: string;
  readonly accessToken: string;
  readonly isEnabled: boolean;
  readonly timeSelectionEnabled: boolean;
  readonly annotationsEnabled: boolean;
  readonly share: string;
}

/** Service accounts by their roles: the tokens of Admin, Editor and Viewer. */
export const fakeToken = 'glsa_test';
export const fakeEditor = 'glsa_editor';
export const fakeViewer = 'glsa_viewer';
type Role = 'Admin' | 'Editor' | 'Viewer';
const roles: Readonly<Record<string, Role>> = { [fakeToken]: 'Admin', [fakeEditor]: 'Editor', [fakeViewer]: 'Viewer' };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly role: Role | undefined;
}
type Said = readonly [status: number, body: unknown];

const denied = (action: string): Said => [
  403,
  {
    title: 'Access denied',
    message: `You'll need additional permissions to perform this action. Permissions needed: ${action}`,
  },
];
const notFound: Said = [404, { message: 'Not found' }];
const refused = (statusCode: number, id: string, message: string): Said => [
  statusCode,
  { statusCode, messageId: `publicdashboards.${id}`, message },
];
/** "Never" is 50 years ahead. */
const never = 50 * 365 * 86_400;

export async function openFakeGrafana(): Promise<FakeGrafana> {
  const fake = {
    url: '',
    posted: [] as { path: string; body: string }[],
    snapshots: new Map<string, FakeSnapshot>(),
    dashboards: new Map<string, FakeDashboard>(),
    folders: new Set<string>(),
    open: new Map<string, FakePublic>(),
    datasources: new Map<string, { readonly type: string; readonly jsonData: unknown }>(),
    settings: { snapshots: true, publicDashboards: true },
    ahead: 0,
    spoil: (() => undefined) as FakeGrafana['spoil'],
    spoilPublic: (() => undefined) as FakeGrafana['spoilPublic'],
    before: (() => undefined) as FakeGrafana['before'],
    close: async (): Promise<void> => undefined,
  };
  const now = (): number => Date.now() + fake.ahead;

  const answer = (asked: Asked): Said => {
    const { method, path, body, role } = asked;
    const early = fake.before(asked);
    if (early !== undefined) return early;
    const parts = path.replace(/\?.*$/, '').split('/').slice(2).map(decodeURIComponent);
    if (parts[0] === 'public' && method === 'GET') return shownPublicly(parts[2] ?? '');
    if (parts[0] === 'snapshots' && method === 'GET') return shownSnapshot(parts[1] ?? '');
    if (parts[0] === 'snapshots-delete') return deletedByKey(parts[1] ?? '');
    if (role === undefined) return [401, { message: 'Unauthorized' }];
    if (method === 'POST') fake.posted.push({ path, body });
    const given: unknown = body === '' ? undefined : JSON.parse(body);
    switch (parts[0]) {
      case 'snapshots':
        return method === 'POST' ? createSnapshot(given as CreateSnapshot, role) : deleteSnapshot(parts[1] ?? '', role);
      case 'dashboard':
        return listSnapshots();
      case 'folders':
        return folder(method, method === 'GET' ? (parts[1] ?? '') : (given as { uid: string }).uid, role);
      case 'datasources': {
        if (role === 'Viewer') return denied('datasources:read');
        const found = fake.datasources.get(parts[2] ?? '');
        return found === undefined ? [404, { message: 'Data source not found' }] : [200, found];
      }
      case 'dashboards':
        return dashboards(method, parts.slice(1), given, role);
      default:
        return notFound;
    }
  };

  interface CreateSnapshot {
    readonly dashboard: { readonly uid: string };
    readonly name: string;
    readonly expires: number;
  }
  const createSnapshot = ({ dashboard, name, expires }: CreateSnapshot, role: Role): Said => {
    if (!fake.settings.snapshots) return [403, { message: 'Dashboard Snapshots are disabled' }];
    if (role === 'Viewer') return denied('snapshots:create');
    if (!fake.dashboards.has(dashboard.uid)) return [400, { message: 'Dashboard not found' }];
    const key = `key${fake.snapshots.size + 1}`;
    const deleteKey = `delete${fake.snapshots.size + 1}`;
    const end = now() + (expires > 0 ? expires : never) * 1000;
    fake.snapshots.set(key, { name, body: dashboard, deleteKey, created: now(), expires: end });
    const url = `${fake.url}/dashboard/snapshot/${key}`;
    return [200, { key, deleteKey, url, deleteUrl: `${fake.url}/api/snapshots-delete/${deleteKey}` }];
  };
  const shownSnapshot = (key: string): Said => {
    const found = fake.snapshots.get(key);
    if (found === undefined) return [404, { message: 'Snapshot not found' }];
    if (found.expires < now()) return [404, { message: 'Dashboard snapshot not found' }];
    const dashboard = structuredClone(found.body) as Parameters<FakeGrafana['spoil']>[0];
    fake.spoil(dashboard);
    return [200, { dashboard, meta: { isSnapshot: true } }];
  };
  const deletedByKey = (deleteKey: string): Said => {
    const [found] = [...fake.snapshots].find(([, one]) => one.deleteKey === deleteKey) ?? [];
    if (found === undefined) return [404, { message: 'Snapshot not found' }];
    fake.snapshots.delete(found);
    return [200, { message: 'Snapshot deleted. It might take an hour before it is cleared from any CDN caches.' }];
  };
  const deleteSnapshot = (key: string, role: Role): Said => {
    if (role === 'Viewer') return denied('snapshots:delete');
    return fake.snapshots.delete(key)
      ? [200, { message: 'Snapshot deleted.' }]
      : [404, { message: 'Snapshot not found' }];
  };
  const listSnapshots = (): Said => {
    const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, '');
    const rows = [...fake.snapshots].map(([key, { name, created, expires }]) => ({
      key,
      name,
      created: iso(created),
      expires: iso(expires),
    }));
    return [200, rows];
  };

  const folder = (method: string, uid: string, role: Role): Said => {
    if (method === 'GET' && fake.folders.has(uid)) return [200, { uid }];
    // As 12.3 does: who is no administrator may see folders one by one, and none that is not there.
    if (method === 'GET') return role === 'Admin' ? [404, { message: 'folder not found' }] : denied('folders:read');
    if (role === 'Viewer') return denied('folders:create');
    if (fake.folders.has(uid)) return [409, { message: 'a folder with the same uid already exists' }];
    fake.folders.add(uid);
    return [200, { uid }];
  };

  const dashboards = (
    method: string,
    [first, uid = '', about, id]: readonly string[],
    given: unknown,
    role: Role,
  ): Said => {
    if (first === 'db') return save(given as { dashboard: FakeDashboard; folderUid: string }, role);
    if (first === 'public-dashboards') {
      if (!fake.settings.publicDashboards) return notFound;
      const rows = [...fake.open].map(([dashboardUid, one]) => ({
        ...one,
        dashboardUid,
        title: fake.dashboards.get(dashboardUid)?.title ?? '',
      }));
      return [200, { publicDashboards: rows, totalCount: rows.length, page: 1, perPage: 1000 }];
    }
    if (about === 'public-dashboards') {
      if (!fake.settings.publicDashboards) return notFound;
      return publicDashboard(method, { uid, id }, given as Partial<FakePublic>, role);
    }
    const found = fake.dashboards.get(uid);
    if (found === undefined) return [404, { message: 'Dashboard not found' }];
    if (method === 'GET') return [200, { dashboard: found, meta: {} }];
    if (role === 'Viewer') return denied('dashboards:delete');
    fake.dashboards.delete(uid);
    fake.open.delete(uid);
    return [200, { title: found.title, message: `Dashboard ${found.title} deleted`, uid }];
  };
  const save = ({ dashboard, folderUid }: { dashboard: FakeDashboard; folderUid: string }, role: Role): Said => {
    if (role === 'Viewer') return denied('dashboards:create');
    if (!fake.folders.has(folderUid)) return [400, { message: 'folder not found' }];
    fake.dashboards.set(dashboard.uid, dashboard);
    return [200, { uid: dashboard.uid, status: 'success', version: 1 }];
  };

  const publicDashboard = (
    method: string,
    { uid, id }: { readonly uid: string; readonly id: string | undefined },
    given: Partial<FakePublic>,
    role: Role,
  ): Said => {
    const before = fake.open.get(uid);
    if (method === 'GET')
      return before === undefined ? refused(404, 'notFound', 'Public dashboard not found') : [200, before];
    if (role !== 'Admin') return denied('dashboards.public:write');
    const dashboard = fake.dashboards.get(uid);
    if (dashboard === undefined) return refused(404, 'dashboardNotFound', 'Dashboard not found');
    if (method === 'POST') {
      if (before !== undefined) return refused(400, 'dashboardIsPublic', 'Dashboard is already public');
      const one: FakePublic = {
        uid: randomBytes(7).toString('hex'),
        accessToken: randomUUID().replaceAll('-', ''),
        isEnabled: given.isEnabled ?? false,
        timeSelectionEnabled: given.timeSelectionEnabled ?? false,
        annotationsEnabled: given.annotationsEnabled ?? false,
        share: given.share ?? 'public',
      };
      fake.open.set(uid, one);
      return [200, one];
    }
    if (before?.uid !== id) return refused(404, 'notFound', 'Public dashboard not found');
    if (method === 'DELETE') {
      fake.open.delete(uid);
      return [200, null];
    }
    const changed = { ...before!, ...given };
    fake.open.set(uid, changed);
    return [200, changed];
  };
  const shownPublicly = (accessToken: string): Said => {
    if (!fake.settings.publicDashboards) return notFound;
    if (!/^[0-9a-f]{32}$/.test(accessToken)) return refused(400, 'invalidAccessToken', 'Invalid access token');
    const [uid, one] = [...fake.open].find(([, { accessToken: token }]) => token === accessToken) ?? [];
    const dashboard = fake.dashboards.get(uid ?? '');
    if (one === undefined || dashboard === undefined) return refused(404, 'notFound', 'Public dashboard not found');
    if (!one.isEnabled) return refused(403, 'notEnabled', 'Public dashboard paused');
    const shown = { ...dashboard, panels: structuredClone([...dashboard.panels]) };
    fake.spoilPublic(shown);
    return [200, { dashboard: shown, meta: { publicDashboardEnabled: true } }];
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const role = roles[(request.headers.authorization ?? '').replace(/^Bearer /, '')];
      const [status, said] = answer({ method: request.method ?? '', path: request.url ?? '', body, role });
      if (status === 302) response.writeHead(302, { location: String(said) }).end();
      else if (typeof said === 'string') response.writeHead(status, { 'content-type': 'text/html' }).end(said);
      else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return fake;
}
