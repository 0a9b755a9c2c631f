import { defineMeasure } from './measure.ts';

export const denialShare = defineMeasure({
  name: 'denialShare',
  title: 'Denial share',
  help: 'Share of each group (reason, family, …) in all denials, %.',
  group: 'Denials',
  unit: 'percent',
  countsUnsupported: true,
});
