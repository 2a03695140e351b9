/** The key file: what it keeps, what it refuses, how it counts wrong tries, and that nothing in it is readable. */
import { createDecipheriv, createPrivateKey, diffieHellman, createPublicKey, hkdfSync } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { canonical } from '../../shared/canonical.ts';
import { newKeyPair, signJws, verifyJws } from '../../host/jws.ts';
import { openKeystore, STRONG_KDF, waitMinutes, WEAK_KDF_FOR_TESTS, type Keystore } from '../../host/keystore.ts';

const GOOD = 'correct horse battery';
let folder = '';
let now = '';
const recovery = newKeyPair();
const keystore = (computerSecret: Buffer | null = null): Keystore => openKeystore({ folder, now: () => now, computerSecret, kdf: WEAK_KDF_FOR_TESTS });
const later = (minutes: number): void => { now = new Date(Date.parse(now) + minutes * 60_000).toISOString(); };
const text = (): string => readFileSync(join(folder, 'keyfile.json'), 'utf8');
const problem = (result: { ok: boolean; problem?: { code: string; details: object } }) => (result.ok ? null : result.problem);

async function enrolled(computerSecret: Buffer | null = null) {
  const [device, signer] = [newKeyPair(), newKeyPair()];
  const store = keystore(computerSecret);
  let dataKey = Buffer.alloc(0);
  const made = await store.create({ passphrase: GOOD, pmName: 'Sela Marin', deviceKey: device.pkcs8, signerKey: signer.pkcs8, recoveryJwk: recovery.jwk,
    beforeCommit: (key) => { dataKey = Buffer.from(key); } });
  expect(made.ok).toBe(true);
  return { store, device, signer, dataKey, keys: made.ok ? made.value : null };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldbook-keys-'));
  now = '2026-11-24T15:00:00.000Z';
});

describe('key file', () => {
  it('gives the same data key and device key back to the right passphrase', async () => {
    const { dataKey, device } = await enrolled();
    const opened = await keystore().unlock(GOOD);
    expect(opened.ok && opened.value.dataKey.equals(dataKey)).toBe(true);
    expect(opened.ok && opened.value.deviceKey.equals(device.pkcs8)).toBe(true);
  });
  it('unwraps the signer key for one ceremony, and wipes it', async () => {
    const { signer } = await enrolled();
    const key = await keystore().signer(GOOD);
    if (!key.ok) throw new Error(key.problem.code);
    const jws = signJws(key.value.pkcs8, { hello: 'statement' });
    expect(verifyJws(signer.jwk, jws)).toEqual({ hello: 'statement' });
    key.value.wipe();
    expect(key.value.pkcs8.every((b) => b === 0)).toBe(true);
    expect(() => signJws(key.value.pkcs8, {})).toThrow();
  });
  it('zeroes every key on wipe', async () => {
    await enrolled();
    const opened = await keystore().unlock(GOOD);
    if (!opened.ok) throw new Error(opened.problem.code);
    opened.value.wipe();
    expect([...opened.value.dataKey, ...opened.value.deviceKey].every((b) => b === 0)).toBe(true);
  });
  it('is readable by its owner only, and names no key, passphrase or secret', async () => {
    const secret = Buffer.alloc(32, 7);
    const { dataKey, device, signer } = await enrolled(secret);
    expect(statSync(join(folder, 'keyfile.json')).mode & 0o777).toBe(0o600);
    const file = text();
    for (const bytes of [dataKey, device.pkcs8, signer.pkcs8, secret]) {
      expect(file).not.toContain(bytes.toString('base64'));
      expect(file).not.toContain(bytes.toString('hex'));
    }
    expect(file).not.toContain(GOOD);
  });
  it('costs 256 MiB, three passes, four lanes unless a test asks otherwise', async () => {
    expect(STRONG_KDF).toEqual({ memoryKiB: 262_144, passes: 3, lanes: 4 });
    const strong = openKeystore({ folder, now: () => now, computerSecret: null });
    const made = await strong.create({ passphrase: GOOD, pmName: 'x', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: recovery.jwk, beforeCommit: () => undefined });
    expect(made.ok).toBe(true);
    expect(JSON.parse(text()).kdf).toMatchObject({ name: 'argon2id', memoryKiB: 262_144, passes: 3, lanes: 4 });
    expect((await strong.unlock(GOOD)).ok).toBe(true);
  });
  it('can be opened by HQ with the recovery key alone', async () => {
    const { dataKey } = await enrolled();
    const file = JSON.parse(text());
    const { epk, sealed } = file.wraps.recovery;
    const shared = diffieHellman({ privateKey: createPrivateKey({ key: recovery.pkcs8, format: 'der', type: 'pkcs8' }), publicKey: createPublicKey({ key: epk, format: 'jwk' }) });
    const key = Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(0), 'fieldbook/1/recovery', 32));
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'));
    decipher.setAAD(Buffer.from(canonical({ v: 1, pmName: file.pmName, protection: file.protection, kdf: file.kdf, what: 'recovery' })));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    expect(Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).equals(dataKey)).toBe(true);
  });
  it('treats composed and decomposed letters of a passphrase alike', async () => {
    const store = keystore();
    const input = { pmName: 'x', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: recovery.jwk, beforeCommit: () => undefined };
    expect((await store.create({ ...input, passphrase: 'caf\u00e9 caf\u00e9 caf\u00e9' })).ok).toBe(true);
    expect((await store.unlock('cafe\u0301 cafe\u0301 cafe\u0301')).ok).toBe(true);
  });
  it('asks for twelve characters', async () => {
    const short = await keystore().create({ passphrase: 'eleven char', pmName: 'x', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: recovery.jwk,
      beforeCommit: () => undefined });
    expect(problem(short)?.code).toBe('session/passphrase-too-short');
    expect(keystore().exists()).toBe(false);
  });
  it('never replaces an enrolment', async () => {
    const { store } = await enrolled();
    const again = await store.create({ passphrase: GOOD, pmName: 'x', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: recovery.jwk, beforeCommit: () => undefined });
    expect(problem(again)?.code).toBe('session/already-enrolled');
    expect((await keystore().unlock(GOOD)).ok).toBe(true);
  });
  it('does not exist when filling the store failed', async () => {
    const store = keystore();
    await expect(store.create({ passphrase: GOOD, pmName: 'x', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: recovery.jwk,
      beforeCommit: () => { throw new Error('disk'); } })).rejects.toThrow('disk');
    expect(store.exists()).toBe(false);
    expect(store.info()).toBeNull();
  });
});

describe('wrong passphrase', () => {
  it('is an answer with the tries left, counted across restarts', async () => {
    await enrolled();
    for (const left of [4, 3, 2, 1]) expect(problem(await keystore().unlock('wrong wrong wrong'))).toEqual({ code: 'session/wrong-passphrase', details: { triesLeft: left, retryAt: null } });
    expect(problem(await keystore().unlock('wrong wrong wrong'))).toEqual({ code: 'session/wrong-passphrase', details: { triesLeft: 0, retryAt: '2026-11-24T15:01:00.000Z' } });
    expect(problem(await keystore().unlock(GOOD))).toEqual({ code: 'session/locked-out', details: { retryAt: '2026-11-24T15:01:00.000Z' } });
    later(1);
    expect((await keystore().unlock(GOOD)).ok).toBe(true);
    expect(JSON.parse(text()).lockout).toEqual({ failures: 0, retryAt: null });
  });
  it('waits 1, 2, 4 and at most 60 minutes', async () => {
    expect([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 40].map(waitMinutes)).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    await enrolled();
    for (let n = 1; n <= 12; n += 1) {
      const refused = problem(await keystore().unlock('wrong wrong wrong'));
      expect(refused?.code).toBe('session/wrong-passphrase');
      later(waitMinutes(n));
    }
    expect((await keystore().unlock(GOOD)).ok).toBe(true);
  });
  it('counts for signing as for unlocking', async () => {
    await enrolled();
    expect(problem(await keystore().signer('wrong wrong wrong'))).toMatchObject({ code: 'session/wrong-passphrase', details: { triesLeft: 4 } });
    expect(problem(await keystore().unlock('wrong wrong wrong'))).toMatchObject({ details: { triesLeft: 3 } });
  });
  it('gives no free try to parallel attempts', async () => {
    await enrolled();
    const store = keystore();
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.unlock('wrong wrong wrong')));
    expect(answers.filter((a) => problem(a)?.code === 'session/wrong-passphrase')).toHaveLength(5);
    expect(answers.filter((a) => problem(a)?.code === 'session/locked-out')).toHaveLength(3);
  });
  it('never makes a clock that was set back wait longer than an hour', async () => {
    await enrolled();
    for (let n = 0; n < 5; n += 1) await keystore().unlock('wrong wrong wrong');
    now = '2020-01-01T00:00:00.000Z';
    const refused = problem(await keystore().unlock(GOOD));
    expect(refused).toEqual({ code: 'session/locked-out', details: { retryAt: '2020-01-01T01:00:00.000Z' } });
  });
  it.each(['', 'x', '\u0000', 'ü'.repeat(400), GOOD.toUpperCase(), `${GOOD} `])('never throws for %j', async (passphrase) => {
    await enrolled();
    expect(problem(await keystore().unlock(passphrase))?.code).toBe('session/wrong-passphrase');
  });
});

describe('computer secret', () => {
  it('is needed beside the passphrase, and its loss costs no try', async () => {
    const secret = Buffer.alloc(32, 9);
    await enrolled(secret);
    expect((await keystore(secret).unlock(GOOD)).ok).toBe(true);
    for (const other of [null, Buffer.alloc(32, 8)]) expect(problem(await keystore(other).unlock(GOOD))?.code).toBe('session/computer-secret-missing');
    expect(JSON.parse(text()).lockout.failures).toBe(0);
    expect(keystore(secret).info()).toMatchObject({ ok: true, value: { protection: 'passphrase and computer' } });
  });
  it('cannot be argued away by editing the file', async () => {
    const secret = Buffer.alloc(32, 9);
    await enrolled(secret);
    writeFileSync(join(folder, 'keyfile.json'), JSON.stringify({ ...JSON.parse(text()), protection: 'passphrase', computerCheck: null }));
    expect(problem(await keystore(null).unlock(GOOD))?.code).toBe('session/wrong-passphrase');
  });
});

describe('damaged key file', () => {
  it.each([
    ['empty', () => ''], ['cut', () => text().slice(0, 200)], ['not JSON', () => 'SQLite format 3\u0000'], ['another version', () => JSON.stringify({ ...JSON.parse(text()), v: 2 })],
      ['no wraps', () => JSON.stringify({ ...JSON.parse(text()), wraps: {} })],
  ])('%s: an answer, never a crash, and never a new enrolment', async (_name, damage) => {
    await enrolled();
    writeFileSync(join(folder, 'keyfile.json'), damage());
    expect(problem(await keystore().unlock(GOOD))?.code).toBe('session/keyfile-unreadable');
    expect(keystore().exists()).toBe(true);
    expect(problem(keystore().info() ?? { ok: true })?.code).toBe('session/keyfile-unreadable');
  });
  it('a cheaper hash written into the file opens nothing', async () => {
    await enrolled();
    const file = JSON.parse(text());
    writeFileSync(join(folder, 'keyfile.json'), JSON.stringify({ ...file, kdf: { ...file.kdf, memoryKiB: 32 } }));
    expect(problem(await keystore().unlock(GOOD))?.code).toBe('session/wrong-passphrase');
  });
});

describe('signature', () => {
  it('verifies under exactly its key and only as ES256', () => {
    const [a, b] = [newKeyPair(), newKeyPair()];
    const jws = signJws(a.pkcs8, { x: 1 });
    expect(verifyJws(a.jwk, jws)).toEqual({ x: 1 });
    expect(verifyJws(b.jwk, jws)).toBeNull();
    const [, body, seal] = jws.split('.');
    for (const alg of ['none', 'HS256', 'ES384']) expect(verifyJws(a.jwk, `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${body}.${seal}`)).toBeNull();
    for (const bad of ['', 'a.b', 'a.b.c.d', '....', `${jws}x`]) expect(verifyJws(a.jwk, bad)).toBeNull();
  });
});
