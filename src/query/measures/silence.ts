import { defineMeasure, onlyPerServer, onlySourceFilters } from './measure.ts';

export const silence = defineMeasure({
  name: 'silence',
  title: 'Overdue',
  help: 'For how long a license server (ungrouped: the longest) has been silent, beyond its usual pauses; 0 where it is not.',
  group: 'Data quality',
  kind: 'table',
  unit: 's',
  impossible: [onlyPerServer, onlySourceFilters],
});
