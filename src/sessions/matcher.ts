import type { Change, Ending, Place } from './change.ts';
import { highestHalf } from './change.ts';
import type { LicenseEvent } from './event.ts';
import { LastLines } from './last-lines.ts';
import type { MatcherState, OpenSession } from './matcher-state.ts';
import { emptyState } from './matcher-state.ts';
import type { Pool } from './pools.ts';
import { Pools } from './pools.ts';
import type { Session } from './session-queue.ts';
import { append, newest, takeOldest } from './session-queue.ts';

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

type Emit = (change: Change) => void;

/**
 * Turns the events of one source, fed in file order, into changes of the quantity in use (docs/definitions.md#session). Pure:
 * what it knows is in `state()`, and a matcher made from that state goes on with the same changes.
 */
export interface Matcher {
  /**
   * @param account the customer that was found for the event ('' = unmapped)
   * @param client number of the event's client within that account
   * @param ordinal place within the ordering second; with the event's time and lag its place in the order
   * @param emit receives the changes of this event, at most a few
   */
  feed(event: MatchedEvent, account: string, client: number, ordinal: number, emit: Emit): void;
  /** Place of the last event fed. */
  place(): Place;
  /** Whether a place in the order lies before the last event fed. */
  isPast(orderTime: number, ordinal: number): boolean;
  /** Everything needed to go on from here, as JSON. */
  state(): MatcherState;
}

export function createMatcher(server: string, from: MatcherState = emptyState): Matcher {
  return new SourceMatcher(server, from);
}

/** A class, since it is nothing but state that changes with each event, a million times a second. */
class SourceMatcher implements Matcher {
  private orderTime: number;
  private ordinal: number;
  /** How many sessions were opened so far: the rank of the next. */
  private opened = 0;
  private readonly pools = new Pools();
  private readonly lastLines: LastLines;

  constructor(
    private readonly server: string,
    from: MatcherState,
  ) {
    this.orderTime = from.place.time;
    this.ordinal = from.place.ordinal;
    this.lastLines = new LastLines(from.seen);
    for (const open of from.open) {
      append(this.pools.at(open.account, open.vendor, open.feature), open.client, open, this.opened++);
    }
  }

  place(): Place {
    return { time: this.orderTime, ordinal: this.ordinal };
  }

  isPast(orderTime: number, ordinal: number): boolean {
    return orderTime < this.orderTime || (orderTime === this.orderTime && ordinal < this.ordinal);
  }

  state(): MatcherState {
    const open: { readonly rank: number; readonly session: OpenSession }[] = [];
    for (const { pool, client, session } of this.openSessions()) {
      const { vendor, feature } = pool;
      const { account, version, project, handle, start, micro, rank } = session;
      open.push({ rank, session: { account, vendor, feature, version, client, project, handle, start, micro } });
    }
    open.sort((a, b) => a.rank - b.rank);
    return { place: this.place(), seen: this.lastLines.all(), open: open.map(({ session }) => session) };
  }

  feed(event: MatchedEvent, account: string, client: number, ordinal: number, emit: Emit): void {
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
        if (event.model === 'concurrent') this.checkout(event, account, client, event.quantity, emit);
        break;
      case 'checkin':
        if (event.model === 'concurrent') this.checkin(event, account, client, emit);
        break;
      case 'upgrade':
        if (event.model === 'concurrent') this.upgrade(event, account, client, emit);
        break;
      case 'seen':
        // A daemon that has been silent for long: see `previous` in event.ts.
        this.lastLines.saw(event.vendor, event.previous > 0 ? event.previous : event.time);
        return;
      default:
        break;
    }
    this.lastLines.saw(event.vendor, event.time, event.lag, ordinal);
  }

  private checkout(event: MatchedEvent, account: string, client: number, quantity: number, emit: Emit): void {
    const micro = toMicro(quantity);
    if (micro <= 0) return;
    const { version, project, handle, time } = event;
    const pool = this.pools.at(account, event.vendor, event.feature);
    append(pool, client, { account, version, project, handle, start: time, micro }, this.opened++);
    emit(this.change(event, account, client, event, micro, '', 0));
  }

  private checkin(event: MatchedEvent, account: string, client: number, emit: Emit): void {
    this.giveBack(event, account, client, toMicro(event.quantity), endingOf(event.detail), emit);
  }

  /**
   * a → b changes the client's open quantity by b − a: upwards as part of its newest session, downwards from the oldest.
   * Where nothing is open (the log begins later), upwards opens.
   */
  private upgrade(event: MatchedEvent, account: string, client: number, emit: Emit): void {
    const micro = toMicro(event.quantity) - toMicro(event.quantityBefore);
    if (micro < 0) this.giveBack(event, account, client, -micro, 'upgrade', emit);
    if (micro <= 0) return;
    const session = newest(this.pools.at(account, event.vendor, event.feature), client, event);
    if (session === undefined) {
      this.checkout(event, account, client, micro / 1e6, emit);
      return;
    }
    session.micro += micro;
    emit(this.change(event, account, client, session, micro, '', 0));
  }

  /** Closes up to `micro` of what the event fits, oldest first; what was not open is counted, and changes nothing. */
  private giveBack(
    event: MatchedEvent,
    account: string,
    client: number,
    micro: number,
    ending: Ending,
    emit: Emit,
  ): void {
    const pool = this.pools.at(account, event.vendor, event.feature);
    const rest = takeOldest(pool, client, event, micro, (session, part) => {
      emit(this.closing(pool, client, session, part, Math.max(event.time, session.start), ending));
    });
    if (rest > 0) emit(this.change(event, account, client, event, 0, rest === micro ? 'orphan' : 'excess', rest));
  }

  /**
   * A daemon that starts has forgotten who had what: its sessions ended with its last line before. The closings keep the
   * start's place in the order (as lag), so that they come after everything of that moment and belong to the start.
   */
  private restart(event: MatchedEvent, emit: Emit): void {
    const { time: last, lag, ordinal } = this.lastLines.of(event.vendor);
    const moment = Math.max(event.previous, last);
    const after = moment === last && lag !== undefined && ordinal !== undefined ? { lag, ordinal } : undefined;
    const closings: { readonly rank: number; readonly change: Change }[] = [];
    for (const { pool, client, session } of this.openSessions(event.vendor)) {
      const time = Math.max(moment, session.start);
      const change = this.closing(pool, client, session, session.micro, time, 'restart');
      closings.push({
        rank: session.rank,
        change: after !== undefined && time === moment ? { ...change, after } : change,
      });
    }
    for (const pool of this.pools.all()) if (pool.vendor === event.vendor) pool.queues.clear();
    closings.sort((a, b) => a.rank - b.rank);
    for (const { change } of closings) emit(change);
  }

  /** What is open, of one daemon or of all; not in the order of opening. */
  private *openSessions(
    vendor?: string,
  ): Generator<{ readonly pool: Pool; readonly client: number; readonly session: Session }> {
    for (const pool of this.pools.all()) {
      if (vendor !== undefined && pool.vendor !== vendor) continue;
      for (const [client, head] of pool.queues) {
        for (let session: Session | undefined = head; session !== undefined; session = session.next) {
          yield { pool, client, session };
        }
      }
    }
  }

  /** The change that a line makes at its own time, in a session or (surplus) in none. */
  private change(
    event: MatchedEvent,
    account: string,
    client: number,
    { version, project }: Pick<MatchedEvent, 'version' | 'project'>,
    micro: number,
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
      version,
      delta: micro / 1e6,
      client,
      project,
      held: 0,
      ending,
      surplus: surplus / 1e6,
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
}

function endingOf(detail: string): Ending {
  if (detail === 'INACTIVE') return 'inactive';
  if (detail === 'SHUTDOWN') return 'shutdown';
  return 'checkin';
}

function toMicro(licenses: number): number {
  return Math.round(licenses * 1e6);
}
