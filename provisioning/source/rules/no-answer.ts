import { condition, question } from '../queries.ts';
import type { Rule } from '../rule.ts';

/**
 * The one rule that speaks when questions fail. All others stay as they were (`KeepLast`): a license that was at 95 % before the
 * server went away is not "over", and one fault is one message, not one per rule. Its own condition never holds: an age is
 * never negative. Its texts have no figures: there are none when it fires.
 *
 * **For**: a restart of the server takes seconds. **No data**: no license server is known yet: fine.
 */
export const noAnswer: Rule = {
  uid: 'la-no-answer',
  title: 'License Analytics does not answer',
  severity: 'critical',
  owner: 'operations',
  queries: [question('age', { measure: 'freshness' }, { from: 3600, to: 0 }), condition('fires', '$age < 0')],
  condition: 'fires',
  for: '2m',
  noData: 'OK',
  onError: 'Alerting',
  summary: 'License Analytics does not answer: no alert rule sees anything',
  description:
    'Questions to the License Analytics server fail: it is down, not reachable from Grafana, or refuses the token. Until it answers, ' +
    'all other alerts stay as they were.',
  look: { dashboard: 'la-overview', set: [], from: 'now-24h' },
  runbook: 'no-answer',
};
