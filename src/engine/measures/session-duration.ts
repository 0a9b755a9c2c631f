import type { Compute } from '../ask.ts';
import { read, selectionOf } from '../ask.ts';
import { boundariesOf } from '../levels.ts';
import { conditionSql, groupingSql } from '../relations.ts';
import { Bindings } from '../sql.ts';
import { piecesOf } from '../windows.ts';

/**
 * How long sessions lasted that ended in the window, seconds: median, 95th percentile, longest. Sessions still open are left
 * out: nobody knows how long they will be. Exact quantiles (the nearest session, no interpolation).
 */
export const sessionDuration: Compute = async (ask) => {
  const bindings = new Bindings();
  const keys = ask.question.groupBy;
  const pieces = piecesOf(ask.range, ask.windows);
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const boundaries = bindings.milliseconds(boundariesOf(pieces));
  const windows = bindings.bind(
    pieces.map((piece) => piece.window),
    'Array(Int64)',
  );
  const names = keys.map((_, i) => `k${i}, `).join('');
  const { rows } = await read(
    ask,
    `SELECT ${names}window, quantilesExact(0.5, 0.95)(held) AS q, max(held) FROM (
  SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}toFloat64(t.held) / 1000 AS held,
         transform(roundDown(toUnixTimestamp64Milli(t.time), ${boundaries}), ${boundaries}, ${windows}, toInt64(-1)) AS window
  FROM (
    SELECT * FROM changes
    WHERE ending IN ('checkin', 'inactive', 'shutdown', 'restart', 'upgrade') AND time >= ${bindings.time(ask.range.from)} AND time < ${bindings.time(ask.range.to)}
      AND ${conditionSql('usage_changes', selectionOf(ask), bindings)}
  ) AS t ${joins}
) WHERE window >= 0 GROUP BY ${names}window`,
    bindings,
  );
  return rows.map((row) => {
    const [p50 = null, p95 = null] = (row[keys.length + 1] as readonly unknown[]).map(Number);
    return {
      key: row.slice(0, keys.length).map(String),
      window: Number(row[keys.length]),
      values: [p50, p95, Number(row[keys.length + 2])],
    };
  });
};
