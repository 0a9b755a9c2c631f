import { defineMeasure, noGroups, number, onlySourceFilters, text, timestamp } from './measure.ts';

/** Where the figures come from. */
export const sources = defineMeasure({
  name: 'sources',
  title: 'License servers',
  help: 'Every license server that data came from: how far its lines reach and how many could not be used, over all time.',
  group: 'Data quality',
  kind: 'listing',
  columns: [
    text('server', 'Server'),
    text('format', 'Format'),
    text('account', 'Account'),
    timestamp('firstLine', 'First line'),
    timestamp('lastLine', 'Last line'),
    number('age', 'Data age', 's'),
    number('overdue', 'Overdue', 's'),
    number('lines', 'Lines'),
    number('unreadable', 'Unreadable lines'),
    number('undated', 'Undated lines'),
    number('duplicates', 'Repeated lines'),
    text('tracksDenials', 'Logs denials'),
  ],
  valueColumn: 'age',
  defaultOrder: 'age desc',
  impossible: [noGroups('it has one row for every license server; leave groupBy out'), onlySourceFilters],
});
