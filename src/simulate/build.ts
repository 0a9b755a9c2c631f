import type { Building, PlanOptions } from './building.ts';
import { castSize, planAccount } from './cast.ts';
import { livelyCustomers, livelyLines, livelyScale, planLively } from './lively.ts';
import { finish } from './draft.ts';
import { accountNames } from './names.ts';
import { seeded } from './random.ts';
import type { EntitlementPlan, Plan } from './plan.ts';

/** The sample that `npm start`, Docker Compose and a bare `simulate` show: a year of a few dozen customers. */
export const sample = { events: 340_000, days: 365, seed: 1 } as const;

/** How many accounts for a number of events: 36 in the sample, 500 at 10 million. */
export function defaultAccounts(events: number): number {
  const least = events < 100_000 ? castSize : castSize + livelyCustomers;
  return Math.max(least, Math.round(36 * (events / sample.events) ** 0.778));
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
  const scale = livelyScale(options, castSize);
  const lively = names.slice(castSize, castSize + (scale === 0 ? 0 : livelyCustomers));
  const others = names.filter((name) => !lively.includes(name));
  lively.forEach((account, i) => {
    planLively(building, account, i, scale);
  });
  // The customers that show the cases are of middling size; the largest ones are everyday customers.
  const shares = others.map((_, i) => 1 / (i < castSize ? castSize + i + 6 : i - castSize + 2) ** 0.85);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const lines = options.events - livelyLines(options, scale);
  others.forEach((account, i) => {
    planAccount(building, account, i, (lines * (shares[i] ?? 0)) / total);
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
