import { defineMeasure, number, text } from './measure.ts';

/** The Denials Summary as a customer may read it: no insight, no opportunity, no owner. */
export const denialAdvice = defineMeasure({
  name: 'denialAdvice',
  title: 'Denials and advice',
  help: 'Why users are denied, in what proportions, and what their own administrator can do. Fit for customers.',
  group: 'Listings',
  kind: 'listing',
  columns: [
    text('family', 'Family'),
    text('reason', 'Reason'),
    text('code', 'Code'),
    number('count', 'Count'),
    number('sharePercent', 'Denial Rate (%)', 'percent'),
    text('advice', 'Advice'),
  ],
  valueColumn: 'count',
  defaultOrder: 'count desc',
  countsUnsupported: true,
});
