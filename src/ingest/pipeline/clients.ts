import type { LicenseEvent } from '../../sessions/event.ts';
import type { ClientNumbers, EventStore } from '../event-store.ts';
import { copyOf } from './text.ts';
import type { Writer } from './writer.ts';

/** The numbers of clients, account by account, loaded as they are asked for. */
export class Clients {
  private readonly accounts = new Map<string, ClientNumbers>();
  private readonly wanted = new Set<string>();
  private lastAccount: string | undefined;
  private lastClients: ClientNumbers | undefined;

  constructor(
    private readonly store: Pick<EventStore, 'clients'>,
    private readonly writer: Pick<Writer, 'client'>,
  ) {}

  /** The clients of an account; undefined until `load` has been called. */
  of(account: string): ClientNumbers | undefined {
    if (account === this.lastAccount) return this.lastClients;
    const clients = this.accounts.get(account);
    if (clients === undefined) {
      this.wanted.add(account);
      return undefined;
    }
    this.lastAccount = account;
    this.lastClients = clients;
    return clients;
  }

  /** Loads the accounts that were asked for. */
  async load(): Promise<void> {
    for (const account of this.wanted) this.accounts.set(copyOf(account), await this.store.clients(account));
    this.wanted.clear();
  }

  /** The event's client among those of its account; a new one gets the next number. 0 = the event has none. */
  numberOf(event: Pick<LicenseEvent, 'client' | 'user' | 'host'>, clients: ClientNumbers, account: string): number {
    if (event.client === '') return 0;
    const known = clients.numbers.get(event.client);
    if (known !== undefined) return known;
    const number = clients.next++;
    const client = copyOf(event.client);
    clients.numbers.set(client, number);
    this.writer.client({
      account: copyOf(account),
      number,
      client,
      user: copyOf(event.user),
      host: copyOf(event.host),
    });
    return number;
  }
}
