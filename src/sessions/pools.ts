import type { Session } from './session-queue.ts';

/** The open sessions of one account in one pool, by client number: a queue each, oldest first. */
export interface Pool {
  readonly account: string;
  readonly vendor: string;
  readonly feature: string;
  readonly queues: Map<number, Session>;
}

/** All pools of a source, found by (account, vendor, feature) a million times a second: no key is put together. */
export class Pools {
  private readonly byAccount = new Map<string, Map<string, Pool[]>>();
  private lastAccount = '';
  private lastFeatures: Map<string, Pool[]> | undefined;

  /** The pool of that name, made when it is new. */
  at(account: string, vendor: string, feature: string): Pool {
    const features = this.featuresOf(account);
    let pools = features.get(feature);
    if (pools === undefined) features.set(feature, (pools = []));
    for (const pool of pools) if (pool.vendor === vendor) return pool;
    const pool: Pool = { account, vendor, feature, queues: new Map() };
    pools.push(pool);
    return pool;
  }

  *all(): Generator<Pool> {
    for (const features of this.byAccount.values()) for (const pools of features.values()) yield* pools;
  }

  /** Runs of one account's lines are the rule. */
  private featuresOf(account: string): Map<string, Pool[]> {
    let features = account === this.lastAccount ? this.lastFeatures : undefined;
    if (features === undefined) {
      features = this.byAccount.get(account);
      if (features === undefined) this.byAccount.set(account, (features = new Map<string, Pool[]>()));
      this.lastAccount = account;
      this.lastFeatures = features;
    }
    return features;
  }
}
