import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine, type Engine, type Scope } from '../../src/engine/engine.ts';
import type { Entitlement } from '../../src/ingest/entitlements/entitlement.ts';
import { parseQuestion } from '../../src/query/question.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { tables } from '../../src/store/schema.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { fill, type TestEvent } from './fill.ts';

let store: TestStore;
let engine: Engine;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
  engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'Europe/Berlin' });
});

const at = (text: string): number => Date.parse(`${text}Z`);
/** `count` licenses of a feature in use from one moment to another. */
const use = (count: number, from: string, to: string, more: Partial<TestEvent> = {}): TestEvent[] => [
  { kind: 'checkout', time: at(from), user: 'ann', host: 'ws1', quantity: count, ...more },
  { kind: 'checkin', time: at(to), user: 'ann', host: 'ws1', quantity: count, ...more },
];
const inOrder = (...events: TestEvent[][]): TestEvent[] => events.flat().sort((a, b) => a.time - b.time);

const entitlement = (more: Partial<Entitlement>): Entitlement => ({
  account: 'acme',
  product: 'Suite',
  package: '',
  feature: 'cad',
  version: '',
  server: '',
  vendor: '',
  model: 'concurrent',
  period: 'term',
  quantity: 10,
  overdraft: 0,
  uncounted: false,
  start: '2026-01-01',
  end: '2026-12-31',
  origin: 'test:1',
  ...more,
});
const buy = (...rows: Partial<Entitlement>[]): Promise<unknown> =>
  loadEntitlements(store.connection, 'test.csv', rows.map(entitlement));

const everyone: Scope = { accounts: 'all' };
async function ask(
  question: Record<string, unknown>,
  from = '2026-03-01T00:00:00',
  to = '2026-06-01T00:00:00',
  scope = everyone,
): Promise<unknown[][]> {
  const { frames } = await engine.answer(
    parseQuestion({ measure: 'usagePercentage', ...question }).question,
    { from: at(from), to: at(to) },
    { scope },
  );
  const columns = frames[0]?.data.values ?? [];
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]));
}
const perFeature = { groupBy: ['account', 'feature'] };

test('is the peak over what was bought, and may exceed 100', async () => {
  await fill(
    store.connection,
    inOrder(
      use(8, '2026-03-02T09:00:00', '2026-03-02T10:00:00'),
      use(3, '2026-03-03T09:00:00', '2026-03-03T17:00:00', { feature: 'sim' }),
    ),
  );
  await buy({ quantity: 10 }, { feature: 'sim', quantity: 2 });
  expect(await ask(perFeature)).toEqual([
    ['acme', 'sim', 150],
    ['acme', 'cad', 80],
  ]);
  expect(await ask({ ...perFeature, having: { operator: '>=', value: 100 } })).toEqual([['acme', 'sim', 150]]);
});

test('rows that cover the same use add up', async () => {
  await fill(store.connection, use(8, '2026-03-02T09:00:00', '2026-03-02T10:00:00'));
  await buy({ quantity: 10 }, { quantity: 6, product: 'Other' });
  expect(await ask(perFeature)).toEqual([['acme', 'cad', 50]]);
});

test('where the quantity changes inside the range, the highest of the stretches counts', async () => {
  // 4 of 5 until the end of April (80 %), then 6 of 20 (30 %).
  await fill(
    store.connection,
    inOrder(use(4, '2026-03-10T09:00:00', '2026-03-10T10:00:00'), use(6, '2026-05-10T09:00:00', '2026-05-10T10:00:00')),
  );
  await buy({ quantity: 5, end: '2026-04-30' }, { quantity: 20, start: '2026-05-01' });
  expect(await ask(perFeature)).toEqual([['acme', 'cad', 80]]);
  expect(await ask(perFeature, '2026-05-01T00:00:00')).toEqual([['acme', 'cad', 30]]);
});

test("rows begin and end at midnight in the site's time zone", async () => {
  // 30 April 21:30 UTC is 23:30 in Berlin: still the old quantity; 22:30 UTC is 1 May there.
  await fill(
    store.connection,
    inOrder(use(4, '2026-04-30T21:00:00', '2026-04-30T21:30:00'), use(4, '2026-04-30T22:15:00', '2026-04-30T22:30:00')),
  );
  await buy({ quantity: 5, end: '2026-04-30' }, { quantity: 40, start: '2026-05-01' });
  expect(await ask(perFeature, '2026-04-30T20:00:00', '2026-04-30T21:45:00')).toEqual([['acme', 'cad', 80]]);
  expect(await ask(perFeature, '2026-04-30T22:00:00', '2026-04-30T23:00:00')).toEqual([['acme', 'cad', 10]]);
  // A license held over that midnight counts on both sides.
  await fill(store.connection, use(5, '2026-04-30T21:50:00', '2026-04-30T22:10:00', { server: 'lic02', user: 'bob' }));
  expect(await ask(perFeature, '2026-04-30T22:00:00', '2026-04-30T22:12:00')).toEqual([['acme', 'cad', 12.5]]);
});

test('use that no entitlement covers has no percentage, and is said to be unmapped', async () => {
  await fill(store.connection, use(3, '2026-03-02T09:00:00', '2026-03-02T10:00:00', { feature: 'extra' }));
  await buy({ quantity: 10 });
  expect(await ask(perFeature)).toEqual([
    ['acme', 'cad', 0],
    ['acme', 'extra', null],
  ]);
  const quality = await ask({ measure: 'quality', ...perFeature });
  expect(quality.find((row) => row[1] === 'extra')?.[2]).toBe(1);
  const { frames } = await engine.answer(
    parseQuestion({ measure: 'usagePercentage', ...perFeature }).question,
    {},
    { scope: everyone },
  );
  expect(JSON.stringify(frames[0]?.schema.meta.notices)).toContain('coverageGaps');
});

test('uncounted entitlements give no percentage and are not unmapped', async () => {
  await fill(store.connection, use(3, '2026-03-02T09:00:00', '2026-03-02T10:00:00'));
  await buy({ uncounted: true, quantity: 0 });
  expect(await ask(perFeature)).toEqual([['acme', 'cad', null]]);
  expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(0);
});

test('a row for one server covers the use on it; one without a server covers all', async () => {
  await fill(
    store.connection,
    inOrder(
      use(4, '2026-03-02T09:00:00', '2026-03-02T10:00:00', { server: 'north' }),
      use(6, '2026-03-02T09:30:00', '2026-03-02T09:40:00', { server: 'south', user: 'bob' }),
    ),
  );
  await buy({ quantity: 5, server: 'north' }, { quantity: 15 });
  // By server: north has its own 5 and the 15 for any server, south only those.
  expect(await ask({ groupBy: ['account', 'feature', 'server'] })).toEqual([
    ['acme', 'cad', 'south', 40],
    ['acme', 'cad', 'north', 20],
  ]);
  expect(await ask(perFeature)).toEqual([['acme', 'cad', 50]]);
});

test('a row without an account counts only where accounts are not told apart', async () => {
  await fill(
    store.connection,
    inOrder(
      use(2, '2026-03-02T09:00:00', '2026-03-02T10:00:00'),
      use(3, '2026-03-02T09:30:00', '2026-03-02T09:40:00', { account: 'borealis', user: 'bob' }),
    ),
  );
  await buy({ account: '', quantity: 10 });
  expect(await ask(perFeature)).toEqual([
    ['acme', 'cad', null],
    ['borealis', 'cad', null],
  ]);
  expect(await ask({ groupBy: ['feature'] })).toEqual([['cad', 50]]);
});

test('a coarser group shows its highest feature', async () => {
  await fill(
    store.connection,
    inOrder(
      use(8, '2026-03-02T09:00:00', '2026-03-02T10:00:00'),
      use(1, '2026-03-03T09:00:00', '2026-03-03T17:00:00', { feature: 'sim' }),
    ),
  );
  await buy({ quantity: 10 }, { feature: 'sim', quantity: 10 });
  expect(await ask({ groupBy: ['account'] })).toEqual([['acme', 'cad', 80]]);
});

test('metered: consumed in the period so far over its quantity, the highest period', async () => {
  const consume = (amount: number, time: string): TestEvent[] => [
    { kind: 'checkout', model: 'metered', time: at(time), user: 'ann', host: 'ws1', quantity: amount },
  ];
  await fill(
    store.connection,
    inOrder(
      consume(30, '2026-03-05T10:00:00'),
      consume(45.5, '2026-03-20T10:00:00'),
      consume(20, '2026-04-02T10:00:00'),
    ),
  );
  await buy({ model: 'metered', period: 'month', quantity: 100 });
  expect(await ask(perFeature)).toEqual([['acme', 'cad', 75.5]]);
  // What was consumed before the range, in the same period, counts.
  expect(await ask(perFeature, '2026-03-10T00:00:00', '2026-03-15T00:00:00')).toEqual([['acme', 'cad', 30]]);
  expect(await ask({ measure: 'consumed', ...perFeature })).toEqual([['acme', 'cad', 95.5]]);
  await buy({ model: 'metered', period: 'term', quantity: 200, start: '2026-03-01', end: '2026-12-31' });
  expect(await ask(perFeature)).toEqual([['acme', 'cad', 47.75]]);
  const listing = await ask({ measure: 'allEvents', orderBy: 'time asc' });
  expect(listing.map((row) => row[16])).toEqual([15, 37.75, 47.75]);
});

test('clients per license: five licenses bought, seven clients share them', async () => {
  const clients = Array.from({ length: 7 }, (_, i) =>
    use(1, `2026-03-02T0${i + 1}:00:00`, `2026-03-02T0${i + 1}:30:00`, { user: `user${i}` }),
  );
  await fill(store.connection, inOrder(...clients));
  await buy({ quantity: 5 });
  expect(await ask({ measure: 'uniqueClients', ...perFeature })).toEqual([['acme', 'cad', 7]]);
  expect(await ask({ measure: 'clientsPerLicense', ...perFeature })).toEqual([['acme', 'cad', 1.4]]);
  expect(await ask({ measure: 'entitled', ...perFeature })).toEqual([['acme', 'cad', 5]]);
});

test('All Events Listing: use just after each event over what was then entitled; filtered at 80 %', async () => {
  await fill(
    store.connection,
    inOrder(
      use(3, '2026-04-30T09:00:00', '2026-05-01T09:00:00'),
      use(1, '2026-04-30T10:00:00', '2026-04-30T11:00:00', { user: 'bob' }),
    ),
  );
  await buy({ quantity: 5, end: '2026-04-30' }, { quantity: 10, start: '2026-05-01' });
  const all = await ask({ measure: 'allEvents', orderBy: 'time asc' });
  expect(all.map((row) => [row[1], row[14], row[15], row[16]])).toEqual([
    ['checkout', 3, 5, 60],
    ['checkout', 4, 5, 80],
    ['checkin', 3, 5, 60],
    ['checkin', 0, 10, 0],
  ]);
  const busy = await ask({ measure: 'allEvents', having: { operator: '>=', value: 80 } });
  expect(busy.map((row) => [row[1], row[9], row[16]])).toEqual([['checkout', 'bob', 80]]);
});

test('a scope never widens: names, figures and counts of other accounts do not show', async () => {
  await fill(
    store.connection,
    inOrder(
      use(2, '2026-03-02T09:00:00', '2026-03-02T10:00:00'),
      use(3, '2026-03-02T09:30:00', '2026-03-02T09:40:00', {
        account: 'borealis',
        user: 'bob',
        feature: 'secret',
        server: 'north',
      }),
    ),
  );
  await buy({ quantity: 10 }, { account: 'borealis', feature: 'secret', quantity: 3 });
  const own: Scope = { accounts: ['acme'] };
  for (const question of [
    { groupBy: ['account', 'feature'] },
    { groupBy: ['server'] },
    { groupBy: [] },
    { groupBy: ['account'], filters: [{ dimension: 'account', operator: '!=', values: ['acme'] }] },
  ])
    expect(JSON.stringify(await ask(question, undefined, undefined, own))).not.toMatch(/borealis|secret|north|100/);
  expect(await ask({ measure: 'peakConcurrent' }, undefined, undefined, own)).toEqual([[2]]);
  expect(await engine.dimensionValues({ dimension: 'feature', scope: own })).toEqual({
    values: [{ value: 'cad', text: 'cad' }],
    truncated: false,
  });
  expect((await engine.sources(own)).map(({ server }) => server)).toEqual(['lic01']);
});
