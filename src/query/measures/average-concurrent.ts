import { defineMeasure, noDenialReason } from './measure.ts';

export const averageConcurrent = defineMeasure({
  name: 'averageConcurrent',
  title: 'Average concurrent licenses',
  help: 'Licenses in use, averaged over time up to where the data end.',
  group: 'Use',
  knowsPackages: true,
  overHours: 'mean',
  impossible: [noDenialReason],
});
