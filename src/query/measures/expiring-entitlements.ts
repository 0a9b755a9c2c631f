import { defineMeasure, noDenialOfEntitlements, noGroups, noPersons, number, text, units } from './measure.ts';

/** Whom to call about a renewal: what ends soon, what has just ended, and whether something takes its place. */
export const expiringEntitlements = defineMeasure({
  name: 'expiringEntitlements',
  title: 'Expiring entitlements',
  help: "Entitlements that end within 90 days after the range's end or ended within 30 days before it, and whether they are renewed.",
  group: 'Entitlements',
  kind: 'listing',
  columns: [
    text('account', 'Account'),
    text('product', 'Product'),
    text('feature', 'Feature'),
    text('version', 'Version'),
    text('server', 'Server'),
    text('model', 'License model'),
    number('quantity', 'Quantity'),
    text('start', 'Start'),
    text('end', 'End'),
    number('days', 'Days to expiry', units.days),
    number('remaining', 'Remaining'),
    text('renewed', 'Renewed'),
  ],
  valueColumn: 'days',
  defaultOrder: 'days asc',
  impossible: [
    noGroups('it lists entitlements one by one; leave groupBy out, or ask daysToExpiry'),
    noDenialOfEntitlements,
    noPersons,
  ],
});
