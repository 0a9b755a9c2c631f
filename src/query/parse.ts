import type { z } from 'zod';
import type { Grouping } from './dimensions.ts';
import { calendarDimensions, isCalendar } from './dimensions.ts';
import { didYouMean, QuestionError, shown } from './errors.ts';
import type { Measure } from './measures/measure.ts';
import { knowsPools } from './measures/measure.ts';
import { measureNames, measureOf } from './measures/registry.ts';
import { migrateQuestion } from './migrate.ts';
import { parseOrder } from './order.ts';
import type { Filter, Question } from './schema.ts';
import { currentSchemaVersion, highestLimit, questionSchema, weekdays } from './schema.ts';

/** What Grafana adds beside a question. */
const grafanaFields: readonly string[] = [
  'refId',
  'datasource',
  'datasourceId',
  'intervalMs',
  'maxDataPoints',
  'hide',
  'key',
  'queryType',
  'queryCachingTTL',
  // Its form for alert rules writes these into queries of every data source.
  'expression',
  'instant',
  'range',
  // Its newer dashboards write these beside a query for themselves.
  'timeRange',
  'scopes',
  'adhocFilters',
];

/** What a variable set to "All" puts into a filter. */
const allValue = '$__all';

type Fields = Record<string, unknown>;
type Parsed = z.output<typeof questionSchema>;

/**
 * Reads a question: drops Grafana's fields, migrates it forward, validates it, refuses impossible combinations and fills
 * in the defaults. `notices` tell of what was changed. Throws `QuestionError` for the first thing that is wrong.
 */
export function parseQuestion(input: unknown): { question: Question; notices: string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new QuestionError(
      'invalidValue',
      `Expected a question as a JSON object such as {"measure": "peakConcurrent"}, found ${shown(input)}.`,
    );
  }
  const own = Object.fromEntries(Object.entries(input).filter(([name]) => !grafanaFields.includes(name)));
  const notices: string[] = [];
  const migrated = cutLimit(migrateQuestion(own, currentSchemaVersion), notices);
  if (migrated['measure'] === undefined) {
    throw new QuestionError(
      'missingMeasure',
      `measure: expected one of ${measureNames.join(', ')}; found nothing. Name what to ask for.`,
      'measure',
    );
  }
  const result = questionSchema.safeParse(migrated);
  if (!result.success) throw toQuestionError(result.error.issues, migrated);
  return { question: complete(result.data), notices };
}

function cutLimit(question: Readonly<Fields>, notices: string[]): Readonly<Fields> {
  const limit = question['limit'];
  if (typeof limit !== 'number' || limit <= highestLimit) return question;
  const most = highestLimit.toLocaleString('en');
  notices.push(`limit: ${limit.toLocaleString('en')} asked for, cut to ${most}, the most one answer holds.`);
  return { ...question, limit: highestLimit };
}

/** Fills in what depends on the measure, and refuses what does not go together. */
function complete(parsed: Parsed): Question {
  const measure = measureOf(parsed.measure);
  const groupBy = [...new Set(parsed.groupBy)];
  const filters = parsed.filters.flatMap(toFilter);
  refuseImpossible(measure, parsed.shape, groupBy, filters);
  refuseCalendar(parsed, groupBy);
  refusePoolSize(measure, parsed);
  refusePackages(measure, parsed);
  refuseTally(measure, parsed.tally ?? false, groupBy);
  refuseBefore(parsed);
  const { having, workingHours, poolSize, packages, tally, before, orderBy, denials, ...rest } = parsed;
  const draft = { ...rest, measure: measure.name, groupBy, filters };
  return {
    ...draft,
    ...(having === undefined ? {} : { having }),
    ...(poolSize === undefined ? {} : { poolSize }),
    ...(packages === undefined ? {} : { packages }),
    ...(tally === true && { tally }),
    ...(before === undefined ? {} : { before }),
    ...(workingHours === undefined
      ? {}
      : {
          workingHours: {
            ...workingHours,
            days: weekdays.filter((day) => workingHours.days.includes(day)),
            timezone: workingHours.timezone ?? parsed.timezone,
          },
        }),
    orderBy: parseOrder(orderBy ?? usualOrder(measure, groupBy), answerColumns(draft), measure.valueColumn),
    denials: { ...denials, unsupported: denials.unsupported ?? measure.countsUnsupported },
  };
}

/** "All", or no values, is no filter (docs/definitions.md#filters). */
function toFilter({ dimension, operator, values = [], value }: Parsed['filters'][number]): Filter[] {
  const wanted = [...new Set(value === undefined ? values : [...values, value])];
  if (wanted.length === 0 || wanted.includes(allValue)) return [];
  const short = { '=': 'in', '!=': 'not in' } as const;
  return [{ dimension, operator: operator === '=' || operator === '!=' ? short[operator] : operator, values: wanted }];
}

function refuseImpossible(
  measure: Measure,
  shape: Question['shape'],
  groupBy: readonly Grouping[],
  filters: readonly Filter[],
): void {
  if (shape === 'timeSeries' && measure.kind !== 'series+table') {
    const what = measure.kind === 'listing' ? 'it is a listing with columns of its own' : 'it has no answer over time';
    throw new QuestionError(
      'impossibleCombination',
      `shape: ${measure.name} cannot be a time series: ${what}; use the shape "table".`,
      'shape',
    );
  }
  const { groupByCount } = measure;
  if (groupByCount !== undefined && groupBy.length !== groupByCount) {
    throw new QuestionError(
      'impossibleCombination',
      `groupBy: ${measure.name} needs ${String(groupByCount)} dimension, found ${String(groupBy.length)}; name the one whose values are wanted.`,
      'groupBy',
    );
  }
  for (const dimension of groupBy) {
    const why = whyImpossible(measure, 'groupBy', dimension);
    if (why === undefined) continue;
    const message = `groupBy: ${measure.name} cannot be grouped by ${dimension}: ${why}.`;
    throw new QuestionError('impossibleCombination', message, 'groupBy');
  }
  for (const { dimension } of filters) {
    const why = whyImpossible(measure, 'filters', dimension);
    if (why === undefined) continue;
    const message = `filters: ${measure.name} cannot be filtered by ${dimension}: ${why}.`;
    throw new QuestionError('impossibleCombination', message, 'filters');
  }
}

/** Weekdays and hours of the day put the hours of many weeks together. */
function refuseCalendar({ measure, shape, denials }: Parsed, groupBy: readonly Grouping[]): void {
  const calendar = groupBy.find(isCalendar);
  if (calendar === undefined) return;
  const refuse = (why: string): never => {
    throw new QuestionError('impossibleCombination', `groupBy: ${why}`, 'groupBy');
  };
  if (shape === 'timeSeries')
    refuse(
      `a time series cannot be grouped by ${calendar}: that puts the hours of all weeks together; use the shape "table".`,
    );
  if (measure === 'denials' && denials.count === 'clients')
    refuse(
      `distinct clients cannot be grouped by ${calendar}: one client may be denied in several hours; use another "count" of denials.`,
    );
}

/** Whether rows can be counted: without groups there is one, hours of the week are made of many, and some lists are too long to be made. */
export const canTally = ({ kind, countedBy }: Measure, groupBy: readonly Grouping[] = []): boolean =>
  countedBy === undefined && !groupBy.some(isCalendar) && (kind === 'listing' || groupBy.length > 0);

function refuseTally(measure: Measure, tally: boolean, groupBy: readonly Grouping[]): void {
  if (!tally || canTally(measure, groupBy)) return;
  const { name, countedBy } = measure;
  const why =
    countedBy !== undefined
      ? `the rows of ${name} may be too many to be listed; ask ${countedBy} instead.`
      : groupBy.some(isCalendar)
        ? 'hours of the week are not counted; leave weekday and hour out of groupBy.'
        : `expected a grouping whose rows are counted, found none; group ${name} by account, or by what is to be counted.`;
  throw new QuestionError('impossibleCombination', `tally: ${why}`, 'tally');
}

function refuseBefore({ before, shape }: Parsed): void {
  if (before === undefined || shape === 'timeSeries') return;
  throw new QuestionError(
    'impossibleCombination',
    'before: time ranges before the one asked for are points of a series; use the shape "timeSeries".',
    'before',
  );
}

function refusePoolSize(measure: Measure, { poolSize }: Parsed): void {
  if (poolSize === undefined || knowsPools(measure)) return;
  const able = measureNames.filter((name) => knowsPools(measureOf(name))).join(', ');
  throw new QuestionError(
    'impossibleCombination',
    `poolSize: ${measure.name} holds nothing against what was bought; leave it out, or ask ${able}.`,
    'poolSize',
  );
}

function refusePackages(measure: Measure, { packages }: Parsed): void {
  if (packages === undefined || measure.knowsPackages) return;
  const able = measureNames.filter((name) => measureOf(name).knowsPackages).join(', ');
  throw new QuestionError(
    'impossibleCombination',
    `packages: ${measure.name} does not add features up; leave it out, or ask ${able}.`,
    'packages',
  );
}

/**
 * The order of an answer whose question names none: the measure's own (group by group where a group has several rows), or by
 * weekday and hour where it is grouped by them.
 */
export function usualOrder(measure: Measure, groupBy: readonly Grouping[]): string {
  const calendar = calendarDimensions.filter((dimension) => groupBy.includes(dimension));
  if (calendar.length > 0) return calendar.join(', ');
  return [...(measure.groupsFirst ? groupBy : []), measure.defaultOrder].join(', ');
}

/** Why a measure cannot be grouped or filtered by a dimension; undefined when it can. */
export function whyImpossible(measure: Measure, use: 'groupBy' | 'filters', dimension: Grouping): string | undefined {
  if (isCalendar(dimension)) {
    if (use === 'filters') return useWorkingHours;
    if (measure.overHours !== undefined) return undefined;
    return measure.kind === 'listing'
      ? 'it is a listing with columns of its own'
      : `its figures of single hours do not make up one of all of them; ask ${measureNames.filter((name) => measureOf(name).overHours !== undefined).join(', ')}`;
  }
  return measure.impossible.find(
    (rule) => (rule.use === use || rule.use === 'both') && rule.dimensions.includes(dimension),
  )?.why;
}

/**
 * The columns of a question's answer, in order: `time` of a series, the grouping, what the measure names of its highest
 * pair, the measure's own.
 */
export function answerColumns(question: Pick<Question, 'measure' | 'groupBy' | 'shape'>): string[] {
  const measure = measureOf(question.measure);
  const grouping: readonly string[] = question.groupBy;
  return [
    ...(question.shape === 'timeSeries' ? ['time'] : []),
    ...grouping,
    ...namedPair(question),
    ...measure.columns.map((column) => column.name),
  ];
}

/** The extra columns of a table: the pair that the highest figure of a coarser group comes from, as far as the measure names it. */
export function namedPair({
  measure,
  groupBy,
  shape,
}: Pick<Question, 'measure' | 'groupBy' | 'shape'>): readonly ('account' | 'feature')[] {
  return shape === 'table' ? measureOf(measure).namesHighest.filter((dimension) => !groupBy.includes(dimension)) : [];
}

const useWorkingHours =
  'only dimensions of the lines filter; use workingHours instead, which takes days and times of day';

/** The first issue of the schema, said as: where, what was expected, what was found. */
function toQuestionError(issues: readonly z.core.$ZodIssue[], input: Readonly<Fields>): QuestionError {
  const issue = issues[0];
  if (issue === undefined) return new QuestionError('invalidValue', 'The question is not valid.');
  const path = pathText(issue.path);
  const at = path === '' ? '' : `${path}: `;
  const found = valueAt(input, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const name = issue.keys[0] ?? '';
      const known = fieldsAt(issue.path);
      const full = path === '' ? name : `${path}.${name}`;
      return new QuestionError(
        'unknownField',
        `${full}: a question has no field "${name}"${path === '' ? '' : ` in ${path}`}; expected ${known.join(', ')}.` +
          (didYouMean(name, known) || ' Remove it.'),
        full,
      );
    }
    case 'invalid_value': {
      const calendar = calendarDimensions.find((dimension) => dimension === found);
      if (calendar !== undefined && issue.path[0] === 'filters')
        return new QuestionError('impossibleCombination', `${at}cannot be ${calendar}: ${useWorkingHours}.`, path);
      const values = issue.values.map(String);
      const hint = typeof found === 'string' ? didYouMean(found, values) : '';
      return new QuestionError(
        'invalidValue',
        `${at}expected one of ${values.join(', ')}; found ${shown(found)}.${hint}`,
        path,
      );
    }
    case 'invalid_type':
      return new QuestionError(
        'invalidValue',
        `${at}expected ${articles[issue.expected] ?? issue.expected}, found ${shown(found)}.`,
        path,
      );
    case 'too_small':
      return new QuestionError(
        'invalidValue',
        `${at}expected at least ${String(issue.minimum)}${issue.origin === 'array' ? ' entry' : ''}, found ${shown(found)}.`,
        path,
      );
    default: {
      const message = `${at}${issue.message.replace(/[;.]?$/, '')}; found ${shown(found)}.`;
      return new QuestionError('invalidValue', message, path);
    }
  }
}

const articles: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${String(key)}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );

/** The fields that an object of the question may have. */
function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
  const shape = questionSchema.shape;
  switch (path[0]) {
    case 'filters':
      return ['dimension', 'operator', 'values'];
    case 'having':
      return ['operator', 'value'];
    case 'poolSize':
      return ['atLeast', 'atMost'];
    case 'denials':
      return ['count', 'gapSeconds', 'resolvedWithinSeconds', 'unsupported'];
    case 'workingHours':
      return ['days', 'from', 'to', 'timezone'];
    default:
      return Object.keys(shape);
  }
}
