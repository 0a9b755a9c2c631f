import type { LicenseEvent } from './event.ts';

/** The rule of a question's `denials` (docs/definitions.md#denials), seconds. */
export interface EpisodeRule {
  readonly gapSeconds: number;
  readonly resolvedWithinSeconds: number;
  /** Whether a client that asks one server after the other makes one episode, or one in each pool. */
  readonly across: 'servers' | 'pool';
}

export type DenialLine = Pick<
  LicenseEvent,
  'kind' | 'time' | 'account' | 'server' | 'vendor' | 'feature' | 'client' | 'code'
>;
export type GrantLine = Pick<LicenseEvent, 'time' | 'account' | 'feature' | 'client'>;

export interface Episode {
  readonly kind: 'denial' | 'unsupported';
  readonly account: string;
  /** Server, vendor daemon and code are those of its last line. */
  readonly server: string;
  readonly vendor: string;
  readonly feature: string;
  readonly client: string;
  /** Times of its first and last line, milliseconds. */
  readonly first: number;
  readonly last: number;
  readonly lines: number;
  readonly code: string;
  /** All codes of its lines, the last one last. */
  readonly codes: readonly string[];
  readonly outcome: 'resolved' | 'unresolved' | 'unknown';
}

/**
 * Denial lines → episodes, in plain code: the reference that tests hold the store's SQL against.
 *
 * @param denials lines of kind `denial` and `unsupported`, in (time, server, file order)
 * @param checkouts any order
 * @param lastLine when the data of a server end, milliseconds
 */
export function episodes(
  denials: readonly DenialLine[],
  checkouts: readonly GrantLine[],
  lastLine: (server: string) => number,
  rule: EpisodeRule,
): Episode[] {
  const grants = new Map<string, number[]>();
  for (const { account, feature, client, time } of checkouts) {
    const key = JSON.stringify([account, feature, client]);
    const times = grants.get(key);
    if (times === undefined) grants.set(key, [time]);
    else times.push(time);
  }
  const groups = new Map<string, DenialLine[][]>();
  for (const line of denials) {
    const pool = rule.across === 'pool' ? [line.server, line.vendor] : [];
    const key = JSON.stringify([line.kind, line.account, line.feature, line.client, ...pool]);
    const known = groups.get(key) ?? [];
    groups.set(key, known);
    const current = known.at(-1);
    const last = current?.at(-1);
    const apart = last === undefined || line.client === '' || line.time - last.time > rule.gapSeconds * 1000;
    if (current === undefined || apart) known.push([line]);
    else current.push(line);
  }
  const within = rule.resolvedWithinSeconds * 1000;
  const found: Episode[] = [];
  for (const lines of [...groups.values()].flat()) {
    const first = lines[0];
    const last = lines.at(-1);
    if (first === undefined || last === undefined) continue;
    const times = grants.get(JSON.stringify([last.account, last.feature, last.client])) ?? [];
    // The same second counts, on an earlier line too.
    const from = Math.floor(last.time / 1000) * 1000;
    const resolved = last.client !== '' && times.some((time) => time >= from && time <= last.time + within);
    const untold = last.client === '' || last.time + within >= lastLine(last.server);
    found.push({
      kind: last.kind === 'unsupported' ? 'unsupported' : 'denial',
      account: last.account,
      server: last.server,
      vendor: last.vendor,
      feature: last.feature,
      client: last.client,
      first: first.time,
      last: last.time,
      lines: lines.length,
      code: last.code,
      codes: [...new Set(lines.map(({ code }) => code))]
        .filter((code) => code !== last.code)
        .sort()
        .concat(last.code),
      outcome: resolved ? 'resolved' : untold ? 'unknown' : 'unresolved',
    });
  }
  return found.sort((a, b) => a.first - b.first);
}
