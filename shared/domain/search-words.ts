/**
 * Words as the search knows them, in any script: what is indexed, what was typed and what is marked in a snippet are folded here and nowhere else.
 * Case, accents, vowel points and the forms of a letter fold away. Scripts without spaces (Chinese, Japanese, Thai ...) are cut into pairs of neighbours.
 * What a person types is words and nothing else: no sign of the index's query language reaches it.
 */

/** Marks that may be left out when typing: of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels and the stretching line, and signs without a width. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;
/** Letters without a decomposition that people type as others. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ı: 'i', ø: 'o', đ: 'd', ð: 'd', ł: 'l', æ: 'ae', œ: 'oe', þ: 'th', ħ: 'h', ς: 'σ' };
const ODD = /[ßıøđðłæœþħς]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII is
const ASCII = /^[\x00-\x7f]*$/;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const APOSTROPHE = /['’ʼ‘`´]/;
/** Words with an apostrophe inside. */
const JOINED = /[\p{L}\p{N}\p{M}]+(?:['’ʼ‘`´][\p{L}\p{N}\p{M}]+)+/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const HAS_UNSPACED = new RegExp(UNSPACED.source, 'u');
/** An A-number as people write it into a sentence. */
const A_NUMBER = /\ba[-#: ]?(\d{3})[- ]?(\d{3})[- ]?(\d{3})\b/g;

/** One text folded: letters stay in their order, so that a folded text still reads. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').toLowerCase().replace(MARKS, '').replace(ODD, (c) => LETTERS[c] ?? c).normalize('NFC');
}

/** The pairs of neighbours in a run without spaces, and its last sign alone: a single sign is found as the beginning of one of them. */
function pairs(run: string): readonly string[] {
  const signs = [...run];
  return signs.map((sign, n) => sign + (signs[n + 1] ?? ''));
}

/** What one text puts into the index: words between spaces (or the folded text itself, where the index cuts it into the same words). */
export function indexed(text: string): string {
  let folded = fold(text);
  if (folded.includes('a') && A_NUMBER.test(folded)) folded = folded.replace(A_NUMBER, ' $1$2$3 $1 $2 $3 ');
  const joined = APOSTROPHE.test(folded) ? ` ${(folded.match(JOINED) ?? []).map((w) => w.replace(new RegExp(APOSTROPHE, 'g'), '')).join(' ')}` : '';
  if (ASCII.test(folded)) return folded + joined;
  const words = (folded.match(WORD) ?? []).flatMap((word) => (HAS_UNSPACED.test(word) ? [...word.replace(UNSPACED, ' ').split(' ').filter((w) => w !== ''), ...(word.match(UNSPACED) ?? []).flatMap(pairs)] : [word]));
  return words.join(' ') + joined;
}

/** One typed word. `begins`: it may be the beginning of a longer one. `run`: a run without spaces, found by its pairs. */
export type SearchWord = { readonly text: string; readonly begins: boolean; readonly run: readonly string[] | null };
const MOST_WORDS = 12;
const spaced = (text: string): SearchWord => ({ text, begins: [...text].length > 1, run: null });
function unspaced(text: string): SearchWord {
  const run = pairs(text);
  return { text, begins: run.length === 1, run: run.length === 1 ? run : run.slice(0, -1) };
}

/**
 * The words of what a person typed, all of which must be found, each as the beginning of a word (a single letter as a whole one). `A 012 345 678` is
 * its three groups of digits. Empty when nothing searchable is left.
 */
export function searchWords(typed: string): readonly SearchWord[] {
  const folded = fold(typed).replace(/\ba[-#:]?(?=\d)/g, '');
  const isANumber = /^\s*a[-\s]?\d{3}/i.test(typed);
  const words = folded.match(WORD) ?? [];
  return words.filter((w, n) => !(isANumber && n === 0 && w === 'a'))
    .flatMap((word) => (HAS_UNSPACED.test(word) ? [...word.replace(UNSPACED, ' ').split(' ').filter((w) => w !== '').map(spaced), ...(word.match(UNSPACED) ?? []).map(unspaced)] : [spaced(word)]))
    .slice(0, MOST_WORDS);
}

const isShort = (w: SearchWord): boolean => w.run === null && w.text.length < 3 && ASCII.test(w.text);
/** The words as papers and notes are asked for them: one of one or two Latin letters begins too many and must be whole. Null when all are so short: then only names are asked. */
export const paperWords = (words: readonly SearchWord[]): readonly SearchWord[] | null => (words.every(isShort) ? null : words.map((w) => (isShort(w) ? { ...w, begins: false } : w)));

export type Part = { readonly text: string; readonly isHit: boolean };
export type Snippet = { /** How many of the words stand in the whole text. */ readonly found: number; readonly parts: readonly Part[] };
type Span = { readonly from: number; readonly to: number };

/** Where a run without spaces stands inside one word of the text, sign by sign. */
function runSpans(word: string, at: number, run: string): readonly Span[] {
  const spans: Span[] = [];
  const starts: number[] = [];
  let folded = '';
  let offset = 0;
  for (const sign of word) {
    const plain = fold(sign);
    for (let n = 0; n < plain.length; n += 1) starts.push(offset);
    folded += plain;
    offset += sign.length;
  }
  starts.push(offset);
  for (let n = folded.indexOf(run); n >= 0; n = folded.indexOf(run, n + run.length)) spans.push({ from: at + (starts[n] ?? 0), to: at + (starts[n + run.length] ?? offset) });
  return spans;
}

/** Where these words stand in a text, in order; and how many of them do. */
function spansOf(text: string, words: readonly SearchWord[]): { readonly spans: readonly Span[]; readonly found: number } {
  const spans: Span[] = [];
  const seen = new Set<SearchWord>();
  const note = (word: SearchWord, more: readonly Span[]): void => {
    if (more.length > 0) seen.add(word);
    spans.push(...more);
  };
  const numbers = new RegExp(`${WORD.source}(?:['’ʼ‘\`´]${WORD.source})*`, 'gu');
  for (const match of text.matchAll(numbers)) {
    const whole = match[0];
    const at = match.index;
    const own = { from: at, to: at + whole.length };
    const joined = APOSTROPHE.test(whole) ? fold(whole).replace(new RegExp(APOSTROPHE, 'g'), '') : null;
    for (const part of whole.matchAll(WORD)) {
      const plain = fold(part[0]).replace(/^a(?=\d{9}$)/, '');
      const here = { from: at + part.index, to: at + part.index + part[0].length };
      for (const word of words) {
        if (word.run) note(word, runSpans(part[0], here.from, word.text));
        else if (word.begins ? plain.startsWith(word.text) : plain === word.text) note(word, [here]);
        else if (HAS_UNSPACED.test(plain) && plain.replace(UNSPACED, ' ').split(' ').some((w) => (word.begins ? w.startsWith(word.text) : w === word.text))) note(word, [here]);
      }
    }
    for (const word of words) if (joined?.startsWith(word.text)) note(word, [own]);
  }
  return { spans: spans.sort((a, b) => a.from - b.from || b.to - a.to), found: seen.size };
}

/** A few words around the first place where one of these words stands, the found ones marked; null when none does. At most about `most` characters. */
export function snippetOf(text: string, words: readonly SearchWord[], most = 140): Snippet | null {
  const { spans, found } = spansOf(text, words);
  const first = spans[0];
  if (!first) return null;
  let from = Math.max(0, first.from - Math.floor(most / 3));
  // From the beginning of a word, and never inside a pair of surrogates.
  if (from > 0) {
    const space = text.slice(from, first.from).search(/\s\S/);
    from = space >= 0 ? from + space + 1 : isLow(text, from) ? from + 1 : from;
  }
  let to = Math.min(text.length, Math.max(first.to, from + most));
  if (to < text.length) {
    const space = text.slice(first.to, to).search(/\s\S*$/);
    to = space > 0 ? first.to + space : isLow(text, to) ? to - 1 : to;
  }
  const parts: Part[] = [];
  const add = (piece: string, isHit: boolean): void => { if (piece !== '') parts.push({ text: piece, isHit }); };
  let at = from;
  for (const span of spans) {
    if (span.from < at || span.to > to) continue;
    add(text.slice(at, span.from), false);
    add(text.slice(span.from, span.to), true);
    at = span.to;
  }
  add(text.slice(at, to), false);
  if (from > 0) parts.unshift({ text: '… ', isHit: false });
  if (to < text.length) parts.push({ text: ' …', isHit: false });
  return { found, parts };
}
const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
