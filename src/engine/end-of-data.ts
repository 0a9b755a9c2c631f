import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText, readLasting, selectionOf } from './ask.ts';
import { conditionSql, groupingSql } from './relations.ts';
import { endingEarly, tellsEnd } from './source-notices.ts';
import { Bindings } from './sql.ts';

/**
 * When the data of a group end: the latest last line among the servers that it was used on, epoch milliseconds. After that
 * nothing is known (null, never 0); averages are taken up to there.
 *
 * @param purpose whether the answer only tells windows with data from those without, or is divided by the time with data
 */
export async function endOfDataByKey(
  ask: Ask,
  keys: readonly Dimension[],
  purpose: 'windows' | 'averages',
): Promise<(key: readonly string[]) => number> {
  const ends = ask.sources.map((source) => source.lastLine);
  const latest = ends.length === 0 ? ask.range.from : Math.max(...ends);
  const serverAt = keys.indexOf('server');
  const lastLine = new Map(ask.sources.map((source) => [source.server, source.lastLine]));
  if (serverAt >= 0) return (key) => lastLine.get(key[serverAt] ?? '') ?? latest;
  noticeEarlyEnds(ask, latest);
  if (ends.every((end) => end === latest || end >= ask.range.to)) return () => latest;
  const lastWindow = ask.windows.at(-1)?.from ?? ask.range.from;
  if (purpose === 'windows' && ends.every((end) => end >= lastWindow)) return () => latest;
  const bindings = new Bindings();
  const onRollup =
    !ask.rawOnly &&
    [...keys, ...ask.question.filters.map((filter) => filter.dimension)].every((dimension) =>
      ['account', 'feature', 'server', 'product', 'model'].includes(dimension),
    );
  // Check-ins with nothing open are no use of a server, nor are rollup rows that lost their last change: they are zeros.
  const relation = onRollup
    ? `(SELECT DISTINCT account, feature, server FROM facts FINAL WHERE grouping = 'account_feature_server' AND level = 'month' AND peak != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)})`
    : `(SELECT DISTINCT account, feature, server, vendor, version, client, project FROM usage_changes WHERE delta != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)})`;
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const { rows } = await readLasting(
    ask,
    `SELECT ${[...expressions, 'groupUniqArray(toString(t.server))'].join(', ')} FROM ${relation} AS t ${joins}
${expressions.length > 0 ? `GROUP BY ${expressions.join(', ')}` : ''}`,
    bindings,
  );
  const byKey = new Map(
    rows.map((row) => {
      const servers = row[keys.length] as readonly string[];
      return [
        keyText(row.slice(0, keys.length).map(String)),
        Math.max(...servers.map((server) => lastLine.get(server) ?? 0)),
      ];
    }),
  );
  return (key) => byKey.get(keyText(key)) ?? latest;
}

function noticeEarlyEnds(ask: Ask, latest: number): void {
  const ended = ask.sources.filter((source) => source.lastLine < Math.min(latest, ask.range.to) - 3_600_000);
  if (ended.length === 0 || ask.notices.some(tellsEnd)) return;
  ask.notices.push(endingEarly(ended, ask.sources.length));
}
