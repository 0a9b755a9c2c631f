import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import { bucketsSql } from './buckets-sql.ts';
import { changesSql } from './changes-sql.ts';
import { boundariesOf, byLevel, joinSpans, planSpans } from './levels.ts';
import { conditionSql, groupingSql, knows } from './relations.ts';
import { Bindings } from './sql.ts';
import { piecesOf } from './windows.ts';

export interface ClientCount {
  readonly key: readonly string[];
  readonly window: number;
  readonly clients: number;
}

/**
 * Unique served clients per group and window: distinct clients with a session that overlaps it. Days and months are kept as
 * sets of client numbers, one per account, so sets merge within an account and their sizes add up over accounts. What the
 * sets do not know (users, versions, single hours) comes from the sessions themselves.
 *
 * A session of length 0 counts where it starts; one that ends exactly at a window's start does not (docs/definitions.md#use).
 */
export async function readUniqueClients(ask: Ask, keys: readonly Dimension[]): Promise<ClientCount[]> {
  const bindings = new Bindings();
  const selection = selectionOf(ask);
  const kept =
    !ask.rawOnly &&
    knows(
      'served_clients',
      [...keys, ...selection.filters.map((filter) => filter.dimension)].filter((dimension) => dimension !== 'model'),
    );
  const pieces = piecesOf(ask.range, ask.windows);
  // Windows are known by the start of their pieces: cut the range again into what sets cover and what is left to sessions.
  const spans = planSpans(pieces, kept ? ['month', 'day'] : [], ask)
    .map((span) => ({ ...span, window: pieces[span.piece]?.window ?? -1 }))
    .filter(({ window }) => window >= 0);
  if (spans.length === 0) return [];
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const windowOf = `transform(piece, ${bindings.milliseconds(boundariesOf(pieces))}, ${bindings.bind(
    pieces.map((piece) => piece.window),
    'Array(Int64)',
  )}, toInt64(-1))`;
  const parts: string[] = [];
  const inSets = spans.filter(({ level }) => level !== 'raw');
  if (inSets.length > 0) {
    const { joins, expressions } = groupingSql('served_clients', keys, selection, bindings);
    // By level, then time: neighbours are one.
    const joined = byLevel(inSets).flatMap(([, own]) => joinSpans(own));
    parts.push(`SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}t.account AS owner,
         roundDown(toInt64(toUnixTimestamp(toDateTime(t.bucket, ${zone}))) * 1000, ${bindings.milliseconds(boundariesOf(pieces))}) AS piece, ${windowOf} AS window, t.clients AS clients
       FROM (SELECT account, feature, server, bucket, clients FROM served_clients FINAL WHERE (${bucketsSql(joined, zone, bindings)}) AND ${conditionSql('served_clients', selection, bindings)}) AS t ${joins}`);
  }
  // The spans of a piece follow each other: what stands beside an edge is a set, or nothing.
  const beside: Edge[] = [];
  const alone: (typeof spans)[number][] = [];
  spans.forEach((span, i) => {
    if (span.level !== 'raw') return;
    if (spans[i + 1]?.piece === span.piece) beside.push({ ...span, by: 'ends' });
    else if (spans[i - 1]?.piece === span.piece) beside.push({ ...span, by: 'starts' });
    else alone.push(span);
  });
  if (beside.length > 0) parts.push(fromChanges(ask, keys, beside, bindings));
  if (alone.length > 0) parts.push(fromSessions(ask, keys, alone, bindings));
  const names = keys.map((_, i) => `k${i}, `).join('');
  const { rows } = await read(
    ask,
    `SELECT ${names}window, toFloat64(sum(size)) FROM (
  SELECT ${names}owner, window, groupBitmapMerge(clients) AS size FROM (${parts.join('\nUNION ALL\n')}) GROUP BY ${names}owner, window
) GROUP BY ${names}window HAVING sum(size) > 0`,
    bindings,
  );
  return rows.map((row) => ({
    key: row.slice(0, keys.length).map(String),
    window: Number(row[keys.length]),
    clients: Number(row[keys.length + 1]),
  }));
}

/** A stretch of a window beside a day of it whose clients are known. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly window: number;
  /** Which of their ends lies in it, of all sessions that do not reach into the day beside it. */
  readonly by: 'starts' | 'ends';
}

/**
 * Sessions that overlap an edge, but for those that the day beside it knows: before that day they have ended by its start, after it
 * they have begun since its end.
 */
function fromChanges(ask: Ask, keys: readonly Dimension[], edges: readonly Edge[], bindings: Bindings): string {
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const conditions = edges.map(({ from, to, by }) => {
    const [start, end] = [bindings.time(from), bindings.time(to)];
    return by === 'starts'
      ? `delta > 0 AND time >= ${start} AND time < ${end}`
      : `ending NOT IN ('', 'orphan', 'excess') AND time >= ${start} AND time <= ${end} AND (time > ${start} OR held = 0)`;
  });
  const starts = bindings.milliseconds(edges.map(({ from }) => from));
  const windows = bindings.bind(
    edges.map(({ window }) => window),
    'Array(Int64)',
  );
  const read = edges.map(({ from, to }) => ({ from, to: to + 1 }));
  return `
SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}t.account AS owner, t.piece AS piece, transform(piece, ${starts}, ${windows}, toInt64(-1)) AS window, groupBitmapState(t.client) AS clients
FROM (SELECT account, feature, server, client, roundDown(toUnixTimestamp64Milli(time), ${starts}) AS piece FROM ${changesSql(ask, read)}
      WHERE (${conditions.map((condition) => `(${condition})`).join(' OR ')}) AND ${conditionSql('usage_changes', selectionOf(ask), bindings)}) AS t ${joins}
GROUP BY ${expressions.map((_, i) => `k${i}, `).join('')}owner, piece`;
}

/** So many are looked for one by one: of a year by days and months, only the sessions of its first and last hours are read. */
const fewStretches = 4;

/** Sessions that overlap the edges: most lie in one of them, the few longer ones are spread over all they reach. */
function fromSessions(
  ask: Ask,
  keys: readonly Dimension[],
  edges: readonly { readonly from: number; readonly to: number; readonly window: number }[],
  bindings: Bindings,
): string {
  // Every edge and every gap between edges gets a lower boundary; the window of a gap is −1.
  const boundaries: number[] = [];
  const windows: number[] = [];
  let at = -1;
  for (const edge of edges) {
    if (edge.from !== at) {
      boundaries.push(at);
      windows.push(-1);
    }
    boundaries.push(edge.from);
    windows.push(edge.window);
    at = edge.to;
  }
  boundaries.push(at);
  windows.push(-1);
  const bounds = bindings.milliseconds(boundaries);
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const stretches = joinSpans(edges.map((edge) => ({ ...edge, level: 'raw' })));
  const overlaps = (stretches.length > fewStretches ? [{ from: edges[0]?.from ?? 0, to: at }] : stretches)
    .map(({ from, to }) => `(end >= ${bindings.time(from)} AND start < ${bindings.time(to)})`)
    .join(' OR ');
  return `
SELECT ${expressions.map((_, i) => `k${i}, `).join('')}owner, toInt64(0) AS piece, window, groupBitmapState(number) AS clients
FROM (
  SELECT ${expressions.map((expression, i) => `${expression} AS k${i}, `).join('')}t.account AS owner, t.client AS number,
         roundDown(t.started, ${bounds}) AS low, roundDown(greatest(t.started, t.ended - 1), ${bounds}) AS high,
         arrayJoin(if(low = high, [low], arrayFilter(b -> b >= low AND b <= high, ${bounds}))) AS edge,
         transform(edge, ${bounds}, ${bindings.bind(windows, 'Array(Int64)')}, toInt64(-1)) AS window
  FROM (
    SELECT account, feature, server, vendor, version, project, client, toUnixTimestamp64Milli(end) AS ended, ended - held AS started
    FROM sessions
    WHERE (${overlaps}) AND ${conditionSql('usage_changes', selectionOf(ask), bindings)}
  ) AS t ${joins}
)
WHERE window >= 0
GROUP BY ${expressions.map((_, i) => `k${i}, `).join('')}owner, window`;
}
