import type { Rule } from '../rule.ts';
import { account, feature, figure } from '../texts.ts';
import { concurrent, metered, timing, trend, useQueries, type UseOf } from './use.ts';

/**
 * More in use than was bought. Something else than 95 %: what is over the contract is for Sales to settle, while the utilization
 * rule tells operations that users are about to be turned away. Window, trend, no data and errors: see use.ts.
 */
const overdraftOf = (of: UseOf): Rule => ({
  uid: of.model === 'concurrent' ? 'la-overdraft' : 'la-metered-overdraft',
  title: `${of.model === 'concurrent' ? 'Use' : 'Metered use'} beyond entitlements`,
  severity: 'warning',
  owner: 'sales',
  queries: useQueries('overdraft', of, { operator: '>', value: 0 }, '$now > 0'),
  condition: 'fires',
  ...timing(of),
  noData: 'OK',
  onError: 'KeepLast',
  summary: `${account}: ${feature} is ${figure('now')} over what was bought`,
  description:
    `${of.latest}: ${figure('now')} more than was bought (${of.model}). ${trend(of, '')} ` +
    'Whether the contract allows it, and what it costs, is between Sales and the customer.',
  look:
    of.model === 'concurrent'
      ? {
          dashboard: 'la-utilization',
          panel: 'Peak against what was bought',
          set: ['account', 'feature'],
          from: 'now-7d',
        }
      : { dashboard: 'la-customer', panel: 'Metered use', set: ['account', 'feature'], from: 'now-30d' },
  runbook: 'overdraft',
});

export const overdraft = overdraftOf(concurrent);
export const meteredOverdraft = overdraftOf(metered);
