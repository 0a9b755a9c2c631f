import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { keyText, read, selectionOf } from './ask.ts';
import type { Comparison } from './comparison.ts';
import { percentage } from './comparison.ts';
import { isOfSize, walkIdle } from './covered.ts';
import { idleKeys } from './entitled-rows.ts';
import type { EntitledPlan } from './entitled-use.ts';
import { planEntitledUse } from './entitled-use.ts';
import { conditionSql } from './relations.ts';
import { Bindings } from './sql.ts';
import type { StrayGroups } from './stray-use.ts';
import { stretchesSql } from './stretches-sql.ts';

/** What is read of the store of all pairs: the highest percentage of each coarser group and window, and the pairs that have none. */
interface Highest {
  readonly best: readonly Comparison[];
  /** Pairs that were used while nothing countable was in force. */
  readonly unknown: readonly Comparison[];
}

/** Whether pairs of account × feature are all that is compared, and only the highest of coarser groups of them count. */
export const isOfPairs = (keys: readonly Dimension[], width: number): boolean =>
  width < keys.length && keys.length === 2 && keys.includes('account') && keys.includes('feature');

/**
 * Percentages of pairs of account × feature of which only the highest of each coarser group count: the store says which they are, where whole
 * days are all that is asked for. What is left out is less than what is given, so whoever takes the highest gets what all would give.
 *
 * @param keys account and feature (`isOfPairs`)
 * @param width how many of the keys the groups are told apart by
 * @param stray pairs that are not looked at: not all of their use counts
 * @returns undefined where the store cannot say
 */
export async function highestPercentages(
  ask: Ask,
  keys: readonly Dimension[],
  width: number,
  stray: StrayGroups,
): Promise<readonly Comparison[] | undefined> {
  const plan = planEntitledUse(ask, keys);
  if (plan === undefined || plan.edges.length > 0 || stray.groups.size > mostLeftOut) return undefined;
  const { best, unknown } = await readHighest(ask, keys, width, plan, stray);
  const groupOf = (key: readonly string[], window: number): string => `${keyText(key.slice(0, width))}\0${window}`;
  const settled = new Set(best.map(({ key, window }) => groupOf(key, window)));
  return [
    ...best,
    ...unknown,
    ...idlePercentages(ask, keys, [...best, ...unknown], {
      isSettled: (key, window) => settled.has(groupOf(key, window)),
      stray,
    }),
  ];
}

/** More pairs are not worth naming in a statement. */
const mostLeftOut = 1000;

async function readHighest(
  ask: Ask,
  keys: readonly Dimension[],
  width: number,
  { grouping, spans }: EntitledPlan,
  stray: StrayGroups,
): Promise<Highest> {
  const bindings = new Bindings();
  const starts = ask.windows.map(({ from }) => from);
  const { atLeast, atMost } = ask.question.poolSize ?? {};
  const conditions = [
    `grouping = '${grouping}' AND (${stretchesSql(spans, bindings)}) AND used != 0`,
    conditionSql('usage_changes', selectionOf(ask), bindings),
    ...(stray.groups.size === 0 ? [] : [notStray(stray, bindings)]),
    ...(atLeast === undefined ? [] : [`(bought <= 0 OR bought >= ${bindings.bind(atLeast, 'Float64')})`]),
    ...(atMost === undefined ? [] : [`bought > 0 AND bought <= ${bindings.bind(atMost, 'Float64')}`]),
  ];
  const rows = `(SELECT account, feature, roundDown(toInt64(toUnixTimestamp(bucket)) * 1000, ${bindings.milliseconds(starts)}) AS part,
    toFloat64(bought) AS quantity, toFloat64(used) AS use, usedAt, if(quantity > 0, 100 * use / quantity, -1) AS value
  FROM entitled_use FINAL WHERE ${conditions.join(' AND ')})`;
  const groups = [...keys.slice(0, width), 'part'].join(', ');
  // By a hash, which is found faster than a tuple; the order among what it finds does the rest.
  const { rows: found } = await read(
    ask,
    `SELECT quantity > 0 AS known, part, argMin((${keys.join(', ')}, use, quantity), (-value, feature, account, usedAt)) AS most
FROM ${rows} WHERE quantity > 0 AND cityHash64(${groups}, value) IN (SELECT cityHash64(${groups}, max(value)) FROM ${rows} WHERE quantity > 0 GROUP BY ${groups})
GROUP BY known, ${groups}
UNION ALL SELECT quantity > 0 AS known, part, (${keys.join(', ')}, 0., 0.) FROM ${rows} WHERE quantity <= 0 GROUP BY known, account, feature, part`,
    bindings,
  );
  const windowAt = new Map(starts.map((from, window) => [from, window]));
  const best: Comparison[] = [];
  const unknown: Comparison[] = [];
  for (const [known, part, most] of found) {
    const [one, other, used, quantity] = most as readonly [string, string, number, number];
    const [key, window] = [[one, other], windowAt.get(Number(part)) ?? 0];
    if (Number(known) === 0) unknown.push({ key, window, value: null });
    else best.push({ key, window, value: percentage(used, quantity, 0), from: { used, quantity } });
  }
  return { best, unknown };
}

function notStray({ groups }: StrayGroups, bindings: Bindings): string {
  const texts = [...groups.keys()];
  return `concat(account, '\\0', feature) NOT IN ${bindings.strings(texts)}`;
}

/** 0 % where something is entitled and nothing of the group is used. */
function idlePercentages(
  ask: Ask,
  keys: readonly Dimension[],
  used: readonly Comparison[],
  {
    isSettled,
    stray,
  }: { readonly isSettled: (key: readonly string[], window: number) => boolean; readonly stray: StrayGroups },
): Comparison[] {
  const all: Comparison[] = [];
  for (const key of idleKeys(ask, keys, used, { has: () => false })) {
    if (stray.has(key)) continue;
    const own = new Map<number, Comparison>();
    walkIdle(ask, keys, key, {
      isSettled: (window) => isSettled(key, window),
      piece: ({ window }, { quantity }) => {
        if (!isOfSize(ask, quantity) || own.get(window)?.value === 0) return;
        own.set(
          window,
          quantity === null ? { key, window, value: null } : { key, window, value: 0, from: { used: 0, quantity } },
        );
      },
    });
    all.push(...own.values());
  }
  return all;
}
