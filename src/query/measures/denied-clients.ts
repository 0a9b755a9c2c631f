import { defineMeasure } from './measure.ts';

export const deniedClients = defineMeasure({
  name: 'deniedClients',
  title: 'Denied clients',
  help: 'Distinct clients among the denials that the counting rule selects.',
  group: 'Denials',
});
