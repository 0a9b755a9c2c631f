import type { Compute } from '../ask.ts';
import { keyText, read, selectionOf } from '../ask.ts';
import { conditionSql, groupingSql } from '../relations.ts';
import type { SourceCounts } from '../source-counts.ts';
import { readSourceCounts } from '../source-counts.ts';
import { Bindings } from '../sql.ts';
import { readUncovered } from '../uncovered-use.ts';

const columns = [
  'unmapped',
  'orphans',
  'excess',
  'closedByRestart',
  'stillOpen',
  'late',
  'undated',
  'unreadable',
  'duplicates',
] as const;
type Column = (typeof columns)[number];

/**
 * What could not be used, or only with doubt (docs/definitions.md#data-quality). Undated, unreadable and repeated lines belong
 * to sources, and are told in groupings by nothing or by server only, to whoever may see all accounts; elsewhere they are null.
 */
export const quality: Compute = async (ask) => {
  const { groupBy } = ask.question;
  const bindings = new Bindings();
  const groups = new Map<string, { key: readonly string[]; counts: Partial<Record<Column, number>> }>();
  const add = (key: readonly string[], column: Column, count: number): void => {
    const text = keyText(key);
    let group = groups.get(text);
    if (group === undefined) groups.set(text, (group = { key, counts: {} }));
    group.counts[column] = (group.counts[column] ?? 0) + count;
  };
  if (groupBy.length === 0) groups.set('', { key: [], counts: {} });

  const { joins, expressions } = groupingSql('usage_changes', groupBy, selectionOf(ask), bindings);
  const inRange = `time >= ${bindings.time(ask.range.from)} AND time < ${bindings.time(ask.range.to)}`;
  const keys = expressions.map((expression) => `${expression}, `).join('');
  const grouped = expressions.length > 0 ? `GROUP BY ${expressions.join(', ')}` : '';
  const endings = await read(
    ask,
    `SELECT ${keys}countIf(ending = 'orphan'), countIf(ending = 'excess'), countIf(ending = 'restart'), countIf(ending = 'open')
FROM (SELECT * FROM usage_changes WHERE ${inRange} AND ending IN ('orphan', 'excess', 'restart', 'open') AND ${conditionSql('usage_changes', selectionOf(ask), bindings)}) AS t ${joins} ${grouped}`,
    bindings,
  );
  for (const row of endings.rows) {
    const key = row.slice(0, groupBy.length).map(String);
    (['orphans', 'excess', 'closedByRestart', 'stillOpen'] as const).forEach((column, i) =>
      add(key, column, Number(row[groupBy.length + i])),
    );
  }

  const lateBindings = new Bindings();
  const late = groupingSql('events', groupBy, selectionOf(ask), lateBindings);
  const lateRows = await read(
    ask,
    `SELECT ${late.expressions.map((expression) => `${expression}, `).join('')}count() FROM (
  SELECT * FROM events WHERE seq >= 4294967296 AND kind <= 'upgrade' AND time >= ${lateBindings.time(ask.range.from)} AND time < ${lateBindings.time(ask.range.to)}
    AND ${conditionSql('events', selectionOf(ask), lateBindings)}) AS t ${late.joins} ${late.expressions.length > 0 ? `GROUP BY ${late.expressions.join(', ')}` : ''}`,
    lateBindings,
  );
  for (const row of lateRows.rows) add(row.slice(0, groupBy.length).map(String), 'late', Number(row[groupBy.length]));

  for (const { key, checkouts } of await readUncovered(ask, groupBy)) add(key, 'unmapped', checkouts);
  addSources(ask, await readSourceCounts(ask), add);

  const ofSources =
    ask.scope.accounts === 'all' &&
    groupBy.every((dimension) => dimension === 'server') &&
    ask.question.filters.every((filter) => filter.dimension === 'server');
  return [...groups.values()].map(({ key, counts }) => ({
    key,
    window: 0,
    values: columns.map((column) =>
      !ofSources && (column === 'undated' || column === 'unreadable' || column === 'duplicates')
        ? null
        : (counts[column] ?? 0),
    ),
  }));
};

function addSources(
  ask: Parameters<Compute>[0],
  counts: readonly SourceCounts[],
  add: (key: readonly string[], column: Column, count: number) => void,
): void {
  const { groupBy } = ask.question;
  if (groupBy.some((dimension) => dimension !== 'server')) return;
  for (const one of counts) {
    const key = groupBy.map(() => one.server);
    for (const column of ['undated', 'unreadable', 'duplicates'] as const) add(key, column, one[column]);
  }
}
