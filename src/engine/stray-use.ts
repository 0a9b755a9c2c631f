import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import { conditionSql } from './relations.ts';
import { Bindings } from './sql.ts';
import type { UsageOfKey, UsageRequest } from './usage.ts';
import { readUsage } from './usage.ts';

/** All that a row of entitlements can be limited by, beside account and feature. */
type Combination = readonly [account: string, feature: string, server: string, vendor: string, version: string];

/**
 * An entitlement for one server (or version) covers the use there: where the same account and feature is used elsewhere too,
 * without anything that covers it, that use must not count against it. Such groups are rare and are read again from the
 * changes, without the stray use; the notice says so, and `quality` counts it as unmapped.
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
      .map((row) => groupOf(keys, row.account, row.feature)),
  );
  if (limited.size === 0) return usages;
  const combinations = (await usedCombinations(ask)).filter(([account, feature]) =>
    limited.has(groupOf(keys, account, feature)),
  );
  const stray = new Set(
    combinations
      .filter((one) => !isCovered(ask, keys, one))
      .map(([account, feature]) => groupOf(keys, account, feature)),
  );
  if (stray.size === 0) return usages;
  ask.notices.push({
    severity: 'warning',
    text: `In ${stray.size.toLocaleString('en')} groups some use lies on servers or versions that no entitlement covers: it is left out here, and counted as unmapped in the measure "quality".`,
  });
  const covered = combinations.filter(
    ([account, feature, ...rest]) =>
      stray.has(groupOf(keys, account, feature)) && isCovered(ask, keys, [account, feature, ...rest]),
  );
  const again = covered.length === 0 ? [] : await readUsage(ask, { ...request, only: onlySql(covered) });
  const at = { account: keys.indexOf('account'), feature: keys.indexOf('feature') };
  const isStray = ({ key }: UsageOfKey): boolean =>
    stray.has(groupOf(keys, key[at.account] ?? '', key[at.feature] ?? ''));
  return [...usages.filter((usage) => !isStray(usage)), ...again];
}

const groupOf = (keys: readonly Dimension[], account: string, feature: string): string =>
  keys.includes('account') ? `${account}\0${feature}` : feature;

/** Groups that tell servers (or versions) apart are looked up by them anyway. */
function isCovered(
  ask: Ask,
  keys: readonly Dimension[],
  [account, feature, server, vendor, version]: Combination,
): boolean {
  const wanted = { feature, server, vendor, version, ...(keys.includes('account') && { account }) };
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
