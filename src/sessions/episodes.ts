import type { LicenseEvent } from './event.ts';

/** The rule of a question's `denials` (docs/definitions.md "Denials"), seconds. */
export interface EpisodeRule {
  readonly gapSeconds: number;
  readonly resolvedWithinSeconds: number;
}

export type DenialLine = Pick<
  LicenseEvent,
  'kind' | 'time' | 'account' | 'server' | 'vendor' | 'feature' | 'client' | 'code'
>;
export type GrantLine = Pick<LicenseEvent, 'time' | 'account' | 'feature' | 'client'>;

export interface Episode {
  readonly kind: 'denial' | 'unsupported';
  readonly account: string;
  readonly server: string;
  readonly vendor: string;
  readonly feature: string;
  readonly client: string;
  /** Times of its first and last line, milliseconds. */
  readonly first: number;
  readonly last: number;
  readonly lines: number;
  /** Of its last line. */
  readonly code: string;
  readonly outcome: 'resolved' | 'unresolved' | 'unknown';
}

/**
 * Denial lines → episodes, in plain code: the reference that tests hold the store's SQL against.
 *
 * @param denials lines of kind `denial` and `unsupported`, in (time, file order)
 * @param checkouts any order
 * @param lastLine when the source's data end, milliseconds
 */
export function episodes(
  denials: readonly DenialLine[],
  checkouts: readonly GrantLine[],
  lastLine: number,
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
    const key = JSON.stringify([line.kind, line.account, line.server, line.vendor, line.feature, line.client]);
    const known = groups.get(key) ?? [];
    groups.set(key, known);
    const current = known.at(-1);
    const last = current?.at(-1);
    if (current === undefined || last === undefined || line.time - last.time > rule.gapSeconds * 1000)
      known.push([line]);
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
    const resolved = times.some((time) => time >= from && time <= last.time + within);
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
      outcome: resolved ? 'resolved' : last.time + within >= lastLine ? 'unknown' : 'unresolved',
    });
  }
  return found.sort((a, b) => a.first - b.first);
}
