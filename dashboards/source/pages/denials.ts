import { dashboardOf } from '../frame.ts';
import { toRows } from '../links.ts';
import { forOperators } from '../page.ts';
import { bars, lines, stacked } from '../panels/charts.ts';
import { figure } from '../panels/figures.ts';
import { denialsOverTime, nobodyDenied, unresolvedDenials } from '../panels/shared.ts';
import { rows, shares } from '../panels/tables.ts';
import { eventColumns } from './listing.ts';
import type { Asked } from '../question.ts';

/** Refusals only: what was granted has no family. */
const refused: NonNullable<Asked['filters']>[number] = { dimension: 'denialFamily', operator: '=~', values: ['.'] };

/** Why users are denied, in what proportions, and what Sales, Renewals or the administrator should do about each reason. */
export const denials = () => {
  const page = forOperators('account', 'product', 'feature', 'server', 'denialFamily', 'denialReason');
  const empty = nobodyDenied;
  return dashboardOf(page, {
    uid: 'la-denials',
    folded: ['server', 'denialReason'],
    title: 'Denials',
    description: 'Why users are denied, in what proportions, and who should do what about it.',
    marks: ['denialBursts', 'capacityChanges', 'serverRestarts'],
    bands: [
      {
        height: 4,
        panels: [
          [
            8,
            figure(page, {
              title: 'Denials',
              description:
                'Episodes: lines of one client for one feature that are no more than ten minutes apart count once, whichever servers it asked. Requests for features that the server does not have are among them.',
              question: { measure: 'denials' },
              unit: 'locale',
              empty: 'not tracked',
              onward: toRows('episodes'),
            }),
          ],
          [8, unresolvedDenials(page, 'Unresolved')],
          [
            8,
            figure(page, {
              title: 'Denied clients',
              description: 'Distinct clients (user@host) that were denied.',
              question: { measure: 'deniedClients' },
              unit: 'locale',
              empty: 'not tracked',
              onward: toRows('deniedClients'),
            }),
          ],
        ],
      },
      {
        height: 4,
        panels: [
          [
            12,
            figure(page, {
              title: 'Denial lines',
              description: 'Lines as the license servers logged them; clients that try again and again write many.',
              question: { measure: 'denials', denials: { count: 'lines' } },
              unit: 'locale',
              empty: 'not tracked',
              onward: toRows('denialLines'),
            }),
          ],
          [
            12,
            figure(page, {
              title: 'Refused requests (%)',
              description: 'Denials in % of denials and checkouts together.',
              question: { measure: 'denialRate' },
              unit: 'percent',
              empty: 'not tracked',
              onward: toRows('denialSummary'),
            }).decimals(1),
          ],
        ],
      },
      {
        height: 10,
        panels: [
          [
            12,
            shares(
              page,
              {
                title: 'Denials by family',
                description: 'What kind of denial it was, each in % of all denials.',
                questions: [{ measure: 'denialShare', groupBy: ['denialFamily'] }],
                empty,
                onward: { uid: 'la-events' },
              },
              'Denial family',
              'Denial Rate (%)',
            ),
          ],
          [
            12,
            shares(
              page,
              {
                title: 'Denials by reason',
                description: 'The reasons that license servers gave, each in % of all denials.',
                questions: [{ measure: 'denialShare', groupBy: ['denialReason'], limit: 100 }],
                empty,
                onward: { uid: 'la-events' },
              },
              'Denial reason',
              'Denial Rate (%)',
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
                title: 'Denials summary',
                description: 'Each reason with its share, what it means, what can be made of it, and whose turn it is.',
                questions: [{ measure: 'denialSummary', limit: 200 }],
                empty,
                onward: { uid: 'la-events' },
              },
              {
                sentences: ['Opportunity', 'Insight'],
                columns: ['Reason', 'Count', 'Denial Rate (%)', 'Owner', 'Opportunity', 'Insight', 'Family', 'Code'],
              },
            ),
            'denialSummary',
          ],
        ],
      },
      {
        height: 10,
        panels: [
          [
            10,
            bars(page, {
              title: 'Denials by customer',
              description: 'Customers whose users were denied most.',
              questions: [{ measure: 'denials', groupBy: ['account'], limit: 15 }],
              unit: 'locale',
              empty,
              onward: { uid: 'la-customer', set: ['account'] },
            }),
          ],
          [
            14,
            denialsOverTime(page, {
              title: 'Trend by family',
              description: 'Denials by family over time. Repeated lines of one client count once.',
              uid: 'la-events',
            }),
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            12,
            stacked(page, {
              title: 'Resolved and unresolved',
              description:
                'Whether the client got the license within ten minutes; unknown where the data end before that.',
              questions: [
                { measure: 'denials', shape: 'timeSeries', denials: { count: 'unresolved' } },
                { measure: 'denials', shape: 'timeSeries', denials: { count: 'resolved' } },
                { measure: 'denials', shape: 'timeSeries', denials: { count: 'unknown' } },
              ],
              unit: 'locale',
              empty,
              onward: { uid: 'la-events' },
            })
              .overrideByQuery('A', seriesNamed('Unresolved', 'red'))
              .overrideByQuery('B', seriesNamed('Resolved', 'green'))
              .overrideByQuery('C', seriesNamed('Unknown', '#808080')),
          ],
          [
            12,
            lines(page, {
              title: 'Episodes against lines',
              description:
                'How many lines the denials wrote: many lines and few episodes are clients that try again and again.',
              questions: [
                { measure: 'denials', shape: 'timeSeries' },
                { measure: 'denials', shape: 'timeSeries', denials: { count: 'lines' } },
              ],
              unit: 'locale',
              empty,
              onward: { uid: 'la-events' },
            })
              .overrideByQuery('A', seriesNamed('Episodes', 'orange'))
              .overrideByQuery('B', seriesNamed('Lines', 'blue')),
          ],
        ],
      },
      {
        height: 9,
        panels: [
          [
            12,
            rows(page, {
              title: 'Denied clients',
              description: 'Distinct clients that were denied, by customer and feature.',
              questions: [
                {
                  measure: 'deniedClients',
                  groupBy: ['account', 'feature'],
                  having: { operator: '>', value: 0 },
                  limit: 200,
                },
              ],
              empty,
              onward: { uid: 'la-feature' },
            }),
          ],
          [
            12,
            rows(
              page,
              {
                title: 'Clients denied most',
                description: 'Clients by the number of their denials.',
                questions: [
                  {
                    measure: 'denials',
                    groupBy: ['account', 'client'],
                    having: { operator: '>', value: 0 },
                    limit: 1000,
                  },
                ],
                empty,
                onward: { uid: 'la-events' },
              },
              { columns: ['Client', 'Denials', 'Account'] },
            ),
            'deniedClients',
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
                title: 'Unresolved denials',
                description: 'Who was refused what and why, and did not get it within ten minutes.',
                questions: [{ measure: 'denialEpisodes', denials: { count: 'unresolved' }, limit: 1000 }],
                empty: 'Everybody who was denied got the license in the end, or nobody was denied.',
                onward: { uid: 'la-events' },
              },
              { columns: [...episodeColumns, 'Denial lines', 'Server'] },
            ),
            'unresolvedDenials',
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
                title: 'Denial episodes',
                description:
                  'Who was refused what and why, and how long it waited from the first denial until it got the license; empty where it did not.',
                questions: [{ measure: 'denialEpisodes', limit: 1000 }],
                empty,
                onward: { uid: 'la-events' },
              },
              { columns: [...episodeColumns, 'Outcome', 'Waited', 'Denial lines', 'Other reasons before', 'Server'] },
            ),
            'episodes',
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
                title: 'Denial lines',
                description: 'Every line that refused a license, the newest first.',
                questions: [{ measure: 'allEvents', filters: [refused], limit: 500 }],
                empty,
                onward: { uid: 'la-events' },
              },
              eventColumns,
            ),
            'denialLines',
          ],
        ],
      },
    ],
  });
};

/** Who was refused what, and why. */
const episodeColumns = ['First denial', 'Feature', 'Denial reason', 'Account', 'User'] as const;

/** Series of one measure that is counted in several ways: only their queries tell them apart. */
const seriesNamed = (name: string, fixedColor: string) => [
  { id: 'displayName', value: name },
  { id: 'color', value: { mode: 'fixed', fixedColor } },
];
