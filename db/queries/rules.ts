/** The rules by which this laptop judges, and every pack that HQ published or proposed, with where it stands. */
import type { PackItem, RulesView } from '../../shared/api.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { activePack, isProposal, loweredNotes, packTrouble, waitingPacks } from '../../shared/domain/published-packs.ts';
import type { RulePackRow } from '../../shared/rows.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById } from '../rows.ts';
import { rulePacks } from '../run.ts';

/** Names of the staff list where it has them, else the id as it came. */
const named = (store: Store, ids: readonly string[]): readonly string[] => ids.map((id) => rowById(store, 'staff', id)?.name ?? id);

/** The active pack whole; the history newest first. */
export function rulesOverview(store: Store, { now }: ReadContext): RulesView {
  const rows = rulePacks(store);
  const active = activePack(rows, now);
  const waiting = new Set(waitingPacks(rows, now).map((r) => r.packVersion));
  const stateOf = (row: RulePackRow, isFit: boolean): PackItem['state'] => {
    if (isProposal(row)) return 'proposed';
    if (!isFit) return 'inactive';
    if (row.packVersion === active.row?.packVersion) return 'active';
    return waiting.has(row.packVersion) ? 'waiting' : 'replaced';
  };
  const published = [...rows].sort((a, b) => (a.publishedAt > b.publishedAt ? -1 : a.publishedAt < b.publishedAt ? 1 : a.id < b.id ? 1 : -1)).map((row): PackItem => {
    const problem = isProposal(row) ? null : packTrouble(row, now);
    return {
      version: row.packVersion, state: stateOf(row, problem === null), isBuiltIn: false, effectiveFrom: row.effectiveFrom || null, publishedAt: row.publishedAt || null,
      publishedBy: named(store, [row.publishedBy])[0] ?? row.publishedBy, approvers: named(store, row.approvers), lowered: row.lowered, problem,
    };
  });
  const builtIn: PackItem = {
    version: CORE_PACK.version, state: active.row === null ? 'active' : 'replaced', isBuiltIn: true, effectiveFrom: null, publishedAt: CORE_PACK.publishedAt, publishedBy: 'Fieldbook',
    approvers: CORE_PACK.approvedBy, lowered: [], problem: null,
  };
  return { pack: active.pack, packs: [...published, builtIn], lowered: loweredNotes(rows, now).map((n) => ({ ...n, approvers: named(store, n.approvers) })), now };
}
