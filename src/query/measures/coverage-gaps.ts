import { personDimensions } from '../dimensions.ts';
import { defineMeasure, noDenialReason, noGroups, number, text } from './measure.ts';

/** What `quality` counts as unmapped, by name. */
export const coverageGaps = defineMeasure({
  name: 'coverageGaps',
  title: 'Use that no entitlement covers',
  help: 'Checkouts that no entitlement covers which was in force at their time, by account, feature and server.',
  group: 'Entitlements',
  kind: 'listing',
  columns: [
    text('account', 'Account'),
    text('feature', 'Feature'),
    text('server', 'Server'),
    number('checkouts', 'Checkouts'),
  ],
  valueColumn: 'checkouts',
  defaultOrder: 'checkouts desc',
  impossible: [
    noGroups('it lists account, feature and server already; leave groupBy out'),
    noDenialReason,
    { use: 'both', dimensions: personDimensions, why: 'it tells of what entitlements cover, not of users' },
  ],
});
