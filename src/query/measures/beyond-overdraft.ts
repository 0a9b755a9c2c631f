import { defineMeasure, noDenialReason, noPersonGroups } from './measure.ts';

export const beyondOverdraft = defineMeasure({
  name: 'beyondOverdraft',
  title: 'Beyond overdraft',
  help: 'Peak use (metered: amount consumed) beyond the mapped entitlements in force and the overdraft they allow; 0 within them.',
  group: 'Entitlements',
  overHours: 'highest',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['feature'],
});
