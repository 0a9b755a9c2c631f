import { defineMeasure, noDenialReason, noPersonGroups } from './measure.ts';

export const periodEnd = defineMeasure({
  name: 'periodEnd',
  title: 'Period ends',
  help: 'Noon (UTC, as milliseconds) of the last day of the period that a metered usage percentage is of; null where none ends.',
  group: 'Entitlements',
  unit: 'time:YYYY-MM-DD',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['feature'],
});
