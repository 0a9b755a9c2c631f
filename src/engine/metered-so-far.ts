import type { Ask } from './ask.ts';
import { entitlementsSql } from './own-account.ts';
import type { Bindings } from './sql.ts';

/**
 * SQL: for metered events, what was consumed in the period so far, of the entitlement that is most used up: columns account, feature,
 * server, time, seq, meteredUsed, meteredQuantity, meteredPercentage.
 * @param pairs condition on account and feature
 * @param last no event after it is wanted, epoch milliseconds
 * @param wanted condition on account, feature, server, time and seq of the events
 */
export function meteredSoFarSql(
  ask: Ask,
  { pairs, last, wanted }: { readonly pairs: string; readonly last: number; readonly wanted: string },
  bindings: Bindings,
): string {
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const rows = `SELECT account, feature, toString(period) AS kind, start, end, toFloat64(quantity) AS amount FROM ${entitlementsSql(ask.book.own, bindings)}
      WHERE model = 'metered' AND uncounted = 0`;
  const event = 'account, feature, server, time, seq';
  return `
SELECT ${event}, argMax(sofar, share) AS meteredUsed, argMax(quantity, share) AS meteredQuantity, max(share) AS meteredPercentage
FROM (
  SELECT u.account AS account, u.feature AS feature, u.server AS server, u.time AS time, u.seq AS seq, any(u.sofar) AS sofar,
         sum(r.amount) AS quantity, if(quantity > 0, 100 * sofar / quantity, NULL) AS share
  FROM (
    SELECT * FROM (
      SELECT *, toFloat64(sum(amount) OVER (PARTITION BY account, feature, period, begin, until ORDER BY time, seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS sofar
      FROM (
        SELECT l.account AS account, l.feature AS feature, l.server AS server, l.time AS time, l.seq AS seq, p.period AS period, p.until AS until,
               if(l.kind = 'checkout', l.quantity, toDecimal64(0, 6)) AS amount, toDate32(l.time, ${zone}) AS day,
               multiIf(period = 'month', toDate32(toStartOfMonth(l.time, ${zone})), period = 'quarter', toDate32(toStartOfQuarter(l.time, ${zone})), period = 'year', toDate32(toStartOfYear(l.time, ${zone})), p.start) AS begin
        FROM (SELECT account, feature, server, time, seq, toString(kind) AS kind, quantity FROM events WHERE model = 'metered' AND kind <= 'upgrade' AND time <= ${bindings.time(last)} AND ${pairs}) AS l
        INNER JOIN (
          SELECT DISTINCT account, feature, kind AS period, if(kind = 'term', start, toDate32('1970-01-01')) AS start, if(kind = 'term', end, toDate32('2299-12-31')) AS until FROM (${rows})
        ) AS p ON l.account = p.account AND l.feature = p.feature
        WHERE day >= p.start AND day <= p.until
      )
    )
    WHERE ${wanted}
  ) AS u
  INNER JOIN (${rows}) AS r ON u.account = r.account AND u.feature = r.feature AND u.period = r.kind
  WHERE u.day >= r.start AND u.day <= r.end AND (u.period != 'term' OR (u.begin = r.start AND u.until = r.end))
  GROUP BY u.account, u.feature, u.server, u.time, u.seq, u.period, u.begin, u.until
)
GROUP BY ${event}`;
}
