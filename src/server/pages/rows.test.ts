import type { SharedPanel } from '../../share/dashboard.ts';
import { dashboardOf } from '../../share/render/given.test-helper.ts';
import { firstRowsOf, moreRowsOf } from './rows.ts';

const panelOf = (uid: string, title: string): SharedPanel => {
  const panel = dashboardOf(uid).panels.find((one) => one.title === title);
  if (panel === undefined) throw new Error(`No panel of ${uid} is called "${title}".`);
  return panel;
};

test('a page begins with the first 200 rows of a long table; "Show more" has ten times what the dashboard shows', () => {
  const events = panelOf('la-events', 'All events');
  expect([firstRowsOf(events), moreRowsOf(events)]).toEqual([200, 10_000]);
});

test('short tables are as the dashboard has them', () => {
  const closest = panelOf('la-overview', 'Closest to what was bought');
  expect([firstRowsOf(closest), moreRowsOf(closest)]).toEqual([10, 100]);
});

test('answers that are joined row by row stay whole, and so do charts', () => {
  expect(firstRowsOf(panelOf('la-customer', 'Used against bought'))).toBeUndefined();
  const charts = dashboardOf('la-feature').panels.filter(({ type }) => type === 'timeseries');
  expect(charts.map(firstRowsOf)).toEqual(charts.map(() => undefined));
});
