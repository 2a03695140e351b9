/**
 * Compact JWS with ES256 by synchronous `node:crypto`, so that a seal fits inside one SQLite transaction.
 * Must never take algorithm or key from a header: the caller names the key, the algorithm is ES256.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type JsonWebKey } from 'node:crypto';
import { canonical } from '../shared/canonical.ts';

const part = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** A new P-256 pair: private key as PKCS8 DER (a Buffer, so that it can be wiped) and the public JWK. */
export function newKeyPair(): { readonly pkcs8: Buffer; readonly jwk: JsonWebKey } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = pair.publicKey.export({ format: 'jwk' });
  return { pkcs8: pair.privateKey.export({ format: 'der', type: 'pkcs8' }), jwk: { kty, crv, x, y } };
}

/** Signs the payload's RFC 8785 text. `pkcs8` is used for this call only; the caller wipes it. */
export function signJws(pkcs8: Buffer, payload: unknown, header: Readonly<Record<string, string>> = {}): string {
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const input = `${part(canonical({ alg: 'ES256', ...header }))}.${part(canonical(payload))}`;
  return `${input}.${part(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`;
}

/** The payload when `jws` is ES256 by exactly this key, else null. Never throws on hostile input. */
export function verifyJws(jwk: JsonWebKey, jws: string): unknown {
  try {
    const [head, body, seal, ...rest] = jws.split('.');
    if (!head || !body || !seal || rest.length > 0) return null;
    if (JSON.parse(Buffer.from(head, 'base64url').toString('utf8')).alg !== 'ES256') return null;
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const isGood = verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(seal, 'base64url'));
    return isGood ? JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) : null;
  } catch {
    return null;
  }
}
