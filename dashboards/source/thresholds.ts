import { silence } from '../../src/query/silence.ts';

/**
 * The numbers by which panels turn yellow and red and by which alert rules fire: here and nowhere else. After a change,
 * `npm run generate` writes the dashboards and rules anew.
 */
export const thresholds = {
  /** % of what was bought. Also for metered licenses. */
  usage: { full: 100, critical: 95, warning: 80, noticed: 70 },
  /**
   * A moment is not a shortage. Tables show one from so many `clients` that went without, or so many `hours` with next to nothing left
   * (`critical` % of what was bought and more; `warning` % is yellow). Alerts tell of use at a limit for so many `minutes` of an hour,
   * in a pool of at least `smallestPool` licenses.
   */
  shortage: { clients: 1, hours: 1, minutes: 45, smallestPool: 5 },
  /** A pool of so many licenses is full at every use: tables show such pools apart. */
  smallPool: 2,
  /** Days until an entitlement ends; an alert stays for `told` days after it has ended. */
  expiry: { critical: 7, warning: 30, noticed: 60, told: 7 },
  /** Distinct clients of one account with unresolved denials of one feature within an hour. */
  deniedClients: 3,
  /** The same for denials of what has expired: one is enough to call the customer. */
  deniedAfterExpiry: 1,
  /** Seconds: the one definition of silent. */
  silence,
  /** Lines that could not be used, per server (alert: within an hour). */
  unusableLines: 1,
} as const;
