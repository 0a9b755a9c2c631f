import type { Dimension } from '../query/dimensions.ts';
import { dimensionTitles, weekdayNames } from '../query/dimensions.ts';
import type { Column } from '../query/measures/measure.ts';
import { choice, text, units } from '../query/measures/measure.ts';
import { measureOf } from '../query/measures/registry.ts';
import type { Question } from '../query/question.ts';
import { namedPair } from '../query/question.ts';
import { advice } from './advice.ts';
import type { MeasureRow } from './ask.ts';
import { keyText } from './ask.ts';
import type { Field, FieldConfig, FieldValue, Frame, Notice, ValueMapping } from './frame.ts';
import { frameOf, numberField, textField, timeField } from './frame.ts';
import { passes } from './having.ts';
import type { Titles } from './titles.ts';
import type { Window } from './windows.ts';

type Row = readonly FieldValue[];

/** Figures as one `numeric-long` frame: the grouping, the highest feature where the measure names it, the figures. */
export function tableFrame(question: Question, rows: readonly MeasureRow[], notices: Notice[], titles: Titles): Frame {
  const measure = measureOf(question.measure);
  const withFeature = namedPair(question).includes('feature');
  const columns = [...groupColumns(question), ...measure.columns];
  const values = rows.map((row): Row => [...row.key, ...(withFeature ? [row.feature ?? ''] : []), ...row.values]);
  return rowsFrame('numeric-long', question, { columns, rows: values, titles }, notices);
}

/** The grouping, and what is named of the highest pair. */
const groupColumns = (question: Question): readonly Column[] =>
  [...question.groupBy, ...namedPair(question)].map((name) => dimensionColumn(name));

/** A listing as one `table` frame. */
export function listingFrame(question: Question, rows: readonly Row[], notices: Notice[], titles: Titles): Frame {
  const measure = measureOf(question.measure);
  const columns = [...groupColumns(question), ...measure.columns];
  return rowsFrame('table', question, { columns, rows, titles }, notices);
}

function rowsFrame(
  type: 'numeric-long' | 'table',
  question: Question,
  {
    columns,
    rows,
    titles,
  }: { readonly columns: readonly Column[]; readonly rows: readonly Row[]; readonly titles: Titles },
  notices: Notice[],
): Frame {
  const measure = measureOf(question.measure);
  const names = columns.map((column) => column.name);
  const valueAt = names.lastIndexOf(measure.valueColumn);
  const passing = rows.filter((row) => passes(question, row[valueAt]));
  const compare = comparer(question, columns, valueAt);
  const sorted = compare === undefined ? passing : [...passing].sort(compare);
  if (sorted.length > question.limit) notices.push(cutNotice(question.limit, sorted.length, 'rows'));
  const kept = sorted.slice(0, question.limit);
  const fields = columns.map((column, i): Field => {
    const config = { displayName: column.title, ...(column.unit !== '' && { unit: column.unit }) };
    switch (column.type) {
      case 'time':
        return timeField(
          column.name,
          kept.map((row) => (column.optional === true ? numberOrNull(row[i]) : Number(row[i]))),
          config,
          column.optional,
        );
      case 'number': {
        const values = kept.map((row) => numberOrNull(row[i]));
        return numberField(column.name, values, { ...config, ...written(column, values) });
      }
      case 'string': {
        const texts = kept.map((row) => String(row[i] ?? ''));
        const grouping = question.groupBy[i];
        const titleOf = grouping === undefined ? undefined : titles(grouping);
        return textField(
          column.name,
          texts,
          titleOf === undefined ? config : { ...config, mappings: [shown(texts, titleOf)] },
        );
      }
    }
  });
  return frameOf(type, fields, notices);
}

/**
 * Figures as `timeseries-multi`: one frame per group, labels on the value fields. `having` keeps a series any of whose
 * points passes; `limit` and `orderBy` choose series by their highest value; points are never cut, time ascends.
 *
 * @param unsaid a dimension that names of series leave out where they have another
 */
export function seriesFrames(
  question: Question,
  rows: readonly MeasureRow[],
  windows: readonly Window[],
  notices: Notice[],
  { titles, unsaid }: { readonly titles: Titles; readonly unsaid?: Dimension | undefined },
): Frame[] {
  const measure = measureOf(question.measure);
  const width = measure.columns.length;
  const valueAt = Math.max(
    0,
    measure.columns.findIndex((column) => column.name === measure.valueColumn),
  );
  const series = new Map<string, { key: readonly string[]; points: (readonly (number | null)[])[] }>();
  for (const row of rows) {
    const text = keyText(row.key);
    let one = series.get(text);
    if (one === undefined) series.set(text, (one = { key: row.key, points: windows.map(() => nulls(width)) }));
    one.points[row.window] = row.values;
  }
  const value = measure.columns[valueAt];
  const columns = [...question.groupBy.map((name) => dimensionColumn(name)), ...(value === undefined ? [] : [value])];
  const ranked = [...series.values()]
    .filter((one) => question.having === undefined || one.points.some((point) => passes(question, point[valueAt])))
    .map((one) => ({ ...one, row: [...one.key, highest(one.points, valueAt)] as Row }));
  const compare = comparer(question, columns, columns.length - 1);
  if (compare !== undefined) ranked.sort((a, b) => compare(a.row, b.row));
  if (ranked.length > question.limit) notices.push(cutNotice(question.limit, ranked.length, 'series'));
  const kept = ranked.slice(0, question.limit);
  if (kept.length === 0) return [frameOf('timeseries-multi', [], notices)];
  const times = windows.map((window) => window.time);
  const step = times.length > 1 ? Math.min(...times.slice(1).map((time, i) => time - (times[i] ?? 0))) : undefined;
  return kept.map(({ key, points }, index) => {
    const texts = question.groupBy.flatMap((grouping, i) =>
      grouping === unsaid && key.length > 1 ? [] : [(titles(grouping) ?? String)(key[i] ?? '')],
    );
    const labels = Object.fromEntries(question.groupBy.map((dimension, i) => [dimension, key[i] ?? '']));
    const fields = measure.columns.map((column, i) =>
      numberField(
        column.name,
        points.map((point) => point[i] ?? null),
        {
          displayNameFromDS: [...texts, ...(width > 1 || key.length === 0 ? [column.title] : [])].join(' · '),
          ...(column.unit !== '' && { unit: column.unit }),
          ...written(column),
        },
        labels,
      ),
    );
    return frameOf(
      'timeseries-multi',
      [timeField('time', times, step === undefined ? undefined : { interval: step }), ...fields],
      index === 0 ? notices : [],
    );
  });
}

/**
 * How a count or an average is written: whole, or with two decimals; what is not quite nothing is not written as 0. The values
 * themselves are never rounded.
 */
function written(
  { unit }: Column,
  values: readonly (number | null)[] = [],
): Pick<FieldConfig, 'decimals' | 'mappings'> {
  if (unit !== units.count) return {};
  const hardlyAny = values.some((value) => value !== null && value > 0 && value < 0.01);
  return { decimals: 2, ...(hardlyAny && { mappings: [belowHundredth] }) };
}

const belowHundredth: ValueMapping = {
  type: 'range',
  // Grafana's ranges include both ends.
  options: { from: 1e-12, to: 0.01 - 1e-12, result: { text: '< 0.01', index: 0 } },
};

const shown = (values: readonly string[], titleOf: (value: string) => string): ValueMapping => ({
  type: 'value',
  options: Object.fromEntries([...new Set(values)].map((value, index) => [value, { text: titleOf(value), index }])),
});

function dimensionColumn(name: Question['groupBy'][number]): Column {
  const title = dimensionTitles[name];
  return name === 'weekday' ? choice(name, title, weekdayNames) : text(name, title);
}

/** Sorts by the asked columns; unknown figures come last either way; ties by the grouping, so that answers are repeatable. */
function comparer(
  question: Question,
  columns: readonly Column[],
  valueAt: number,
): ((a: Row, b: Row) => number) | undefined {
  const names = columns.map((column) => column.name);
  const keys = question.orderBy.keys.flatMap(({ column, direction }) => {
    const at = column === measureOf(question.measure).valueColumn ? valueAt : names.indexOf(column);
    return at < 0 ? [] : [{ at, sign: direction === 'desc' ? -1 : 1 }];
  });
  if (keys.length === 0) return undefined;
  const ties = measureOf(question.measure).kind === 'listing' ? [] : names.map((_, at) => ({ at, sign: 1 }));
  // What a value is sorted by: its place, where the column has an order of its own.
  const places = columns.map(({ values }) => values && new Map(values.map((value, place) => [value, place])));
  const order = [...keys, ...ties].map(({ at, sign }) => ({ at, sign, places: places[at] }));
  const ranked = (value: FieldValue | undefined, own: ReadonlyMap<FieldValue, number> | undefined): FieldValue =>
    own === undefined ? (value ?? null) : (own.get(value ?? null) ?? -1);
  return (a, b) => {
    for (const { at, sign, places: own } of order) {
      const left = ranked(a[at], own);
      const right = ranked(b[at], own);
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right ? -sign : sign;
    }
    return 0;
  };
}

function highest(points: readonly (readonly (number | null)[])[], at: number): number | null {
  let result: number | null = null;
  for (const point of points) {
    const value = point[at] ?? null;
    if (value !== null && (result === null || value > result)) result = value;
  }
  return result;
}

const nulls = (width: number): null[] => Array.from({ length: width }, () => null);
const numberOrNull = (value: FieldValue | undefined): number | null => (typeof value === 'number' ? value : null);

function cutNotice(limit: number, found: number, what: string): Notice {
  return {
    // Nothing is wrong with it.
    severity: 'info',
    text: `Only ${limit.toLocaleString('en')} ${what} are shown${found > limit + 1 ? ` of ${found.toLocaleString('en')}` : '; there are more'}. ${advice.cut}`,
  };
}
