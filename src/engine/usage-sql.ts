import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { selectionOf } from './ask.ts';
import { changesSql, openSql } from './changes-sql.ts';
import type { Entitlement } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';
import { entitledRows } from './entitled-rows.ts';
import type { Span } from './levels.ts';
import { joinSpans } from './levels.ts';
import { entitlementsSql } from './own-account.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { seatsOf, seatsSql } from './seats.ts';
import type { SiteCalendar, Unit } from './site-calendar.ts';
import type { Bindings } from './sql.ts';
import { stretchesSql } from './stretches-sql.ts';
import type { Piece, Range } from './windows.ts';

/**
 * What sub-selects of use are made for. Each gives k0, k1, …, at (ms), n (order within a moment), opening, peak, closing and
 * area (license-ms) of a stretch that begins at `at`, and, with cuts, cut (the last entitlement midnight at or before it, else 0).
 */
export interface UsageContext {
  readonly keys: readonly Dimension[];
  readonly pieces: readonly Piece[];
  /** Of the facts; undefined: changes are all there is. */
  readonly grouping: string | undefined;
  readonly cuts: Cuts | undefined;
  /** Condition on single changes. */
  readonly only: string;
  /** Condition on groups. */
  readonly of: string;
  readonly bindings: Bindings;
}

/** Where entitlements begin and end, as a relation (account, feature, cuts), and the columns it is joined by. */
export interface Cuts {
  readonly relation: string;
  readonly columns: readonly string[];
  /** Whether any of them is not the first moment of a site's month. */
  readonly insideMonths: boolean;
}

const cutColumn = ', arrayMax(arrayFilter(x -> x <= at, arrayPushFront(e.cuts, toInt64(0)))) AS cut';

const joinSql = ({ cuts }: UsageContext): string =>
  cuts === undefined
    ? ''
    : `LEFT ANY JOIN (${cuts.relation}) AS e ON ${cuts.columns.map((column) => `t.${column} = e.e_${column}`).join(' AND ')}`;

/** Facts of days and months (and quarter hours). Months that a cut goes through are read by their days. */
export function factsSql(ask: Ask, context: UsageContext, spans: readonly Span[]): readonly string[] {
  const { keys, grouping, cuts, of, bindings } = context;
  const columns = keys.map((key, i) => `${key === 'model' ? `'concurrent'` : `t.${key}`} AS k${i}, `).join('');
  const select = (stretches: string, replaced = '1', whole = ''): string => `
SELECT ${columns}t.at AS at, toUInt64(0) AS n, t.opening AS opening, t.peak AS peak, t.closing AS closing, t.area AS area${cuts === undefined ? '' : cutColumn}
FROM (
  SELECT account, feature, server, vendor, toInt64(toUnixTimestamp(bucket)) * 1000 AS at, bucket, opening, peak, closing, area FROM facts FINAL
  WHERE grouping = '${grouping ?? ''}' AND (${stretches}) AND peak != 0
    AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${of} AND ${replaced}
) AS t ${joinSql(context)} ${whole}`;
  const monthSpans = spans.filter(({ level }) => level === 'month');
  if (cuts?.insideMonths !== true || monthSpans.length === 0) return [select(stretchesSql(spans, bindings))];
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const monthEnd = `toInt64(toUnixTimestamp(toDateTime(addMonths(toStartOfMonth(t.bucket, ${zone}), 1), ${zone}))) * 1000`;
  const months = `SELECT ${cuts.columns.map((column) => `e_${column}`).join(', ')}, toStartOfMonth(fromUnixTimestamp64Milli(x, 'UTC'), ${zone}) AS begins
    FROM (${cuts.relation}) ARRAY JOIN cuts AS x WHERE toInt64(toUnixTimestamp(toDateTime(begins, ${zone}))) * 1000 < x`;
  const isCut = `(${cuts.columns.join(', ')}, toStartOfMonth(bucket, ${zone})) IN (${months})`;
  const days = monthSpans.map((span): Span => ({ ...span, level: 'day' }));
  const others = spans.filter(({ level }) => level !== 'month');
  return [
    select(stretchesSql(monthSpans, bindings), '1', `WHERE NOT arrayExists(x -> x > at AND x < ${monthEnd}, e.cuts)`),
    select(stretchesSql(days, bindings), isCut),
    ...(others.length === 0 ? [] : [select(stretchesSql(others, bindings))]),
  ];
}

/** Where single changes are added up: from a moment at which it is known what is open. */
export interface Segments {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** What of them is read. */
  readonly spans: readonly Range[];
}

/** @param unit the finest facts there are: what is open is known at its start; undefined: nowhere */
export function segmentsOf(spans: readonly Span[], unit: Unit | undefined, calendar: SiteCalendar): Segments {
  if (unit === undefined) return { starts: spans.map(({ from }) => from), ends: spans.map(({ to }) => to), spans };
  const starts: number[] = [];
  const ends: number[] = [];
  for (const span of spans)
    for (let at = calendar.floor(span.from, unit); at < span.to;) {
      const next = calendar.ceil(at + 1, unit);
      if (starts.at(-1) !== at) {
        starts.push(at);
        ends.push(Math.min(next, span.to));
      } else ends[ends.length - 1] = Math.min(next, span.to);
      at = next;
    }
  return { starts, ends, spans: joinSpans(starts.map((from, i) => ({ level: 'raw', from, to: ends[i] ?? from }))) };
}

/**
 * The running sum from change to change, in (time, file order): elements are (time, rank, seq, −delta), changes at one place raise
 * before they lower, so the order is total. At every boundary of a piece, and at every cut, stands an element that changes nothing: what the
 * piece opens with.
 */
export function movesSql(ask: Ask, context: UsageContext, { starts, ends, spans }: Segments): string {
  const { keys, pieces, grouping, cuts, only, bindings } = context;
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const names = keys.map((_, i) => `k${i}, `).join('');
  const keyed = expressions.map((expression, i) => `${expression} AS k${i}, `).join('');
  const condition = conditionSql('usage_changes', selectionOf(ask), bindings);
  const segments = bindings.milliseconds(starts);
  const times = spans.map(({ from, to }) => `time >= ${bindings.time(from)} AND time < ${bindings.time(to)}`);
  const from = pieces[0]?.from ?? 0;
  const cutList = cuts === undefined ? '' : ', e.cuts AS cuts';
  const packages = seatsOf(ask, keys);
  const stretch = { from: starts[0] ?? 0, to: ends.at(-1) ?? 0 };
  const single = `
    SELECT ${keyed}roundDown(t.at, ${segments}) AS segment, t.at AS at, toUInt8(1) AS rank, t.seq AS seq, -t.delta AS fall${cutList}
    FROM (SELECT *, toUnixTimestamp64Milli(time) AS at FROM ${changesSql(ask, spans)} WHERE (${times.join(' OR ')}) AND delta != 0 AND ${condition} AND ${only}) AS t ${joins} ${joinSql(context)}
    UNION ALL ${
      grouping === undefined
        ? `
    SELECT ${keyed}${bindings.bind(starts[0] ?? 0, 'Int64')} AS segment, segment AS at, toUInt8(0) AS rank, toUInt64(0) AS seq, toDecimal64(-sum(t.delta), 6) AS fall${cutList}
    FROM (SELECT * FROM usage_changes WHERE ${openSql(ask, starts[0] ?? 0, bindings)} AND delta != 0 AND ${condition} AND ${only}) AS t ${joins} ${joinSql(context)}
    GROUP BY ${[...keys.map((_, i) => `k${i}`), ...(cuts === undefined ? [] : ['cuts'])].join(', ') || '()'} HAVING fall != 0`
        : openingsSql(ask, context, { segments, starts })
    }`;
  const changes =
    packages === undefined
      ? single
      : `
    SELECT *, ${bindings.bind(stretch.from, 'Int64')} AS segment FROM (${seatsSql(ask, packages, { keys, stretch, only }, bindings)})`;
  const elements =
    packages === undefined
      ? 'groupArray((at, rank, seq, fall))'
      : 'arrayPushBack(groupArrayIf((at, rank, seq, fall), rank = 1), (segment, toUInt8(0), toUInt64(0), toDecimal64(sumIf(fall, rank = 0), 6)))';
  const marks = markersSql(pieces, { segments, starts, ends }, bindings);
  const ended = `transform(segment, ${segments}, ${bindings.milliseconds(ends)}, toInt64(0))`;
  const cutMarks =
    cuts === undefined
      ? ''
      : `, arrayMap(m -> (m, toUInt8(0), toUInt64(0), toDecimal64(0, 6)), arrayFilter(x -> x > segment AND x < ended, cuts))`;
  const own =
    cuts === undefined ? '' : ', arrayMax(arrayFilter(x -> x <= at, arrayPushFront(cuts, toInt64(0)))) AS cut';
  return `
SELECT ${names}element.1 AS at, n, level AS opening, level AS peak, level AS closing, toDecimal128(level, 6) * (next - at) AS area${own}
FROM (
  SELECT ${names}${cuts === undefined ? '' : 'cuts, '}segment, ${ended} AS ended,
         arraySort(arrayConcat(${elements}, arrayMap(m -> (m, toUInt8(0), toUInt64(0), toDecimal64(0, 6)), ${marks})${cutMarks})) AS elements,
         arrayMap(sum -> -sum, arrayCumSum(elements.4)) AS levels, arrayPushBack(arrayPopFront(elements.1), ended) AS nexts
  FROM (${changes})
  GROUP BY ${names}${cuts === undefined ? '' : 'cuts, '}segment
)
ARRAY JOIN elements AS element, levels AS level, nexts AS next, arrayEnumerate(elements) AS n
WHERE at >= ${bindings.bind(from, 'Int64')}`;
}

/** What the facts say was open where segments begin. */
function openingsSql(
  ask: Ask,
  context: UsageContext,
  { segments, starts }: { readonly segments: string; readonly starts: readonly number[] },
): string {
  const { keys, grouping, cuts, of, bindings } = context;
  const unit = grouping === 'all' ? 'quarter' : 'day';
  const columns = keys.map((key, i) => `${key === 'model' ? `'concurrent'` : `t.${key}`} AS k${i}, `).join('');
  return `
    SELECT ${columns}t.at AS segment, t.at AS at, toUInt8(0) AS rank, toUInt64(0) AS seq, -t.opening AS fall${cuts === undefined ? '' : ', e.cuts AS cuts'}
    FROM (
      SELECT account, feature, server, vendor, toInt64(toUnixTimestamp(bucket)) * 1000 AS at, opening FROM facts FINAL
      WHERE grouping = '${grouping ?? ''}' AND ${stretchesSql([{ level: unit, from: starts[0] ?? 0, to: (starts.at(-1) ?? 0) + 1 }], bindings)}
        AND at IN ${segments} AND opening != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${of}
    ) AS t ${joinSql(context)}`;
}

/** The boundaries of pieces that lie in a segment, in SQL. */
function markersSql(
  pieces: readonly Piece[],
  {
    segments,
    starts,
    ends,
  }: { readonly segments: string; readonly starts: readonly number[]; readonly ends: readonly number[] },
  bindings: Bindings,
): string {
  const boundaries = pieces.map((piece) => piece.from);
  const offsets: number[] = [];
  const lengths: number[] = [];
  let at = 0;
  starts.forEach((start, i) => {
    while ((boundaries[at] ?? Infinity) < start) at++;
    let end = at;
    while ((boundaries[end] ?? Infinity) < (ends[i] ?? start)) end++;
    offsets.push(at + 1);
    lengths.push(end - at);
  });
  const of = (values: readonly number[]): string =>
    `transform(segment, ${segments}, ${bindings.milliseconds(values)}, toInt64(0))`;
  return `arraySlice(${bindings.milliseconds(boundaries)}, ${of(offsets)}, ${of(lengths)})`;
}

/**
 * Moments inside the range at which the quantity entitled changes, per account × feature (per feature where accounts are not
 * told apart). Renewals of the same quantity are no change. undefined: there are none.
 */
export function cutsOf(ask: Ask, keys: readonly Dimension[], bindings: Bindings): Cuts | undefined {
  const byAccount = keys.includes('account');
  const columns = byAccount ? ['account', 'feature'] : ['feature'];
  const rows = entitledRows(ask, 'concurrent').filter(({ from, to }) => from > ask.range.from || to < ask.range.to);
  const bounds = rows.flatMap(({ from, to }) => [from, to]).filter((at) => at > ask.range.from && at < ask.range.to);
  if (rows.length > mostRowsLookedAt)
    return { columns, relation: everyEntitlementMidnight(ask, columns, bindings), insideMonths: inside(ask, bounds) };
  const groups = new Map<string, Entitlement[]>();
  for (const row of rows) {
    const key = [byAccount ? row.account : '', row.feature, row.server, row.vendor, row.version].join('\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const accounts: string[] = [];
  const features: string[] = [];
  const moments: number[] = [];
  for (const own of groups.values()) {
    for (const stretch of stretchesOf(own, ask.range).slice(1)) {
      accounts.push(own[0]?.account ?? '');
      features.push(own[0]?.feature ?? '');
      moments.push(stretch.from);
    }
  }
  if (moments.length === 0) return undefined;
  const zipped = `arrayZip(${bindings.strings(accounts)}, ${bindings.strings(features)}, ${bindings.milliseconds(moments)})`;
  return {
    columns,
    relation: `SELECT ${byAccount ? 'cut.1 AS e_account, ' : ''}cut.2 AS e_feature, arraySort(groupUniqArray(cut.3)) AS cuts
      FROM (SELECT arrayJoin(${zipped}) AS cut) GROUP BY ${byAccount ? 'e_account, ' : ''}e_feature`,
    insideMonths: inside(ask, moments),
  };
}

const inside = ({ calendar }: Ask, moments: readonly number[]): boolean =>
  moments.some((moment) => calendar.floor(moment, 'month') !== moment);

/** More are better worked out by the store than sent to it: the text of the question names the moments several times. */
const mostRowsLookedAt = 1000;

/** All midnights at which an entitlement begins or has ended, whether the quantity changes or not: too many do no harm. */
function everyEntitlementMidnight(ask: Ask, columns: readonly string[], bindings: Bindings): string {
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const midnight = (day: string): string => `toUnixTimestamp64Milli(toDateTime64(toString(${day}), 3, ${zone}))`;
  return `SELECT ${columns.map((column) => `${column} AS e_${column}`).join(', ')}, arraySort(groupUniqArray(moment)) AS cuts
      FROM (SELECT account, feature, arrayJoin([${midnight('start')}, ${midnight('end + 1')}]) AS moment
            FROM ${entitlementsSql(ask.book.own, bindings)} WHERE model = 'concurrent')
      WHERE moment > ${bindings.bind(ask.range.from, 'Int64')} AND moment < ${bindings.bind(ask.range.to, 'Int64')}
      GROUP BY ${columns.join(', ')}`;
}
