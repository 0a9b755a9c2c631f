import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { condition, question } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { account, choose, feature, figure, model } from '../texts.ts';

const { critical, warning, told } = thresholds.expiry;

/**
 * Entitlements that end soon. `daysToExpiry` counts renewals: it tells of what gets less on a day, and of nothing where another
 * row takes over; what never ends has no row. It looks from the end of the window, which is now.
 *
 * **For**: nothing to wait for, a date does not flicker. **No data**: nothing ends soon: fine.
 */
const queries = (fires: string) => [
  question(
    'days',
    {
      measure: 'daysToExpiry',
      groupBy: ['account', 'feature', 'model'],
      having: { operator: '<=', value: warning },
      limit: 10_000,
    },
    { from: 24 * 3600, to: 0 },
  ),
  condition('fires', fires),
];

const ends = choose(
  'days',
  'lt .Value 0.0',
  choose('days', 'lt .Value -1.0', 'ended {{ slice (printf "%.0f" .Value) 1 }} days ago', 'ended yesterday'),
  choose(
    'days',
    'lt .Value 1.0',
    'ends today',
    choose('days', 'lt .Value 2.0', 'ends tomorrow', `ends in ${figure('days')} days`),
  ),
);

const shared = {
  owner: 'renewals',
  condition: 'fires',
  for: '0s',
  noData: 'OK',
  onError: 'KeepLast',
  summary: `${account}: the entitlement for ${feature} ${ends}`,
  look: { dashboard: 'la-customer', panel: 'Entitlements that end soon', set: ['account', 'feature'], from: 'now-90d' },
  runbook: 'expiry',
} as const;

const ending =
  `On that day all or part of what is entitled (${model}) ends, and nothing that was loaded takes its place: ` +
  'users are turned away from then on. ';
const ended = `Nothing that was loaded takes its place (${model}): users are turned away. `;

export const expiryWarning: Rule = {
  ...shared,
  uid: 'la-expiry-warning',
  title: `Entitlement ends within ${warning} days`,
  severity: 'warning',
  queries: queries(`$days > ${critical} && $days <= ${warning}`),
  description: `${ending}In the last ${critical} days a critical alert takes this one's place.`,
};

export const expiryCritical: Rule = {
  ...shared,
  uid: 'la-expiry-critical',
  title: `Entitlement ends within ${critical} days`,
  severity: 'critical',
  // What has ended is told of for some days more: "over" on the day after would be the wrong word.
  queries: queries(`$days >= ${-told} && $days <= ${critical}`),
  description: `${choose('days', 'lt .Value 0.0', ended, ending)}A renewal that is loaded ends this alert.`,
};
