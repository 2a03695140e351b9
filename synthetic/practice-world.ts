/** What lies in the practice store at the start of a case: the demo PM's agencies with their people, the case's packet, and two ordinary ones beside it. */
import type { PacketDocument } from '../shared/domain/packet.ts';
import { PRACTICE_CASES, type PracticeCaseId } from '../shared/domain/practice.ts';
import { DAY, plus } from './instants.ts';
import { type DemoPacket, packets } from './packets.ts';
import { DEMO_AGENCIES, DEMO_PM_ID, programme } from './programme.ts';

const SEED = 287;
/** Ordinary packets beside the case, so that it has to be found; their clocks are far off. */
const BESIDE = 2;

/** Lines of intake commands in the order in which they land, and the packet that the case is about. */
export type PracticeWorld = { readonly lines: readonly { readonly command: string; readonly input: unknown }[]; readonly packets: readonly DemoPacket[]; readonly packetId: string };

/** In cases 8 and 12 the papers say nothing: the person hears it on the telephone. */
const asReceived = (id: PracticeCaseId, packet: DemoPacket): DemoPacket => {
  if (id === '8') return { ...packet, document: { ...packet.document, subject: { ...packet.document.subject, citizenshipIndicia: [] } } satisfies PacketDocument };
  return id === '12' ? { ...packet, isRestricted: false } : packet;
};

/** The world of one case at its first moment, for the person `pm` of the laptop. The same case is the same world, but for that person. */
export function practiceWorld(id: PracticeCaseId, pm: { readonly id: string; readonly name: string; readonly legalTitle: string; readonly fieldOffice: string }): PracticeWorld {
  const now = PRACTICE_CASES[id].startsAt;
  const all = programme(SEED, now);
  const isOwn = (agencyId: string): boolean => (Object.values(DEMO_AGENCIES) as readonly string[]).includes(agencyId);
  const made = packets(SEED, now, all).filter((p) => isOwn(p.document.agencyId));
  const found = made.find((p) => p.scenario === Number(id));
  if (!found) throw new Error(`no packet for practice case ${id}`);
  const beside = made.filter((p) => p.scenario === null && p.defect === null && p.returned === null && p.document.number === 1
    && (p.document.events.localReleaseAt ?? '') > plus(now, DAY)).slice(0, BESIDE);
  const staff = { id: pm.id, name: pm.name, role: 'pm', legalTitle: pm.legalTitle, fieldOffice: pm.fieldOffice, signerKid: null, signerJwk: null, activeFrom: '2020-01-01T00:00:00.000Z', activeTo: null };
  return {
    lines: [
      ...all.agencies.filter((a) => isOwn(a.id)).map((input) => ({ command: 'agency.receive', input })),
      { command: 'staff.receive', input: staff },
      ...all.assignments.filter((a) => a.pmId === DEMO_PM_ID).map((a) => ({ command: 'assignment.set', input: { ...a, pmId: pm.id, id: `practice-${a.id}` } })),
      ...all.officers.filter((o) => isOwn(o.agencyId)).map((input) => ({ command: 'officer.receive', input })),
      ...all.moa.map((input) => ({ command: 'moa.set', input })),
    ],
    packets: [asReceived(id, found), ...beside], packetId: found.document.packetId,
  };
}
