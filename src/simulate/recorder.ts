import type { Cause } from './catalogue.ts';

/**
 * How a server writes down what happens: one implementation per format. Times are what the server's clock says, UTC
 * milliseconds. `client` is the server's own number of it.
 */
export interface Recorder {
  checkout(t: number, pool: number, client: number, quantity: number, handle: number): void;
  checkin(t: number, pool: number, client: number, quantity: number, handle: number, reason: CheckinReason): void;
  denial(t: number, pool: number, client: number, quantity: number, cause: Cause): void;
  unsupported(t: number, pool: number, client: number): void;
  queued(t: number, pool: number, client: number, quantity: number): void;
  dequeued(t: number, pool: number, client: number, quantity: number): void;
  upgrade(t: number, pool: number, client: number, before: number, after: number): void;
  /** Lines about the server itself; formats without such lines write nothing. */
  say(t: number, what: ServerEvent, daemon: number): void;
  flush(): void;
  close(): void;
}

export type CheckinReason = '' | 'INACTIVE' | 'SHUTDOWN';
export type ServerEvent = 'begin' | 'timestamp' | 'reread' | 'crash' | 'exited' | 'restart' | 'shutdown' | 'startup';

export interface SimulatedClient {
  readonly user: string;
  readonly host: string;
  /** `user@host`, or the device id. */
  readonly client: string;
  /** Index into the server's groups, and number within that group. */
  readonly group: number;
  readonly number: number;
}

/** What a recorder must remember to go on later. */
export interface RecorderState {
  /** Latest line of the source, and of each daemon (0 lmgrd, then the vendors). */
  last: number;
  readonly lastOf: number[];
  lines: number;
  noise: number;
  pid: number;
}
