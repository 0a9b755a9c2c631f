import type { EntitlementRow } from '../server/service.ts';

/** What was bought of one feature, as far as it says more than the measure `entitled` (concurrent rows only). */
export interface Bought {
  /** Metered: the highest amount in force at one time; null where there are no metered rows, or rows of several periods. */
  readonly amount: number | null;
  /** Metered: what the amount is for (`term`, `month`, …); else empty. */
  readonly period: string;
  /** No limit was set, so there is no percentage. */
  readonly uncounted: boolean;
}

/** Entitlements by what they are for. */
export type BoughtBook = (account: string, feature: string, servers: readonly string[]) => Bought;

/** Rows cover the use whose account and server equal theirs; an empty one covers all. */
export function boughtBook(rows: readonly EntitlementRow[]): BoughtBook {
  const byFeature = new Map<string, EntitlementRow[]>();
  for (const row of rows) {
    const known = byFeature.get(row.feature);
    if (known === undefined) byFeature.set(row.feature, [row]);
    else known.push(row);
  }
  return (account, feature, servers) => {
    const own = (byFeature.get(feature) ?? []).filter(
      (row) => (row.account === '' || row.account === account) && (row.server === '' || servers.includes(row.server)),
    );
    const metered = own.filter((row) => row.model === 'metered' && row.quantity !== null);
    const periods = [...new Set(metered.map((row) => row.period))];
    const [period] = periods;
    return {
      amount: period === undefined || periods.length > 1 ? null : highestInForce(metered),
      period: periods.join(', '),
      uncounted: own.some((row) => row.quantity === null),
    };
  };
}

/** Rows that are in force together add up. The sum changes upwards only where a row starts. */
function highestInForce(rows: readonly EntitlementRow[]): number {
  const sumAt = (day: string): number =>
    rows.filter((row) => row.start <= day && day <= row.end).reduce((sum, row) => sum + (row.quantity ?? 0), 0);
  return Math.max(...rows.map((row) => sumAt(row.start)));
}
