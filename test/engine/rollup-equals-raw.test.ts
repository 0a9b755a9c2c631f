import fc from 'fast-check';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { measureNames, measureOf } from '../../src/query/measures/registry.ts';
import { tables } from '../../src/store/schema.ts';
import { readOnce } from '../support/read-once.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { someEntitlements, someEvents, someQuestion, someRange } from './arbitrary.ts';
import { fill } from './fill.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const site = 'Europe/Berlin';

/** Percentages have the most ways to be read: they come up more often. */
const anything = someQuestion(
  [...measureNames, 'usagePercentage', 'usagePercentage', 'utilization', 'utilization', 'clientsPerLicense'],
  { products: true },
);
const ofFacts = fc
  .tuple(
    someQuestion(
      [
        'usagePercentage',
        'utilization',
        'utilization',
        'overdraft',
        'boughtThen',
        'peakConcurrent',
        'averageConcurrent',
        'allEvents',
      ],
      { kept: true },
    ),
    fc.constantFrom(undefined, undefined, { atLeast: 3 }, { atMost: 2 }),
  )
  .map(([question, poolSize]) =>
    poolSize !== undefined && measureOf(question.measure).name.match(/usagePercentage|utilization/) !== null
      ? { ...question, poolSize }
      : question,
  );

test.each([
  ['any question, range, bucket and time zone', anything, 8],
  ['questions that facts answer', ofFacts, 4],
])('rollups give the same answers as raw rows: %s', async (_, questionsAsked, runs) => {
  const reading = readOnce(store.connection);
  const engine = createEngine({ connection: reading.connection, catalogue: createCatalogue(), siteTimezone: site });
  const asked = fc.array(fc.tuple(questionsAsked, someRange), { minLength: 30, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(someEvents, someEntitlements, asked, async (events, entitlements, questions) => {
      for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
      await fill(store.connection, events, site);
      await loadEntitlements(store.connection, 'some.csv', entitlements);
      for (const [question, range] of questions) {
        const options = { scope: { accounts: 'all' } } as const;
        reading.anew();
        const fromRollups = await engine.answer(question, range, options);
        const fromRaw = await engine.answer(question, range, { ...options, rawOnly: true });
        expect({ question, range, answer: fromRollups }).toEqual({ question, range, answer: fromRaw });
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? runs), endOnFailure: true },
  );
});
