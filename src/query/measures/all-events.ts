import { dimensions } from '../dimensions.ts';
import { defineMeasure, number, text, timestamp } from './measure.ts';

/** The source report's All Events Listing. */
export const allEvents = defineMeasure({
  name: 'allEvents',
  title: 'All events',
  help: 'Every event in a row, with the use in % of what was entitled just after it.',
  group: 'Listings',
  kind: 'listing',
  countedBy: 'events',
  columns: [
    timestamp('time', 'Time'),
    text('kind', 'Event'),
    text('account', 'Account'),
    text('product', 'Product'),
    text('feature', 'Feature'),
    text('version', 'Version'),
    text('server', 'Server'),
    text('vendor', 'Vendor daemon'),
    text('model', 'License model'),
    text('user', 'User'),
    text('host', 'Host'),
    text('client', 'Client'),
    text('project', 'Project'),
    number('quantity', 'Quantity'),
    number('used', 'In use'),
    number('entitled', 'Entitled'),
    number('usagePercentage', 'Usage Percentage', 'percent'),
    text('code', 'Code'),
    text('denialFamily', 'Denial family'),
    text('denialReason', 'Denial reason'),
    text('detail', 'Detail'),
  ],
  valueColumn: 'usagePercentage',
  defaultOrder: 'time desc',
  impossible: [
    { use: 'groupBy', dimensions, why: 'it lists every event by itself; leave groupBy out, or ask the measure events' },
  ],
});
