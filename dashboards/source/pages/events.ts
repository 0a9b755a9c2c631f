import { dashboardOf } from '../frame.ts';
import { forOperators } from '../page.ts';
import { stacked } from '../panels/charts.ts';
import { rows } from '../panels/tables.ts';
import { eventColumns } from './listing.ts';
import { atLeast } from './at-least.ts';

/** The last step of every drill-down: the single event. */
export const events = () => {
  const page = forOperators(
    'account',
    'product',
    'feature',
    'server',
    'model',
    'user',
    'host',
    'client',
    'denialFamily',
    'denialReason',
  );
  return dashboardOf(page, {
    uid: 'la-events',
    folded: ['product', 'server', 'model', 'host', 'client', 'denialFamily'],
    title: 'All events',
    description: 'Every event in a row, with the use in % of what was entitled just after it.',
    from: 'now-7d/d',
    others: [atLeast()],
    marks: ['serverRestarts', 'capacityChanges'],
    bands: [
      {
        height: 6,
        panels: [
          [
            24,
            stacked(page, {
              title: 'Checkouts and denials over time',
              description: 'Lines that granted and lines that refused a license.',
              questions: [
                { measure: 'checkouts', shape: 'timeSeries' },
                { measure: 'denials', shape: 'timeSeries', denials: { count: 'lines' } },
              ],
              unit: 'locale',
              empty: 'No events in this time range.',
              onward: { uid: 'la-denials' },
            }).overrideByName('Denials', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }]),
          ],
        ],
      },
      {
        height: 20,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: 'All events',
                description:
                  'The newest thousand that the filters leave. "At least %" keeps events after which so much was in use.',
                questions: [{ measure: 'allEvents', having: { operator: '>=', value: '$atLeast' }, limit: 1000 }],
                empty: 'No event passes the filters in this time range.',
                onward: { uid: 'la-feature' },
              },
              eventColumns,
            ),
          ],
        ],
      },
    ],
  });
};
