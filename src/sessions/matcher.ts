import type { Change, Ending, Place } from './change.ts';
import { beforeEverything, highestHalf } from './change.ts';
import type { LicenseEvent } from './event.ts';
import type { MatcherState, OpenSession } from './matcher-state.ts';
import { emptyState } from './matcher-state.ts';

/** What the matcher looks at; an event read back from the store has no more. */
export type MatchedEvent = Pick<
  LicenseEvent,
  | 'kind'
  | 'time'
  | 'lag'
  | 'vendor'
  | 'feature'
  | 'version'
  | 'project'
  | 'model'
  | 'quantity'
  | 'quantityBefore'
  | 'handle'
  | 'detail'
  | 'previous'
>;

/**
 * Turns the events of one source, fed in file order, into changes of the quantity in use (DESIGN.md "Measures", Session, and
 * "Settled details"). Pure: what it knows is in `state()`, and a matcher made from that state goes on with the same changes.
 */
export interface Matcher {
  /**
   * @param account the customer that was found for the event ('' = unmapped)
   * @param client number of the event's client within that account
   * @param ordinal place within the ordering second; with the event's time and lag its place in the order
   * @param emit receives the changes of this event, at most a few
   */
  feed(event: MatchedEvent, account: string, client: number, ordinal: number, emit: (change: Change) => void): void;
  /** Place of the last event fed. */
  place(): Place;
  /** Whether a place in the order lies before the last event fed. */
  isPast(orderTime: number, ordinal: number): boolean;
  /** Everything needed to go on from here, as JSON. */
  state(): MatcherState;
}

export function createMatcher(server: string, from: MatcherState = emptyState): Matcher {
  const source = new SourceSessions(server, from);
  return {
    feed: (event, account, client, ordinal, emit) => source.feed(event, account, client, ordinal, emit),
    place: () => ({ time: source.orderTime, ordinal: source.ordinal }),
    isPast: (orderTime, ordinal) =>
      orderTime < source.orderTime || (orderTime === source.orderTime && ordinal < source.ordinal),
    state: () => source.state(),
  };
}

/** An open session in its client's queue. Amounts are whole millionths of a license, so that no sum drifts. */
interface Session {
  readonly account: string;
  readonly version: string;
  readonly project: string;
  readonly handle: string;
  readonly start: number;
  /** Rank among all sessions of the source by opening. */
  readonly rank: number;
  micro: number;
  next: Session | undefined;
  /** On the head of a queue only: its tail. */
  tail: Session;
}

/** The open sessions of one account in one pool, by client number: a queue each, oldest first. */
interface Pool {
  readonly account: string;
  readonly vendor: string;
  readonly feature: string;
  readonly queues: Map<number, Session>;
}

/** A class, since it is nothing but state that changes with each event, a million times a second. */
class SourceSessions {
  orderTime = beforeEverything.time;
  ordinal = beforeEverything.ordinal;
  private rank = 0;
  private readonly pools = new Map<string, Map<string, Pool[]>>();
  /** When each daemon wrote its last line, as far as events tell. */
  private readonly seen = new Map<string, number>();
  private lastAccount = '';
  private lastFeatures: Map<string, Pool[]> | undefined;
  private lastVendor: string | undefined;
  private lastSeen = 0;

  constructor(
    private readonly server: string,
    from: MatcherState,
  ) {
    this.orderTime = from.place.time;
    this.ordinal = from.place.ordinal;
    for (const [vendor, time] of from.seen) this.seen.set(vendor, time);
    for (const open of from.open) this.append(this.poolOf(open.account, open.vendor, open.feature), open.client, open);
  }

  feed(event: MatchedEvent, account: string, client: number, ordinal: number, emit: (change: Change) => void): void {
    this.orderTime = event.time + event.lag;
    this.ordinal = ordinal;
    switch (event.kind) {
      case 'start':
        this.restart(event, emit);
        return;
      case 'exit':
        // Written by the license manager about the daemon, not by the daemon.
        return;
      case 'checkout':
        if (event.model === 'concurrent') this.checkout(event, account, client, emit);
        break;
      case 'checkin':
        if (event.model === 'concurrent') this.checkin(event, account, client, emit);
        break;
      case 'upgrade':
        if (event.model === 'concurrent') this.upgrade(event, account, client, emit);
        break;
      case 'seen':
        // A daemon that has been silent for long: see `previous` in event.ts.
        this.saw(event.vendor, event.previous > 0 ? event.previous : event.time);
        return;
      default:
        break;
    }
    this.saw(event.vendor, event.time);
  }

  state(): MatcherState {
    this.rememberSeen();
    const open: { readonly rank: number; readonly session: OpenSession }[] = [];
    for (const pool of this.allPools()) {
      for (const [client, head] of pool.queues) {
        for (let one: Session | undefined = head; one !== undefined; one = one.next) {
          const { account, version, project, handle, start, micro, rank } = one;
          const { vendor, feature } = pool;
          open.push({
            rank,
            session: { account, vendor, feature, version, client, project, handle, start, micro },
          });
        }
      }
    }
    open.sort((a, b) => a.rank - b.rank);
    return {
      place: { time: this.orderTime, ordinal: this.ordinal },
      seen: [...this.seen].sort(([a], [b]) => (a < b ? -1 : 1)),
      open: open.map(({ session }) => session),
    };
  }

  /** The daemon that wrote last is kept apart from the map: runs of one daemon's lines are the rule. */
  private saw(vendor: string, time: number): void {
    if (vendor !== this.lastVendor) {
      this.rememberSeen();
      this.lastVendor = vendor;
      this.lastSeen = this.seen.get(vendor) ?? time;
    }
    if (time > this.lastSeen) this.lastSeen = time;
  }

  private rememberSeen(): void {
    if (this.lastVendor !== undefined) this.seen.set(this.lastVendor, this.lastSeen);
  }

  private lastSeenOf(vendor: string): number {
    return vendor === this.lastVendor ? this.lastSeen : (this.seen.get(vendor) ?? Number.MIN_SAFE_INTEGER);
  }

  private checkout(event: MatchedEvent, account: string, client: number, emit: (change: Change) => void): void {
    const micro = toMicro(event.quantity);
    const { version, project, handle, time } = event;
    this.append(this.poolOf(account, event.vendor, event.feature), client, {
      account,
      version,
      project,
      handle,
      start: time,
      micro,
    });
    this.opened(event, account, client, micro, emit);
  }

  private checkin(event: MatchedEvent, account: string, client: number, emit: (change: Change) => void): void {
    const pool = this.poolOf(account, event.vendor, event.feature);
    const micro = toMicro(event.quantity);
    const rest = this.close(pool, client, event, micro, endingOf(event.detail), emit);
    if (rest > 0) this.surplus(event, account, client, rest, rest === micro ? 'orphan' : 'excess', emit);
  }

  /**
   * a → b changes the client's open quantity by b − a: upwards as part of its newest session, downwards from the oldest.
   * Where nothing is open (the log begins later), upwards opens.
   */
  private upgrade(event: MatchedEvent, account: string, client: number, emit: (change: Change) => void): void {
    const pool = this.poolOf(account, event.vendor, event.feature);
    const micro = toMicro(event.quantity) - toMicro(event.quantityBefore);
    if (micro > 0) {
      const newest = this.newest(pool, client, event);
      if (newest !== undefined) {
        newest.micro += micro;
        this.opened({ ...event, version: newest.version, project: newest.project }, account, client, micro, emit);
      } else {
        this.checkout({ ...event, quantity: micro / 1e6 }, account, client, emit);
      }
    } else if (micro < 0) {
      const rest = this.close(pool, client, event, -micro, 'upgrade', emit);
      if (rest > 0) this.surplus(event, account, client, rest, rest === -micro ? 'orphan' : 'excess', emit);
    }
  }

  /**
   * A daemon that starts has forgotten who had what: its sessions ended with its last line before. The closings keep the
   * start's place in the order (as lag), so that they come after everything of that moment and belong to the start.
   */
  private restart(event: MatchedEvent, emit: (change: Change) => void): void {
    const moment = Math.max(event.previous, this.lastSeenOf(event.vendor));
    const closings: { readonly rank: number; readonly change: Change }[] = [];
    for (const pool of this.allPools()) {
      if (pool.vendor !== event.vendor) continue;
      for (const [client, head] of pool.queues) {
        for (let session: Session | undefined = head; session !== undefined; session = session.next) {
          const time = Math.max(moment, session.start);
          closings.push({
            rank: session.rank,
            change: this.closing(pool, client, session, session.micro, time, 'restart'),
          });
        }
      }
      pool.queues.clear();
    }
    closings.sort((a, b) => a.rank - b.rank);
    for (const { change } of closings) emit(change);
  }

  /** Closes up to `micro` of what the event fits, oldest first; returns what was not open. */
  private close(
    pool: Pool,
    client: number,
    event: MatchedEvent,
    micro: number,
    ending: Ending,
    emit: (change: Change) => void,
  ): number {
    let rest = micro;
    const head = pool.queues.get(client);
    const handle = event.handle === '' ? '' : handleToMatch(head, event);
    let before: Session | undefined;
    for (let session = head; session !== undefined && rest > 0; session = session.next) {
      if (!fits(session, event, handle)) {
        before = session;
        continue;
      }
      const part = Math.min(rest, session.micro);
      const time = Math.max(event.time, session.start);
      emit(this.closing(pool, client, session, part, time, ending));
      rest -= part;
      session.micro -= part;
      if (session.micro === 0) remove(pool, client, session, before);
      else before = session;
    }
    return rest;
  }

  private newest(pool: Pool, client: number, event: MatchedEvent): Session | undefined {
    const head = pool.queues.get(client);
    const handle = event.handle === '' ? '' : handleToMatch(head, event);
    let newest: Session | undefined;
    for (let session = head; session !== undefined; session = session.next) {
      if (fits(session, event, handle)) newest = session;
    }
    return newest;
  }

  private append(
    pool: Pool,
    client: number,
    { account, version, project, handle, start, micro }: Omit<OpenSession, 'vendor' | 'feature' | 'client'>,
  ): void {
    if (micro <= 0) return;
    const rank = this.rank++;
    const session = { account, version, project, handle, start, micro, rank, next: undefined } as Omit<
      Session,
      'tail'
    > as Session;
    session.tail = session;
    const head = pool.queues.get(client);
    if (head === undefined) {
      pool.queues.set(client, session);
    } else {
      head.tail.next = session;
      head.tail = session;
    }
  }

  private opened(
    event: MatchedEvent,
    account: string,
    client: number,
    micro: number,
    emit: (change: Change) => void,
  ): void {
    if (micro > 0) emit(this.change(event, account, client, micro / 1e6, '', 0));
  }

  private surplus(
    event: MatchedEvent,
    account: string,
    client: number,
    micro: number,
    ending: 'orphan' | 'excess',
    emit: (change: Change) => void,
  ): void {
    emit(this.change(event, account, client, 0, ending, micro / 1e6));
  }

  private change(
    event: MatchedEvent,
    account: string,
    client: number,
    delta: number,
    ending: Ending,
    surplus: number,
  ): Change {
    return {
      account,
      feature: event.feature,
      time: event.time,
      lag: event.lag,
      ordinal: this.ordinal,
      server: this.server,
      vendor: event.vendor,
      version: event.version,
      delta,
      client,
      project: event.project,
      held: 0,
      ending,
      surplus,
    };
  }

  private closing(pool: Pool, client: number, session: Session, micro: number, time: number, ending: Ending): Change {
    const lag = Math.max(0, this.orderTime - time);
    return {
      account: pool.account,
      feature: pool.feature,
      time,
      lag: Math.min(lag, highestHalf),
      ordinal: lag < highestHalf ? this.ordinal : Math.floor(this.orderTime / 1000),
      server: this.server,
      vendor: pool.vendor,
      version: session.version,
      delta: -micro / 1e6,
      client,
      project: session.project,
      held: time - session.start,
      ending,
      surplus: 0,
    };
  }

  private poolOf(account: string, vendor: string, feature: string): Pool {
    let features = account === this.lastAccount ? this.lastFeatures : undefined;
    if (features === undefined) {
      features = this.pools.get(account);
      if (features === undefined) this.pools.set(account, (features = new Map<string, Pool[]>()));
      this.lastAccount = account;
      this.lastFeatures = features;
    }
    let pools = features.get(feature);
    if (pools === undefined) features.set(feature, (pools = []));
    for (const pool of pools) if (pool.vendor === vendor) return pool;
    const pool: Pool = { account, vendor, feature, queues: new Map() };
    pools.push(pool);
    return pool;
  }

  private *allPools(): Generator<Pool> {
    for (const features of this.pools.values()) for (const pools of features.values()) yield* pools;
  }
}

function remove(pool: Pool, client: number, session: Session, before: Session | undefined): void {
  if (before !== undefined) {
    before.next = session.next;
    const head = pool.queues.get(client);
    if (head !== undefined && head.tail === session) head.tail = before;
  } else if (session.next === undefined) {
    pool.queues.delete(client);
  } else {
    session.next.tail = session.tail;
    pool.queues.set(client, session.next);
  }
}

/** A version limits matching only where both lines give one; a handle only where one of the open sessions has it. */
function fits(session: Session, event: MatchedEvent, handle: string | undefined): boolean {
  if (handle !== '' && session.handle !== (handle ?? '')) return false;
  return session.version === event.version || session.version === '' || event.version === '';
}

/** The event's handle if an open session has it; else undefined: then only sessions without a handle fit. */
function handleToMatch(head: Session | undefined, event: MatchedEvent): string | undefined {
  for (let session = head; session !== undefined; session = session.next) {
    if (session.handle === event.handle) return event.handle;
  }
  return undefined;
}

function endingOf(detail: string): Ending {
  if (detail === 'INACTIVE') return 'inactive';
  if (detail === 'SHUTDOWN') return 'shutdown';
  return 'checkin';
}

function toMicro(licenses: number): number {
  return Math.round(licenses * 1e6);
}
