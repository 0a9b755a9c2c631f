import { highestPerGroup } from '../../src/engine/measures/highest-feature.ts';

/** The store gives rows in any order: the answer must not depend on it. */
const figures = (
  [
    ['cad', 80],
    ['sim', 100],
    ['mesh', 100],
    ['render', null],
  ] as const
).map(([feature, value]) => ({ key: ['acme', feature], window: 0, value }));

test('the feature named beside the highest figure is the first by name of equal ones, whatever order they come in', () => {
  for (const order of [figures, [...figures].reverse()])
    expect(highestPerGroup(order, ['account', 'feature'], ['account'])).toEqual([
      { key: ['acme'], window: 0, values: [100], feature: 'mesh' },
    ]);
});

test('a group is unknown only where all of it is, and then names its first feature', () => {
  const unknown = figures.map((figure) => ({ ...figure, value: null }));
  for (const order of [unknown, [...unknown].reverse()])
    expect(highestPerGroup(order, ['account', 'feature'], ['account'])).toEqual([
      { key: ['acme'], window: 0, values: [null], feature: 'cad' },
    ]);
});
