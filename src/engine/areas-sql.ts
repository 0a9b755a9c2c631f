import type { Ask } from './ask.ts';
import { selectionOf } from './ask.ts';
import { changeColumns, openSql } from './changes-sql.ts';
import { conditionSql, groupingSql } from './relations.ts';
import type { UsageContext } from './usage-sql.ts';

/**
 * License-milliseconds of a stretch of time, straight from its changes: what a change adds lasts until the end, so neither their order nor
 * what was in use between them matters. Columns as `movesSql` has them; `opening` and `closing` are 0, `peak` is above 0 where anything was
 * in use.
 */
export function areasSql(
  ask: Ask,
  { keys, only, bindings }: UsageContext,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const selection = selectionOf(ask);
  const { joins, expressions } = groupingSql('usage_changes', keys, selection, bindings);
  const names = keys.map((_, i) => `k${i}, `).join('');
  const keyed = expressions.map((expression, i) => `${expression} AS k${i}, `).join('');
  const [start, end] = [bindings.bind(from, 'Int64'), bindings.bind(to, 'Int64')];
  const inside = `time >= ${bindings.time(from)} AND time < ${bindings.time(to)}`;
  // Added up before anything is looked up: of a client there are many changes.
  return `
SELECT ${names}${start} AS at, toUInt64(0) AS n, toDecimal64(0, 6) AS opening, greatest(max(rise), sum(opened)) AS peak, toDecimal64(0, 6) AS closing, sum(lasting) AS area
FROM (
  SELECT ${keyed}t.rise AS rise, t.opened AS opened, t.lasting AS lasting
  FROM (
    SELECT ${changeColumns}, maxIf(delta, at >= ${start}) AS rise, sumIf(delta, at < ${start}) AS opened, sum(toDecimal128(delta, 6) * (${end} - greatest(at, ${start}))) AS lasting
    FROM (SELECT *, toUnixTimestamp64Milli(time) AS at FROM usage_changes WHERE (${inside} OR ${openSql(ask, from, bindings)}) AND delta != 0 AND ${conditionSql('usage_changes', selection, bindings)} AND ${only})
    GROUP BY ${changeColumns}
  ) AS t ${joins}
)
${keys.length > 0 ? `GROUP BY ${keys.map((_, i) => `k${i}`).join(', ')}` : ''}`;
}
