import { display } from './display.ts';
import type { Column } from './columns.ts';

const end: Column = {
  name: 'end',
  title: 'End',
  type: 'time',
  labels: {},
  refId: 'A',
  own: undefined,
  values: [],
  look: { noValue: '–', steps: [], mappings: new Map(), links: [], custom: {} },
};
const expiry = Date.UTC(2026, 11, 31, 23, 59, 59);

test('a time is what the clocks of the zone show; with a format of its own, as Grafana writes that', () => {
  const byDay: Column = { ...end, look: { ...end.look, unit: 'time:YYYY-MM-DD' } };
  expect(display(end, expiry, 'UTC').text).toBe('2026-12-31 23:59:59');
  expect(display(byDay, expiry, 'UTC').text).toBe('2026-12-31');
  expect(display(byDay, expiry, 'Europe/Berlin').text).toBe('2027-01-01');
  expect(display(byDay, null, 'UTC').text).toBe('–');
});
