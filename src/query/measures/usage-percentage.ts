import { defineMeasure, noDenialReason, noPersonGroups } from './measure.ts';

export const usagePercentage = defineMeasure({
  name: 'usagePercentage',
  title: 'Usage percentage',
  help: 'Peak use (metered: amount consumed) as % of the mapped entitlements in force; may exceed 100.',
  group: 'Entitlements',
  overHours: 'highest',
  unit: 'percent',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['feature'],
});
