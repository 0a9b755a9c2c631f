import { defineMeasure, noDenialReason, number } from './measure.ts';

export const sessionDuration = defineMeasure({
  name: 'sessionDuration',
  title: 'Session duration',
  help: 'How long sessions last: median, 95th percentile and longest, seconds.',
  group: 'Use',
  columns: [number('p50', 'Median', 's'), number('p95', '95th percentile', 's'), number('max', 'Longest', 's')],
  impossible: [noDenialReason],
});
