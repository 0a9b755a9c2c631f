import type { Frame } from '../../src/engine/frame.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { asked, operatorDashboards, type Panel } from './given.ts';

/** A figure opens the list of what it counted: as many rows as it says. */
let server: TestServer;
const day = 86_400_000;
const now = Date.now();
const at = (daysAgo: number, minutes = 0): string => new Date(now - daysAgo * day + minutes * 60_000).toISOString();
const date = (daysAhead: number): string => new Date(now + daysAhead * day).toISOString().slice(0, 10);
const full = 'Licensed number of users already reached';

beforeAll(async () => {
  server = await openTestServer();
  const line = (...columns: readonly (string | number)[]): string => columns.join(',');
  const sessions = (feature: string, users: number, daysAgo: number): readonly string[] =>
    Array.from({ length: users }, (_, i) => [
      line(at(daysAgo, i), 'checkout', feature, `u${i}`, `ws${i}`, 1, '', ''),
      line(at(daysAgo, 120 + i), 'checkin', feature, `u${i}`, `ws${i}`, 1, '', ''),
    ]).flat();
  const denied = (feature: string, user: string, daysAgo: number): readonly string[] =>
    [0, 1].map((minute) => line(at(daysAgo, 30 + minute), 'denial', feature, user, 'ws9', 1, '-4', full));
  const csv = (...lines: readonly (readonly string[])[]): string =>
    [line('time', 'kind', 'feature', 'user', 'host', 'quantity', 'code', 'detail'), ...lines.flat()]
      .filter((text) => text !== '')
      .join('\n')
      .concat('\n');
  const byTime = (lines: readonly (readonly string[])[]): readonly string[] => lines.flat().toSorted();
  await server.load(
    'ingest?file=a.csv&account=acme&server=lic-a',
    csv(
      byTime([
        sessions('cad', 9, 5),
        sessions('mesh', 2, 6),
        denied('cad', 'eve', 5),
        denied('cad', 'u3', 4),
        sessions('cad', 9, 40),
      ]),
    ),
  );
  await server.load(
    'ingest?file=b.csv&account=bolt&server=lic-b',
    csv(byTime([sessions('cad', 12, 3), denied('cad', 'kim', 3)])),
  );
  await server.load('ingest?file=c.csv&account=cogs&server=lic-c', csv(byTime([sessions('cad', 1, 2)])));
  const [year, month, dayOfMonth] = at(1, 0).slice(0, 10).split('-').map(Number);
  const idle = `08:00:00 (lmgrd) FlexNet Licensing (v11.16.2) started on lic-d (linux) (${month}/${dayOfMonth}/${year})\n`;
  await server.load(
    'ingest?file=d.log&account=cogs&server=lic-d&timezone=UTC',
    `${idle}08:01:00 (acmed) OUT: "cad" u1@ws1  \n`,
  );
  await server.load(
    'entitlements?file=bought.csv',
    `account,product,feature,model,quantity,overdraft,start,end
acme,Suite,cad,concurrent,10,0,${date(-400)},${date(10)}
acme,Suite,mesh,concurrent,2,0,${date(-400)},${date(300)}
bolt,Suite,cad,concurrent,10,5,${date(-400)},${date(300)}
cogs,Suite,cad,concurrent,50,0,${date(-400)},${date(20)}
cogs,Suite,cad,concurrent,50,0,${date(21)},${date(400)}
`,
  );
});
afterAll(() => server.close());

const range = { from: new Date(now - 30 * day).toISOString(), to: new Date(now).toISOString() };

const figures = operatorDashboards.flatMap(({ uid, panels }) =>
  panels
    .filter(({ type, fieldConfig }) => type === 'stat' && linkOf(fieldConfig).includes('viewPanel='))
    .map((panel) => [`${uid}: ${panel.title}`, panel] as const),
);

/** Figures that count nothing: what they open shows where they come from. */
const noCounts = new Set([
  'la-customer: Highest usage',
  'la-customer: Clients per license',
  'la-customer: License-hours',
  'la-customer: Days to the next expiry',
  "la-feature: Highest customer's usage",
  'la-feature: Peak concurrent licenses',
  'la-feature: Entitled licenses',
  'la-feature: Clients per license',
  'la-denials: Refused requests (%)',
  'la-servers: Oldest data',
  'la-servers: Unusable lines',
  'la-servers: Events per minute',
]);

test('every figure opens what it counted', () => {
  const stats = operatorDashboards.flatMap(({ panels }) => panels).filter(({ type }) => type === 'stat');
  expect(figures).toHaveLength(stats.length);
  for (const name of noCounts) expect(figures.map(([title]) => title)).toContain(name);
});

test.each(figures)('%s', async (name, figure) => {
  const url = new URL(linkOf(figure.fieldConfig).replaceAll('${', '').replaceAll('}', ''), 'http://grafana');
  const uid = url.pathname.replace('/d/', '');
  const landing = operatorDashboards
    .find((one) => one.uid === uid)
    ?.panels.find(({ id }) => String(id) === url.searchParams.get('viewPanel'));
  if (landing === undefined) throw new Error(`${name} opens a panel that ${uid} does not have.`);
  if (noCounts.has(name)) return;
  const fixed = Object.fromEntries(
    [...url.searchParams].flatMap(([key, value]) =>
      key.startsWith('var-') ? [[key.slice('var-'.length), value]] : [],
    ),
  );
  const [counted] = await answer(figure, {});
  const [listed] = await answer(landing, fixed);
  const values = counted?.data.values.at(
    counted.schema.fields.findIndex(({ name: field }) => ['count', 'value'].includes(field)),
  );
  const rows =
    landing.title === 'Denials and what to do' ? sumOf(listed, 'count') : (listed?.data.values[0] ?? []).length;
  expect([name, rows]).toEqual([name, Number(values?.at(-1))]);
  // Else nothing would tell a list of everything from one of nothing.
  expect(rows).toBeGreaterThan(0);
});

const answer = async (panel: Panel, values: Readonly<Record<string, string>>): Promise<readonly Frame[]> => {
  const [query] = asked(panel, values);
  return server.frames(query as object, range);
};

function linkOf({ defaults }: Panel['fieldConfig']): string {
  return defaults.links[0]?.url ?? '';
}

const sumOf = (frame: Frame | undefined, column: string): number =>
  (frame?.data.values[frame.schema.fields.findIndex(({ name }) => name === column)] ?? []).reduce(
    (sum: number, value) => sum + Number(value),
    0,
  );
