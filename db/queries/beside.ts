/** Two packets that HQ linked, side by side. Must never show more of a packet whose stream is not here than HQ's link says. */
import type { PacketBeside, PacketsBeside, QueryIn } from '../../shared/api.ts';
import { isStanding } from '../../shared/domain/links.ts';
import { openContent, type PacketDocument } from '../../shared/domain/packet.ts';
import { narrativeOf, passages, shingles } from '../../shared/domain/similarity.ts';
import { no, ok, type Result } from '../../shared/result.ts';
import { versionId, type PacketRow } from '../../shared/rows.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById, rowsWhere } from '../rows.ts';

const documentOf = (store: Store, packet: PacketRow): PacketDocument | null => {
  const version = rowById(store, 'packet_versions', versionId(packet.id, packet.currentVersion));
  return version ? openContent(version.content) : null;
};
const textOf = (document: PacketDocument | null): { readonly text: string; readonly names: readonly string[]; readonly words: readonly string[] } | null => {
  const form = document?.forms.find((f) => f.kind === 'I-213');
  const found = document && narrativeOf(document);
  if (!document || !found || form?.kind !== 'I-213') return null;
  return { text: form.narrative, words: found.words, names: [document.subject.identity, ...document.forms.map((f) => f.identity)].flatMap((i) => [i.familyName, i.givenName]) };
};

/** The packet and the other one of a standing link. Refusals: packet/unknown; packet/not-linked also where the other one is not to be found. */
export function besideOf(store: Store, { packetId, otherPacketId }: QueryIn<'packet.beside'>, { now }: ReadContext): Result<PacketsBeside> {
  const packet = rowById(store, 'packets', packetId);
  if (!packet) return no('packet/unknown', { packetId });
  const links = rowsWhere(store, 'packet_links', { packetId }).filter((l) => l.otherPacketId === otherPacketId && isStanding(l));
  if (links.length === 0) return no('packet/not-linked', { packetId });
  const there = rowById(store, 'packets', otherPacketId);
  const [mine, theirs] = [textOf(documentOf(store, packet)), there && textOf(documentOf(store, there))];
  const view = (row: PacketRow, own: typeof mine, against: typeof mine): PacketBeside => {
    const agency = rowById(store, 'agencies', row.agencyId);
    return {
      packet: row, subjectName: rowById(store, 'subjects', row.subjectId)?.name ?? '', agencyName: agency?.name ?? row.agencyId, zone: agency?.zone ?? 'UTC',
      passages: own && passages(own.text, own.names, shingles(against?.words ?? [])),
    };
  };
  return ok({ own: view(packet, mine, theirs), other: there && view(there, theirs, mine), links, now });
}
