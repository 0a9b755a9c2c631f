import type { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import type { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { anySteps, expirySteps, noneSteps, overSteps, usageSteps } from '../colors.ts';
import type { DashboardUid, Onward } from '../links.ts';
import { toRows } from '../links.ts';
import type { Page } from '../page.ts';
import type { About } from './about.ts';
import { stacked } from './charts.ts';
import { count, figure } from './figures.ts';
import { rows, type Shown } from './tables.ts';
import type { Asked } from '../question.ts';
import { thresholds } from '../thresholds.ts';

const { expiry, shortage, silence, smallPool, usage } = thresholds;

/** Panels that stand on several pages: a measure is asked and looks the same on each. */

/** What an empty panel about denials says: no denials, or none that anybody wrote down. */
export const nobodyDenied = 'Nobody was denied, or the sources do not log denials.';

/** License servers that are silent, the same ones wherever they are counted. */
export const silent = {
  title: 'Silent servers',
  description: `License servers whose last line is older than usual (FlexNet: ${(silence.heartbeat['flexnet'] ?? 0) / 3600} hours; exports: ${silence.factor} times their longest pause): their figures stop there. After ${silence.retired / 86_400} days one is out of service.`,
  question: { measure: 'silence', groupBy: ['server'], having: { operator: '>', value: 0 } },
} satisfies { readonly title: string; readonly description: string; readonly question: Asked };

export const silentServers = (page: Page) =>
  count(page, { ...silent, steps: noneSteps(), empty: 'no data', onward: toRows('silentServers') });

/** What was used beyond what was bought. */
export const inOverdraft = {
  measure: 'overdraft',
  groupBy: ['account', 'feature', 'model'],
  having: { operator: '>', value: 0 },
} satisfies Asked;

/** What ends and is not renewed, for figure and list. */
export const ending = {
  title: `Ending in ${expiry.warning} days`,
  description: `Pairs of customer and feature of which less is entitled within ${expiry.warning} days, renewals counted; of all that end one day.`,
  question: {
    measure: 'daysToExpiry',
    groupBy: ['account', 'feature'],
    having: { operator: '>=', value: 0, below: expiry.warning + 1 },
  },
} satisfies { readonly title: string; readonly description: string; readonly question: Asked };

/** Denials after which the client went without. */
export const unresolvedDenials = (page: Page, title: string) =>
  figure(page, {
    title,
    description:
      'Denials after which the client did not get the license within ten minutes. Repeated lines of one client count once.',
    question: { measure: 'denials', denials: { count: 'unresolved' } },
    unit: 'locale',
    steps: noneSteps(),
    empty: 'not tracked',
    onward: toRows('unresolvedDenials'),
  });

/** Denials over time, by family. */
export const denialsOverTime = (
  page: Page,
  {
    title = 'Denials over time',
    description = 'Denials by family. Repeated lines of one client count once.',
    uid = 'la-denials',
  }: { readonly title?: string; readonly description?: string; readonly uid?: DashboardUid } = {},
): TimeSeries =>
  stacked(page, {
    title,
    description,
    questions: [{ measure: 'denials', groupBy: ['denialFamily'], shape: 'timeSeries' }],
    unit: 'locale',
    empty: nobodyDenied,
    onward: { uid },
  });

/** What ends soon; `columns` where there is no room for all. */
export const endingSoon = (
  page: Page,
  { onward, limit, columns }: Pick<About, 'onward'> & { readonly limit: number; readonly columns?: readonly string[] },
): Table =>
  rows(
    page,
    {
      title: 'Entitlements that end soon',
      description: 'What ends within 90 days or has ended in the last 30, and whether something takes its place.',
      questions: [{ measure: 'expiringEntitlements', limit }],
      empty: 'Nothing ends within 90 days.',
      onward,
    },
    { colour: { 'Days to expiry': expirySteps() }, ...(columns !== undefined && { columns }) },
  );

/** Amounts consumed of what was bought, and whether they will last. */
export const meteredUse = (page: Page, onward: About['onward'], empty: string): Table =>
  rows(
    page,
    {
      title: 'Metered use',
      description:
        "Amounts consumed of what was bought in the period of the time range's end, and where they end at this pace, in % of it.",
      questions: [{ measure: 'meteredUse', limit: 100 }],
      empty,
      onward,
    },
    {
      colour: { 'Consumed (%)': usageSteps(), 'At this pace (%)': usageSteps() },
      columns: [
        'Feature',
        'Consumed (%)',
        'At this pace (%)',
        'Period gone (%)',
        'Consumed',
        'Bought',
        'Rest',
        'Period',
        'End',
      ],
    },
  );

export const uniqueClients = (page: Page, onward: Onward) =>
  figure(page, {
    title: 'Unique clients',
    description: 'Distinct clients (user@host) that had a license within the time range.',
    question: { measure: 'uniqueClients' },
    unit: 'locale',
    empty: 'no data',
    onward,
  });

export const clientsPerLicense = (page: Page, description: string) =>
  figure(page, {
    title: 'Clients per license',
    description,
    question: { measure: 'clientsPerLicense' },
    unit: 'none',
    empty: 'unknown',
    onward: toRows('clientsPerLicense'),
  }).decimals(1);

/** Pools that may run short, and those that are full at every use. */
export const largePools = { atLeast: smallPool + 1 } as const;
export const smallPools = { atMost: smallPool } as const;

/** By need: who went without, then how long next to nothing was left, then how much was used. */
export const byNeed = 'unmetClients desc, hoursAt95 desc, usagePercentage desc';

/** How the columns of `utilization` look: red and yellow are time and clients, not a moment's percentage. Metered use has no hours. */
export const shortageLook = {
  colour: {
    'Clients with unmet denials': anySteps('red', shortage.clients),
    [`Hours at ${usage.critical} %`]: anySteps('red', shortage.hours),
    [`Hours at ${usage.warning} %`]: anySteps('yellow', shortage.hours),
    'Usage percentage': overSteps(),
  },
  partly: [`Hours at ${usage.critical} %`, `Hours at ${usage.warning} %`],
} satisfies Shown;

/** The columns of `utilization` behind who and what. */
export const shortageColumns: readonly string[] = [
  'Usage percentage',
  'Clients with unmet denials',
  `Hours at ${usage.critical} %`,
  'In use then',
  'Bought then',
  'When',
  `Hours at ${usage.warning} %`,
];
