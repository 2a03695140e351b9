/**
 * How alike two narratives are (PK-23): Jaccard over runs of words, once names, dates and numbers are taken out; and the MinHash index by which
 * HQ finds the few that can be alike without comparing every pair. Pure: the same text gives the same buckets on every machine and version.
 */
import type { Identity, PacketDocument } from './packet.ts';

/** From here on two narratives count as the same unless a rule pack says otherwise. */
export const SIMILAR_FROM = 0.95;
/** Words in one shingle. */
const RUN = 3;
/** A text with fewer words says too little to be called a copy. */
const FEWEST_WORDS = 12;
/** 16 bands of 8: two texts alike by 0.95 miss each other once in 10^7; by 0.5 they meet in one of sixteen. */
const BANDS = 16;
const ROWS = 8;

const MONTHS = new Set('january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday am pm'.split(' '));
/** A word in any script; scripts that set no spaces between words give one word per character. Digits and what clings to them are no words. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}]+/gu;
const NUMBERED = /\S*\p{N}\S*/gu;
const wordsOf = (text: string): readonly string[] => text.normalize('NFKC').toLowerCase().replace(/[’'ʼ]/gu, '').match(WORD) ?? [];

/** The words of a narrative in their order, without numbers, dates and the given names. */
export function plainWords(narrative: string, names: readonly string[]): readonly string[] {
  const named = new Set(names.flatMap(wordsOf));
  return wordsOf(narrative.replace(NUMBERED, ' ')).filter((w) => !MONTHS.has(w) && !named.has(w));
}

/** The set of runs of three words; empty when the text is too short to compare. */
export function shingles(words: readonly string[]): ReadonlySet<string> {
  if (words.length < FEWEST_WORDS) return new Set();
  return new Set(words.slice(RUN - 1).map((_, n) => words.slice(n, n + RUN).join(' ')));
}

/** Shared members over all members, 0 to 1; two empty sets have nothing in common. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let both = 0;
  for (const s of a) if (b.has(s)) both += 1;
  return both / (a.size + b.size - both);
}

/** FNV-1a, then mixed: 32 bits. */
function hash32(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let n = 0; n < text.length; n += 1) h = Math.imul(h ^ text.charCodeAt(n), 0x01000193);
  return mix(h);
}
function mix(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The smallest hash of the set under each of 128 fixed orders: two sets agree in each with the probability of their Jaccard. */
export function minHashes(set: ReadonlySet<string>): Uint32Array {
  const least = new Uint32Array(BANDS * ROWS).fill(0xffff_ffff);
  for (const s of set) {
    const base = hash32(s, 0);
    for (let n = 0; n < least.length; n += 1) {
      const h = mix(base ^ Math.imul(n + 1, 0x9e3779b1));
      if (h < (least[n] ?? 0)) least[n] = h;
    }
  }
  return least;
}

/** One signed 32-bit number per band; two texts can be alike only if they share one. Empty for an empty set. */
export function buckets(set: ReadonlySet<string>): readonly number[] {
  if (set.size === 0) return [];
  const least = minHashes(set);
  return Array.from({ length: BANDS }, (_, band) => hash32(least.slice(band * ROWS, (band + 1) * ROWS).join(','), band + 1) | 0);
}

/** The narrative of a packet that PK-23 looks at: its I-213's. Null when it has none. */
export function narrativeOf(document: PacketDocument): { readonly formId: string; readonly words: readonly string[] } | null {
  const form = document.forms.find((f) => f.kind === 'I-213');
  if (form?.kind !== 'I-213') return null;
  const identities: readonly Identity[] = [document.subject.identity, ...document.forms.map((f) => f.identity)];
  return { formId: form.id, words: plainWords(form.narrative, identities.flatMap((i) => [i.familyName, i.givenName])) };
}

/** A narrative in pieces, in order: what stands in the other one too, and what does not. Joined they are the text. */
export type Passage = { readonly text: string; readonly isShared: boolean };

/** Cuts `text` where it begins and stops to read like `other` (its shingles). `names` as for `plainWords`. */
export function passages(text: string, names: readonly string[], other: ReadonlySet<string>): readonly Passage[] {
  const tokens = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
  const words = tokens.flatMap((token, n) => plainWords(token, names).map((word) => ({ word, n })));
  const shared = new Set<number>();
  for (let n = RUN - 1; n < words.length; n += 1) {
    const run = words.slice(n - RUN + 1, n + 1);
    if (other.has(run.map((w) => w.word).join(' '))) for (const w of run) shared.add(w.n);
  }
  const pieces: Passage[] = [];
  tokens.forEach((token, n) => {
    const last = pieces.at(-1);
    if (last && last.isShared === shared.has(n)) pieces[pieces.length - 1] = { text: last.text + token, isShared: last.isShared };
    else pieces.push({ text: token, isShared: shared.has(n) });
  });
  return pieces;
}

/** The longest run of words that both have, at most `most` words: without names, dates and numbers, for it may leave its agency. */
export function sharedExcerpt(words: readonly string[], other: ReadonlySet<string>, most = 40): string {
  let [best, at] = [0, 0];
  for (let n = 0; n < words.length; ) {
    let end = n;
    while (end + RUN <= words.length && other.has(words.slice(end, end + RUN).join(' '))) end += 1;
    const length = end > n ? end - n + RUN - 1 : 0;
    if (length > best) [best, at] = [length, n];
    n = Math.max(end, n + 1);
  }
  return words.slice(at, at + Math.min(best, most)).join(' ');
}
