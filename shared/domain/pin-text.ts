/**
 * Compares the words at a pin with the value of the field that they should show: names, dates in several formats, numbers, words in any script.
 * Shows a difference to a person, never decides an act: absence of a value in the words proves nothing about the packet.
 */

/** One value of a field, and as what it is compared. */
export type Expected = { readonly kind: 'name' | 'date' | 'number' | 'text'; readonly value: string };

/** Letters in which words are not set apart by spaces. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Code points of the zeros of decimal digits outside ASCII; ten digits follow each. */
const ZEROS: readonly number[] = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810];
const asciiDigits = (text: string): string => text.replace(/\p{Nd}/gu, (c) => {
  const at = c.codePointAt(0) ?? 0;
  const zero = ZEROS.find((z) => at >= z && at < z + 10);
  return zero === undefined ? c : String(at - zero);
});

/**
 * Text as it is compared: case, accents, vowel points, direction marks and the look of digits do not count; apostrophes join, everything else
 * that is no letter or digit parts. Marks that are letters of their own (Indic vowels) stay.
 */
export function comparable(text: string): string {
  return asciiDigits(text.normalize('NFKD'))
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{Mn}+/gu, '$1')
    .replace(/[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/g, '')
    .replace(/[\p{Cf}'\u2018\u2019\u02bc\u02b9\u0060\u00b4]/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss').replace(/ø/g, 'o').replace(/ł/g, 'l').replace(/đ/g, 'd').replace(/ı/g, 'i').replace(/æ/g, 'ae').replace(/œ/g, 'oe')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .normalize('NFC');
}
const words = (text: string): readonly string[] => comparable(text).split(' ').filter((w) => w !== '');
const unspaced = (text: string): string => comparable(text).replaceAll(' ', '');
/** Shortest word that may also be found inside a run of letters: `ANA` inside `BANANA` is nobody's name. */
const INSIDE_MIN = 4;

function hasText(quote: string, value: string): boolean {
  const wanted = comparable(value);
  if (wanted === '') return true;
  if (UNSPACED.test(value.normalize('NFKC'))) return unspaced(quote).includes(unspaced(value));
  return ` ${comparable(quote)} `.includes(` ${wanted} `);
}
/** Every part of the name stands in the words, in any order. */
function hasName(quote: string, value: string): boolean {
  if (UNSPACED.test(value.normalize('NFKC'))) return words(value).every((w) => unspaced(quote).includes(w));
  const there = words(quote);
  const run = there.join('');
  return words(value).every((w) => there.includes(w)) || value.split(/[\s,]+/).filter((p) => p !== '').every((p) => {
    const part = unspaced(p);
    return there.includes(part) || (part.length >= INSIDE_MIN && run.includes(part));
  });
}
/** Digits in a row with the signs that people set between them; `A 012 345 678` and `012345678` are one number, leading zeros do not count. */
function hasNumber(quote: string, value: string): boolean {
  const bare = (digits: string): string => digits.replace(/\D/g, '').replace(/^0+/, '');
  const wanted = bare(asciiDigits(value.normalize('NFKC')));
  if (wanted === '') return hasText(quote, value);
  return [...asciiDigits(quote.normalize('NFKC')).matchAll(/\d(?:[\d ./-]*\d)?/g)].some(([run]) => bare(run) === wanted || run.split(/[ ]+/).some((part) => bare(part) === wanted));
}

/** Starts of month names, English, Spanish, French and Portuguese: January first. Folded. */
const MONTHS: readonly RegExp[] = [
  /^(jan|ene|gen)/, /^(feb|fev)/, /^(mar)/, /^(apr|abr|avr)/, /^(may|mai)/, /^(jun|juin)/, /^(jul|juil)/, /^(aug|ago|aou)/, /^(sep|set)/, /^(oct|out)/, /^(nov)/, /^(dec|dic|dez)/,
];
function monthOf(word: string): number | null {
  const at = MONTHS.findIndex((m) => m.test(word));
  return at === -1 || word.length > 10 ? null : at + 1;
}
const isDay = (y: number, m: number, d: number): boolean => m >= 1 && m <= 12 && d >= 1 && d <= 31 && y >= 1000 && y <= 2999;
const iso = (y: number, m: number, d: number): string => `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;

/**
 * Days that stand in a text, as YYYY-MM-DD: 2019-03-04, 2019/3/4, 20190304, 03/04/2019 (both ways of reading it), 4.3.2019, 4 March 2019, March 4, 2019, 4 de marzo de 2019,
 * 2019年3月4日; digits of any script. Two-digit years are not read: they would fit too much.
 */
export function daysIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (y: string | undefined, m: string | number | null | undefined, d: string | undefined): void => {
    const [year, month, day] = [Number(y), Number(m), Number(d)];
    if (m !== null && isDay(year, month, day)) found.add(iso(year, month, day));
  };
  const plain = asciiDigits(text.normalize('NFKC')).replace(/\p{Cf}/gu, '');
  for (const [, y, m, d] of plain.matchAll(/(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)/g)) add(y, m, d);
  for (const [, y, m, d] of plain.matchAll(/(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)/g)) add(y, m, d);
  for (const [, a, b, y] of plain.matchAll(/(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?!\d)/g)) {
    add(y, a, b);
    add(y, b, a);
  }
  const tokens = words(plain).filter((w) => !/^(de|del|of|the|do|le)$/.test(w)).map((w) => w.replace(/^(\d{1,2})(st|nd|rd|th|er|o)$/, '$1'));
  for (const [n, token] of tokens.entries()) {
    const month = /^\p{L}/u.test(token) ? monthOf(token) : null;
    if (month === null) continue;
    const [before, after, next] = [tokens[n - 1], tokens[n + 1], tokens[n + 2]];
    if (/^\d{1,2}$/.test(before ?? '') && /^\d{4}$/.test(after ?? '')) add(after, month, before);
    if (/^\d{1,2}$/.test(after ?? '') && /^\d{4}$/.test(next ?? '')) add(next, month, after);
    if (/^\d{4}$/.test(before ?? '') && /^\d{1,2}$/.test(after ?? '')) add(before, month, after);
  }
  return found;
}

/** Whether the words at a pin show this value. */
export function shows(quote: string, { kind, value }: Expected): boolean {
  switch (kind) {
    case 'name': return hasName(quote, value);
    case 'date': return daysIn(quote).has(value);
    case 'number': return hasNumber(quote, value);
    case 'text': return hasText(quote, value);
  }
}
