import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { Dimension } from '../../src/query/dimensions.ts';
import { measureOf, type MeasureName } from '../../src/query/measures/registry.ts';
import { currentSchemaVersion, type QuestionInput, whyImpossible } from '../../src/query/question.ts';
import type { Page } from './page.ts';
import { datasourceOf } from './page.ts';

/** A question as a panel asks it: a measure that exists, and a threshold that may be a variable (the plugin fills it in). */
export interface Asked extends Omit<QuestionInput, 'measure' | 'schemaVersion' | 'having'> {
  readonly measure: MeasureName;
  readonly having?: {
    readonly operator: '>=' | '>' | '<=' | '<';
    readonly value: number | `$${string}`;
    readonly below?: number;
  };
}

/**
 * A question as a panel's query: narrowed to the page's account, and by those of the page's variables that the measure can be
 * filtered by; the plugin takes "All" as no condition.
 */
export function ask(page: Page, question: Asked, refId = 'A'): Builder<Dataquery> {
  const narrowed = page.variables
    .filter((dimension) => narrows(question, dimension))
    .map((dimension) => ({ dimension, operator: 'in' as const, values: [`$${dimension}`] }));
  const fixed =
    page.account !== undefined && narrows(question, 'account')
      ? [{ dimension: 'account' as const, operator: 'in' as const, values: [page.account] }]
      : [];
  const filters = [...(question.filters ?? []), ...fixed, ...narrowed];
  return {
    build: () => ({
      refId,
      datasource: datasourceOf(page),
      schemaVersion: currentSchemaVersion,
      shape: 'table' as const,
      ...question,
      ...counted(question),
      ...(filters.length > 0 && { filters }),
      _implementsDataqueryVariant: () => undefined,
    }),
  };
}

/** The page's variables that a panel cannot take: its description says so, else its figures would look narrowed. */
export const notNarrowed = (page: Page, questions: readonly Asked[]): Dimension[] =>
  page.variables.filter((dimension) => questions.some((question) => !narrows(question, dimension)));

const narrows = ({ measure }: Asked, dimension: Dimension): boolean =>
  whyImpossible(measureOf(measure), 'filters', dimension) === undefined;

/**
 * On a dashboard a request for a feature that the server does not have is a denial like any other, so that figures, shares and lists
 * add up. Alert rules leave it out, as the measures do by themselves: demand that exceeds supply is another thing.
 */
const counted = ({ measure, denials }: Asked): Pick<Asked, 'denials'> =>
  countsDenials.has(measure) ? { denials: { unsupported: true, ...denials } } : {};

const countsDenials: ReadonlySet<MeasureName> = new Set(['denials', 'deniedClients', 'denialRate']);
