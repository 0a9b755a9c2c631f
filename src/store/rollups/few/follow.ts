import type { Connection } from '../../connection.ts';
import { entitledGroupings } from '../entitled-use.ts';
import type { Key, Pair } from '../touched-keys.ts';
import { entitledUse, entitledUseKeys, entitledUseOf, entitledUseSelect } from './entitled-use.ts';
import type { Stretch } from './facts.ts';
import { boughtRows, generations, movesWhere, readNewest, refuseLarge, TooMany } from './read.ts';
import { byPlace, factKeys, factOf, factSelect, type Labels } from './rows.ts';
import { mostDays, siteDays } from './site-days.ts';
import { insertEntitledUse } from './write.ts';

const month = 32 * 86_400_000;
const names = entitledGroupings.map(({ name }) => `'${name}'`).join(', ');

/**
 * What `entitledUseStatements` do over all time, for few rows.
 *
 * @param pairs account × feature of which what was bought has changed; undefined: all
 * @returns false when it is too much for that: then nothing was written
 */
export async function followFew(
  connection: Connection,
  zone: string,
  own: string,
  pairs: readonly Pair[] | undefined,
): Promise<boolean> {
  const features = new Set(pairs?.map(([, feature]) => feature));
  const known = new Set(pairs?.map(([account, feature]) => `${account}\0${feature}`));
  const params = { own, features: [...features] };
  const ofThem = pairs === undefined ? '1' : 'feature IN {features:Array(String)}';
  const isTouched = (keys: readonly Key[], { account, feature }: Pick<Labels, 'account' | 'feature'>): boolean =>
    pairs === undefined || (keys.includes('account') ? known.has(`${account}\0${feature}`) : features.has(feature));
  const keysOf = new Map<string, readonly Key[]>(entitledGroupings.map(({ name, keys }) => [name, keys]));
  const touched = <T extends Pick<Labels, 'account' | 'feature'> & { readonly grouping: string }>(rows: T[]): T[] =>
    rows.filter((row) => isTouched(keysOf.get(row.grouping) ?? [], row));
  try {
    const current = await generations(connection);
    const [facts, moves, bought, former] = await Promise.all([
      readNewest(
        connection,
        `SELECT ${factSelect} FROM facts WHERE grouping IN (${names}) AND level = 'day' AND ${ofThem}`,
        factKeys,
        params,
        factOf,
      ),
      movesWhere(connection, current, ofThem, params),
      boughtRows(connection, ofThem, params),
      readNewest(
        connection,
        `SELECT ${entitledUseSelect} FROM entitled_use WHERE level = 'day' AND ${ofThem}`,
        entitledUseKeys,
        params,
        entitledUseOf,
      ),
    ]);
    refuseLarge(moves, facts, bought);
    const [used, before] = [touched(facts), touched(former)];
    if (used.length + before.length === 0) return true;
    const buckets = [...used, ...before].map(({ bucket }) => bucket);
    const [from, last] = [buckets.reduce((a, b) => Math.min(a, b)), buckets.reduce((a, b) => Math.max(a, b))];
    if (from < month || last - from > mostDays * 86_400_000) return false;
    const days = await siteDays(connection, zone, from - month, last + month);
    const stretch: Stretch = { from, to: last + 1, first: days.dayOf(from), after: days.dayOf(last) + 1, days };
    await insertEntitledUse(
      connection,
      entitledUse(stretch, used, moves.sort(byPlace), bought, before),
      Date.now() * 1000,
    );
    return true;
  } catch (error) {
    if (error instanceof TooMany) return false;
    throw error;
  }
}
