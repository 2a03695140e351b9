/**
 * HQ's own ledger: what HQ roles did, hash-chained like a laptop's and countersigned entry by entry with HQ's key, so that
 * `npm run ledger -- verify` reads both alike. Must be written in the transaction of the act itself, and locked before any stream.
 */
import { createHash, randomBytes, randomUUID, type JsonWebKey } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Envelope } from '../shared/command.ts';
import { activePack } from '../shared/domain/published-packs.ts';
import type { Role } from '../shared/roles.ts';
import { entryHash, ledgerEntry, type Checkpoint } from '../shared/sync.ts';
import { signJws } from './jws.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { packRows } from './pack-rows.ts';
import { checkpoints, ledgerEntries } from './schema.ts';

/** The ledger's id; its epoch is the generation of HQ's record. */
export const HQ_LEDGER = 'hq';
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** An envelope for what HQ itself does outside its ledger (intake): no device, no chain, HQ's clock; each check run names its own pack. */
export const hqEnvelope = (actor: string, role: Role, at: string): Envelope => ({
  id: randomUUID().replaceAll('-', ''), ledger: HQ_LEDGER, epoch: HQ_LEDGER, seq: 1, prev: '', device: 'hq', actor, role, at, zone: 'UTC', mono: 0, bootId: 'hq', anchor: '', base: {},
  packs: [], tz: process.versions.tz ?? '', salt: '',
});

/** Locks the chain until commit and gives the envelope of its next entry. */
export async function nextHqEnvelope(tx: HqConnection, epoch: string, actor: string, role: Role, at: string): Promise<Envelope> {
  await tx.execute(sql`INSERT INTO ledger_heads (ledger, epoch, seq, head, anchor_at, opened_at) VALUES (${HQ_LEDGER}, ${epoch}, 0, '', ${at}, ${at}) ON CONFLICT (ledger, epoch) DO NOTHING`);
  const [head] = await rowsOf<{ seq: number; head: string }>(tx, sql`SELECT seq, head FROM ledger_heads WHERE ledger = ${HQ_LEDGER} AND epoch = ${epoch} FOR UPDATE`);
  return { ...hqEnvelope(actor, role, at), packs: [activePack(await packRows(tx), at).pack.version], epoch, seq: (head?.seq ?? 0) + 1, prev: head?.head ?? '', salt: randomBytes(16).toString('hex') };
}

/** Appends what was done under this envelope, and signs the new head. Call only when it took effect: a refusal is in the audit, not here. */
export async function appendToHqLedger(tx: HqConnection, hqKey: JsonWebKey, name: string, input: unknown, env: Envelope): Promise<void> {
  const entry = ledgerEntry(name, input, env, sha256);
  const hash = entryHash(entry, sha256);
  const checkpoint: Checkpoint = { ledger: env.ledger, epoch: env.epoch, seq: env.seq, head: hash, serverTime: env.at, nonce: randomBytes(12).toString('hex') };
  const jws = signJws(hqKey, checkpoint, { typ: 'fieldbook-checkpoint' });
  await tx.insert(ledgerEntries).values({ ledger: env.ledger, epoch: env.epoch, seq: env.seq, hash, entry: JSON.stringify(entry), command: JSON.stringify({ name, input, envelope: env }) });
  await tx.execute(sql`UPDATE ledger_heads SET seq = ${env.seq}::int, head = ${hash}, anchor_at = ${env.at} WHERE ledger = ${env.ledger} AND epoch = ${env.epoch}`);
  await tx.insert(checkpoints).values({ hash: sha256(jws), ledger: env.ledger, epoch: env.epoch, seq: env.seq, jws, at: env.at });
}
