import { defineMeasure } from './measure.ts';

export const denialShare = defineMeasure({
  name: 'denialShare',
  title: 'Denial Rate (%)',
  help: 'Share of each group (reason, family, …) in all denials, %.',
  group: 'Denials',
  unit: 'percent',
  countsUnsupported: true,
});
