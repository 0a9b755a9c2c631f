import { defineMeasure, noDenialReason } from './measure.ts';

export const peakConcurrent = defineMeasure({
  name: 'peakConcurrent',
  title: 'Peak concurrent licenses',
  help: 'The highest number of licenses in use at once, those open at the start included.',
  group: 'Use',
  knowsPackages: true,
  overHours: 'highest',
  impossible: [noDenialReason],
});
