import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { selectionOf } from './ask.ts';
import type { Entitlement } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';
import { entitledRows } from './entitled-rows.ts';
import type { Level, Span } from './levels.ts';
import { entitlementsSql } from './own-account.ts';
import { conditionSql, groupingSql } from './relations.ts';
import type { Bindings } from './sql.ts';

/**
 * A sub-select of *moves*: k0, k1, …, at (ms), seq, fall (−net change), rise (highest running sum within), area (license-ms up
 * to the end of the range) and, with cuts, cut (the last entitlement midnight at or before it, else 0). A rollup row is one
 * move, a change is one move: neighbouring moves compose alike.
 *
 * @param replaced only rows within stretches of this level that a cut goes through
 */
export type MovesSql = (level: Level, spans: readonly Span[], replaced?: 'month' | 'day') => string;

/** Where entitlements begin and end, as a relation (account, feature, cuts), and the columns it is joined by. */
export interface Cuts {
  readonly relation: string;
  readonly columns: readonly string[];
  /** Whether any of them is not the first moment of a month, or of a day (UTC). */
  readonly insideMonths: boolean;
  readonly insideDays: boolean;
}

const rowEnd = {
  month: `toInt64(toUnixTimestamp(addMonths(bucket, 1))) * 1000`,
  day: `(toInt64(toUnixTimestamp(bucket)) + 86400) * 1000`,
  quarter: `(toInt64(toUnixTimestamp(bucket)) + 900) * 1000`,
} as const;

export function movesSql(
  ask: Ask,
  context: {
    readonly keys: readonly Dimension[];
    readonly grouping: string;
    readonly end: number;
    readonly cuts: Cuts | undefined;
    /** Condition on single changes. */
    readonly only: string;
    /** Whether license-milliseconds are wanted; else they are 0. */
    readonly area: boolean;
    readonly bindings: Bindings;
  },
): MovesSql {
  const { keys, grouping, end, cuts, only, area, bindings } = context;
  const join =
    cuts === undefined
      ? ''
      : `LEFT ANY JOIN (${cuts.relation}) AS e ON ${cuts.columns.map((column) => `t.${column} = e.e_${column}`).join(' AND ')}`;
  const cutColumn =
    cuts === undefined ? '' : ', arrayMax(arrayFilter(x -> x <= at, arrayPushFront(e.cuts, toInt64(0)))) AS cut';
  const onlyReplaced = (replaced: 'month' | 'day' | undefined, moment: string): string => {
    if (cuts === undefined || replaced === undefined) return '1';
    const [start, inner] =
      replaced === 'month'
        ? [`toUnixTimestamp(toDateTime(toStartOfMonth(${moment}), 'UTC'))`, 'toStartOfMonth']
        : [`toUnixTimestamp(toDateTime(toStartOfDay(${moment}), 'UTC'))`, 'toStartOfDay'];
    const key = cuts.columns.join(', ');
    return `(${key}, toInt64(${start})) IN (SELECT ${cuts.columns.map((column) => `e_${column}`).join(', ')}, toInt64(toUnixTimestamp(toDateTime(${inner}(fromUnixTimestamp64Milli(x, 'UTC')), 'UTC'))) AS begins
      FROM (${cuts.relation}) ARRAY JOIN cuts AS x WHERE begins * 1000 < x)`;
  };

  const fromRollup = (level: Exclude<Level, 'raw'>, spans: readonly Span[], replaced?: 'month' | 'day'): string => {
    const times = spans.map(({ from, to }) => `bucket >= ${bindings.time(from)} AND bucket < ${bindings.time(to)}`);
    const columns = keys.map((key, i) => `${key === 'model' ? `'concurrent'` : `t.${key}`} AS k${i}, `).join('');
    const whole = cuts === undefined ? '' : 'WHERE NOT arrayExists(x -> x > at AND x < t.ends, e.cuts)';
    return `
SELECT ${columns}t.at AS at, toUInt64(0) AS seq, t.fall AS fall, t.rise AS rise, t.area AS area${cutColumn}
FROM (
  SELECT account, feature, server, vendor, toInt64(toUnixTimestamp(bucket)) * 1000 AS at, ${rowEnd[level]} AS ends, -net AS fall, top AS rise,
         ${area ? `area + toDecimal128(net, 6) * (${bindings.bind(end, 'Int64')} - ends)` : '0'} AS area
  FROM usage FINAL
  WHERE grouping = '${grouping}' AND level = '${level}' AND (${times.join(' OR ')}) AND (net != 0 OR top != 0 OR area != 0)
    AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${onlyReplaced(replaced, 'bucket')}
) AS t ${join} ${whole}`;
  };

  const fromChanges = (spans: readonly Span[], replaced?: 'month' | 'day'): string => {
    const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
    const times = spans.map(({ from, to }) => `time >= ${bindings.time(from)} AND time < ${bindings.time(to)}`);
    return `
SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}toUnixTimestamp64Milli(t.time) AS at, t.seq AS seq, -t.delta AS fall, greatest(t.delta, 0) AS rise,
       ${area ? `toDecimal128(t.delta, 6) * (${bindings.bind(end, 'Int64')} - toUnixTimestamp64Milli(t.time))` : '0'} AS area${cutColumn}
FROM (
  SELECT * FROM usage_changes
  WHERE (${times.join(' OR ')}) AND delta != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${onlyReplaced(replaced, 'time')} AND ${only}
) AS t ${joins} ${join}`;
  };

  return (level, spans, replaced) =>
    level === 'raw' ? fromChanges(spans, replaced) : fromRollup(level, spans, replaced);
}

/** Months that a cut goes through are read by days, such days by their changes. */
export function finerWhereCut(cuts: Cuts, spans: readonly [Level, readonly Span[]][], moves: MovesSql): string[] {
  const of = (level: Level): readonly Span[] => spans.find(([own]) => own === level)?.[1] ?? [];
  const months = of('month');
  const days = [...months, ...of('day')];
  return [
    ...(months.length > 0 && cuts.insideMonths ? [moves('day', months, 'month')] : []),
    ...(days.length > 0 && cuts.insideDays ? [moves('raw', days, 'day')] : []),
  ];
}

/**
 * Moments inside the range at which the quantity entitled changes, per account × feature (per feature where accounts are not
 * told apart). Renewals of the same quantity are no change. undefined: there are none.
 */
export function entitlementCuts(ask: Ask, keys: readonly Dimension[], bindings: Bindings): Cuts | undefined {
  const byAccount = keys.includes('account');
  const columns = byAccount ? ['account', 'feature'] : ['feature'];
  const rows = entitledRows(ask, 'concurrent').filter(({ from, to }) => from > ask.range.from || to < ask.range.to);
  const bounds = rows.flatMap(({ from, to }) => [from, to]).filter((at) => at > ask.range.from && at < ask.range.to);
  if (rows.length > mostRowsLookedAt)
    return { columns, relation: everyEntitlementMidnight(ask, columns, bindings), ...inside(bounds) };
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
    ...inside(moments),
  };
}

const inside = (moments: readonly number[]): Pick<Cuts, 'insideMonths' | 'insideDays'> => ({
  insideMonths: moments.some((moment) => new Date(moment).getUTCDate() !== 1 || moment % dayMs !== 0),
  insideDays: moments.some((moment) => moment % dayMs !== 0),
});

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

const dayMs = 86_400_000;
