import { personDimensions } from '../dimensions.ts';
import { defineMeasure, noDenialReason } from './measure.ts';

export const entitled = defineMeasure({
  name: 'entitled',
  title: 'Entitled licenses',
  help: 'The highest concurrent quantity in force in the range or bucket.',
  group: 'Entitlements',
  impossible: [
    noDenialReason,
    {
      use: 'both',
      dimensions: personDimensions,
      why: 'entitlements belong to accounts, not to single users, hosts, clients or projects; leave it out',
    },
  ],
});
