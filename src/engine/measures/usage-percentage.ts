import type { Dimension } from '../../query/dimensions.ts';
import { advice } from '../advice.ts';
import type { Ask, Compute } from '../ask.ts';
import type { Compare, Comparison } from '../comparison.ts';
import { excess, excessOfBoth, percentage } from '../comparison.ts';
import { baseKeys, readComparisons } from '../percentage.ts';
import type { PairFigure } from './highest-feature.ts';
import { highestPerGroup } from './highest-feature.ts';

/** Peak use (metered: amount consumed) in % of the mapped entitlements in force. */
export const usagePercentage: Compute = (ask) => compared(ask, percentage, 'a percentage');

/** Licenses in use (metered: amount consumed) beyond the mapped entitlements in force. */
export const overdraft: Compute = (ask) => compared(ask, excess, 'an overdraft');

/** Licenses in use (metered: amount consumed) beyond the mapped entitlements in force and their overdraft. */
export const beyondOverdraft: Compute = (ask) => compared(ask, excessOfBoth, 'an overdraft');

async function compared(ask: Ask, compare: Compare, figure: string): ReturnType<Compute> {
  const { groupBy } = ask.question;
  const keys = baseKeys(groupBy);
  const readAll = (grouping: readonly Dimension[]): Promise<readonly Comparison[]> =>
    readComparisons(ask, grouping, compare);
  const comparisons = await readAll(keys);
  const shared = await ofSharedEntitlements(ask, keys, readAll);
  noticeUnmapped(ask, comparisons, shared, figure);
  return highestPerGroup([...comparisons, ...shared], keys, groupBy);
}

/**
 * Entitlements without an account cover the use of all accounts together: they give figures in groupings without
 * account only (docs/definitions.md "Shared rows").
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

/** Use that no entitlement covers is never silently gone. */
export function noticeUnmapped(
  ask: Ask,
  comparisons: readonly PairFigure[],
  shared: readonly PairFigure[],
  figure: string,
): void {
  const covered = new Set(shared.filter(({ value }) => value !== null).map(({ key }) => key.join('\0')));
  const unmapped = new Set(comparisons.filter(({ value }) => value === null).map(({ key }) => key.join('\0')));
  for (const { key, value } of comparisons) if (value !== null) unmapped.delete(key.join('\0'));
  const count = [...unmapped].filter((key) => !covered.has(key)).length;
  if (count > 0)
    ask.notices.push({
      severity: 'warning',
      text: `Used, but without ${figure}: ${count.toLocaleString('en')} ${count === 1 ? 'group' : 'groups'}, covered by no entitlement with a count. ${advice.unmapped}`,
    });
}
