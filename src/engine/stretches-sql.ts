import type { Span } from './levels.ts';
import { byLevel, joinSpans } from './levels.ts';
import type { Bindings } from './sql.ts';

/**
 * The rows of facts that lie in the spans: one reading of the table, since planning one costs more than reading what it finds.
 * The month leads the order of the rows, so it is said too (`optimize_time_filter_with_preimage` is off, else it would be left out).
 */
export const stretchesSql = (spans: readonly Span[], bindings: Bindings): string =>
  byLevel(spans)
    .map(([level, own]) => {
      const times = joinSpans(own).map(
        ({ from, to }) => `bucket >= ${bindings.time(from)} AND bucket < ${bindings.time(to)}`,
      );
      const [first, last] = [own[0]?.from ?? 0, (own.at(-1)?.to ?? 1) - 1].map((at) =>
        bindings.bind(monthNumber(at), 'UInt32'),
      );
      return `level = '${level}' AND toYYYYMM(bucket) >= ${first} AND toYYYYMM(bucket) <= ${last} AND (${times.join(' OR ')})`;
    })
    .join(' OR ');

/** As `toYYYYMM` has it: 202611. */
function monthNumber(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
}
