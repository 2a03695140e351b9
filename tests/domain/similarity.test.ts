/** Likeness of narratives: what is taken out, exact Jaccard, and that the index finds what is alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buckets, jaccard, minHashes, plainWords, shingles, SIMILAR_FROM } from '../../shared/domain/similarity.ts';

const word = fc.stringMatching(/^[a-z]{3,7}$/);
const text = fc.array(word, { minLength: 40, maxLength: 160 });
const meets = (a: readonly number[], b: readonly number[]): boolean => a.some((x) => b.includes(x));

describe('plainWords', () => {
  it('takes out numbers, dates and names, with apostrophes and hyphens, and keeps the rest', () => {
    expect(plainWords("On 12 March 2026 at 09:15 I met Siobhán O'Neill-Vega, A012345678, at the jail.", ["O'Neill-Vega", 'Siobhán'])).toEqual(['on', 'at', 'i', 'met', 'at', 'the', 'jail']);
  });
  it('reads other scripts, also those without spaces', () => {
    expect(plainWords('قابلت الرجل في السجن 12', [])).toHaveLength(4);
    expect(plainWords('我在监狱见到他', [])).toHaveLength(7);
  });
});

describe('likeness', () => {
  it('is 1 for the same text, 0 without text, and the same both ways', () => {
    fc.assert(fc.property(text, text, (a, b) => {
      const [x, y] = [shingles(a), shingles(b)];
      expect(jaccard(x, x)).toBe(1);
      expect(jaccard(x, y)).toBe(jaccard(y, x));
    }), { numRuns: 50 });
    expect(jaccard(new Set(), new Set())).toBe(0);
    expect(shingles(['too', 'short'])).toEqual(new Set());
  });
  it('is estimated by MinHash within 0.2 of the exact value', () => {
    fc.assert(fc.property(text, text, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
      const mixed = [...a.slice(0, Math.floor(a.length * share)), ...b];
      const [x, y] = [shingles(a), shingles(mixed)];
      const [p, q] = [minHashes(x), minHashes(y)];
      const estimate = p.filter((h, n) => h === q[n]).length / p.length;
      expect(Math.abs(estimate - jaccard(x, y))).toBeLessThan(0.2);
    }), { numRuns: 200, seed: 287 });
  });
  it('always meets in a bucket from the threshold on', () => {
    fc.assert(fc.property(text, word, (a, last) => {
      const [x, y] = [shingles(a), shingles([...a, last])];
      fc.pre(jaccard(x, y) >= SIMILAR_FROM);
      expect(meets(buckets(x), buckets(y))).toBe(true);
    }), { numRuns: 300, seed: 287 });
  });
  it('gives sixteen buckets that do not depend on the order, and none for no text', () => {
    const set = shingles('the officer met the subject at the county jail and asked whether an interpreter was needed'.split(' '));
    expect(buckets(set)).toHaveLength(16);
    expect(buckets(set)).toEqual(buckets(new Set([...set].reverse())));
    expect(buckets(new Set())).toEqual([]);
  });
});
