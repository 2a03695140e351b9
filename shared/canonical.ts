/** RFC 8785 canonical JSON and its hash: the only form in which anything is hashed or signed. */
import canonicalizeJson from 'canonicalize';
import { sha256Hex } from './ids.ts';

/** RFC 8785 text of a JSON value. Throws on what JSON cannot carry (a bug in the caller). */
export function canonical(value: unknown): string {
  const text = canonicalizeJson(value);
  if (text === undefined) throw new Error('not a JSON value');
  return text;
}

/** Lower-case hex SHA-256 over the canonical text. */
export const canonicalHash = (value: unknown): string => sha256Hex(canonical(value));
