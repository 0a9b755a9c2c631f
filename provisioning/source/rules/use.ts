import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Query } from '@grafana/grafana-foundation-sdk/alerting';
import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { condition, question, reduced } from '../queries.ts';
import { choose, figure } from '../texts.ts';

/**
 * Use against what was bought, per account × feature, as rules ask for it.
 *
 * **Concurrent: how long, not how high.** A peak of minutes is no shortage, and a rule that looks at one sample is muted within a
 * week. So rules count the stretches of five minutes of the last hour whose peak is at the limit. Where no line was written in
 * the hour nobody has asked for anything, and nothing is short.
 *
 * **Metered**: what has been consumed since the start of the entitlement's period is often exported once a day; the last known day of
 * a week is looked at, and the week says since when it is so.
 *
 * **No data**: nothing is near its limit: fine. Use that no entitlement covers has no percentage, and no row.
 * **Errors**: stays as it is; the rule "no answer" tells of them, once.
 */
export interface UseOf {
  readonly model: 'concurrent' | 'metered';
  readonly bucket: '5m' | '1d';
  /** Seconds. */
  readonly window: number;
}

export const concurrent: UseOf = { model: 'concurrent', bucket: '5m', window: 3600 };
export const metered: UseOf = { model: 'metered', bucket: '1d', window: 7 * 24 * 3600 };

type UseMeasure = 'usagePercentage' | 'overdraft' | 'beyondOverdraft' | 'boughtThen' | 'periodEnd';

/** What limits the question to those whose alert it may be. */
interface Asked {
  readonly having?: { readonly operator: '>=' | '>'; readonly value: number };
  readonly poolSize?: { readonly atLeast: number };
}

/** The question itself; with nothing `asked`, of every account and feature. */
export const useQuestion = (
  refId: string,
  measure: UseMeasure,
  { model, bucket, window }: UseOf,
  asked: Asked = {},
): Builder<Query> =>
  question(
    refId,
    {
      measure,
      shape: 'timeSeries',
      bucket,
      groupBy: ['account', 'feature'],
      filters: [{ dimension: 'model', operator: '=', values: [model] }],
      ...asked,
      limit: 10_000,
    },
    { from: window, to: 0 },
  );

/** Minutes of the last hour, or days of the last week, at which `holds` (of `$use`, such as `>= 95`). */
export const timeAt = (refId: string, { model }: UseOf, holds: string): readonly Builder<Query>[] => [
  condition(`${refId}Each`, model === 'concurrent' ? `($use ${holds}) * 5` : `$use ${holds}`),
  reduced(refId, `${refId}Each`, 'sum'),
];

/** Licenses in use and bought, in figures: both have a row wherever use has one. */
export const inLicenses = (): readonly Builder<Query>[] =>
  (['peakConcurrent', 'entitled'] as const).map((measure) =>
    question(
      measure === 'entitled' ? 'bought' : 'peak',
      { measure, groupBy: ['account', 'feature'], limit: 10_000 },
      { from: concurrent.window, to: 0 },
    ),
  );

/** "496 of 500 licenses". */
export const licenses = `${figure('peak')} of ${figure('bought')} licenses`;

/** "for 50 of the last 60 minutes", "since today", "for 3 days", "for a week or longer". */
export const howLong = (refId: string, { model }: UseOf): string =>
  model === 'concurrent'
    ? choose(refId, 'ge .Value 60.0', 'for all of the last hour', `for ${figure(refId)} of the last 60 minutes`)
    : choose(
        refId,
        'ge .Value 7.0',
        'for a week or longer',
        choose(refId, 'lt .Value 2.0', 'since today', `for ${figure(refId)} days`),
      );

/** How metered use went: "unchanged within a week", "from 57 % to 96 % within a week". */
export const trend = (shown: (refId: string) => string): string =>
  `{{ if and $values.lowest $values.highest }}{{ if eq $values.lowest.Value $values.highest.Value }}unchanged within a week{{ else }}from ${shown('lowest')} to ${shown('highest')} within a week{{ end }}{{ end }}`;

/** ", period ends 2026-12-31"; nothing where it never does. */
export const periodEnds = choose(
  'ends',
  'gt .Value 0.0',
  ', period ends {{ slice (humanizeTimestamp .Value) 0 10 }}',
  '',
);

/** The question of metered use, its latest, lowest and highest figure, of how much, and until when. */
export const meteredQueries = (measure: UseMeasure, asked: Asked): readonly Builder<Query>[] => [
  useQuestion('use', measure, metered, asked),
  reduced('now', 'use', 'last'),
  reduced('lowest', 'use', 'min'),
  reduced('highest', 'use', 'max'),
  useQuestion('amounts', 'boughtThen', metered),
  reduced('bought', 'amounts', 'last'),
  useQuestion('periods', 'periodEnd', metered),
  reduced('lastDay', 'periods', 'last'),
  // Grafana tells times of seconds.
  condition('ends', '$lastDay / 1000'),
];

/** Minutes of an hour that make a shortage of what would be a peak. */
export const { minutes: longEnough, smallestPool } = thresholds.shortage;

/** When anybody is told. One at the limit is told of once, not every time that somebody leaves and comes back. */
export const timing = ({ model }: UseOf) =>
  model === 'concurrent' ? ({ for: '0s', keepFiringFor: '2h' } as const) : ({ for: '0s' } as const);
