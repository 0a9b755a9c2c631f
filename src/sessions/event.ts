/**
 * One thing a license server wrote down. Every log format is read into this shape; everything after the readers
 * (sessions, store, measures) knows only it.
 */
export interface LicenseEvent {
  readonly kind: EventKind;
  /** When it happened as the source says, milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /**
   * How far the source had already got when it wrote this line, minus `time`, in milliseconds (0 = in order).
   * A clock may step back a little inside one file: the order of the file then stands, while `time` stays as logged.
   */
  readonly lag: number;
  /** The source: one license server's stream of lines (a FlexNet server, a CLS instance, …). */
  readonly server: string;
  /** Vendor daemon (FlexNet), ISV (RLM); empty where the source has none. */
  readonly vendor: string;
  readonly feature: string;
  /** Empty where the source gives none. */
  readonly version: string;
  readonly user: string;
  readonly host: string;
  /** `user@host` as the source writes it, unless the source gives a device id. */
  readonly client: string;
  readonly project: string;
  /** The customer, when the source itself names it; else empty, and the source's configuration or a mapping decides. */
  readonly account: string;
  readonly model: LicenseModel;
  /** Licenses (concurrent) or amount consumed (metered), at most 6 decimals. For `upgrade`: the quantity afterwards. */
  readonly quantity: number;
  /** `upgrade` only: the quantity before. */
  readonly quantityBefore: number;
  /** What ties a check-in to its checkout, where the source has it (handle, checkout data); else empty. */
  readonly handle: string;
  /** Denials: the code as the source writes it (`-4`, `7`, `201`); a string, since systems differ. Else empty. */
  readonly code: string;
  /** The rest of what the line says: denial text, check-in reason, checkout data. */
  readonly detail: string;
  /**
   * `start` only: when that daemon wrote its last line before it, milliseconds; 0 when this part of the log does not say.
   * A start closes the daemon's open sessions at that moment. Readers leave it 0 on all others (the pipeline uses it for a
   * `seen` that is further behind its source's order than a lag can say: there it is the real time).
   */
  readonly previous: number;
  /** 64 bits over (daemon, message), as two unsigned 32-bit halves: see `identityOf`. */
  readonly identityHigh: number;
  readonly identityLow: number;
}

export type LicenseModel = 'concurrent' | 'metered';

/** Activity lines, which the measure `events` counts. */
export const activityKinds = ['checkout', 'checkin', 'denial', 'unsupported', 'queued', 'dequeued', 'upgrade'] as const;

/**
 * What a daemon says of itself. `seen` is no line of its own: a reader adds it at the end of each part of a log, once per
 * daemon, to say when that daemon wrote its last line, so that a start at the head of the next file closes sessions at the
 * right moment.
 */
export const daemonKinds = ['start', 'exit', 'reread', 'seen'] as const;

export const eventKinds = [...activityKinds, ...daemonKinds] as const;
export type ActivityKind = (typeof activityKinds)[number];
export type DaemonKind = (typeof daemonKinds)[number];
export type EventKind = (typeof eventKinds)[number];

/** Every field of an event but kind, time and server, at its neutral value: readers spread it and fill in what they know. */
export const blankEvent: Omit<LicenseEvent, 'kind' | 'time' | 'server'> = {
  lag: 0,
  vendor: '',
  feature: '',
  version: '',
  user: '',
  host: '',
  client: '',
  project: '',
  account: '',
  model: 'concurrent',
  quantity: 1,
  quantityBefore: 0,
  handle: '',
  code: '',
  detail: '',
  previous: 0,
  identityHigh: 0,
  identityLow: 0,
};

/**
 * docs/definitions.md#line-identity: two lines of one source in the same second with the same daemon and message are copies of
 * each other, unless they stand in one file. 64 bits (two independent FNV-1a style hashes) stand for (daemon, message).
 */
export function identityOf(daemon: string, message: string): { high: number; low: number } {
  let high = 0x811c9dc5;
  let low = 0x9dc5811c;
  for (let i = 0; i < daemon.length; i++) {
    const c = daemon.charCodeAt(i);
    high = Math.imul(high ^ c, 0x01000193);
    low = Math.imul(low ^ c, 0x85ebca6b) + 1;
  }
  high = Math.imul(high ^ 0x1f, 0x01000193);
  low = Math.imul(low ^ 0x1f, 0x85ebca6b);
  for (let i = 0; i < message.length; i++) {
    const c = message.charCodeAt(i);
    high = Math.imul(high ^ c, 0x01000193);
    low = Math.imul(low ^ c, 0x85ebca6b) + 1;
  }
  return { high: (high ^ (high >>> 15)) >>> 0, low: (low ^ (low >>> 13)) >>> 0 };
}
