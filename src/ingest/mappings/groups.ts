import { readPattern, type Pattern } from './pattern.ts';
import type { MappingRule } from './mapping.ts';

/** Names for lists of users and hosts; a member `host:NAME` is a host, `user:NAME` or `NAME` a user. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/**
 * A rule on a group, written out as one rule per member of the groups whose name matches, in the order of the file. Undefined
 * when there is no such group: then nobody would be in it, which is a mistake in the file.
 */
export function rulesOfGroup(pattern: string, groups: Groups, value: string): readonly MappingRule[] | undefined {
  const read = readPattern(pattern);
  const names = [...groups.keys()].filter((name) => read !== undefined && matchesName(read, name));
  if (names.length === 0) return undefined;
  return names.flatMap((name) =>
    (groups.get(name) ?? []).map((member): MappingRule => {
      const host = member.startsWith('host:');
      return {
        target: 'account',
        field: host ? 'host' : 'user',
        pattern: host || member.startsWith('user:') ? member.slice(5) : member,
        value,
      };
    }),
  );
}

function matchesName(pattern: Pattern, name: string): boolean {
  return pattern.kind === 'exact' ? pattern.text === name : pattern.matches(name);
}
