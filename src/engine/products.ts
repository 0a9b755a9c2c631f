import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';

/**
 * Reads figures by a grouping that has product, account and feature. A product is a matter of the other two
 * (`EntitlementBook.product`): it is told afterwards, and what is read comes from the rollup that knows those two. Any other
 * grouping, and raw rows, are read as they are.
 *
 * @param readFigures reads them by the grouping it is given; keys stand in its order
 */
export async function tellingProducts<T extends { readonly key: readonly string[] }>(
  ask: Ask,
  keys: readonly Dimension[],
  readFigures: (keys: readonly Dimension[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const place = keys.indexOf('product');
  const others = keys.filter((dimension) => dimension !== 'product');
  const [account, feature] = [others.indexOf('account'), others.indexOf('feature')];
  if (place < 0 || account < 0 || feature < 0 || ask.rawOnly) return readFigures(keys);
  return (await readFigures(others)).map((figure) => {
    const product = ask.book.product(figure.key[account] ?? '', figure.key[feature] ?? '');
    return { ...figure, key: [...figure.key.slice(0, place), product, ...figure.key.slice(place)] };
  });
}
