import { silence } from '../../src/query/silence.ts';

/**
 * The numbers by which panels turn yellow and red and by which alert rules fire: here and nowhere else. After a change,
 * `npm run generate` writes the dashboards and rules anew.
 */
export const thresholds = {
  /** % of what was bought. Also for metered licenses. */
  usage: { full: 100, critical: 95, warning: 80, noticed: 70 },
  /**
   * When use at a limit is told of: for so many `minutes` of an hour, in a pool of at least so many licenses. One or two licenses are
   * full at every use.
   */
  shortage: { minutes: 45, smallestPool: 5 },
  /** Days until an entitlement ends; an alert stays for `told` days after it has ended. */
  expiry: { critical: 7, warning: 30, noticed: 60, told: 7 },
  /** Distinct clients of one account with unresolved denials of one feature within an hour. */
  deniedClients: 3,
  /** The same for denials of what has expired: one is enough to call the customer. */
  deniedAfterExpiry: 1,
  /** Seconds since a license server's last line: the one definition of silent. */
  silence,
  /** Lines that could not be used, per server (alert: within an hour). */
  unusableLines: 1,
} as const;
