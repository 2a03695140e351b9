/**
 * What HQ itself does: commands of its roles and revocation, each the next entry of HQ's own ledger and a line of the audit.
 * A person known to HQ acts only in their own role. Must never run what belongs to a laptop: a field role's command comes through push.
 */
import type { JsonWebKey } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Problem } from '../shared/result.ts';
import type { Role } from '../shared/roles.ts';
import { appendToHqLedger, nextHqEnvelope } from './own-ledger.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { signApproved } from './packs.ts';
import { isBadValue, Refusal } from './problem.ts';
import { runAtHq, type HqOutcome } from './run.ts';

/** Who may take a laptop out of service. */
const REVOKERS = ['ice_security', 'national_pm', 'unit_chief', 'fod', 'sddo', 'service'] as const satisfies readonly Role[];

export type OwnCommandsOptions = {
  readonly db: HqConnection;
  readonly generation: string;
  /** Private P-256 JWK: signs the entries of HQ's ledger. */
  readonly hqKey: JsonWebKey;
  /** Current instant, ISO 8601 UTC with milliseconds. */
  readonly now: () => string;
  readonly auditEntry: (actor: string, role: string, what: string, target: string, outcome: string) => Promise<void>;
  /** Told after the commit that a rule pack was published. */
  readonly onPack?: () => void;
};
export type RoleAnswer =
  | { readonly ok: true; readonly value: { readonly commandId: string; readonly outcome: string; readonly reasons: readonly string[]; readonly stream: string; readonly version: number } }
  | { readonly ok: false; readonly problem: Problem };
export type OwnCommands = {
  readonly runInLedger: (tx: HqConnection, name: string, input: unknown, actor: string, role: Role) => Promise<{ readonly outcome: HqOutcome; readonly commandId: string }>;
  readonly runForRole: (name: string, input: unknown, as: Role, actor: string) => Promise<RoleAnswer>;
  /** A person known to HQ acts only in their own role. */
  readonly isOwnRole: (actor: string, as: Role) => Promise<boolean>;
  readonly revokeDevice: (device: string, as: Role, actor: string, reason: string) => Promise<string>;
};

export function createOwnCommands({ db, generation, hqKey, now, auditEntry, onPack }: OwnCommandsOptions): OwnCommands {
  /** Runs a command of HQ itself in the caller's transaction, as the next entry of HQ's own ledger. A refused one leaves no entry. */
  const runInLedger = async (tx: HqConnection, name: string, input: unknown, actor: string, role: Role): Promise<{ readonly outcome: HqOutcome; readonly commandId: string; readonly isPack: boolean }> => {
    const at = now();
    const envelope = await nextHqEnvelope(tx, generation, actor, role, at);
    const outcome = await runAtHq(tx, { name, input, envelope, receivedAt: at });
    if (outcome.outcome !== 'refused') await appendToHqLedger(tx, hqKey, name, input, envelope);
    const isPack = await signApproved(tx, hqKey, outcome);
    return { outcome, commandId: envelope.id, isPack };
  };
  /** Revokes a laptop, once and for good; the same again answers the same time. Waits for a push of it that is under way. Throws `Refusal`. */
  async function revokeDevice(device: string, as: Role, actor: string, reason: string): Promise<string> {
    const refuse = async (status: number, code: string, details: Readonly<Record<string, unknown>>): Promise<never> => {
      await auditEntry(actor, as, 'device.revoke', device, code);
      throw new Refusal(status, code, details);
    };
    if (!(REVOKERS as readonly Role[]).includes(as) || !(await isOwnRole(actor, as))) return refuse(403, 'roles/not-allowed', { name: 'device.revoke', role: as });
    const revokedAt = await db.transaction(async (transaction) => {
      const tx = transaction as unknown as HqConnection;
      const [row] = await rowsOf<{ revoked_at: string | null }>(tx, sql`SELECT revoked_at FROM devices WHERE id = ${device} FOR UPDATE`);
      if (!row) return null;
      if (row.revoked_at !== null) return row.revoked_at;
      const envelope = await nextHqEnvelope(tx, generation, actor, as, now());
      await tx.execute(sql`UPDATE devices SET revoked_at = ${envelope.at} WHERE id = ${device}`);
      await appendToHqLedger(tx, hqKey, 'device.revoke', { device, reason }, envelope);
      return envelope.at;
    });
    if (revokedAt === null) return refuse(404, 'sync/unknown-device', {});
    await auditEntry(actor, as, 'device.revoke', device, 'done');
    return revokedAt;
  }
  /** A person known to HQ acts only in their own role. */
  async function isOwnRole(actor: string, as: Role): Promise<boolean> {
    const known = await rowsOf<{ role: string }>(db, sql`SELECT role FROM staff WHERE id = ${actor}`);
    return !known[0] || known[0].role === as;
  }

  /** A command of an HQ role, audited whatever comes of it. A person known to HQ acts only in their own role. */
  async function runForRole(name: string, input: unknown, as: Role, actor: string) {
    const refuse = async (code: string, details: Readonly<Record<string, unknown>>) => {
      await auditEntry(actor, as, name, '', code);
      return { ok: false as const, problem: { code, details } };
    };
    if (as === 'pm' || as === 'acting_pm' || as === 'auditor') return refuse('roles/not-allowed', { name, role: as });
    if (!(await isOwnRole(actor, as))) return refuse('roles/not-allowed', { name, role: as });
    try {
      const { outcome, commandId, isPack } = await db.transaction((tx) => runInLedger(tx as unknown as HqConnection, name, input, actor, as));
      if (outcome.outcome === 'refused') return await refuse(outcome.problem.code, outcome.problem.details);
      await auditEntry(actor, as, name, commandId, 'done');
      if (isPack) onPack?.();
      return { ok: true as const, value: { commandId, outcome: outcome.outcome, reasons: outcome.reasons, stream: outcome.stream, version: outcome.version } };
    } catch (error) {
      if (isBadValue(error)) return refuse('sync/malformed', { field: 'input' });
      throw error;
    }
  }
  return { runInLedger, runForRole, isOwnRole, revokeDevice };
}
