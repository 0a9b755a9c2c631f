import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText, read, selectionOf } from './ask.ts';
import { conditionSql } from './relations.ts';
import { Bindings } from './sql.ts';
import type { UsageOfKey, UsageRequest } from './usage.ts';
import { readUsage } from './usage.ts';

/** All that a row of entitlements can be limited by. */
const limits = ['account', 'feature', 'server', 'vendor', 'version'] as const;
type Combination = readonly [account: string, feature: string, server: string, vendor: string, version: string];

/**
 * An entitlement for one server (or version) covers the use there: where the same group is used elsewhere too, without anything
 * that covers it, that use must not count against it. Such groups are rare and are read again from the changes, without the
 * stray use; the notice says so, and `quality` counts it as unmapped. A group that no entitlement covers at all (of a grouping
 * that tells servers apart, say) stays as it is: it has no percentage anyway.
 *
 * @param usages what `request` gave
 */
export async function coveredUse(
  ask: Ask,
  request: UsageRequest,
  usages: readonly UsageOfKey[],
): Promise<readonly UsageOfKey[]> {
  const { keys } = request;
  const limited = new Set(
    ask.book.rows
      .filter((row) => row.model === 'concurrent' && (row.server !== '' || row.version !== '' || row.vendor !== ''))
      .map((row) => row.feature),
  );
  if (limited.size === 0) return usages;
  const combinations = (await usedCombinations(ask)).filter(([, feature]) => limited.has(feature));
  const known = limits.filter((dimension) => keys.includes(dimension));
  const groupOf = (one: Combination): string => keyText(known.map((dimension) => one[limits.indexOf(dimension)] ?? ''));
  const stray = new Set(
    combinations
      .filter((one) => !isCovered(ask, one, allOf(keys)) && isCovered(ask, one, known))
      .map((one) => groupOf(one)),
  );
  if (stray.size === 0) return usages;
  noticeStrayUse(ask, stray.size);
  const covered = combinations.filter((one) => stray.has(groupOf(one)) && isCovered(ask, one, allOf(keys)));
  const again = covered.length === 0 ? [] : await readUsage(ask, { ...request, only: onlySql(covered) });
  const places = known.map((dimension) => keys.indexOf(dimension));
  const left = new Map(again.map((usage) => [keyText(usage.key), usage]));
  return usages.map((usage) =>
    stray.has(keyText(places.map((place) => usage.key[place] ?? '')))
      ? // All of its use is stray: nothing of what was bought is used.
        (left.get(keyText(usage.key)) ?? { key: usage.key, opening: 0, pieces: new Map() })
      : usage,
  );
}

/** Use that no entitlement covers is never silently gone. */
export function noticeStrayUse(ask: Ask, groups: number): void {
  ask.notices.push({
    severity: 'warning',
    text: `In ${groups.toLocaleString('en')} groups some use lies on servers or versions that no entitlement covers: it is left out here, and counted as unmapped in the measure "quality".`,
  });
}

/** Rows of any account count in groupings without account. */
const allOf = (keys: readonly Dimension[]): readonly Dimension[] =>
  limits.filter((dimension) => dimension !== 'account' || keys.includes('account'));

/** Whether an entitlement covers the use, as far as the dimensions looked at tell. */
function isCovered(ask: Ask, one: Combination, dimensions: readonly Dimension[]): boolean {
  const told = limits.map((dimension, i) => (dimensions.includes(dimension) ? one[i] : undefined));
  const [account, feature = '', server, vendor, version] = told;
  const wanted = {
    feature,
    ...(account !== undefined && { account }),
    ...(server !== undefined && { server }),
    ...(vendor !== undefined && { vendor }),
    ...(version !== undefined && { version }),
  };
  return ask.book.covering(wanted, 'concurrent').length > 0;
}

async function usedCombinations(ask: Ask): Promise<Combination[]> {
  const bindings = new Bindings();
  const selection = selectionOf(ask);
  const filters = selection.filters.filter(({ dimension }) =>
    ['account', 'feature', 'server', 'vendor', 'version', 'product'].includes(dimension),
  );
  const { rows } = await read(
    ask,
    `SELECT DISTINCT account, feature, server, vendor, version FROM activity
WHERE level = 'month' AND model = 'concurrent' AND checkouts > 0 AND ${conditionSql('activity', { ...selection, filters }, bindings)}`,
    bindings,
  );
  return rows as unknown as Combination[];
}

function onlySql(covered: readonly Combination[]): (bindings: Bindings) => string {
  return (bindings) => {
    const columns = [0, 1, 2, 3, 4].map((i) => bindings.strings(covered.map((one) => one[i] ?? '')));
    return `(account, feature, server, vendor, version) IN (SELECT c.1, c.2, c.3, c.4, c.5 FROM (SELECT arrayJoin(arrayZip(${columns.join(', ')})) AS c))`;
  };
}
