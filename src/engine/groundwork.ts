import type { Dimension } from '../query/dimensions.ts';
import type { Connection, QueryOptions, Result } from '../store/connection.ts';
import type { Source } from './ask.ts';
import type { EntitlementBook } from './entitlement-book.ts';
import { entitlementBooks } from './entitlement-book.ts';
import type { MappedProducts } from './mapped-products.ts';
import { mappedProducts, noProducts } from './mapped-products.ts';
import { createMemory } from './memory.ts';
import type { Selection } from './relations.ts';
import { conditionSql } from './relations.ts';
import { Bindings } from './sql.ts';

/** What questions begin with, of one version of the data: it is read once, whoever asks. */
export interface Groundwork {
  readonly book: EntitlementBook;
  /** The sources that filters and scope leave. */
  readonly sources: (selection: Selection) => Promise<readonly Source[]>;
  /** What the product mapping makes of the features; nothing where none of the dimensions is the product. */
  readonly mapped: (dimensions: readonly Dimension[]) => Promise<MappedProducts>;
  /** The answer to a statement that depends on no range: filters and scope are among its values. */
  readonly lasting: (sql: string, bindings: Bindings, options: QueryOptions) => Promise<Result>;
}

/** Cells of all answers to such statements together. */
const mostCells = 500_000;
/** Sources in all lists of them together. */
const mostListed = 500_000;

/** @returns for a version of the data (`dataVersion`; undefined: all is read for this question alone) what is known of it */
export function createGroundwork(
  connection: Connection,
  site: { readonly siteTimezone: string; readonly siteAccount: string },
): (version: string | undefined) => Promise<Groundwork> {
  const currentBook = entitlementBooks(connection, site);
  const books = createMemory<EntitlementBook>(Infinity, () => 0);
  const allSources = createMemory<ReadonlyMap<string, Source>>(Infinity, () => 0);
  const lists = createMemory<readonly Source[]>(mostListed, (list) => list.length);
  const products = createMemory<MappedProducts>(Infinity, () => 0);
  const reads = createMemory<Result>(mostCells, ({ columns, rows }) => columns.length * rows.length);

  return async (version) => {
    const [book, every] = await Promise.all([
      books.of(version, 'book', currentBook),
      allSources.of(version, 'all', () => readSources(connection)),
    ]);
    return {
      book,
      sources: (selection) => {
        const filters = selection.filters.filter(({ dimension }) =>
          ['account', 'feature', 'server', 'vendor', 'version', 'product'].includes(dimension),
        );
        const { accounts } = selection.scope;
        return lists.of(version, JSON.stringify([filters, accounts]), async () =>
          filters.length === 0 && accounts === 'all'
            ? [...every.values()]
            : serversOf(connection, { ...selection, filters }, every),
        );
      },
      mapped: (dimensions) =>
        dimensions.includes('product')
          ? products.of(version, 'mapped', () => mappedProducts(connection, book))
          : Promise.resolve(noProducts),
      lasting: (sql, { params }, options) =>
        reads.of(
          version,
          JSON.stringify([sql, params]),
          (signal) => connection.query(sql, params, { ...options, ...(signal !== undefined && { signal }) }),
          options.signal,
        ),
    };
  };
}

async function readSources(connection: Connection): Promise<ReadonlyMap<string, Source>> {
  const { rows } = await connection.query(
    'SELECT server, toString(format), toUnixTimestamp64Milli(firstLine), toUnixTimestamp64Milli(lastLine), tracksDenials FROM sources FINAL ORDER BY server',
  );
  return new Map(
    rows.map((row) => [
      String(row[0]),
      {
        server: String(row[0]),
        format: String(row[1]),
        firstLine: Number(row[2]),
        lastLine: Number(row[3]),
        tracksDenials: Number(row[4]) === 1,
      },
    ]),
  );
}

async function serversOf(
  connection: Connection,
  selection: Selection,
  every: ReadonlyMap<string, Source>,
): Promise<readonly Source[]> {
  const bindings = new Bindings();
  const { rows } = await connection.query(
    `SELECT DISTINCT server FROM activity WHERE level = 'month' AND ${conditionSql('activity', selection, bindings)} ORDER BY server`,
    bindings.params,
  );
  return rows.flatMap(([server]) => every.get(String(server)) ?? []);
}
