import { defineMeasure, noDenialReason, noGroups, noPersons, number, text } from './measure.ts';

/** Whether an amount will last: consumed, bought, rest, and where it will end at this pace. */
export const meteredUse = defineMeasure({
  name: 'meteredUse',
  title: 'Metered use',
  help: "Amount consumed of what was bought in the period that the range's end lies in, what is left, and where it will end at this pace.",
  group: 'Entitlements',
  kind: 'listing',
  columns: [
    text('account', 'Account'),
    text('product', 'Product'),
    text('feature', 'Feature'),
    number('usagePercentage', 'Consumed (%)', 'percent'),
    number('gonePercent', 'Period gone (%)', 'percent'),
    number('pacePercent', 'At this pace (%)', 'percent'),
    number('consumed', 'Consumed'),
    number('bought', 'Bought'),
    number('remaining', 'Rest'),
    text('period', 'Period'),
    text('start', 'Start'),
    text('end', 'End'),
  ],
  valueColumn: 'usagePercentage',
  defaultOrder: 'usagePercentage desc',
  impossible: [noGroups('it lists account and feature already; leave groupBy out'), noDenialReason, noPersons],
});
