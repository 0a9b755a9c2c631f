import { defineMeasure } from './measure.ts';

export const denials = defineMeasure({
  name: 'denials',
  title: 'Denials',
  help: 'Denied requests, as lines, episodes (default), resolved, unresolved, unknown or clients.',
  group: 'Denials',
  overHours: 'sum',
});
