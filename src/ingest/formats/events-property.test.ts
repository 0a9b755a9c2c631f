import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { blankEvent, activityKinds, type LicenseEvent } from '../../sessions/event.ts';
import { csv, dataWarehouseUsage, fnoHistoricalUsage, ndjson } from './events.ts';
import { readAmount } from './events-amount.ts';
import { reading, readingLines, type Reading } from './reading.test-helper.ts';

const formats = [csv, ndjson, dataWarehouseUsage, fnoHistoricalUsage];

/** Texts of the sort that breaks readers: quotes, delimiters, bits of headers and times, anything. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '"',
    '""',
    ',',
    ';',
    '\t',
    '{',
    '}',
    '[1]',
    'time,kind,feature',
    '2026-03-27T06:55:03Z',
    'checkout',
    '\r',
    '\uFEFF',
  ),
);
const hostileLine = fc.array(hostile, { maxLength: 8 }).map((parts) => parts.join('').replaceAll('\n', ''));

test('no text makes a reader throw, and every line is accounted for once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...formats),
      fc.boolean(),
      fc.array(hostileLine, { maxLength: 150 }),
      (format, headed, body) => {
        const lines = headed ? ['time,kind,feature', ...body] : body;
        const { events, unreadable, undated, ignored } = readingLines(format, lines);
        expect(events.length + unreadable.length + undated.length + ignored).toBe(lines.length);
        expect(format.detect(lines.join('\n')).score).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 300 },
  );
});

const text = fc
  .string({ unit: fc.constantFrom('a', 'B', 'ß', ' ', '"', ',', ';', '\n', '-', '@', '7'), maxLength: 12 })
  .map((value) => value.trim());
const rows = fc.array(
  fc.record({
    time: fc.integer({ min: 0, max: 4e12 }),
    kind: fc.constantFrom(...activityKinds),
    feature: text.map((value) => `f${value}`),
    version: text,
    user: text,
    host: text,
    project: text,
    account: text,
    server: text.map((value) => `s${value}`),
    vendor: text,
    handle: text,
    code: text,
    detail: text,
    quantity: fc.integer({ min: 0, max: 1e9 }).map((micro) => micro / 1e6),
  }),
  { minLength: 1, maxLength: 60 },
);
type Row = typeof rows extends fc.Arbitrary<(infer R)[]> ? R : never;

/** What a reader should make of the rows: in order of time. */
function expectedOf(table: readonly Row[]): Partial<LicenseEvent>[] {
  return table
    .map((row) =>
      without({ ...blankEvent, ...row, client: [row.user, row.host].filter((part) => part !== '').join('@') }),
    )
    .sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
}

/** The event alone: without its identity and where it stood. */
function without(event: LicenseEvent): Partial<LicenseEvent> {
  const aside = ['identityHigh', 'identityLow', 'line', 'part'];
  return Object.fromEntries(Object.entries(event).filter(([name]) => !aside.includes(name)));
}

const plain = ({ events }: Reading): Partial<LicenseEvent>[] => events.map(without);
const keyOf = (event: Partial<LicenseEvent>): string => JSON.stringify(Object.entries(event).sort());
const byText = (a: Partial<LicenseEvent>, b: Partial<LicenseEvent>): number => (keyOf(a) < keyOf(b) ? -1 : 1);
const sorted = (events: Partial<LicenseEvent>[]): Partial<LicenseEvent>[] => [...events].sort(byText);

test('events written as CSV or JSON lines come back as they were, with the same identity', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(',', ';', '\t', '|'), fc.boolean(), (table, delimiter, quoted) => {
      const dated = table.map((row) => ({ ...row, time: new Date(row.time).toISOString() }));
      const fromCsv = reading(csv, stringify(dated, { header: true, delimiter, quoted }), { options: { delimiter } });
      const fromJson = reading(ndjson, dated.map((row) => JSON.stringify(row)).join('\n'));
      expect(fromCsv.unreadable).toEqual([]);
      expect(sorted(plain(fromCsv))).toEqual(sorted(expectedOf(table)));
      expect(plain(fromCsv).map(({ time }) => time)).toEqual(expectedOf(table).map(({ time }) => time));
      expect(sorted(plain(fromJson))).toEqual(sorted(plain(fromCsv)));
      const identities = ({ events }: Reading): string[] =>
        events.map(({ identityHigh, identityLow }) => `${identityHigh} ${identityLow}`).sort();
      expect(identities(fromJson)).toEqual(identities(fromCsv));
    }),
    { numRuns: 100 },
  );
});

test('amounts are rounded to the nearest millionth, ties to even', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 999 }), (micro, thousandths) => {
      const sign = micro < 0 ? '-' : '';
      const digits = String(Math.abs(micro)).padStart(7, '0');
      const number = `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}${String(thousandths).padStart(3, '0')}`;
      const magnitude = Math.abs(micro);
      const up = thousandths > 500 || (thousandths === 500 && magnitude % 2 === 1);
      const expected = (Math.sign(micro) * (magnitude + (up ? 1 : 0))) / 1e6;
      const value = readAmount(number)?.value;
      expect(value).toBeCloseTo(micro === 0 && up ? 1e-6 : expected, 9);
    }),
  );
});
