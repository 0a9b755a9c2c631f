import type { Compute } from '../ask.ts';
import { keyText, read, selectionOf } from '../ask.ts';
import { baseKeys, readPercentages } from '../percentage.ts';
import { readLineSums } from '../activity.ts';
import { conditionSql, groupingSql } from '../relations.ts';
import { Bindings } from '../sql.ts';
import { piecesOf } from '../windows.ts';

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
 * What could not be used, or only with doubt (DESIGN.md decision 7). Undated, unreadable and repeated lines belong to
 * sources, and are told in groupings by nothing or by server only, to whoever may see all accounts; elsewhere they are null.
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

  const { joins, expressions } = groupingSql('usage_changes', groupBy, ask.catalogue, bindings);
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
  const late = groupingSql('events', groupBy, ask.catalogue, lateBindings);
  const lateRows = await read(
    ask,
    `SELECT ${late.expressions.map((expression) => `${expression}, `).join('')}count() FROM (
  SELECT * FROM events WHERE seq >= 4294967296 AND kind <= 'upgrade' AND time >= ${lateBindings.time(ask.range.from)} AND time < ${lateBindings.time(ask.range.to)}
    AND ${conditionSql('events', selectionOf(ask), lateBindings)}) AS t ${late.joins} ${late.expressions.length > 0 ? `GROUP BY ${late.expressions.join(', ')}` : ''}`,
    lateBindings,
  );
  for (const row of lateRows.rows) add(row.slice(0, groupBy.length).map(String), 'late', Number(row[groupBy.length]));

  await addUnmapped(ask, add);
  addSources(ask, await sourceCounts(ask), add);

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

/** Checkout lines of account × feature that no entitlement in force covers. */
async function addUnmapped(
  ask: Parameters<Compute>[0],
  add: (key: readonly string[], column: Column, count: number) => void,
): Promise<void> {
  const { groupBy } = ask.question;
  const keys = baseKeys(groupBy);
  const [percentages, lines] = await Promise.all([
    readPercentages(ask, keys),
    readLineSums(ask, { keys, pieces: piecesOf(ask.range, ask.windows), sums: ['checkouts'] }),
  ]);
  const mapped = new Set(percentages.filter(({ value }) => value !== null).map(({ key }) => keyText(key)));
  const featureAt = keys.indexOf('feature');
  const accountAt = keys.indexOf('account');
  for (const { key, values } of lines) {
    if (mapped.has(keyText(key))) continue;
    const coverage = { account: key[accountAt] ?? '', feature: key[featureAt] ?? '' };
    const uncounted = (['concurrent', 'metered'] as const).some((model) =>
      ask.book.covering(coverage, model).some((row) => row.uncounted),
    );
    const shared = ask.book.covering({ account: '', feature: coverage.feature }, 'concurrent').length > 0;
    if (!uncounted && !shared) add(key.slice(0, groupBy.length), 'unmapped', values[0] ?? 0);
  }
}

async function sourceCounts(ask: Parameters<Compute>[0]): Promise<readonly (readonly unknown[])[]> {
  const { rows } = await ask.connection.query(
    `SELECT server, toFloat64(undated), toFloat64(unreadable), toFloat64(duplicates) FROM sources FINAL`,
  );
  return rows;
}

function addSources(
  ask: Parameters<Compute>[0],
  rows: readonly (readonly unknown[])[],
  add: (key: readonly string[], column: Column, count: number) => void,
): void {
  const { groupBy } = ask.question;
  const visible = new Set(ask.sources.map((source) => source.server));
  if (groupBy.some((dimension) => dimension !== 'server')) return;
  for (const row of rows) {
    const server = String(row[0]);
    if (!visible.has(server)) continue;
    const key = groupBy.map(() => server);
    (['undated', 'unreadable', 'duplicates'] as const).forEach((column, i) => add(key, column, Number(row[i + 1])));
  }
}
