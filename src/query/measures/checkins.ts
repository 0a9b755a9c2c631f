import { defineMeasure, noDenialReason } from './measure.ts';

export const checkins = defineMeasure({
  name: 'checkins',
  title: 'Check-ins',
  help: 'Check-in lines (lines, not licenses), those with nothing open included.',
  group: 'Activity',
  overHours: 'sum',
  impossible: [noDenialReason],
});
