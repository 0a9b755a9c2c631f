import type { AskedQuery } from './ask.ts';
import type { SharedPanel } from './dashboard.ts';
import { dashboardOf } from './render/given.test-helper.ts';
import { takeSnapshot } from './take.ts';
import type { VariableValues } from './variables.ts';

const range = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 8) };

/** Every question that a dashboard asks with these variables. */
async function askedBy(uid: string, variables: VariableValues, account?: string): Promise<readonly AskedQuery[]> {
  const all: AskedQuery[] = [];
  const given = { ...range, timezone: 'Europe/Berlin', variables, account };
  await takeSnapshot(dashboardOf(uid), given, (queries) => {
    all.push(...queries);
    return Promise.resolve({});
  });
  return all;
}
const valuesOf = (queries: readonly AskedQuery[], dimension: string) => [
  ...new Set(
    queries
      .flatMap(({ filters = [] }) => filters.filter((one) => one.dimension === dimension))
      .map(({ values }) => JSON.stringify(values)),
  ),
];

test('"All" is no condition; values of a variable are all meant', async () => {
  const whole = await askedBy('la-overview', {});
  expect(whole.length).toBeGreaterThan(10);
  expect(JSON.stringify(whole)).not.toContain('$');
  expect(valuesOf(whole, 'account')).toEqual([]);
  expect(valuesOf(await askedBy('la-overview', { account: ['acme', 'globex'] }), 'account')).toEqual([
    '["acme","globex"]',
  ]);
});

test('a name that looks like a variable is a name', async () => {
  expect(valuesOf(await askedBy('la-overview', { account: ['$model'], model: ['metered'] }), 'account')).toEqual([
    '["$model"]',
  ]);
});

test('the account that it is about goes before what variables say', async () => {
  expect(valuesOf(await askedBy('la-utilization', { account: ['globex'] }, 'acme'), 'account')).toEqual(['["acme"]']);
});

test('a threshold is taken from its variable, and falls away with "All"', async () => {
  const limits = (queries: readonly AskedQuery[]) =>
    queries.filter(({ measure, limit }) => measure === 'allEvents' && limit === 1000).map(({ having }) => having);
  expect(limits(await askedBy('la-events', { atLeast: ['95'] }))).toEqual([{ operator: '>=', value: 95 }]);
  expect(limits(await askedBy('la-events', {}))).toEqual([undefined]);
});

test('days are cut on the clocks of the snapshot, and no series has more points than can be seen', async () => {
  const queries = await askedBy('la-overview', {});
  expect(new Set(queries.map(({ timezone }) => timezone))).toEqual(new Set(['Europe/Berlin']));
  // A figure beside the time ranges before it has a point for each of them.
  const series = queries.filter(({ shape, before }) => shape === 'timeSeries' && before === undefined);
  expect(series.map(({ maxDataPoints = Infinity }) => maxDataPoints <= 400)).toEqual(series.map(() => true));
});

test('what the dashboard marks on the time axis is asked with the same filters, where figures over time are drawn', async () => {
  const marks = (queries: readonly AskedQuery[]) =>
    queries.filter(({ refId }) => /^M\d$/.test(refId)).map(({ measure, filters }) => [measure, filters]);
  const account = [{ dimension: 'account', operator: 'in', values: ['acme'] }];
  expect(marks(await askedBy('la-overview', {}, 'acme'))).toEqual([
    ['denialBursts', account],
    ['serverRestarts', account],
  ]);
  const tables = { ...dashboardOf('la-servers') };
  const asked: AskedQuery[] = [];
  const { marks: none } = await takeSnapshot(
    { ...tables, panels: tables.panels.filter(({ type }) => type === 'table') },
    { ...range, timezone: 'UTC' },
    (queries) => {
      asked.push(...queries);
      return Promise.resolve({});
    },
  );
  expect([marks(asked), none]).toEqual([[], []]);
});

test('a list may be asked for whole, or its first rows only; other questions stay as the dashboard has them', async () => {
  const asked: AskedQuery[] = [];
  const mostRows = ({ title }: SharedPanel): number | undefined => (title === 'Data freshness' ? 7 : undefined);
  await takeSnapshot(dashboardOf('la-overview'), { ...range, timezone: 'UTC', mostRows }, (queries) => {
    asked.push(...queries);
    return Promise.resolve({});
  });
  const limits = (wanted: boolean): (number | undefined)[] =>
    asked.filter(({ measure }) => (measure === 'sources') === wanted).map(({ limit }) => limit);
  expect(limits(true)).toContain(7);
  expect(limits(false)).not.toContain(7);
});

test('an answer that is missing or refused spoils no other', async () => {
  const dashboard = dashboardOf('la-overview');
  const snapshot = await takeSnapshot(dashboard, { ...range, timezone: 'UTC' }, ([first]) =>
    Promise.resolve(
      first?.measure === 'events'
        ? { A: { error: 'Refused.' } }
        : first?.measure === 'denials'
          ? {}
          : { A: { frames: [] } },
    ),
  );
  const found = new Set(
    [...snapshot.answers.values()].flat().map((answer) => ('error' in answer ? answer.error : 'frames')),
  );
  expect(found).toEqual(new Set(['frames', 'Refused.', 'The query A was not answered.']));
  expect(snapshot.answers.size).toBe(dashboard.panels.length);
});
