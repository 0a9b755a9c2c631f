import type { Span } from './levels.ts';
import { byLevel } from './levels.ts';
import type { Bindings } from './sql.ts';

/**
 * The rows of a table of days and months that lie in the spans, as one condition: to plan the reading of a table costs more than to
 * read the few rows that most questions need.
 */
export const bucketsSql = (spans: readonly Span[], bindings: Bindings): string =>
  byLevel(spans)
    .map(([level, own]) => {
      const times = own.map(
        ({ from, to }) => `bucket >= toDate(${bindings.time(from)}) AND bucket < toDate(${bindings.time(to)})`,
      );
      return `(level = '${level}' AND (${times.join(' OR ')}))`;
    })
    .join(' OR ');
