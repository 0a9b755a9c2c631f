import type { AnswerRow } from '../rows.ts';
import { text } from '../section.ts';

/** A figure to sort by; what is not known comes last. */
export const number = (row: AnswerRow, key: string): number => (typeof row[key] === 'number' ? row[key] : -1);
export const descending = (rows: readonly AnswerRow[], key: string): AnswerRow[] =>
  [...rows].sort((a, b) => number(b, key) - number(a, key));

/** Whom and what a row is about. */
export const who = [text('account', 'Customer'), text('feature', 'Feature')];

export const isUsed = (row: AnswerRow): boolean => number(row, 'peak') > 0 || number(row, 'consumed') > 0;
export const hasNoPercentage = (row: AnswerRow): boolean => (row['percentage'] ?? null) === null;
