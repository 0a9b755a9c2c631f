import { expirySteps, noneSteps, usageSteps } from '../colors.ts';
import type { Band } from '../frame.ts';
import { dashboardOf } from '../frame.ts';
import { toRows } from '../links.ts';
import type { Page } from '../page.ts';
import { forCustomer, forOperators } from '../page.ts';
import { bars, lines, usageLines } from '../panels/charts.ts';
import { figure } from '../panels/figures.ts';
import {
  clientsPerLicense,
  denialsOverTime,
  endingSoon,
  byNeed,
  meteredUse,
  nobodyDenied,
  shortageLook,
  shortageColumns,
  uniqueClients,
} from '../panels/shared.ts';
import { rows } from '../panels/tables.ts';
import { thresholds } from '../thresholds.ts';
import { eventColumns } from './listing.ts';

const operators = forOperators('account', 'product', 'feature', 'server', 'model');
const onlyOne = { single: 'account', folded: ['server', 'model'] } as const;

/** One customer, for whoever runs the license servers. */
export const customer = () =>
  customerPage(operators, {
    uid: 'la-customer',
    title: 'Customer',
    description:
      'One customer: what it uses of what it bought, who was denied, and what ends soon. Nothing here is meant for the vendor only.',
  });

/** In the place of it where no customer is chosen: all of them, to choose from. Grafana has no such dashboard, its variable is always one. */
export const customerChoice = () =>
  dashboardOf(operators, {
    ...onlyOne,
    uid: 'la-customer',
    title: 'Customer',
    description: 'This page is about one customer. Choose one: those that need something come first.',
    bands: [
      {
        height: 20,
        panels: [
          [
            24,
            rows(
              operators,
              {
                title: 'Choose a customer',
                description: `Each customer with the feature that it needs most. Red: clients went without, or an hour and more at ${thresholds.usage.critical} %; yellow: an hour and more at ${thresholds.usage.warning} %; purple is overdraft.`,
                questions: [{ measure: 'utilization', groupBy: ['account'], orderBy: byNeed }],
                empty: 'No customer used or was denied anything in this time range.',
                onward: { uid: 'la-utilization' },
              },
              { ...shortageLook, columns: ['Account', ...shortageColumns, 'Feature'] },
            ),
          ],
        ],
      },
    ],
  });

/**
 * The same for one customer to keep: without variables, with the uid and data source it is given. The token of that data source
 * should be limited to the account. `users`: whether it lists who was denied, for an administrator who adjusts rules; `events`: how
 * many of the newest events are listed below; none when left out.
 */
export function customerDashboard(
  account: string,
  datasource: string,
  uid: string,
  { users = false, events = 0 }: { readonly users?: boolean; readonly events?: number } = {},
) {
  const page = forCustomer(account, datasource);
  const about = {
    uid,
    title: account,
    description: `What ${account} uses of what it bought, who was denied, and what ends soon.`,
  };
  return customerPage(page, about, [
    ...(users ? [deniedUsersBand(page)] : []),
    ...(events === 0 ? [] : [eventsBand(page, events)]),
  ]);
}

const deniedUsersBand = (page: Page): Band => ({
  height: 12,
  panels: [
    [
      24,
      rows(
        page,
        {
          title: 'Who was denied what',
          description: 'Each user with what was refused and why: what an administrator needs to adjust rules.',
          questions: [{ measure: 'denialAdvice', groupBy: ['user', 'host', 'feature'], limit: 500 }],
          empty: nobodyDenied,
          onward: { uid: 'la-denials' },
        },
        { sentences: ['Advice'], columns: ['User', 'Host', 'Feature', 'Reason', 'Code', 'Count', 'Advice'] },
      ),
    ],
  ],
});

const eventsBand = (page: Page, limit: number): Band => ({
  height: 20,
  panels: [
    [
      24,
      rows(
        page,
        {
          title: 'All events',
          description: 'Every event in a row, the newest first, with the use in % of what was entitled just after it.',
          questions: [{ measure: 'allEvents', limit }],
          empty: 'No event in this time range.',
          onward: { uid: 'la-events' },
        },
        eventColumns,
      ),
    ],
  ],
});

const customerPage = (
  page: Page,
  about: { readonly uid: string; readonly title: string; readonly description: string },
  below: readonly Band[] = [],
) =>
  dashboardOf(page, {
    ...about,
    ...onlyOne,
    marks: ['capacityChanges', 'entitlementExpiries'],
    bands: [
      {
        height: 4,
        panels: [
          [
            8,
            figure(page, {
              title: 'Highest usage',
              description: 'The highest usage of a feature, in % of what was bought of it.',
              question: { measure: 'usagePercentage' },
              unit: 'percent',
              steps: usageSteps(),
              empty: 'unknown',
              onward: toRows('usedAgainstBought'),
            }),
          ],
          [8, uniqueClients(page, toRows('servedClients'))],
          [8, clientsPerLicense(page, 'How many clients share one license, for the feature where they are most.')],
        ],
      },
      {
        height: 4,
        panels: [
          [
            8,
            figure(page, {
              title: 'License-hours',
              description: 'Hours that licenses were in use, added up over all licenses.',
              question: { measure: 'licenseHours' },
              unit: 'suffix:h',
              empty: 'no data',
              onward: toRows('mostUsedFeatures'),
            }).decimals(1),
          ],
          [
            8,
            figure(page, {
              title: 'Denials',
              description:
                'How often a client was denied, also for want of the feature itself. Repeated lines of one client count once.',
              question: { measure: 'denials' },
              unit: 'locale',
              steps: noneSteps(),
              empty: 'not tracked',
              onward: toRows('whyDenied'),
            }),
          ],
          [
            8,
            figure(page, {
              title: 'Days to the next expiry',
              description: 'Days until the first entitlement ends that nothing replaces.',
              question: { measure: 'daysToExpiry' },
              unit: 'suffix: d',
              steps: expirySteps(),
              empty: 'nothing ends',
              onward: toRows('customerEnding'),
            }),
          ],
        ],
      },
      {
        height: 11,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: 'Used against bought',
                description: `For each feature the highest use beside what was bought then, whether it was more than a moment, and how many clients share it. Red: clients went without, or an hour and more at ${thresholds.usage.critical} %; yellow: an hour and more at ${thresholds.usage.warning} %; purple is overdraft.`,
                questions: [
                  { measure: 'utilization', groupBy: ['product', 'feature'], orderBy: byNeed },
                  { measure: 'averageConcurrent', groupBy: ['feature'] },
                  { measure: 'uniqueClients', groupBy: ['feature'] },
                  { measure: 'clientsPerLicense', groupBy: ['feature'] },
                ],
                empty: 'Nothing was used in this time range.',
                onward: { uid: 'la-feature' },
              },
              {
                ...shortageLook,
                joinBy: 'Feature',
                columns: [
                  'Feature',
                  ...shortageColumns,
                  'Unique served clients',
                  'Clients per license',
                  'Average concurrent licenses',
                  'Product',
                ],
              },
            ),
            'usedAgainstBought',
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            12,
            usageLines(page, {
              title: 'Usage over time',
              description: 'The five features with the highest usage, in % of what was bought.',
              questions: [
                {
                  measure: 'usagePercentage',
                  groupBy: ['feature'],
                  shape: 'timeSeries',
                  having: { operator: '>=', value: 0 },
                  limit: 5,
                },
              ],
              unit: 'percent',
              empty: 'Nothing was used that an entitlement covers.',
              onward: { uid: 'la-feature' },
            }),
          ],
          [
            12,
            lines(page, {
              title: 'Licenses in use over time',
              description: 'Peak concurrent licenses of the five features that are used most.',
              questions: [{ measure: 'peakConcurrent', groupBy: ['feature'], shape: 'timeSeries', limit: 5 }],
              unit: 'locale',
              empty: 'Nothing was used in this time range.',
              onward: { uid: 'la-feature' },
            }),
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            12,
            bars(page, {
              title: 'Most used features',
              description: 'License-hours per feature.',
              questions: [{ measure: 'licenseHours', groupBy: ['feature'], limit: 12 }],
              unit: 'suffix:h',
              empty: 'Nothing was used in this time range.',
              onward: { uid: 'la-feature', set: ['feature'] },
            }).decimals(1),
            'mostUsedFeatures',
          ],
          [
            12,
            bars(page, {
              title: 'Most used products',
              description: 'Unique clients per product.',
              questions: [{ measure: 'uniqueClients', groupBy: ['product'], limit: 12 }],
              unit: 'locale',
              empty: 'Nothing was used in this time range.',
              onward: { uid: 'la-utilization', set: ['product'] },
            }),
          ],
        ],
      },
      {
        height: 6,
        panels: [[24, meteredUse(page, { uid: 'la-feature', set: ['feature'] }, 'No metered licenses were bought.')]],
      },
      {
        height: 10,
        panels: [
          [
            16,
            rows(
              page,
              {
                title: 'Denials and what to do',
                description: 'Why users were denied, in what proportions, and what the administrator can do about it.',
                questions: [{ measure: 'denialAdvice', limit: 100 }],
                empty: nobodyDenied,
                onward: { uid: 'la-denials' },
              },
              { sentences: ['Advice'], columns: ['Reason', 'Count', 'Advice', 'Denial Rate (%)', 'Code'] },
            ),
            'whyDenied',
          ],
          [8, denialsOverTime(page)],
        ],
      },
      {
        height: 8,
        panels: [
          [
            24,
            endingSoon(page, {
              onward: { uid: 'la-utilization' },
              limit: 200,
              columns: [
                'Feature',
                'Product',
                'Days to expiry',
                'End',
                'Quantity',
                'Remaining',
                'Renewed',
                'License model',
                'Start',
              ],
            }),
            'customerEnding',
          ],
        ],
      },
      ...below,
    ],
  });
