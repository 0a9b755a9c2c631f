import type { Connection } from '../../connection.ts';
import { entitledUseBasis } from '../../entitled-use.ts';
import type { Touched } from '../chunks.ts';
import { plainInsert } from '../../plain-insert.ts';
import { entitledGroupings } from '../entitled-use.ts';
import type { Grouping } from '../facts.ts';
import { groupings } from '../facts.ts';
import { servedMonths } from '../served-clients.ts';
import { listedHint, type Pair } from '../touched-keys.ts';
import { activity } from './activity.ts';
import { entitledUse } from './entitled-use.ts';
import type { Stretch } from './facts.ts';
import { factsOf } from './facts.ts';
import * as rows from './read.ts';
import type { Labels } from './rows.ts';
import { byPlace } from './rows.ts';
import { changedDays, servedOn } from './served.ts';
import { mostDays, siteDays } from './site-days.ts';
import { insertActivity, insertEntitledUse, insertFacts, insertServedDays } from './write.ts';

/** No month is longer: milliseconds. */
const month = 32 * 86_400_000;

/**
 * What `recomputeDays` does, for few changes: a statement has a price of its own, most of it for being planned, and the statements that
 * do it in the engine are its longest. The rows are read by simple ones and worked out here.
 *
 * @returns false when it is too much for that: then nothing was written
 */
export async function recomputeFew(connection: Connection, touched: Touched, zone: string): Promise<boolean> {
  if (touched.from < month || touched.to - touched.from > mostDays * 86_400_000) return false;
  try {
    await recompute(connection, touched, zone);
    return true;
  } catch (error) {
    if (error instanceof rows.TooMany) return false;
    throw error;
  }
}

async function recompute(connection: Connection, { servers, from, to }: Touched, zone: string): Promise<void> {
  const basis = await entitledUseBasis(connection);
  const days = await siteDays(connection, zone, from - month, to + month);
  const stretch: Stretch = { from, to, first: days.dayOf(from), after: days.dayOf(to - 1) + 1, days };
  const asked = rows.stretchParams(stretch, servers, zone);
  const current = await rows.generations(connection);
  const [own, former, counted] = await Promise.all([
    rows.movesOfServers(connection, current, asked),
    rows.formerPairs(connection, asked),
    rows.activityDays(connection, asked),
  ]);
  const ofServers = new Set(servers);
  const hasOthers = [...current.keys()].some((server) => !ofServers.has(server));
  const end = days.startOf(stretch.after);
  const inDays = own.filter(({ at }) => at < end);
  const pairs = new Map<string, Pair>();
  const add = (account: string, feature: string): void => void pairs.set(`${account}\0${feature}`, [account, feature]);
  for (const { account, feature } of inDays) add(account, feature);
  for (const [account, feature] of former) add(account, feature);
  for (const {
    labels: [account = '', feature = ''],
  } of counted)
    add(account, feature);
  const accounts = new Set([...pairs.values()].map(([account]) => account));
  const features = new Set([...pairs.values()].map(([, feature]) => feature));
  const params = { ...asked, accounts: [...accounts], features: [...features], own: basis?.own ?? '' };

  const [others, facts, days_, served, bought, used] = await Promise.all([
    hasOthers ? rows.movesOfOthers(connection, current, params) : [],
    rows.factRows(connection, params),
    counted.length === 0 ? [] : rows.activityRows(connection, params),
    rows.servedRows(connection, params),
    basis === undefined ? [] : rows.boughtRows(connection, 'feature IN {features:Array(String)}', params),
    basis === undefined ? [] : rows.entitledUseRows(connection, params),
  ]);
  const moves = [...inDays, ...others].sort(byPlace);
  rows.refuseLarge(moves, facts, bought);
  const isTouched = ({ keys }: Pick<Grouping, 'keys'>, labels: Labels): boolean => {
    if (keys.includes('server'))
      return ofServers.has(labels.server) && (!keys.includes('feature') || features.has(labels.feature));
    if (keys.length === 2) return pairs.has(`${labels.account}\0${labels.feature}`);
    return keys[0] === 'account' ? accounts.has(labels.account) : keys[0] !== 'feature' || features.has(labels.feature);
  };
  const stamp = Date.now() * 1000;
  const made = factsOf(stretch, moves, touchedRows(facts, groupings, isTouched), isTouched);
  const changed = changedDays(
    servedOn(
      stretch,
      own.filter(({ delta }) => delta < 0),
    ),
    served,
  );
  await Promise.all([
    insertFacts(connection, made, stamp),
    insertActivity(connection, activity(stretch, counted, days_), stamp),
    basis !== undefined &&
      insertEntitledUse(
        connection,
        entitledUse(stretch, made, moves, bought, touchedRows(used, entitledGroupings, isTouched)),
        stamp,
      ),
    changed.size > 0 &&
      insertServedDays(connection, changed, stamp).then(() =>
        connection.command(`${servedMonths(listedHint)}\n${plainInsert}`, { ...params, stamp }),
      ),
  ]);
}

/** Conditions of statements name more than is touched: of pairs each half. */
function touchedRows<T extends Omit<Labels, 'vendor'> & { readonly grouping: string }>(
  rows: readonly T[],
  of: readonly Pick<Grouping, 'name' | 'keys'>[],
  isTouched: (grouping: Pick<Grouping, 'keys'>, labels: Labels) => boolean,
): T[] {
  const byName = new Map(of.map((grouping) => [grouping.name, grouping]));
  return rows.filter((row) => {
    const grouping = byName.get(row.grouping);
    return grouping !== undefined && isTouched(grouping, { vendor: '', ...row });
  });
}
