/**
 * Comparing one person's identity across forms (PK-01, DET-03): accents, order and punctuation of names never make a difference.
 * Must never compare by display text.
 */
import { type Identity, normalANumber } from '../packet.ts';

/** Name tokens: NFKD, marks dropped, case folded, apostrophes removed, other punctuation a space (architecture section 9). */
export function nameTokens(name: string): readonly string[] {
  const folded = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/['’ʼ`]/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return folded === '' ? [] : folded.split(' ').sort();
}

/** Same tokens, in whatever order. */
export const isSameName = (a: string, b: string): boolean => nameTokens(a).join(' ') === nameTokens(b).join(' ');

const fullName = (i: Identity): string => `${i.givenName} ${i.familyName}`;
/** Unset and unusable values are kept apart, so that a malformed A-number never equals a missing one. */
const aNumberOf = (i: Identity): string => (i.aNumber === null || i.aNumber.trim() === '' ? '' : (normalANumber(i.aNumber) ?? `?${i.aNumber}`));

/** Fields in which two identities differ; names that are listed as aliases are no difference. */
export function identityDifferences(a: Identity, b: Identity, aliases: readonly string[] = []): readonly (keyof Identity)[] {
  const found: (keyof Identity)[] = [];
  if (aNumberOf(a) !== aNumberOf(b)) found.push('aNumber');
  if ((a.fin ?? '').trim() !== (b.fin ?? '').trim()) found.push('fin');
  if ((a.eventNumber ?? '').trim() !== (b.eventNumber ?? '').trim()) found.push('eventNumber');
  if (!isSameName(fullName(a), fullName(b)) && !aliases.some((alias) => isSameName(alias, fullName(b)))) found.push(isSameName(a.familyName, b.familyName) ? 'givenName' : 'familyName');
  if (a.bornOn !== b.bornOn) found.push('bornOn');
  if (a.citizenship.trim().toLowerCase() !== b.citizenship.trim().toLowerCase()) found.push('citizenship');
  if (a.sex !== b.sex) found.push('sex');
  return found;
}
