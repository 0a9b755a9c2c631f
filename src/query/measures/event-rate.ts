import { defineMeasure } from './measure.ts';

export const eventRate = defineMeasure({
  name: 'eventRate',
  title: 'Events per minute',
  help: 'Activity lines per minute, on average over the range or bucket: how busy license servers are.',
  group: 'Activity',
  overHours: 'mean',
  unit: 'epm',
});
