import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import type { EventRow } from './event-rows.ts';
import { eventColumns, eventRow, inFileOrder } from './event-rows.ts';
import { meteredSoFarSql } from './metered-so-far.ts';
import { entitlementsSql } from './own-account.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { Bindings, havingSql } from './sql.ts';

/** The first events of an order, or under a condition, that the use just after each has a part in, or names of others. */
export async function eventsByUse(ask: Ask): Promise<readonly EventRow[]> {
  const { having, orderBy, limit } = ask.question;
  const bindings = new Bindings();
  const pageBetween = (from: number, to: number): string =>
    `SELECT * FROM events WHERE kind <= 'upgrade' AND time >= ${bindings.time(from)} AND time < ${bindings.time(to)}
    AND ${conditionSql('events', selectionOf(ask), bindings)}`;
  const bounds = await read(
    ask,
    `SELECT count(), toUnixTimestamp64Milli(min(time)), toUnixTimestamp64Milli(max(time)), countIf(model = 'metered') FROM (${pageBetween(ask.range.from, ask.range.to)})`,
    bindings,
  );
  const [count = 0, first = 0, last = 0, metered = 0] = (bounds.rows[0] ?? []).map(Number);
  if (count === 0) return [];
  const page = pageBetween(first, last + 1);
  const { joins, expressions } = groupingSql(
    'events',
    ['product', 'user', 'host', 'client', 'denialFamily'],
    selectionOf(ask),
    bindings,
    `(account, number) IN (SELECT DISTINCT account, client FROM (${page}))`,
  );
  const [product = '', user = '', host = '', client = '', family = ''] = expressions;
  const columns: Readonly<Record<string, string>> = {
    product,
    user,
    host,
    client,
    kind: 'toString(t.kind)',
    model: 'toString(t.model)',
    used: `if(t.model = 'metered', t.meteredUsed, toFloat64(t.used))`,
    entitled: `if(t.model = 'metered', t.meteredQuantity, if(t.entitledQuantity <= 0 OR t.entitledUncounted > 0, NULL, toFloat64(t.entitledQuantity)))`,
    usagePercentage: `multiIf(t.model = 'metered', t.meteredPercentage,
      t.entitledUncounted > 0 OR t.entitledQuantity <= 0, NULL, 100 * toFloat64(t.used) / toFloat64(t.entitledQuantity))`,
    denialFamily: `if(t.reason = '', '', ${family})`,
    denialReason: 't.reason',
  };
  const where =
    having === undefined ? '' : `WHERE ${havingSql(`(${columns['usagePercentage'] ?? ''})`, having, bindings)}`;
  const { rows } = await read(
    ask,
    `SELECT ${eventColumns('t.')}
FROM (${withUse(ask, { page, first, last, metered: metered > 0 }, bindings)}) AS t ${joins}
${where}
ORDER BY ${orderBy.keys.map(({ column, direction }) => `${columns[column] ?? `t.${column}`} ${direction}`).join(', ')}, ${inFileOrder(orderBy.keys[0]?.direction ?? 'desc', 't.')}
LIMIT ${limit + 1}`,
    bindings,
  );
  return rows.map(eventRow);
}

/** The page's events with the use of their account × feature just after each, and what was then entitled. */
function withUse(
  ask: Ask,
  {
    page,
    first,
    last,
    metered,
  }: { readonly page: string; readonly first: number; readonly last: number; readonly metered: boolean },
  bindings: Bindings,
): string {
  const start = ask.calendar.floor(first, 'day');
  const pairs = `(account, feature) IN (SELECT DISTINCT account, feature FROM (${page}))`;
  const opened = ask.rawOnly
    ? `SELECT account, feature, sum(delta) AS move FROM usage_changes WHERE time < ${bindings.time(start)} AND ${pairs} GROUP BY account, feature`
    : `SELECT account, feature, opening AS move FROM facts FINAL WHERE grouping = 'account_feature' AND level = 'day' AND toYYYYMM(bucket) = toYYYYMM(${bindings.time(start)}) AND bucket = ${bindings.time(start)} AND ${pairs}`;
  const blank = `'' AS server, '' AS vendor, '' AS version, CAST('checkout', 'String') AS kind, CAST('concurrent', 'String') AS model, toUInt32(0) AS client, '' AS project, toDecimal64(0, 6) AS quantity, '' AS code, '' AS reason, '' AS detail`;
  const meteredColumns = metered
    ? 'm.meteredUsed AS meteredUsed, m.meteredQuantity AS meteredQuantity, m.meteredPercentage AS meteredPercentage'
    : "CAST(NULL, 'Nullable(Float64)') AS meteredUsed, meteredUsed AS meteredQuantity, meteredUsed AS meteredPercentage";
  return `
SELECT e.*, c.counted AS entitledQuantity, c.free AS entitledUncounted, ${meteredColumns}
FROM (
  SELECT * FROM (
    SELECT *, sum(move) OVER (PARTITION BY account, feature ORDER BY time, seq, rank, -move ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS used
    FROM (
      SELECT account, feature, time, seq, toUInt8(1) AS rank, toDecimal64(0, 6) AS move, server, vendor, version, toString(kind) AS kind, toString(model) AS model, client, project, quantity, code, reason, detail
      FROM (${page})
      UNION ALL
      SELECT account, feature, time, seq, toUInt8(if(ending IN ('restart', 'open'), 2, 0)), delta, ${blank}
      FROM usage_changes WHERE delta != 0 AND time >= ${bindings.time(start)} AND time <= ${bindings.time(last)} AND ${pairs}
      UNION ALL
      SELECT account, feature, ${bindings.time(start)} - toIntervalMillisecond(1), toUInt64(0), toUInt8(0), toDecimal64(move, 6), ${blank}
      FROM (${opened})
    )
  ) WHERE rank = 1
) AS e
ASOF LEFT JOIN (${capacitySteps(ask, bindings)}) AS c ON e.account = c.capacityAccount AND e.feature = c.capacityFeature AND e.time >= c.at
${metered ? meteredJoin(ask, { page, pairs, last }, bindings) : ''}`;
}

function meteredJoin(
  ask: Ask,
  { page, pairs, last }: { readonly page: string; readonly pairs: string; readonly last: number },
  bindings: Bindings,
): string {
  const event = 'account, feature, server, time, seq';
  return `LEFT ANY JOIN (
  SELECT account AS meteredAccount, feature AS meteredFeature, server AS meteredServer, time AS meteredTime, seq AS meteredSeq, meteredUsed, meteredQuantity, meteredPercentage
  FROM (${meteredSoFarSql(ask, { pairs, last, wanted: `(${event}) IN (SELECT ${event} FROM (${page}))` }, bindings)})
) AS m ON e.account = m.meteredAccount AND e.feature = m.meteredFeature AND e.server = m.meteredServer AND e.time = m.meteredTime AND e.seq = m.meteredSeq`;
}

/** How the entitled quantity of each account × feature changes: midnight in the site's time zone. */
function capacitySteps(ask: Ask, bindings: Bindings): string {
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const side = (day: string, sign: string): string =>
    `SELECT account, feature, toDateTime64(toString(${day}), 3, ${zone}) AS moment, ${sign}if(uncounted = 1, toDecimal64(0, 6), quantity) AS step, ${sign}toInt32(uncounted) AS untold
     FROM ${entitlementsSql(ask.book.own, bindings)} WHERE model = 'concurrent'`;
  return `
SELECT account AS capacityAccount, feature AS capacityFeature, toTimeZone(moment, 'UTC') AS at, sum(steps) OVER w AS counted, sum(frees) OVER w AS free
FROM (SELECT account, feature, moment, sum(step) AS steps, sum(untold) AS frees FROM (${side('start', '')} UNION ALL ${side('end + 1', '-')}) GROUP BY account, feature, moment)
WINDOW w AS (PARTITION BY account, feature ORDER BY moment ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}
