/**
 * Collects the machine-readable export of one packet from this laptop's store. Reads only. Must never give anything of a packet under restricted
 * handling, nor say why: every such packet gets one and the same answer, whatever the cause and whether the hold is open or was released [8.2].
 */
import type { JsonWebKey } from 'node:crypto';
import { type Bundle, type LedgerRun, shortCode } from '../shared/domain/bundle.ts';
import { openContent } from '../shared/domain/packet.ts';
import { no, ok, type Result } from '../shared/result.ts';
import type { PaperNames } from '../shared/domain/packet-paper.ts';
import { versionId } from '../shared/rows.ts';
import type { Store } from './open.ts';
import { rowById, rowsWhere } from './rows.ts';

export type ExportAsk = {
  readonly packetId: string; /** null: the current version. */ readonly number: number | null; readonly now: string; readonly actor: string; readonly device: string;
  readonly deviceJwk: JsonWebKey; readonly hqJwk: JsonWebKey;
};
type EntryRow = { readonly ledger: string; readonly epoch: string; readonly seq: number; readonly commandId: string; readonly entry: string; readonly hash: string };
type HeadRow = { readonly seq: number; readonly jws: string };

/** Acts on the packet, `outbox o`, that may be told of: one that stands behind restricted handling is an act on another packet here. */
const OPEN_ACT = `o."packetId" = ? AND o."stream" NOT LIKE 'restricted:%'`;
/** From each entry on the packet up to the first head that HQ countersigned at or after it; runs that touch are one. */
function ledgerRuns(store: Store, packetId: string): readonly LedgerRun[] {
  const commands = new Map((store.prepare(`SELECT "commandId", "name", "input", "envelope" FROM outbox o WHERE ${OPEN_ACT}`).all(packetId) as {
    readonly commandId: string; readonly name: string; readonly input: string; readonly envelope: string }[]).map((c) => [c.commandId, c]));
  const ours = store.prepare(`SELECT e."ledger", e."epoch", e."seq" FROM ledger_entries e JOIN outbox o ON o."commandId" = e."commandId" WHERE ${OPEN_ACT} ORDER BY e."n"`).all(packetId) as Pick<EntryRow, 'ledger' | 'epoch' | 'seq'>[];
  const headAfter = store.prepare('SELECT min("seq") FROM checkpoints WHERE "ledger" = ? AND "epoch" = ? AND "seq" >= ?').pluck();
  const spans: { ledger: string; epoch: string; from: number; to: number }[] = [];
  for (const { ledger, epoch, seq } of ours) {
    const to = (headAfter.get(ledger, epoch, seq) as number | null) ?? seq;
    const last = spans.at(-1);
    if (last && last.ledger === ledger && last.epoch === epoch && seq <= last.to + 1) last.to = Math.max(last.to, to);
    else spans.push({ ledger, epoch, from: seq, to });
  }
  return spans.map(({ ledger, epoch, from, to }) => ({
    ledger, epoch,
    entries: (store.prepare('SELECT * FROM ledger_entries WHERE "ledger" = ? AND "epoch" = ? AND "seq" BETWEEN ? AND ? ORDER BY "seq"').all(ledger, epoch, from, to) as EntryRow[]).map((e) => {
      const c = commands.get(e.commandId);
      return { entry: JSON.parse(e.entry), hash: e.hash, command: c ? { name: c.name, input: JSON.parse(c.input), envelope: JSON.parse(c.envelope) } : null };
    }),
    checkpoints: (store.prepare('SELECT "seq", "jws" FROM checkpoints WHERE "ledger" = ? AND "epoch" = ? AND "seq" BETWEEN ? AND ? ORDER BY "seq", "serverTime"').all(ledger, epoch, from, to) as HeadRow[]).map((h) => h.jws),
  }));
}

/** The bundle without its seal. Refusals: packet/unknown, packet/unknown-version, export/restricted. */
export function collectBundle(store: Store, ask: ExportAsk): Result<Omit<Bundle, 'seal'>> {
  const { packetId } = ask;
  const packet = rowById(store, 'packets', packetId);
  if (!packet) return no('packet/unknown', { packetId });
  const holds = rowsWhere(store, 'holds', { packetId });
  // No detail: the answer is the same for every packet and every cause.
  if (holds.some((h) => h.rule === 'RESTRICTED')) return no('export/restricted', {});
  const number = ask.number ?? packet.currentVersion;
  const version = rowById(store, 'packet_versions', versionId(packetId, number));
  if (!version) return no('packet/unknown-version', { packetId, version: number });
  const byId = <T extends { readonly id: string }>(rows: readonly T[]): T[] => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const statements = byId(rowsWhere(store, 'statements', { packetId }));
  const receipts = store.prepare(`SELECT r."commandId", r."seq", r."hash", r."outcome", r."code", r."receivedAt" FROM receipts r JOIN outbox o ON o."commandId" = r."commandId" WHERE ${OPEN_ACT} ORDER BY r."receivedAt", r."seq"`)
    .all(packetId) as { readonly commandId: string; readonly hash: string; readonly code: string }[];
  const signers = Object.fromEntries([...new Set(statements.map((s) => s.signerId))].flatMap((id) => {
    const key = rowById(store, 'staff', id)?.signerJwk;
    return key ? [[id, JSON.parse(key)]] : [];
  }));
  return ok({
    v: 1, kind: 'packet-export', packetId, number, isSynthetic: openContent(version.content).isSynthetic, exportedAt: ask.now, exportedBy: ask.actor, device: ask.device,
    shortCode: shortCode(packetId, number, version.contentHash, receipts.at(-1)?.code ?? null),
    keys: { deviceJwk: ask.deviceJwk as Bundle['keys']['deviceJwk'], hqJwk: ask.hqJwk as Bundle['keys']['hqJwk'], signers },
    packet, subject: rowById(store, 'subjects', packet.subjectId), versions: byId(rowsWhere(store, 'packet_versions', { packetId })), checkRuns: byId(rowsWhere(store, 'check_runs', { packetId })),
    statements, returns: byId(rowsWhere(store, 'returns', { packetId })), holds: byId(holds), pins: byId(rowsWhere(store, 'pins', { packetId })),
    claims: byId(rowsWhere(store, 'claims', { packetId }).filter((c) => !c.stream.startsWith('restricted:'))), custody: byId(rowsWhere(store, 'custody_events', { packetId })), lookbacks: byId(rowsWhere(store, 'lookback_reviews', { packetId })), receipts, ledger: [...ledgerRuns(store, packetId)],
  });
}

/** Names that a paper needs beside the bundle's ids: the agency, and who is who among staff and the agency's officers. */
export function paperNames(store: Store, bundle: Pick<Bundle, 'packetId'>): PaperNames {
  const agencyId = rowById(store, 'packets', bundle.packetId)?.agencyId ?? '';
  const agency = rowById(store, 'agencies', agencyId);
  const people = [...rowsWhere(store, 'staff', {}).map((s) => [s.id, `${s.name}, ${s.legalTitle}`] as const), ...rowsWhere(store, 'officers', { agencyId }).map((o) => [o.id, `${o.name} (DIO)`] as const)];
  return { agency: agency ? `${agency.name}, ${agency.state} (${agency.id})` : agencyId, people: Object.fromEntries(people) };
}
