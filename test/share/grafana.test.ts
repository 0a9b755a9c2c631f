import type { TestServer } from '../support/server.ts';
import type { FakeGrafana } from './fake-grafana.ts';
import { fakeToken, openFakeGrafana } from './fake-grafana.ts';
import { runShare } from './run-cli.ts';
import { mine, openTwoCustomers, others, othersAmounts, range, tokens } from './two-customers.ts';

let server: TestServer;
let grafana: FakeGrafana;
beforeAll(async () => {
  server = await openTwoCustomers();
});
afterAll(() => server.close());
beforeEach(async () => {
  grafana = await openFakeGrafana();
});
afterEach(() => grafana.close());

const env = (token = fakeToken): NodeJS.ProcessEnv => ({
  LICENSE_ANALYTICS_TOKEN: tokens.owner,
  GRAFANA_URL: grafana.url,
  GRAFANA_TOKEN: token,
});
const share = (...more: readonly string[]) =>
  runShare(
    [
      'grafana',
      '--api',
      server.url,
      '--account',
      mine,
      '--from',
      range.from,
      '--to',
      range.to,
      '--events',
      '50',
      ...more,
    ],
    env(),
  );

interface SentPanel {
  readonly title: string;
  readonly links: readonly unknown[];
  readonly targets: readonly {
    readonly datasource: unknown;
    readonly snapshot: readonly { schema: { fields: unknown[] } }[];
  }[];
}
interface Sent {
  readonly expires: number;
  readonly dashboard: {
    readonly panels: readonly SentPanel[];
    readonly templating: unknown;
    readonly links: unknown;
    readonly time: unknown;
  };
}
const sent = (): Sent => JSON.parse(grafana.posted.find(({ path }) => path === '/api/snapshots')?.body ?? '{}') as Sent;

test('a snapshot has its figures in it, asks nothing, leads nowhere, and is read back without signing in', async () => {
  const { code, out, err } = await share('--expires', '12h');
  expect(code).toBe(0);
  expect(out).toBe(
    `link:   ${grafana.url}/dashboard/snapshot/key1\ndelete: ${grafana.url}/api/snapshots-delete/delete1\n`,
  );
  expect(err).toContain('Read back without signing in');
  const { expires, dashboard } = sent();
  expect(expires).toBe(12 * 3600);
  expect(dashboard.time).toEqual({ from: '2026-03-02T00:00:00.000Z', to: '2026-03-03T00:00:00.000Z' });
  expect([dashboard.templating, dashboard.links]).toEqual([{ list: [] }, []]);
  for (const panel of dashboard.panels) {
    expect(panel.links).toEqual([]);
    expect(panel.targets.map(({ datasource }) => datasource)).toEqual([{ type: 'grafana', uid: 'grafana' }]);
    expect(panel.targets[0]?.snapshot.length).toBeGreaterThan(0);
  }
  const used = dashboard.panels.find(({ title }) => title === 'Used against bought');
  expect(used?.targets[0]?.snapshot).toHaveLength(6);
});

test('a snapshot holds nothing of another customer, no user, no question and no address of ours', async () => {
  await share();
  const { body } = grafana.posted.find(({ path }) => path === '/api/snapshots')!;
  expect(body).toContain('cad');
  for (const word of [...Object.values(others), ...othersAmounts])
    expect(body.includes(word) ? word : 'none').toBe('none');
  expect(/\b(?:ana|cam|ws1)\b|insight|opportunity|"measure"|SELECT|127\.0\.0\.1/.exec(body)?.[0]).toBeUndefined();
});

test('a Grafana that shows something else than it was given: the snapshot is taken away again', async () => {
  grafana.spoil = ({ panels }) => void panels[6]?.targets[0]?.snapshot.pop();
  const { code, err } = await share();
  expect(code).toBe(1);
  expect(err).toContain('"Used against bought" differs');
  expect(grafana.snapshots.size).toBe(0);
});

test('what is shared is listed and revoked, by key or by link; what is not ours is left alone', async () => {
  await share();
  grafana.snapshots.set('foreign', { name: 'somebody else', body: {}, deleteKey: 'x' });
  const listed = await runShare(['list', '--format', 'csv'], env());
  expect(listed.out).toContain(`${mine},snapshot,2026-03-02T00:00:00.000Z,2026-04-01T00:00:00.000Z,key1`);
  expect(listed.out).not.toContain('somebody else');
  expect((await runShare(['revoke', 'foreign'], env())).err).toContain('Nothing of ours is shared under "foreign"');
  expect((await runShare(['revoke', `${grafana.url}/dashboard/snapshot/key1`], env())).code).toBe(0);
  expect([...grafana.snapshots.keys()]).toEqual(['foreign']);
});

test('a token that Grafana does not take: what to do is said', async () => {
  const { code, err } = await runShare(['list'], env('glsa_wrong'));
  expect(code).toBe(1);
  expect(err).toMatch(/refused .*401.*Unauthorized[\s\S]*GRAFANA_TOKEN/);
});
