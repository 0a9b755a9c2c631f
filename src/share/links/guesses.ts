/** Counts wrong links per address, so that nobody can try many. */
export interface Guesses {
  /** Seconds until this address may try again; 0 = it may. */
  wait(address: string): number;
  /** It tried one that does not exist. */
  wrong(address: string): void;
}

/** So many wrong ones in so many milliseconds; addresses beyond so many share one count. */
const [most, span, mostAddresses] = [20, 60_000, 10_000];

export function createGuesses(now: () => number): Guesses {
  const counts = new Map<string, { count: number; until: number }>();
  // A crowd of addresses is counted as one: memory stays bounded, and the crowd as a whole is slowed down.
  const keyOf = (address: string): string => (counts.has(address) || counts.size < mostAddresses ? address : '');

  function forgetOld(time: number): void {
    for (const [address, { until }] of counts) if (until <= time) counts.delete(address);
  }

  return {
    wait(address) {
      const known = counts.get(keyOf(address));
      const left = known === undefined ? 0 : known.until - now();
      return known === undefined || known.count < most || left <= 0 ? 0 : Math.ceil(left / 1000);
    },
    wrong(address) {
      const time = now();
      if (counts.size >= mostAddresses) forgetOld(time);
      const key = keyOf(address);
      const known = counts.get(key);
      if (known === undefined || known.until <= time) counts.set(key, { count: 1, until: time + span });
      else known.count++;
    },
  };
}
