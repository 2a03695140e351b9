/** Packets touched by a lapse of a DIO, from what this laptop has: what HQ will open reviews of, and people in custody whose papers rest on it. */
import type { OfficerLapses, TouchedPacket } from '../../shared/api.ts';
import { actsOutside, type LapsedPacket, type LapseTouch, splitByLapse } from '../../shared/domain/lapse-review.ts';
import { openReason } from '../../shared/domain/lookback.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import type { AuthorityIntervalRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { decode, rowById, rowsWhere } from '../rows.ts';
import { officerFiles, type OfficerFileItem } from './officer-files.ts';

/** Rows whose change can move what a lapse touches. */
const RESTS_ON = ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals', 'packets', 'packet_versions', 'statements', 'subjects', 'lookback_reviews'] as const;

/** When this DIO's first gap began, so far; null when authority has never ended. */
const firstEnd = (intervals: readonly AuthorityIntervalRow[], now: string): string | null => intervals.flatMap((i) => (i.endAt !== null && i.endAt <= now ? [i.endAt] : [])).sort()[0] ?? null;

/** One DIO, or all of this laptop, with packets touched: by name. An act in a gap stands in a version that came after the gap began. */
export function officerLapses(store: Store, officerId: string | null, { now }: ReadContext): readonly OfficerLapses[] {
  return memoised(store, `officers.lapses.${officerId ?? '*'}`, RESTS_ON, now.slice(0, 13), () =>
    officerFiles(store, null).filter((i) => officerId === null || i.officer.id === officerId).flatMap((item): readonly OfficerLapses[] => {
      const since = firstEnd(item.rows.intervals, now);
      if (since === null) return [];
      const { inCustody, served, signed } = splitByLapse(lapsedPackets(store, item, since), item.officer.id, item.rows.intervals, item.agency.zone);
      const packets = [...inCustody.map((t) => touched(store, t, item, 'custody')), ...served.map((t) => touched(store, t, item, 'served')), ...signed.map((t) => touched(store, t, item, 'signed'))];
      return packets.length === 0 ? [] : [{ officerId: item.officer.id, officerName: item.officer.name, agencyName: item.agency.name, zone: item.agency.zone, packets }];
    }).sort((a, b) => (a.officerName < b.officerName ? -1 : a.officerName > b.officerName ? 1 : a.officerId < b.officerId ? -1 : 1)));
}

/** Packets whose signed versions, or current one while the person is in custody, name this DIO. The text was validated when HQ took it in; it is only read. */
function lapsedPackets(store: Store, { officer, rows }: OfficerFileItem, since: string): readonly LapsedPacket[] {
  const found = store.prepare(`SELECT v."packetId", v."content" FROM packet_versions v JOIN packets p ON p."id" = v."packetId"
    WHERE v."agencyId" = ? AND v."receivedAt" >= ? AND instr(v."content", ?) > 0
      AND (EXISTS (SELECT 1 FROM statements s WHERE s."packetId" = v."packetId" AND s."number" = v."number") OR (p."isDetained" = 1 AND p."state" <> 'closed' AND v."number" = p."currentVersion"))
    ORDER BY v."packetId", v."number"`).all(officer.agencyId, since, JSON.stringify(officer.id)) as readonly { readonly packetId: string; readonly content: string }[];
  const documents = new Map<string, PacketDocument[]>();
  for (const { packetId, content } of found) {
    const document = JSON.parse(content) as PacketDocument;
    if (actsOutside(document, officer.id, rows.intervals).length > 0) documents.set(packetId, [...(documents.get(packetId) ?? []), document]);
  }
  return [...documents].flatMap(([packetId, own]): readonly LapsedPacket[] => {
    const packet = rowById(store, 'packets', packetId);
    return packet ? [{ packet, statements: rowsWhere(store, 'statements', { packetId }), documents: own }] : [];
  });
}

function touched(store: Store, { packet, acts, isSigned, isServed }: LapseTouch, { officer }: OfficerFileItem, group: TouchedPacket['group']): TouchedPacket {
  const reviews = (store.prepare('SELECT * FROM lookback_reviews WHERE "packetId" = ? ORDER BY "openedAt" DESC, "id"').all(packet.id) as Record<string, unknown>[]).map((r) => decode('lookback_reviews', r));
  const review = reviews.find((r) => r.cause === 'late-lapse' || r.reasons.map(openReason).some((f) => f.reason === 'PK-03' || (f.reason === 'authority' && f.about === officer.id)));
  return {
    packetId: packet.id, eventNumber: packet.eventNumber, subjectName: rowById(store, 'subjects', packet.subjectId)?.name ?? '', group, isSigned, isServed, isDetained: packet.isDetained, acts,
    review: review ? { dueAt: review.dueAt, outcome: review.outcome } : null,
  };
}
