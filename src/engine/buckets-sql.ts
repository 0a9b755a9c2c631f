import type { Span } from './levels.ts';
import { byLevel } from './levels.ts';
import type { Bindings } from './sql.ts';

/**
 * The rows of a table of days and months that lie in the spans, as one condition: to plan the reading of a table costs more than to
 * read the few rows that most questions need. The month leads the order of the rows, so it is said too.
 * @param zone whose days they are, in SQL
 */
export const bucketsSql = (spans: readonly Span[], zone: string, bindings: Bindings): string =>
  byLevel(spans)
    .map(([level, own]) => {
      const date = (moment: number): string => `toDate(${bindings.time(moment)}, ${zone})`;
      const times = own.map(({ from, to }) => `bucket >= ${date(from)} AND bucket < ${date(to)}`);
      const months = `toYYYYMM(bucket) >= toYYYYMM(${date(own[0]?.from ?? 0)}) AND toYYYYMM(bucket) <= toYYYYMM(${date((own.at(-1)?.to ?? 1) - 1)})`;
      return `(level = '${level}' AND ${months} AND (${times.join(' OR ')}))`;
    })
    .join(' OR ');
