import { Readable } from 'node:stream';
import { dimensionTitles, groupings, isCalendar } from '../../query/dimensions.ts';
import type { Filter } from '../../query/question.ts';
import { measures } from '../../query/measures/registry.ts';
import { ApiError } from '../errors.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import { answerText } from '../serialise.ts';
import type { QueryPart } from '../service.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

/** Asking: questions, what they can be asked by, and what happened. */
export function questionRoutes(state: ServerState): readonly AnyRoute[] {
  return [
    route({
      method: 'POST',
      url: '/api/v1/query',
      summary: 'Answers questions. One that cannot be answered does not spoil the others.',
      needs: 'read',
      query: schemas.nothing,
      body: schemas.queryBody,
      answer: schemas.queryAnswer,
      async handle({ body, caller, signal, reply }) {
        const request = { from: body.from, to: body.to, queries: body.queries as unknown as readonly QueryPart[] };
        const answer = await serviceOf(state).ask(request, { caller, signal });
        void reply.type('application/json; charset=utf-8');
        return Readable.from(answerText(answer), { objectMode: true, highWaterMark: 4 });
      },
    }),
    route({
      method: 'GET',
      url: '/api/v1/dimensions',
      summary: 'What a question can group and filter by, and what it can measure.',
      needs: 'read',
      query: schemas.nothing,
      answer: schemas.dimensionsAnswer,
      handle: async () => ({
        dimensions: groupings.map((name) => ({ name, title: dimensionTitles[name], filters: !isCalendar(name) })),
        measures,
      }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/dimensions/:name/values',
      summary: 'Values of a dimension that occur, for variables and filters.',
      needs: 'read',
      query: schemas.valuesQuery,
      answer: schemas.valuesAnswer,
      handle: ({ query, params, caller, signal }) =>
        serviceOf(state).dimensionValues(
          { ...query, dimension: params['name'] ?? '', filters: filtersOf(query.filters) },
          { caller, signal },
        ),
    }),
    route({
      method: 'GET',
      url: '/api/v1/annotations',
      summary: 'Restarts of license servers, changes of what was bought, and expiries, in the order of time.',
      needs: 'read',
      query: schemas.rangeQuery,
      answer: schemas.annotationsAnswer,
      handle: async ({ query, caller, signal }) => ({
        annotations: await serviceOf(state).annotations(query, { caller, signal }),
      }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/denial-reasons',
      summary:
        "Why users can be denied: insight, opportunity and owner for the vendor's own people, advice for a customer's administrator.",
      needs: 'read',
      query: schemas.nothing,
      answer: schemas.denialReasonsAnswer,
      handle: ({ caller, signal }) => serviceOf(state).denialReasons({ caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/sources',
      summary: 'The license servers that data came from, and how far they go.',
      needs: 'read',
      query: schemas.nothing,
      answer: schemas.sourcesAnswer,
      handle: async ({ caller, signal }) => ({ sources: await serviceOf(state).sources({ caller, signal }) }),
    }),
  ];
}

function filtersOf(text: string | undefined): readonly Filter[] | undefined {
  if (text === undefined || text === '') return undefined;
  const value = jsonOf(text);
  const result = schemas.filtersInQuery.safeParse(value);
  if (!result.success) {
    throw new ApiError(
      400,
      'invalid_request',
      `filters: expected a JSON list of {dimension, operator, values}; ${result.error.issues[0]?.message ?? ''}.`,
      'Write it as in a question, and URL-encode it.',
    );
  }
  return result.data
    .map(({ dimension, operator, values = [], value: single }) => ({
      dimension,
      operator: operator === '=' ? ('in' as const) : operator === '!=' ? ('not in' as const) : operator,
      values: single === undefined ? values : [...values, single],
    }))
    .filter((filter) => filter.values.length > 0);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
