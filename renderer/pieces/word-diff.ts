/**
 * Two texts word by word, in any script: words as Unicode has them (Intl.Segmenter), compared by jsdiff. Pure.
 * Joined, the pieces that stay and those that went are the old text, and the pieces that stay and those that came the new one: nothing is left out.
 */
import { diffArrays } from 'diff';

export type Piece = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };
/** More edits than this are shown as the whole old and the whole new text: they have little in common, and finding it takes seconds. */
const MOST_EDITS = 1500;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const wordsOf = (text: string): string[] => [...segmenter.segment(text)].map((s) => s.segment);

/** The pieces in reading order; neighbours of one kind are joined. */
export function wordDiff(before: string, after: string): readonly Piece[] {
  const found = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MOST_EDITS });
  if (!found) return [{ kind: 'removed' as const, text: before }, { kind: 'added' as const, text: after }].filter((p) => p.text !== '');
  return found.map((c): Piece => ({ kind: c.added ? 'added' : c.removed ? 'removed' : 'same', text: c.value.join('') }));
}

/** Characters that change how others stand or that cannot be seen: they could hide what a text says, so they are written out. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]/g;
/** A changed piece as a person can see it: marks of direction and invisible characters by code, bare spaces and line ends as signs. */
export function visible(text: string): string {
  const shown = text.replace(INVISIBLE, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  return shown.trim() === '' ? shown.replace(/\n/g, '¶').replace(/\s/g, '␣') : shown;
}

/** The end and the beginning of what stays between two changes; the middle is left out when it is long. */
export function shortened(text: string, place: 'first' | 'middle' | 'last', keep = 90): string {
  if (text.length <= keep * 2) return text;
  const head = [...text].slice(0, keep).join('');
  const tail = [...text].slice(-keep).join('');
  return place === 'first' ? `… ${tail}` : place === 'last' ? `${head} …` : `${head} … ${tail}`;
}
