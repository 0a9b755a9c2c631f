import type { DataFrame } from '@grafana/data';
import { PageNotices, withNotices } from './notices.ts';

const frame = (text?: string): DataFrame => ({
  fields: [],
  length: 0,
  ...(text !== undefined && { meta: { notices: [{ severity: 'info', text }] } }),
});

test('notices come once per answer, beside those of the server', () => {
  const [first, second] = withNotices([frame('ends early'), frame()], ['not applied']);
  expect(first?.meta?.notices?.map(({ text }) => text)).toEqual(['ends early', 'not applied']);
  expect(second?.meta).toBeUndefined();
  expect(withNotices([], ['not applied'])).toEqual([]);
});

test('what concerns the page is said on one of its panels, what concerns a panel on that panel', () => {
  const page = new PageNotices();
  const early =
    'The data of 2 of 9 sources end before the range does: a, b. Each adds nothing after its own last line.';
  const said = (panel: number, text: string, dashboard = 'la-overview'): unknown =>
    page.once([frame(text)], { dashboard, panel }).flatMap(({ meta }) => (meta?.notices ?? []).map((one) => one.text));
  expect(said(3, early)).toEqual([early]);
  expect(said(1, early)).toEqual([]);
  // Again, when it is refreshed.
  expect(said(3, early)).toEqual([early]);
  const none = 'No data in this time range: the last line before it is of 2026-03-02 10:30 (UTC).';
  expect([said(2, none), said(1, none)]).toEqual([[none], []]);
  expect(said(1, 'These figures add up several features.')).toEqual(['These figures add up several features.']);
  expect(said(1, early, 'la-feature')).toEqual([early]);
});
