import { defineMeasure, number, text } from './measure.ts';

/** What a dashboard variable or a filter can be set to: Grafana takes a frame with `value` and `text`. */
export const dimensionValues = defineMeasure({
  name: 'dimensionValues',
  title: 'Values of a dimension',
  help: 'The values that occur in the range, for dashboard variables.',
  group: 'Variables',
  kind: 'listing',
  countedBy: 'a measure grouped by the dimension',
  columns: [text('value', 'Value'), text('text', 'Text'), number('usagePercentage', 'Usage percentage', 'percent')],
  valueColumn: 'value',
  defaultOrder: 'text asc',
  groupByCount: 1,
});
