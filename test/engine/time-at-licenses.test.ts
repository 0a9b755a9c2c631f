import fc from 'fast-check';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { windowsOf } from '../../src/engine/windows.ts';
import { parseQuestion, type Question } from '../../src/query/question.ts';
import { tables } from '../../src/store/schema.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { someEvents, someQuestion, someRange } from './arbitrary.ts';
import { fill } from './fill.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const hourMs = 3_600_000;

test('the hours of a group are its known time; their mean is the average, their sum the license-hours', async () => {
  const engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'UTC' });
  let compared = 0;
  const asked = fc.array(fc.tuple(someQuestion(['peakConcurrent']), someRange), { minLength: 12, maxLength: 12 });
  // How much made-up questions compare depends on the seed: more are made up until it is enough.
  do
    await fc.assert(
      fc.asyncProperty(someEvents, asked, async (events, questions) => {
        for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
        const { lastLines } = await fill(store.connection, events);
        for (const [{ groupBy, filters, workingHours }, range] of questions) {
          const ask = async (measure: string): Promise<Map<string, (number | null)[][]>> => {
            const question = { measure, groupBy, filters, limit: 100_000, ...(workingHours && { workingHours }) };
            const parsed: Question = parseQuestion(question).question;
            const { frames } = await engine.answer(parsed, range, { scope: { accounts: 'all' } });
            return byGroup(frames[0]?.data.values ?? [], groupBy.length);
          };
          const times = await ask('timeAtLicenses');
          const [averages, licenseHours, peaks] = [
            await ask('averageConcurrent'),
            await ask('licenseHours'),
            await ask('peakConcurrent'),
          ];
          const asNumber = (figures: Map<string, (number | null)[][]>, group: string): number =>
            figures.get(group)?.[0]?.[0] ?? 0;
          for (const [group, rows] of times) {
            const levels = rows.map(([licenses = 0, hours = 0, share = 0]) => ({
              licenses: licenses ?? 0,
              hours: hours ?? 0,
              share: share ?? 0,
            }));
            const known = sum(levels.map(({ hours }) => hours));
            const used = sum(levels.map(({ licenses, hours }) => licenses * hours));
            const context = { groupBy, filters, workingHours, range, group };
            expect({ ...context, used, mean: used / known }).toEqual({
              ...context,
              used: expect.closeTo(asNumber(licenseHours, group), 6) as unknown,
              mean: expect.closeTo(asNumber(averages, group), 6) as unknown,
            });
            // Of other groups the data end with the servers that they were used on.
            const end = groupBy.includes('server')
              ? lastLines.get(group.split(' | ')[groupBy.indexOf('server')] ?? '')
              : lastLines.size === 1
                ? Math.max(...lastLines.values())
                : undefined;
            if (end !== undefined) expect(known).toBeCloseTo(knownHours(range, workingHours, end), 6);
            const highest = Math.max(...levels.map(({ licenses }) => licenses));
            expect(highest).toBeLessThanOrEqual(asNumber(peaks, group));
            // From the most licenses down, the shares grow to all of the time.
            expect(levels.map(({ licenses }) => licenses)).toEqual(
              levels.map(({ licenses }) => licenses).sort((a, b) => b - a),
            );
            levels.forEach(({ share }, i) =>
              expect(share).toBeCloseTo((100 * sum(levels.slice(0, i + 1).map(({ hours }) => hours))) / known, 6),
            );
            compared += levels.length;
          }
          for (const [group] of licenseHours)
            if (asNumber(licenseHours, group) > 0) expect(times.has(group)).toBe(true);
        }
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 5), endOnFailure: true },
    );
  while (compared <= 20);
  expect(compared).toBeGreaterThan(20);
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);

function knownHours(range: { from: number; to: number }, hours: Question['workingHours'], end: number): number {
  const pieces = windowsOf(range, undefined, hours).flatMap((window) => window.pieces);
  return sum(pieces.map(({ from, to }) => Math.max(0, Math.min(to, end) - from))) / hourMs;
}

/** Group → its rows, figures only. */
function byGroup(columns: readonly (readonly unknown[])[], width: number): Map<string, (number | null)[][]> {
  const groups = new Map<string, (number | null)[][]>();
  (columns[0] ?? []).forEach((_, row) => {
    const key = columns.slice(0, width).map((column) => String(column[row]));
    const figures = columns.slice(width).map((column) => column[row] as number | null);
    groups.set(key.join(' | '), [...(groups.get(key.join(' | ')) ?? []), figures]);
  });
  return groups;
}
