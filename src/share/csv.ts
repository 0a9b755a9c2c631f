import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { DateTime } from 'luxon';
import type { FieldValue } from '../engine/frame.ts';
import type { ShareColumn, ShareTable } from './table.ts';
import { titleWithUnit } from './units.ts';

/**
 * A table as one plain file (RFC 4180, UTF-8, a row of titles with their units), written row by row. Numbers are not rounded, times
 * are ISO 8601 with the offset of the zone's clocks, unknown is empty. Texts that a spreadsheet would take for a formula begin
 * with an apostrophe (OWASP, "CSV Injection").
 */
export function csvOf({ columns, rows }: ShareTable, zone: string): Readable {
  const lines = stringify({ escape_formulas: true, record_delimiter: 'windows' });
  return Readable.from(rowsOf(columns, rows, zone)).compose(lines) as Readable;
}

function* rowsOf(columns: readonly ShareColumn[], rows: number, zone: string): Generator<CsvCell[]> {
  if (columns.length > 0) yield columns.map(titleWithUnit);
  for (let i = 0; i < rows; i++) yield columns.map(({ type, values }) => cellOf(type, values[i] ?? null, zone));
}

type CsvCell = string | number | null;

function cellOf(type: ShareColumn['type'], value: FieldValue, zone: string): CsvCell {
  if (type === 'time' && typeof value === 'number')
    return DateTime.fromMillis(value, { zone }).toISO({ suppressMilliseconds: true });
  if (typeof value === 'boolean') return String(value);
  // FlexNet's codes are texts such as -5: a number is no formula, and is written as it is.
  const number = Number(value);
  return typeof value === 'string' && Number.isFinite(number) && String(number) === value ? number : value;
}
