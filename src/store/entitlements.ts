import { createHash } from 'node:crypto';
import type { Entitlement } from '../ingest/entitlements/entitlement.ts';
import type { Connection, InsertColumn } from './connection.ts';
import { followEntitlements } from './entitled-use.ts';

export { alwaysStart, permanentEnd } from '../ingest/entitlements/entitlement.ts';

/** An entitlement as it is stored, with its history. */
export interface StoredEntitlement extends Entitlement {
  readonly id: string;
  /** The document (file) that it was loaded from. */
  readonly document: string;
  /** When it was loaded, milliseconds since 1970. */
  readonly loaded: number;
  /** When a later load replaced or dropped it, milliseconds since 1970; 0 = in force. */
  readonly superseded: number;
}

/** What a load changed. */
export interface EntitlementsLoaded {
  readonly added: number;
  /** Rows of this document that were there already, just so. */
  readonly unchanged: number;
  /** Rows of an earlier load of this document that this one does not have any more. */
  readonly superseded: number;
  /** Rows of other documents that say the same thing (`keyOf`) and no longer count. */
  readonly supersededElsewhere: readonly { readonly document: string; readonly rows: number }[];
}

/**
 * Loads a document of entitlements. It replaces what an earlier load of the same document said and this one does not; rows of
 * other documents for the same account, product, feature, version, model, server, vendor and start are superseded too.
 * Superseded rows stay as history; rows that are the same (their line in the file aside) stay as they are. Equal rows of one
 * document are several: they add up. All of it is one insert, so it takes effect whole or not at all.
 */
export async function loadEntitlements(
  connection: Connection,
  document: string,
  rows: readonly Entitlement[],
  now: number = Date.now(),
): Promise<EntitlementsLoaded> {
  const current = await listEntitlements(connection, { current: true });
  const stamp = await nextStamp(connection, now);

  const before = new Map<string, StoredEntitlement[]>();
  for (const row of current.filter((stored) => stored.document === document)) {
    const same = before.get(contentOf(row));
    if (same) same.push(row);
    else before.set(contentOf(row), [row]);
  }
  const added = rows.filter((row) => before.get(contentOf(row))?.pop() === undefined);
  const dropped = [...before.values()].flat();
  const keys = new Set(rows.map(keyOf));
  const elsewhere = current.filter((stored) => stored.document !== document && keys.has(keyOf(stored)));

  const changes: StoredEntitlement[] = [
    ...added.map((row, position) => ({
      ...row,
      id: idOf(document, stamp, position),
      document,
      loaded: stamp,
      superseded: 0,
    })),
    ...[...dropped, ...elsewhere].map((row) => ({ ...row, superseded: stamp })),
  ];
  if (changes.length > 0) {
    await connection.insert('entitlements', toColumns(changes, stamp));
    await followEntitlements(connection);
  }
  const documents = [...new Set(elsewhere.map((row) => row.document))].sort();
  return {
    added: added.length,
    unchanged: rows.length - added.length,
    superseded: dropped.length,
    supersededElsewhere: documents.map((name) => ({
      document: name,
      rows: elsewhere.filter((row) => row.document === name).length,
    })),
  };
}

/** Stored entitlements by account, feature and start; with `current`, only those that no later load has superseded. */
export async function listEntitlements(
  connection: Connection,
  options: { readonly current: boolean },
): Promise<readonly StoredEntitlement[]> {
  const { rows } = await connection.query(
    `SELECT id, document, account, product, feature, version, server, vendor, toString(model), toString(period),
            toFloat64(quantity), toFloat64(overdraft), uncounted, toString(start), toString(end), origin,
            toFloat64(loaded), toFloat64(superseded), package
     FROM entitlements FINAL ${options.current ? 'WHERE superseded = 0' : ''}
     ORDER BY account, feature, start, loaded, id`,
  );
  return rows.map((row) => {
    const text = (place: number): string => String(row[place]);
    return {
      id: text(0),
      document: text(1),
      account: text(2),
      product: text(3),
      feature: text(4),
      version: text(5),
      server: text(6),
      vendor: text(7),
      model: text(8) as Entitlement['model'],
      period: text(9) as Entitlement['period'],
      quantity: Number(row[10]),
      overdraft: Number(row[11]),
      uncounted: Number(row[12]) === 1,
      start: text(13),
      end: text(14),
      origin: text(15),
      loaded: Number(row[16]),
      superseded: Number(row[17]),
      package: text(18),
    };
  });
}

/** Rows with the same key say the same thing: the last document that was loaded counts. */
function keyOf(row: Entitlement): string {
  const { account, product, feature, version, model, server, vendor, start } = row;
  return JSON.stringify([account, product, feature, version, model, server, vendor, start]);
}

/** Everything that a row means; where it stood in the file is no part of it. */
function contentOf(row: Entitlement): string {
  return JSON.stringify([
    keyOf(row),
    row.period,
    row.uncounted,
    row.uncounted ? 0 : row.quantity,
    row.overdraft,
    row.end,
    row.package,
  ]);
}

function idOf(document: string, stamp: number, position: number): string {
  return createHash('sha256')
    .update(JSON.stringify([document, stamp, position]))
    .digest('hex')
    .slice(0, 32);
}

/** Later than every load before, also when the clock was put back: the highest `updated` of a row counts. */
async function nextStamp(connection: Connection, now: number): Promise<number> {
  const { rows } = await connection.query('SELECT toFloat64(max(updated)) FROM entitlements');
  return Math.max(now, Number(rows[0]?.[0] ?? 0) + 1);
}

function toColumns(rows: readonly StoredEntitlement[], updated: number): readonly InsertColumn[] {
  const text = (name: TextColumn): InsertColumn => ({ name, type: 'String', values: rows.map((row) => row[name]) });
  const amount = (name: 'quantity' | 'overdraft'): InsertColumn => ({
    name,
    type: 'Decimal(18, 6)',
    values: rows.map((row) => row[name]),
  });
  const day = (name: 'start' | 'end'): InsertColumn => ({
    name,
    type: 'Date32',
    values: rows.map((row) => Date.parse(`${row[name]}T00:00:00Z`) / 86_400_000),
  });
  const stamp = (name: 'loaded' | 'superseded'): InsertColumn => ({
    name,
    type: 'UInt64',
    values: rows.map((row) => row[name]),
  });
  return [
    ...textColumns.map(text),
    amount('quantity'),
    amount('overdraft'),
    { name: 'uncounted', type: 'UInt8', values: rows.map((row) => (row.uncounted ? 1 : 0)) },
    day('start'),
    day('end'),
    stamp('loaded'),
    stamp('superseded'),
    { name: 'updated', type: 'UInt64', values: rows.map(() => updated) },
  ];
}

const textColumns = [
  'id',
  'document',
  'account',
  'product',
  'package',
  'feature',
  'version',
  'server',
  'vendor',
  'model',
  'period',
  'origin',
] as const;
type TextColumn = (typeof textColumns)[number];
