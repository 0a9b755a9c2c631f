import type { Dimension } from '../../query/dimensions.ts';
import type { Ask, Compute } from '../ask.ts';
import type { Percentage } from '../percentage.ts';
import { baseKeys, readPercentages } from '../percentage.ts';
import { highestPerGroup } from './highest-feature.ts';

/** Peak use (metered: amount consumed) in % of the mapped entitlements in force. */
export const usagePercentage: Compute = async (ask) => {
  const { groupBy } = ask.question;
  const keys = baseKeys(groupBy);
  const percentages = await readPercentages(ask, keys);
  const shared = await ofSharedEntitlements(ask, groupBy);
  noticeUnmapped(ask, percentages, shared);
  return highestPerGroup([...percentages, ...shared], keys, groupBy);
};

/**
 * Entitlements without an account cover the use of all accounts together: they give percentages in groupings without
 * account only (DESIGN.md "Mapped entitlements").
 */
async function ofSharedEntitlements(ask: Ask, groupBy: readonly Dimension[]): Promise<Percentage[]> {
  if (groupBy.includes('account') || ask.scope.accounts !== 'all') return [];
  const shared = new Set(ask.book.rows.filter((row) => row.account === '').map((row) => row.feature));
  if (shared.size === 0) return [];
  const keys = baseKeys(groupBy).filter((dimension) => dimension !== 'account');
  const featureAt = keys.indexOf('feature');
  const accountAt = baseKeys(groupBy).indexOf('account');
  const percentages = await readPercentages(ask, keys);
  return percentages
    .filter(({ key }) => shared.has(key[featureAt] ?? ''))
    .map((percentage) => ({
      ...percentage,
      key: [...percentage.key.slice(0, accountAt), '', ...percentage.key.slice(accountAt)],
    }));
}

/** Use that no entitlement covers is never silently gone. */
function noticeUnmapped(ask: Ask, percentages: readonly Percentage[], shared: readonly Percentage[]): void {
  const covered = new Set(shared.filter(({ value }) => value !== null).map(({ key }) => key.join('\0')));
  const unmapped = new Set(percentages.filter(({ value }) => value === null).map(({ key }) => key.join('\0')));
  for (const { key, value } of percentages) if (value !== null) unmapped.delete(key.join('\0'));
  const count = [...unmapped].filter((key) => !covered.has(key)).length;
  if (count > 0)
    ask.notices.push({
      severity: 'warning',
      text: `Used, but without a percentage: ${count.toLocaleString('en')} ${count === 1 ? 'group' : 'groups'}, covered by no entitlement with a count. The measure "quality" lists such use as unmapped.`,
    });
}
