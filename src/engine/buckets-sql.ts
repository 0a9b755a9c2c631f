import type { Span } from './levels.ts';
import { byLevel } from './levels.ts';
import type { Bindings } from './sql.ts';

/**
 * The rows of a table of days and months that lie in the spans, as one condition: to plan the reading of a table costs more than to
 * read the few rows that most questions need.
 * @param zone whose days they are, in SQL
 */
export const bucketsSql = (spans: readonly Span[], zone: string, bindings: Bindings): string =>
  byLevel(spans)
    .map(([level, own]) => {
      const times = own.map(
        ({ from, to }) =>
          `bucket >= toDate(${bindings.time(from)}, ${zone}) AND bucket < toDate(${bindings.time(to)}, ${zone})`,
      );
      return `(level = '${level}' AND (${times.join(' OR ')}))`;
    })
    .join(' OR ');
