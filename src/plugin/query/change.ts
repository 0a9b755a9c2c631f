import { t } from '@grafana/i18n';
import { dimensionTitles, isCalendar, withoutCalendar } from '../../query/dimensions.ts';
import { countsDenials, knowsPools } from '../../query/measures/measure.ts';
import { measureOf } from '../../query/measures/registry.ts';
import type { MeasureName } from '../../query/measures/registry.ts';
import { canTally, whyImpossible } from '../../query/question.ts';
import { parseQuestion } from '../../query/parse.ts';
import { describeQuestion } from '../../query/describe.ts';
import { QuestionError } from '../../query/errors.ts';
import type { LicenseQuery } from '../types.ts';

/** What a question is in words, or why it cannot be asked. */
export type Reading = { readonly sentence: string } | { readonly problem: string };

/** Reads a saved query as the server will. */
export function readingOf(query: LicenseQuery): Reading {
  try {
    const { having } = query;
    if (typeof having?.value !== 'string') return { sentence: `${describeQuestion(parseQuestion(query).question)}.` };
    // The server gets the variable's value; whatever it is, the rest can be read without it.
    const { question } = parseQuestion({ ...query, having: { ...having, value: 0 } });
    return {
      sentence: `${describeQuestion({ ...question, having: { ...having, operator: having.operator ?? '>=' } })}.`,
    };
  } catch (error) {
    if (error instanceof QuestionError) return { problem: error.message };
    throw error;
  }
}

/**
 * The query with another measure. What the new one cannot be combined with is taken out; `dropped` says what, in words.
 */
export function withMeasure(
  query: LicenseQuery,
  name: MeasureName,
): { readonly query: LicenseQuery; readonly dropped: readonly string[] } {
  const measure = measureOf(name);
  const dropped: string[] = [];
  const groupBy = (query.groupBy ?? []).filter((dimension) => {
    const fits = whyImpossible(measure, 'groupBy', dimension) === undefined;
    if (!fits) dropped.push(t('query.dropped-group', 'grouping by {{name}}', { name: dimensionTitles[dimension] }));
    return fits;
  });
  const filters = (query.filters ?? []).filter(({ dimension }) => {
    const fits = whyImpossible(measure, 'filters', dimension) === undefined;
    if (!fits) dropped.push(t('query.dropped-filter', 'filter on {{name}}', { name: dimensionTitles[dimension] }));
    return fits;
  });
  const onlyTable = measure.kind !== 'series+table';
  if (onlyTable && query.shape === 'timeSeries') dropped.push(t('query.dropped-series', 'time series'));
  // An order names columns of the answer, which are others now; a threshold is in another unit.
  const kept: LicenseQuery = { ...query };
  for (const name of ['orderBy', 'having', 'denials', 'poolSize', 'packages', 'tally', 'before'] as const)
    Reflect.deleteProperty(kept, name);
  const { denials, having, orderBy, poolSize, packages, tally, before } = query;
  if (having !== undefined) dropped.push(t('query.dropped-threshold', 'threshold'));
  if (orderBy !== undefined) dropped.push(t('query.dropped-order', 'order'));
  const countsToo = countsDenials(measureOf(name));
  if (denials !== undefined && !countsToo) dropped.push(t('query.dropped-denials', 'how denials are counted'));
  const keptSize = knowsPools(measure) ? poolSize : undefined;
  if (poolSize !== undefined && keptSize === undefined) dropped.push(t('query.dropped-pool-size', 'licenses bought'));
  const keptPackages = measure.knowsPackages ? packages : undefined;
  if (packages !== undefined && keptPackages === undefined)
    dropped.push(t('query.dropped-packages', 'counting of components'));
  const counts = tally === true && canTally(measure, groupBy);
  if (tally === true && !counts) dropped.push(t('query.dropped-tally', 'counting of rows'));
  return {
    query: {
      ...kept,
      measure: name,
      groupBy,
      filters,
      ...(onlyTable && { shape: 'table' as const }),
      ...(countsToo && denials !== undefined && { denials }),
      ...(keptSize !== undefined && { poolSize: keptSize }),
      ...(keptPackages !== undefined && { packages: keptPackages }),
      ...(counts && { tally }),
      ...(!onlyTable && before !== undefined && { before }),
    },
    dropped,
  };
}

/** The query in another shape. Weekdays and hours of the day are for tables: a series goes without. */
export function withShape(
  query: LicenseQuery,
  shape: NonNullable<LicenseQuery['shape']>,
): { readonly query: LicenseQuery; readonly dropped: readonly string[] } {
  const calendar = (query.groupBy ?? []).filter(isCalendar);
  if (shape === 'table') {
    const table = { ...query, shape };
    Reflect.deleteProperty(table, 'before');
    return { query: table, dropped: [] };
  }
  if (calendar.length === 0) return { query: { ...query, shape }, dropped: [] };
  const { orderBy, ...kept } = query;
  const dropped = calendar.map((name) =>
    t('query.dropped-group', 'grouping by {{name}}', { name: dimensionTitles[name] }),
  );
  return {
    query: { ...kept, shape, groupBy: withoutCalendar(query.groupBy ?? []) },
    dropped: orderBy === undefined ? dropped : [...dropped, t('query.dropped-order', 'order')],
  };
}
