import type { Dimension } from '../query/dimensions.ts';
import { advice } from './advice.ts';
import type { Ask } from './ask.ts';
import { keyText, readLasting, selectionOf } from './ask.ts';
import type { Entitlement } from './entitlement-book.ts';
import { isLimited } from './entitlement-book.ts';
import { entitlementsSql } from './own-account.ts';
import { conditionSql } from './relations.ts';
import { Bindings } from './sql.ts';
import type { UsageOfKey, UsageRequest } from './usage.ts';
import { readUsage, walk } from './usage.ts';
import type { Piece, Range } from './windows.ts';
import { cutPieces } from './windows.ts';

/** All that a row of entitlements can be limited by. */
const limits = ['account', 'feature', 'server', 'vendor', 'version'] as const;
export type Combination = readonly [account: string, feature: string, server: string, vendor: string, version: string];

/** Use of a group, and the stretches of time that it is to be taken from; undefined: all of the range. */
export interface CoveredUse extends UsageOfKey {
  readonly during?: readonly Range[];
  /** Which changes it is made of; undefined: all that the question leaves. */
  readonly only?: NonNullable<UsageRequest['only']>;
}

/**
 * An entitlement for one server (or version) covers the use there, while it is in force: where the same group is used elsewhere
 * too, without anything that covers it, that use must not count against it. Such groups are rare and are read again from the
 * changes, without the stray use: once for every stretch of time in which other combinations of server and version are
 * covered. The notice says so, and `quality` counts the use as unmapped. A group that no entitlement covers at all (of a
 * grouping that tells servers apart, say) stays as it is: it has no percentage anyway.
 *
 * @param usages what `request` gave
 * @param stray what `strayGroups` gave
 */
export async function coveredUse(
  ask: Ask,
  request: UsageRequest,
  usages: readonly UsageOfKey[],
  stray: StrayGroups,
): Promise<readonly CoveredUse[]> {
  const { pieces } = request;
  const { groups } = stray;
  if (groups.size === 0) return usages;
  const layers = Math.max(...[...groups.values()].map((covered) => covered.length));
  const reads = await Promise.all(
    Array.from({ length: layers }, async (_, layer) => {
      const combinationsOfLayer = [...groups.values()].flatMap((covered) => covered[layer]?.combinations ?? []);
      const only = onlySql(combinationsOfLayer);
      const again = combinationsOfLayer.length === 0 ? [] : await readUsage(ask, { ...request, only });
      return { only, usages: new Map(again.map((usage) => [keyText(usage.key), usage])) };
    }),
  );
  let leftOut = 0;
  const covered = usages.flatMap((usage): readonly CoveredUse[] => {
    const parts = groups.get(stray.groupOf(usage.key));
    if (parts === undefined) return [usage];
    // Where all of the use is stray, nothing of what was bought is used.
    const own = parts.map(({ during }, layer): CoveredUse => ({
      ...(reads[layer]?.usages.get(keyText(usage.key)) ?? { key: usage.key, pieces: new Map() }),
      during,
      ...(reads[layer] !== undefined && { only: reads[layer].only }),
    }));
    if (own.some((part) => differs(part, usage, pieces))) leftOut++;
    return own;
  });
  if (leftOut > 0) noticeStrayUse(ask, leftOut);
  return covered;
}

/** What of a group is covered, and when. */
interface CoveredPart {
  readonly combinations: readonly Combination[];
  readonly during: Range[];
}

/** Groups with use that may be stray at some time, by all of their key that a row can be limited by. */
export interface StrayGroups {
  readonly groups: ReadonlyMap<string, readonly CoveredPart[]>;
  /** @param key in the order of the grouping asked for */
  groupOf(key: readonly string[]): string;
  has(key: readonly string[]): boolean;
  /** The group that a combination is of. */
  ofCombination(combination: Combination): string;
}

/** Condition on the changes of stray groups, all of them. */
export const ofGroups = (stray: StrayGroups, combinations: readonly Combination[]): ((bindings: Bindings) => string) =>
  onlySql(combinations.filter((one) => stray.groups.has(stray.ofCombination(one))));

/** Combinations of groups with stray use at any time, by the list that they were looked for in, and the grouping. */
const everStray = new WeakMap<readonly Combination[], Map<string, readonly Combination[]>>();

/** Stretches of the range in which the same is covered are one part. */
export function strayGroups(ask: Ask, keys: readonly Dimension[], combinations: readonly Combination[]): StrayGroups {
  const known = limits.filter((dimension) => keys.includes(dimension));
  const ofCombination = (one: Combination): string =>
    keyText(known.map((dimension) => one[limits.indexOf(dimension)] ?? ''));
  let byKeys = everStray.get(combinations);
  if (byKeys === undefined) everStray.set(combinations, (byKeys = new Map<string, readonly Combination[]>()));
  const grouping = keyText(keys);
  let ever = byKeys.get(grouping);
  if (ever === undefined) {
    const groups = partsOfGroups(ask, keys, {
      combinations,
      ofCombination,
      range: { from: -Infinity, to: Infinity },
    });
    byKeys.set(grouping, (ever = combinations.filter((one) => groups.has(ofCombination(one)))));
  }
  const groups = partsOfGroups(ask, keys, { combinations: ever, ofCombination, range: ask.range });
  const places = known.map((dimension) => keys.indexOf(dimension));
  const groupOf = (key: readonly string[]): string => keyText(places.map((place) => key[place] ?? ''));
  return { groups, groupOf, ofCombination, has: (key) => groups.size > 0 && groups.has(groupOf(key)) };
}

/** The groups that have stray use in a range, in the parts of it in which the same is covered. */
function partsOfGroups(
  ask: Ask,
  keys: readonly Dimension[],
  {
    combinations,
    ofCombination,
    range,
  }: {
    readonly combinations: readonly Combination[];
    readonly ofCombination: (one: Combination) => string;
    readonly range: Range;
  },
): Map<string, readonly CoveredPart[]> {
  const known = limits.filter((dimension) => keys.includes(dimension));
  const all = allOf(keys);
  const byGroup = new Map<string, Combination[]>();
  for (const one of combinations) {
    const group = ofCombination(one);
    const own = byGroup.get(group);
    if (own === undefined) byGroup.set(group, [one]);
    else own.push(one);
  }
  const groups = new Map<string, readonly CoveredPart[]>();
  for (const [group, own] of byGroup) {
    // Rows of the group as such: the same for each of its combinations, of which a customer with many servers has hundreds.
    const sharing = covering(ask, own[0]!, known);
    const rows = own.map((one) => ({ one, covering: covering(ask, one, all) }));
    const parts = new Map<string, CoveredPart>();
    let isStray = false;
    for (const during of partsOfRange(sharing, range)) {
      const inForce = (row: Entitlement): boolean => row.from <= during.from && row.to > during.from;
      const covered = rows.filter((row) => row.covering.some(inForce)).map(({ one }) => one);
      isStray ||= covered.length < rows.length && sharing.some(inForce);
      const text = covered.map(keyText).join('\n');
      const part = parts.get(text);
      if (part === undefined) parts.set(text, { combinations: covered, during: [during] });
      else part.during.push(during);
    }
    if (isStray) groups.set(group, [...parts.values()]);
  }
  return groups;
}

/** The range, cut wherever one of the rows begins or ends. */
function partsOfRange(rows: readonly Entitlement[], range: Range): Range[] {
  const inside = rows.flatMap((row) => [row.from, row.to]).filter((at) => at > range.from && at < range.to);
  const bounds = [...new Set([range.from, ...inside, range.to])].sort((a, b) => a - b);
  return bounds.slice(1).map((to, i) => ({ from: bounds[i] ?? range.from, to }));
}

/** Whether something was left out in the time that the part is taken from. */
function differs(part: CoveredUse, whole: UsageOfKey, pieces: readonly Piece[]): boolean {
  const own = cutPieces(pieces, [
    ...(part.during ?? []).map(({ from }) => from),
    ...[...part.pieces.keys(), ...whole.pieces.keys()].filter((at) => at > (pieces[0]?.from ?? 0)),
  ]);
  const peaks: number[] = [];
  walk(part, own, (_, peak) => peaks.push(peak));
  let at = 0;
  let found = false;
  walk(whole, own, (piece, peak) => {
    const left = peaks[at++];
    if (
      Math.abs((left ?? 0) - peak) > 1e-9 &&
      (part.during ?? []).some(({ from, to }) => piece.from >= from && piece.from < to)
    )
      found = true;
  });
  return found;
}

/** Use that no entitlement covers is never silently gone. */
export function noticeStrayUse(ask: Ask, groups: number): void {
  ask.notices.push({
    severity: 'warning',
    text: `In ${groups.toLocaleString('en')} ${groups === 1 ? 'group' : 'groups'} some use lies on servers or versions that no entitlement covers: it is left out here${advice.alsoUnmapped}.`,
  });
}

/** Rows of any account count in groupings without account. */
const allOf = (keys: readonly Dimension[]): readonly Dimension[] =>
  limits.filter((dimension) => dimension !== 'account' || keys.includes('account'));

/** The rows that cover the use, as far as the dimensions looked at tell, whenever they are in force. */
function covering(ask: Ask, one: Combination, dimensions: readonly Dimension[]): readonly Entitlement[] {
  const told = limits.map((dimension, i) => (dimensions.includes(dimension) ? one[i] : undefined));
  const [account, feature = '', server, vendor, version] = told;
  const wanted = {
    feature,
    ...(account !== undefined && { account }),
    ...(server !== undefined && { server }),
    ...(vendor !== undefined && { vendor }),
    ...(version !== undefined && { version }),
  };
  return ask.book.covering(wanted, 'concurrent');
}

/** Where features that some row is limited for were used, in the whole of the store; none where no row is limited. */
export async function usedCombinations(ask: Ask): Promise<readonly Combination[]> {
  const limited = ask.book.rows.filter((row) => row.model === 'concurrent' && isLimited(row));
  if (limited.length === 0) return [];
  const bindings = new Bindings();
  const from = `FROM ${entitlementsSql(ask.book.own, bindings)} WHERE model = 'concurrent' AND (server != '' OR version != '' OR vendor != '')`;
  const ofLimited = [
    `(account, feature) IN (SELECT account, feature ${from})`,
    ...(limited.some((row) => row.account === '') ? [`feature IN (SELECT feature ${from} AND account = '')`] : []),
  ];
  const selection = selectionOf(ask);
  const filters = selection.filters.filter(({ dimension }) =>
    ['account', 'feature', 'server', 'vendor', 'version', 'product'].includes(dimension),
  );
  const { rows } = await readLasting(
    ask,
    `SELECT DISTINCT account, feature, server, vendor, version FROM activity
WHERE level = 'month' AND model = 'concurrent' AND checkouts > 0 AND (${ofLimited.join(' OR ')})
  AND ${conditionSql('activity', { ...selection, filters }, bindings)}`,
    bindings,
  );
  return rows as unknown as Combination[];
}

function onlySql(covered: readonly Combination[]): (bindings: Bindings) => string {
  return (bindings) => {
    const columns = [0, 1, 2, 3, 4].map((i) => bindings.strings(covered.map((one) => one[i] ?? '')));
    return `(account, feature, server, vendor, version) IN (SELECT c.1, c.2, c.3, c.4, c.5 FROM (SELECT arrayJoin(arrayZip(${columns.join(', ')})) AS c))`;
  };
}
