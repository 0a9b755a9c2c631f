import { measures } from '../../query/measures/registry.ts';
import { parseQuestion } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { readingOf, withMeasure, withShape } from './change.ts';
import { examples } from './examples.ts';

const saved: LicenseQuery = {
  refId: 'A',
  schemaVersion: 1,
  measure: 'peakConcurrent',
  groupBy: ['account', 'user'],
  filters: [{ dimension: 'feature', operator: '=', values: ['cad'] }],
  having: { operator: '>=', value: 3 },
  orderBy: 'user asc',
  shape: 'timeSeries',
};

test('says a question in words, or why it cannot be asked', () => {
  expect(readingOf({ refId: 'A', measure: 'usagePercentage', groupBy: ['account'], having: { value: 80 } })).toEqual({
    sentence: 'Peak use as % of entitlements, per account, at or over 80 %, highest first.',
  });
  const problem = (query: LicenseQuery): string => {
    const reading = readingOf(query);
    return 'problem' in reading ? reading.problem : '';
  };
  expect(problem({ refId: 'A', measure: 'usagePercentage', groupBy: ['user'] })).toMatch(/cannot be grouped by user/);
  const newer = { ...saved, schemaVersion: 99 } as unknown as LicenseQuery;
  expect(problem(newer)).toMatch(/saved by a newer version/);
});

test("what Grafana's form for alert rules adds is no part of the question", () => {
  const query: LicenseQuery = { refId: 'A', measure: 'usagePercentage', groupBy: ['account'] };
  const ofForm = { ...query, expression: '', instant: false, range: true };
  const fresh = { ...query, instant: undefined };
  expect(readingOf(ofForm)).toEqual(readingOf(query));
  expect(readingOf(fresh)).toEqual(readingOf(query));
});

test('the size of pools stays where use is held against what was bought', () => {
  const sized: LicenseQuery = { refId: 'A', measure: 'usagePercentage', poolSize: { atLeast: 3 } };
  expect(withMeasure(sized, 'overdraft')).toMatchObject({ query: { poolSize: { atLeast: 3 } }, dropped: [] });
  const { query, dropped } = withMeasure(sized, 'events');
  expect([query.poolSize, dropped]).toEqual([undefined, ['licenses bought']]);
});

test('how packages count stays where features are added up', () => {
  const counted: LicenseQuery = { refId: 'A', measure: 'peakConcurrent', groupBy: ['product'], packages: 'each' };
  expect(withMeasure(counted, 'licenseHours')).toMatchObject({ query: { packages: 'each' }, dropped: [] });
  const { query, dropped } = withMeasure(counted, 'uniqueClients');
  expect([query.packages, dropped]).toEqual([undefined, ['counting of components']]);
});

test('another measure takes out what it does not have, and says so', () => {
  const { query, dropped } = withMeasure(saved, 'usagePercentage');
  expect(dropped).toEqual(['grouping by User', 'threshold', 'order']);
  expect(query).toEqual({
    refId: 'A',
    schemaVersion: 1,
    measure: 'usagePercentage',
    groupBy: ['account'],
    filters: saved.filters,
    shape: 'timeSeries',
  });
  expect(withMeasure(saved, 'denialSummary').query.shape).toBe('table');
});

test('from any measure to any other, the question can be asked', () => {
  for (const from of measures)
    for (const to of measures.filter(({ groupByCount }) => groupByCount === undefined)) {
      const { query } = withMeasure(withMeasure(saved, from.name).query, to.name);
      expect(() => parseQuestion(query)).not.toThrow();
    }
});

test('the examples of the help page can be asked', () => {
  for (const { query } of examples()) expect(() => parseQuestion(query)).not.toThrow();
});

test('a series goes without weekday and hour, and a measure that cannot be folded, too', () => {
  const rest: LicenseQuery = { refId: 'A', schemaVersion: 1, measure: 'peakConcurrent' };
  const table: LicenseQuery = { ...rest, shape: 'table', groupBy: ['account', 'weekday', 'hour'], orderBy: 'hour' };
  expect(withShape(table, 'timeSeries')).toEqual({
    query: { ...rest, shape: 'timeSeries', groupBy: ['account'] },
    dropped: ['grouping by Weekday', 'grouping by Hour of the day', 'order'],
  });
  expect(withShape(saved, 'table')).toEqual({ query: { ...saved, shape: 'table' }, dropped: [] });
  expect(withMeasure(table, 'uniqueClients').query.groupBy).toEqual(['account']);
  expect(withMeasure(table, 'licenseHours').query.groupBy).toEqual(table.groupBy);
  expect(readingOf({ ...table, shape: 'timeSeries' })).toEqual({
    problem: expect.stringMatching(/time series cannot be grouped by weekday/) as string,
  });
});
