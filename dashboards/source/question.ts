import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { Dimension } from '../../src/query/dimensions.ts';
import { measureOf, type MeasureName } from '../../src/query/measures/registry.ts';
import { currentSchemaVersion, type QuestionInput, whyImpossible } from '../../src/query/question.ts';

/** The data source that the dashboard's variable is set to. */
export const datasource = { type: 'licenseanalytics-licenseserver-datasource', uid: '${datasource}' };

/** The variables that narrow every panel, as far as its measure knows them. */
export const narrowing = ['account', 'product', 'feature', 'server', 'model'] as const satisfies readonly Dimension[];
export type Narrowing = (typeof narrowing)[number];

export interface Asked extends Omit<QuestionInput, 'measure' | 'schemaVersion'> {
  readonly measure: MeasureName;
}

/**
 * A question as a panel's query. It is narrowed by those of the dashboard's variables that its measure can be filtered by; the
 * plugin takes "All" as no condition.
 */
export function ask(question: Asked, variables: readonly Narrowing[], refId = 'A'): Builder<Dataquery> {
  const measure = measureOf(question.measure);
  const narrowed = variables
    .filter((dimension) => whyImpossible(measure, 'filters', dimension) === undefined)
    .map((dimension) => ({ dimension, operator: 'in' as const, values: [`$${dimension}`] }));
  return {
    build: () => ({
      refId,
      datasource,
      schemaVersion: currentSchemaVersion,
      shape: 'table' as const,
      ...question,
      filters: [...(question.filters ?? []), ...narrowed],
      _implementsDataqueryVariant: () => undefined,
    }),
  };
}
