import type { FieldValue } from '../frame.ts';
import type { Ask } from '../ask.ts';
import { read, selectionOf } from '../ask.ts';
import { entitlementsSql } from '../own-account.ts';
import { conditionSql, groupingSql } from '../relations.ts';
import { Bindings, havingSql } from '../sql.ts';
import type { List } from './listing.ts';

const own = [
  'time',
  'kind',
  'account',
  'feature',
  'version',
  'server',
  'vendor',
  'model',
  'project',
  'quantity',
  'code',
  'detail',
];

/** Events that the asked order leaves equal stand in the order of their files, so that an answer is always the same. */
const inFileOrder = (direction: 'asc' | 'desc', prefix: string): string =>
  ['time', 'seq', 'server'].map((column) => `${prefix}${column} ${direction}`).join(', ');

/**
 * The source report's All Events Listing. *Usage Percentage* = use of that account × feature just after the event ÷
 * entitlements then in force (metered: consumed in the period so far); computed when asked, so that late data stay right.
 *
 * Where the order and the condition need only the event itself, the page is cut first and the use worked out for its rows
 * alone; else for every event of the range.
 */
export const allEvents: List = async (ask) => {
  const { having, orderBy, limit } = ask.question;
  const plain = having === undefined && orderBy.keys.every(({ column }) => own.includes(column));
  const order = orderBy.keys.map(({ column, direction }) => `${column} ${direction}`).join(', ');
  const cut = plain
    ? `ORDER BY ${order}, ${inFileOrder(orderBy.keys[0]?.direction ?? 'desc', '')} LIMIT ${limit + 1}`
    : '';
  const bindings = new Bindings();
  const pageBetween = (from: number, to: number): string =>
    `SELECT * FROM events WHERE kind <= 'upgrade' AND time >= ${bindings.time(from)} AND time < ${bindings.time(to)}
    AND ${conditionSql('events', selectionOf(ask), bindings)} ${cut}`;
  const bounds = await read(
    ask,
    `SELECT count(), toUnixTimestamp64Milli(min(time)), toUnixTimestamp64Milli(max(time)), countIf(model = 'metered') FROM (${pageBetween(ask.range.from, ask.range.to)})`,
    bindings,
  );
  const [count = 0, first = 0, last = 0, metered = 0] = (bounds.rows[0] ?? []).map(Number);
  if (count === 0) return [];
  // The newest thousand lie in a short time: from here on only that is looked at.
  const page = pageBetween(first, last + 1);
  const { joins, expressions } = groupingSql(
    'events',
    ['product', 'user', 'host', 'client', 'denialFamily'],
    selectionOf(ask),
    bindings,
    `(account, number) IN (SELECT DISTINCT account, client FROM (${page}))`,
  );
  const [product, user, host, client, family] = expressions;
  const percentage = `multiIf(t.model = 'metered', t.meteredPercentage,
      t.entitledUncounted > 0 OR t.entitledQuantity <= 0, NULL, 100 * toFloat64(t.used) / toFloat64(t.entitledQuantity))`;
  const where = having === undefined ? '' : `WHERE ${havingSql('percentage', having, bindings)}`;
  const { rows } = await read(
    ask,
    `SELECT toUnixTimestamp64Milli(t.time) AS time, toString(t.kind) AS kind, t.account AS account, ${product} AS product, t.feature AS feature, t.version AS version,
  t.server AS server, t.vendor AS vendor, toString(t.model) AS model, ${user} AS user, ${host} AS host, ${client} AS client, t.project AS project,
  toFloat64(t.quantity) AS quantity, if(t.model = 'metered', t.meteredUsed, toFloat64(t.used)) AS used,
  if(t.model = 'metered', t.meteredQuantity, if(t.entitledQuantity <= 0 OR t.entitledUncounted > 0, NULL, toFloat64(t.entitledQuantity))) AS entitled,
  ${percentage} AS percentage, t.code AS code, if(t.reason = '', '', ${family}) AS family, t.reason AS reason, t.detail AS detail
FROM (${withUse(ask, { page, first, last, metered: metered > 0 }, bindings)}) AS t ${joins}
${where}
ORDER BY ${orderBy.keys.map(({ column, direction }) => `${outputName(column)} ${direction}`).join(', ')}, ${inFileOrder(orderBy.keys[0]?.direction ?? 'desc', 't.')}
LIMIT ${limit + 1}`,
    bindings,
  );
  return rows.map((row): FieldValue[] => {
    const reason = String(row[19]);
    return [
      Number(row[0]),
      ...row.slice(1, 13).map(String),
      ...row.slice(13, 17).map((value) => (value === null ? null : Number(value))),
      String(row[17]),
      titleOfFamily(ask, String(row[18])),
      reason === '' ? '' : ask.catalogue.reason(reason).title,
      String(row[20]),
    ];
  });
};

function outputName(column: string): string {
  return { usagePercentage: 'percentage', denialFamily: 'family', denialReason: 'reason' }[column] ?? column;
}

function titleOfFamily(ask: Ask, id: string): string {
  return ask.catalogue.families().find((family) => family.id === id)?.title ?? id;
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
${metered ? meteredJoin(ask, page, pairs, bindings) : ''}`;
}

function meteredJoin(ask: Ask, page: string, pairs: string, bindings: Bindings): string {
  return `LEFT ANY JOIN (
  SELECT account AS meteredAccount, feature AS meteredFeature, server AS meteredServer, time AS meteredTime, seq AS meteredSeq, meteredUsed, meteredQuantity, meteredPercentage
  FROM (${meteredSoFar(ask, page, pairs, bindings)})
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

/** For metered events of the page: what was consumed in the period so far, of the entitlement that is most used up. */
function meteredSoFar(ask: Ask, page: string, pairs: string, bindings: Bindings): string {
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
        FROM (SELECT account, feature, server, time, seq, toString(kind) AS kind, quantity FROM events WHERE model = 'metered' AND kind <= 'upgrade' AND ${pairs}) AS l
        INNER JOIN (
          SELECT DISTINCT account, feature, kind AS period, if(kind = 'term', start, toDate32('1970-01-01')) AS start, if(kind = 'term', end, toDate32('2299-12-31')) AS until FROM (${rows})
        ) AS p ON l.account = p.account AND l.feature = p.feature
        WHERE day >= p.start AND day <= p.until
      )
    )
    WHERE (${event}) IN (SELECT ${event} FROM (${page}))
  ) AS u
  INNER JOIN (${rows}) AS r ON u.account = r.account AND u.feature = r.feature AND u.period = r.kind
  WHERE u.day >= r.start AND u.day <= r.end AND (u.period != 'term' OR (u.begin = r.start AND u.until = r.end))
  GROUP BY u.account, u.feature, u.server, u.time, u.seq, u.period, u.begin, u.until
)
GROUP BY ${event}`;
}
