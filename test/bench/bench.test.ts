import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorDashboards } from '../../dashboards/source/registry.ts';
import { difference } from '../../bench/compare/answers.ts';
import { compareOurselves } from '../../bench/compare/compare.ts';
import { comparedQuestions } from '../../bench/compare/questions.ts';
import { loadStore, smallIngest } from '../../bench/ingest.ts';
import { entriesOf, openJournal } from '../../bench/journal.ts';
import { panelQueries } from '../../bench/panels.ts';
import { benchQuestions, choose, edges, ranges, timeQuestions, type Chosen } from '../../bench/questions.ts';
import { reportOf } from '../../bench/report.ts';
import { storeOf, withStore } from '../../bench/store.ts';
import { readDashboard } from '../../src/share/dashboard.ts';

/** The bench at its smallest: what it measures is what it says; no time is asserted. */
const size = 3000;
let work: string;
let file: string;
const journal = (options = {}) => openJournal(file, { commit: 'abc', size, resume: true, ...options });
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'license-analytics-bench-'));
  file = join(work, 'journal.jsonl');
  await journal().once('store/load', () => loadStore(size, work));
});
afterAll(() => rm(work, { recursive: true, force: true }));

describe('what has been measured', () => {
  const overhead = (serverMs: number) => () => Promise.resolve([{ name: 'x', serverMs, pluginMs: null }]);

  test('is kept at once, and taken again by a run that resumes with the same commit and size only', async () => {
    await journal().once('overhead', overhead(1));
    expect(entriesOf(file).at(-1)).toMatchObject({ commit: 'abc', size, step: 'overhead' });
    expect(await journal().once('overhead', overhead(2))).toMatchObject([{ serverMs: 1 }]);
    expect(await journal({ commit: 'def' }).once('overhead', overhead(3))).toMatchObject([{ serverMs: 3 }]);
    expect(await journal({ size: 9 }).once('overhead', overhead(4))).toMatchObject([{ serverMs: 4 }]);
    expect(await journal({ resume: false }).once('overhead', overhead(5))).toMatchObject([{ serverMs: 5 }]);
    expect(await journal().once('overhead', overhead(6))).toMatchObject([{ serverMs: 5 }]);
  });

  test('is read without the last line that a killed run has not ended', () => {
    const before = entriesOf(file).length;
    appendFileSync(file, '{"commit":"abc","si');
    expect(entriesOf(file)).toHaveLength(before);
    appendFileSync(file, 'ze":1,"step":"overhead","at":"","result":[]}\n');
    expect(entriesOf(file)).toHaveLength(before + 1);
  });
});

test('every question is timed over both ranges, with what it cost', async () => {
  await withStore(storeOf(size, work), async (opened) => {
    await timeQuestions(opened, journal(), { times: 2, least: 2 });
    const names = benchQuestions(await choose(opened.engine)).flatMap(({ name }) =>
      edges.map((edge) => `questions/${name}, ${edge}` as const),
    );
    const kept = new Map(entriesOf(file).map(({ step, result }) => [step, result]));
    for (const name of names) expect(kept.get(name)).toHaveProperty('store.rows');
    const one = kept.get('questions/peak per feature, one account, inside a day');
    expect(one).toMatchObject({ store: { statements: 1 } });
  });
  expect(reportOf(file, 'abc', 'a machine')).toContain('| usage %, accounts at 80 % |');
});

test('the plain statements say what we say, of every question', async () => {
  await compareOurselves(size, work, journal());
  const asked = comparedQuestions({ account: '' }, 'inside a day');
  for (const who of ['License Analytics', 'ClickHouse, one statement']) {
    for (const { name } of asked) {
      const result = entriesOf(file).find(({ step }) => step === `compare/${who}/${name}`)?.result;
      expect((result as { readonly rows: number }).rows).toBeGreaterThan(0);
      expect(result).not.toHaveProperty('differs');
    }
  }
});

test('an answer that is not ours is told', () => {
  expect(difference(['cad | 3', 'cam | 1'], ['cad | 3', 'cam | 1'])).toBeUndefined();
  expect(difference(['cad | 4'], ['cad | 3', 'cam | 1'])).toBe(
    '1 rows against 2; only theirs: cad | 4; only ours: cad | 3',
  );
});

test('100 lines are ingested into a copy: the store stays as it is', async () => {
  const lines = () =>
    withStore(storeOf(size, work), async ({ connection }) => {
      const { rows } = await connection.query('SELECT count() FROM events');
      return Number(rows[0]?.[0]);
    });
  const before = await lines();
  const { lines: ingested, statements } = await smallIngest(size, work, 2);
  expect(ingested).toBe(100);
  expect(statements).toBeGreaterThan(1);
  expect(await lines()).toBe(before);
});

describe('queries of panels', () => {
  const chosen: Chosen = { account: 'acme', product: 'Suite', feature: 'cad', server: 'lic01' };
  const queriesOf = (uid: keyof typeof operatorDashboards) =>
    panelQueries(
      readDashboard(JSON.parse(JSON.stringify(operatorDashboards[uid]()))),
      chosen,
      ranges['whole days'](365),
    );

  test('are all of a dashboard, its marks once, under each choice that it offers', async () => {
    const queries = await queriesOf('la-utilization');
    const saved = readDashboard(JSON.parse(readFileSync('dashboards/utilization.json', 'utf8')));
    const perView = saved.panels.reduce((sum, { targets }) => sum + targets.length, 0) + saved.annotations.list.length;
    const views = ['as it opens', 'one account', 'one product', 'one feature', 'one server'];
    // Grafana's own marks have no question.
    for (const view of views) {
      const own = queries.filter(({ name }) => name.endsWith(`, ${view}`));
      expect(own.length).toBeGreaterThan(13);
      expect(own.length).toBeLessThanOrEqual(perView);
    }
    expect(JSON.stringify(queries.find(({ name }) => name.endsWith('one product'))?.json)).toContain('"Suite"');
  });

  test('of a page about one customer always name it', async () => {
    for (const { json } of await queriesOf('la-customer')) expect(JSON.stringify(json)).toContain('"acme"');
  });
});
