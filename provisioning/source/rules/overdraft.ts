import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { condition, question, reduced } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { account, feature, figure, model, spoken } from '../texts.ts';

const isMetered = 'eq $labels.model "metered"';

/**
 * More in use than was bought. Something else than 95 %: what is over the contract is for Sales to settle, while the utilization
 * rule tells operations that users are about to be turned away. Window, trend and no data as there.
 */
export const overdraft: Rule = {
  uid: 'la-overdraft',
  title: 'Use beyond entitlements',
  severity: 'warning',
  owner: 'sales',
  queries: [
    question(
      'overdraft',
      {
        measure: 'overdraft',
        shape: 'timeSeries',
        bucket: '15m',
        groupBy: ['account', 'feature', 'model'],
        having: { operator: '>', value: 0 },
        limit: 10_000,
      },
      { from: thresholds.silence.warning, to: 0 },
    ),
    reduced('now', 'overdraft', 'last'),
    reduced('highest', 'overdraft', 'max'),
    condition('fires', '$now > 0'),
  ],
  condition: 'fires',
  for: '5m',
  keepFiringFor: '5m',
  noData: 'OK',
  onError: 'KeepLast',
  summary: `${account}: ${feature} is ${figure('now')} over what was bought`,
  description:
    `{{ if ${isMetered} }}Consumed in the entitlement's period so far{{ else }}In use at the peak of the last quarter of an hour{{ end }}: ` +
    `${figure('now')} more than was bought (${model}). ` +
    `{{ if not (${isMetered}) }}Most in the last ${spoken(thresholds.silence.warning)}: ${figure('highest')}. {{ end }}` +
    'Whether the contract allows it, and what it costs, is between Sales and the customer.',
  look: {
    dashboard: 'la-utilization',
    panel: 'Peak against what was bought',
    set: ['account', 'feature'],
    from: 'now-7d',
  },
  runbook: 'overdraft',
};
