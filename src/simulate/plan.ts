import type { Cause } from './catalogue.ts';
import type { Clock } from './clock.ts';

/** What is asked of the simulator. */
export interface SimulateOptions {
  /** Activity lines to write, about (checkouts, check-ins, denials, …; log noise comes on top). 2,000 to 100,000,000. */
  readonly events: number;
  /** Length of the range, days; at least 3. */
  readonly days: number;
  /** Where the range ends: ISO time or milliseconds. */
  readonly end: string | number;
  readonly seed: number;
  /** Directory to write into; made when missing, files of an earlier simulation in it are replaced. */
  readonly out: string;
  /** Customers; default grows with `events` (36 at 340,000; 500 at 10 million). */
  readonly accounts?: number;
  /** Share of SLOG lines in FlexNet logs, 0 to 0.7; default 0.12. */
  readonly noise?: number;
  /** Keep `state.json`, from which `continueSimulation` goes on; default true up to 2 million events. */
  readonly state?: boolean;
}

/** Everything that is decided before the first line is written. A pure function of the options. */
export interface Plan {
  readonly start: number;
  readonly end: number;
  readonly accounts: readonly string[];
  readonly servers: readonly ServerPlan[];
  readonly entitlements: readonly EntitlementPlan[];
  readonly rules: readonly AccountRule[];
  /** Which account, feature and server shows which case. */
  readonly cases: readonly PlannedCase[];
}

export interface PlannedCase {
  readonly name: CaseName;
  readonly account: string;
  readonly feature: string;
  readonly server: string;
}

export const caseNames = [
  'usage 80 %',
  'usage 95 %',
  'usage over 100 % (overdraft)',
  'metered near',
  'metered over',
  'metered exhausted',
  'several CLS instances',
  'silent source',
  'expires in 7 days',
  'expires in 30 days',
  'expired with denials',
  'metered expired with denials',
  'unmapped use',
  'idle entitlement',
  'uncounted',
  'quantity change',
  'shared server',
  'one feature on two servers',
  'around the clock',
  'restart with sessions open',
  'clock back-step',
  'partial check-in and upgrade',
  'queue',
  'rotated log',
] as const;
export type CaseName = (typeof caseNames)[number];

export interface AccountRule {
  readonly target: 'account';
  readonly field: 'host';
  readonly pattern: string;
  readonly value: string;
}

export interface EntitlementPlan {
  readonly account: string;
  readonly product: string;
  readonly feature: string;
  readonly model: 'concurrent' | 'metered';
  /** null = uncounted. */
  readonly quantity: number | null;
  /** −1 = unlimited. */
  readonly overdraft: number;
  /** In force from `start` (00:00 UTC of a day) up to, not including, `until` (00:00 UTC of a day). */
  readonly start: number;
  readonly until: number;
  readonly server: string;
  readonly period: 'term' | 'month' | 'quarter' | 'year';
}

/** When people ask: working hours with short use, working days from end to end (`closing`: more of them at month ends), or always. */
export type Pattern = 'office' | 'desk' | 'closing' | 'always';

export type ServerKind = 'flexnet' | 'cls' | 'elastic';

export interface ServerPlan {
  readonly name: string;
  readonly kind: ServerKind;
  readonly clock: Clock;
  /** Empty where several accounts share the server. */
  readonly account: string;
  readonly groups: readonly ClientGroup[];
  readonly vendors: readonly string[];
  readonly pools: readonly PoolPlan[];
  readonly causes: readonly Cause[];
  /** Requests expected over the range. */
  readonly requests: number;
  readonly pattern: Pattern;
  /** 0.3: 30 % more requests (and people) at the end of the range than at its beginning; −0.5: half as many. */
  readonly growth: number;
  readonly begin: number;
  /** No line after this (a silent source); Infinity for the others. */
  readonly stop: number;
  /** 0 or 1: writes at even or odd seconds only, so that two servers of one feature never share a second; −1: any second. */
  readonly parity: -1 | 0 | 1;
  readonly rotated: boolean;
  readonly noise: number;
  /** Moments at which the clock is set back by 4 s for a minute. */
  readonly backSteps: readonly number[];
  readonly script: readonly PlannedItem[];
}

export interface ClientGroup {
  readonly account: string;
  /** What its hosts are called after. */
  readonly site: string;
  readonly clients: number;
}

export interface PoolPlan {
  readonly feature: string;
  readonly vendor: string;
  readonly version: string;
  readonly model: 'concurrent' | 'metered';
  /** Share of requests; 0 for components and features the server does not serve. */
  readonly weight: number;
  readonly meanSeconds: number;
  readonly batch: readonly number[];
  /** So many people (or render queues) share it when it is busiest, each with one checkout at a time; 0: any client, any number. */
  readonly people: number;
  /** Kept from coming in to lunch, or to going home, and not for a while of `meanSeconds`. */
  readonly desk: boolean;
  /** Pool that is checked out along with this one (package and component), or −1. */
  readonly component: number;
  /** Ascending; the last one whose `from` has passed holds. */
  readonly limits: readonly Limit[];
  /** Demand never goes beyond this many licenses (or tokens per period), whatever the limit. */
  readonly ceiling: number;
  readonly queues: boolean;
  /** Metered: mean amount of one charge. */
  readonly charge: number;
  readonly period: 'term' | 'month' | 'quarter' | 'year';
  /** Not served: requests for it are refused as unknown. */
  readonly foreign: boolean;
}

export interface Limit {
  readonly from: number;
  /** Licenses that can be out at once, overdraft included; −1 = expired; Infinity = uncounted. */
  readonly licenses: number;
}

/** A step of the script of a server; see `machine.ts` for what each does. */
export interface PlannedItem {
  readonly at: number;
  readonly kind: ItemKind;
  readonly pool?: number;
  readonly client?: number;
  readonly quantity?: number;
  readonly x?: number;
  readonly y?: number;
}

export const itemKinds = {
  checkin: 1,
  partial: 2,
  upgrade: 3,
  retry: 4,
  storm: 5,
  dequeue: 6,
  fill: 7,
  crash: 8,
  restart: 9,
  shutdown: 10,
  startup: 11,
  reread: 12,
  timestamp: 13,
  probe: 14,
  topUp: 15,
  orphan: 16,
  request: 17,
  begin: 18,
  batch: 19,
  queue: 20,
} as const;
export type ItemKind = keyof typeof itemKinds;
