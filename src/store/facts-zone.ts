import type { Connection } from './connection.ts';
import { readSetting, saySetting } from './store-settings.ts';

const setting = 'factsZone';

/**
 * The time zone whose days the facts are of (`facts`, `activity`, `served_clients`), IANA name; '' while they are being made anew: then
 * nothing may be answered from them. A new store says UTC.
 */
export const factsZone = async (connection: Connection): Promise<string> =>
  (await readSetting(connection, setting)) ?? 'UTC';

/** @param zone IANA name, '' = being made anew */
export const sayFactsZone = (connection: Connection, zone: string): Promise<void> =>
  saySetting(connection, setting, zone);
