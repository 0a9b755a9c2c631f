import { defineMeasure, noDenialReason, number, units } from './measure.ts';

/** The duration curve: how many licenses are needed for how long. */
export const timeAtLicenses = defineMeasure({
  name: 'timeAtLicenses',
  title: 'Time at n licenses',
  help: 'For each number of licenses in use at once: how long exactly so many were, and the share of time with so many or more.',
  group: 'Use',
  knowsPackages: true,
  kind: 'listing',
  columns: [
    number('licenses', 'Licenses in use'),
    number('hours', 'Hours', units.hours),
    number('share', 'Share of time', 'percent'),
  ],
  valueColumn: 'hours',
  defaultOrder: 'licenses desc',
  groupsFirst: true,
  impossible: [noDenialReason],
});
