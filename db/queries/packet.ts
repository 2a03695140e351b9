/** One packet with everything its screen shows, and the stream versions that the person thereby looks at (`base`, SYN-4). */
import { shownAuthority } from '../../shared/domain/officer-events.ts';
import type { PacketView, QueryIn } from '../../shared/api.ts';
import { agencyStream, PROGRAM_STREAM } from '../../shared/ids.ts';
import { inOrder } from '../../shared/domain/custody.ts';
import { loweredNotes, newestRun, packsInPlay } from '../../shared/domain/published-packs.ts';
import { no, ok, type Result } from '../../shared/result.ts';
import { versionId, type StaffRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById, rowsWhere } from '../rows.ts';
import { earlierVersions } from './earlier.ts';
import { claimsOf } from './claims.ts';
import { lookbacksOf } from './lookback.ts';
import { rulePacks } from '../run.ts';
import { neighboursOf } from './queue.ts';
import { workOf } from './work.ts';

/** The versions of these streams that this laptop holds; 0 for one it never pulled. */
export function baseOf(store: Store, streams: readonly string[]): Readonly<Record<string, number>> {
  const find = store.prepare('SELECT "version" FROM cursors WHERE "stream" = ?').pluck();
  return Object.fromEntries(streams.map((s) => [s, (find.get(s) as number | undefined) ?? 0]));
}

/** A packet at one version (null = current). Refusals: packet/unknown, packet/unknown-version, packet/incomplete (its stream is still arriving). */
export function openPacket(store: Store, { packetId, number }: QueryIn<'packet.open'>, context: ReadContext): Result<PacketView> {
  const { now, pmId } = context;
  const packet = rowById(store, 'packets', packetId);
  if (!packet) return no('packet/unknown', { packetId });
  const wanted = number ?? packet.currentVersion;
  const version = rowById(store, 'packet_versions', versionId(packetId, wanted));
  if (!version) return no('packet/unknown-version', { packetId, version: wanted });
  const [subject, agency] = [rowById(store, 'subjects', packet.subjectId), rowById(store, 'agencies', packet.agencyId)];
  if (!subject || !agency) return no('packet/incomplete', { packetId });
  const { agencyId } = packet;
  const ofAgency = <T extends 'officers' | 'authority_intervals' | 'moa_intervals'>(table: T) => memoised(store, `${table}.of.${agencyId}`, [table], '', () => rowsWhere(store, table, { agencyId }));
  const officers = ofAgency('officers');
  const staff = memoised(store, 'staff.all', ['staff'], '', () => rowsWhere(store, 'staff', {}).map(({ id, name, role, legalTitle }): Pick<StaffRow,
    'id' | 'name' | 'role' | 'legalTitle'> => ({ id, name, role, legalTitle })));
  const byTime = <T extends { readonly id: string }>(rows: readonly T[], at: (row: T) => string): readonly T[] => [...rows].sort((a, b) =>
    (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : a.id < b.id ? -1 : 1));
  const returns = byTime(rowsWhere(store, 'returns', { packetId }), (r) => r.returnedAt);
  const statements = byTime(rowsWhere(store, 'statements', { packetId }), (s) => s.signedAt);
  const intervals = ofAgency('authority_intervals');
  const preparer = officers.find((o) => o.id === packet.preparerId) ?? rowById(store, 'officers', packet.preparerId);
  return ok({
    packet, version, subject, agency, officers, staff,
    versions: store.prepare('SELECT "number" FROM packet_versions WHERE "packetId" = ? ORDER BY "number"').pluck().all(packetId) as number[],
    preparer: preparer && { ...preparer, authorityState: shownAuthority(preparer, intervals, now) },
    intervals, moa: ofAgency('moa_intervals'),
    checkRun: newestRun(rowsWhere(store, 'check_runs', { packetId }), wanted),
    statements, returns, earlier: earlierVersions(store, version, pmId, returns, statements),
    holds: byTime(rowsWhere(store, 'holds', { packetId }), (h) => h.placedAt),
    packs: packsInPlay(rulePacks(store), now), lowered: loweredNotes(rulePacks(store), now),
    links: rowsWhere(store, 'packet_links', { packetId }), pins: byTime(rowsWhere(store, 'pins', { packetId }), (p) => p.addedAt),
    claims: claimsOf(store, packetId), lookbacks: lookbacksOf(store, packetId, context), signer: rowById(store, 'staff', pmId), base: baseOf(store, [...new Set([agencyStream(agencyId), packet.stream, PROGRAM_STREAM])]), work: workOf(store, packetId),
    ...neighboursOf(store, packet, now), now,
    custody: [...rowsWhere(store, 'custody_events', { packetId })].sort(inOrder),
  });
}
