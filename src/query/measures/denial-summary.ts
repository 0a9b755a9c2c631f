import { defineMeasure, number, text } from './measure.ts';

/** The source document's Denials Summary, computed. */
export const denialSummary = defineMeasure({
  name: 'denialSummary',
  title: 'Denial summary',
  help: 'Why users are denied, in what proportions, what it means and who should do what about it.',
  group: 'Listings',
  kind: 'listing',
  columns: [
    text('family', 'Family'),
    text('reason', 'Reason'),
    text('code', 'Code'),
    number('count', 'Count'),
    number('sharePercent', 'Denial Rate (%)', 'percent'),
    text('insight', 'Insight'),
    text('opportunity', 'Opportunity'),
    text('owner', 'Owner'),
  ],
  valueColumn: 'count',
  defaultOrder: 'count desc',
  countsUnsupported: true,
});
