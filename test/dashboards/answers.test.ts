import type { Frame } from '../../src/engine/frame.ts';
import { entitlementsCsv, flexnetLog, meteredCsv } from '../golden/fixture.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { asked, everyDashboard, type Panel } from './given.ts';

/** Every panel's questions, answered by the server on a small license server's day. */
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.load('ingest?file=lic01.log&account=acme&server=lic01&timezone=UTC', flexnetLog);
  // So that one is silent: the others are out of service at the end of the range.
  const later = flexnetLog.replaceAll('3/2/2026', '3/20/2026');
  await server.load('ingest?file=lic02.log&account=acme&server=lic02&timezone=UTC', later);
  await server.load('ingest?file=cloud01.csv&account=acme&server=cloud01', meteredCsv);
  await server.load(
    'ingest?file=strange.log&account=acme&server=lic01&timezone=UTC',
    `${flexnetLog}12:01:00 nothing to read\n`,
  );
  await server.load(
    'entitlements?file=bought.csv',
    `${entitlementsCsv}acme,Suite,mesh2,,concurrent,4,0,2026-01-01,2026-04-20,,\n`,
  );
});
afterAll(() => server.close());

/** So that what ends soon, and what is silent, is seen too. */
const range = { from: '2026-03-01T00:00:00Z', to: '2026-04-05T00:00:00Z' };
const values = { account: 'acme', feature: 'cad' };

/** The frames that Grafana's panels draw: figures over time only as series, rows as rows. */
const drawn: Readonly<Record<Panel['type'], readonly string[]>> = {
  timeseries: ['timeseries-multi'],
  stat: ['timeseries-multi', 'numeric-long'],
  barchart: ['numeric-long', 'table'],
  heatmap: ['numeric-long'],
  trend: ['table'],
  table: ['numeric-long', 'table'],
};
/** There is nothing to tell of on this day. */
const nothing = new Set(['In overdraft', 'Beyond overdraft', 'Pools of at most 2 licenses']);

const panels = everyDashboard.flatMap(({ uid, panels: own }) =>
  own.map((panel) => [`${uid}: ${panel.title}`, panel] as const),
);

test.each(panels)('%s', async (_, panel) => {
  // A page about one thing has it chosen; the others show "All".
  const queries = asked(
    panel,
    panel.targets.some(({ filters }) => JSON.stringify(filters ?? []).includes('$')) ? {} : values,
  );
  const answers = await Promise.all(queries.map((query) => server.frames(query, range)));
  for (const [frame] of answers) expect(drawn[panel.type]).toContain(frame?.schema.meta.type);
  const columns = answers.flatMap(([frame]) => frame?.schema.fields ?? []);
  if (panel.type === 'table' && nothing.has(panel.title)) {
    expect(columns).toEqual([]);
    return;
  }
  expect(answers.some((frames) => rowsOf(frames) > 0)).toBe(true);
  // What links, joins and chosen columns name is there.
  const names = columns.map(({ name }) => name);
  for (const [, name = ''] of JSON.stringify(panel.fieldConfig).matchAll(/__data\.fields\.(\w+)/g))
    expect(names).toContain(name);
  const titles = columns.map(({ config }) => config?.displayName);
  for (const { id, options } of panel.transformations) {
    const wanted = {
      filterFieldsByName: () => (options['include'] as { names: string[] }).names,
      organize: () => Object.keys(options['indexByName'] as object),
      joinByField: () => [String(options['byField'])],
      convertFieldType: () =>
        (options['conversions'] as { targetField: string }[]).map(({ targetField }) => targetField),
      groupingToMatrix: () => ['columnField', 'rowField', 'valueField'].map((key) => String(options[key])),
    }[id];
    expect([id, wanted === undefined]).toEqual([id, false]);
    for (const title of wanted?.() ?? []) expect([...titles, ...names]).toContain(title);
  }
});

test.each(
  everyDashboard.flatMap(({ uid, annotations }) => annotations.list.map((mark) => [uid, mark.name, mark] as const)),
)('%s: marks of %s', async (_, __, { target }) => {
  const [frame] = await server.frames({ ...target, filters: [] }, range);
  expect(frame?.schema.meta.type).toBe('table');
});

test.each(
  everyDashboard.flatMap(({ uid, templating }) =>
    templating.list.filter(({ type }) => type === 'query').map((one) => [uid, one.name, one] as const),
  ),
)('%s: choices of %s', async (_, __, { query }) => {
  const frames = await server.frames({ ...(query as object), filters: [] }, range);
  expect(frames[0]?.schema.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['value', 'text']));
  expect(rowsOf(frames)).toBeGreaterThan(0);
});

test.each([
  ['la-customer', 'Denials', 'Denials and what to do', 'count'],
  ['la-denials', 'Denials', 'Denials summary', 'count'],
])('%s: the figure "%s" is the sum of "%s"', async (uid, figure, list, column) => {
  const own = everyDashboard.find((dashboard) => dashboard.uid === uid)?.panels ?? [];
  const valuesOf = async (title: string, name: string): Promise<readonly number[]> => {
    const [query] = asked(own.find((panel) => panel.title === title) as Panel, {});
    const [frame] = await server.frames(query as object, range);
    const at = frame?.schema.fields.findIndex((field) => field.name === name) ?? -1;
    return (frame?.data.values[at] ?? []).map(Number);
  };
  const shown = (await valuesOf(figure, 'value')).at(-1);
  // The day has a request for a feature that the server does not have.
  expect(shown).toBeGreaterThan(1);
  expect(shown).toBe((await valuesOf(list, column)).reduce((sum, value) => sum + value, 0));
});

const rowsOf = (frames: readonly Frame[]): number => frames[0]?.data.values[0]?.length ?? 0;
