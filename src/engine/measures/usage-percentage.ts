import { DateTime } from 'luxon';
import { usedWithout } from '../../query/page-notices.ts';
import type { Dimension } from '../../query/dimensions.ts';
import { permanentEnd } from '../../store/entitlements.ts';
import { advice } from '../advice.ts';
import type { Ask, Compute } from '../ask.ts';
import { keyText } from '../ask.ts';
import type { Compare, Comparison } from '../comparison.ts';
import { excess, excessOfBoth, percentage } from '../comparison.ts';
import { coverageReader } from '../covered.ts';
import { stretchesOf } from '../entitlement-book.ts';
import { baseKeys, readComparisons } from '../percentage.ts';
import { noticeShared } from '../shared-rows.ts';
import { readUncovered } from '../uncovered-use.ts';
import type { PairFigure } from './highest-feature.ts';
import { highestOf, rowsOf } from './highest-feature.ts';

/** Peak use (metered: amount consumed) in % of the mapped entitlements in force. */
export const usagePercentage: Compute = (ask) => compared(ask, percentage, 'a percentage');

/** Licenses in use (metered: amount consumed) beyond the mapped entitlements in force. */
export const overdraft: Compute = (ask) => compared(ask, excess, 'an overdraft');

/** Licenses in use (metered: amount consumed) beyond the mapped entitlements in force and their overdraft. */
export const beyondOverdraft: Compute = (ask) => compared(ask, excessOfBoth, 'an overdraft');

/** What the percentage is of. */
export const boughtThen: Compute = (ask) =>
  compared(ask, percentage, 'a percentage', ({ from }) => from?.quantity ?? null);

/** Noon of the last day of the metered period that the percentage is of: that day wherever it is read. */
export const periodEnd: Compute = (ask) =>
  compared(ask, percentage, 'a percentage', ({ from }) =>
    from?.periodEnd === undefined ? null : noonOfLastDay(from.periodEnd, ask.siteTimezone),
  );

const never = Date.parse(permanentEnd);

/** @param end exclusive, a midnight of the site's */
function noonOfLastDay(end: number, zone: string): number | null {
  if (end >= never) return null;
  const { year, month, day } = DateTime.fromMillis(end - 1, { zone });
  return Date.UTC(year, month - 1, day, 12);
}

/** @param shown what of the comparison that counts is the answer */
async function compared(
  ask: Ask,
  compare: Compare,
  figure: string,
  shown: (comparison: Comparison) => number | null = ({ value }) => value,
): ReturnType<Compute> {
  const { groupBy } = ask.question;
  const keys = baseKeys(groupBy);
  const comparisons = await readComparisons(ask, keys, compare, groupBy.length);
  const shared = await ofSharedEntitlements(ask, keys, (grouping) => readComparisons(ask, grouping, compare));
  await noticeUnmapped(ask, keys, comparisons, figure);
  const highest = highestOf([...comparisons, ...shared], keys, groupBy);
  return rowsOf(
    highest.map((comparison) => ({ ...comparison, value: shown(comparison) })),
    keys,
    groupBy,
  );
}

/**
 * Entitlements without an account cover the use of all accounts together: they give figures in groupings without
 * account only (docs/definitions.md#shared-rows).
 *
 * @param keys the grouping with account and feature
 * @param readFigures reads figures by the same grouping without account
 */
export async function ofSharedEntitlements<T extends { readonly key: readonly string[] }>(
  ask: Ask,
  keys: readonly Dimension[],
  readFigures: (keys: readonly Dimension[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  if (ask.question.groupBy.includes('account') || ask.scope.accounts !== 'all') return [];
  const shared = new Set(ask.book.rows.filter((row) => row.account === '').map((row) => row.feature));
  if (shared.size === 0) return [];
  const together = keys.filter((dimension) => dimension !== 'account');
  const featureAt = together.indexOf('feature');
  const accountAt = keys.indexOf('account');
  return (await readFigures(together))
    .filter(({ key }) => shared.has(key[featureAt] ?? ''))
    .map((figure) => ({ ...figure, key: [...figure.key.slice(0, accountAt), '', ...figure.key.slice(accountAt)] }));
}

/**
 * Use that no entitlement covers is never silently gone: groups without any figure, as far as their checkouts are among those that
 * `coverageGaps` lists. A group that was not used in the range, or that is bought without a limit, misses nothing.
 */
export async function noticeUnmapped(
  ask: Ask,
  keys: readonly Dimension[],
  comparisons: readonly PairFigure[],
  figure: string,
): Promise<void> {
  const unknown = new Map(comparisons.filter(({ value }) => value === null).map(({ key }) => [keyText(key), key]));
  if (unknown.size === 0) return;
  for (const { key, value } of comparisons) if (value !== null) unknown.delete(keyText(key));
  // Figures of pairs that are not the highest of their group are not there: what was bought says that they have one.
  const coverageOf = coverageReader(keys);
  for (const [text, key] of unknown) {
    const rows = ask.book.covering(coverageOf(key), 'concurrent');
    if (
      rows.length > 0 &&
      ask.windows.some((window) => stretchesOf(rows, window).some(({ quantity }) => (quantity ?? 0) > 0))
    )
      unknown.delete(text);
  }
  if (unknown.size === 0) return;
  noticeShared(ask, keys, unknown.values(), figure);
  const featureAt = keys.indexOf('feature');
  const features = [...new Set([...unknown.values()].map((key) => key[featureAt] ?? ''))];
  const filters = [...ask.question.filters, { dimension: 'feature', operator: 'in', values: features } as const];
  const uncovered = await readUncovered({ ...ask, question: { ...ask.question, filters } }, keys);
  const used = new Set(uncovered.filter(({ checkouts }) => checkouts > 0).map(({ key }) => keyText(key)));
  const count = [...unknown.keys()].filter((key) => used.has(key)).length;
  if (count > 0)
    ask.notices.push({
      severity: 'warning',
      text: `${usedWithout} ${figure}: ${count.toLocaleString('en')} ${count === 1 ? 'group' : 'groups'}, covered by no entitlement. ${advice.unmapped}`,
    });
}
