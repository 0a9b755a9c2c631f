import { defineMeasure, noDenialReason, noPersons } from './measure.ts';

export const entitled = defineMeasure({
  name: 'entitled',
  title: 'Entitled licenses',
  help: 'The highest concurrent quantity in force in the range or bucket.',
  group: 'Entitlements',
  knowsPackages: true,
  overHours: 'highest',
  impossible: [noDenialReason, noPersons],
});
