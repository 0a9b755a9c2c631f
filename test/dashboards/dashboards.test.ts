import { readFileSync } from 'node:fs';
import { generateDashboards } from '../../dashboards/source/generate.ts';
import { measureOf, measures } from '../../src/query/measures/registry.ts';
import { parseQuestion } from '../../src/query/question.ts';
import { asked, customers, everyDashboard, operatorDashboards, type Dashboard, type Panel } from './given.ts';

/** What holds for every dashboard: what Grafana needs, the general rules of its dashboard linter, and what readers expect. */
const named = (dashboards: readonly Dashboard[]) => dashboards.map((one) => [one.uid, one] as const);
const panels = everyDashboard.flatMap(({ uid, panels: own }) =>
  own.map((panel) => [`${uid}: ${panel.title}`, panel] as const),
);

test.each(generateDashboards().map(({ path, text }) => [path, text]))(
  '%s is what its sources say: npm run generate',
  (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

test('the plugin offers every dashboard', () => {
  const { includes } = JSON.parse(readFileSync('plugin.json', 'utf8')) as {
    includes: { type: string; path: string }[];
  };
  expect(includes.filter(({ type }) => type === 'dashboard').map(({ path }) => path)).toEqual(
    generateDashboards().map(({ path }) => path),
  );
});

test('uids and titles are there once', () => {
  for (const key of ['uid', 'title'] as const)
    expect(new Set(operatorDashboards.map((one) => one[key])).size).toBe(operatorDashboards.length);
});

test.each(named(everyDashboard))(
  '%s loads in Grafana 12.3 and 13, says what it is for, and cannot be edited by accident',
  (_, one) => {
    expect(one.schemaVersion).toBeLessThanOrEqual(42);
    expect(one.description).toMatch(/\.$/);
    expect(one.editable).toBe(false);
    expect(one.tags).toContain('license-analytics');
    expect(new Set(one.panels.map(({ id }) => id)).size).toBe(one.panels.length);
  },
);

test.each(named(everyDashboard))(
  '%s: panels lie on the grid beside each other, and fill its width',
  (_, { panels: own }) => {
    const taken = new Set<string>();
    for (const { gridPos, title } of own) {
      const { x, y, w, h } = gridPos;
      expect([title, x >= 0 && w > 0 && x + w <= 24]).toEqual([title, true]);
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          expect([title, taken.has(`${column} ${row}`)]).toEqual([title, false]);
          taken.add(`${column} ${row}`);
        }
    }
    const height = Math.max(...own.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(taken.size).toBe(24 * height);
  },
);

test.each(panels)('%s: title, description, unit, and what it means when it is empty', (_, panel) => {
  expect(panel.title.length).toBeGreaterThan(3);
  expect(panel.description).toMatch(/\.$/);
  expect(panel.fieldConfig.defaults.noValue).not.toBe('');
  // Columns of tables differ: the frames bring their units; a tally says of how many.
  if (panel.type !== 'table' && panel.targets[0]?.['tally'] !== true)
    expect(panel.fieldConfig.defaults.unit).toBeTruthy();
  for (const { columns } of panel.type === 'table' ? panel.targets.map(({ measure }) => measureNamed(measure)) : [])
    for (const column of columns)
      if (column.type === 'number') expect([column.name, column.unit]).not.toEqual([column.name, '']);
});

test('figures are written as people write them: 4,110 and not 4.11 K, 30 days and not 4.29 weeks', () => {
  const scaled = ['short', 'd', 'h'];
  const own = everyDashboard.flatMap(({ panels: some }) => some.map(({ fieldConfig }) => JSON.stringify(fieldConfig)));
  const columns = measures.flatMap((measure) => measure.columns.map(({ name, unit }) => [measure.name, name, unit]));
  expect(columns.filter(([, , unit]) => scaled.includes(unit ?? ''))).toEqual([]);
  for (const text of own) expect(text).not.toMatch(/"(unit|value)":"(short|d|h)"/);
});

test.each(panels)('%s asks questions of the language', (_, panel) => {
  for (const query of asked(panel)) expect(() => parseQuestion(query)).not.toThrow();
});

test.each(named(operatorDashboards))(
  '%s: the data source is a variable, in every panel, query, variable and mark',
  (_, one) => {
    const [first] = one.templating.list;
    expect(first).toMatchObject({
      name: 'datasource',
      type: 'datasource',
      query: 'licenseanalytics-licenseserver-datasource',
    });
    const own = { type: 'licenseanalytics-licenseserver-datasource', uid: '${datasource}' };
    for (const panel of one.panels) for (const has of [panel, ...panel.targets]) expect(has.datasource).toEqual(own);
    for (const has of [...one.templating.list.filter(({ type }) => type === 'query'), ...one.annotations.list])
      expect(has).toMatchObject({ datasource: own });
  },
);

test.each(named(everyDashboard))(
  '%s: every variable that is used is defined, and every one defined is used',
  (_, one) => {
    const defined = one.templating.list.map(({ name }) => name);
    const places = [
      ...one.panels.flatMap((panel) => [
        panel.datasource,
        panel.targets,
        panel.links,
        panel.fieldConfig.defaults.links,
      ]),
      ...one.templating.list.map(({ query }) => query),
      ...one.annotations.list,
    ];
    const used = new Set(
      [...JSON.stringify(places).matchAll(/\$(?:\{(\w+)(?:[:.}])|(\w+))/g)]
        .map(([, braced, plain]) => braced ?? plain ?? '')
        .filter((name) => !name.startsWith('__')),
    );
    expect([...used].filter((name) => !defined.includes(name))).toEqual([]);
    expect(defined.filter((name) => !used.has(name))).toEqual([]);
  },
);

test.each(named(operatorDashboards))(
  '%s: choices follow the time range; account narrows all, product narrows feature, and nothing else waits',
  (_, one) => {
    const queries = one.templating.list.filter(({ type }) => type === 'query');
    const names = queries.map(({ name }) => name);
    for (const { name, refresh, query } of queries) {
      expect(refresh).toBe(2);
      const { filters = [] } = query as { filters?: { values: string[] }[] };
      const narrowing = name === 'account' ? [] : name === 'feature' ? ['account', 'product'] : ['account'];
      expect(filters.flatMap(({ values }) => values)).toEqual(
        narrowing.filter((other) => names.includes(other)).map((other) => `$${other}`),
      );
    }
  },
);

test.each(named(operatorDashboards))('%s: at most five filters stand above the figures', (_, one) => {
  const shown = one.templating.list.filter(({ hide }) => (hide ?? 0) === 0);
  expect(shown.length).toBeLessThanOrEqual(5);
  expect(one.title).not.toMatch(/^License Analytics/);
});

test.each(named(operatorDashboards))(
  '%s: every panel leads on, with data source, filters and time, to a dashboard that is there',
  (_, one) => {
    const uids = operatorDashboards.map(({ uid }) => uid);
    const variables = one.templating.list.map(({ name }) => name).filter((name) => name !== 'atLeast');
    for (const { title, links, fieldConfig } of one.panels) {
      expect([title, links.length]).toEqual([title, 1]);
      for (const { url = '' } of [...links, ...fieldConfig.defaults.links]) {
        const [, uid = '', parameters = ''] = /^\/d\/([\w-]+)\?(.*)$/.exec(url) ?? [];
        expect([title, uids.includes(uid)]).toEqual([title, true]);
        expect(parameters).toContain('${__url_time_range}');
        for (const name of variables)
          expect(parameters).toMatch(new RegExp(`\\$\\{${name}:queryparam\\}|var-${name}=`));
      }
    }
    expect(one.links).toEqual([expect.objectContaining({ type: 'dashboards', includeVars: true, keepTime: true })]);
  },
);

test('every bar, slice and figure leads on by itself', () => {
  for (const panel of operatorDashboards.flatMap((one) => one.panels))
    if (['stat', 'barchart'].includes(panel.type))
      expect([panel.title, panel.fieldConfig.defaults.links.length]).toEqual([panel.title, 1]);
});

describe('the page of one customer', () => {
  test('is complete without variables: public dashboards have none', () => {
    expect(customers.templating.list).toEqual([]);
    expect(JSON.stringify(customers)).not.toContain('${datasource}');
    expect(customers.panels.map(({ title }) => title)).toEqual(
      operatorDashboards.find(({ uid }) => uid === 'la-customer')?.panels.map(({ title }) => title),
    );
  });

  test('asks about this account alone, of the data source it was given', () => {
    for (const target of customers.panels.flatMap(({ targets }) => targets)) {
      expect(target.datasource.uid).toBe('license-analytics-acme');
      expect(target['filters']).toEqual([{ dimension: 'account', operator: 'in', values: ['acme'] }]);
    }
  });

  test('leads nowhere else, and says nothing that is meant for the vendor', () => {
    expect(JSON.stringify(customers)).not.toMatch(/"\/d\/|denialSummary|insight|opportunit|upsell|owner/i);
    for (const { links, fieldConfig } of customers.panels)
      expect([...links, ...fieldConfig.defaults.links]).toEqual([]);
  });
});

const measureNamed = (name: string) => measureOf(name as Parameters<typeof measureOf>[0]);
export type { Panel };
