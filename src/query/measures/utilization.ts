import { defineMeasure, noDenialReason, noPersonGroups, number, timestampIfAny, units } from './measure.ts';

/** Whether there is a shortage: how high, how much of what, when, for how long, and who was refused. */
export const utilization = defineMeasure({
  name: 'utilization',
  title: 'Utilization',
  help: 'Peak use beside what was bought then and when it was, hours and days at or over 80, 95 and 100 %, and clients with unmet denials.',
  group: 'Entitlements',
  kind: 'listing',
  columns: [
    number('usagePercentage', 'Usage percentage', 'percent'),
    number('used', 'In use then'),
    number('entitledThen', 'Bought then'),
    timestampIfAny('peakAt', 'When'),
    number('hoursAt80', 'Hours at 80 %', units.hours),
    number('hoursAt95', 'Hours at 95 %', units.hours),
    number('hoursAt100', 'Hours at 100 %', units.hours),
    number('daysAt80', 'Days at 80 %', units.days),
    number('daysAt95', 'Days at 95 %', units.days),
    number('daysAt100', 'Days at 100 %', units.days),
    number('unmetClients', 'Clients with unmet denials'),
  ],
  valueColumn: 'usagePercentage',
  defaultOrder: 'usagePercentage desc',
  impossible: [noDenialReason, noPersonGroups],
  namesHighest: ['account', 'feature'],
});
