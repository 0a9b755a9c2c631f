import type { Dimension } from '../dimensions.ts';
import { dimensions } from '../dimensions.ts';
import type { Measure } from './measure.ts';
import { defineMeasure, text, timestamp } from './measure.ts';

/** What may explain a figure, as marks on the time axis: columns as Grafana's annotations want them. */
const columns = [
  timestamp('time', 'Time'),
  timestamp('timeEnd', 'End'),
  text('title', 'Title'),
  text('text', 'Text'),
  text('tags', 'Tags'),
];

function marks<const Name extends string>(
  name: Name,
  texts: Pick<Measure, 'title' | 'help'>,
  filters: readonly Dimension[],
): Measure<Name> {
  return defineMeasure({
    name,
    ...texts,
    group: 'Annotations',
    kind: 'listing',
    columns,
    valueColumn: 'time',
    defaultOrder: 'time asc',
    impossible: [
      { use: 'groupBy', dimensions, why: 'it lists marks on the time axis one by one; leave groupBy out' },
      {
        use: 'filters',
        dimensions: dimensions.filter((dimension) => !filters.includes(dimension)),
        why: `these marks know only ${filters.join(', ')}`,
      },
    ],
  });
}

export const serverRestarts = marks(
  'serverRestarts',
  { title: 'Server restarts', help: 'Starts of vendor daemons: the sessions open before them are closed.' },
  ['account', 'product', 'feature', 'server'],
);
export const capacityChanges = marks(
  'capacityChanges',
  { title: 'Capacity changes', help: 'When the entitled quantity of a feature went up or down.' },
  ['account', 'product', 'feature', 'server'],
);
export const entitlementExpiries = marks(
  'entitlementExpiries',
  { title: 'Entitlement expiries', help: 'When entitlements ran out.' },
  ['account', 'product', 'feature', 'server', 'model'],
);
export const denialBursts = marks(
  'denialBursts',
  {
    title: 'Denial bursts',
    help: 'Stretches of time in which three or more clients of an account were denied the same feature in a row.',
  },
  ['account', 'product', 'feature', 'server', 'vendor', 'denialFamily', 'denialReason'],
);
