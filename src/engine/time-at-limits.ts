import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { limits } from '../store/rollups/entitled-use.ts';
import { Bindings } from './sql.ts';
import type { UsageRequest } from './usage.ts';

/** A piece of time in which a group's use is looked at change by change. Epoch milliseconds. */
export interface BusyPiece {
  readonly key: readonly string[];
  readonly from: number;
  readonly to: number;
  /** When the group's data end: later time is not counted. */
  readonly until: number;
  readonly opening: number;
  readonly peak: number;
  readonly quantity: number;
  /** As in `UsageRequest`. */
  readonly only?: UsageRequest['only'];
}

/** What happened in a piece on one day of the site's calendar. */
export interface BusyDay {
  /** Such as 2026-03-02. */
  readonly day: string;
  /** When the piece's peak was first reached; undefined: not on this day. */
  readonly peakAt: number | undefined;
  /** Milliseconds at or over each of the limits. */
  readonly lengths: readonly number[];
}

/** So many pieces are asked for at once: their bounds are sent with the question. */
const atOnce = 2000;

/**
 * How long use was at or over the limits in pieces of time with a constant quantity, exactly: the balance at the start, then every
 * change. Changes of one moment follow each other as they do in peaks.
 *
 * @param pieces within a day of the site each; of one group they do not overlap
 */
export async function readTimeAtLimits(
  ask: Ask,
  keys: readonly Dimension[],
  pieces: readonly BusyPiece[],
): Promise<ReadonlyMap<BusyPiece, readonly BusyDay[]>> {
  const days = new Map<BusyPiece, BusyDay[]>();
  for (const only of new Set(pieces.map((piece) => piece.only))) {
    const own = pieces.filter((piece) => piece.only === only);
    for (let at = 0; at < own.length; at += atOnce) {
      const batch = own.slice(at, at + atOnce);
      const bindings = new Bindings();
      const { rows } = await read(ask, sqlOf(ask, keys, batch, only, bindings), bindings);
      for (const [n, day, reached, peakAt, ...lengths] of rows) {
        const piece = batch[Number(n)];
        if (piece === undefined) continue;
        const entry = {
          day: String(day),
          peakAt: Number(reached) > 0 ? Number(peakAt) : undefined,
          lengths: lengths.map(Number),
        };
        const known = days.get(piece);
        if (known === undefined) days.set(piece, [entry]);
        else known.push(entry);
      }
    }
  }
  return days;
}

function sqlOf(
  ask: Ask,
  keys: readonly Dimension[],
  pieces: readonly BusyPiece[],
  only: BusyPiece['only'],
  bindings: Bindings,
): string {
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const numbers = (of: (piece: BusyPiece) => number): string => bindings.bind(pieces.map(of), 'Array(Float64)');
  const moments = (of: (piece: BusyPiece) => number): string => bindings.milliseconds(pieces.map(of));
  const columns: readonly (readonly [name: string, values: string])[] = [
    ['n', bindings.milliseconds(pieces.map((_, n) => n))],
    ['begins', moments(({ from }) => from)],
    ['ends', moments(({ to }) => to)],
    ['until', moments(({ until }) => until)],
    ['opening', numbers(({ opening }) => opening)],
    ['peak', numbers(({ peak }) => peak)],
    ['quantity', numbers(({ quantity }) => quantity)],
    ...keys.map((_, i) => [`w${i}`, bindings.strings(pieces.map(({ key }) => key[i] ?? ''))] as const),
  ];
  const wanted = `(SELECT ${columns.map(([name], i) => `z.${i + 1} AS ${name}`).join(', ')}
    FROM (SELECT arrayJoin(arrayZip(${columns.map(([, values]) => values).join(', ')})) AS z))`;
  const pinned = (['account', 'feature'] as const).flatMap((dimension) => {
    const at = keys.indexOf(dimension);
    const names = [...new Set(pieces.map(({ key }) => key[at] ?? ''))];
    return at < 0 ? [] : [`${dimension} IN ${bindings.strings(names)}`];
  });
  const first = Math.min(...pieces.map(({ from }) => from));
  const last = Math.max(...pieces.map(({ to }) => to));
  const time = (moment: string): string => `fromUnixTimestamp64Milli(${moment}, 'UTC')`;
  const local = (moment: string): string => `toTimeZone(${time(moment)}, ${zone})`;
  const orderOf = 'PARTITION BY n ORDER BY at, rank, seq, -delta';
  return `
SELECT n, toString(toDate(${local('at')})) AS day, toFloat64(countIf(level >= peak - 1e-9)), toFloat64(minIf(at, level >= peak - 1e-9)),
       ${limits.map((limit) => `toFloat64(sumIf(length, 100 * level >= ${limit} * quantity - 1e-7))`).join(', ')}
FROM (
  SELECT n, at, peak, quantity, round(opening + toFloat64(risen), 6) AS level, greatest(0, least(next, until) - at) AS length
  FROM (
    SELECT n, at, sum(delta) OVER (${orderOf} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS risen,
           leadInFrame(at, 1, toInt64(ends)) OVER (${orderOf} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next,
           opening, peak, quantity, until
    FROM (
      SELECT w.n AS n, t.at AS at, 1 AS rank, t.seq AS seq, t.delta AS delta
      FROM (
        SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}toUnixTimestamp64Milli(t.time) AS at, t.seq AS seq, t.delta AS delta
        FROM (
          SELECT * FROM usage_changes
          WHERE time >= ${bindings.time(first)} AND time < ${bindings.time(last)} AND delta != 0 AND ${pinned.join(' AND ')}
            AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${only?.(bindings) ?? '1'}
        ) AS t ${joins}
      ) AS t ASOF JOIN ${wanted} AS w ON ${keys.map((_, i) => `t.k${i} = w.w${i}`).join(' AND ')} AND t.at >= w.begins
      WHERE t.at < w.ends
      UNION ALL
      SELECT n, begins AS at, 0 AS rank, toUInt64(0) AS seq, toDecimal64(0, 6) AS delta FROM ${wanted}
    ) AS moves INNER JOIN ${wanted} AS w USING (n)
  )
)
GROUP BY n, day
ORDER BY n, day`;
}
