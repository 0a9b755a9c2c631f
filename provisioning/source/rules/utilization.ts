import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { condition, reduced } from '../queries.ts';
import type { Severity } from '../grafana.ts';
import type { Rule } from '../rule.ts';
import { account, feature, figure, percent } from '../texts.ts';
import { pagedOnce, turnedAway, turnedAwayInWords } from './denials.ts';
import {
  concurrent,
  howLong,
  inLicenses,
  licenses,
  longEnough,
  metered,
  meteredQueries,
  periodEnds,
  smallestPool,
  timeAt,
  timing,
  trend,
  useQuestion,
} from './use.ts';

const { critical, warning, noticed } = thresholds.usage;
const shared = {
  owner: 'operations',
  condition: 'fires',
  noData: 'OK',
  onError: 'KeepLast',
  runbook: 'utilization',
} as const;

/**
 * Too few licenses, for most of an hour, in a pool that many share. It is a warning as long as nobody is turned away: a pool that is
 * full day after day, and serves everybody, wakes nobody up. A pool in its overdraft turns nobody away: what it costs is for
 * Sales (overdraft.ts). Time, no data and errors: see use.ts.
 */
function utilization(severity: Severity): Rule {
  const isCritical = severity === 'critical';
  const limit = isCritical ? critical : warning;
  return {
    ...shared,
    uid: `la-utilization-${severity}`,
    title: `Use at ${limit} % of entitlements`,
    severity,
    queries: [
      useQuestion('use', 'usagePercentage', concurrent, {
        // Without it a row stays while the pool is used, so that the alert is held for its time.
        ...(!isCritical && { having: { operator: '>=', value: warning } }),
        poolSize: { atLeast: smallestPool },
      }),
      ...timeAt('time', concurrent, `>= ${limit}`),
      ...(isCritical
        ? [
            useQuestion('over', 'overdraft', concurrent),
            reduced('overBought', 'over', 'max'),
            useQuestion('beyond', 'beyondOverdraft', concurrent),
            reduced('beyondBoth', 'beyond', 'max'),
            turnedAway('clients'),
          ]
        : []),
      ...inLicenses(),
      condition(
        'fires',
        isCritical
          ? `$time >= ${longEnough} && $overBought == $beyondBoth && $clients >= ${thresholds.shortage.clients}`
          : `$time >= ${longEnough}`,
      ),
    ],
    ...timing(concurrent),
    ...(isCritical && pagedOnce),
    summary: `${account}: ${feature} at ${limit} % or more ${howLong('time', concurrent)}, ${licenses}${isCritical ? `, ${turnedAwayInWords}` : ''}`,
    description: `At the peak of the last hour ${licenses} were in use. ${
      isCritical
        ? `${turnedAwayInWords}: they did not get one within ten minutes.`
        : 'Nobody is paged for it as long as nobody is turned away.'
    }`,
    look: {
      dashboard: 'la-feature',
      panel: 'Licenses in use against capacity',
      set: ['account', 'feature'],
      from: 'now-24h',
    },
  };
}

/** Both are warnings: a period's amount is nothing for the night, and is told of once a day. */
function meteredUse(which: 'warning' | 'critical'): Rule {
  const isCritical = which === 'critical';
  const limit = isCritical ? critical : warning;
  return {
    ...shared,
    uid: `la-metered-${which}`,
    title: `Metered use at ${limit} % of entitlements`,
    severity: 'warning',
    queries: [
      // Lower than the limit: what falls below it again is seen to do so, with its figure, and not just gone.
      ...meteredQueries('usagePercentage', { having: { operator: '>=', value: noticed } }),
      ...timeAt('days', metered, `>= ${limit}`),
      condition('consumed', '$now * $bought / 100'),
      condition('fires', isCritical ? `$now >= ${critical}` : `$now >= ${warning} && $now < ${critical}`),
    ],
    ...timing(metered),
    summary: `${account}: ${figure('consumed')} of ${figure('bought')} ${feature} are consumed${periodEnds}`,
    description:
      `${percent('now')} of the period's amount (${figure('consumed')} of ${figure('bought')}) is consumed: at ${limit} % or more ${howLong('days', metered)}, ${trend(percent)}. ` +
      (isCritical
        ? 'When all is, users are turned away or run into overdraft.'
        : `At ${critical} % another alert takes this one's place.`),
    look: { dashboard: 'la-customer', panel: 'Metered use', set: ['account', 'feature'], from: 'now-30d' },
  };
}

export const utilizationWarning = utilization('warning');
export const utilizationCritical = utilization('critical');
export const meteredWarning = meteredUse('warning');
export const meteredCritical = meteredUse('critical');
