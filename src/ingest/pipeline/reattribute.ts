import type { LicenseEvent } from '../../sessions/event.ts';
import type { EventStore, Move, NewClient, Owner, SourceRecord } from '../event-store.ts';
import { formats } from '../formats/registry.ts';
import { Clients } from './clients.ts';

/** The customer of an event by a mapping; '' when it knows none. */
export type AccountOf = (event: Pick<LicenseEvent, 'user' | 'host' | 'project' | 'server'>) => string;

/** Moves of one statement. */
const movesAtOnce = 20_000;

const withoutAccounts = new Set(formats.filter((format) => format.withoutAccounts).map(({ name }) => name));

/** Events that a mapping gives to another account than they are stored under, and clients that are new to it. */
export interface Moves {
  readonly moves: readonly Move[];
  readonly clients: readonly NewClient[];
}

/** What is stored under another account than the mapping says now. Nothing but the store and the mapping decides: it may be asked again. */
export async function movesOf(
  store: EventStore,
  records: readonly SourceRecord[],
  accountOf: AccountOf,
): Promise<Moves> {
  // An account of the whole source goes before any mapping.
  const sources = new Map(records.filter(({ account }) => account === '').map((record) => [record.server, record]));
  if (sources.size === 0) return { moves: [], clients: [] };
  const found: { readonly owner: Owner; readonly toAccount: string }[] = [];
  for await (const owners of store.owners([...sources.keys()])) {
    for (const owner of owners) {
      const toAccount = accountOf(owner);
      if (toAccount === owner.account) continue;
      const mayBeNamed = !withoutAccounts.has(sources.get(owner.server)?.format ?? '');
      if (owner.account === '' || !mayBeNamed) found.push({ owner, toAccount });
    }
  }
  return numbered(store, found);
}

/** Gives clients their numbers in the new account. */
async function numbered(
  store: EventStore,
  found: readonly { readonly owner: Owner; readonly toAccount: string }[],
): Promise<Moves> {
  const added: NewClient[] = [];
  const clients = new Clients(store, { client: (client) => void added.push(client) });
  for (const { toAccount } of found) clients.of(toAccount);
  await clients.load();
  const moves = found.map(({ owner, toAccount }) => {
    const { server, account, number, project } = owner;
    const numbers = clients.of(toAccount);
    if (numbers === undefined) throw new Error(`the clients of ${toAccount} were not loaded: please report this`);
    return { server, account, number, project, toAccount, toNumber: clients.numberOf(owner, numbers, toAccount) };
  });
  return { moves, clients: added };
}

/**
 * Moves events to other accounts. Their sources must be marked as not derived at all before: whatever breaks off, the rest is
 * found by `movesOf` and moved before they are derived. An event is stored under its new account first and deleted under the
 * old one then, so it is never missing.
 */
export async function moveEvents(store: EventStore, { moves, clients }: Moves): Promise<void> {
  if (moves.length === 0) return;
  if (clients.length > 0) await store.insertClients(clients);
  await store.forgetCounts([...new Set(moves.map(({ server }) => server))]);
  for (let i = 0; i < moves.length; i += movesAtOnce) {
    const some = moves.slice(i, i + movesAtOnce);
    await store.copyMoved(some);
    await store.dropMoved(some);
  }
}
