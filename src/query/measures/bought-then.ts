import { defineMeasure, noDenialReason, noPersonGroups } from './measure.ts';

export const boughtThen = defineMeasure({
  name: 'boughtThen',
  title: 'Bought then',
  help: 'The licenses (metered: the amount of the period) that the usage percentage is of.',
  group: 'Entitlements',
  overHours: 'highest',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['feature'],
});
