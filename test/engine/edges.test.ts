import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { parseQuestion } from '../../src/query/question.ts';
import type { Connection } from '../../src/store/connection.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import type { TestEvent } from './fill.ts';
import { fill } from './fill.ts';

/** What a question reads of single changes, where facts know the days: edges only, and only of groups that they can matter to. */
let store: TestStore;
const at = (day: number, hour: number): number => Date.UTC(2026, 2, day, hour);
const use = (feature: string, user: string, day: number, hour: number, hours: number): readonly TestEvent[] => [
  { kind: 'checkout', time: at(day, hour), feature, user, host: 'ws', quantity: 1 },
  { kind: 'checkin', time: at(day, hour + hours), feature, user, host: 'ws', quantity: 1 },
];

beforeAll(async () => {
  store = await openTestStore();
  const events = [
    // Two of cad at once early on the 2nd, one on later days; of sim always one.
    ...[
      use('cad', 'ann', 2, 6, 6),
      use('cad', 'bob', 2, 7, 2),
      use('sim', 'ann', 2, 6, 2),
      use('cad', 'ann', 4, 6, 6),
      use('sim', 'ann', 5, 6, 6),
      use('sim', 'eve', 6, 20, 1),
    ].flat(),
  ].sort((a, b) => a.time - b.time);
  await fill(store.connection, events);
  await loadEntitlements(
    store.connection,
    'test',
    ['cad', 'sim'].map((feature) => ({
      account: 'acme',
      product: '',
      package: '',
      feature,
      version: '',
      server: '',
      vendor: '',
      model: 'concurrent' as const,
      period: 'term' as const,
      quantity: 4,
      overdraft: 0,
      uncounted: false,
      origin: 'test:1',
      start: '2026-01-01',
      end: '2026-12-31',
    })),
  );
});
afterAll(() => store.close());

/** The values by feature, and the statements over single changes with their parameters. */
async function answer(measure: string, from: number, to: number) {
  const ofChanges: string[] = [];
  const query: Connection['query'] = (sql, params, ...others) => {
    if (/FROM (changes|usage_changes|sessions)\b/.test(sql)) ofChanges.push(JSON.stringify(params));
    return store.connection.query(sql, params, ...others);
  };
  const engine = createEngine({
    connection: Object.assign(Object.create(store.connection) as Connection, { query }),
    catalogue: createCatalogue(),
    siteTimezone: 'UTC',
    now: () => at(20, 0),
  });
  const { question } = parseQuestion({ measure, groupBy: ['feature'] });
  const { frames } = await engine.answer(question, { from, to }, { scope: { accounts: 'all' } });
  const [names = [], values = []] = frames[0]?.data.values.slice(0, 2) ?? [];
  return { ofChanges, values: Object.fromEntries(names.map((name, i) => [String(name), values[i]])) };
}

test.each([
  ['peakConcurrent', { cad: 2, sim: 1 }],
  ['usagePercentage', { cad: 50, sim: 25 }],
  ['uniqueClients', { cad: 2, sim: 2 }],
])('%s from a midnight until now reads no change', async (measure, values) => {
  expect(await answer(measure, at(2, 0), at(19, 13) + 7)).toMatchObject({ ofChanges: [], values });
});

test.each([
  // The edge is after the two: the whole day says 2, what is left of it says 1.
  [10, { cad: 1, sim: 1 }],
  [7, { cad: 2, sim: 1 }],
])('an edge at %d:00 is read of the feature only whose day reached higher than all others', async (hour, values) => {
  const edge = await answer('peakConcurrent', at(2, hour), at(19, 13));
  expect(edge.values).toEqual(values);
  expect(edge.ofChanges).toHaveLength(1);
  expect(edge.ofChanges[0]).toContain('cad');
  expect(edge.ofChanges[0]).not.toContain('sim');
});

test('clients of an edge are those whose sessions end in it', async () => {
  // bob has gone at 9:00; of sim ann has gone at 8:00, and comes back on the 5th.
  expect((await answer('uniqueClients', at(2, 8), at(19, 13))).values).toEqual({ cad: 2, sim: 2 });
  expect((await answer('uniqueClients', at(2, 9), at(19, 13))).values).toEqual({ cad: 1, sim: 2 });
  expect((await answer('uniqueClients', at(2, 8), at(6, 20))).values).toEqual({ cad: 2, sim: 1 });
  expect((await answer('uniqueClients', at(2, 8), at(6, 20) + 1)).values).toEqual({ cad: 2, sim: 2 });
});

test('of pairs only the highest of each account is read, and what nothing was used of is 0 %', async () => {
  const read: unknown[] = [];
  const query: Connection['query'] = async (sql, params, ...others) => {
    const result = await store.connection.query(sql, params, ...others);
    if (sql.includes('FROM entitled_use')) read.push(...result.rows);
    return result;
  };
  const engine = createEngine({
    connection: Object.assign(Object.create(store.connection) as Connection, { query }),
    catalogue: createCatalogue(),
    siteTimezone: 'UTC',
    now: () => at(20, 0),
  });
  const answers = async (more: Record<string, unknown>): Promise<unknown> => {
    const { question } = parseQuestion({ measure: 'usagePercentage', groupBy: ['account'], ...more });
    const { frames } = await engine.answer(question, { from: at(2, 0), to: at(7, 0) }, { scope: { accounts: 'all' } });
    return frames[0]?.data.values;
  };
  expect(await answers({})).toEqual([['acme'], ['cad'], [50]]);
  expect(read).toHaveLength(1);
  expect(await answers({ shape: 'timeSeries', bucket: '1d' })).toEqual([
    [2, 3, 4, 5, 6].map((day) => at(day, 0)),
    // Nothing was used on the 3rd.
    [50, 0, 25, 25, 25],
  ]);
});

test('license-hours of a client need no order of its changes', async () => {
  const { values } = await answer('licenseHours', at(2, 7), at(6, 21));
  expect(values).toEqual({ cad: 5 + 2 + 6, sim: 1 + 6 + 1 });
  const engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'UTC' });
  const { question } = parseQuestion({ measure: 'licenseHours', groupBy: ['client'] });
  const { frames } = await engine.answer(question, { from: at(2, 7), to: at(6, 21) }, { scope: { accounts: 'all' } });
  expect(frames[0]?.data.values).toEqual([
    ['ann@ws', 'bob@ws', 'eve@ws'],
    [5 + 1 + 6 + 6, 2, 1],
  ]);
});
