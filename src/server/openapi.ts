import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { AnyRoute } from './route.ts';
import * as schemas from './schemas.ts';

/** Forms that the routes check in steps and the document shows whole. */
const documented = new Map<unknown, z.ZodType>([[schemas.queryBody, schemas.queryBodyDocumented]]);

/** The OpenAPI 3.1 document of these routes. */
export function openApi(routes: readonly AnyRoute[], version: string): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const entry of routes) {
    const path = entry.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [entry.method.toLowerCase()]: operation(entry) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'License Analytics',
      version,
      description: 'Who uses which licenses, how close to what was bought, and why users are denied.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic', description: 'The token as password; any user name.' },
      },
    },
  };
}

function operation(entry: AnyRoute): Readonly<Record<string, unknown>> {
  const body = documented.get(entry.body) ?? entry.body;
  return {
    summary: entry.summary,
    ...(entry.needs === 'nobody' ? {} : { security: [{ bearer: [] }, { basic: [] }], 'x-token-scope': entry.needs }),
    parameters: [...pathParameters(entry.url), ...queryParameters(entry.query)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [entry.bodyType]: { schema: body === 'stream' ? { type: 'string' } : jsonSchema(body, 'input') },
            },
          },
        }),
    responses: {
      200: {
        description: STATUS_CODES[200],
        content: { 'application/json': { schema: jsonSchema(entry.answer, 'output') } },
      },
      default: {
        description: 'What went wrong and what to do about it.',
        content: { 'application/json': { schema: jsonSchema(schemas.errorAnswer, 'output') } },
      },
    },
  };
}

const pathParameters = (url: string): readonly unknown[] =>
  [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

function queryParameters(query: z.ZodType): readonly unknown[] {
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as {
    readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Readonly<Record<string, unknown>> {
  const document = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== '$schema'));
}
