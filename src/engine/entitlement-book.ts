import { DateTime } from 'luxon';
import type { Connection } from '../store/connection.ts';
import { productMapping } from '../store/mappings.ts';
import type { EntitledUseBasis } from '../store/entitled-use.ts';
import type { OwnAccount } from './own-account.ts';
import { packagesOf, type Packages } from './packages.ts';

/** One entitlement in force for a while. Epoch milliseconds, `to` exclusive (midnight after its last day, site time zone). */
export interface Entitlement {
  readonly account: string;
  readonly product: string;
  /** What it was bought together with; '' = nothing. */
  readonly package: string;
  readonly feature: string;
  readonly version: string;
  readonly server: string;
  readonly vendor: string;
  readonly model: 'concurrent' | 'metered';
  readonly period: 'term' | 'month' | 'quarter' | 'year';
  readonly quantity: number;
  /** −1 = unlimited. */
  readonly overdraft: number;
  readonly uncounted: boolean;
  readonly from: number;
  readonly to: number;
}

/** What is looked up: a part that is undefined is not part of the grouping, so rows of any value count. */
export interface Coverage {
  readonly account?: string;
  readonly feature: string;
  readonly server?: string;
  readonly vendor?: string;
  readonly version?: string;
}

/** Every current entitlement, found by what it covers. */
export interface EntitlementBook {
  readonly rows: readonly Entitlement[];
  /** Rows that cover the use of a group (docs/definitions.md#coverage); they add up. */
  covering(wanted: Coverage, model: Entitlement['model']): readonly Entitlement[];
  /**
   * The product of a feature of an account: from its own entitlements, else from those for every account, else from the
   * product mapping. All of them in one name where it is part of several, 'unmapped' where of none.
   */
  product(account: string, feature: string): string;
  /** What the product mapping alone makes of a feature, '' where no rule fits; undefined: it has no rules. */
  readonly mappedProduct: ((feature: string) => string) | undefined;
  /** Which features are a package; undefined: none are. */
  readonly packages: Packages | undefined;
  /** The one account that lines and rows without an account are of; undefined where a line has an account. */
  readonly own: OwnAccount | undefined;
  /** What it was read from; undefined: nothing that a store could be compared with. */
  readonly basis: EntitledUseBasis | undefined;
}

/** A stretch of time in which the entitled quantity and overdraft are the same. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** null: no row in force, or one that is uncounted; then there is no percentage. */
  readonly quantity: number | null;
  /** What may be used beyond the quantity; Infinity: without limit. */
  readonly overdraft: number;
  readonly uncounted: boolean;
}

/** A book that reads the store again only when entitlements or mappings have changed since, or the first line with an account came. */
export function entitlementBooks(
  connection: Connection,
  { siteTimezone, siteAccount }: { readonly siteTimezone: string; readonly siteAccount: string },
): () => Promise<EntitlementBook> {
  let version = '';
  let book: EntitlementBook = bookOf([]);
  return async () => {
    const state = await connection.query(`SELECT name, newest, rows FROM (
  SELECT 'entitlements' AS name, toString(max(updated)) AS newest, toString(count()) AS rows FROM entitlements
  UNION ALL SELECT 'mappings', toString(max(updated)), toString(count()) FROM mappings
  UNION ALL SELECT 'accounts', toString(max(account != '')), '' FROM activity WHERE level = 'month'
) ORDER BY name`);
    const current = JSON.stringify(state.rows);
    if (current !== version) {
      const [rows, productOf] = await Promise.all([load(connection, siteTimezone), productMapping(connection)]);
      const namesAccounts = state.rows.some(([name, has]) => name === 'accounts' && has === '1');
      const [, newest = '', count = ''] = state.rows.find(([name]) => name === 'entitlements')?.map(String) ?? [];
      const own = namesAccounts ? '' : siteAccount;
      book = { ...bookOf(rows, productOf, own === '' ? undefined : own), basis: { newest, rows: count, own } };
      version = current;
    }
    return book;
  };
}

async function load(connection: Connection, siteTimezone: string): Promise<Entitlement[]> {
  const { rows } = await connection.query(`
SELECT account, product, feature, version, server, vendor, toString(model), toString(period), toFloat64(quantity),
       toFloat64(overdraft), uncounted, toString(start), toString(end), package
FROM entitlements FINAL WHERE superseded = 0`);
  const midnights = new Map<string, number>();
  const midnight = (day: string, plusDays: number): number => {
    const key = `${day}+${plusDays}`;
    let found = midnights.get(key);
    if (found === undefined) {
      found = DateTime.fromISO(day, { zone: siteTimezone }).plus({ days: plusDays }).startOf('day').toMillis();
      midnights.set(key, found);
    }
    return found;
  };
  return rows.map((row) => {
    const [account, product, feature, version, server, vendor, model, period, , , , start, end] = row.map(String);
    return {
      account: account ?? '',
      product: product ?? '',
      package: String(row[13]),
      feature: feature ?? '',
      version: version ?? '',
      server: server ?? '',
      vendor: vendor ?? '',
      model: model === 'metered' ? 'metered' : 'concurrent',
      period: period === 'month' || period === 'quarter' || period === 'year' ? period : 'term',
      quantity: Number(row[8]),
      overdraft: Number(row[9]),
      uncounted: Number(row[10]) === 1,
      from: midnight(start ?? '1970-01-01', 0),
      to: midnight(end ?? '2299-12-31', 1),
    };
  });
}

/**
 * @param mappedProduct what the product mapping makes of a feature; empty where no rule fits
 * @param ownName name of the one account, where no line has an account
 */
export function bookOf(
  given: readonly Entitlement[],
  mappedProduct?: (feature: string) => string,
  ownName?: string,
): EntitlementBook {
  const rows = given.map((row) => (row.account === ownName ? { ...row, account: '' } : row));
  const others = [...new Set(rows.map(({ account }) => account))].filter((account) => account !== '');
  const byFeature = new Map<string, Entitlement[]>();
  const byPair = new Map<string, Entitlement[]>();
  for (const row of rows) {
    append(byFeature, row.feature, row);
    append(byPair, `${row.account}\0${row.feature}`, row);
  }
  const ofFeature = { concurrent: sharesOf(byFeature, 'concurrent'), metered: sharesOf(byFeature, 'metered') };
  const ofPair = { concurrent: sharesOf(byPair, 'concurrent'), metered: sharesOf(byPair, 'metered') };
  const named = (own: readonly Entitlement[] | undefined): string =>
    [...new Set((own ?? []).map((row) => row.product).filter((product) => product !== ''))].sort().join(productJoint);
  const products = new Map<string, string>();
  return {
    rows,
    mappedProduct,
    packages: packagesOf(rows),
    basis: undefined,
    own: ownName === undefined ? undefined : { name: ownName, others },
    product: (account, feature) => {
      const key = `${account}\0${feature}`;
      let product = products.get(key);
      if (product === undefined) {
        product =
          named(byPair.get(key)) || named(byPair.get(`\0${feature}`)) || (mappedProduct?.(feature) ?? '') || 'unmapped';
        products.set(key, product);
      }
      return product;
    },
    covering: (wanted, model) => {
      const share =
        wanted.account === undefined
          ? ofFeature[model].get(wanted.feature)
          : ofPair[model].get(`${wanted.account}\0${wanted.feature}`);
      if (share === undefined) return nothing;
      if (!share.limited) return share.rows;
      return share.rows.filter(
        (row) =>
          covers(row.server, wanted.server) &&
          covers(row.vendor, wanted.vendor) &&
          (covers(row.version, wanted.version) || coversLower(row, wanted.version)),
      );
    },
  };
}

/** The rows of one model in a list; `limited`: whether some are for one server, vendor daemon or version only. */
interface Share {
  readonly rows: readonly Entitlement[];
  readonly limited: boolean;
}

const nothing: readonly Entitlement[] = [];

function sharesOf(
  lists: ReadonlyMap<string, readonly Entitlement[]>,
  model: Entitlement['model'],
): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const [key, list] of lists) {
    const rows = list.filter((row) => row.model === model);
    if (rows.length > 0) shares.set(key, { rows, limited: rows.some(isLimited) });
  }
  return shares;
}

/** Whether the row is for one server, vendor daemon or version only. */
export const isLimited = (row: Entitlement): boolean => row.server !== '' || row.vendor !== '' || row.version !== '';

/** An empty part of a row covers all; the version limits only where the source gives one. */
function covers(own: string, wanted: string | undefined): boolean {
  return wanted === undefined || own === '' || wanted === '' || own === wanted;
}

/**
 * A FlexNet license serves its version and every lower one (LicAdmin guide, FEATURE line: "latest version of this feature
 * that is supported"); rows of license files are told by their vendor daemon.
 */
function coversLower(row: Entitlement, wanted: string | undefined): boolean {
  if (row.vendor === '' || wanted === undefined) return false;
  const [own, asked] = [Number(row.version), Number(wanted)];
  return Number.isFinite(own) && Number.isFinite(asked) && asked <= own;
}

/** Between the names of a feature's products. */
export const productJoint = ' + ';

function append(map: Map<string, Entitlement[]>, key: string, row: Entitlement): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [row]);
  else list.push(row);
}

/** The stretches of constant quantity in a range, in order, covering it; neighbours that are equal are one. */
export function stretchesOf(
  rows: readonly Entitlement[],
  range: { readonly from: number; readonly to: number },
): Stretch[] {
  const bounds = new Set([range.from]);
  for (const row of rows) {
    if (row.from > range.from && row.from < range.to) bounds.add(row.from);
    if (row.to > range.from && row.to < range.to) bounds.add(row.to);
  }
  const sorted = [...bounds].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  sorted.forEach((from, i) => {
    const to = sorted[i + 1] ?? range.to;
    const inForce = rows.filter((row) => row.from <= from && row.to > from);
    const uncounted = inForce.some((row) => row.uncounted);
    const quantity =
      inForce.length === 0 || uncounted ? null : fixed(inForce.reduce((sum, row) => sum + row.quantity, 0));
    const overdraft = fixed(inForce.reduce((sum, row) => sum + (row.overdraft < 0 ? Infinity : row.overdraft), 0));
    const last = stretches.at(-1);
    if (last?.quantity === quantity && last.overdraft === overdraft && last.uncounted === uncounted)
      stretches[stretches.length - 1] = { ...last, to };
    else stretches.push({ from, to, quantity, overdraft, uncounted });
  });
  return stretches;
}

/** Amounts are fixed-point with 6 decimals: sums do not depend on their order. */
export const fixed = (amount: number): number => Math.round(amount * 1e6) / 1e6;
