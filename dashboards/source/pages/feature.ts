import { noneSteps, usageSteps } from '../colors.ts';
import { dashboardOf } from '../frame.ts';
import { toRows } from '../links.ts';
import { forOperators } from '../page.ts';
import { bars, capacity, line, usageLines } from '../panels/charts.ts';
import { figure } from '../panels/figures.ts';
import { clientsPerLicense, denialsOverTime, meteredUse, nobodyDenied, uniqueClients } from '../panels/shared.ts';
import { rows } from '../panels/tables.ts';
import { eventColumns } from './listing.ts';

/** Grafana's panels have one sentence for whatever they are empty for. */
const ofMetered = 'Of metered features see "Metered use".';
const unheld = `Nobody had a license in this time range. ${ofMetered}`;

/** One feature: capacity, clients, sessions, denials, and every event. */
export const feature = () => {
  const page = forOperators('account', 'feature', 'server', 'model');
  return dashboardOf(page, {
    uid: 'la-feature',
    folded: ['server', 'model'],
    title: 'Feature',
    description:
      'One feature: how much of it is in use against what there is, who shares it, who was denied, and every event.',
    single: 'feature',
    marks: ['capacityChanges', 'denialBursts', 'serverRestarts'],
    bands: [
      {
        height: 4,
        panels: [
          [
            8,
            figure(page, {
              title: "Highest customer's usage",
              description: 'Peak use in % of the entitlements in force, for the customer where it is highest.',
              question: { measure: 'usagePercentage' },
              unit: 'percent',
              steps: usageSteps(),
              empty: 'unknown',
              onward: toRows('featureUsage'),
            }),
          ],
          [
            8,
            figure(page, {
              title: 'Peak concurrent licenses',
              description: 'The highest number of licenses in use at once.',
              question: { measure: 'peakConcurrent' },
              unit: 'locale',
              empty: 'no data',
              onward: toRows('featureCapacity'),
            }),
          ],
          [
            8,
            figure(page, {
              title: 'Entitled licenses',
              description: 'The highest concurrent quantity in force in the time range.',
              question: { measure: 'entitled' },
              unit: 'locale',
              empty: 'unknown',
              onward: toRows('featureCapacity'),
            }),
          ],
        ],
      },
      {
        height: 4,
        panels: [
          [8, uniqueClients(page, toRows('featureClients'))],
          [8, clientsPerLicense(page, 'How many distinct clients share one entitled license.')],
          [
            8,
            figure(page, {
              title: 'Denied clients',
              description: 'Distinct clients that were denied.',
              question: { measure: 'deniedClients' },
              unit: 'locale',
              steps: noneSteps(),
              empty: 'not tracked',
              onward: toRows('deniedClients'),
            }),
          ],
        ],
      },
      {
        height: 4,
        panels: [
          [24, meteredUse(page, { uid: 'la-events' }, 'This feature is not metered, or none of it was bought.')],
        ],
      },
      {
        height: 10,
        panels: [
          [
            14,
            capacity(page, {
              title: 'Licenses in use against capacity',
              description:
                'Peak and average number of licenses in use at once, licenses entitled, and what goes beyond them.',
              questions: [
                { measure: 'peakConcurrent', shape: 'timeSeries' },
                { measure: 'averageConcurrent', shape: 'timeSeries' },
                { measure: 'entitled', shape: 'timeSeries' },
                // Amounts beyond what was bought are no licenses.
                {
                  measure: 'overdraft',
                  shape: 'timeSeries',
                  filters: [{ dimension: 'model', operator: '=', values: ['concurrent'] }],
                },
              ],
              unit: 'locale',
              empty: unheld,
              onward: { uid: 'la-events' },
            }),
            'featureCapacity',
          ],
          [
            10,
            usageLines(page, {
              title: 'Usage by customer',
              description:
                'The five customers with the highest usage of this feature, in % of the entitlements in force.',
              questions: [
                {
                  measure: 'usagePercentage',
                  groupBy: ['account'],
                  shape: 'timeSeries',
                  having: { operator: '>=', value: 0 },
                  limit: 5,
                },
              ],
              unit: 'percent',
              empty: 'No entitlement covers the use of this feature.',
              onward: { uid: 'la-customer' },
            }),
            'featureUsage',
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            8,
            line(page, {
              title: 'Unique clients over time',
              description: 'Distinct clients that had a license in each bucket of time.',
              questions: [{ measure: 'uniqueClients', shape: 'timeSeries' }],
              unit: 'locale',
              empty: unheld,
              onward: { uid: 'la-events' },
            }),
          ],
          [
            8,
            bars(page, {
              title: 'Sessions by length',
              description: 'How many of the sessions that ended were short, how many long.',
              questions: [{ measure: 'sessionLengths' }],
              unit: 'locale',
              empty: `No session ended in this time range. ${ofMetered}`,
              onward: { uid: 'la-events' },
            }).withTransformation({
              id: 'filterFieldsByName',
              options: { include: { names: ['Length', 'Sessions'] } },
            }),
          ],
          [
            8,
            rows(
              page,
              {
                title: 'Clients',
                description: 'Clients by the hours that they held licenses.',
                questions: [{ measure: 'licenseHours', groupBy: ['account', 'client'], limit: 5000 }],
                empty: unheld,
                onward: { uid: 'la-events' },
              },
              { columns: ['Client', 'License-hours', 'Account'] },
            ),
            'featureClients',
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            12,
            denialsOverTime(page, {
              description: 'Denials of this feature by family. Repeated lines of one client count once.',
            }),
          ],
          [
            12,
            rows(
              page,
              {
                title: 'Why users are denied',
                description: 'Denials of this feature by reason, what they mean, and whose turn it is.',
                questions: [{ measure: 'denialSummary', limit: 100 }],
                empty: nobodyDenied,
                onward: { uid: 'la-denials' },
              },
              {
                sentences: ['Insight'],
                columns: ['Reason', 'Count', 'Denial Rate (%)', 'Owner', 'Insight', 'Code'],
              },
            ),
          ],
        ],
      },
      {
        height: 12,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: 'All events of this feature',
                description: 'The newest events, with the use in % of what was entitled just after each.',
                questions: [{ measure: 'allEvents', limit: 500 }],
                empty: 'No events in this time range.',
                onward: { uid: 'la-events' },
              },
              eventColumns,
            ),
          ],
        ],
      },
    ],
  });
};
