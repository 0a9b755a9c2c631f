import type { AnswerColumn, AnswerRow, AnswerTable, Details } from './rows.ts';

/** One of the answers: what it is headed by, what it says, and its rows. */
export interface Section {
  /** Key in the JSON answer. */
  readonly key: string;
  readonly heading: string;
  /** A sentence below the heading. */
  readonly words: string;
  readonly table: AnswerTable;
  readonly details?: Details;
  /** Stands in the place of an empty table. */
  readonly empty: string;
}

/** Equal for rows that are equal in `keys`. */
export const keyOf = (row: AnswerRow, keys: readonly string[]): string =>
  JSON.stringify(keys.map((key) => row[key] ?? ''));

export const text = (key: string, title: string): AnswerColumn => ({ key, title, type: 'string', unit: '' });
export const figure = (key: string, title: string, unit = ''): AnswerColumn => ({ key, title, type: 'number', unit });
