import fc from 'fast-check';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import type { Scope } from '../../src/engine/engine.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { measureNames } from '../../src/query/measures/registry.ts';
import { parseQuestion } from '../../src/query/question.ts';
import type { Connection } from '../../src/store/connection.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { loadMapping } from '../../src/store/mappings.ts';
import { tables } from '../../src/store/schema.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { someEntitlements, someEvents, someQuestion, someRange } from './arbitrary.ts';
import { fill } from './fill.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const catalogue = createCatalogue();
const all: Scope = { accounts: 'all' };
const range = { from: Date.UTC(2026, 2, 2), to: Date.UTC(2026, 2, 3) };

async function empty(): Promise<void> {
  for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
}

/** The store's connection, with the statements that were asked over it. */
function watched(fails: () => boolean = () => false): { readonly connection: Connection; readonly asked: string[] } {
  const asked: string[] = [];
  const query: Connection['query'] = (sql, ...others) => {
    asked.push(sql);
    return fails() ? Promise.reject(new Error('no disk')) : store.connection.query(sql, ...others);
  };
  return { asked, connection: Object.assign(Object.create(store.connection) as Connection, { query }) };
}

const siteTimezone = 'UTC';
const engineOver = (connection: Connection, answerBytes?: number) =>
  createEngine({
    connection,
    catalogue,
    siteTimezone,
    now: () => range.to,
    ...(answerBytes !== undefined && { answerBytes }),
  });

const at = (hour: number, account = 'acme') => ({
  kind: 'checkout' as const,
  time: range.from + hour * 3_600_000,
  account,
  user: 'ann',
  host: 'ws1',
});

test('whoever has asked before, in whatever order: everybody has the answer that the store gives under the own scope', async () => {
  const scopes = [all, ...[[], ['acme'], ['borealis'], ['acme', 'borealis'], ['']].map((accounts) => ({ accounts }))];
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(
      someEvents,
      someEntitlements,
      fc.array(fc.tuple(someQuestion(measureNames), someRange), { minLength: 2, maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(1), fc.constantFrom(...scopes)), { minLength: 12, maxLength: 12 }),
      async (events, entitlements, questions, asked) => {
        await empty();
        await fill(store.connection, events);
        await loadEntitlements(store.connection, 'some.csv', entitlements);
        const { connection, asked: statements } = watched();
        const remembering = engineOver(connection);
        const forgetful = engineOver(store.connection, 0);
        for (const [i, scope] of asked) {
          const [question, between] = questions[i] ?? [];
          if (question === undefined || between === undefined) throw new Error('Each is one of two questions.');
          const before = statements.length;
          const answer = await remembering.answer(question, between, { scope });
          if (statements.length === before) kept++;
          expect({ scope, ...answer }).toMatchObject({
            scope,
            frames: (await forgetful.answer(question, between, { scope })).frames,
          });
        }
      },
    ),
    { numRuns: 6 },
  );
  expect(kept).toBeGreaterThan(0);
});

test('an answer is as new as the data: lines, entitlements, mappings', async () => {
  await empty();
  await fill(store.connection, [at(8)]);
  const { connection, asked } = watched();
  const engine = engineOver(connection);
  const figures = async (measure: string, groupBy: readonly string[]) => {
    const { question } = parseQuestion({ measure, groupBy });
    return (await engine.answer(question, range, { scope: all })).frames[0]?.data.values;
  };
  expect(await figures('checkouts', ['product'])).toEqual([['unmapped'], [1]]);
  expect(await figures('entitled', [])).toEqual([]);
  const before = asked.length;
  await figures('checkouts', ['product']);
  await figures('entitled', []);
  expect(asked).toHaveLength(before);

  const row = { account: '', product: '', package: '', version: '', server: '', vendor: '', origin: '' } as const;
  await loadEntitlements(store.connection, 'bought.csv', [
    {
      ...row,
      feature: 'cad',
      model: 'concurrent',
      period: 'term',
      quantity: 5,
      overdraft: 0,
      uncounted: false,
      start: '2026-01-01',
      end: '2026-12-31',
    },
  ]);
  expect(await figures('entitled', [])).toEqual([[5]]);
  await loadMapping(store.connection, 'products.csv', [
    { target: 'product', field: 'feature', pattern: 'cad', value: 'CAD' },
  ]);
  expect(await figures('checkouts', ['product'])).toEqual([['CAD'], [1]]);
  await empty();
  await fill(store.connection, [at(8), at(9)]);
  expect(await figures('checkouts', ['product'])).toEqual([['unmapped'], [2]]);
});

test('ten who ask at once ask the store once; a failure reaches them all and is not kept', async () => {
  await empty();
  await fill(store.connection, [at(8)]);
  const { question } = parseQuestion({ measure: 'checkouts' });
  let failing = false;
  const { connection, asked } = watched(() => failing);
  // What the store is made for is read once per connection.
  await engineOver(connection).answer(question, range, { scope: all });
  asked.splice(0);
  const engine = engineOver(connection);
  const once = engineOver(connection);
  await once.answer(question, range, { scope: all });
  const statements = asked.splice(0).length;
  const ten = await Promise.all(Array.from({ length: 10 }, () => engine.answer(question, range, { scope: all })));
  expect(asked.splice(0)).toHaveLength(statements);
  expect(ten[9]?.frames[0]?.data.values).toEqual([[1]]);

  failing = true;
  const other = parseQuestion({ measure: 'checkins' }).question;
  for (const one of await Promise.allSettled([1, 2].map(() => engine.answer(other, range, { scope: all }))))
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'no disk' } });
  failing = false;
  expect((await engine.answer(other, range, { scope: all })).frames[0]?.data.values).toEqual([[0]]);
});

test('what the clock has a part in is not kept: a server that stops is seen to stop', async () => {
  await empty();
  await fill(store.connection, [at(8)]);
  let moment = range.from + 9 * 3_600_000;
  const engine = createEngine({ connection: store.connection, catalogue, siteTimezone, now: () => moment });
  const age = async () => {
    const { question } = parseQuestion({ measure: 'freshness' });
    return (await engine.answer(question, range, { scope: all })).frames[0]?.data.values;
  };
  expect(await age()).toEqual([[3600]]);
  moment += 3_600_000;
  expect(await age()).toEqual([[7200]]);
});
