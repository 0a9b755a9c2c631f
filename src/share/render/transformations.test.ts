import type { SharedPanel } from '../dashboard.ts';
import type { Rows } from './columns.ts';
import { transformed } from './transformations.ts';

const frame = (columns: Readonly<Record<string, readonly (string | number)[]>>): Rows => ({
  refId: 'A',
  columns: Object.entries(columns).map(([title, values]) => ({
    name: title,
    title,
    type: typeof values[0] === 'number' ? 'number' : 'string',
    values,
    own: {},
    labels: {},
    refId: 'A',
    look: { noValue: '', steps: [], mappings: new Map(), links: [], custom: {} },
  })),
});
const shown = (frames: readonly Rows[], id: string, options: object = {}): unknown =>
  transformed(frames, { transformations: [{ id, options }] } as unknown as SharedPanel).map(({ columns }) =>
    Object.fromEntries(columns.map(({ title, values }) => [title, values])),
  );

test('joinByField: a row for every value of one field', () => {
  expect(
    shown([frame({ Feature: ['cad'], Use: [3] }), frame({ Feature: ['sim', 'cad'], Bought: [5, 4] })], 'joinByField', {
      byField: 'Feature',
      mode: 'outer',
    }),
  ).toEqual([{ Feature: ['cad', 'sim'], Use: [3, null], Bought: [4, 5] }]);
});
