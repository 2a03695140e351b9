/**
 * 32 random bytes that the operating system keeps for this user (Keychain, DPAPI, libsecret, KWallet), mixed into the passphrase key.
 * Where the system only scrambles them (`basic_text`) there is none, and the lock screen says "passphrase only".
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { writeDurably } from '../host/durable-file.ts';

/** The secret of this computer, made at first use; null where no real keyring exists or it does not give the secret back. After `ready` only. */
export function computerSecret(folder: string): Buffer | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return null;
  const file = join(folder, 'computer-secret');
  try {
    if (existsSync(file)) {
      const secret = Buffer.from(safeStorage.decryptString(Buffer.from(readFileSync(file, 'utf8'), 'base64')), 'base64');
      return secret.length === 32 ? secret : null;
    }
    // An enrolled laptop without this file was enrolled without a keyring: stay "passphrase only".
    if (existsSync(join(folder, 'keyfile.json'))) return null;
    const secret = randomBytes(32);
    writeDurably(file, safeStorage.encryptString(secret.toString('base64')).toString('base64'));
    return secret;
  } catch {
    return null;
  }
}
