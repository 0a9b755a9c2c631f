import type { DataFrame } from '@grafana/data';
import { withNotices } from './notices.ts';

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
