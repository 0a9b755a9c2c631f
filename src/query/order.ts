import { didYouMean, QuestionError } from './errors.ts';

/** One key of an answer's order. */
export interface OrderKey {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

/** An answer's order: as written, and taken apart. */
export interface Order {
  readonly text: string;
  readonly keys: readonly OrderKey[];
}

/**
 * Reads `value desc`, `account`, `family, count desc`: columns of the answer, parted by commas, ascending unless they say
 * `desc`. `value` stands for the measure's value column.
 */
export function parseOrder(text: string, columns: readonly string[], valueColumn: string): Order {
  const known = columns.includes('value') ? columns : ['value', ...columns];
  const keys = text.split(',').map((part): OrderKey => {
    const words = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/i.exec(part);
    if (words === null) {
      throw new QuestionError(
        'invalidValue',
        `orderBy: expected "COLUMN", "COLUMN asc" or "COLUMN desc", several parted by commas; found "${text}".`,
        'orderBy',
      );
    }
    const [, column = '', direction = 'asc'] = words;
    if (!known.includes(column)) {
      throw new QuestionError(
        'invalidValue',
        `orderBy: expected a column of the answer (${known.join(', ')}), found "${column}".${didYouMean(column, known)}`,
        'orderBy',
      );
    }
    return {
      column: column === 'value' ? valueColumn : column,
      direction: direction.toLowerCase() === 'desc' ? 'desc' : 'asc',
    };
  });
  return { text, keys };
}
