import type { QueryEditorProps } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { DataSource } from '../datasource.ts';
import type { LicenseQuery, Options } from '../types.ts';
import { QueryEditor } from './QueryEditor.tsx';

const datasource = {
  dimensionValues: () => Promise.resolve({ values: [{ value: 'acme', text: 'acme' }], truncated: false }),
  variableNames: () => ['$account'],
  firstQuestion: () => ({ schemaVersion: 1, measure: 'usagePercentage', groupBy: ['account'], shape: 'table' }),
} as unknown as DataSource;

/** The editor in a panel: what it changes comes back to it. */
function Panel({ first, saved }: { readonly first: LicenseQuery; readonly saved: (query: LicenseQuery) => void }) {
  const [query, setQuery] = useState(first);
  const props = {
    query,
    datasource,
    onRunQuery: () => undefined,
    onChange: (next: LicenseQuery) => {
      setQuery(next);
      saved(next);
    },
  } as QueryEditorProps<DataSource, LicenseQuery, Options>;
  return <QueryEditor {...props} />;
}

const edit = (first: LicenseQuery) => {
  const saved = jest.fn<undefined, [LicenseQuery]>();
  render(<Panel first={first} saved={saved} />);
  return saved;
};

test('says the question in words, and that an impossible one cannot be asked, without touching it', () => {
  const saved = edit({ refId: 'A', measure: 'peakConcurrent', groupBy: ['account'], shape: 'table' });
  expect(screen.getByText('Peak concurrent licenses, per account, highest first.')).toBeInTheDocument();
  expect(saved).not.toHaveBeenCalled();
});

test('an impossible saved question says why', () => {
  const saved = edit({ refId: 'A', measure: 'usagePercentage', groupBy: ['user'] });
  expect(screen.getByText(/cannot be grouped by user/)).toBeInTheDocument();
  expect(saved).not.toHaveBeenCalled();
});

test('how packages count is asked where products are not told apart by feature', async () => {
  const saved = edit({ refId: 'A', measure: 'peakConcurrent', groupBy: ['product'] });
  await userEvent.setup().click(screen.getByRole('switch', { name: 'Count components' }));
  expect(saved.mock.lastCall?.[0].packages).toBe('each');
  expect(screen.getByText(/every checkout of packages counted/)).toBeInTheDocument();
});

test.each<LicenseQuery>([
  { refId: 'A', measure: 'peakConcurrent', groupBy: ['product', 'feature'] },
  { refId: 'A', measure: 'peakConcurrent', groupBy: ['account'] },
  { refId: 'A', measure: 'uniqueClients', groupBy: ['product'] },
])('… and nowhere else: $measure by $groupBy', (query) => {
  edit(query);
  expect(screen.queryByRole('switch', { name: 'Count components' })).not.toBeInTheDocument();
});

test('every control has a name, and changes are saved as the question itself', async () => {
  const user = userEvent.setup();
  const saved = edit({ refId: 'A', measure: 'denials', shape: 'table' });
  for (const name of ['Measure', 'Per', 'Threshold operator', 'Time zone', 'Order', 'Count denials as'])
    expect(screen.getByRole('combobox', { name })).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Time series' }));
  expect(saved).toHaveBeenLastCalledWith({ refId: 'A', schemaVersion: 1, measure: 'denials', shape: 'timeSeries' });
  await user.click(screen.getByRole('button', { name: 'Add filter' }));
  expect(saved.mock.lastCall?.[0].filters).toEqual([{ dimension: 'account', operator: '=', values: [] }]);
  await user.click(screen.getByRole('switch', { name: 'Working hours only' }));
  expect(saved.mock.lastCall?.[0].workingHours).toEqual({
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: '08:00',
    to: '18:00',
  });
});

test('an empty query becomes the first question, saved: what the panel draws is what an alert rule asks', () => {
  const saved = edit({ refId: 'A', hide: false });
  expect(saved.mock.calls).toEqual([
    [
      {
        refId: 'A',
        hide: false,
        schemaVersion: 1,
        measure: 'usagePercentage',
        groupBy: ['account'],
        shape: 'table',
      },
    ],
  ]);
  expect(screen.getByText(/^Peak use as % of entitlements, per account/)).toBeInTheDocument();
});

test('a table by weekday and hour is said in words; as a series it goes without, and the editor says so', async () => {
  const user = userEvent.setup();
  const saved = edit({
    refId: 'A',
    measure: 'peakConcurrent',
    shape: 'table',
    groupBy: ['feature', 'weekday', 'hour'],
  });
  expect(screen.getByText(/per feature, weekday and hour of the day, ordered by weekday and hour/)).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Time series' }));
  expect(saved.mock.lastCall?.[0]).toMatchObject({ shape: 'timeSeries', groupBy: ['feature'] });
  expect(screen.getByText(/grouping by Weekday, grouping by Hour of the day/)).toBeInTheDocument();
});

test('pools are chosen by what was bought, where use is held against it; another measure goes without', async () => {
  const user = userEvent.setup();
  const saved = edit({ refId: 'A', measure: 'usagePercentage', groupBy: ['account'], shape: 'table' });
  const field = (name: string): HTMLElement => screen.getByRole('spinbutton', { name });
  await user.type(field('Licenses bought, at least'), '3{Enter}');
  expect(saved.mock.lastCall?.[0].poolSize).toEqual({ atLeast: 3 });
  expect(screen.getByText(/pools of at least 3 licenses/)).toBeInTheDocument();
  await user.type(field('Licenses bought, at most'), '50{Enter}');
  expect(saved.mock.lastCall?.[0].poolSize).toEqual({ atLeast: 3, atMost: 50 });
  await user.clear(field('Licenses bought, at least'));
  await user.keyboard('{Enter}');
  expect(saved.mock.lastCall?.[0].poolSize).toEqual({ atMost: 50 });
  await user.clear(field('Licenses bought, at most'));
  await user.keyboard('{Enter}');
  expect(saved.mock.lastCall?.[0].poolSize).toBeUndefined();
});

test('rows are counted where there are several; a measure of one figure has nothing to count', async () => {
  const user = userEvent.setup();
  const saved = edit({ refId: 'A', measure: 'usagePercentage', groupBy: ['account'], shape: 'table' });
  await user.click(screen.getByRole('switch', { name: 'Count rows' }));
  expect(saved.mock.lastCall?.[0].tally).toBe(true);
  expect(screen.getByText(/^How many rows of Usage percentage, per account/)).toBeInTheDocument();
  await user.click(screen.getByRole('switch', { name: 'Count rows' }));
  expect(saved.mock.lastCall?.[0].tally).toBeUndefined();
});

test('a series may stand for time ranges before, instead of steps; a table has none', async () => {
  const user = userEvent.setup();
  const saved = edit({ refId: 'A', measure: 'uniqueClients', shape: 'timeSeries' });
  expect(screen.queryByRole('switch', { name: 'Count rows' })).toBeNull();
  await user.type(screen.getByRole('spinbutton', { name: 'Time ranges before' }), '7{Enter}');
  expect(saved.mock.lastCall?.[0].before).toBe(7);
  expect(screen.getByText(/beside 7 time ranges before/)).toBeInTheDocument();
  expect(screen.queryByLabelText('One figure per')).toBeNull();
  await user.click(screen.getByRole('radio', { name: 'Table' }));
  expect(saved.mock.lastCall?.[0]).toEqual({ refId: 'A', measure: 'uniqueClients', schemaVersion: 1, shape: 'table' });
});

test('another measure goes without what it does not have, in what is saved too', async () => {
  const user = userEvent.setup();
  const saved = edit({
    refId: 'A',
    measure: 'usagePercentage',
    groupBy: ['account'],
    shape: 'table',
    having: { operator: '>=', value: 80 },
    poolSize: { atLeast: 3 },
    orderBy: 'value desc',
  });
  await user.type(screen.getByRole('combobox', { name: 'Measure' }), 'Checkouts{ArrowDown}{Enter}');
  expect(saved.mock.lastCall?.[0]).toEqual({
    refId: 'A',
    schemaVersion: 1,
    measure: 'checkouts',
    groupBy: ['account'],
    filters: [],
    shape: 'table',
  });
  expect(
    screen.getByText(/Taken out, since this measure does not have it: threshold, order, licenses bought/),
  ).toBeInTheDocument();
});

test('what an episode of denials reaches over is as configured, or chosen', async () => {
  const user = userEvent.setup();
  const saved = edit({ refId: 'A', measure: 'denials', shape: 'table', denials: { gapSeconds: 60 } });
  expect(screen.queryByRole('spinbutton', { name: 'Licenses bought, at least' })).toBeNull();
  const list = screen.getByRole('combobox', { name: 'One episode over' });
  expect(list).toHaveValue('');
  await user.type(list, 'Each server');
  await user.keyboard('{ArrowDown}{Enter}');
  expect(saved.mock.lastCall?.[0].denials).toEqual({ gapSeconds: 60, across: 'pool' });
  expect(list).toHaveValue('Each server');
  expect(screen.getByText(/each pool by itself/)).toBeInTheDocument();
});
