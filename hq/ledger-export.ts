/**
 * The export of one ledger, a device's or HQ's own: entries, commands, checkpoints and public keys; all that `npm run ledger -- verify` needs.
 * Commands carry personal data: the export is for the service role and the auditor, and each one is audited by the caller.
 */
import type { JsonWebKey } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Envelope } from '../shared/command.ts';
import type { LedgerEntry } from '../shared/sync.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { HQ_LEDGER } from './own-ledger.ts';

export type LedgerExport = {
  readonly v: 1; readonly ledger: string; readonly device: string; readonly deviceJwk: JsonWebKey; readonly signerJwk: JsonWebKey; readonly hqJwk: JsonWebKey;
  readonly epochs: readonly {
    readonly epoch: string;
    readonly entries: readonly { readonly entry: LedgerEntry; readonly hash: string; readonly command: { readonly name: string; readonly input: unknown; readonly envelope: Envelope } | null }[];
    readonly checkpoints: readonly string[];
  }[];
};

/** The whole ledger of a device, or HQ's own under the id `hq`; epochs in the order in which HQ first saw them; null for an unknown device. */
export async function exportLedger(db: HqConnection, deviceId: string, hqJwk: JsonWebKey): Promise<LedgerExport | null> {
  // HQ has one key: what it did is proven by the same signature that countersigns the laptops' heads.
  const own = { ledger: HQ_LEDGER, device_jwk: JSON.stringify(hqJwk), signer_jwk: JSON.stringify(hqJwk) };
  const device = deviceId === HQ_LEDGER ? own
    : (await rowsOf<{ ledger: string; device_jwk: string; signer_jwk: string }>(db, sql`SELECT ledger, device_jwk, signer_jwk FROM devices WHERE id = ${deviceId}`))[0];
  if (!device) return null;
  const { ledger } = device;
  const epochs: LedgerExport['epochs'][number][] = [];
  for (const { epoch } of await rowsOf<{ epoch: string }>(db, sql`SELECT epoch FROM ledger_heads WHERE ledger = ${ledger} ORDER BY opened_at, epoch`)) {
    const entries = await rowsOf<{ entry: string; hash: string; command: string }>(db, sql`SELECT entry, hash, command FROM ledger_entries WHERE ledger = ${ledger} AND epoch = ${epoch} ORDER BY seq`);
    const heads = await rowsOf<{ jws: string }>(db, sql`SELECT jws FROM checkpoints WHERE ledger = ${ledger} AND epoch = ${epoch} ORDER BY seq, at`);
    epochs.push({ epoch, entries: entries.map((e) => ({ entry: JSON.parse(e.entry), hash: e.hash, command: JSON.parse(e.command) })), checkpoints: heads.map((h) => h.jws) });
  }
  return { v: 1, ledger, device: deviceId, deviceJwk: JSON.parse(device.device_jwk), signerJwk: JSON.parse(device.signer_jwk), hqJwk, epochs };
}
