import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { ageOf, condition, question } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { age, server } from '../texts.ts';

const { critical, told } = thresholds.silence;

/**
 * License servers whose last line is old, because they are down, their logs do not reach us, or reach us late: figures end there.
 * How long is too long, and from when on a server is taken for one out of service: src/query/silence.ts.
 *
 * **No data**: no server is silent, or none is known yet: fine.
 */
const queries = (fires: string) => [
  question(
    'overdue',
    { measure: 'silence', groupBy: ['server'], having: { operator: '>', value: 0 }, limit: 10_000 },
    { from: 3600, to: 0 },
  ),
  question('age', { measure: 'freshness', groupBy: ['server'], limit: 10_000 }, { from: 3600, to: 0 }),
  condition('usual', '$age - $overdue'),
  ...ageOf('usual'),
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
    `The last line of ${server} that has been read is ${age('age')} old; the next one was due after ${age('usual')}. It is down, or its log does not reach us: ` +
    'since then its use and denials are unknown, not none.',
  look: { dashboard: 'la-servers', panel: 'License servers', set: ['server'], from: 'now-7d' },
  runbook: 'silence',
} as const;

export const silenceWarning: Rule = {
  ...shared,
  uid: 'la-silence-warning',
  title: 'License server silent',
  severity: 'warning',
  queries: queries(`$overdue > 0 && ($overdue < ${critical} || $age >= ${told})`),
};

export const silenceCritical: Rule = {
  ...shared,
  uid: 'la-silence-critical',
  title: 'License server still silent',
  severity: 'critical',
  queries: queries(`$overdue >= ${critical} && $age < ${told}`),
};
