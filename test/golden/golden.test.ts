import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Frame } from '../../src/engine/frame.ts';
import type { Dimension } from '../../src/query/dimensions.ts';
import { measures } from '../../src/query/measures/registry.ts';
import { whyImpossible } from '../../src/query/parse.ts';
import { useStore, type Answers, type Asked } from '../rules/given.ts';
import { entitlementsCsv, flexnetLog, meteredCsv, range } from './fixture.ts';

/**
 * Every measure's frames, exactly as Grafana gets them: `test/golden/MEASURE.json` holds question and answer per shape. After
 * a wanted change: `UPDATE_GOLDEN=1 npx jest test/golden`, then read the difference.
 */
const given = useStore({ keep: true });
let answers: Answers;
beforeAll(async () => {
  answers = await given({ log: flexnetLog, entitlements: entitlementsCsv });
  await answers.ingest({ log: meteredCsv, format: 'csv', server: 'cloud01' });
});

const grouped = (name: string): readonly string[] => {
  if (name === 'denialShare' || name === 'denialRate') return ['denialFamily'];
  if (name === 'dimensionValues') return ['feature'];
  const measure = measures.find((one) => one.name === name);
  if (measure === undefined || measure.group === 'Listings') return [];
  const possible = (dimension: Dimension): boolean => whyImpossible(measure, 'groupBy', dimension) === undefined;
  return possible('account') ? ['account', 'feature'] : possible('server') ? ['server'] : [];
};
/** Long before they end nothing is told of entitlements. */
const rangeOf = (name: string): typeof range =>
  name === 'expiringEntitlements' ? { ...range, to: '2026-12-01 00:00:00' } : range;
const nobody = { dimension: 'account', operator: '=', values: ['nobody'] };

test.each(measures.map((measure) => measure.name))('%s', async (name) => {
  const measure = measures.find((one) => one.name === name);
  const base: Asked = { measure: name, ...(grouped(name).length > 0 && { groupBy: grouped(name) }) };
  const questions: Record<string, Asked> = {
    table: base,
    ...((measure?.namesHighest.length ?? 0) > 0 && { coarser: { measure: name, groupBy: ['account'] } }),
    ...(measure?.kind === 'series+table' && { timeSeries: { ...base, shape: 'timeSeries', bucket: '1h' } }),
    empty: { ...base, filters: [nobody] },
    ...(measure?.kind === 'series+table' && {
      emptyTimeSeries: { ...base, shape: 'timeSeries', bucket: '1h', filters: [nobody] },
    }),
  };
  const found: Record<string, { question: Asked; frames: readonly Frame[] }> = {};
  for (const [shape, question] of Object.entries(questions)) {
    const frames = await answers.frames(question, rangeOf(name).from, rangeOf(name).to);
    for (const frame of frames) expectDataFrame(frame);
    found[shape] = { question, frames };
  }
  const path = resolve('test', 'golden', `${name}.json`);
  const text = `${JSON.stringify(found, undefined, 1)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(existsSync(path)).toBe(true);
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
});

test('an empty answer is one frame with its type and no fields', async () => {
  for (const { name, kind } of measures)
    for (const shape of kind === 'series+table' ? ['table', 'timeSeries'] : ['table']) {
      const groupBy = grouped(name);
      const frames = await answers.frames(
        { measure: name, shape, groupBy, filters: [nobody] },
        range.from,
        range.to,
      );
      const type = kind === 'listing' ? 'table' : shape === 'table' ? 'numeric-long' : 'timeseries-multi';
      expect([name, frames.length, frames[0]?.schema.meta.type, frames[0]?.schema.fields, frames[0]?.data.values]).toEqual(
        [name, 1, type, [], []],
      );
    }
});

/** What Grafana's Go SDK asks of `DataFrameJSON` (data/frame_json.go) and the dataplane contract v0.1 of each type. */
function expectDataFrame({ schema, data }: Frame): void {
  expect(['timeseries-multi', 'numeric-long', 'table']).toContain(schema.meta.type);
  expect(schema.meta.typeVersion).toEqual([0, 1]);
  expect(data.values).toHaveLength(schema.fields.length);
  expect(new Set(data.values.map((values) => values.length)).size).toBeLessThanOrEqual(1);
  expect(schema.fields.every((field) => field.name !== '')).toBe(true);
  const goTypes = { time: 'time.Time', number: 'float64', string: 'string', boolean: 'bool' };
  schema.fields.forEach((field, i) => {
    expect(field.typeInfo.frame).toBe(goTypes[field.type]);
    const values = data.values[i] ?? [];
    expect(typeof field.typeInfo.nullable).toBe('boolean');
    if (!field.typeInfo.nullable) expect(values).not.toContain(null);
    if (field.type === 'time' && schema.meta.type !== 'table') expect(field.typeInfo.nullable).toBe(false);
    if (field.type === 'number') expect(field.config?.unit).toEqual(expect.any(String));
    for (const value of values)
      expect(value === null || typeof value === (field.type === 'string' ? 'string' : 'number')).toBe(true);
  });
  const of = (type: string) => schema.fields.filter((field) => field.type === type);
  if (schema.fields.length === 0) return;
  if (schema.meta.type === 'timeseries-multi') {
    expect(of('time')).toHaveLength(1);
    expect(of('string')).toHaveLength(0);
    const times = data.values[schema.fields.findIndex((field) => field.type === 'time')] ?? [];
    expect([...times].sort((a, b) => Number(a) - Number(b))).toEqual(times);
  }
  if (schema.meta.type === 'numeric-long') expect(of('number').length).toBeGreaterThan(0);
}
