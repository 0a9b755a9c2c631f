import { frameOf, numberField, textField } from '../engine/frame.ts';
import type { AskFigures } from './summary.ts';
import { expiryInWords, summaryOf } from './summary.ts';

/** What a mail says of what ends next, made on the evening of 24 November 2026 (UTC). */
const at = Date.parse('2026-11-24T23:30:00Z');

it.each([
  [80, 'UTC', '2027-02-12, in 80 days'],
  [1, 'UTC', '2026-11-25, in 1 day'],
  [0, 'UTC', '2026-11-24, today'],
  [-1, 'UTC', '2026-11-23, 1 day ago'],
  [-2, 'UTC', '2026-11-22, 2 days ago'],
  // Entitlements end on the clocks of the site: there it is the 25th already.
  [1, 'Europe/Berlin', '2026-11-26, in 1 day'],
])('%d days from then on (%s): %s', (days, zone, words) => {
  expect(expiryInWords(days, { at, zone })).toBe(words);
});

/** Answers with one feature, used with these figures. */
const asked =
  (unmetClients: number, hoursAt95: number): AskFigures =>
  (questions) =>
    Promise.resolve(
      Object.fromEntries(
        Object.keys(questions).map((name) => {
          const figures = { value: 10, unmetClients, hoursAt95 };
          const fields = Object.entries(figures).map(([title, value]) => numberField(title, [value], {}));
          return [name, name === 'usage' ? [frameOf('table', [textField('feature', ['cad']), ...fields], [])] : []];
        }),
      ),
    );

it.each([
  // The feature may have expired, or a rule refused them.
  [2, 0, 'cad: 2 clients went without.'],
  [2, 1.5, 'cad is short: 2 clients went without, 1.5 h at 95 % or more.'],
  [0, 1.5, 'cad is short: 1.5 h at 95 % or more.'],
  [0, 0.5, 'Nothing is short: no client went without, and no feature was at 95 % or more for an hour.'],
])('%d clients without and %d h at the limit: %s', async (clients, hours, sentence) => {
  const range = { from: at - 86_400_000, to: at };
  const [, short] = await summaryOf(asked(clients, hours), { current: range, before: range }, { at, zone: 'UTC' });
  expect(short).toBe(sentence);
});
