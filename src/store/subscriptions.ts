import type { Connection } from './connection.ts';

/** A row of table `subscriptions`. Times are milliseconds since 1970. */
export interface SubscriptionRow {
  readonly name: string;
  /** By a command, or as it stands in the configuration file. */
  readonly origin: 'command' | 'configuration';
  /** JSON, as its reader checks it. */
  readonly definition: string;
  /** Due times up to it are not its own. */
  readonly since: number;
  /** 0 = in force. */
  readonly removed: number;
  readonly updated: number;
}

/** Every subscription, removed ones too, by name. */
export async function readSubscriptions(connection: Connection): Promise<readonly SubscriptionRow[]> {
  const { rows } = await connection.query(
    `SELECT name, toString(origin), definition, toFloat64(since), toFloat64(removed), toFloat64(updated)
     FROM subscriptions FINAL ORDER BY name`,
  );
  return rows.map(([name, origin, definition, since, removed, updated]) => ({
    name: String(name),
    origin: origin as SubscriptionRow['origin'],
    definition: String(definition),
    since: Number(since),
    removed: Number(removed),
    updated: Number(updated),
  }));
}

/** Adds a subscription, or replaces the one of its name. Resolves when it is stored. */
export async function putSubscription(connection: Connection, row: SubscriptionRow): Promise<void> {
  await connection.command(
    `INSERT INTO subscriptions (name, origin, definition, since, removed, updated)
     SELECT {name:String}, {origin:String}, {definition:String}, {since:UInt64}, {removed:UInt64}, {updated:UInt64}`,
    { ...row },
  );
}
