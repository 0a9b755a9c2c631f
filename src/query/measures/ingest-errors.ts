import { defineMeasure, onlyPerServer, onlySourceFilters } from './measure.ts';

export const ingestErrors = defineMeasure({
  name: 'ingestErrors',
  title: 'Unusable lines',
  help: 'Lines of the license servers that could not be read or dated, of all that was read so far, whatever the range.',
  group: 'Data quality',
  kind: 'table',
  impossible: [onlyPerServer, onlySourceFilters],
});
