/**
 * Rule packs at HQ: signs what has its approvals, and says which packs there are. The signature is made in the transaction of the last approval,
 * so a pack is never known as published without it. Must never sign a row that `pack.publish` or `pack.approve` did not just write.
 */
import type { JsonWebKey } from 'node:crypto';
import { put } from '../shared/command.ts';
import { CORE_PACK } from '../shared/domain/packs.ts';
import { activePack, isProposal, PACK_SIGNATURE_TYPE, packPayload } from '../shared/domain/published-packs.ts';
import { PROGRAM_STREAM } from '../shared/ids.ts';
import type { RulePackRow } from '../shared/rows.ts';
import { signJws } from './jws.ts';
import type { HqConnection } from './open.ts';
import { packRows } from './pack-rows.ts';
import { writeRows, type HqOutcome } from './run.ts';

/** Signs the pack that this outcome brought to its last approval, as the stream's next version. Call in the command's own transaction, under its lock. */
export async function signApproved(tx: HqConnection, hqKey: JsonWebKey, outcome: HqOutcome): Promise<boolean> {
  if (outcome.outcome === 'refused') return false;
  const rows = outcome.rows.filter((w) => w.table === 'rule_packs').map((w) => w.row as unknown as RulePackRow).filter((r) => isProposal(r) && r.publishedAt !== '');
  if (rows.length === 0) return false;
  const puts = rows.map((row) => {
    const { version: _v, changedBy: _c, ...draft } = row;
    return put('rule_packs', { ...draft, jws: signJws(hqKey, packPayload(row), { typ: PACK_SIGNATURE_TYPE }) });
  });
  await writeRows(tx, PROGRAM_STREAM, outcome.version, puts, 'hq');
  return true;
}

/** What `GET /rule-packs` shows: the state of every pack, and the one that counts now as a document that can be changed and published under a new version. */
export async function packOverview(db: HqConnection, now: string) {
  const rows = await packRows(db);
  const active = activePack(rows, now);
  const { publishedAt: _p, approvedBy: _a, effectiveFrom: _e, ...draft } = active.pack;
  return {
    active: active.pack.version,
    isBuiltIn: active.pack.version === CORE_PACK.version,
    packs: rows.map((r) => ({
      version: r.packVersion, documentHash: r.documentHash, state: isProposal(r) ? 'waits for approval' : r.packVersion === active.row?.packVersion ? 'active' : r.effectiveFrom > now ? 'waits for its start' : 'not active',
      publishedBy: r.publishedBy, approvers: r.approvers, lowered: r.lowered, publishedAt: r.publishedAt, effectiveFrom: r.effectiveFrom,
    })),
    draft: { pack: draft },
  };
}
