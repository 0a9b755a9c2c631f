import { defineMeasure } from './measure.ts';

export const denialRate = defineMeasure({
  name: 'denialRate',
  title: 'Refused requests (%)',
  help: 'Denials as % of denials and checkouts together.',
  group: 'Denials',
  unit: 'percent',
});
