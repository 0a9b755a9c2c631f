import { expiryInWords } from './summary.ts';

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
