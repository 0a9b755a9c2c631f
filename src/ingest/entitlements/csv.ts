import { CsvError, parse } from 'csv-parse/sync';
import { columnKey, detectDelimiter, withoutBom } from '../formats/csv-dialect.ts';
import { expectedAmount, readAmount } from '../formats/events-amount.ts';
import { expectedDate, expectedEnd, readEnd, readStart } from './dates.ts';
import type {
  Entitlement,
  EntitlementDefaults,
  EntitlementPeriod,
  EntitlementProblem,
  EntitlementsReading,
} from './entitlement.ts';

/** Our columns and what other systems call them (compared by `columnKey`). */
const columnNames = {
  account: ['account', 'customer', 'account id', 'account name', 'organization', 'company'],
  product: ['product', 'product name', 'suite'],
  package: ['package', 'package name', 'bundle'],
  feature: ['feature', 'feature name', 'item'],
  version: ['version', 'feature version', 'product version'],
  model: ['model', 'license model', 'license type'],
  quantity: ['quantity', 'count', 'qty', 'licenses', 'seats', 'entitled', 'entitled quantity', 'mapped entitled count'],
  overdraft: ['overdraft', 'overdraft count', 'overdraft quantity'],
  start: ['start', 'start date', 'valid from', 'from'],
  end: [
    'end',
    'end date',
    'expiry',
    'expiration',
    'expiration date',
    'expires',
    'valid to',
    'valid until',
    'until',
    'to',
  ],
  server: ['server', 'license server', 'instance', 'instance id'],
  vendor: ['vendor', 'daemon', 'vendor daemon', 'isv'],
  period: ['period', 'metering period', 'reset'],
} as const satisfies Record<string, readonly string[]>;

type Column = keyof typeof columnNames;
const columns = Object.keys(columnNames) as readonly Column[];
const columnByKey = new Map<string, Column>(
  columns.flatMap((column) => columnNames[column].map((name): [string, Column] => [columnKey(name), column])),
);

/** A row's field by column, trimmed; '' when it is empty or the table has no such column. */
type Fields = (column: Column) => string;
type Reading<T> = { readonly value: T } | { readonly expected: string };

/**
 * Entitlements as CSV (comma, semicolon, tab or bar; quoted fields; a byte order mark is fine). The header is required, in
 * any order and case, with at least `feature` and `quantity`; columns under other names are listed in a notice and left out.
 */
export function readEntitlementsCsv(text: string, file: string, defaults: EntitlementDefaults): EntitlementsReading {
  const table = readTable(withoutBom(text));
  if ('problems' in table) return { ok: false, kind: 'csv', problems: table.problems };
  const [header, ...records] = table.records;
  if (!header) return refusal(1, '', 'a header line with at least the columns feature and quantity', 'an empty file');

  const places = new Map<Column, number>();
  const unknown: string[] = [];
  for (const [place, name] of header.fields.entries()) {
    const column = columnByKey.get(columnKey(name));
    const other = column === undefined ? undefined : places.get(column);
    if (column !== undefined && (other === undefined || columnKey(name) === column)) {
      places.set(column, place);
      if (other !== undefined) unknown.push((header.fields[other] ?? '').trim());
    } else if (column === undefined || columnKey(header.fields[other ?? -1] ?? '') === column)
      unknown.push(name.trim());
    else
      return refusal(
        header.line,
        column,
        'one column of this meaning, or one with this very name',
        `"${header.fields.join(', ')}"`,
      );
  }
  const missing = (['feature', 'quantity'] as const).filter((column) => !places.has(column));
  if (missing.length > 0) {
    const expected = `a header with the columns feature and quantity (known columns: ${columns.join(', ')})`;
    return refusal(header.line, missing.join(', '), expected, `"${header.fields.join(', ')}"`);
  }

  const rows: Entitlement[] = [];
  const problems: EntitlementProblem[] = [];
  for (const { fields, line } of records) {
    if (fields.every((field) => field.trim() === '')) continue;
    if (fields.length > header.fields.length) {
      const expected = `${header.fields.length} fields, as in the header`;
      problems.push({ line, column: '', expected, found: `${fields.length} fields` });
      continue;
    }
    const at: Fields = (column) => (fields[places.get(column) ?? -1] ?? '').trim();
    const result = readRow(at, defaults, `${file}:${line}`);
    if ('row' in result) rows.push(result.row);
    else problems.push(...result.problems.map((problem) => ({ line, ...problem })));
  }
  if (problems.length > 0) return { ok: false, kind: 'csv', problems };
  const ignored = unknown.filter((name) => name !== '');
  const notices = ignored.length === 0 ? [] : [`${file}: columns left out: ${ignored.join(', ')}`];
  return { ok: true, kind: 'csv', rows, notices };
}

function readRow(
  at: Fields,
  defaults: EntitlementDefaults,
  origin: string,
): { readonly row: Entitlement } | { readonly problems: readonly Omit<EntitlementProblem, 'line'>[] } {
  const problems: Omit<EntitlementProblem, 'line'>[] = [];
  const take = <T>(column: Column, read: (text: string) => Reading<T>, otherwise: T): T => {
    const reading = read(at(column));
    if ('value' in reading) return reading.value;
    problems.push({
      column,
      expected: reading.expected,
      found: at(column) === '' ? 'an empty field' : `"${at(column)}"`,
    });
    return otherwise;
  };

  const feature = take('feature', readFeature, '');
  const { quantity, uncounted } = take('quantity', readQuantity, { quantity: 0, uncounted: false });
  const overdraft = take('overdraft', (text) => readOverdraft(text, quantity), 0);
  const model = take('model', readModel, 'concurrent');
  const period = take('period', readPeriod, 'term');
  const start = take('start', (text) => orExpected(readStart(text), expectedDate), '');
  const end = take('end', (text) => orExpected(readEnd(text), expectedEnd), '');
  if (problems.length === 0 && end < start) {
    problems.push({ column: 'end', expected: `a day not before the start (${start})`, found: `"${at('end')}"` });
  }
  if (problems.length === 0 && model === 'concurrent' && period !== 'term') {
    const expected = 'no period, or "term", for a concurrent row (periods belong to the model "metered")';
    problems.push({ column: 'period', expected, found: `"${at('period')}"` });
  }
  if (problems.length > 0) return { problems };
  const account = at('account') || defaults.account;
  const server = at('server') || defaults.server;
  const texts = {
    account,
    server,
    product: at('product'),
    package: at('package'),
    version: at('version'),
    vendor: at('vendor'),
  };
  return { row: { ...texts, feature, model, period, quantity, overdraft, uncounted, start, end, origin } };
}

function readFeature(text: string): Reading<string> {
  return text === '' ? { expected: "the feature's name as the license server writes it" } : { value: text };
}

function readQuantity(text: string): Reading<{ quantity: number; uncounted: boolean }> {
  if (/^(uncounted|unlimited)$/i.test(text)) return { value: { quantity: 0, uncounted: true } };
  const amount = readAmount(text);
  if (!amount || amount.rounded || amount.value < 0) {
    return { expected: `${expectedAmount}, not negative, with at most 6 decimals, or "uncounted"` };
  }
  return { value: { quantity: amount.value, uncounted: false } };
}

/** Empty or 0 = none; a number of licenses; `10%` of the quantity; `unlimited` = −1. */
function readOverdraft(text: string, quantity: number): Reading<number> {
  if (text === '' || /^(none|not used)$/i.test(text)) return { value: 0 };
  if (/^unlimited$/i.test(text) || text === '-1') return { value: -1 };
  const percent = text.endsWith('%');
  const amount = readAmount(percent ? text.slice(0, -1).trim() : text);
  if (!amount || amount.rounded || amount.value < 0) {
    return { expected: 'a number of licenses, a share like "10%", or "unlimited"' };
  }
  return { value: percent ? Math.round(quantity * amount.value * 1e4) / 1e6 : amount.value };
}

function readModel(text: string): Reading<Entitlement['model']> {
  if (/^(|concurrent|floating|counted)$/i.test(text)) return { value: 'concurrent' };
  if (/^(metered|elastic|consumption|token|tokens)$/i.test(text)) return { value: 'metered' };
  return { expected: '"concurrent" or "metered"' };
}

const periodNames: Readonly<Record<string, EntitlementPeriod>> = {
  '': 'term',
  term: 'term',
  month: 'month',
  monthly: 'month',
  quarter: 'quarter',
  quarterly: 'quarter',
  year: 'year',
  yearly: 'year',
  annual: 'year',
};

function readPeriod(text: string): Reading<EntitlementPeriod> {
  const period = periodNames[text.toLowerCase()];
  return period === undefined ? { expected: '"term", "month", "quarter" or "year"' } : { value: period };
}

function orExpected<T>(value: T | undefined, expected: string): Reading<T> {
  return value === undefined ? { expected } : { value };
}

interface TableRecord {
  readonly fields: readonly string[];
  /** Number of the line in the file on which the record begins, from 1. */
  readonly line: number;
}

function readTable(
  text: string,
): { readonly records: readonly TableRecord[] } | { readonly problems: readonly EntitlementProblem[] } {
  const delimiter = detectDelimiter(text.split(/\r?\n|\r/, 20));
  try {
    const records: TableRecord[] = [];
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (fields: string[], { lines }) => {
        records.push({ fields, line: firstLine(fields, lines) });
        return null;
      },
    });
    return { records };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1; // csv-parse puts its position on the error
    return { problems: [{ line, column: '', expected: 'a CSV line with its quotes closed', found: error.message }] };
  }
}

/** csv-parse tells the line on which a record ends: quoted line breaks stand between. */
function firstLine(fields: readonly string[], lastLine: number): number {
  return lastLine - fields.reduce((breaks, field) => breaks + (field.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

function refusal(line: number, column: string, expected: string, found: string): EntitlementsReading {
  return { ok: false, kind: 'csv', problems: [{ line, column, expected, found }] };
}
