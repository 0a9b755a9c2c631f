import type { Dimension } from '../../query/dimensions.ts';
import type { Compute } from '../ask.ts';
import { keyText, read, selectionOf } from '../ask.ts';
import { readLineSums } from '../activity.ts';
import type { Entitlement } from '../entitlement-book.ts';
import { conditionSql, groupingSql } from '../relations.ts';
import type { SourceCounts } from '../source-counts.ts';
import { readSourceCounts } from '../source-counts.ts';
import { Bindings } from '../sql.ts';
import type { Range } from '../windows.ts';
import { cutPieces, piecesOf } from '../windows.ts';

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

  await addUnmapped(ask, add);
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

/** All that an entitlement can be limited by: in anything coarser, use that is covered would hide use that is not. */
const coverage = ['account', 'feature', 'server', 'vendor', 'version', 'model'] as const satisfies readonly Dimension[];

/** Checkout lines that no entitlement covers which was in force at their time; uncounted and shared ones cover, too. */
async function addUnmapped(
  ask: Parameters<Compute>[0],
  add: (key: readonly string[], column: Column, count: number) => void,
): Promise<void> {
  const { groupBy, filters } = ask.question;
  const keys = [...groupBy, ...coverage.filter((dimension) => !groupBy.includes(dimension))];
  const [account, feature, server, vendor, version, model] = coverage.map((dimension) => keys.indexOf(dimension));
  const at = (key: readonly string[], place: number | undefined): string => key[place ?? -1] ?? '';
  const covering = (key: readonly string[]): readonly Entitlement[] =>
    ['', at(key, account)].flatMap((owner) =>
      ask.book.covering(
        {
          account: owner,
          feature: at(key, feature),
          server: at(key, server),
          vendor: at(key, vendor),
          version: at(key, version),
        },
        at(key, model) === 'metered' ? 'metered' : 'concurrent',
      ),
    );
  const inForce = (rows: readonly Entitlement[], moment: number): boolean =>
    rows.some((row) => row.from <= moment && row.to > moment);

  const pieces = piecesOf(ask.range, ask.windows);
  const changing = new Set<string>();
  const cuts = new Set<number>();
  for (const { key, piece, values } of await readLineSums(ask, { keys, pieces, sums: ['checkouts'] })) {
    if ((pieces[piece]?.window ?? -1) < 0) continue;
    const rows = covering(key);
    const changes = rows.flatMap((row) => [row.from, row.to]).filter((moment) => inside(ask.range, moment));
    if (changes.length === 0) {
      if (!inForce(rows, ask.range.from)) add(key.slice(0, groupBy.length), 'unmapped', values[0] ?? 0);
    } else {
      changing.add(at(key, feature));
      for (const change of changes) cuts.add(change);
    }
  }
  if (changing.size === 0) return;
  // Midnights of the site cut through days, and there may be many: one scan of the lines of these features.
  const cut = cutPieces(pieces, [...cuts]);
  const again = await readLineSums(
    { ...ask, rawOnly: true },
    {
      keys,
      pieces: cut,
      sums: ['checkouts'],
      filters: [...filters, { dimension: 'feature', operator: 'in', values: [...changing] }],
    },
  );
  for (const { key, piece, values } of again) {
    const { from = 0, window = -1 } = cut[piece] ?? {};
    const rows = covering(key);
    const counted = !rows.some((row) => inside(ask.range, row.from) || inside(ask.range, row.to));
    if (window >= 0 && !counted && !inForce(rows, from)) add(key.slice(0, groupBy.length), 'unmapped', values[0] ?? 0);
  }
}

const inside = (range: Range, moment: number): boolean => moment > range.from && moment < range.to;

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
