import { anySteps, noneSteps } from '../colors.ts';
import { dashboardOf } from '../frame.ts';
import { toRows } from '../links.ts';
import { forOperators } from '../page.ts';
import { curve, usageLines } from '../panels/charts.ts';
import { count } from '../panels/figures.ts';
import {
  byNeed,
  inOverdraft,
  largePools,
  shortageLook,
  shortageColumns,
  smallPools,
  uniqueClients,
} from '../panels/shared.ts';
import { week } from '../panels/heat.ts';
import { rows } from '../panels/tables.ts';
import type { Asked } from '../question.ts';
import { thresholds } from '../thresholds.ts';
import { atLeast } from './at-least.ts';

const { usage, smallPool } = thresholds;

const usageOfPools = { measure: 'usagePercentage', groupBy: ['account', 'feature'] } satisfies Asked;
const atWarning = { operator: '>=', value: usage.warning } as const;

/** How close customers are to what they bought, and when. */
export const utilization = () => {
  const page = forOperators('account', 'product', 'feature', 'server', 'model');
  const reaching = { operator: '>=', value: '$atLeast' } as const;
  return dashboardOf(page, {
    uid: 'la-utilization',
    folded: ['server', 'model'],
    title: 'Utilization',
    description: 'How close customers are to what they bought, with which features, and when in the week.',
    others: [atLeast()],
    marks: ['capacityChanges', 'entitlementExpiries'],
    bands: [
      {
        height: 4,
        panels: [
          [
            8,
            count(page, {
              title: `At ${usage.warning} % or more`,
              description: `Pairs of customer and feature that reached ${usage.warning} % of what was bought, in pools of more than ${smallPool} licenses and of what is metered.`,
              question: { ...usageOfPools, having: atWarning, poolSize: largePools },
              steps: noneSteps(),
              empty: 'no data',
              onward: toRows('largePools', { atLeast: String(usage.warning) }),
            }),
          ],
          [
            8,
            count(page, {
              title: `Small pools at ${usage.warning} %`,
              description: `The same of pools of at most ${smallPool} licenses, which are full at every use.`,
              question: { ...usageOfPools, having: atWarning, poolSize: smallPools },
              empty: 'none',
              onward: toRows('smallPools', { atLeast: String(usage.warning) }),
            }),
          ],
          [8, uniqueClients(page, toRows('servedClients'))],
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
                title: 'Usage by customer and feature',
                description: `Highest usage beside what was bought then, and whether it was more than a moment; most urgent first. Red: clients went without, or an hour and more at ${usage.critical} %; yellow: an hour and more at ${usage.warning} %; purple is overdraft, grey is unknown.`,
                questions: [
                  {
                    measure: 'utilization',
                    groupBy: ['account', 'feature'],
                    having: reaching,
                    poolSize: largePools,
                    orderBy: byNeed,
                    limit: 2000,
                  },
                ],
                empty: 'Nothing reaches the percentage that is chosen above.',
                onward: { uid: 'la-customer' },
              },
              { ...shortageLook, columns: ['Account', 'Feature', ...shortageColumns] },
            ),
            'largePools',
          ],
        ],
      },
      {
        height: 8,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: `Pools of at most ${smallPool} licenses`,
                description:
                  'They are full at every use: refused clients and long times tell whether they are too small.',
                questions: [
                  {
                    measure: 'utilization',
                    groupBy: ['account', 'feature'],
                    having: reaching,
                    poolSize: smallPools,
                    orderBy: byNeed,
                    limit: 2000,
                  },
                ],
                empty: 'None reaches the percentage that is chosen above.',
                onward: { uid: 'la-customer' },
              },
              { ...shortageLook, columns: ['Account', 'Feature', ...shortageColumns] },
            ),
            'smallPools',
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: 'Usage by customer',
                description:
                  'For each customer its feature with the highest usage, how long it was at its limits, and how many clients went without.',
                questions: [
                  { measure: 'utilization', groupBy: ['account'], having: reaching, orderBy: byNeed, limit: 1000 },
                ],
                empty: 'No customer reaches the percentage that is chosen above.',
                onward: { uid: 'la-customer' },
              },
              { ...shortageLook, columns: ['Account', 'Feature', ...shortageColumns] },
            ),
            'customersAtLimit',
          ],
        ],
      },
      {
        height: 10,
        panels: [
          [
            24,
            usageLines(page, {
              title: 'Usage over time',
              description: `The five customers and features with the highest usage, in % of the entitlements in force; pools of more than ${smallPool} licenses and what is metered.`,
              questions: [
                {
                  ...usageOfPools,
                  shape: 'timeSeries',
                  having: { operator: '>=', value: 0 },
                  poolSize: largePools,
                  limit: 5,
                },
              ],
              unit: 'percent',
              empty: 'Nothing was used that an entitlement covers.',
              onward: { uid: 'la-feature' },
            }),
          ],
        ],
      },
      {
        height: 10,
        panels: [
          [
            24,
            week(
              page,
              {
                title: 'When in the week: peak by hour',
                description:
                  'The highest number of licenses in use at once, for each hour of the week. A peak at night is not the peak that people feel.',
                questions: [{ measure: 'peakConcurrent', groupBy: ['weekday', 'hour'] }],
                unit: 'locale',
                empty: 'No use in this time range.',
                onward: { uid: 'la-feature' },
              },
              'Peak concurrent licenses',
            ),
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            12,
            curve(page, {
              title: 'Share of time with at least n licenses',
              description: 'The duration curve: how many licenses would be enough for how much of the time.',
              questions: [{ measure: 'timeAtLicenses', orderBy: 'licenses asc', limit: 5000 }],
              x: 'Licenses in use',
              unit: 'percent',
              empty: 'No use in this time range.',
              onward: { uid: 'la-feature' },
            }).withTransformation({
              id: 'filterFieldsByName',
              options: { include: { names: ['Licenses in use', 'Share of time'] } },
            }),
          ],
          [
            12,
            rows(
              page,
              {
                title: 'In overdraft',
                description: 'By how many licenses (metered: units) use went beyond what was bought.',
                questions: [{ ...inOverdraft, limit: 1000 }],
                empty: 'Nothing goes beyond what was bought.',
                onward: { uid: 'la-customer' },
              },
              {
                colour: { Overdraft: anySteps('dark-purple') },
                columns: ['Account', 'Feature', 'Overdraft', 'License model'],
              },
            ),
            'inOverdraft',
          ],
        ],
      },
      {
        height: 8,
        panels: [
          [
            12,
            rows(
              page,
              {
                title: 'Beyond overdraft',
                description:
                  'By how many licenses (metered: units) use went beyond what was bought and the overdraft that its entitlement allows.',
                questions: [{ ...inOverdraft, measure: 'beyondOverdraft', limit: 1000 }],
                empty: 'Nothing goes beyond what was bought and its overdraft.',
                onward: { uid: 'la-customer' },
              },
              {
                colour: { 'Beyond overdraft': anySteps('dark-red') },
                columns: ['Account', 'Feature', 'Beyond overdraft', 'License model'],
              },
            ),
          ],
          [
            12,
            rows(page, {
              title: 'Clients per license',
              description: 'How many distinct clients share one entitled license.',
              questions: [
                {
                  measure: 'clientsPerLicense',
                  groupBy: ['account', 'feature'],
                  having: { operator: '>', value: 0 },
                  limit: 500,
                },
              ],
              empty: 'Nobody was served, or entitlements are unknown.',
              onward: { uid: 'la-feature' },
            }),
            'clientsPerLicense',
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: 'Served clients',
                description: 'Who had a license, and for how many hours.',
                questions: [{ measure: 'licenseHours', groupBy: ['account', 'client'], limit: 5000 }],
                empty: 'Nobody was served in this time range.',
                onward: { uid: 'la-events' },
              },
              { columns: ['Client', 'License-hours', 'Account'] },
            ),
            'servedClients',
          ],
        ],
      },
    ],
  });
};
