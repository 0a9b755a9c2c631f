import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Caller, TokenLevel } from './caller.ts';
import { ApiError } from './errors.ts';

/** One endpoint: what it takes, what it needs, what it answers. The OpenAPI document is made from the same definition. */
export interface Route<Query extends z.ZodType, Body extends z.ZodType | 'stream'> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As Fastify writes it: `/api/v1/dimensions/:name/values`. */
  readonly url: string;
  readonly summary: string;
  /** `nobody`: answers without a token too. */
  readonly needs: TokenLevel | 'nobody';
  readonly query: Query;
  /** JSON of that form; or a stream of bytes that is read as it comes. */
  readonly body?: Body;
  /** What the bytes of a stream are. */
  readonly bodyType?: string;
  readonly answer: z.ZodType;
  handle(call: Call<z.output<Query>, Body extends z.ZodType ? z.output<Body> : Readable>): Promise<unknown>;
}

export interface Call<Query, Body> {
  readonly query: Query;
  readonly body: Body;
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  /** Aborted when the client hangs up, or the time is over. */
  readonly signal: AbortSignal;
  /** Network address and program of who asks. */
  readonly client: { readonly address: string; readonly agent: string | undefined };
  readonly log: FastifyBaseLogger;
  readonly reply: FastifyReply;
}

/** A route whose types have been checked and are no longer needed. */
export interface AnyRoute {
  readonly method: Route<z.ZodType, z.ZodType>['method'];
  readonly url: string;
  readonly summary: string;
  readonly needs: TokenLevel | 'nobody';
  readonly query: z.ZodType;
  readonly body: z.ZodType | 'stream' | undefined;
  readonly bodyType: string;
  readonly answer: z.ZodType;
  register(app: FastifyInstance, callerOf: (request: FastifyRequest) => Caller): void;
}

export function route<Query extends z.ZodType, Body extends z.ZodType | 'stream' = never>(
  definition: Route<Query, Body>,
): AnyRoute {
  const { method, url, query, body } = definition;
  return {
    method,
    url,
    summary: definition.summary,
    needs: definition.needs,
    query,
    body,
    bodyType: definition.bodyType ?? 'application/json',
    answer: definition.answer,
    register(app, callerOf) {
      app.route({
        method,
        url,
        config: { needs: definition.needs },
        handler: async (request, reply) => {
          const gone = new AbortController();
          reply.raw.on('close', () => {
            if (!reply.raw.writableFinished) gone.abort();
          });
          const given = body === undefined || body === 'stream' ? request.body : checked(body, request.body, 'body');
          return definition.handle({
            query: checked(query, request.query, 'query'),
            body: given as Parameters<typeof definition.handle>[0]['body'],
            params: request.params as Record<string, string>,
            caller: callerOf(request),
            signal: gone.signal,
            client: { address: request.ip, agent: request.headers['user-agent'] },
            log: request.log,
            reply,
          });
        },
      });
    },
  };
}

/** What was expected and what was found. */
function inWords({ path, message }: z.core.$ZodIssue, given: unknown): string {
  const expected = message
    .replace(/^(?:Invalid input|Invalid option|Too small|Too big): /, '')
    .replace(/, received .*$/, '');
  const found = path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    given,
  );
  return `${expected}, found ${found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 100)}`;
}

/** Throws 400 with every problem in one sentence each. */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, where: 'query' | 'body'): z.output<Schema> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const place = issue.path.map(String).join('.');
    return `${place === '' ? `the request's ${where === 'query' ? 'parameters' : 'body'}` : place}: ${inWords(issue, value)}`;
  });
  throw new ApiError(
    400,
    'invalid_request',
    `${problems.join('; ')}.`,
    'Correct the request; /api/v1/openapi.json describes it.',
  );
}
