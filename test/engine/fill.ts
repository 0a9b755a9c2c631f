import type { Connection } from '../../src/store/connection.ts';
import { ensureFacts } from '../../src/store/ensure-facts.ts';
import { recomputeRollups } from '../../src/store/rollups.ts';
import type { Change } from '../../src/sessions/change.ts';
import type { EventKind, LicenseEvent } from '../../src/sessions/event.ts';
import { blankEvent } from '../../src/sessions/event.ts';
import { createMatcher } from '../../src/sessions/matcher.ts';
import { closeOpen } from '../../src/sessions/matcher-state.ts';

/** An event as a test writes it: only what matters. */
export type TestEvent = Partial<LicenseEvent> & {
  readonly kind: EventKind;
  readonly time: number;
  readonly reason?: string;
};

export interface Filled {
  readonly events: readonly (LicenseEvent & {
    readonly reason: string;
    readonly clientNumber: number;
    readonly seq: number;
  })[];
  readonly changes: readonly Change[];
  readonly lastLines: ReadonlyMap<string, number>;
}

/** Puts events (in time order per server) into an empty store, with what is derived from them, without the ingest. */
export async function fill(connection: Connection, given: readonly TestEvent[], siteTimezone = 'UTC'): Promise<Filled> {
  await ensureFacts(connection, { siteTimezone, siteAccount: 'This company' });
  const numbers = new Map<string, number>();
  const clients: { account: string; number: number; client: string; user: string; host: string }[] = [];
  const ordinals = new Map<string, number>();
  const events = given.map((event) => {
    const full = {
      ...blankEvent,
      server: 'lic01',
      vendor: 'vendord',
      account: 'acme',
      feature: 'cad',
      reason: '',
      ...event,
    };
    const client = full.client === '' && full.user !== '' ? `${full.user}@${full.host}` : full.client;
    const key = `${full.account}\0${client}`;
    let clientNumber = 0;
    if (client !== '') {
      clientNumber = numbers.get(key) ?? numbers.size + 1;
      if (!numbers.has(key))
        clients.push({ account: full.account, number: clientNumber, client, user: full.user, host: full.host });
      numbers.set(key, clientNumber);
    }
    const second = `${full.server} ${Math.floor(full.time / 1000)}`;
    const seq = ordinals.get(second) ?? 0;
    ordinals.set(second, seq + 1);
    return { ...full, client, clientNumber, seq };
  });
  const changes: Change[] = [];
  const open: Change[] = [];
  const lastLines = new Map<string, number>();
  for (const server of new Set(events.map((event) => event.server))) {
    const own = events.filter((event) => event.server === server);
    const matcher = createMatcher(server);
    for (const event of own)
      matcher.feed(event, event.account, event.clientNumber, event.seq, (change) => changes.push(change));
    const last = Math.max(...own.map((event) => event.time));
    lastLines.set(server, last);
    open.push(...closeOpen(server, matcher.state(), last));
  }
  await insertEvents(connection, events);
  await insertChanges(connection, 'changes', changes);
  await insertChanges(connection, 'open_sessions', open);
  if (clients.length > 0)
    await connection.insert('clients', [
      { name: 'account', type: 'String', values: clients.map((one) => one.account) },
      { name: 'number', type: 'UInt32', values: clients.map((one) => one.number) },
      { name: 'client', type: 'String', values: clients.map((one) => one.client) },
      { name: 'user', type: 'String', values: clients.map((one) => one.user) },
      { name: 'host', type: 'String', values: clients.map((one) => one.host) },
    ]);
  const servers = [...lastLines.keys()];
  if (servers.length > 0)
    await connection.insert('sources', [
      { name: 'server', type: 'String', values: servers },
      {
        name: 'firstLine',
        type: "DateTime64(3, 'UTC')",
        values: servers.map((server) => Math.min(...events.filter((e) => e.server === server).map((e) => e.time))),
      },
      { name: 'lastLine', type: "DateTime64(3, 'UTC')", values: servers.map((server) => lastLines.get(server) ?? 0) },
      { name: 'tracksDenials', type: 'UInt8', values: servers.map(() => 1) },
      { name: 'generation', type: 'UInt64', values: servers.map(() => 1) },
      { name: 'updated', type: 'UInt64', values: servers.map(() => 1) },
    ]);
  const times = events.map((event) => event.time);
  await recomputeRollups(connection, { servers, from: Math.min(...times), to: Math.max(...times) + 1 });
  return { events, changes: [...changes, ...open], lastLines };
}

async function insertEvents(connection: Connection, events: Filled['events']): Promise<void> {
  if (events.length === 0) return;
  const text = (name: keyof LicenseEvent | 'reason') => ({
    name,
    type: 'String' as const,
    values: events.map((event) => String(event[name])),
  });
  await connection.insert('events', [
    ...(
      [
        'account',
        'feature',
        'server',
        'vendor',
        'version',
        'kind',
        'model',
        'project',
        'handle',
        'code',
        'reason',
        'detail',
      ] as const
    ).map(text),
    { name: 'time', type: "DateTime64(3, 'UTC')", values: events.map((event) => event.time) },
    { name: 'seq', type: 'UInt64', values: events.map((event) => event.seq) },
    { name: 'client', type: 'UInt32', values: events.map((event) => event.clientNumber) },
    { name: 'quantity', type: 'Decimal(18, 6)', values: events.map((event) => event.quantity) },
  ]);
}

async function insertChanges(
  connection: Connection,
  table: 'changes' | 'open_sessions',
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return;
  const text = (name: 'account' | 'feature' | 'server' | 'vendor' | 'version' | 'project') => ({
    name,
    type: 'String' as const,
    values: changes.map((change) => change[name]),
  });
  await connection.insert(table, [
    ...(['account', 'feature', 'server', 'vendor', 'version', 'project'] as const).map(text),
    { name: 'time', type: "DateTime64(3, 'UTC')", values: changes.map((change) => change.time) },
    {
      name: 'seq',
      type: 'UInt64',
      values: BigUint64Array.from(changes, (change) => (BigInt(change.lag) << 32n) | BigInt(change.ordinal)),
    },
    { name: 'delta', type: 'Decimal(18, 6)', values: changes.map((change) => change.delta) },
    { name: 'client', type: 'UInt32', values: changes.map((change) => change.client) },
    { name: 'held', type: 'Int64', values: changes.map((change) => change.held) },
    table === 'changes'
      ? { name: 'ending', type: 'String', values: changes.map((change) => change.ending) }
      : { name: 'generation', type: 'UInt64', values: changes.map(() => 1) },
  ]);
}
