import { anySteps, noneSteps, usageSteps } from '../colors.ts';
import { dashboardOf } from '../frame.ts';
import { forOperators } from '../page.ts';
import { capacity, curve, usageLines } from '../panels/charts.ts';
import { figure } from '../panels/figures.ts';
import { byNeed, largePools, peak, shortageLook, shortageColumns, smallPools } from '../panels/shared.ts';
import { week } from '../panels/heat.ts';
import { rows } from '../panels/tables.ts';
import { thresholds } from '../thresholds.ts';
import { atLeast } from './at-least.ts';

const { usage, smallPool } = thresholds;

const over = (measure: 'overdraft' | 'beyondOverdraft') => ({
  measure,
  groupBy: ['account' as const, 'feature' as const, 'model' as const],
  having: { operator: '>' as const, value: 0 },
  limit: 500,
});

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
        height: 3,
        panels: [
          [
            8,
            figure(page, {
              title: `At ${usage.warning} % or more`,
              description: `Pairs of customer and feature that reached ${usage.warning} % of what was bought.`,
              questions: [
                {
                  measure: 'usagePercentage',
                  groupBy: ['account', 'feature'],
                  having: { operator: '>=', value: usage.warning },
                  limit: 10_000,
                },
              ],
              of: 'count',
              unit: 'none',
              steps: noneSteps(),
              empty: '0',
              onward: { uid: 'la-events' },
            }),
          ],
          [
            8,
            figure(page, {
              title: 'Highest usage',
              description: 'The highest usage of all, in % of the entitlements in force.',
              questions: [{ measure: 'usagePercentage' }],
              unit: 'percent',
              steps: usageSteps(),
              empty: 'unknown',
              onward: { uid: 'la-events' },
            }),
          ],
          [8, peak(page, 'The highest number of licenses in use at once, over everything that is chosen above.')],
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
              description: 'The ten customers and features with the highest usage, in % of the entitlements in force.',
              questions: [
                {
                  measure: 'usagePercentage',
                  groupBy: ['account', 'feature'],
                  shape: 'timeSeries',
                  having: { operator: '>=', value: 0 },
                  limit: 10,
                },
              ],
              unit: 'percent',
              empty: 'Nothing was used that an entitlement covers.',
              onward: { uid: 'la-feature' },
            }),
          ],
          [
            12,
            capacity(page, {
              title: 'Peak against what was bought',
              description:
                'Licenses in use at once, licenses entitled, and what goes beyond them. Choose a customer and a feature above: figures of several features add up packages and their parts.',
              questions: [
                { measure: 'peakConcurrent', shape: 'timeSeries' },
                { measure: 'entitled', shape: 'timeSeries' },
                { measure: 'overdraft', shape: 'timeSeries' },
              ],
              unit: 'locale',
              empty: 'No use in this time range.',
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
                questions: [over('overdraft')],
                empty: 'Nothing goes beyond what was bought.',
                onward: { uid: 'la-customer' },
              },
              {
                colour: { Overdraft: anySteps('dark-purple') },
                columns: ['Account', 'Feature', 'Overdraft', 'License model'],
              },
            ),
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
                questions: [over('beyondOverdraft')],
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
          ],
        ],
      },
    ],
  });
};
