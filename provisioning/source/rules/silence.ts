import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { ageOf, condition, question } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { age, server, spoken } from '../texts.ts';

const { critical, warning, retired } = thresholds.silence;

/**
 * License servers whose last line is old, because they are down, their logs do not reach us, or reach us late: figures end there.
 * A server that has been silent for longer than `retired` is taken for one out of service, else every old log that was ever read
 * would be an alert for good.
 *
 * **No data**: no server is silent, or none is known yet: fine.
 */
const queries = (fires: string) => [
  question(
    'age',
    { measure: 'freshness', groupBy: ['server'], having: { operator: '>=', value: warning }, limit: 10_000 },
    { from: 3600, to: 0 },
  ),
  ...ageOf('age'),
  condition('fires', fires),
];

const shared = {
  owner: 'operations',
  condition: 'fires',
  for: '5m',
  noData: 'OK',
  onError: 'KeepLast',
  summary: `License server ${server}: no line for ${age('age')}`,
  description:
    `The last line of ${server} that has been read is ${age('age')} old. It is down, or its log does not reach us: ` +
    'since then its use and denials are unknown, not none.',
  look: { dashboard: 'la-servers', panel: 'License servers', set: ['server'], from: 'now-7d' },
  runbook: 'silence',
} as const;

export const silenceWarning: Rule = {
  ...shared,
  uid: 'la-silence-warning',
  title: `License server silent for ${spoken(warning)}`,
  severity: 'warning',
  queries: queries(`$age >= ${warning} && $age < ${critical}`),
};

export const silenceCritical: Rule = {
  ...shared,
  uid: 'la-silence-critical',
  title: `License server silent for ${spoken(critical)}`,
  severity: 'critical',
  queries: queries(`$age >= ${critical} && $age < ${retired}`),
};
