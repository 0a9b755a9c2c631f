import { defineMeasure, noDenialOfEntitlements, noPersons, units } from './measure.ts';

export const daysToExpiry = defineMeasure({
  name: 'daysToExpiry',
  title: 'Days to expiry',
  help: "Days from the range's end to the last day of what is entitled then, renewals counted; negative where it ended in the last 30 days.",
  group: 'Entitlements',
  kind: 'table',
  unit: units.days,
  defaultOrder: 'value asc',
  impossible: [noDenialOfEntitlements, noPersons],
});
