import { thresholds } from '../../../dashboards/source/thresholds.ts';
import type { Severity } from '../grafana.ts';
import type { Rule } from '../rule.ts';
import { account, choose, feature, figure } from '../texts.ts';
import { concurrent, metered, timing, trend, useQueries, type UseOf } from './use.ts';

const { full, critical, warning, noticed } = thresholds.usage;

/** Use in % of what was bought. Window, trend, no data and errors: see use.ts. */
function utilization(of: UseOf, severity: Severity): Rule {
  const isCritical = severity === 'critical';
  return {
    uid: `la-${of.model === 'concurrent' ? 'utilization' : 'metered'}-${severity}`,
    title: `${of.model === 'concurrent' ? 'Use' : 'Metered use'} at ${isCritical ? critical : warning} % of entitlements`,
    severity,
    owner: 'operations',
    queries: useQueries(
      'usagePercentage',
      of,
      // Lower than the limit: what falls below it again is seen to do so, with its figure, and not just gone.
      { operator: '>=', value: noticed },
      // The warning ends where the critical one begins: nobody is told twice.
      isCritical ? `$now >= ${critical}` : `$now >= ${warning} && $now < ${critical}`,
    ),
    condition: 'fires',
    ...timing(of),
    noData: 'OK',
    onError: 'KeepLast',
    summary: `${account}: ${feature} is at ${figure('now')} % of what was bought`,
    description: `${of.latest}: ${figure('now')} % of what was bought (${of.model}). ${trend(of, ' %')} ${isCritical ? atTheLimit : `From ${critical} % on a critical alert takes this one's place.`}`,
    look:
      of.model === 'concurrent'
        ? {
            dashboard: 'la-feature',
            panel: 'Licenses in use against capacity',
            set: ['account', 'feature'],
            from: 'now-24h',
          }
        : { dashboard: 'la-customer', panel: 'Metered use', set: ['account', 'feature'], from: 'now-30d' },
    runbook: 'utilization',
  };
}

const atTheLimit = choose(
  'now',
  `ge .Value ${full}.0`,
  'Everything that was bought is in use: users are turned away, or run into overdraft.',
  'Users are turned away soon, or run into overdraft.',
);

export const utilizationWarning = utilization(concurrent, 'warning');
export const utilizationCritical = utilization(concurrent, 'critical');
export const meteredWarning = utilization(metered, 'warning');
export const meteredCritical = utilization(metered, 'critical');
