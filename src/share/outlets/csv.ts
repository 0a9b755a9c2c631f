import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { DateTime } from 'luxon';
import type { FieldValue } from '../../engine/frame.ts';
import { hasTitle } from '../dashboard.ts';
import { ShareError } from '../errors.ts';
import type { Snapshot } from '../snapshot.ts';
import type { ShareColumn, ShareTable } from '../table.ts';
import { tableOfPanel } from '../table.ts';
import { titleWithUnit } from '../unit.ts';
import type { FileOutlet } from './outlet.ts';

/** The table that a customer asks for first: what was used of what was bought. */
export const usageTable = 'Used against bought';

/**
 * One plain table (RFC 4180, UTF-8, a row of titles). Times are ISO 8601 on the clocks of the snapshot's zone, unknown is empty.
 * Texts that a spreadsheet would take for a formula begin with an apostrophe (OWASP, "CSV Injection").
 */
export const csv: FileOutlet = {
  name: 'csv',
  help: 'one plain file: the usage table',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  open: async (snapshot, { table = usageTable } = {}) => {
    const { columns, rows } = tableNamed(snapshot, table);
    const lines = stringify({ escape_formulas: true, record_delimiter: 'windows' });
    return Readable.from(rowsOf(columns, rows, snapshot.timezone)).compose(lines) as Readable;
  },
};

/** The table of the panel with that title, in any case. Throws `ShareError` with the titles that there are. */
export function tableNamed({ dashboard, answers }: Snapshot, title: string): ShareTable {
  const panel = dashboard.panels.find((one) => hasTitle(one, title));
  if (panel !== undefined) return tableOfPanel(panel, answers.get(panel.id) ?? []);
  throw new ShareError(
    'unknown_table',
    `The report has no table "${title}".`,
    `Choose one of: ${dashboard.panels.map((one) => one.title).join(', ')}.`,
  );
}

function* rowsOf(columns: readonly ShareColumn[], rows: number, zone: string): Generator<CsvCell[]> {
  if (columns.length > 0) yield columns.map(titleWithUnit);
  for (let i = 0; i < rows; i++) yield columns.map(({ type, values }) => cellOf(type, values[i] ?? null, zone));
}

type CsvCell = string | number | null;

function cellOf(type: ShareColumn['type'], value: FieldValue, zone: string): CsvCell {
  if (type === 'time' && typeof value === 'number')
    return DateTime.fromMillis(value, { zone }).toISO({ suppressMilliseconds: true });
  return typeof value === 'boolean' ? String(value) : value;
}
