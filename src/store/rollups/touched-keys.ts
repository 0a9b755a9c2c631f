import type { Connection, Params } from '../connection.ts';
import type { Chunk, Touched } from './chunks.ts';
import { bucketsInChunk, chunkParams, from, inChunk, to, touchedBy } from './chunks.ts';

export type Pair = readonly [account: string, feature: string];
export type Key = 'account' | 'feature' | 'server' | 'vendor';

/**
 * What must be computed anew of a chunk: a rollup over several servers changes for the keys that the touched ones have, or had
 * (their former rows tell), and stays for all others.
 */
export interface TouchedKeys {
  readonly params: Params;
  /** Condition on rows of a rollup with these keys, or on changes and events that it is made of. */
  readonly filter: (keys: readonly Key[]) => string;
  /** Condition that only spares reading, on tables whose rows have account, feature and server: '1' when it would not. */
  readonly hint: string;
}

/** A filter by more values costs more than the question for them. */
const mostListed = 1000;

/** Everything is computed anew. */
export const allKeys: TouchedKeys = { params: {}, filter: () => '1', hint: '1' };

export async function touchedKeys(
  connection: Connection,
  touched: Touched,
  chunk: Chunk,
  siteTimezone: string,
): Promise<TouchedKeys> {
  if (await onlyServersIn(connection, touched.servers, chunk)) return allKeys;
  const { rows } = await connection.query(
    `SELECT account, feature FROM usage_changes WHERE ${touchedBy} AND ${inChunk}
     UNION DISTINCT SELECT account, feature FROM events WHERE ${touchedBy} AND ${inChunk}
     UNION DISTINCT ${formerKeys('account, feature')}
     LIMIT ${mostListed + 1}`,
    { ...chunkParams(chunk, siteTimezone), servers: touched.servers },
  );
  if (rows.length > mostListed) return askedFor;
  return listed(rows.map(([account, feature]) => [String(account), String(feature)]));
}

/** What depends on entitlements of these pairs, on any server; undefined: of all. */
export function keysOfPairs(pairs: readonly Pair[] | undefined): TouchedKeys {
  if (pairs === undefined || pairs.length > mostListed) return allKeys;
  const { params, hint } = listed(pairs);
  return {
    params,
    hint,
    filter: (keys) => (keys.includes('account') ? pairFilter : keys.includes('feature') ? featureFilter : '1'),
  };
}

const accountFilter = 'account IN {accounts:Array(String)}';
const featureFilter = 'feature IN {features:Array(String)}';
export const listedHint = `${accountFilter} AND ${featureFilter}`;
const pairFilter = `${accountFilter} AND ${featureFilter} AND (account, feature) IN arrayZip({pairAccounts:Array(String)}, {pairFeatures:Array(String)})`;

/** Few keys are said: the engine then reads only them, since accounts and features lead the order of all tables. */
function listed(pairs: readonly Pair[]): TouchedKeys {
  const accounts = pairs.map(([account]) => account);
  const features = pairs.map(([, feature]) => feature);
  return {
    params: {
      accounts: [...new Set(accounts)],
      features: [...new Set(features)],
      pairAccounts: accounts,
      pairFeatures: features,
    },
    hint: listedHint,
    filter: (keys) => {
      if (keys.includes('server')) return touchedBy;
      if (keys.length === 2) return pairFilter;
      return keys[0] === 'account' ? accountFilter : keys[0] === 'feature' ? featureFilter : '1';
    },
  };
}

const askedFor: TouchedKeys = {
  params: {},
  hint: '1',
  filter: (keys) => {
    if (keys.length === 0) return '1';
    if (keys.includes('server')) return touchedBy;
    const names = keys.join(', ');
    return `(${names}) IN (
      SELECT ${names} FROM usage_changes WHERE ${touchedBy} AND ${inChunk} UNION DISTINCT ${formerKeys(names)})`;
  },
};

function formerKeys(names: string): string {
  return `SELECT ${names} FROM facts WHERE grouping = 'account_feature_server' AND level = 'day' AND ${bucketsInChunk} AND ${touchedBy}`;
}

async function onlyServersIn(connection: Connection, servers: readonly string[], chunk: Chunk): Promise<boolean> {
  const others = await connection.query(
    `SELECT 1 FROM usage_changes WHERE server NOT IN {servers:Array(String)} AND time >= ${from} AND time < ${to} LIMIT 1`,
    { servers, from: chunk.start, to: chunk.end },
  );
  return others.rows.length === 0;
}
