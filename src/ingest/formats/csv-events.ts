import type { FollowedReader, FormatContext, FormatReader } from '../format.ts';
import { columnKey, detectDelimiter, withoutBom, type Delimiter } from './csv-dialect.ts';
import { joinRecords, splitRecords, type CsvRecord, type OpenLine } from './csv-records.ts';
import type { EventsMapping } from './events-config.ts';
import { compileRow, missingColumns, type RowContext, type RowResult, type RowShape } from './events-row.ts';
import { reportRows } from './events-report.ts';

/** Records split at once, and lines looked at to find the delimiter. */
const batchRecords = 256;
const dialectLines = 20;

type Fields = readonly string[];

/** Where a reader of CSV stands between two lines. */
export interface CsvState extends CsvBodyState {
  readonly text: 'csv';
  readonly delimiter: Delimiter;
}

interface CsvBodyState {
  /** Text of the header; undefined: none was read. */
  readonly header?: string;
  /** Lines of a row whose quotes are open. */
  readonly open: readonly OpenLine[];
}

/** Reads CSV lines as events. The delimiter is found from the first lines when the mapping names none. */
export function openCsvEvents(
  context: FormatContext,
  mapping: EventsMapping,
  rows: RowContext,
  from?: CsvState,
): FollowedReader {
  const report = reportRows(context.sink, rows.server, from !== undefined);
  const head: { text: string; number: number }[] = [];
  let body: CsvBody | undefined = from && readBody(from.delimiter, mapping, rows, report, from);
  let delimiter = from?.delimiter;

  const start = (): CsvBody => {
    delimiter = mapping.delimiter ?? detectDelimiter(head.map(({ text }) => text));
    const opened = readBody(delimiter, mapping, rows, report);
    for (const { text, number } of head) opened.line(text, number);
    return opened;
  };
  return {
    line(raw, number) {
      const text = trimLine(raw, number);
      if (body) body.line(text, number);
      else if (head.push({ text, number }) >= dialectLines) body = start();
    },
    end() {
      (body ?? start()).end();
      report.end();
    },
    pause() {
      // Too few lines to be sure of the delimiter: read, but the next lines may show another one.
      const isSure = body !== undefined || mapping.delimiter !== undefined;
      body ??= start();
      const state = body.pause();
      report.end();
      const [firstOpen] = state.open;
      return {
        ...(isSure && delimiter !== undefined && { state: { text: 'csv', delimiter, ...state } }),
        ...(firstOpen !== undefined && { reportedTo: firstOpen.line - 1 }),
      };
    },
  };
}

interface CsvBody extends FormatReader {
  pause(): CsvBodyState;
}

function readBody(
  delimiter: Delimiter,
  mapping: EventsMapping,
  context: RowContext,
  report: ReturnType<typeof reportRows>,
  from?: CsvBodyState,
): CsvBody {
  const joiner = joinRecords(delimiter, from?.open);
  let pending: CsvRecord[] = [];
  let header: { readonly fields: Fields; readonly text: string } | undefined;
  let read: ((row: Fields) => RowResult) | undefined;
  let refused: string | undefined;

  if (!mapping.header) read = compileRow(mapping, csvShape([]), context);

  const takeHeader = (fields: Fields, text: string): void => {
    header = { fields, text };
    const shape = csvShape(fields);
    const missing = missingColumns(mapping, shape);
    if (missing === undefined) read = compileRow(mapping, shape, context);
    refused =
      missing &&
      `the header has no column for ${missing}; found ${fields.map((name) => `"${name.trim()}"`).join(', ')}`;
  };
  const readHeader = (fields: Fields, record: CsvRecord): void => {
    takeHeader(fields, record.text);
    if (refused === undefined) report.ignored(record.lines);
    else {
      report.unreadable(
        record.line,
        record.lines,
        record.text,
        `expected a header with all needed columns: ${refused}`,
      );
    }
  };
  const readRecord = (record: CsvRecord, fields: Fields | string): void => {
    const { text, line, lines } = record;
    if (text.trim() === '') report.ignored(lines);
    else if (typeof fields === 'string') report.unreadable(line, lines, text, fields);
    else if (mapping.header && header === undefined) readHeader(fields, record);
    else if (text === header?.text)
      report.ignored(lines); // two exports in one file
    else if (refused !== undefined || read === undefined)
      report.unreadable(line, lines, text, `not read: ${refused ?? ''}`);
    else if (header && fields.length !== header.fields.length && isHeaderToo(fields, header.fields))
      readHeader(fields, record);
    else if (header && fields.length !== header.fields.length) {
      report.unreadable(
        line,
        lines,
        text,
        `expected ${header.fields.length} fields, as in the header, found ${fields.length}`,
      );
    } else {
      const result = read(fields);
      if ('problem' in result && header && isHeaderToo(fields, header.fields)) readHeader(fields, record);
      else report.row(line, lines, text, result);
    }
  };
  const flush = (): void => {
    const records = pending;
    pending = [];
    const split = splitRecords(records, delimiter);
    for (const [index, record] of records.entries()) readRecord(record, split[index] ?? '');
  };
  if (from?.header !== undefined) {
    // As it was read: what it says of itself was reported then.
    const [fields = ''] = splitRecords([{ text: from.header, line: 1, lines: 1 }], delimiter);
    if (typeof fields !== 'string') takeHeader(fields, from.header);
  }
  return {
    line(text, number) {
      pending.push(...joiner.add(text, number));
      if (pending.length >= batchRecords) flush();
    },
    end() {
      pending.push(...joiner.end());
      flush();
    },
    pause() {
      flush();
      return { ...(header !== undefined && { header: header.text }), open: joiner.open() };
    },
  };
}

/** The header of another export in the same file, with other columns or in another order: half of it are names of the first. */
function isHeaderToo(fields: Fields, header: Fields): boolean {
  const names = new Set(header.map(columnKey).filter((name) => name !== ''));
  return fields.filter((field) => names.has(columnKey(field))).length * 2 > Math.min(fields.length, header.length);
}

/** Columns by name (compared by `columnKey`) or by number; names stand for nothing in a file without a header. */
export function csvShape(header: Fields): RowShape<Fields> {
  const places = new Map<string, number>();
  for (const [place, name] of header.entries()) if (!places.has(columnKey(name))) places.set(columnKey(name), place);
  return {
    resolve(column) {
      const place = typeof column === 'number' ? column - 1 : places.get(columnKey(column));
      return place === undefined ? undefined : (fields) => (fields[place] ?? '').trim();
    },
    rest: (fields, from) =>
      fields
        .slice(from - 1)
        .map((field) => field.trim())
        .filter((field) => field !== '')
        .join(' '),
  };
}

export function trimLine(text: string, number: number): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return number === 1 ? withoutBom(line) : line;
}
