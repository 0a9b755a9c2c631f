import type { Rule } from '../rule.ts';
import { reduced } from '../queries.ts';
import { account, feature, figure } from '../texts.ts';
import { concurrent, metered, timing, trend, useQueries, useQuestion, type UseOf } from './use.ts';

/**
 * More in use than was bought. Something else than 95 %: what is over the contract is for Sales to settle, while the utilization
 * rule tells operations that users are about to be turned away. Window, trend, no data and errors: see use.ts.
 *
 * Two rules, of which one speaks: what the contract allows beyond the quantity (the entitlements' column `overdraft`) is foreseen and
 * has its price; what goes beyond that too is not.
 */
const shared = (of: UseOf) => ({
  severity: 'warning' as const,
  owner: 'sales' as const,
  condition: 'fires',
  ...timing(of),
  noData: 'OK' as const,
  onError: 'KeepLast' as const,
  look:
    of.model === 'concurrent'
      ? ({
          dashboard: 'la-utilization',
          panel: 'Peak against what was bought',
          set: ['account', 'feature'],
          from: 'now-7d',
        } as const)
      : ({ dashboard: 'la-customer', panel: 'Metered use', set: ['account', 'feature'], from: 'now-30d' } as const),
});
const some = { operator: '>', value: 0 } as const;
const nameOf = ({ model }: UseOf): string => (model === 'concurrent' ? 'Use' : 'Metered use');

const overdraftOf = (of: UseOf): Rule => ({
  ...shared(of),
  uid: of.model === 'concurrent' ? 'la-overdraft' : 'la-metered-overdraft',
  title: `${nameOf(of)} in overdraft`,
  queries: useQueries('overdraft', of, some, '$now > 0 && $beyondBoth == 0', [
    useQuestion('beyond', 'beyondOverdraft', of),
    reduced('beyondBoth', 'beyond', 'last'),
  ]),
  summary: `${account}: ${feature} is ${figure('now')} over what was bought, within its overdraft`,
  description:
    `${of.latest}: ${figure('now')} more than was bought (${of.model}), which the entitlement's overdraft allows. ` +
    `${trend(of, '')} What it costs is between Sales and the customer.`,
  runbook: 'overdraft',
});

const beyondOverdraftOf = (of: UseOf): Rule => ({
  ...shared(of),
  uid: of.model === 'concurrent' ? 'la-beyond-overdraft' : 'la-metered-beyond-overdraft',
  title: `${nameOf(of)} beyond entitlements`,
  queries: useQueries('beyondOverdraft', of, some, '$now > 0'),
  summary: `${account}: ${feature} is ${figure('now')} over what was bought and its overdraft`,
  description:
    `${of.latest}: ${figure('now')} more than was bought and its overdraft allow (${of.model}). ${trend(of, '')} ` +
    'No entitlement that is loaded covers it: whether the contract does, and what it costs, is between Sales and the customer.',
  runbook: 'beyond-overdraft',
});

export const overdraft = overdraftOf(concurrent);
export const meteredOverdraft = overdraftOf(metered);
export const beyondOverdraft = beyondOverdraftOf(concurrent);
export const meteredBeyondOverdraft = beyondOverdraftOf(metered);
