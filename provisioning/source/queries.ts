import * as alerting from '@grafana/grafana-foundation-sdk/alerting';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as expr from '@grafana/grafana-foundation-sdk/expr';
import { currentSchemaVersion, type QuestionInput } from '../../src/query/question.ts';
import { datasource } from './grafana.ts';

/** Seconds before the evaluation: from `from` (inclusive) to `to`. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * A question as a rule's query. A table gives one figure per row, its text columns become labels; a series gives one per group
 * and bucket.
 *
 * Where a rule has several of them: Grafana takes the whole rule as "no data" as soon as one has no rows
 * (pkg/services/ngalert/eval, `evaluateExecutionResult`). A second question must have rows wherever the first has.
 */
export function question(
  refId: string,
  asked: Omit<QuestionInput, 'schemaVersion' | 'timezone'>,
  { from, to }: Window,
): Builder<alerting.Query> {
  return new alerting.QueryBuilder(refId)
    .datasourceUid(datasource.uid)
    .relativeTimeRange({ from, to })
    .model({
      build: () => ({
        refId,
        datasource,
        schemaVersion: currentSchemaVersion,
        ...asked,
        // Else Grafana asks for a point each second, 43200 at most; the questions name their own buckets.
        intervalMs: 60_000,
        maxDataPoints: 100,
        _implementsDataqueryVariant: () => undefined,
      }),
    });
}

/** One figure of a series: what is unknown (null) is left out. */
export const reduced = (refId: string, of: string, reducer: 'last' | 'sum' | 'min' | 'max'): Builder<alerting.Query> =>
  expression(refId, new expr.TypeReduceBuilder().expression(of).reducer(reducer).settings({ mode: 'dropNN' }));

/** Arithmetic; a comparison is 1 where it holds, 0 where not, and reads as it is meant, with or without the limit itself. */
export const condition = (refId: string, math: string): Builder<alerting.Query> =>
  expression(refId, new expr.TypeMathBuilder().expression(math));

/** Whole days, and the hours beside them, of a figure in seconds. */
export const ageOf = (refId: string): readonly Builder<alerting.Query>[] => [
  condition(`${refId}Days`, `floor($${refId} / 86400)`),
  condition(`${refId}Hours`, `floor($${refId} / 3600) - $${refId}Days * 24`),
];

interface Expression extends Builder<expr.TypeMath | expr.TypeReduce> {
  refId(refId: string): this;
  datasource(ref: { type: string; uid: string }): this;
}

function expression(refId: string, builder: Expression): Builder<alerting.Query> {
  return new alerting.QueryBuilder(refId)
    .datasourceUid('__expr__')
    .relativeTimeRange({ from: 0, to: 0 })
    .model(builder.refId(refId).datasource({ type: '__expr__', uid: '__expr__' }));
}
