import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** As much of Grafana 12.3's API for snapshots as sharing uses, with its rules on who may do what. */
export interface FakeGrafana {
  readonly url: string;
  /** Bodies that were posted, by path. */
  readonly posted: { readonly path: string; readonly body: string }[];
  readonly snapshots: Map<string, { readonly name: string; readonly body: unknown; readonly deleteKey: string }>;
  /** What becomes of a snapshot's dashboard when it is shown: a Grafana that does not keep what it is given. */
  spoil: (dashboard: { panels: { targets: { snapshot: unknown[] }[] }[] }) => void;
  readonly close: () => Promise<void>;
}

export const fakeToken = 'glsa_test';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly signedIn: boolean;
}
type Said = readonly [status: number, body: unknown];

export async function openFakeGrafana(): Promise<FakeGrafana> {
  const posted: { path: string; body: string }[] = [];
  const snapshots: FakeGrafana['snapshots'] = new Map();
  const saved = new Set<string>();
  const fake = { url: '', posted, snapshots, spoil: () => undefined, close: async () => undefined } as {
    -readonly [key in keyof FakeGrafana]: FakeGrafana[key];
  };

  const answer = ({ method, path, body, signedIn }: Asked): Said => {
    const [, key = ''] = /^\/api\/snapshots\/([^/?]+)$/.exec(path) ?? [];
    if (method === 'GET' && key !== '') {
      const found = snapshots.get(key);
      if (found === undefined) return [404, { message: 'Snapshot not found' }];
      const shown = structuredClone(found.body) as Parameters<FakeGrafana['spoil']>[0];
      fake.spoil(shown);
      return [200, { dashboard: shown, meta: {} }];
    }
    if (path.startsWith('/api/snapshots-delete/')) {
      const [found] = [...snapshots].find(([, one]) => path.endsWith(one.deleteKey)) ?? [];
      if (found === undefined) return [404, { message: 'Failed to get dashboard snapshot' }];
      snapshots.delete(found);
      return [200, { message: 'Snapshot deleted.' }];
    }
    if (!signedIn) return [401, { message: 'Unauthorized' }];
    if (method === 'POST') posted.push({ path, body });
    if (method === 'DELETE' && key !== '') return snapshots.delete(key) ? [200, {}] : [404, {}];
    if (path === '/api/snapshots') return create(JSON.parse(body) as Created);
    if (path === '/api/dashboards/db') {
      saved.add((JSON.parse(body) as { dashboard: { uid: string } }).dashboard.uid);
      return [200, { status: 'success' }];
    }
    if (path === '/api/folders') return [200, { uid: 'la-customers' }];
    if (path.startsWith('/api/dashboard/snapshots')) {
      const row = { created: '2026-03-02T00:00:00Z', expires: '2026-04-01T00:00:00Z' };
      return [200, [...snapshots].map(([one, { name }]) => ({ key: one, name, ...row }))];
    }
    if (path.startsWith('/api/dashboards/public-dashboards')) return [200, { publicDashboards: [] }];
    return [404, { message: 'Not found' }];
  };
  interface Created {
    readonly dashboard: { readonly uid: string };
    readonly name: string;
  }
  const create = ({ dashboard, name }: Created): Said => {
    if (!saved.has(dashboard.uid)) return [400, { message: 'Dashboard not found' }];
    const key = `key${snapshots.size + 1}`;
    const deleteKey = `delete${snapshots.size + 1}`;
    snapshots.set(key, { name, body: dashboard, deleteKey });
    const url = `${fake.url}/dashboard/snapshot/${key}`;
    return [200, { key, deleteKey, url, deleteUrl: `${fake.url}/api/snapshots-delete/${deleteKey}` }];
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const signedIn = request.headers.authorization === `Bearer ${fakeToken}`;
      const [status, said] = answer({ method: request.method ?? '', path: request.url ?? '', body, signedIn });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.close = () => new Promise((resolve) => server.close(() => resolve()));
  return fake;
}
