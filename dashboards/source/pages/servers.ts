import { anySteps, noneSteps, silenceSteps } from '../colors.ts';
import { dashboardOf } from '../frame.ts';
import { toRows } from '../links.ts';
import { forOperators } from '../page.ts';
import { bars, lines } from '../panels/charts.ts';
import { figure } from '../panels/figures.ts';
import { rows } from '../panels/tables.ts';
import { silent, silentServers } from '../panels/shared.ts';

/** Whether the figures can be trusted: nobody should believe a silent source. */
export const servers = () => {
  const page = forOperators('account', 'server');
  return dashboardOf(page, {
    uid: 'la-servers',
    title: 'License servers',
    description:
      'Where the figures come from: how far the lines reach, how busy license servers are, and what could not be used.',
    marks: ['serverRestarts'],
    bands: [
      {
        height: 4,
        panels: [
          [
            6,
            figure(page, {
              title: 'Oldest data',
              description: 'Time since the last line of the license server whose last line is oldest.',
              question: { measure: 'freshness' },
              unit: 'dtdhms',
              empty: 'no data',
              onward: toRows('sources'),
            }),
          ],
          [6, silentServers(page)],
          [
            6,
            figure(page, {
              title: 'Unusable lines',
              description: 'Lines that could not be read or dated, over all time. The command "unreadable" lists them.',
              question: { measure: 'ingestErrors' },
              unit: 'locale',
              steps: noneSteps(),
              empty: '0',
              onward: toRows('sources'),
            }),
          ],
          [
            6,
            figure(page, {
              title: 'Events per minute',
              description: 'Licensing events per minute, on average over the time range.',
              question: { measure: 'eventRate' },
              unit: 'none',
              empty: 'no data',
              onward: toRows('eventRate'),
            }).decimals(2),
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
                title: 'License servers',
                description:
                  'Every source: how far its lines reach, whether it logs denials, and what of it could not be used.',
                questions: [{ measure: 'sources', limit: 1000 }],
                empty: 'No data was loaded yet.',
                onward: { uid: 'la-events' },
              },
              {
                colour: {
                  Overdue: silenceSteps(),
                  'Unreadable lines': anySteps(),
                  'Undated lines': anySteps(),
                },
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
                  'Repeated lines',
                  'Format',
                  'First line',
                ],
              },
            ),
            'sources',
          ],
        ],
      },
      {
        height: 6,
        panels: [
          [
            24,
            rows(
              page,
              {
                title: silent.title,
                description: silent.description,
                questions: [{ ...silent.question, limit: 1000 }],
                empty: 'No license server is silent.',
                onward: { uid: 'la-events' },
              },
              { colour: { Overdue: silenceSteps() }, columns: ['Server', 'Overdue'] },
            ),
            'silentServers',
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            14,
            lines(page, {
              title: 'Events per minute',
              description: 'How busy the five busiest license servers are. A gap is a time after the last line.',
              questions: [{ measure: 'eventRate', groupBy: ['server'], shape: 'timeSeries', limit: 5 }],
              unit: 'epm',
              empty: 'No events in this time range.',
              onward: { uid: 'la-events' },
            }),
            'eventRate',
          ],
          [
            10,
            bars(page, {
              title: 'Most active license servers',
              description: 'Licensing events per license server.',
              questions: [{ measure: 'events', groupBy: ['server'], limit: 15 }],
              unit: 'locale',
              empty: 'No events in this time range.',
              onward: { uid: 'la-events', set: ['server'] },
            }),
          ],
        ],
      },
      {
        height: 10,
        panels: [
          [
            24,
            rows(page, {
              title: 'Data quality',
              description:
                'What could not be used or only with doubt, by license server. Orphans and restarts make averages lower than they were.',
              questions: [{ measure: 'quality', groupBy: ['server'], limit: 1000 }],
              empty: 'No data was loaded yet.',
              onward: { uid: 'la-events' },
            }),
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
                title: 'Restarts',
                description: 'Starts of vendor daemons: sessions that were open before are closed there.',
                questions: [{ measure: 'serverRestarts', orderBy: 'time desc', limit: 500 }],
                empty: 'No vendor daemon started in this time range.',
                onward: { uid: 'la-events' },
              },
              { columns: ['Time', 'Text'] },
            ),
          ],
        ],
      },
    ],
  });
};
