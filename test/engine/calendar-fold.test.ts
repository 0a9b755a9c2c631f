import fc from 'fast-check';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { Range } from '../../src/engine/windows.ts';
import type { CalendarDimension } from '../../src/query/dimensions.ts';
import { measureOf, measures } from '../../src/query/measures/registry.ts';
import { parseOrder } from '../../src/query/order.ts';
import type { Question } from '../../src/query/question.ts';
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

const foldable = measures.filter((measure) => measure.overHours !== undefined).map((measure) => measure.name);
const someCalendar = fc.constantFrom<readonly CalendarDimension[]>(['weekday'], ['hour'], ['weekday', 'hour']);
const twelveDays = 12 * 86_400_000;

test('a table by weekday and hour is what one gets by putting the points of the hourly series together by hand', async () => {
  const engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'UTC' });
  let compared = 0;
  const asked = fc.array(fc.tuple(someQuestion(foldable), someCalendar, someRange), { minLength: 12, maxLength: 12 });
  // How much made-up questions compare depends on the seed: more are made up until it is enough.
  do
    await fc.assert(
      fc.asyncProperty(someEvents, someEntitlements, asked, async (events, entitlements, questions) => {
        for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
        const { lastLines } = await fill(store.connection, events);
        await loadEntitlements(store.connection, 'test.csv', entitlements);
        for (const [drawn, calendar, { from, to }] of questions) {
          const range = { from, to: Math.min(to, from + twelveDays) };
          const question: Question = {
            ...drawn,
            shape: 'table',
            denials: { ...drawn.denials, count: drawn.denials.count === 'clients' ? 'lines' : drawn.denials.count },
          };
          delete (question as { workingHours?: unknown }).workingHours;
          const byHand = await foldedByHand(engine, question, {
            calendar,
            range,
            end: Math.max(...lastLines.values()),
          });
          const table = await asTable(engine, { ...question, groupBy: [...question.groupBy, ...calendar] }, range);
          compared += [...byHand.values()].filter((value) => value !== null && value !== 0).length;
          expect({ question, found: table }).toEqual({ question, found: closeTo(byHand) });
        }
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 5), endOnFailure: true },
    );
  while (compared <= 200);
  expect(compared).toBeGreaterThan(200);
});

const closeTo = (figures: ReadonlyMap<string, number | null>): Map<string, unknown> =>
  new Map([...figures].map(([key, value]) => [key, value === null ? null : (expect.closeTo(value, 6) as unknown)]));

async function asTable(engine: Engine, question: Question, range: Range): Promise<Map<string, number | null>> {
  const { frames } = await engine.answer(question, range, { scope: { accounts: 'all' } });
  const values = frames[0]?.data.values ?? [];
  const last = values.at(-1) ?? [];
  return new Map(
    last.map((value, row) => [
      values
        .slice(0, question.groupBy.length)
        .map((column) => column[row])
        .join(' | '),
      value as number | null,
    ]),
  );
}

/** Group and weekday and hour → figure, from the points of the series, with the clocks that JavaScript knows. */
async function foldedByHand(
  engine: Engine,
  question: Question,
  { calendar, range, end }: { calendar: readonly CalendarDimension[]; range: Range; end: number },
): Promise<Map<string, number | null>> {
  const series: Question = {
    ...question,
    shape: 'timeSeries',
    bucket: '1h',
    orderBy: parseOrder('value', [], 'value'),
  };
  const { frames } = await engine.answer(series, range, { scope: { accounts: 'all' } });
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: question.timezone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const points = new Map<string, { value: number; weight: number }[]>();
  for (const { schema, data } of frames) {
    const [times = [], values = []] = data.values;
    const labels = question.groupBy.map((dimension) => schema.fields[1]?.labels?.[dimension] ?? '');
    times.forEach((time, i) => {
      const parts = clock.formatToParts(Number(time));
      const part = (type: CalendarDimension): string => parts.find((one) => one.type === type)?.value ?? '';
      const key = [...labels, ...calendar.map(part)].join(' | ');
      const own = points.get(key) ?? [];
      points.set(key, own);
      const value = values[i] ?? null;
      const until = Math.min(Number(times[i + 1] ?? range.to), range.to, end);
      if (value !== null) own.push({ value: Number(value), weight: until - Math.max(Number(time), range.from) });
    });
  }
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
  return new Map(
    [...points].map(([key, own]) => {
      if (own.length === 0) return [key, null];
      const figures = own.map(({ value }) => value);
      switch (measureOf(question.measure).overHours) {
        case 'highest':
          return [key, Math.max(...figures)];
        case 'sum':
          return [key, sum(figures)];
        default:
          return [key, sum(own.map(({ value, weight }) => value * weight)) / sum(own.map(({ weight }) => weight))];
      }
    }),
  );
}
