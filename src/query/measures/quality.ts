import { personDimensions } from '../dimensions.ts';
import { defineMeasure, noDenialReason, number } from './measure.ts';

/** docs/definitions.md#data-quality: what could not be used, or only with doubt, is counted and shown beside the figures. */
export const quality = defineMeasure({
  name: 'quality',
  title: 'Data quality',
  help: 'What could not be used or only with doubt: orphans, restarts, late, undated, unreadable, unmapped.',
  group: 'Data quality',
  kind: 'table',
  columns: [
    number('unmapped', 'Checkouts no entitlement covers'),
    number('orphans', 'Check-ins with nothing open'),
    number('excess', 'Check-ins of more than was open'),
    number('closedByRestart', 'Sessions closed by a restart'),
    number('stillOpen', 'Sessions open at the last line'),
    number('late', 'Lines out of order'),
    number('undated', 'Undated lines'),
    number('unreadable', 'Unreadable lines'),
    number('duplicates', 'Repeated lines'),
  ],
  impossible: [
    noDenialReason,
    { use: 'both', dimensions: personDimensions, why: 'it tells of sources and what they cover, not of users' },
  ],
});
