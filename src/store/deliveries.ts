import type { Connection, Row } from './connection.ts';

/** A row of table `deliveries`: one mail and what became of it. Times are milliseconds since 1970. */
export interface DeliveryRow {
  readonly subscription: string;
  readonly due: number;
  readonly recipient: string;
  readonly test: boolean;
  readonly state: 'waiting' | 'making' | 'sending' | 'sent' | 'failed' | 'unknown' | 'skipped';
  readonly attempts: number;
  readonly next: number;
  readonly note: string;
  readonly updated: number;
}

const columns = `subscription, toFloat64(due), recipient, test, toString(state), attempts, toFloat64(next), note, toFloat64(updated)`;

/** The newest due time of each subscription that has a row; tests left out. */
export async function newestDue(connection: Connection): Promise<ReadonlyMap<string, number>> {
  const { rows } = await connection.query(
    'SELECT subscription, toFloat64(max(due)) FROM deliveries WHERE test = 0 GROUP BY subscription',
  );
  return new Map(rows.map(([subscription, due]) => [String(subscription), Number(due)]));
}

/** Mails that are not done with, in the order in which they are due. */
export async function openDeliveries(connection: Connection): Promise<readonly DeliveryRow[]> {
  const { rows } = await connection.query(
    `SELECT ${columns} FROM deliveries FINAL
     WHERE state IN ('waiting', 'making', 'sending') AND test = 0 ORDER BY due, subscription, recipient`,
  );
  return rows.map(deliveryOf);
}

/** The log, newest first; of one subscription, or of all. */
export async function readDeliveries(
  connection: Connection,
  { subscription, limit }: { readonly subscription?: string | undefined; readonly limit: number },
): Promise<readonly DeliveryRow[]> {
  const { rows } = await connection.query(
    `SELECT ${columns} FROM deliveries FINAL
     WHERE {any:UInt8} = 1 OR subscription = {subscription:String}
     ORDER BY due DESC, subscription, recipient LIMIT {limit:UInt32}`,
    { any: subscription === undefined ? 1 : 0, subscription: subscription ?? '', limit },
  );
  return rows.map(deliveryOf);
}

/** Adds rows, or replaces those of the same mail. One block: all of them are stored, or none. */
export async function putDeliveries(connection: Connection, rows: readonly DeliveryRow[]): Promise<void> {
  await connection.insert('deliveries', [
    { name: 'subscription', type: 'String', values: rows.map((row) => row.subscription) },
    { name: 'due', type: 'UInt64', values: rows.map((row) => row.due) },
    { name: 'recipient', type: 'String', values: rows.map((row) => row.recipient) },
    { name: 'test', type: 'UInt8', values: rows.map((row) => (row.test ? 1 : 0)) },
    { name: 'state', type: 'String', values: rows.map((row) => row.state) },
    { name: 'attempts', type: 'UInt32', values: rows.map((row) => row.attempts) },
    { name: 'next', type: 'UInt64', values: rows.map((row) => row.next) },
    { name: 'note', type: 'String', values: rows.map((row) => row.note) },
    { name: 'updated', type: 'UInt64', values: rows.map((row) => row.updated) },
  ]);
}

function deliveryOf([subscription, due, recipient, test, state, attempts, next, note, updated]: Row): DeliveryRow {
  return {
    subscription: String(subscription),
    due: Number(due),
    recipient: String(recipient),
    test: Number(test) === 1,
    state: state as DeliveryRow['state'],
    attempts: Number(attempts),
    next: Number(next),
    note: String(note),
    updated: Number(updated),
  };
}
