import type { Ask } from './ask.ts';
import { selectionOf } from './ask.ts';
import { boundariesOf } from './levels.ts';
import { conditionSql, groupingSql } from './relations.ts';
import type { Bindings } from './sql.ts';
import { piecesOf } from './windows.ts';

/**
 * A sub-select of the sessions that ended in the windows: k0, k1, … (the grouping), held (seconds, a float) and window.
 * Sessions still open are left out: nobody knows how long they will be.
 */
export function endedSessionsSql(ask: Ask, bindings: Bindings): string {
  const pieces = piecesOf(ask.range, ask.windows);
  const { joins, expressions } = groupingSql('usage_changes', ask.question.groupBy, selectionOf(ask), bindings);
  const boundaries = bindings.milliseconds(boundariesOf(pieces));
  const windows = bindings.bind(
    pieces.map((piece) => piece.window),
    'Array(Int64)',
  );
  const names = expressions.map((_, i) => `k${i}, `).join('');
  return `
SELECT ${names}held, window FROM (
  SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}toFloat64(t.held) / 1000 AS held,
         transform(roundDown(toUnixTimestamp64Milli(t.time), ${boundaries}), ${boundaries}, ${windows}, toInt64(-1)) AS window
  FROM (
    SELECT * FROM changes
    WHERE ending IN ('checkin', 'inactive', 'shutdown', 'restart', 'upgrade') AND time >= ${bindings.time(ask.range.from)} AND time < ${bindings.time(ask.range.to)}
      AND ${conditionSql('usage_changes', selectionOf(ask), bindings)}
  ) AS t ${joins}
) WHERE window >= 0`;
}
