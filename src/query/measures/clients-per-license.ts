import { defineMeasure, noDenialReason, noPersonGroups } from './measure.ts';

export const clientsPerLicense = defineMeasure({
  name: 'clientsPerLicense',
  title: 'Clients per license',
  help: 'How many clients share one entitled license: unique served clients ÷ entitled quantity.',
  group: 'Entitlements',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['feature'],
});
