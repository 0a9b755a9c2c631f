import type { Ask } from './ask.ts';
import { keyText, read, selectionOf } from './ask.ts';
import { endOfDataByKey } from './end-of-data.ts';
import { fixed } from './entitlement-book.ts';
import { boundariesOf } from './levels.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { Bindings } from './sql.ts';
import { seatsOf, seatsSql } from './seats.ts';
import { readUsage } from './usage.ts';
import type { Piece } from './windows.ts';
import { piecesOf } from './windows.ts';

/** How long a group had each number of licenses in use, as far as that is known. */
export interface TimeAtLevels {
  readonly key: readonly string[];
  /** Licenses in use → milliseconds; none is 0. */
  readonly levels: ReadonlyMap<number, number>;
}

/**
 * The time that each group of the question spends at each number of licenses in use, exactly: the balance at the range's start,
 * then every change. Up to the group's data end, within working hours. Groups without use in the range have no entry, unless
 * everything is one group: that is then idle.
 */
export async function readTimeAtLevels(ask: Ask): Promise<TimeAtLevels[]> {
  const keys = ask.question.groupBy;
  const pieces = piecesOf(ask.range, ask.windows);
  const start = { from: ask.range.from, to: ask.range.from + 1, window: 0 };
  const [openings, changes, endOf] = await Promise.all([
    readUsage(ask, { keys, pieces: [start] }),
    readLevels(ask, pieces),
    endOfDataByKey(ask, keys, 'averages'),
  ]);
  const opened = openings.map(({ key, pieces: own }) => ({ key, opening: own.get(start.from)?.opening ?? 0 }));
  const openingOf = new Map(opened.map(({ key, opening }) => [keyText(key), opening]));
  const groups = new Map(
    [...opened.filter(({ opening }) => opening !== 0), ...changes].map(({ key }) => [keyText(key), key]),
  );
  if (groups.size === 0 && keys.length === 0 && ask.sources.length > 0) groups.set('', []);
  const changesOf = new Map(changes.map((group) => [keyText(group.key), group]));
  return [...groups].map(([text, key]) => {
    const opening = openingOf.get(text) ?? 0;
    const levels = new Map<number, number>();
    const add = (level: number, length: number): void => {
      if (length > 0) levels.set(fixed(opening + level), (levels.get(fixed(opening + level)) ?? 0) + length);
    };
    const end = Math.min(endOf(key), ask.range.to);
    const { first, last, above } = changesOf.get(text) ?? { first: end, last: { at: end, level: 0 }, above: [] };
    add(0, countedUntil(pieces, first));
    for (const { level, length } of above) add(level, length);
    add(last.level, countedUntil(pieces, end) - countedUntil(pieces, last.at));
    return { key, levels };
  });
}

/** What the changes of the range do to a group, from the balance at its start. */
interface Levels {
  readonly key: readonly string[];
  /** The first change, epoch milliseconds. */
  readonly first: number;
  /** The last change, and the level from there on. */
  readonly last: { readonly at: number; readonly level: number };
  /** Between the two: counted milliseconds at each level. */
  readonly above: readonly { readonly level: number; readonly length: number }[];
}

/** Changes of one moment are one: what lies between them lasts no time. */
async function readLevels(ask: Ask, pieces: readonly Piece[]): Promise<Levels[]> {
  const keys = ask.question.groupBy;
  const bindings = new Bindings();
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const names = keys.map((_, i) => `k${i}, `).join('');
  const partition = keys.length === 0 ? '' : `PARTITION BY ${keys.map((_, i) => `k${i}`).join(', ')} `;
  const counted = countedSql(pieces, bindings);
  const packages = seatsOf(ask, keys);
  const changes =
    packages === undefined
      ? `
      SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}toUnixTimestamp64Milli(t.time) AS at, -t.delta AS fall
      FROM (
        SELECT * FROM usage_changes WHERE time >= ${bindings.time(ask.range.from)} AND time < ${bindings.time(ask.range.to)} AND delta != 0
          AND ${conditionSql('usage_changes', selectionOf(ask), bindings)}
      ) AS t ${joins}`
      : `SELECT * FROM (${seatsSql(ask, packages, { keys, stretch: ask.range }, bindings)}) WHERE rank = 1`;
  const { rows } = await read(
    ask,
    `SELECT ${names}toFloat64(level), toFloat64(sumIf(${counted('next')} - ${counted('at')}, next > 0)), toFloat64(min(at)), toFloat64(maxIf(at, next = 0))
FROM (
  SELECT ${names}at, sum(move) OVER (${partition}ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS level,
         leadInFrame(at, 1, toInt64(0)) OVER (${partition}ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
  FROM (
    SELECT ${names}at, -sum(fall) AS move FROM (${changes})
    GROUP BY ${names}at
  )
)
GROUP BY ${names}level`,
    bindings,
  );
  const groups = new Map<string, { -readonly [Part in keyof Levels]: Levels[Part] }>();
  for (const row of rows) {
    const key = row.slice(0, keys.length).map(String);
    const [level = 0, length = 0, first = 0, last = 0] = row.slice(keys.length).map(Number);
    const group = groups.get(keyText(key)) ?? { key, first, last: { at: 0, level: 0 }, above: [] };
    groups.set(keyText(key), group);
    group.first = Math.min(group.first, first);
    group.above = [...group.above, { level, length }];
    if (last > 0) group.last = { at: last, level };
  }
  return [...groups.values()];
}

/** Milliseconds of the range that count (all of it, or its working hours) before each moment, in SQL. */
function countedSql(pieces: readonly Piece[], bindings: Bindings): (moment: string) => string {
  const bounds = bindings.milliseconds(boundariesOf(pieces));
  const before = bindings.milliseconds(pieces.map((piece) => countedUntil(pieces, piece.from)));
  const counts = bindings.milliseconds(pieces.map(({ window }) => (window >= 0 ? 1 : 0)));
  return (moment) => {
    const from = `roundDown(${moment}, ${bounds})`;
    return `(transform(${from}, ${bounds}, ${before}, toInt64(0)) + (${moment} - ${from}) * transform(${from}, ${bounds}, ${counts}, toInt64(0)))`;
  };
}

function countedUntil(pieces: readonly Piece[], moment: number): number {
  let sum = 0;
  for (const { from, to, window } of pieces) {
    if (from >= moment) break;
    if (window >= 0) sum += Math.min(to, moment) - from;
  }
  return sum;
}
