import { compileFunction } from 'node:vm';
import type { Frame } from '../../src/engine/frame.ts';
import type { AlertRule, Query } from './given.ts';
import { isExpression } from './given.ts';

/** Figures by label set: one of a table's row, several of a series. What Grafana's server-side expressions make of a frame. */
export interface Figures {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

/**
 * Reads frames as alerting does, and is as strict (grafana/dataplane contract 0.1, Grafana 12.3 pkg/expr): `numeric-long` with one
 * number column, text columns as labels; `timeseries-multi` with a time that is never null and one number with labels; nothing
 * else. No rows is one frame without fields, of the same types.
 */
export function figuresOf(frames: readonly Frame[]): readonly Figures[] {
  const [first] = frames;
  if (first === undefined) throw new Error('Expected at least one frame.');
  const { type } = first.schema.meta;
  if (type !== 'numeric-long' && type !== 'timeseries-multi')
    throw new Error(`Alerting reads no frame of type ${type}.`);
  if (first.schema.fields.length === 0) {
    if (frames.length > 1) throw new Error('No data is one frame without fields.');
    return [];
  }
  const figures = type === 'numeric-long' ? rowsOf(first) : frames.map(seriesOf);
  const keys = figures.map(({ labels }) => JSON.stringify(labels));
  if (new Set(keys).size < keys.length) throw new Error('Two alerts cannot have the same labels.');
  return figures;
}

function rowsOf({ schema: { fields }, data: { values } }: Frame): readonly Figures[] {
  const at = fields.flatMap(({ type }, i) => (type === 'number' ? [i] : []));
  if (at.length !== 1) throw new Error(`A table of an alert has one number column, found ${at.length}.`);
  if (fields.some(({ type }) => type === 'time' || type === 'boolean')) throw new Error('Only text becomes a label.');
  const column = at[0] ?? 0;
  return (values[column] ?? []).map((value, row) => ({
    labels: Object.fromEntries(
      fields.flatMap(({ name }, i) => (i === column ? [] : [[name, String(values[i]?.[row])] as const])),
    ),
    values: [value === null ? null : Number(value)],
  }));
}

function seriesOf({ schema: { fields }, data: { values } }: Frame): Figures {
  const [time, number, ...others] = fields;
  if (time?.type !== 'time' || time.typeInfo.nullable || number?.type !== 'number' || others.length > 0)
    throw new Error('A series of an alert is a time and a number.');
  return {
    labels: number.labels ?? {},
    values: (values[1] ?? []).map((value) => (value === null ? null : Number(value))),
  };
}

/** Labels of what fires. Like Grafana, nothing does while one of the questions has no rows. */
export const firing = (
  rule: AlertRule,
  figures: ReadonlyMap<string, readonly Figures[]>,
): readonly Figures['labels'][] => [...evaluated(rule, figures)].flatMap(([labels, fires]) => (fires ? [labels] : []));

/** Labels of every row that a rule's condition has, and whether it fires; none is "no data". */
export function evaluated(
  rule: AlertRule,
  figures: ReadonlyMap<string, readonly Figures[]>,
): ReadonlyMap<Figures['labels'], boolean> {
  const known = new Map(figures);
  if ([...known.values()].some((one) => one.length === 0)) return new Map();
  for (const query of rule.data.filter(isExpression)) known.set(query.refId, expressed(query, known));
  return new Map((known.get(rule.condition) ?? []).map(({ labels, values: [value] }) => [labels, value === 1]));
}

/** What a rule's condition is made of: its questions and expressions that only messages show are left out. */
export function decisive(rule: AlertRule): AlertRule {
  const needed = new Set([rule.condition]);
  for (const { refId, model } of rule.data.toReversed().filter(isExpression)) {
    const text = String(model['expression']);
    if (needed.has(refId)) for (const name of model['type'] === 'math' ? namesIn(text) : [text]) needed.add(name);
  }
  return { ...rule, data: rule.data.filter(({ refId }) => needed.has(refId)) };
}

const namesIn = (math: string): readonly string[] => [
  ...new Set([...math.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '')),
];

function expressed({ model }: Query, known: ReadonlyMap<string, readonly Figures[]>): readonly Figures[] {
  const text = String(model['expression']);
  if (model['type'] === 'reduce') {
    return (known.get(text) ?? []).map(({ labels, values }) => {
      const numbers = values.filter((value) => value !== null);
      return { labels, values: [reducers[String(model['reducer'])]?.(numbers) ?? null] };
    });
  }
  // Like Grafana, figures of several questions belong together where their labels are equal, and are dropped where one has none.
  const [first = '', ...others] = namesIn(text);
  const result = compiled(text);
  const byLabels = others.map((name) => new Map((known.get(name) ?? []).map((other) => [keyOf(other), other])));
  return (known.get(first) ?? []).flatMap((one) => {
    const beside = byLabels.map((figures) => figures.get(keyOf(one)));
    if (beside.includes(undefined)) return [];
    const values = one.values.map((value, i) => {
      const given = [value, ...beside.map((other) => other?.values[i] ?? null)];
      return given.includes(null) ? null : Number(result(...given, Math.floor));
    });
    return [{ labels: one.labels, values }];
  });
}

/** Labels as text; kept, since a replay comes back to the same figures every minute of a week. */
function keyOf({ labels }: Figures): string {
  const kept = keys.get(labels);
  if (kept !== undefined) return kept;
  const key = JSON.stringify(labels);
  keys.set(labels, key);
  return key;
}
const keys = new WeakMap<Figures['labels'], string>();

/** Takes figures in the order of their names, and `floor`. */
type Formula = (...given: readonly unknown[]) => unknown;
const formulas = new Map<string, Formula>();

function compiled(math: string): Formula {
  const known = formulas.get(math);
  if (known !== undefined) return known;
  const made = compileFunction(`return ${math}`, [...namesIn(math).map((name) => `$${name}`), 'floor']) as Formula;
  formulas.set(math, made);
  return made;
}

const reducers: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  last: (values) => values.at(-1),
  max: (values) => (values.length === 0 ? undefined : Math.max(...values)),
  min: (values) => (values.length === 0 ? undefined : Math.min(...values)),
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
};
