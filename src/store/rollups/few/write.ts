import type { Connection, InsertColumn } from '../../connection.ts';
import { activityCounts, activityKeys } from '../activity.ts';
import { limits } from '../entitled-use.ts';
import type { Activity } from './activity.ts';
import type { EntitledUse } from './entitled-use.ts';
import type { Fact } from './rows.ts';
import { decimalOf } from './rows.ts';
import type { Served } from './served.ts';

export async function insertFacts(connection: Connection, rows: readonly Fact[], stamp: number): Promise<void> {
  if (rows.length === 0) return;
  const amount = (name: 'opening' | 'peak' | 'closing'): InsertColumn => amounts(name, rows, (row) => row[name]);
  await connection.insert('facts', [
    ...(['grouping', 'level', 'account', 'feature', 'server', 'vendor'] as const).map((name) =>
      texts(name, rows, (row) => row[name]),
    ),
    buckets(rows),
    amount('opening'),
    amount('peak'),
    amount('closing'),
    texts('area', rows, ({ area }) => decimalOf(area)),
    stamps(rows, stamp),
  ]);
}

export async function insertEntitledUse(
  connection: Connection,
  rows: readonly EntitledUse[],
  stamp: number,
): Promise<void> {
  if (rows.length === 0) return;
  const amount = (name: 'bought' | 'overdraft' | 'used'): InsertColumn => amounts(name, rows, (row) => row[name]);
  await connection.insert('entitled_use', [
    ...(['grouping', 'level', 'account', 'feature', 'server'] as const).map((name) =>
      texts(name, rows, (row) => row[name]),
    ),
    buckets(rows),
    amount('bought'),
    amount('overdraft'),
    amount('used'),
    { name: 'usedAt', type: "DateTime64(3, 'UTC')", values: rows.map(({ usedAt }) => usedAt) },
    ...limits.map((limit, i): InsertColumn => ({
      name: `over${limit}`,
      type: 'Int64',
      values: rows.map(({ over }) => over[i] ?? 0),
    })),
    ...limits.map((limit, i): InsertColumn => ({
      name: `days${limit}`,
      type: 'UInt32',
      values: rows.map(({ days }) => days[i] ?? 0),
    })),
    stamps(rows, stamp),
  ]);
}

export async function insertActivity(connection: Connection, rows: readonly Activity[], stamp: number): Promise<void> {
  if (rows.length === 0) return;
  await connection.insert('activity', [
    texts('level', rows, ({ level }) => level),
    ...activityKeys.map((name, i) => texts(name, rows, ({ labels }) => labels[i] ?? '')),
    { name: 'bucket', type: 'Date32', values: rows.map(({ bucket }) => bucket) },
    ...activityCounts.map((name, i): InsertColumn => ({
      name,
      type: 'UInt32',
      values: rows.map(({ counts }) => counts[i] ?? 0),
    })),
    texts('consumed', rows, ({ consumed }) => decimalOf(consumed)),
    stamps(rows, stamp),
  ]);
}

/** Replaces the sets of those days. */
export async function insertServedDays(connection: Connection, served: Served, stamp: number): Promise<void> {
  const days = [...served.values()];
  const rows: (readonly [number: number, client: number, present: number])[] = [];
  for (const [i, { clients }] of days.entries()) {
    if (clients.size === 0) rows.push([i + 1, 0, 0]);
    for (const client of clients) rows.push([i + 1, client, 1]);
  }
  await connection.command(
    `INSERT INTO served_clients (level, account, feature, server, bucket, clients, stamp)
SELECT 'day', {accounts:Array(String)}[i], {features:Array(String)}[i], {servers:Array(String)}[i], toDate({days:Array(UInt16)}[i]),
       groupBitmapIfState(client, present), {stamp:UInt64}
FROM (SELECT (arrayJoin(arrayZip({rows:Array(UInt32)}, {clients:Array(UInt32)}, {present:Array(UInt8)})) AS one).1 AS i, one.2 AS client, one.3 AS present)
GROUP BY i`,
    {
      accounts: days.map(({ row }) => row.account),
      features: days.map(({ row }) => row.feature),
      servers: days.map(({ row }) => row.server),
      days: days.map(({ row }) => row.day),
      rows: rows.map(([number]) => number),
      clients: rows.map(([, client]) => client),
      present: rows.map(([, , present]) => present),
      stamp,
    },
  );
}

const texts = <T>(name: string, rows: readonly T[], of: (row: T) => string): InsertColumn => ({
  name,
  type: 'String',
  values: rows.map(of),
});

const amounts = <T>(name: string, rows: readonly T[], of: (row: T) => number): InsertColumn => ({
  name,
  type: 'Decimal(18, 6)',
  values: rows.map((row) => of(row) / 1e6),
});

const buckets = (rows: readonly { readonly bucket: number }[]): InsertColumn => ({
  name: 'bucket',
  type: 'UInt32',
  values: rows.map(({ bucket }) => bucket / 1000),
});

const stamps = (rows: readonly unknown[], stamp: number): InsertColumn => ({
  name: 'stamp',
  type: 'UInt64',
  values: rows.map(() => stamp),
});
