import type { Dimension } from '../../query/dimensions.ts';
import { measureOf } from '../../query/measures/registry.ts';
import { whyImpossible } from '../../query/parse.ts';
import type { Ask } from '../ask.ts';
import { dimensionValues as valuesOf } from '../dimension-values.ts';
import { namedRows } from '../own-account.ts';
import type { List } from './listing.ts';
import { usagePercentage } from './usage-percentage.ts';

/** The values of the one dimension that the question groups by. */
export const dimensionValues: List = async (ask) => {
  const { connection, catalogue, mapped, book, question, range, scope, signal } = ask;
  const [dimension] = question.groupBy;
  if (dimension === undefined) return [];
  const ordered = question.orderBy.keys.some(({ column }) => column === 'usagePercentage');
  const usage = ordered ? await usageBy(ask, dimension) : undefined;
  const { values } = await valuesOf(
    { connection, catalogue, mapped, own: book.own },
    {
      dimension,
      filters: question.filters,
      ...range,
      // One more than asked for: whoever cuts the rows then says so. The highest may stand anywhere in the alphabet.
      limit: (usage === undefined ? question.limit : Math.max(question.limit, mostOrdered)) + 1,
      scope,
      ...(signal !== undefined && { signal }),
    },
  );
  return values.map(({ value, text }) => [value, value, text, usage?.get(value) ?? null]);
};

const mostOrdered = 100_000;

/** The usage percentage of each value; of none where it cannot be grouped so. */
async function usageBy(ask: Ask, dimension: Dimension): Promise<ReadonlyMap<string, number | null>> {
  if (whyImpossible(measureOf('usagePercentage'), 'groupBy', dimension) !== undefined) return new Map();
  // What it says of use without a percentage is not about values to choose from.
  const rows = namedRows(ask.book.own, ask.question, await usagePercentage({ ...ask, notices: [] }));
  return new Map(rows.map(({ key: [value = ''], values: [percentage = null] }) => [value, percentage]));
}
