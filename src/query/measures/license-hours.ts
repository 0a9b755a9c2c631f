import { defineMeasure, noDenialReason } from './measure.ts';

export const licenseHours = defineMeasure({
  name: 'licenseHours',
  title: 'License-hours',
  help: 'Licenses in use × hours.',
  group: 'Use',
  unit: 'h',
  impossible: [noDenialReason],
});
