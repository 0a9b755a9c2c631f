import { ConfigError } from '../config/load.ts';
import { InputError } from '../ingest/input.ts';
import { QuestionError } from '../query/errors.ts';
import { ShareError, shareErrorCodes } from '../share/errors.ts';
import { StoreError } from '../store/errors.ts';
import type { StoreErrorCode } from '../store/errors.ts';

/** What the HTTP API says when it cannot do what was asked: a code for programs, a sentence and what to do for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    /** HTTP status. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly todo: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** The JSON body of every error answer. */
export interface ErrorBody {
  readonly code: string;
  readonly error: string;
  readonly todo: string;
}

export const errorBody = ({ code, message, todo }: ApiError): ErrorBody => ({ code, error: message, todo });

const statusOf: Readonly<Record<StoreErrorCode, number>> = {
  cancelled: 499,
  timeout: 504,
  memory: 503,
  disk: 507,
  locked: 503,
  unreachable: 503,
  access: 502,
  syntax: 500,
  invalid: 400,
  missing: 503,
  absent: 503,
  newer: 503,
  closed: 503,
  unsupported: 501,
  unknown: 500,
};

/** Whatever was thrown, as an answer: the only place of the server that does this. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof QuestionError) {
    // Times stand in addresses and options too, where nobody has asked a question.
    const todo = error.code === 'invalidTime' ? 'Correct it and try again.' : 'Correct the question and ask again.';
    return new ApiError(400, error.code, error.message, todo, { cause: error });
  }
  if (error instanceof InputError) {
    return new ApiError(400, error.code.replaceAll('-', '_'), error.message, error.advice, { cause: error });
  }
  if (error instanceof StoreError) {
    return new ApiError(statusOf[error.code], `store_${error.code}`, error.sentence, error.advice, { cause: error });
  }
  if (error instanceof ShareError) {
    return new ApiError(shareErrorCodes[error.code], error.code, error.message, error.todo, { cause: error });
  }
  if (error instanceof ConfigError) {
    return new ApiError(400, error.code, error.message, 'Correct the configuration and try again.', { cause: error });
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new ApiError(499, 'cancelled', 'The request was cancelled.', 'Ask again.', { cause: error });
  }
  const { statusCode, code, message } = (error ?? {}) as { statusCode?: unknown; code?: unknown; message?: unknown };
  // Fastify's own refusals (a body that is no JSON, too large, unknown content type).
  if (typeof statusCode === 'number' && statusCode < 500 && typeof message === 'string') {
    const name = typeof code === 'string' ? code.toLowerCase().replace(/^fst_err_/, '') : 'bad_request';
    return new ApiError(statusCode, name, message, 'Correct the request; /api/v1/openapi.json describes it.', {
      cause: error,
    });
  }
  // Readers of documents (entitlements, mappings, formats) name the fault with a code of their own.
  if (error instanceof Error && typeof code === 'string' && /^[a-z][a-zA-Z_]+$/.test(code)) {
    return new ApiError(400, code, error.message, 'Correct the input and send it again.', { cause: error });
  }
  return new ApiError(
    500,
    'internal',
    error instanceof Error ? error.message : String(error),
    "This is a fault in the program: please report it with the server's log.",
    { cause: error },
  );
}

/** Grafana's word for whose fault it is: `plugin` only for faults of our own program. */
export const errorSourceOf = (error: ApiError): 'plugin' | 'downstream' =>
  error.code === 'internal' || error.code === 'store_syntax' ? 'plugin' : 'downstream';
