import { defineMeasure } from './measure.ts';

export const events = defineMeasure({
  name: 'events',
  title: 'Events',
  help: 'All activity lines: checkouts, check-ins, denials, unsupported, queued, dequeued, upgrades.',
  group: 'Activity',
  overHours: 'sum',
});
