import type { Connection } from './connection.ts';
import { followEntitlements, forgetEntitledUse, saySiteAccount } from './entitled-use.ts';
import { factsZone, sayFactsZone } from './facts-zone.ts';
import { inTurn } from './in-turn.ts';
import { physicalTable } from './physical.ts';
import { recomputeDays } from './rollups.ts';

/** What of the configuration the facts depend on. */
export interface Site {
  /** Days begin at midnight here; IANA name. */
  readonly siteTimezone: string;
  /** Name of the one account, where no line has an account. */
  readonly siteAccount: string;
}

/**
 * Makes sure that the facts are of the site's days: after an upgrade, and when the site's time zone has changed, they are made anew
 * from the changes and events. May be ended anywhere: whoever opens the store next begins again.
 *
 * @param onProgress told which part of the time is done, 0 to 1
 * @returns whether they were made anew
 */
export async function ensureFacts(
  connection: Connection,
  { siteTimezone, siteAccount }: Site,
  onProgress: (part: number) => void = () => undefined,
): Promise<boolean> {
  await saySiteAccount(connection, siteAccount);
  const isNew = await inTurn(connection, () => ensureDays(connection, siteTimezone, onProgress));
  await followEntitlements(connection);
  return isNew;
}

async function ensureDays(
  connection: Connection,
  siteTimezone: string,
  onProgress: (part: number) => void,
): Promise<boolean> {
  if ((await factsZone(connection)) === siteTimezone) return false;
  await sayFactsZone(connection, '');
  await forgetEntitledUse(connection);
  for (const table of ['facts', 'entitled_use', 'activity', 'served_clients'])
    await connection.command(`TRUNCATE TABLE ${physicalTable(connection, table)}`);
  const { rows } = await connection.query(
    `SELECT toFloat64(toUnixTimestamp64Milli(min(time))), toFloat64(toUnixTimestamp64Milli(max(time))), toFloat64(count())
     FROM (SELECT time FROM events UNION ALL SELECT time FROM usage_changes)`,
  );
  const [from = 0, last = 0, count = 0] = (rows[0] ?? []).map(Number);
  if (count > 0) {
    const sources = await connection.query('SELECT server FROM sources FINAL');
    const servers = sources.rows.map(([server]) => String(server));
    await recomputeDays(connection, { servers, from: Math.max(0, from), to: last + 1 }, siteTimezone, onProgress);
  }
  await sayFactsZone(connection, siteTimezone);
  return true;
}
