import { defineMeasure, onlyPerServer, onlySourceFilters } from './measure.ts';

export const newIngestErrors = defineMeasure({
  name: 'newIngestErrors',
  title: 'New unusable lines',
  help: 'Lines of the license servers that could not be read or dated, of those that were read within the range, whenever they were written.',
  group: 'Data quality',
  kind: 'table',
  impossible: [onlyPerServer, onlySourceFilters],
});
