import { customerDashboard } from '../../dashboards/source/pages/customer.ts';
import { readDashboard } from '../../src/share/dashboard.ts';
import { grafanaAt } from '../../src/share/outlets/grafana/client.ts';
import { mostBytes, shareSnapshot } from '../../src/share/outlets/grafana/snapshots.ts';
import type { TestServer } from '../support/server.ts';
import type { FakeGrafana } from './fake-grafana.ts';
import { fakeEditor, fakeToken, fakeViewer, openFakeGrafana } from './fake-grafana.ts';
import { runShare } from '../support/run-cli.ts';
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
const share = (...more: readonly string[]) => shareAs(fakeToken, ...more);
const shareAs = (token: string, ...more: readonly string[]) =>
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
    env(token),
  );

interface SentPanel {
  readonly title: string;
  readonly links: readonly unknown[];
  readonly targets: readonly {
    readonly datasource: unknown;
    readonly snapshot: readonly {
      schema: {
        readonly fields: readonly { readonly name: string }[];
        readonly meta?: { readonly dataTopic?: string };
      };
    }[];
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
  expect(used?.targets[0]?.snapshot).toHaveLength(4);
});

test('marks are in the frames of what is drawn over time, as Grafana keeps them', async () => {
  await share();
  const frames = (title: string) =>
    sent()
      .dashboard.panels.find((panel) => panel.title === title)
      ?.targets[0]?.snapshot.filter(({ schema }) => schema.meta?.dataTopic === 'annotations');
  const [expiries] = frames('Usage over time') ?? [];
  expect(expiries?.schema.fields.map(({ name }) => name)).toEqual([
    ...['time', 'timeEnd', 'isRegion', 'color', 'title', 'text'],
  ]);
  expect(JSON.stringify(expiries)).toContain('3 of plot for acme.');
  expect(frames('Used against bought')).toEqual([]);
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
  const ours = grafana.snapshots.get('key1')!;
  grafana.snapshots.set('foreign', { ...ours, name: 'somebody else', body: {}, deleteKey: 'x' });
  const listed = await runShare(['list', '--format', 'csv'], env());
  const [, created, expires] = new RegExp(`^${mine},snapshot,([^,]+),([^,]+),key1`, 'm').exec(listed.out) ?? [];
  expect(Date.parse(expires ?? '') - Date.parse(created ?? '')).toBe(30 * 86_400_000);
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

test('a snapshot that has expired shows nothing any more; one that never does is told so', async () => {
  await share('--expires', '12h');
  const shown = () => fetch(`${grafana.url}/api/snapshots/key1`);
  expect((await shown()).status).toBe(200);
  grafana.ahead = 12 * 3_600_000 + 1000;
  expect((await shown()).status).toBe(404);
  const { err } = await share('--expires', 'never');
  expect(err).toContain('every panel shows its figures, until it is revoked');
  expect((await runShare(['list', '--format', 'csv'], env())).out).toMatch(/,never,key2/);
});

test('a snapshot beyond 16 MiB is refused before anything is sent, with what to do', async () => {
  const wide = { name: 'x', type: 'string', values: [] };
  const table = { schema: { name: '', fields: [wide] }, data: { values: [['y'.repeat(mostBytes)]] } };
  const { panels } = customerDashboard(mine, 'none', 'any');
  const large = {
    dashboard: readDashboard(
      JSON.parse(JSON.stringify({ uid: 'any', title: mine, time: { from: '', to: '' }, panels })),
    ),
    answers: new Map([[Number(panels?.[0]?.id), [{ frames: [table] as never }]]]),
    range: { from: 0, to: 1 },
    timezone: 'UTC',
    account: mine,
    variables: {},
    marks: [],
    rules: [],
    takenAt: 1,
  };
  const place = grafanaAt({ url: grafana.url, credentials: { token: fakeToken } });
  await expect(shareSnapshot(place, large, 60)).rejects.toMatchObject({
    code: 'report_too_large',
    message: 'The snapshot is 16.0 MiB; Grafana keeps up to 16 MiB.',
    todo: expect.stringMatching(/shorter time range .* share xlsx/) as string,
  });
  expect(grafana.posted.filter(({ path }) => path === '/api/snapshots')).toEqual([]);
});

test('a service account with the role Editor shares for the first time: a folder that it may not see is made', async () => {
  grafana.folders.clear();
  grafana.dashboards.clear();
  expect((await shareAs(fakeEditor, '--expires', '1d')).code).toBe(0);
  expect(grafana.folders).toContain('la-customers');
});

test('two who share for the first time at once: whoever comes second finds the folder there', async () => {
  grafana.before = ({ method, path }) => {
    if (method === 'POST' && path === '/api/folders') grafana.folders.add('la-customers');
    return undefined;
  };
  expect((await share()).code).toBe(0);
});

describe('when Grafana does not do it, what to do is said and nothing is left behind', () => {
  test('no Grafana there', async () => {
    await grafana.close();
    const { code, err } = await share();
    expect(code).toBe(1);
    expect(err).toMatch(/No Grafana answers at http:\S+ \(ECONNREFUSED\)[^]*--grafana URL, or GRAFANA_URL/);
    expect(err).not.toContain(fakeToken);
    grafana = await openFakeGrafana();
  });

  test('a token that may only look', async () => {
    const { code, err } = await shareAs(fakeViewer);
    expect(code).toBe(1);
    expect(err).toMatch(/refused api\/folders \(403\): .*folders:create[^]*role Editor may create snapshots/);
    expect(grafana.snapshots.size).toBe(0);
  });

  test('snapshots are switched off', async () => {
    grafana.settings.snapshots = false;
    const { code, err } = await share();
    expect(code).toBe(1);
    expect(err).toMatch(/\(403\): Dashboard Snapshots are disabled[^]*\[snapshots\] enabled/);
  });

  test('a sign-in page of a proxy in front of it, which does not get the token', async () => {
    grafana.before = () => [302, 'https://login.example.com/'];
    const redirected = await share();
    expect([redirected.code, redirected.err]).toEqual([1, expect.stringContaining('No Grafana answers at')]);
    grafana.before = () => [200, '<html>Please sign in</html>'];
    const page = await share();
    expect(page.code).toBe(1);
    expect(page.err).toMatch(
      /answered something else than Grafana does: <html>Please sign in[^]*Grafana 12\.3 or newer/,
    );
  });

  test('it takes the snapshot and shows it to nobody: the snapshot is taken away', async () => {
    grafana.before = ({ method, path }) =>
      method === 'GET' && path.startsWith('/api/snapshots/') ? [500, { message: 'database is locked' }] : undefined;
    const { code, err } = await share();
    expect([code, err]).toEqual([1, expect.stringContaining('(500): database is locked')]);
    expect(grafana.snapshots.size).toBe(0);
  });

  test('it cannot even take it away: its key is told, so that somebody can', async () => {
    grafana.before = ({ path }) =>
      path.startsWith('/api/snapshots/') || path.startsWith('/api/snapshots-delete/')
        ? [503, { message: 'read-only' }]
        : undefined;
    const { code, err, out } = await share();
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/still there[^]*share revoke key1/);
    grafana.before = () => undefined;
    expect((await runShare(['revoke', 'key1'], env())).code).toBe(0);
    expect(grafana.snapshots.size).toBe(0);
  });
});
