/**
 * Compact JWS with ES256 by synchronous `node:crypto`: seals of statements, device heads and HQ's checkpoints.
 * Must never take algorithm or key from a header: the caller names the key, the algorithm is ES256.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { canonical } from '../shared/canonical.ts';
import { sha256Hex } from '../shared/ids.ts';

const part = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** The four members of a P-256 public key, or null when `jwk` is not one. Private members are dropped. */
export function publicJwk(jwk: Readonly<Record<string, unknown>>): JsonWebKey | null {
  const { kty, crv, x, y } = jwk;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') return null;
  try {
    createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    return { kty, crv, x, y };
  } catch {
    return null;
  }
}

/** A stable short name of a public EC key: 32 hex digits over its four members. */
export const keyId = (jwk: JsonWebKey): string => sha256Hex(canonical({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })).slice(0, 32);

/** A new private P-256 key as JWK. */
export const newPrivateJwk = (): JsonWebKey => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

/** Signs the payload's RFC 8785 text. */
export function signJws(privateJwk: JsonWebKey, payload: unknown, header: Readonly<Record<string, string>> = {}): string {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const input = `${part(canonical({ alg: 'ES256', ...header }))}.${part(canonical(payload))}`;
  return `${input}.${part(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`;
}

const publicKeys = new WeakMap<JsonWebKey, KeyObject>();
/** A request checks many seals with one key: reading it costs as much as a check. Throws on what is not a key. */
function publicKeyOf(jwk: JsonWebKey): KeyObject {
  const known = publicKeys.get(jwk);
  if (known) return known;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  publicKeys.set(jwk, key);
  return key;
}

/** The payload when `jws` is ES256 by exactly this key, else null. Never throws on hostile input. */
export function verifyJws(jwk: JsonWebKey, jws: string): unknown {
  try {
    const [head, body, seal, ...rest] = jws.split('.');
    if (!head || !body || !seal || rest.length > 0) return null;
    if (JSON.parse(Buffer.from(head, 'base64url').toString('utf8')).alg !== 'ES256') return null;
    const key = publicKeyOf(jwk);
    const isGood = verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(seal, 'base64url'));
    return isGood ? JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) : null;
  } catch {
    return null;
  }
}
