import { alwaysStart, permanentEnd } from '../../ingest/entitlements/entitlement.ts';
import type { EntitlementRow } from '../../server/service.ts';

/** Use, as far as it decides which entitlements cover it. */
export interface Used {
  readonly account: string;
  readonly feature: string;
  readonly servers: readonly string[];
}

const load = 'license-analytics entitlements load FILE';

/**
 * Why no use has licenses that its clients share, and what to do about it: the first of the things that rows of entitlements and use must have
 * in common (docs/definitions.md#entitlements) that no row has.
 */
export function whyUnshared(bought: readonly EntitlementRow[], used: readonly Used[]): string {
  if (bought.length === 0) return `No entitlements are known for any use. Load them: ${load}`;
  const loaded = `${bought.length.toLocaleString('en')} ${bought.length === 1 ? 'entitlement is' : 'entitlements are'} loaded`;

  const ofFeatures = bought.filter((row) => used.some(({ feature }) => feature === row.feature));
  if (ofFeatures.length === 0)
    return `${loaded}, none for a feature in use: for ${named(bought.map(({ feature }) => feature))}; in use are ${named(used.map(({ feature }) => feature))}. Write features as the logs do: ${load}`;

  const pairs = ofFeatures.flatMap((row) =>
    used.filter(({ feature }) => feature === row.feature).map((use) => ({ row, use })),
  );
  const ofAccounts = pairs.filter(({ row, use }) => row.account === '' || row.account === use.account);
  if (ofAccounts.length === 0)
    return `${loaded}, those of features in use for other customers: for ${named(pairs.map(({ row }) => row.account))}; the use is of ${named(pairs.map(({ use }) => use.account))}. Correct the names (${load}), or say whose use it is: license-analytics accounts load FILE`;

  const ofServers = ofAccounts.filter(({ row, use }) => row.server === '' || use.servers.includes(row.server));
  if (ofServers.length === 0)
    return `${loaded}, those of the use for other license servers: for ${named(ofAccounts.map(({ row }) => row.server))}; the use is on ${named(ofAccounts.flatMap(({ use }) => use.servers))}. Correct the names: ${load}`;

  const counted = ofServers.filter(({ row }) => row.quantity !== null && row.model !== 'metered');
  if (counted.length === 0)
    return `${loaded}, those of the use metered or without a limit: there is no number of licenses to share.`;
  const days = [...new Set(counted.map(({ row }) => daysOf(row)))];
  return `${loaded}, those of the use for another time: ${listed(days)}. Choose another --from and --to, or load those of this time: ${load}`;
}

/** Names that are told; more are counted. */
const mostNames = 5;

const named = (names: readonly string[]): string =>
  listed([...new Set(names)].sort().map((name) => (name === '' ? 'nobody' : name)));

const listed = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(', ')
    : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;

function daysOf({ start, end }: EntitlementRow): string {
  if (start === alwaysStart) return end === permanentEnd ? 'all time' : `the time until ${end}`;
  return end === permanentEnd ? `the time from ${start} on` : `${start} to ${end}`;
}
