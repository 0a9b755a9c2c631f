import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { question, reduced, condition } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { account, choose, feature, figure, model, spoken } from '../texts.ts';

const { critical, warning, noticed } = thresholds.usage;

/**
 * Use in % of what was bought, concurrent and metered, per account × feature.
 *
 * **Window**: the last quarter of an hour of which something is known, within as many hours as a license server may be quiet
 * before the silence rule tells of it. A FlexNet server on which five people hold five licenses all day writes no line for hours:
 * in a window of one hour it would be unknown, and the alert would say "over" while nothing has changed. Metered use is what was
 * consumed in the entitlement's period up to then, whatever the window.
 *
 * **Trend**: average and highest of the same quarter-hours. It comes from the same question: with a question of its own the
 * rule would have no data, and be silent, wherever there is nothing to compare with (see queries.ts).
 *
 * **No data**: nothing is near its limit: fine. Use that no entitlement covers has no percentage, and no row.
 * **Errors**: stays as it is; the rule "no answer" tells of them, once.
 */
const window = { from: thresholds.silence.warning, to: 0 };

const queries = (fires: string) => [
  question(
    'usage',
    {
      measure: 'usagePercentage',
      shape: 'timeSeries',
      bucket: '15m',
      groupBy: ['account', 'feature', 'model'],
      // Lower than the limit: what falls below it again is seen to do so, with its figure, and not just gone.
      having: { operator: '>=', value: noticed },
      limit: 10_000,
    },
    window,
  ),
  reduced('now', 'usage', 'last'),
  reduced('average', 'usage', 'mean'),
  reduced('highest', 'usage', 'max'),
  condition('fires', fires),
];

const isMetered = 'eq $labels.model "metered"';
const hours = spoken(thresholds.silence.warning);

const description = (next: string): string =>
  `{{ if ${isMetered} }}Consumed in the entitlement's period so far{{ else }}In use at the peak of the last quarter of an hour{{ end }}: ` +
  `${figure('now')} % of what was bought (${model}). ` +
  `{{ if not (${isMetered}) }}In the last ${hours}: ${figure('average')} % on average, ${figure('highest')} % at most. {{ end }}` +
  next;

const shared = {
  owner: 'operations',
  condition: 'fires',
  // A peak that is over by then is nobody's business at night.
  for: '5m',
  keepFiringFor: '5m',
  noData: 'OK',
  onError: 'KeepLast',
  summary: `${account}: ${feature} is at ${figure('now')} % of what was bought`,
  look: {
    dashboard: 'la-feature',
    panel: 'Licenses in use against capacity',
    set: ['account', 'feature'],
    from: 'now-24h',
  },
  runbook: 'utilization',
} as const;

export const utilizationWarning: Rule = {
  ...shared,
  uid: 'la-utilization-warning',
  title: `Use at ${warning} % of entitlements`,
  severity: 'warning',
  // Ends where the critical one begins: nobody is told twice.
  queries: queries(`$now >= ${warning} && $now < ${critical}`),
  description: description(`From ${critical} % on a critical alert takes this one's place.`),
};

export const utilizationCritical: Rule = {
  ...shared,
  uid: 'la-utilization-critical',
  title: `Use at ${critical} % of entitlements`,
  severity: 'critical',
  queries: queries(`$now >= ${critical}`),
  description: description(
    choose(
      'now',
      `ge .Value ${thresholds.usage.full}.0`,
      'Everything that was bought is in use: the next users are turned away, or run into overdraft.',
      'The next users are turned away soon, or run into overdraft.',
    ),
  ),
};
