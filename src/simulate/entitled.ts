import type { EntitlementPlan, Limit } from './plan.ts';

/** The quantity in force from `from` on; null: uncounted, 0: none. */
export interface Step {
  readonly from: number;
  readonly quantity: number | null;
  /** Quantity and overdraft; Infinity: unlimited. */
  readonly limit: number;
}

/** How the entitled quantity of some rows (of one account and feature) changes over time; rows in force together add up. */
export function stepsOf(rows: readonly EntitlementPlan[]): Step[] {
  const moments = [...new Set(rows.flatMap((row) => [row.start, row.until]))].sort((a, b) => a - b);
  return moments.map((from) => {
    const inForce = rows.filter((row) => row.start <= from && from < row.until);
    const uncounted = inForce.some((row) => row.quantity === null);
    const quantity = inForce.reduce((sum, row) => sum + (row.quantity ?? 0), 0);
    const unlimited = uncounted || inForce.some((row) => row.overdraft < 0);
    const overdraft = inForce.reduce((sum, row) => sum + Math.max(0, row.overdraft), 0);
    return { from, quantity: uncounted ? null : quantity, limit: unlimited ? Infinity : quantity + overdraft };
  });
}

/** What a server that serves these rows will grant at once; −1 once nothing is in force any more. */
export function limitsOf(rows: readonly EntitlementPlan[]): Limit[] {
  return stepsOf(rows).map((step) => ({
    from: step.from,
    licenses: step.quantity === 0 && step.limit === 0 ? -1 : step.limit,
  }));
}
