/** What rows of entitlements say of packages. */
interface Packaged {
  readonly account: string;
  readonly package: string;
  readonly feature: string;
  readonly model: 'concurrent' | 'metered';
}

/**
 * Which features are a package (docs/definitions.md#package), side by side for SQL. Accounts that bought the same packages have the
 * same set of them; whoever is not named has set 0, what was bought for every account.
 */
export interface Packages {
  readonly accounts: readonly string[];
  /** Of each of the accounts. */
  readonly sets: readonly string[];
  /** Names of features that are in a package of some account. */
  readonly names: readonly string[];
  /** `SET:FEATURE` of all features in packages. */
  readonly features: readonly string[];
  /** Of each of them: number of its package (from 1; those with a component in common are one) × `partsPerPackage` + number of the component, 0 = the package itself. */
  readonly codes: readonly number[];
}

export const partsPerPackage = 2 ** 20;

/** undefined: nobody bought a package. */
export function packagesOf(rows: readonly Packaged[]): Packages | undefined {
  const packaged = rows.filter((row) => row.package !== '' && row.model === 'concurrent');
  if (packaged.length === 0) return undefined;
  const byAccount = listsBy(packaged, ({ account }) => account);
  const shared = byAccount.get('') ?? [];
  byAccount.delete('');
  const sets = new Map([[JSON.stringify(membersOf(shared)), 0]]);
  const all = [membersOf(shared)];
  const setOf = [...byAccount].map(([account, own]) => {
    const features = new Set(own.map(({ feature }) => feature));
    const members = membersOf([...own, ...shared.filter(({ feature }) => !features.has(feature))]);
    const text = JSON.stringify(members);
    const known = sets.get(text) ?? all.push(members) - 1;
    sets.set(text, known);
    return { account, set: String(known) };
  });
  return {
    accounts: setOf.map(({ account }) => account),
    sets: setOf.map(({ set }) => set),
    names: [...new Set(packaged.map(({ feature }) => feature))],
    features: all.flatMap((members, set) => members.map(({ feature }) => `${set}:${feature}`)),
    codes: all.flatMap((members) => {
      const numbers = [...new Set(members.map((member) => member.package))];
      return members.map(
        (member, i) => (1 + numbers.indexOf(member.package)) * partsPerPackage + (member.isWhole ? 0 : 1 + i),
      );
    }),
  };
}

interface Member {
  readonly feature: string;
  readonly package: string;
  readonly isWhole: boolean;
}

/** The features of one account's packages, in the order of the alphabet. */
function membersOf(rows: readonly Packaged[]): readonly Member[] {
  const joined = new Map<string, string>();
  const nameOf = (name: string): string => {
    const other = joined.get(name);
    return other === undefined ? name : nameOf(other);
  };
  const byFeature = [...listsBy(rows, ({ feature }) => feature)];
  for (const [, own] of byFeature)
    for (const row of own) {
      const [first, second] = [nameOf(own[0]?.package ?? ''), nameOf(row.package)].sort();
      if (first !== undefined && second !== undefined && first !== second) joined.set(second, first);
    }
  return byFeature
    .map(([feature, own]) => ({
      feature,
      package: nameOf(own[0]?.package ?? ''),
      isWhole: own.every((row) => row.package === feature),
    }))
    .sort((a, b) => (a.feature < b.feature ? -1 : 1));
}

function listsBy<T>(items: readonly T[], textOf: (item: T) => string): Map<string, T[]> {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const list = lists.get(textOf(item));
    if (list === undefined) lists.set(textOf(item), [item]);
    else list.push(item);
  }
  return lists;
}
