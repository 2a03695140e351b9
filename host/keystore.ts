/**
 * The key file beside the store: one random data key, wrapped by the passphrase (with this computer's secret where the
 * system keeps one) and for HQ's recovery key; the device key under the data key, the signer key under the passphrase.
 * Must never write a key, passphrase or secret in the clear, nor keep a signer key longer than one ceremony.
 */
import {
  createCipheriv, createDecipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, timingSafeEqual, type JsonWebKey,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { canonical } from '../shared/canonical.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { writeDurably } from './durable-file.ts';

/** Cost of the passphrase hash; kept in the file, so that it can rise later. Memory in KiB. */
export type Kdf = { readonly memoryKiB: number; readonly passes: number; readonly lanes: number };
/** 256 MiB, three passes, four lanes: about 0.25 s on a field laptop. */
export const STRONG_KDF: Kdf = { memoryKiB: 256 * 1024, passes: 3, lanes: 4 };
/** For tests only, injected by the caller: no environment variable and no file can choose it at enrolment. */
export const WEAK_KDF_FOR_TESTS: Kdf = { memoryKiB: 64, passes: 1, lanes: 1 };
export const MIN_PASSPHRASE = 12;
/** Wrong tries before waiting begins. */
export const FREE_TRIES = 5;
const MAX_WAIT_MINUTES = 60;

const sealed = z.object({ iv: z.string(), data: z.string(), tag: z.string() });
type Sealed = z.infer<typeof sealed>;
const keyfileSchema = z.object({
  v: z.literal(1), pmName: z.string(), protection: z.enum(['passphrase', 'passphrase and computer']),
  kdf: z.object({ name: z.literal('argon2id'), memoryKiB: z.int().min(8).max(4 * 1024 * 1024), passes: z.int().min(1).max(64), lanes: z.int().min(1).max(64), salt: z.string() }),
  wraps: z.object({ passphrase: sealed, recovery: z.object({ epk: z.record(z.string(), z.unknown()), sealed }) }),
  keys: z.object({ device: sealed, signer: sealed }),
  /** Tells a lost computer secret from a wrong passphrase, without costing a try. */
  computerCheck: z.string().nullable(),
  lockout: z.object({ failures: z.int().min(0), retryAt: z.string().nullable() }),
});
type Keyfile = z.infer<typeof keyfileSchema>;

/** What an unlocked laptop holds in memory. `wipe` zeroes all of it. */
export type Keys = { readonly dataKey: Buffer; readonly deviceKey: Buffer; readonly wipe: () => void };
/** The signer key for one ceremony. The holder calls `wipe` in a `finally`. */
export type SignerKey = { readonly pkcs8: Buffer; readonly wipe: () => void };
export type Keystore = {
  readonly exists: () => boolean;
  /** What the lock screen may know without a passphrase; null before enrolment. */
  readonly info: () => Result<{ readonly pmName: string; readonly protection: Keyfile['protection']; readonly retryAt: string | null }> | null;
  readonly create: (input: NewKeyfile) => Promise<Result<Keys>>;
  readonly unlock: (passphrase: string) => Promise<Result<Keys>>;
  readonly signer: (passphrase: string) => Promise<Result<SignerKey>>;
};
export type NewKeyfile = {
  readonly passphrase: string; readonly pmName: string; readonly deviceKey: Buffer; readonly signerKey: Buffer; readonly recoveryJwk: JsonWebKey;
  /** Runs between wrapping the keys and the rename that makes the enrolment real: the caller fills the store here. */
  readonly beforeCommit: (dataKey: Buffer) => void;
};
export type KeystoreOptions = {
  readonly folder: string;
  /** Current instant, ISO 8601 UTC: for the waiting times only. */
  readonly now: () => string;
  /** 32 bytes that the operating system keeps for this user, or null where it keeps none ("passphrase only"). */
  readonly computerSecret: Buffer | null;
  readonly kdf?: Kdf;
};

const wipeAll = (...buffers: readonly (Buffer | Uint8Array)[]): void => buffers.forEach((b) => { b.fill(0); });

function seal(key: Buffer, clear: Buffer, about: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(about));
  const data = Buffer.concat([cipher.update(clear), cipher.final()]);
  return { iv: iv.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}
/** The clear bytes, or null when key or `about` differ from those at sealing. */
function unseal(key: Buffer, s: Sealed, about: string): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(s.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(Buffer.from(s.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(s.data, 'base64')), decipher.final()]);
  } catch {
    return null;
  }
}
const derive = (secret: Buffer, salt: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, salt, `fieldbook/1/${purpose}`, 32));
/** Binds each wrap to the file's fixed facts: a swapped cost, salt or protection makes the wrap unreadable. */
const about = (f: Pick<Keyfile, 'pmName' | 'protection' | 'kdf'>, what: string): string => canonical({ v: 1, pmName: f.pmName, protection: f.protection, kdf: f.kdf, what });
const computerCheckOf = (secret: Buffer): string => createHmac('sha256', secret).update('fieldbook/1/check').digest('base64');

/** `HKDF(argon2id(passphrase) || computerSecret)`: the key that opens the passphrase wrap. Slow by design (see `Kdf`). */
async function passphraseRoot(passphrase: string, kdf: Keyfile['kdf'], computerSecret: Buffer | null): Promise<Buffer> {
  const hashed = await hashRaw(Buffer.from(passphrase.normalize('NFKC')), {
    algorithm: 2, memoryCost: kdf.memoryKiB, timeCost: kdf.passes, parallelism: kdf.lanes, outputLen: 32, salt: Buffer.from(kdf.salt, 'base64'),
  });
  const joined = Buffer.concat([hashed, computerSecret ?? Buffer.alloc(0)]);
  const root = derive(joined, Buffer.from(kdf.salt, 'base64'), 'root');
  wipeAll(hashed, joined);
  return root;
}

/** Wraps the data key for HQ's offline recovery key (ECDH-ES on P-256 with a key used once). */
function recoveryWrap(recoveryJwk: JsonWebKey, dataKey: Buffer, aad: string): Keyfile['wraps']['recovery'] {
  const once = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey: createPublicKey({ key: recoveryJwk, format: 'jwk' }) });
  const key = derive(shared, Buffer.alloc(0), 'recovery');
  const { kty, crv, x, y } = once.publicKey.export({ format: 'jwk' });
  const wrap = { epk: { kty, crv, x, y }, sealed: seal(key, dataKey, aad) };
  wipeAll(shared, key);
  return wrap;
}

/** Minutes to wait after the n-th wrong try: none for the first four, then 1, 2, 4 up to 60. */
export const waitMinutes = (failures: number): number => (failures < FREE_TRIES ? 0 : Math.min(MAX_WAIT_MINUTES, 2 ** (failures - FREE_TRIES)));

/**
 * The key file of one folder. Refusals: `session/wrong-passphrase { triesLeft, retryAt }`, `session/locked-out { retryAt }`,
 * `session/computer-secret-missing`, `session/keyfile-unreadable`, `session/passphrase-too-short`.
 * A disk image resets the wrong-try counter; the passphrase hash and the computer's secret are the real barrier.
 */
export function openKeystore(options: KeystoreOptions): Keystore {
  const path = join(options.folder, 'keyfile.json');
  /** One attempt at a time: parallel attempts must not share a free try. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work, work);
    queue = next.catch(() => undefined);
    return next;
  };
  const load = (): Result<Keyfile> => {
    try {
      const parsed = keyfileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      return parsed.success ? ok(parsed.data) : no('session/keyfile-unreadable', {});
    } catch {
      return no('session/keyfile-unreadable', {});
    }
  };
  const save = (file: Keyfile): void => writeDurably(path, `${JSON.stringify(file, null, 2)}\n`);
  /** An instant still to wait for; a clock set back never makes the wait longer than an hour. */
  const waitingUntil = (file: Keyfile): string | null => {
    if (!file.lockout.retryAt) return null;
    const now = Date.parse(options.now());
    const until = Math.min(Date.parse(file.lockout.retryAt), now + MAX_WAIT_MINUTES * 60_000);
    return until > now ? new Date(until).toISOString() : null;
  };

  /** Checks one passphrase; the try is counted on disk before the hash is computed, so that a kill cannot give free tries. */
  const attempt = (passphrase: string): Promise<Result<{ file: Keyfile; root: Buffer; dataKey: Buffer }>> => inTurn(async () => {
    const loaded = load();
    if (!loaded.ok) return loaded;
    const file = loaded.value;
    const secret = options.computerSecret;
    if (file.protection === 'passphrase and computer') {
      const isSame = secret !== null && file.computerCheck !== null && timingSafeEqual(Buffer.from(computerCheckOf(secret)), Buffer.from(file.computerCheck.padEnd(44).slice(0, 44)));
      if (!isSame) return no('session/computer-secret-missing', {});
    }
    const retryAt = waitingUntil(file);
    if (retryAt) return no('session/locked-out', { retryAt });
    const failures = file.lockout.failures + 1;
    const wait = waitMinutes(failures);
    const next = wait > 0 ? new Date(Date.parse(options.now()) + wait * 60_000).toISOString() : null;
    save({ ...file, lockout: { failures, retryAt: next } });
    const root = await passphraseRoot(passphrase, file.kdf, file.protection === 'passphrase' ? null : secret);
    const wrapKey = derive(root, Buffer.alloc(0), 'data');
    const dataKey = unseal(wrapKey, file.wraps.passphrase, about(file, 'data'));
    wipeAll(wrapKey);
    if (!dataKey) {
      wipeAll(root);
      return no('session/wrong-passphrase', { triesLeft: Math.max(0, FREE_TRIES - failures), retryAt: next });
    }
    save({ ...file, lockout: { failures: 0, retryAt: null } });
    return ok({ file, root, dataKey });
  });

  return {
    exists: () => existsSync(path),
    info: () => {
      if (!existsSync(path)) return null;
      const loaded = load();
      return loaded.ok ? ok({ pmName: loaded.value.pmName, protection: loaded.value.protection, retryAt: waitingUntil(loaded.value) }) : loaded;
    },
    create: (input) => inTurn(async () => {
      if ([...input.passphrase.normalize('NFKC')].length < MIN_PASSPHRASE) return no('session/passphrase-too-short', { min: MIN_PASSPHRASE });
      if (existsSync(path)) return no('session/already-enrolled', {});
      mkdirSync(options.folder, { recursive: true, mode: 0o700 });
      const cost = options.kdf ?? STRONG_KDF;
      const kdf = { name: 'argon2id' as const, ...cost, salt: randomBytes(16).toString('base64') };
      const protection = options.computerSecret ? 'passphrase and computer' as const : 'passphrase' as const;
      const head = { pmName: input.pmName, protection, kdf };
      const dataKey = randomBytes(32);
      const root = await passphraseRoot(input.passphrase, kdf, options.computerSecret);
      const wrapKey = derive(root, Buffer.alloc(0), 'data');
      const signerWrap = derive(root, Buffer.alloc(0), 'signer');
      const deviceWrap = derive(dataKey, Buffer.alloc(0), 'device');
      const file: Keyfile = {
        v: 1, ...head,
        wraps: { passphrase: seal(wrapKey, dataKey, about(head, 'data')), recovery: recoveryWrap(input.recoveryJwk, dataKey, about(head, 'recovery')) },
        keys: { device: seal(deviceWrap, input.deviceKey, about(head, 'device')), signer: seal(signerWrap, input.signerKey, about(head, 'signer')) },
        computerCheck: options.computerSecret ? computerCheckOf(options.computerSecret) : null,
        lockout: { failures: 0, retryAt: null },
      };
      wipeAll(root, wrapKey, signerWrap, deviceWrap);
      try {
        input.beforeCommit(dataKey);
        save(file);
      } catch (error) {
        wipeAll(dataKey);
        throw error;
      }
      const deviceKey = Buffer.from(input.deviceKey);
      return ok({ dataKey, deviceKey, wipe: () => wipeAll(dataKey, deviceKey) });
    }),
    unlock: async (passphrase) => {
      const opened = await attempt(passphrase);
      if (!opened.ok) return opened;
      const { file, root, dataKey } = opened.value;
      wipeAll(root);
      const deviceWrap = derive(dataKey, Buffer.alloc(0), 'device');
      const deviceKey = unseal(deviceWrap, file.keys.device, about(file, 'device'));
      wipeAll(deviceWrap);
      if (!deviceKey) {
        wipeAll(dataKey);
        return no('session/keyfile-unreadable', {});
      }
      return ok({ dataKey, deviceKey, wipe: () => wipeAll(dataKey, deviceKey) });
    },
    signer: async (passphrase) => {
      const opened = await attempt(passphrase);
      if (!opened.ok) return opened;
      const { file, root, dataKey } = opened.value;
      const signerWrap = derive(root, Buffer.alloc(0), 'signer');
      const pkcs8 = unseal(signerWrap, file.keys.signer, about(file, 'signer'));
      wipeAll(root, dataKey, signerWrap);
      return pkcs8 ? ok({ pkcs8, wipe: () => wipeAll(pkcs8) }) : no('session/keyfile-unreadable', {});
    },
  };
}
