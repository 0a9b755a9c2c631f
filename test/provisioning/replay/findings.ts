import type { Frame } from '../../../src/engine/frame.ts';
import { decisive, evaluated, figuresOf, type Figures } from '../evaluate.ts';
import { isExpression, type AlertRule, type Query } from '../given.ts';
import type { LivingSample } from './sample.ts';
import type { Found } from './states.ts';

export interface Span {
  /** Exclusive, what was found before is known. */
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

type Ask = LivingSample['ask'];
type Answer = (at: number) => readonly Figures[];

/**
 * What every evaluation of a rule in a span finds, of what is known at its end. To ask every question every minute of a week would
 * take hours; each is asked when its answer can change, and holds until it does:
 *
 * - **denials** when an episode enters or leaves the window;
 * - **use over time** once for each stretch of evaluations at which all other questions have rows, cut into the windows of each;
 * - **age and silence** at the end of the span: spans are made so that no server becomes silent inside.
 *
 * Questions that only messages show are not asked: they have rows wherever the others do (answers.test.ts).
 */
export async function findingsOf(
  ask: Ask,
  rule: AlertRule,
  interval: number,
  span: Span,
  before: Found,
): Promise<(at: number) => Found> {
  const deciding = decisive(rule);
  const questions = deciding.data.filter((query) => !isExpression(query));
  const ticks = ticksOf(span, interval);
  const known = new Map<string, Answer>();
  for (const query of questions.filter(isOfDenials)) known.set(query.refId, await denialsOver(ask, query, ticks));
  const atEnd = new Map<string, readonly Figures[]>();
  for (const query of questions.filter((one) => !isOfDenials(one) && !isOverTime(one)))
    atEnd.set(query.refId, await asked(ask, query, span.to));
  const found = new Map<number, Found>();
  const open = ticks.filter((at) => [...known.values()].every((answer) => answer(at).length > 0));
  for (const stretch of stretchesOf(open, interval)) {
    for (const query of questions.filter(isOverTime)) known.set(query.refId, await useOver(ask, query, stretch));
    for (const at of stretch) {
      const figures = new Map([...known].map(([refId, answer]) => [refId, answer(at)] as const));
      if (atEnd.size > 0 && at < span.to) found.set(at, before);
      else found.set(at, keyed(evaluated(deciding, new Map([...figures, ...atEnd]))));
    }
  }
  return (at) => found.get(at) ?? new Map<string, boolean>();
}

/** Labels of what a rule fires for at that moment, by all of its questions. */
export async function firesAt(ask: Ask, rule: AlertRule, at: number): Promise<readonly string[]> {
  const figures = new Map<string, readonly Figures[]>();
  for (const query of rule.data.filter((one) => !isExpression(one)))
    figures.set(query.refId, await asked(ask, query, at));
  return [...keyed(evaluated(rule, figures))].flatMap(([labels, fires]) => (fires ? [labels] : []));
}

const keyed = (rows: ReadonlyMap<Figures['labels'], boolean>): Found =>
  new Map([...rows].map(([labels, fires]) => [JSON.stringify(labels), fires]));

const isOverTime = ({ model }: Query): boolean => model['shape'] === 'timeSeries';
const isOfDenials = ({ model }: Query): boolean =>
  model['measure'] === 'deniedClients' || model['measure'] === 'denials';

const windowAt = ({ relativeTimeRange: { from, to } }: Query, at: number): readonly [from: number, to: number] => [
  at - from * 1000,
  at - to * 1000,
];

async function asked(ask: Ask, query: Query, at: number): Promise<readonly Figures[]> {
  return figuresOf(await ask(query.model, ...windowAt(query, at)));
}

function ticksOf({ from, to }: Span, interval: number): readonly number[] {
  const first = Math.floor(from / interval) + 1;
  return Array.from({ length: Math.floor(to / interval) - first + 1 }, (_, i) => (first + i) * interval);
}

/** Ticks that follow each other. */
function stretchesOf(ticks: readonly number[], interval: number): readonly (readonly number[])[] {
  const stretches: number[][] = [];
  for (const at of ticks) {
    const last = stretches.at(-1);
    if (last?.at(-1) === at - interval) last.push(at);
    else stretches.push([at]);
  }
  return stretches;
}

/** Asked at the first tick, and at those before which an episode came into the window or left it. */
async function denialsOver(ask: Ask, query: Query, ticks: readonly number[]): Promise<Answer> {
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined) return () => [];
  const { filters, denials, schemaVersion } = query.model;
  const listing = { measure: 'denialEpisodes', filters, denials, schemaVersion, limit: 50_000 };
  // One that began long before may end in the window: a day is longer than any.
  const frames = await ask(listing, windowAt(query, first)[0] - 86_400_000, windowAt(query, last)[1]);
  const { from, to } = query.relativeTimeRange;
  const changes = momentsOf(frames).flatMap((moment) => [moment + from * 1000, moment + to * 1000]);
  const asks = ticks.filter(
    (at, i) => i === 0 || changes.some((change) => change < at && change >= (ticks[i - 1] ?? at)),
  );
  const answers: (readonly [at: number, figures: readonly Figures[]])[] = [];
  for (const at of asks) answers.push([at, await asked(ask, query, at)]);
  return (at) => answers.findLast(([since]) => since <= at)?.[1] ?? [];
}

/** First and last moment of each episode. */
function momentsOf(frames: readonly Frame[]): readonly number[] {
  return frames.flatMap(({ schema: { fields }, data: { values } }) =>
    fields.flatMap(({ type }, i) => (type === 'time' ? (values[i] ?? []).map(Number) : [])),
  );
}

/** One answer for a stretch of ticks, of which each takes its window: buckets begin and end with windows. */
async function useOver(ask: Ask, query: Query, ticks: readonly number[]): Promise<Answer> {
  const [first = 0, last = 0] = [ticks[0], ticks.at(-1)];
  const frames = await ask(query.model, windowAt(query, first)[0], windowAt(query, last)[1]);
  const having = query.model['having'] as { readonly operator: '>=' | '>'; readonly value: number } | undefined;
  const passes = (value: number | null): boolean =>
    having === undefined ||
    (value !== null && (having.operator === '>' ? value > having.value : value >= having.value));
  const all = figuresOf(frames).map(({ labels, values }, i) => ({
    labels,
    points: (frames[i]?.data.values[0] ?? []).map((time, n) => [Number(time), values[n] ?? null] as const),
  }));
  return (at) => {
    const [from, to] = windowAt(query, at);
    return all.flatMap(({ labels, points }) => {
      const values = points.flatMap(([time, value]) => (time >= from && time < to ? [value] : []));
      return values.some(passes) ? [{ labels, values }] : [];
    });
  };
}
