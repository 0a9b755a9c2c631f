/**
 * Seeded random numbers (sfc32). The state is plain data, so that a simulation can be saved and go on from where it stopped.
 */
export interface Random {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** A stream of its own for every (seed, name): adding one server never changes what another one does. */
export function seeded(seed: number, name: string): Random {
  let h = Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 0x100000000);
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  const random: Random = { a: h, b: Math.imul(h, 0x85ebca6b), c: h ^ 0x6d2b79f5, d: 1 };
  for (let i = 0; i < 16; i++) uniform(random);
  return random;
}

/** Uniform in [0, 1). */
export function uniform(random: Random): number {
  const t = (random.a + random.b + random.d) | 0;
  random.d = (random.d + 1) | 0;
  random.a = random.b ^ (random.b >>> 9);
  random.b = (random.c + (random.c << 3)) | 0;
  random.c = ((random.c << 21) | (random.c >>> 11)) + t;
  random.c |= 0;
  return (t >>> 0) / 4294967296;
}

/** Whole number in [low, high]. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(uniform(random) * (high - low + 1));
}

/** Exponentially distributed with the given mean. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - uniform(random)) * mean;
}

export function chance(random: Random, probability: number): boolean {
  return uniform(random) < probability;
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return itemOf(list, Math.floor(uniform(random) * list.length));
}

/** The element at `index`; an index outside is a mistake in the simulator itself. */
export function itemOf<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`simulate: no element ${index} in a list of ${list.length}`);
  return value;
}
