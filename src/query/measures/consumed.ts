import { defineMeasure, noDenialReason } from './measure.ts';

export const consumed = defineMeasure({
  name: 'consumed',
  title: 'Consumed',
  help: 'Amount consumed: metered licenses and elastic tokens.',
  group: 'Use',
  overHours: 'sum',
  impossible: [noDenialReason],
});
