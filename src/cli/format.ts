import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import stringWidth from 'string-width';
import type { FieldValue } from '../engine/frame.ts';
import type { AnswerColumn, AnswerTable, Details } from './rows.ts';

export const outputFormats = ['table', 'json', 'csv'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** The answer as text, with a newline at its end. JSON and CSV hold numbers as they are; only the table rounds. */
export function formatAnswer(answer: AnswerTable, format: OutputFormat): string {
  if (format === 'json') return jsonRows(answer.rows);
  if (format === 'csv') {
    const columns = answer.columns.map(({ key }) => ({ key, header: key }));
    // Texts that a spreadsheet would take for a formula are escaped: names in logs are anybody's.
    return stringify([...answer.rows], { header: true, columns, escape_formulas: true });
  }
  return formatTable(answer);
}

function jsonRows(rows: AnswerTable['rows']): string {
  return rows.length === 0 ? '[]\n' : `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}

/**
 * A table for people; `empty` stands in the place of an answer without rows. Texts are wrapped so that a line has `width`
 * characters at most, as far as figures allow. `details` of a row stand below it, over the whole width.
 */
export function formatTable(
  { columns, rows }: AnswerTable,
  empty = '(nothing)',
  width = Infinity,
  details?: Details,
): string {
  if (rows.length === 0) return `${wrapped(empty, width)}\n`;
  const widths = widthsOf(columns, rows, width);
  // One gap less: none stands behind the last column.
  const free = width - (widths.reduce((sum, one) => sum + one + 1, 0) - 1);
  // Details take the whole width: of the last column, or of an empty one behind a figure, which would stand far from its row.
  const filler = details !== undefined && free > 1 && free < Infinity;
  const behind = filler && columns.at(-1)?.type === 'number';
  if (behind) widths.push(free - 1);
  else if (filler) widths.push((widths.pop() ?? 0) + free);
  const table = new Table({
    head: [...columns.map((column) => column.title), ...(behind ? [''] : [])],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 1 },
    colWidths: widths,
    wordWrap: true,
    colAligns: columns.map((column) => (column.type === 'number' ? 'right' : 'left')),
    chars: plain,
  });
  for (const row of rows) {
    const cells = columns.map((column, i) => wrapped(cell(column, row[column.key] ?? null), (widths[i] ?? 0) - 1));
    table.push([...cells, ...(behind ? [''] : [])]);
    for (const { name, text } of details?.(row) ?? []) {
      const below = wrapped(printable(text), width - 2 * indent.length - stringWidth(name) - 3).split('\n');
      const lines = below.map(
        (line, i) => `${indent}${i === 0 ? name : ' '.repeat(stringWidth(name))}${indent}${line}`,
      );
      table.push([{ colSpan: widths.length, content: lines.join('\n') }]);
    }
  }
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Characters per column, one of them the gap after it. The widest texts give way first. */
function widthsOf(columns: readonly AnswerColumn[], rows: AnswerTable['rows'], width: number): number[] {
  const widths = columns.map((column) => {
    const title = stringWidth(column.title);
    const longest = Math.max(title, ...rows.map((row) => stringWidth(cell(column, row[column.key] ?? null))));
    return 1 + (column.type === 'string' ? Math.min(longest, Math.max(widest, title)) : longest);
  });
  // A gap of one more stands between two columns.
  const total = (): number => widths.reduce((sum, one) => sum + one + 1, -1);
  while (total() > width) {
    const most = Math.max(...widths.filter((_, i) => columns[i]?.type === 'string'), 0);
    if (most <= narrowest) break;
    const at = widths.findIndex((one, i) => one === most && columns[i]?.type === 'string');
    widths[at] = most - 1;
  }
  return widths;
}

const widest = 44;
const narrowest = 16;

/** Breaks a text into lines of at most `width` characters: between words, and inside those that are wider (Japanese has no spaces). */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    if (line !== '' && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** A word, in parts that are not wider than a line. */
function pieces(word: string, width: number): readonly string[] {
  if (stringWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of characters.segment(word)) {
    if (part !== '' && stringWidth(part + segment) > width) {
      parts.push(part);
      part = segment;
    } else part += segment;
  }
  return [...parts, part];
}

const characters = new Intl.Segmenter();

const indent = '  ';

const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '─',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** Control characters in names from logs would reach the terminal: they are shown, not obeyed. */
const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

function cell(column: AnswerColumn, value: FieldValue): string {
  if (value === null) return '–';
  if (typeof value !== 'number') {
    const text = String(value);
    return printable(column.type === 'time' ? text.replace('T', ' ').replace(/\.000Z$/, 'Z') : text);
  }
  if (column.unit === 'percent') return `${rounded(value)} %`;
  return column.unit === 's' ? duration(value) : rounded(value);
}

/** As people read it: what is hardly more than nothing is not shown as nothing. */
export function rounded(value: FieldValue): string {
  if (typeof value !== 'number') return '–';
  if (value > 0 && value < 0.005) return '< 0.01';
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** Seconds as people say them: `1 d 3 h`, `12 min`, `40 s`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
