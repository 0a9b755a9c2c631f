import type { Grouping } from './dimensions.ts';
import { dimensionTitles } from './dimensions.ts';
import { countsDenials } from './measures/measure.ts';
import { measureOf } from './measures/registry.ts';
import type { Filter, Question, WorkingHours } from './question.ts';

/** In a saved query the threshold may be a variable of the dashboard. */
type Described = Omit<Question, 'having'> & {
  readonly having?: {
    readonly operator: keyof typeof comparisons;
    readonly value: number | string;
    readonly below?: number | undefined;
  };
};

/**
 * A question in words, for panel descriptions, reports and logs: "Peak concurrent licenses, per account and feature,
 * where account is acme, at or over 80, highest first".
 */
export function describeQuestion(question: Described): string {
  const measure = measureOf(question.measure);
  const column = measure.columns.find(({ name }) => name === measure.valueColumn);
  const unit = unitOf(column?.unit ?? '');
  const { having } = question;
  return [
    question.tally === true ? `How many rows of ${measure.title}` : (phrases[question.measure] ?? measure.title),
    counted(question),
    question.groupBy.length > 0 ? `per ${listed(question.groupBy.map(inSentence))}` : undefined,
    overTime(question),
    question.packages === 'each' ? 'every checkout of packages counted' : undefined,
    question.filters.length > 0 ? `where ${question.filters.map(condition).join(' and ')}` : undefined,
    pools(question),
    question.workingHours === undefined ? undefined : hours(question.workingHours),
    having === undefined ? undefined : `${comparisons[having.operator]} ${String(having.value)}${unit}`,
    having?.below === undefined ? undefined : `under ${String(having.below)}${unit}`,
    order(question),
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function overTime({ shape, bucket, before }: Described): string | undefined {
  if (shape !== 'timeSeries') return undefined;
  if (before === undefined) return `over time by ${buckets[bucket]}`;
  return `beside ${before === 1 ? 'the time range' : `${String(before)} time ranges`} before`;
}

const phrases: Partial<Record<Question['measure'], string>> = {
  usagePercentage: 'Peak use as % of entitlements',
  entitled: 'Entitled licenses',
  events: 'Events',
  uniqueClients: 'Unique served clients',
};

const unitOf = (unit: string): string =>
  unit.startsWith('suffix:') ? unit.slice('suffix:'.length) : ({ percent: ' %', s: ' s' }[unit] ?? '');

const buckets: Readonly<Record<Question['bucket'], string>> = {
  auto: 'suitable buckets',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '1h': 'hour',
  '1d': 'day',
  '1w': 'week',
  '1mo': 'month',
};

const comparisons = {
  '>=': 'at or over',
  '>': 'over',
  '<=': 'at or under',
  '<': 'under',
  '=': 'equal to',
  '!=': 'other than',
};

const counts: Readonly<Record<Question['denials']['count'], string>> = {
  lines: 'counted as lines',
  episodes: 'counted as episodes',
  resolved: 'resolved episodes only',
  unresolved: 'unresolved episodes only',
  unknown: 'episodes of unknown outcome only',
  clients: 'counted as distinct clients',
};

/** How denials are counted, and what differs from the usual rule. */
function counted({ measure, denials }: Described): string | undefined {
  const { countsUnsupported } = measureOf(measure);
  if (!countsDenials(measureOf(measure))) return undefined;
  const differs = [
    denials.gapSeconds === 600 ? undefined : `gap ${String(denials.gapSeconds)} s`,
    denials.across === 'pool' ? 'each pool by itself' : undefined,
    denials.resolvedWithinSeconds === 600 ? undefined : `resolved within ${String(denials.resolvedWithinSeconds)} s`,
    denials.unsupported === countsUnsupported ? undefined : `${denials.unsupported ? 'with' : 'without'} unsupported`,
  ].filter((part) => part !== undefined);
  return `${counts[denials.count]}${differs.length > 0 ? ` (${differs.join(', ')})` : ''}`;
}

function condition({ dimension, operator, values }: Filter): string {
  const verbs = { in: 'is', 'not in': 'is not', '=~': 'matches', '!~': 'does not match' };
  const shown = values.slice(0, 5).map((value) => (value === '' ? '(empty)' : value));
  const more = values.length > 5 ? `${String(values.length - 5)} more` : undefined;
  return `${inSentence(dimension)} ${verbs[operator]} ${listed(more === undefined ? shown : [...shown, more], 'or')}`;
}

function pools({ poolSize: { atLeast, atMost } = {} }: Described): string | undefined {
  const sizes = [
    atLeast === undefined ? undefined : `at least ${String(atLeast)}`,
    atMost === undefined ? undefined : `at most ${String(atMost)}`,
  ].filter((size) => size !== undefined);
  return sizes.length === 0 ? undefined : `pools of ${listed(sizes)} licenses`;
}

const hours = ({ days, from, to, timezone }: WorkingHours): string =>
  `${listed(days.map((day) => day.charAt(0).toUpperCase() + day.slice(1)))} ${from}–${to} (${timezone})`;

/** Only what a reader expects of an order: by the value, by time, by something else. */
function order({ orderBy, measure }: Described): string | undefined {
  const [first] = orderBy.keys;
  if (first === undefined) return undefined;
  if (first.column === measureOf(measure).valueColumn)
    return first.direction === 'desc' ? 'highest first' : 'lowest first';
  if (first.column === 'time') return first.direction === 'desc' ? 'newest first' : 'oldest first';
  const columns = orderBy.keys.map(({ column, direction }) => `${column}${direction === 'desc' ? ' descending' : ''}`);
  return `ordered by ${listed(columns)}`;
}

const inSentence = (dimension: Grouping): string =>
  dimensionTitles[dimension].charAt(0).toLowerCase() + dimensionTitles[dimension].slice(1);

/** `a`, `a and b`, `a, b and c`. */
const listed = (items: readonly string[], word = 'and'): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
