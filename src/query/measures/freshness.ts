import { defineMeasure, onlyPerServer, onlySourceFilters } from './measure.ts';

export const freshness = defineMeasure({
  name: 'freshness',
  title: 'Data age',
  help: 'Time from the last line of a license server (ungrouped: the one silent for longest) to the end of the range, or to now.',
  group: 'Data quality',
  kind: 'table',
  unit: 's',
  impossible: [onlyPerServer, onlySourceFilters],
});
