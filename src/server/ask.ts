import type { Frame } from '../engine/frame.ts';
import { parseQuestion } from '../query/question.ts';
import { askedAt, parseTime, parseTimeRange } from '../query/time.ts';
import type { TimeRange } from '../query/time.ts';
import type { Engine, Turn } from '../engine/engine.ts';
import { ApiError, errorSourceOf, toApiError } from './errors.ts';
import type { Limiter } from './limiter.ts';
import type { Metrics } from './metrics.ts';
import type { Context, PartAnswer, QueryAnswer, QueryPart, QueryRequest, Range } from './service.ts';

export interface Asking {
  readonly engine: Engine;
  readonly limiter: Limiter;
  readonly metrics: Pick<Metrics, 'question'>;
  readonly questionSeconds: number;
}

/** Answers every part by itself: each waits for its turn, has its time, and fails alone. */
export async function ask(asking: Asking, request: QueryRequest, context: Context): Promise<QueryAnswer> {
  const names = request.queries.map((part, i) => part.refId ?? (i === 0 ? 'A' : String(i + 1)));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ApiError(
      400,
      'invalid_request',
      `Two queries have the refId "${twice}".`,
      'Give each query a refId of its own.',
    );
  }
  const parts = await Promise.all(request.queries.map((part) => answerPart(asking, part, request, context)));
  return { results: Object.fromEntries(names.map((name, i) => [name, parts[i]!])) };
}

async function answerPart(asking: Asking, part: QueryPart, range: Range, context: Context): Promise<PartAnswer> {
  const began = performance.now();
  // A signal of its own, since all parts wait for the same one.
  const gone = AbortSignal.any(context.signal === undefined ? [] : [context.signal]);
  let answer: PartAnswer;
  let measure = 'invalid';
  try {
    // A part may have a range of its own: rules of Grafana's alerting have one per query.
    const { from = range.from, to = range.to, ...asked } = part;
    const { question, notices } = parseQuestion(asked);
    measure = question.measure;
    const interval = rangeOf({ from, to }, question.timezone, askedAt(Date.now()));
    const points = pointsOf(part, interval);
    const { frames } = await asking.engine.answer(question, interval, {
      ...(points === undefined ? {} : { maxDataPoints: points }),
      scope: { accounts: context.caller.accounts },
      signal: gone,
      turn: turnsOf(asking),
    });
    answer = { status: 200, frames: withNotices(frames, notices) };
  } catch (error) {
    const known = toApiError(error);
    answer = {
      status: known.status,
      error: [known.message, known.todo].join(' ').trim(),
      errorSource: errorSourceOf(known),
      code: known.code,
    };
  }
  asking.metrics.question(measure, answer.status, (performance.now() - began) / 1000);
  return answer;
}

/** The time of a question begins with its turn: the panels of a page would use up each other's otherwise. */
const turnsOf =
  ({ limiter, questionSeconds }: Asking): Turn =>
  (work, signal) =>
    limiter.run(async () => {
      const timeout = AbortSignal.timeout(questionSeconds * 1000);
      try {
        return await work(AbortSignal.any(signal === undefined ? [timeout] : [signal, timeout]));
      } catch (error) {
        throw timeout.aborted ? tooSlow(questionSeconds) : error;
      }
    }, signal);

/** What was changed about the question is said beside the answer. */
function withNotices(frames: readonly Frame[], texts: readonly string[]): readonly Frame[] {
  const [first, ...rest] = frames;
  if (first === undefined || texts.length === 0) return frames;
  const notices = [...texts.map((text) => ({ severity: 'info' as const, text })), ...(first.schema.meta.notices ?? [])];
  return [{ ...first, schema: { ...first.schema, meta: { ...first.schema.meta, notices } } }, ...rest];
}

const tooSlow = (seconds: number): ApiError =>
  new ApiError(
    504,
    'timeout',
    `The answer took longer than ${seconds} seconds, and was given up.`,
    'Ask for a shorter range or fewer groups, or raise limits.questionSeconds in the configuration.',
  );

/** A range as milliseconds; an end that is left out stays open: it goes as far as the data. Throws `QuestionError`. */
export function rangeOf({ from, to }: Range, timezone: string, now: number): Partial<TimeRange> {
  if (from !== undefined && to !== undefined) return parseTimeRange(from, to, now, timezone);
  return {
    ...(from !== undefined && { from: parseTime('from', from, now, timezone) }),
    ...(to !== undefined && { to: parseTime('to', to, now, timezone) }),
  };
}

/**
 * No screen shows more. Grafana's alert rules ask for 43,200 points where the rule says nothing (`alert_query.go`): 90 days of five
 * minutes for every customer, to keep the last or the highest. Whoever wants finer steps names the bucket.
 */
const mostDrawable = 4000;

const drawable = (points: number): number => Math.min(mostDrawable, Math.max(1, Math.ceil(points)));

function pointsOf({ maxDataPoints, intervalMs }: QueryPart, { from, to }: Partial<TimeRange>): number | undefined {
  for (const [name, value] of Object.entries({ maxDataPoints, intervalMs })) {
    if (value === undefined || (Number.isFinite(value) && value > 0)) continue;
    throw new ApiError(
      400,
      'invalid_request',
      `${name}: expected a number above 0, found ${JSON.stringify(value)}.`,
      'Correct or leave it out.',
    );
  }
  if (maxDataPoints !== undefined) return drawable(maxDataPoints);
  if (intervalMs === undefined || from === undefined || to === undefined) return undefined;
  return drawable((to - from) / intervalMs);
}
