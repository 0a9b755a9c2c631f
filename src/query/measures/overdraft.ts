import { defineMeasure, noDenialReason, noPersonGroups } from './measure.ts';

export const overdraft = defineMeasure({
  name: 'overdraft',
  title: 'Overdraft',
  help: 'Peak use (metered: amount consumed) beyond the mapped entitlements in force; 0 within them.',
  group: 'Entitlements',
  overHours: 'highest',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['feature'],
});
