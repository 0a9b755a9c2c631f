import { condition, reduced } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { account, feature, figure } from '../texts.ts';
import {
  concurrent,
  howLong,
  inLicenses,
  licenses,
  longEnough,
  metered,
  meteredQueries,
  periodEnds,
  timeAt,
  timing,
  trend,
  useQuestion,
  type UseOf,
} from './use.ts';

/**
 * More in use than was bought. Something else than 95 %: what is over the contract is for Sales to settle, once a day. Time, no
 * data and errors: see use.ts.
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
          panel: 'In overdraft',
          set: ['account', 'feature'],
          from: 'now-7d',
        } as const)
      : ({ dashboard: 'la-customer', panel: 'Metered use', set: ['account', 'feature'], from: 'now-30d' } as const),
});
const some = { having: { operator: '>', value: 0 } } as const;
const isConcurrent = ({ model }: UseOf): boolean => model === 'concurrent';
const nameOf = (of: UseOf): string => (isConcurrent(of) ? 'Use' : 'Metered use');
const unit = (of: UseOf): string => (isConcurrent(of) ? ' licenses' : '');

/** How much more than what the measure knows of, and for how long. */
const queriesOf = (measure: 'overdraft' | 'beyondOverdraft', of: UseOf) =>
  isConcurrent(of)
    ? [
        useQuestion('use', measure, of, some),
        reduced('now', 'use', 'max'),
        ...timeAt('time', of, '> 0'),
        ...inLicenses(),
      ]
    : [...meteredQueries(measure, some), ...timeAt('time', of, '> 0')];
const fires = (of: UseOf): string => (isConcurrent(of) ? `$time >= ${longEnough}` : '$now > 0');
const figures = (of: UseOf): string =>
  isConcurrent(of)
    ? `at the peak of the last hour ${licenses} were in use`
    : `${figure('bought')} were bought${periodEnds}; ${trend(figure)}`;

const overdraftOf = (of: UseOf): Rule => ({
  ...shared(of),
  uid: isConcurrent(of) ? 'la-overdraft' : 'la-metered-overdraft',
  title: `${nameOf(of)} in overdraft`,
  queries: [
    ...queriesOf('overdraft', of),
    useQuestion('beyond', 'beyondOverdraft', of),
    reduced('beyondBoth', 'beyond', isConcurrent(of) ? 'max' : 'last'),
    condition('fires', `${fires(of)} && $beyondBoth == 0`),
  ],
  summary: `${account}: ${feature} is ${figure('now')}${unit(of)} over what was bought, within its overdraft`,
  description: `It is so ${howLong('time', of)}; ${figures(of)}. The entitlement's overdraft allows it: what it costs is between Sales and the customer.`,
  runbook: 'overdraft',
});

const beyondOverdraftOf = (of: UseOf): Rule => ({
  ...shared(of),
  uid: isConcurrent(of) ? 'la-beyond-overdraft' : 'la-metered-beyond-overdraft',
  title: `${nameOf(of)} beyond entitlements`,
  queries: [...queriesOf('beyondOverdraft', of), condition('fires', fires(of))],
  summary: `${account}: ${feature} is ${figure('now')}${unit(of)} over what was bought and its overdraft`,
  description: `It is so ${howLong('time', of)}; ${figures(of)}. No entitlement that is loaded covers it: whether the contract does, and what it costs, is between Sales and the customer.`,
  runbook: 'beyond-overdraft',
});

export const overdraft = overdraftOf(concurrent);
export const meteredOverdraft = overdraftOf(metered);
export const beyondOverdraft = beyondOverdraftOf(concurrent);
export const meteredBeyondOverdraft = beyondOverdraftOf(metered);
