import type { Building, PlanOptions } from './building.ts';
import { castSize, planAccount } from './cast.ts';
import { finish } from './draft.ts';
import { accountNames } from './names.ts';
import { seeded } from './random.ts';
import type { EntitlementPlan, Plan } from './plan.ts';

/** How many accounts for a number of events: 40 at 200,000, 500 at 10 million. */
export function defaultAccounts(events: number): number {
  return Math.max(castSize, Math.round(40 * (events / 200_000) ** 0.6456));
}

/** Decides everything that is to happen. */
export function buildPlan(options: PlanOptions): Plan {
  const random = seeded(options.seed, 'plan');
  if (options.accounts < castSize) {
    throw new RangeError(
      `simulate: accounts must be at least ${castSize} to hold every case, found ${options.accounts}`,
    );
  }
  const names = accountNames(random, options.accounts);
  const building: Building = { options, random, clocks: new Map(), names, drafts: [], cases: [] };
  // The customers that show the cases are of middling size; the largest ones are everyday customers.
  const shares = names.map((_, i) => 1 / (i < castSize ? castSize + i + 6 : i - castSize + 2) ** 0.85);
  const total = shares.reduce((sum, share) => sum + share, 0);
  names.forEach((account, i) => {
    planAccount(building, account, i, (options.events * (shares[i] ?? 0)) / total);
  });
  return {
    start: options.start,
    end: options.end,
    accounts: names,
    servers: building.drafts.map((draft) => finish(draft, options.noise)),
    entitlements: building.drafts.flatMap((draft): EntitlementPlan[] => draft.rows),
    rules: building.drafts
      .filter((draft) => draft.groups.length > 1)
      .flatMap((draft) => draft.groups)
      .map((group) => ({ target: 'account', field: 'host', pattern: `${group.site}-*`, value: group.account })),
    cases: building.cases,
  };
}
