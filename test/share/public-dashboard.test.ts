import { datasourceType } from '../../dashboards/source/page.ts';
import { customerUid } from '../../dashboards/source/customers.ts';
import type { TestServer } from '../support/server.ts';
import type { FakeGrafana } from './fake-grafana.ts';
import { fakeEditor, fakeToken, openFakeGrafana } from './fake-grafana.ts';
import { runShare } from '../support/run-cli.ts';
import { hostile, mine, openTwoCustomers, others, tokens } from './two-customers.ts';

/** A live dashboard of one account, open to whoever has its link: `share grafana --public`. */
let server: TestServer;
let grafana: FakeGrafana;
const uid = customerUid(mine);
beforeAll(async () => {
  server = await openTwoCustomers();
});
afterAll(() => server.close());
beforeEach(async () => {
  grafana = await openFakeGrafana();
  grafana.datasources.set('acme-only', { type: datasourceType, jsonData: { accounts: [mine] } });
});
afterEach(() => grafana.close());

const env = (token = fakeToken): NodeJS.ProcessEnv => ({
  LICENSE_ANALYTICS_TOKEN: tokens.owner,
  GRAFANA_URL: grafana.url,
  GRAFANA_TOKEN: token,
});
const publish = (options: readonly string[] = [], token = fakeToken, account: string = mine) =>
  runShare(
    ['grafana', '--public', '--api', server.url, '--account', account, '--datasource', 'acme-only', ...options],
    env(token),
  );
const linkIn = (out: string): string => /^link: +(\S+)$/m.exec(out)?.[1] ?? '';
/** What Grafana shows to somebody who is not signed in. */
const opened = (link: string): Promise<Response> =>
  fetch(link.replace('/public-dashboards/', '/api/public/dashboards/'));

interface Saved {
  readonly templating?: { readonly list: readonly unknown[] };
  readonly annotations: { readonly list: readonly unknown[] };
  readonly panels: readonly {
    readonly targets: readonly { readonly accounts?: unknown; readonly filters?: readonly object[] }[];
  }[];
}

test('whoever has the link sees the dashboard of the account, without signing in', async () => {
  const { code, out, err } = await publish();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(
    /^link: {3}http:\/\/127\.0\.0\.1:\d+\/public-dashboards\/[0-9a-f]{32}\nrevoke: license-analytics share revoke la-customer-[0-9a-f]{16}\n$/,
  );
  expect((await opened(linkIn(out))).status).toBe(200);
  expect([...grafana.dashboards.keys()]).toEqual([uid]);
  expect(grafana.folders).toContain('la-customers');
  expect(grafana.open.get(uid)).toMatchObject({
    isEnabled: true,
    share: 'public',
    timeSelectionEnabled: true,
    annotationsEnabled: false,
  });
});

test('nothing can be chosen on it, and every question names the account and no other', async () => {
  await publish();
  const saved = grafana.dashboards.get(uid) as unknown as Saved;
  expect([saved.templating?.list ?? [], saved.annotations.list]).toEqual([[], []]);
  const targets = saved.panels.flatMap((panel) => panel.targets);
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets) {
    expect(target.filters).toContainEqual({ dimension: 'account', operator: 'in', values: [mine] });
    expect(JSON.stringify(target)).not.toContain('$');
  }
  const held = JSON.stringify(saved);
  for (const word of Object.values(others)) expect(held.includes(word) ? word : 'none').toBe('none');
});

test('shared again, the link that was given out stays, also after it was switched off', async () => {
  const first = linkIn((await publish()).out);
  expect(linkIn((await publish()).out)).toBe(first);
  grafana.open.set(uid, { ...grafana.open.get(uid)!, isEnabled: false });
  expect((await opened(first)).status).toBe(403);
  expect((await runShare(['list'], env())).out).toContain('public, switched off');
  expect(linkIn((await publish()).out)).toBe(first);
  expect((await opened(first)).status).toBe(200);
  expect(grafana.open.size).toBe(1);
});

test('it is listed and revoked, by its key or its link, and then leads nowhere; what is not ours is left alone', async () => {
  const foreign = { ...grafana.open.get(uid)!, uid: 'x', accessToken: 'f'.repeat(32), isEnabled: true };
  grafana.dashboards.set('theirs', { uid: 'theirs', title: 'License Analytics: theirs', panels: [] });
  grafana.open.set('theirs', foreign);
  for (const named of ['key', 'link'] as const) {
    const link = linkIn((await publish()).out);
    const listed = (await runShare(['list', '--format', 'csv'], env())).out;
    expect(listed).toContain(`${mine},public,,never,${uid}`);
    expect(listed).not.toContain('theirs');
    const revoked = await runShare(['revoke', named === 'key' ? uid : link], env());
    expect([revoked.code, revoked.err]).toEqual([0, expect.stringContaining('is revoked')]);
    expect((await opened(link)).status).toBe(404);
    expect([...grafana.dashboards.keys()]).toEqual(['theirs']);
  }
  for (const key of ['theirs', foreign.accessToken, uid]) {
    const again = await runShare(['revoke', key], env());
    expect([again.code, again.err]).toEqual([1, expect.stringContaining(`Nothing of ours is shared under "${key}"`)]);
  }
  expect(grafana.open.has('theirs')).toBe(true);
});

test('a link that was revoked does not come back when the account is shared again', async () => {
  const first = linkIn((await publish()).out);
  await runShare(['revoke', uid], env());
  const second = linkIn((await publish()).out);
  expect(second).not.toBe(first);
  expect((await opened(first)).status).toBe(404);
});

test('an account whose name is an attack has a uid that tells nothing, and its own dashboard', async () => {
  grafana.datasources.set('acme-only', { type: datasourceType, jsonData: { accounts: [hostile.account] } });
  const { code, out } = await publish([], fakeToken, hostile.account);
  expect(code).toBe(0);
  expect(out).not.toContain('etc');
  const [key = ''] = grafana.dashboards.keys();
  expect(key).toMatch(/^la-customer-[0-9a-f]{16}$/);
  expect(key).not.toBe(uid);
});

describe('the data source', () => {
  test.each([
    ['of all accounts', {}],
    ['of another account', { accounts: [others.account] }],
    ['of two accounts', { accounts: [mine, others.account] }],
  ])('%s: it is said that its token must be limited', async (_, jsonData) => {
    grafana.datasources.set('acme-only', { type: datasourceType, jsonData });
    const { code, err } = await publish();
    expect(code).toBe(0);
    expect(err).toMatch(/does not say that it is limited to this account.*token create .*--accounts/);
  });

  test.each([
    ['that Grafana does not know', 'nobody', /found "nobody", which Grafana does not know/],
    ['of another kind', 'metrics', /found "metrics", a prometheus/],
  ])('one %s is refused, and nothing is made', async (_, name, words) => {
    grafana.datasources.set('metrics', { type: 'prometheus', jsonData: {} });
    const { code, err } = await publish(['--datasource', name]);
    expect(code).toBe(1);
    expect(err).toMatch(words);
    expect(err).toContain('last part of the address of its settings page');
    expect([grafana.dashboards.size, grafana.open.size]).toEqual([0, 0]);
  });

  test('it must be named', async () => {
    const { code, err } = await runShare(['grafana', '--public', '--api', server.url, '--account', mine], env());
    expect([code, err]).toEqual([2, expect.stringContaining('--public needs --datasource UID')]);
  });
});

describe('when it does not work, what to do is said', () => {
  test('an account that is not known: nothing is made in Grafana', async () => {
    const { code, err } = await publish([], fakeToken, 'nobody');
    expect([code, err]).toEqual([1, expect.stringContaining('No account "nobody" is known')]);
    expect(grafana.posted).toEqual([]);
  });

  test('a token of an Editor may not open a dashboard to all', async () => {
    const { code, err, out } = await publish([], fakeEditor);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/\(403\): .*dashboards\.public:write[^]*Admin public dashboards/);
    expect(grafana.open.size).toBe(0);
  });

  test('public dashboards are switched off in Grafana: said so, and snapshots are listed and revoked all the same', async () => {
    grafana.settings.publicDashboards = false;
    const { code, err } = await publish();
    expect(code).toBe(1);
    expect(err).toMatch(/Grafana has public dashboards switched off[^]*\[public_dashboards\] enabled/);
    await runShare(['grafana', '--api', server.url, '--account', mine], env());
    expect((await runShare(['list'], env())).out).toContain('key1');
    expect((await runShare(['revoke', 'wrong'], env())).err).toContain('Nothing of ours is shared under "wrong"');
    expect((await runShare(['revoke', 'key1'], env())).code).toBe(0);
  });

  test('Grafana shows fewer panels than it was given', async () => {
    grafana.spoilPublic = ({ panels }) => void panels.pop();
    const { code, err, out } = await publish();
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`shows \\d+ panels of \\d+[^]*share revoke ${uid}`));
    expect((await runShare(['revoke', uid], env())).code).toBe(0);
    expect(grafana.open.size).toBe(0);
  });

  test('Grafana fails while the link is closed: the link is closed first, and the rest can be done again', async () => {
    const link = linkIn((await publish()).out);
    grafana.before = ({ method, path }) =>
      method === 'DELETE' && path === `/api/dashboards/uid/${uid}` ? [500, { message: 'locked' }] : undefined;
    expect((await runShare(['revoke', uid], env())).code).toBe(1);
    expect((await opened(link)).status).toBe(404);
    grafana.before = () => undefined;
    expect(linkIn((await publish()).out)).not.toBe(link);
  });
});

const real = process.env['GRAFANA_URL'] ?? '';
/** Uid of a License Analytics data source in that Grafana. */
const realDatasource = process.env['GRAFANA_DATASOURCE'] ?? 'license-analytics';
(real === '' ? test.skip : test)(
  'in the Grafana that GRAFANA_URL names: opened, seen, listed, revoked, gone',
  async () => {
    const there: NodeJS.ProcessEnv = {
      LICENSE_ANALYTICS_TOKEN: tokens.owner,
      GRAFANA_URL: real,
      GRAFANA_TOKEN: process.env['GRAFANA_TOKEN'],
      GRAFANA_USER: process.env['GRAFANA_USER'] ?? 'admin',
      GRAFANA_PASSWORD: process.env['GRAFANA_PASSWORD'] ?? 'admin',
    };
    const made = await runShare(
      ['grafana', '--public', '--api', server.url, '--account', mine, '--datasource', realDatasource],
      there,
    );
    expect({ code: made.code, err: made.code === 0 ? '' : made.err }).toEqual({ code: 0, err: '' });
    const link = linkIn(made.out);
    expect((await opened(link)).status).toBe(200);
    expect((await runShare(['list'], there)).out).toContain(uid);
    expect((await runShare(['revoke', link], there)).code).toBe(0);
    expect((await opened(link)).status).toBe(404);
    expect((await runShare(['list'], there)).out).not.toContain(uid);
  },
);
