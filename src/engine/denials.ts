import type { Dimension } from '../query/dimensions.ts';
import { episodesSql } from '../store/episodes-sql.ts';
import { storedRule } from '../store/rollups/episodes.ts';
import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import { boundariesOf } from './levels.ts';
import type { Selection } from './relations.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { notTracking } from './source-notices.ts';
import { Bindings } from './sql.ts';
import { piecesOf } from './windows.ts';

export interface DenialCount {
  /** The asked grouping, then the extra columns. */
  readonly key: readonly string[];
  readonly window: number;
  readonly count: number;
}

interface DenialRequest {
  readonly keys: readonly Dimension[];
  readonly extra?: readonly ('reason' | 'code')[];
  readonly distinctClients?: boolean;
}

/** Denials as `readDenials` counts them, and by window the same count without the grouping: distinct clients do not add up. */
export async function readShares(
  ask: Ask,
  request: DenialRequest,
): Promise<{ readonly counts: readonly DenialCount[]; readonly totals: ReadonlyMap<number, number> }> {
  const addsUp = ask.question.denials.count !== 'clients' && request.distinctClients !== true;
  const [counts, ungrouped] = await Promise.all([
    readDenials(ask, request),
    addsUp ? undefined : readDenials(ask, { ...request, keys: [], extra: [] }),
  ]);
  const totals = new Map<number, number>();
  for (const { window, count } of ungrouped ?? counts) totals.set(window, (totals.get(window) ?? 0) + count);
  return { counts, totals };
}

/**
 * Counts denials the way the question says: lines, episodes (all, or those with one outcome), or distinct clients of what
 * the rule selects.
 */
export async function readDenials(ask: Ask, request: DenialRequest): Promise<DenialCount[]> {
  const { keys, extra = [] } = request;
  const bindings = new Bindings();
  const { count } = ask.question.denials;
  const lines = count === 'lines' || count === 'clients';
  const pieces = piecesOf(ask.range, ask.windows);
  const { joins, expressions } = groupingSql(lines ? 'events' : 'episodes', keys, selectionOf(ask), bindings);
  const columns = [...expressions, ...extra.map((column) => `t.${column}`)];
  const names = columns.map((_, i) => `k${i}, `).join('');
  const clients = request.distinctClients === true || count === 'clients';
  const counted = clients ? 'uniqExact((owner, number))' : 'count()';
  const boundaries = bindings.milliseconds(boundariesOf(pieces));
  const windows = bindings.bind(
    pieces.map((piece) => piece.window),
    'Array(Int64)',
  );
  const { rows } = await read(
    ask,
    `SELECT ${names}window, toFloat64(${counted}) FROM (
  SELECT ${columns.map((column, i) => `${column} AS k${i}, `).join('')}t.account AS owner, t.client AS number,
         transform(roundDown(toUnixTimestamp64Milli(t.time), ${boundaries}), ${boundaries}, ${windows}, toInt64(-1)) AS window
  FROM (${lines ? linesSql(ask, bindings) : selectedEpisodesSql(ask, bindings)}) AS t ${joins}
) WHERE window >= 0 GROUP BY ${names}window`,
    bindings,
  );
  return rows.map((row) => ({
    key: row.slice(0, columns.length).map(String),
    window: Number(row[columns.length]),
    count: Number(row[columns.length + 1]),
  }));
}

function kindsSql(ask: Ask): string {
  return ask.question.denials.unsupported ? `kind IN ('denial', 'unsupported')` : `kind = 'denial'`;
}

function rangeSql(ask: Ask, bindings: Bindings): string {
  return `time >= ${bindings.time(ask.range.from)} AND time < ${bindings.time(ask.range.to)}`;
}

function linesSql(ask: Ask, bindings: Bindings): string {
  return `SELECT * FROM events WHERE ${kindsSql(ask)} AND ${rangeSql(ask, bindings)} AND ${conditionSql('events', selectionOf(ask), bindings)}`;
}

/** Episodes of the range (an episode belongs to the range of its first denial) with the wanted outcome. */
export function selectedEpisodesSql(ask: Ask, bindings: Bindings): string {
  const outcome = ask.question.denials.count;
  const wanted =
    outcome === 'resolved' || outcome === 'unresolved' || outcome === 'unknown'
      ? outcomeSql(ask, bindings) + ` = '${outcome}'`
      : '1';
  return `SELECT * FROM (${episodeRows(ask, bindings)}) WHERE ${kindsSql(ask)} AND ${rangeSql(ask, bindings)}
    AND ${conditionSql('episodes', selectionOf(ask), bindings)} AND ${wanted}`;
}

/**
 * All episodes that may fall into the range. By the stored rule they are read; by another they are made anew from the whole
 * history of denial lines, since a chain of lines may have begun long before.
 */
function episodeRows(ask: Ask, bindings: Bindings): string {
  const { gapSeconds, across } = ask.question.denials;
  if (gapSeconds === storedRule.gapSeconds && across === storedRule.across && !ask.rawOnly)
    return 'SELECT * FROM episodes FINAL WHERE lines > 0';
  const ofWhole: readonly Dimension[] = across === 'pool' ? ofLastLine : [...ofLastLine, 'server', 'vendor'];
  const selection: Selection = {
    ...selectionOf(ask),
    filters: ask.question.filters.filter(({ dimension }) => !ofWhole.includes(dimension)),
  };
  return episodesSql({
    where: `${kindsSql(ask)} AND ${conditionSql('events', selection, bindings)}`,
    gapMs: bindings.bind(gapSeconds * 1000, 'Int64'),
    across,
  });
}

/** What an episode takes from its last line: a filter by it chooses episodes, not lines. */
const ofLastLine: readonly Dimension[] = ['denialReason', 'denialFamily', 'version', 'project', 'model'];

/**
 * Resolved, else unknown where nobody says who asked or the data of the last line's source end too early to tell, else unresolved
 * (docs/definitions.md#denials).
 */
export function outcomeSql(ask: Ask, bindings: Bindings): string {
  const within = bindings.bind(ask.question.denials.resolvedWithinSeconds * 1000, 'Int64');
  const servers = bindings.strings(ask.sources.map((source) => source.server));
  const ends = bindings.milliseconds(ask.sources.map((source) => source.lastLine));
  const end = ask.sources.length === 0 ? 'toInt64(0)' : `transform(toString(server), ${servers}, ${ends}, toInt64(0))`;
  return `multiIf(grantAfter >= 0 AND grantAfter <= ${within}, 'resolved', client = 0 OR ${end} <= toUnixTimestamp64Milli(last) + ${within}, 'unknown', 'unresolved')`;
}

/** "No denials" may mean "not tracked" (docs/definitions.md#unknown-is-null). */
export function noticeUntracked(ask: Ask): boolean {
  const blind = ask.sources.filter((source) => !source.tracksDenials);
  if (blind.length > 0) ask.notices.push(notTracking(blind, ask.sources.length));
  return ask.sources.length > 0 && blind.length === ask.sources.length;
}
