import { defineMeasure, noDenialReason, units } from './measure.ts';

export const licenseHours = defineMeasure({
  name: 'licenseHours',
  title: 'License-hours',
  help: 'Licenses in use × hours.',
  group: 'Use',
  knowsPackages: true,
  overHours: 'sum',
  unit: units.hours,
  impossible: [noDenialReason],
});
