import { defineMeasure, noDenialReason } from './measure.ts';

export const checkouts = defineMeasure({
  name: 'checkouts',
  title: 'Checkouts',
  help: 'Checkout lines (lines, not licenses).',
  group: 'Activity',
  overHours: 'sum',
  impossible: [noDenialReason],
});
