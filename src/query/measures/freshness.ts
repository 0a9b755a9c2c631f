import { defineMeasure, onlyPerServer, onlySourceFilters } from './measure.ts';

export const freshness = defineMeasure({
  name: 'freshness',
  title: 'Data age',
  help: "Time from the last line of the license server (without grouping: of the one whose last line is oldest) to the range's end, or to now.",
  group: 'Data quality',
  kind: 'table',
  unit: 's',
  impossible: [onlyPerServer, onlySourceFilters],
});
