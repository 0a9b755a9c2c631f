import { dateTime } from '@grafana/data';
import { sharedRange } from './range.ts';

const at = (time: string) => dateTime(Date.parse(time));

test('relative ends are those of the running minute’s end; rounded and absolute ones stay', () => {
  const range = (from: string, to: string, raw: { from: string; to: string }) => {
    const shared = sharedRange({ from: at(from), to: at(to), raw });
    return [shared.from.toISOString(), shared.to.toISOString()];
  };
  const [first, later] = ['2026-03-02T10:30:00.000Z', '2026-03-02T10:30:41.007Z'].map((now) =>
    range(now.replace('-03-', '-02-'), now, { from: 'now-1M', to: 'now' }),
  );
  expect(first).toEqual(['2026-02-02T10:30:59.999Z', '2026-03-02T10:30:59.999Z']);
  expect(later).toEqual(first);
  const day = ['2026-03-02T00:00:00.000Z', '2026-03-02T23:59:59.999Z'] as const;
  expect(range(...day, { from: 'now/d', to: 'now/d' })).toEqual(day);
  const absolute = ['2026-03-02T10:30:01.000Z', '2026-03-02T10:31:02.000Z'] as const;
  expect(range(...absolute, { from: absolute[0], to: absolute[1] })).toEqual(absolute);
});
