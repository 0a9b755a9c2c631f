import { expirySteps, noneSteps, silenceSteps } from '../colors.ts';
import { dashboardOf } from '../frame.ts';
import { toRows } from '../links.ts';
import { forOperators } from '../page.ts';
import { bars } from '../panels/charts.ts';
import { count, figure } from '../panels/figures.ts';
import {
  byNeed,
  denialsOverTime,
  ending,
  endingSoon,
  inOverdraft,
  largePools,
  nobodyDenied,
  shortageLook,
  shortageColumns,
  silentServers,
  unresolvedDenials,
} from '../panels/shared.ts';
import { rows, shares } from '../panels/tables.ts';
import { thresholds } from '../thresholds.ts';

/** What needs attention, in ten seconds: the first page of the report. */
export const overview = () => {
  const page = forOperators('account', 'model');
  const { expiry, usage, smallPool } = thresholds;
  return dashboardOf(page, {
    uid: 'la-overview',
    title: 'Overview',
    description:
      'What needs attention: customers close to what they bought, denials, what ends soon, silent license servers.',
    marks: ['denialBursts', 'serverRestarts'],
    bands: [
      {
        height: 4,
        panels: [
          [
            8,
            count(page, {
              title: `Customers at ${usage.warning} %`,
              description: `Customers with a feature that reached ${usage.warning} % of what they bought, within the time range.`,
              question: {
                measure: 'usagePercentage',
                groupBy: ['account'],
                having: { operator: '>=', value: usage.warning },
              },
              steps: noneSteps(),
              empty: 'no data',
              onward: toRows('customersAtLimit', { atLeast: String(usage.warning) }),
            }),
          ],
          [
            8,
            count(page, {
              title: 'In overdraft',
              description: 'Pairs of customer and feature that used more than was bought.',
              question: inOverdraft,
              steps: noneSteps('dark-purple'),
              empty: 'no data',
              onward: toRows('inOverdraft'),
            }),
          ],
          [8, unresolvedDenials(page, 'Unresolved denials')],
        ],
      },
      {
        height: 4,
        panels: [
          [
            8,
            count(page, {
              ...ending,
              steps: noneSteps(),
              empty: 'nothing ends',
              onward: toRows('endingSoon'),
            }),
          ],
          [8, silentServers(page)],
          [
            8,
            figure(page, {
              title: 'Unique served clients',
              description: 'Distinct clients (user@host) that had a license within the time range.',
              question: { measure: 'uniqueClients' },
              unit: 'locale',
              empty: 'no data',
              onward: toRows('servedClients'),
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
                title: 'Closest to what was bought',
                description: `Customers and features at ${usage.warning} % and more, beside what was bought then; most urgent first. Red: clients went without, or an hour and more at ${usage.critical} %; yellow: an hour and more at ${usage.warning} %; purple is overdraft. Pools of one or two licenses are full at every use: see Utilization.`,
                questions: [
                  {
                    measure: 'utilization',
                    groupBy: ['account', 'feature'],
                    having: { operator: '>=', value: usage.warning },
                    poolSize: largePools,
                    orderBy: byNeed,
                    limit: 10,
                  },
                ],
                empty: `No pool of more than ${smallPool} licenses reaches ${usage.warning} %.`,
                onward: { uid: 'la-utilization' },
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
            shares(
              page,
              {
                title: 'Denials distribution',
                description: 'Why users were denied: the kinds of denial, each in % of all denials.',
                questions: [{ measure: 'denialShare', groupBy: ['denialFamily'] }],
                empty: nobodyDenied,
                onward: { uid: 'la-denials' },
              },
              'Denial family',
              'Denial Rate (%)',
            ),
          ],
          [12, denialsOverTime(page)],
        ],
      },
      {
        height: 8,
        panels: [
          [
            12,
            bars(page, {
              title: 'Most active customers',
              description: 'Licensing events (checkouts, check-ins, denials) per customer.',
              questions: [{ measure: 'events', groupBy: ['account'], limit: 8 }],
              unit: 'locale',
              empty: 'No events in this time range.',
              onward: { uid: 'la-customer', set: ['account'] },
            }),
          ],
          [
            12,
            bars(page, {
              title: 'Served clients by feature',
              description: 'Distinct clients that had a license of the feature.',
              questions: [{ measure: 'uniqueClients', groupBy: ['feature'], limit: 8 }],
              unit: 'locale',
              empty: 'Nobody was served in this time range.',
              onward: { uid: 'la-feature', set: ['feature'] },
            }),
          ],
        ],
      },
      {
        height: 8,
        panels: [
          [
            12,
            bars(page, {
              title: 'Most active servers',
              description: 'Licensing events per license server or cloud instance.',
              questions: [{ measure: 'events', groupBy: ['server'], limit: 8 }],
              unit: 'locale',
              empty: 'No events in this time range.',
              onward: { uid: 'la-servers', set: ['server'] },
            }),
          ],
          [
            12,
            bars(page, {
              title: 'Activations by product',
              description:
                'Concurrent licenses that were activated (entitled) per product, the highest quantity in force in the time range.',
              questions: [{ measure: 'entitled', groupBy: ['product'], limit: 8 }],
              unit: 'locale',
              empty: 'No entitlements are loaded.',
              onward: { uid: 'la-utilization', set: ['product'] },
            }),
          ],
        ],
      },
      {
        height: 6,
        panels: [
          [
            12,
            rows(
              page,
              {
                title: ending.title,
                description: ending.description,
                questions: [{ ...ending.question, limit: 1000 }],
                empty: `Nothing ends within ${expiry.warning} days that is not renewed.`,
                onward: { uid: 'la-customer' },
              },
              { colour: { 'Days to expiry': expirySteps() }, columns: ['Account', 'Feature', 'Days to expiry'] },
            ),
            'endingSoon',
          ],
          [
            12,
            rows(
              page,
              {
                title: 'Used without an entitlement',
                description: 'Checkouts that no entitlement covers: load what is missing, or sell it.',
                questions: [{ measure: 'coverageGaps', limit: 100 }],
                empty: 'Every checkout is covered by an entitlement.',
                onward: { uid: 'la-events' },
              },
              { columns: ['Account', 'Feature', 'Checkouts'] },
            ),
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            24,
            endingSoon(page, {
              onward: { uid: 'la-customer' },
              limit: 100,
              columns: ['Account', 'Feature', 'Days to expiry', 'End', 'Quantity', 'Remaining', 'Renewed'],
            }),
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
                title: 'Data freshness',
                description: 'How far the lines of each license server reach; the oldest first.',
                questions: [{ measure: 'sources', limit: 50 }],
                empty: 'No data was loaded yet.',
                onward: { uid: 'la-servers' },
              },
              {
                colour: { Overdue: silenceSteps() },
                columns: [
                  'Server',
                  'Overdue',
                  'Account',
                  'Data age',
                  'Last line',
                  'Logs denials',
                  'Unreadable lines',
                  'Undated lines',
                  'Lines',
                ],
              },
            ),
          ],
        ],
      },
    ],
  });
};
