import { dimensionValues as valuesOf } from '../dimension-values.ts';
import type { List } from './listing.ts';

/** The values of the one dimension that the question groups by. */
export const dimensionValues: List = async ({
  connection,
  catalogue,
  mapped,
  book,
  question,
  range,
  scope,
  signal,
}) => {
  const [dimension] = question.groupBy;
  if (dimension === undefined) return [];
  const { values } = await valuesOf(
    { connection, catalogue, mapped, own: book.own },
    {
      dimension,
      filters: question.filters,
      ...range,
      // One more than asked for: whoever cuts the rows then says so.
      limit: question.limit + 1,
      scope,
      ...(signal !== undefined && { signal }),
    },
  );
  return values.map(({ value, text }) => [value, value, text]);
};
