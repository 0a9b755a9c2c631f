import { defineMeasure, noDenialReason } from './measure.ts';

export const uniqueClients = defineMeasure({
  name: 'uniqueClients',
  title: 'Unique served clients',
  help: 'Distinct clients with a session that overlaps the range or bucket.',
  group: 'Use',
  impossible: [noDenialReason],
});
