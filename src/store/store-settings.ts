import type { Connection } from './connection.ts';

/** What the store is made for (table `store_settings`), as far as this process has read or said it. */
const known = new WeakMap<Connection, Map<string, string | undefined>>();

/** undefined: nobody has ever said it. */
export async function readSetting(connection: Connection, name: string): Promise<string | undefined> {
  let settings = known.get(connection);
  if (settings === undefined) known.set(connection, (settings = new Map<string, string | undefined>()));
  // A ClickHouse server may be served by several processes; a directory has one.
  if (settings.has(name) && connection.kind === 'embedded') return settings.get(name);
  const { rows } = await connection.query('SELECT value FROM store_settings FINAL WHERE name = {name:String}', {
    name,
  });
  const value = rows[0] === undefined ? undefined : String(rows[0][0]);
  settings.set(name, value);
  return value;
}

/** Later than whatever was said before: the highest `updated` counts. */
export async function saySetting(connection: Connection, name: string, value: string): Promise<void> {
  known.get(connection)?.delete(name);
  await connection.command(
    `INSERT INTO store_settings (name, value, updated)
SELECT {name:String}, {value:String}, 1 + (SELECT max(updated) FROM store_settings WHERE name = {name:String})`,
    { name, value },
  );
}
