/** Seeded randomness for synthetic data (mulberry32). Never for keys, ids of real records or anything secret. */
export type Random = {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A whole number from `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One item; throws on an empty list. */
  readonly pick: <T>(items: readonly T[]) => T;
  /** A new list in another order. */
  readonly shuffle: <T>(items: readonly T[]) => T[];
  readonly normal: () => number;
  /** Lognormal by its median and sigma. */
  readonly lognormal: (median: number, sigma: number) => number;
  readonly poisson: (mean: number) => number;
  /** An independent stream for one named part, so that a change in one part moves nothing else. */
  readonly fork: (name: string) => Random;
};

/** FNV-1a, 32 bit: a seed from a name. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** The same seed gives the same numbers on every machine. */
export function random(seed: number): Random {
  let a = seed >>> 0;
  const next = (): number => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next, int, normal,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error('pick from an empty list');
      return item;
    },
    shuffle: (items) => {
      const list = [...items];
      for (let i = list.length - 1; i > 0; i -= 1) {
        const j = int(0, i);
        [list[i], list[j]] = [list[j] as never, list[i] as never];
      }
      return list;
    },
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson: (mean) => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let p = next(); p > limit; p *= next()) count += 1;
      return count;
    },
    fork: (name) => random(hash(`${seed}/${name}`)),
  };
}
