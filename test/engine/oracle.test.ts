import fc from 'fast-check';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Frame } from '../../src/engine/frame.ts';
import type { Question } from '../../src/query/question.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { tables } from '../../src/store/schema.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { someEvents, someQuestion, someRange } from './arbitrary.ts';
import { fill } from './fill.ts';
import { expected, suite } from './oracle.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const measures = ['peakConcurrent', 'averageConcurrent', 'licenseHours', 'uniqueClients', 'checkouts', 'denials'];

const [name] = suite.packaged;
const sold = [
  ...suite.packaged.map((feature) => ({ feature, package: name })),
  ...suite.beside.map((feature) => ({ feature, package: '' })),
].map((row) => ({
  ...{
    account: '',
    product: 'Suite',
    version: '',
    server: '',
    vendor: '',
    quantity: 5,
    overdraft: 0,
    uncounted: false,
  },
  ...{
    model: 'concurrent' as const,
    period: 'term' as const,
    start: '2020-01-01',
    end: '2199-12-31',
    origin: 'test:1',
  },
  ...row,
}));

test('answers are what the definitions say, worked out event by event', async () => {
  const engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'UTC' });
  let compared = 0;
  const asked = fc.array(fc.tuple(someQuestion(measures, { products: true }), someRange), {
    minLength: 30,
    maxLength: 30,
  });
  // How much made-up questions compare depends on the seed: more are made up until it is enough.
  do
    await fc.assert(
      fc.asyncProperty(someEvents, asked, async (events, questions) => {
        for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
        const filled = await fill(store.connection, events);
        await loadEntitlements(store.connection, 'some.csv', sold);
        for (const [drawn, range] of questions) {
          if (drawn.groupBy.includes('model') || usesVersionOfEpisodes(drawn)) continue;
          // The reference knows whole windows only.
          const question: Question = { ...drawn };
          delete (question as { workingHours?: unknown }).workingHours;
          const answer = answered(
            question,
            (await engine.answer(question, range, { scope: { accounts: 'all' } })).frames,
          );
          const truth = expected(question, range, filled);
          for (const [key, values] of truth) {
            const got = answer.get(key);
            compared += values.filter((value) => value !== null && value !== 0).length;
            values.forEach((value, i) => {
              // Counts after the data end are unknown; a group without any line in the range has no row.
              if ((value === 0 || value === null) && (got?.[i] ?? 0) === 0) return;
              expect({ question, range, key, i, value: got?.[i] }).toEqual({
                question,
                range,
                key,
                i,
                value: value === null ? null : (expect.closeTo(value, 6) as unknown),
              });
            });
          }
          for (const [key, values] of answer)
            if (values.some((value) => value !== null && value !== 0)) expect(truth.has(key)).toBe(true);
        }
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 8), endOnFailure: true },
    );
  while (compared <= 500);
  expect(compared).toBeGreaterThan(500);
});

/** An episode's version is that of its last line, which the reference does not keep. */
function usesVersionOfEpisodes(question: Question): boolean {
  return (
    question.measure === 'denials' &&
    [...question.groupBy, ...question.filters.map(({ dimension }) => dimension)].includes('version')
  );
}

/** Group → figures, one per window. */
function answered(question: Question, frames: readonly Frame[]): Map<string, (number | null)[]> {
  const width = question.groupBy.length;
  if (question.shape === 'table') {
    const values = frames[0]?.data.values ?? [];
    return new Map(
      (values[0] ?? []).map((_, row) => [
        values
          .slice(0, width)
          .map((column) => column[row])
          .join(' | '),
        [values[width]?.[row] as number | null],
      ]),
    );
  }
  return new Map(
    frames.flatMap((frame) => {
      const field = frame.schema.fields[1];
      return field === undefined
        ? []
        : [
            [
              question.groupBy.map((dimension) => field.labels?.[dimension] ?? '').join(' | '),
              [...(frame.data.values[1] as (number | null)[])],
            ],
          ];
    }),
  );
}
