import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { FieldValue } from '../engine/frame.ts';
import type { AnswerColumn, AnswerTable } from './rows.ts';

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

/** A table for people; `empty` stands in the place of an answer without rows. */
export function formatTable({ columns, rows }: AnswerTable, empty = '(nothing)'): string {
  if (rows.length === 0) return `${empty}\n`;
  const table = new Table({
    head: columns.map((column) => column.title),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 1 },
    colWidths: columns.map((column) => widthOf(column, rows)),
    wordWrap: true,
    colAligns: columns.map((column) => (column.type === 'number' ? 'right' : 'left')),
    chars: plain,
  });
  for (const row of rows) table.push(columns.map((column) => cell(column, row[column.key] ?? null)));
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Long texts are wrapped; null leaves a column as wide as what it holds. */
function widthOf(column: AnswerColumn, rows: AnswerTable['rows']): number | null {
  const longest = Math.max(0, ...rows.map((row) => String(row[column.key] ?? '').length));
  return column.type === 'string' && longest > widest ? widest + 1 : null;
}

const widest = 44;

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
  const rounded = value.toLocaleString('en-US', { maximumFractionDigits: 2 });
  if (column.unit === 'percent') return `${rounded} %`;
  return column.unit === 's' ? duration(value) : rounded;
}

/** Seconds as people say them: `1 d 3 h`, `12 min`, `40 s`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
