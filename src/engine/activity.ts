import type { Dimension } from '../query/dimensions.ts';
import type { Filter } from '../query/question.ts';
import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import { bucketsSql } from './buckets-sql.ts';
import type { Span } from './levels.ts';
import { boundariesOf, joinSpans, planSpans } from './levels.ts';
import { conditionSql, groupingSql, knows } from './relations.ts';
import { Bindings } from './sql.ts';
import type { Piece } from './windows.ts';

/** Sums over lines that the daily and monthly counts keep: what each line adds, and the column that has it summed. */
export const lineSums = {
  checkouts: `toUInt64(t.kind = 'checkout')`,
  checkins: `toUInt64(t.kind = 'checkin')`,
  denials: `toUInt64(t.kind = 'denial')`,
  unsupported: `toUInt64(t.kind = 'unsupported')`,
  queued: `toUInt64(t.kind = 'queued')`,
  dequeued: `toUInt64(t.kind = 'dequeued')`,
  upgrades: `toUInt64(t.kind = 'upgrade')`,
  consumed: `if(t.model = 'metered' AND t.kind = 'checkout', toDecimal128(t.quantity, 6), toDecimal128(0, 6))`,
} as const;
export type LineSum = keyof typeof lineSums;

export interface LineSums {
  readonly key: readonly string[];
  /** Index into the pieces asked for. */
  readonly piece: number;
  /** In the order of `sums`. */
  readonly values: readonly number[];
}

/**
 * Counts lines (or sums amounts) per group and piece, from months and days where the question's dimensions are all kept
 * there, else from the lines themselves.
 */
export async function readLineSums(
  ask: Ask,
  request: {
    readonly keys: readonly Dimension[];
    readonly pieces: readonly Piece[];
    readonly sums: readonly LineSum[];
    /** In place of the question's own. */
    readonly filters?: readonly Filter[];
  },
): Promise<LineSums[]> {
  const { keys, pieces, sums } = request;
  if (pieces.length === 0) return [];
  const selection = { ...selectionOf(ask), ...(request.filters !== undefined && { filters: request.filters }) };
  const kept = !ask.rawOnly && knows('activity', [...keys, ...selection.filters.map((filter) => filter.dimension)]);
  const bindings = new Bindings();
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const spans = joinSpans(planSpans(pieces, kept ? ['month', 'day'] : [], ask));
  if (spans.length === 0) return [];
  const parts = (['activity', 'events'] as const).flatMap((relation) => {
    const own = spans.filter(({ level }) => (level === 'raw') === (relation === 'events'));
    if (own.length === 0) return [];
    const { joins, expressions } = groupingSql(relation, keys, selectionOf(ask), bindings);
    const columns = [
      ...expressions.map((expression, i) => `${expression} AS k${i}`),
      `${relation === 'events' ? 'toUnixTimestamp64Milli(t.time)' : `toInt64(toUnixTimestamp(toDateTime(t.bucket, ${zone}))) * 1000`} AS at`,
      ...sums.map((sum) => `${relation === 'events' ? lineSums[sum] : `t.${sum}`} AS ${sum}`),
    ];
    const condition = conditionSql(relation, selection, bindings);
    const from =
      relation === 'events' ? linesSql(own, bindings) : `activity FINAL WHERE (${bucketsSql(own, zone, bindings)})`;
    return [`SELECT ${columns.join(', ')} FROM (SELECT * FROM ${from} AND ${condition}) AS t ${joins}`];
  });
  const names = keys.map((_, i) => `k${i}, `).join('');
  const { rows } = await read(
    ask,
    `SELECT ${names}roundDown(at, ${bindings.milliseconds(boundariesOf(pieces))}) AS piece, ${sums.map((sum) => `toFloat64(sum(${sum}))`).join(', ')}
FROM (${parts.join('\nUNION ALL\n')}) GROUP BY ${names}piece`,
    bindings,
  );
  const indexOf = new Map(pieces.map((piece, i) => [piece.from, i]));
  return rows.map((row) => ({
    key: row.slice(0, keys.length).map(String),
    piece: indexOf.get(Number(row[keys.length])) ?? -1,
    values: row.slice(keys.length + 1).map(Number),
  }));
}

function linesSql(spans: readonly Span[], bindings: Bindings): string {
  const times = spans.map(({ from, to }) => `time >= ${bindings.time(from)} AND time < ${bindings.time(to)}`);
  return `events WHERE kind <= 'upgrade' AND (${times.join(' OR ')})`;
}
