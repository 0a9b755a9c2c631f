import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { condition, question } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { counted, figure, server } from '../texts.ts';

const hour = { from: 3600, to: 0 };

/**
 * Lines that could not be read or dated, of those that were read in the last hour: it ends an hour after the last of them. The
 * count over all time (`ingestErrors`) never falls, so it is told of only; it has a row wherever there is a license server.
 *
 * **No data**: every line could be used: fine.
 */
export const ingestErrors: Rule = {
  uid: 'la-ingest-errors',
  title: 'Lines that cannot be used',
  severity: 'warning',
  owner: 'operations',
  queries: [
    question(
      'lines',
      {
        measure: 'newIngestErrors',
        groupBy: ['server'],
        having: { operator: '>=', value: thresholds.unusableLines },
        limit: 10_000,
      },
      hour,
    ),
    question('ever', { measure: 'ingestErrors', groupBy: ['server'], limit: 10_000 }, hour),
    condition('fires', `$lines >= ${thresholds.unusableLines}`),
  ],
  condition: 'fires',
  for: '0s',
  noData: 'OK',
  onError: 'KeepLast',
  summary: `License server ${server}: ${counted('lines', 'line', 'lines')} could not be used`,
  description:
    `In the last hour ${counted('lines', 'line', 'lines')} of ${server} could not be read or dated; ${figure('ever')} since the beginning. ` +
    'They are kept, but count in no figure.',
  look: { dashboard: 'la-servers', panel: 'Data quality', set: ['server'], from: 'now-24h' },
  runbook: 'ingest-errors',
};
