import type { Frame } from '../engine/frame.ts';
import type { Filter, Question } from '../query/question.ts';
import type { TimeRange } from '../query/time.ts';
import type { Annotation, DimensionValues } from './service.ts';

/** What the server needs of the engine (`src/engine/engine.ts` implements it). */
export interface Engine {
  answer(
    question: Question,
    range: TimeRange,
    options: { readonly maxDataPoints?: number; readonly scope: Scope; readonly signal?: AbortSignal },
  ): Promise<{ readonly frames: readonly Frame[] }>;
  dimensionValues(
    name: string,
    options: Partial<TimeRange> & {
      readonly search?: string;
      readonly filters?: readonly Filter[];
      readonly limit?: number;
      readonly scope: Scope;
      readonly signal?: AbortSignal;
    },
  ): Promise<DimensionValues>;
  annotations(
    options: TimeRange & { readonly scope: Scope; readonly signal?: AbortSignal },
  ): Promise<readonly Annotation[]>;
}

/** The accounts that a caller may see. */
export interface Scope {
  readonly accounts: 'all' | readonly string[];
}
