import type { Connection } from '../store/connection.ts';
import type { EntitlementBook } from './entitlement-book.ts';

/** Features to which the product mapping gives a product, side by side with it. */
export interface MappedProducts {
  readonly features: readonly string[];
  readonly products: readonly string[];
}

/** Where nothing is asked about products. */
export const noProducts: MappedProducts = { features: [], products: [] };

/**
 * What the product mapping makes of the features that occur, for SQL that groups or filters by product. The patterns are read by one
 * program only (src/ingest/mappings): another one's would understand their flags and signs otherwise.
 */
export async function mappedProducts(
  connection: Connection,
  { mappedProduct }: Pick<EntitlementBook, 'mappedProduct'>,
): Promise<MappedProducts> {
  if (mappedProduct === undefined) return noProducts;
  const { rows } = await connection.query(
    `SELECT DISTINCT toString(feature) FROM activity WHERE level = 'month'
UNION DISTINCT SELECT DISTINCT toString(feature) FROM entitlements FINAL WHERE superseded = 0`,
  );
  const found = rows.flatMap(([feature]) => {
    const product = mappedProduct(String(feature));
    return product === '' ? [] : [{ feature: String(feature), product }];
  });
  return { features: found.map(({ feature }) => feature), products: found.map(({ product }) => product) };
}
