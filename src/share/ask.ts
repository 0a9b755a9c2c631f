import type { QuestionInput } from '../query/question.ts';
import type { TimeRange } from '../query/time.ts';
import type { PanelAnswer } from './snapshot.ts';

/** A panel's question with its variables filled in. */
export type AskedQuery = QuestionInput & { readonly refId: string; readonly maxDataPoints?: number };

/**
 * Whoever answers questions under a scope: the server's service, or the HTTP API of one. Answers stand by the query's `refId`; one
 * that fails does not spoil the others. Rejects only when nothing can be answered at all.
 */
export type Ask = (queries: readonly AskedQuery[], range: TimeRange) => Promise<Readonly<Record<string, PanelAnswer>>>;
