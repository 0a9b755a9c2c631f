import fc from 'fast-check';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Frame } from '../../src/engine/frame.ts';
import { measureNames, measureOf } from '../../src/query/measures/registry.ts';
import { parseQuestion } from '../../src/query/question.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { tables } from '../../src/store/schema.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { someEntitlements, someEvents, someQuestion, someRange } from './arbitrary.ts';
import { fill } from './fill.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const overTime = measureNames.filter((name) => measureOf(name).kind === 'series+table');
const column = (frame: Frame | undefined, name: string): readonly unknown[] =>
  frame?.data.values[frame.schema.fields.findIndex((field) => field.name === name)] ?? [];

test('a tally is how many rows the same question lists; points before are what the ranges before answer', async () => {
  const engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'UTC' });
  const scope = { accounts: 'all' } as const;
  const compared = { tallies: 0, before: 0 };
  const asked = fc.array(fc.tuple(someQuestion(overTime), someRange), { minLength: 12, maxLength: 12 });
  // How much made-up questions compare depends on the seed: more are made up until it is enough.
  do
    await fc.assert(
      fc.asyncProperty(someEvents, someEntitlements, asked, async (events, entitlements, questions) => {
        for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
        const { events: filled } = await fill(store.connection, events);
        await loadEntitlements(store.connection, 'some.csv', entitlements);
        const [first, last] = [filled.at(0)?.time ?? 0, filled.at(-1)?.time ?? 0];
        for (const [{ measure, groupBy, filters, denials }, range] of questions) {
          const plain = { measure, groupBy, filters, denials, limit: 100_000 };
          const table = async (more: object, asked = range): Promise<Frame | undefined> =>
            (await engine.answer(parseQuestion({ ...plain, ...more }).question, asked, { scope })).frames[0];
          const context = { measure, groupBy, filters, denials, range };
          const having = { operator: '>=', value: 1 };
          if (groupBy.length > 0 && range.to > first && range.from <= last) {
            const { valueColumn } = measureOf(measure);
            const tally = await table({ having, tally: true });
            const listed = column(await table({ having }), valueColumn).length;
            const of = column(await table({}), valueColumn).length;
            // Sources that the filters leave may end before the range.
            if (column(tally, 'of').length > 0) {
              compared.tallies += 1;
              expect({ ...context, count: column(tally, 'count'), of: column(tally, 'of') }).toEqual({
                ...context,
                count: [listed],
                of: [of],
              });
            }
          }
          if (groupBy.length > 0) continue;
          const { valueColumn } = measureOf(measure);
          const series = await table({ shape: 'timeSeries', before: 2 });
          const [times, values] = [column(series, 'time'), column(series, valueColumn)];
          for (const [i, from] of times.entries()) {
            const own = { from: Number(from), to: Number(from) + range.to - range.from };
            compared.before += 1;
            expect({ ...context, own, value: values[i] }).toEqual({
              ...context,
              own,
              value: column(await table({}, own), valueColumn)[0] ?? null,
            });
          }
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  while (compared.tallies <= 10 || compared.before <= 10);
  expect(compared.tallies).toBeGreaterThan(10);
  expect(compared.before).toBeGreaterThan(10);
});

test.each([
  [{ measure: 'usagePercentage', tally: true }, 'tally: expected a grouping whose rows are counted, found none'],
  [{ measure: 'allEvents', tally: true }, 'tally: the rows of allEvents may be too many to be listed; ask events'],
  [{ measure: 'denials', groupBy: ['hour'], tally: true }, 'tally: hours of the week are not counted'],
  [{ measure: 'denials', before: 3 }, 'before: time ranges before the one asked for are points of a series'],
])('%j is refused', (question, words) => {
  expect(() => parseQuestion(question)).toThrow(words);
});
