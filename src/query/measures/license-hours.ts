import { defineMeasure, noDenialReason } from './measure.ts';

export const licenseHours = defineMeasure({
  name: 'licenseHours',
  title: 'License-hours',
  help: 'Licenses in use × hours.',
  group: 'Use',
  overHours: 'sum',
  unit: 'h',
  impossible: [noDenialReason],
});
