import { t } from '@grafana/i18n';
import type { LicenseQuery } from '../types.ts';

export interface Example {
  readonly title: string;
  readonly text: string;
  readonly query: Omit<LicenseQuery, 'refId'>;
}

/** The four questions that the product answers, as first panels. */
export const examples = (): readonly Example[] => [
  {
    title: t('help.sold', 'How many clients share the licenses that were sold?'),
    text: t('help.sold-text', 'Clients per entitled license, for each feature of each customer.'),
    query: { schemaVersion: 1, measure: 'clientsPerLicense', groupBy: ['account', 'feature'], shape: 'table' },
  },
  {
    title: t('help.near', 'Which customers use 80 % or more of what they bought?'),
    text: t(
      'help.near-text',
      'Peak use in % of the entitlements, with features and servers. As an alert: reduce to the last value, and compare.',
    ),
    query: {
      schemaVersion: 1,
      measure: 'usagePercentage',
      groupBy: ['account', 'feature', 'server'],
      having: { operator: '>=', value: 80 },
      shape: 'table',
    },
  },
  {
    title: t('help.customer', 'What does one customer use?'),
    text: t(
      'help.customer-text',
      'Licenses in use over time, per feature. Set the filter to a customer, or to a variable such as $account.',
    ),
    query: {
      schemaVersion: 1,
      measure: 'peakConcurrent',
      groupBy: ['feature'],
      filters: [{ dimension: 'account', operator: '=', values: [] }],
      shape: 'timeSeries',
    },
  },
  {
    title: t('help.denied', 'Why are users denied, and who should do what about it?'),
    text: t('help.denied-text', 'Every reason with its share, what it means, and whose turn it is.'),
    query: { schemaVersion: 1, measure: 'denialSummary', shape: 'table' },
  },
];
