import { CsvError, parse } from 'csv-parse/sync';
import type { Delimiter } from './csv-dialect.ts';

/** One row of a CSV file: it may stand on several lines, since quoted fields may hold line breaks. */
export interface CsvRecord {
  readonly text: string;
  /** Number of its first line. */
  readonly line: number;
  /** How many lines it stands on. */
  readonly lines: number;
}

/** A quoted field that is still open after this many lines is taken for a stray quote, not for a very long text. */
const longestRecord = 100;

/** Joins lines into records. `add` returns the records that are complete with this line: none while a quoted field is open. */
export interface RecordJoiner {
  add(text: string, line: number): readonly CsvRecord[];
  /** What is open when the file ends. */
  end(): readonly CsvRecord[];
  /** Lines of a record whose quoted field is still open. */
  open(): readonly OpenLine[];
}

export interface OpenLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Lines into records. Where a quote never closes (a stray one, a file cut off), only its first line is lost: that line stands alone
 * (and will be found unreadable), and the lines after it are looked at again.
 * @param begun what was open where an earlier joiner stood in the same file
 */
export function joinRecords(delimiter: Delimiter, begun: readonly OpenLine[] = []): RecordJoiner {
  let open: OpenLine[] = [...begun];
  let inside = begun.length > 0;

  const giveUp = (): readonly CsvRecord[] => {
    const [first, ...rest] = open;
    open = [];
    inside = false;
    if (!first) return [];
    return [{ ...first, lines: 1 }, ...rest.flatMap(({ text, line }) => add(text, line))];
  };
  const add = (text: string, line: number): readonly CsvRecord[] => {
    inside = endsInsideQuotes(text, delimiter, inside);
    if (!inside && open.length === 0) return [{ text, line, lines: 1 }];
    open.push({ text, line });
    if (inside) return open.length >= longestRecord ? giveUp() : [];
    const record = { text: open.map((part) => part.text).join('\n'), line: open[0]?.line ?? line, lines: open.length };
    open = [];
    return [record];
  };
  return {
    add,
    open: () => open,
    end() {
      const records: CsvRecord[] = [];
      while (open.length > 0) records.push(...giveUp());
      return records;
    },
  };
}

/** Whether a quoted field is open at the end of a line. A quote opens a field only as its first character. */
function endsInsideQuotes(text: string, delimiter: Delimiter, insideBefore: boolean): boolean {
  let inside = insideBefore;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (!inside) inside = at === 0 || text[at - 1] === delimiter;
    else if (text[at + 1] === '"') at++;
    else inside = false;
  }
  return inside;
}

/** The fields of records, in their order; a sentence in place of the fields where the quotes of a record are wrong. */
export function splitRecords(
  records: readonly CsvRecord[],
  delimiter: Delimiter,
): readonly (readonly string[] | string)[] {
  const quoted = records.filter(({ text }) => text.includes('"'));
  const split = splitQuoted(quoted, delimiter);
  let next = 0;
  return records.map(({ text }) => (text.includes('"') ? (split[next++] ?? '') : text.split(delimiter)));
}

/** csv-parse takes a call for many records gladly and is slow when called for each; so only a batch with a bad one is split singly. */
function splitQuoted(records: readonly CsvRecord[], delimiter: Delimiter): readonly (readonly string[] | string)[] {
  if (records.length === 0) return [];
  try {
    const fields = parse(records.map(({ text }) => text).join('\n'), {
      delimiter,
      relax_quotes: true,
      relax_column_count: true,
      record_delimiter: '\n',
    });
    if (fields.length === records.length) return fields;
    if (records.length === 1) return ['expected one row, found a line break outside of quotes'];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (records.length === 1)
      return [`expected fields in closed quotes, found: ${error.message.replace(/ at line \d+/, '')}`];
  }
  return records.flatMap((record) => splitQuoted([record], delimiter));
}
