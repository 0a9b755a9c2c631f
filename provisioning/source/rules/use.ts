import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Query } from '@grafana/grafana-foundation-sdk/alerting';
import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { condition, question, reduced } from '../queries.ts';
import { figure, spoken } from '../texts.ts';

/**
 * Use against what was bought, per account × feature, as rules ask for it.
 *
 * **The latest that is known**, not what is known now. A FlexNet server on which five people hold five licenses all day writes no
 * line for hours: in a window of one hour it would be unknown, and the alert would say "over" while nothing has changed. So
 * concurrent use is the last quarter of an hour of which something is known, as far back as a license server may be quiet before the
 * silence rule tells of it; metered use, which is counted up from the start of the entitlement's period and often exported once a day,
 * the last known day of a week.
 *
 * **Trend**: from the same question. With a question of its own a rule has no data, and is silent, wherever there is nothing to
 * compare with (see queries.ts).
 *
 * **No data**: nothing is near its limit: fine. Use that no entitlement covers has no percentage, and no row.
 * **Errors**: stays as it is; the rule "no answer" tells of them, once.
 */
export interface UseOf {
  readonly model: 'concurrent' | 'metered';
  readonly bucket: '15m' | '1d';
  /** Seconds. */
  readonly window: number;
  /** What the latest figure is of. */
  readonly latest: string;
}

export const concurrent: UseOf = {
  model: 'concurrent',
  bucket: '15m',
  window: thresholds.silence.warning,
  latest: 'In use at the peak of the last quarter of an hour',
};

export const metered: UseOf = {
  model: 'metered',
  bucket: '1d',
  window: 7 * 24 * 3600,
  latest: "Consumed in the entitlement's period so far",
};

type Having = { readonly operator: '>=' | '>'; readonly value: number };

/** The question itself; without `having`, of every account and feature. */
export const useQuestion = (
  refId: string,
  measure: 'usagePercentage' | 'overdraft' | 'beyondOverdraft',
  { model, bucket, window }: UseOf,
  having?: Having,
): Builder<Query> =>
  question(
    refId,
    {
      measure,
      shape: 'timeSeries',
      bucket,
      groupBy: ['account', 'feature'],
      filters: [{ dimension: 'model', operator: '=', values: [model] }],
      ...(having && { having }),
      limit: 10_000,
    },
    { from: window, to: 0 },
  );

/**
 * The question, its latest, average, lowest and highest figure, and when the rule fires.
 * @param beside what else that looks at
 */
export function useQueries(
  measure: 'usagePercentage' | 'overdraft' | 'beyondOverdraft',
  of: UseOf,
  having: Having,
  fires: string,
  beside: readonly Builder<Query>[] = [],
): readonly Builder<Query>[] {
  return [
    useQuestion('use', measure, of, having),
    reduced('now', 'use', 'last'),
    ...(of.model === 'concurrent' ? [reduced('average', 'use', 'mean')] : [reduced('lowest', 'use', 'min')]),
    reduced('highest', 'use', 'max'),
    ...beside,
    condition('fires', fires),
  ];
}

/** How it went: "In the last 6 hours: 57 % on average, 100 % at most." */
export const trend = ({ model, window }: UseOf, unit: string): string =>
  `In the last ${spoken(window)}: ` +
  (model === 'concurrent'
    ? `${figure('average')}${unit} on average, ${figure('highest')}${unit} at most.`
    : `from ${figure('lowest')}${unit} to ${figure('highest')}${unit}.`);

/** When anybody is told. */
export const timing = ({ model }: UseOf) =>
  model === 'concurrent'
    ? // A peak that is over by then is nobody's business at night; one at the limit is not told of every few minutes.
      ({ for: '5m', keepFiringFor: '5m' } as const)
    : // What has been consumed stays consumed.
      ({ for: '0s' } as const);
