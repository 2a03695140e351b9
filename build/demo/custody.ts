/**
 * Custody of the demo PM's people, recorded as a supervisor at HQ records it, so that the board shows people on every stretch of the way; one is past the limit,
 * with the calls that were made. The detainer without a warrant (scenario 7) comes with its packet and stays open. HQ's commands only; again adds nothing.
 */
import type { RecordedKind } from '../../shared/domain/custody.ts';
import type { DemoPacket } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES } from '../../synthetic/programme.ts';
import { type Hq, runAt } from './seed-hq.ts';

const HOUR = 3_600_000;
type Step = readonly [kind: RecordedKind, hoursAgo: number, details: Readonly<Record<string, unknown>>];
const LOCAL_END = { toldBy: 'Jail desk (synthetic)' };
const CARRIED = {
  i203: 'I203-SYN', i216: 'I216-SYN', propertyReceipt: 'PR-SYN', medicalSummary: 'SYNTHETIC: no complaint', medication: 'none', languages: 'as in the packet', accommodation: null, dependants: null, counsel: null, fearClaim: null, medicalNeeds: null,
};

/** Who stands for what: the packet of each case, and what is recorded for it. Cases that find no packet are left out. */
export function custodyCases(list: readonly DemoPacket[], now: string): readonly { readonly packetId: string; readonly steps: readonly Step[] }[] {
  const ago = (p: DemoPacket): number => (Date.parse(now) - Date.parse(p.document.events.localReleaseAt ?? now)) / HOUR;
  const clean = list.filter((p) => p.scenario === null && !p.isRestricted && p.defect === null && p.returned === null && p.document.number === 1 && p.document.isDetained);
  const withDetainer = clean.filter((p) => p.document.forms.some((f) => f.kind === 'I-247A'));
  // The last to be released: nobody's work of today.
  const late = withDetainer.filter((p) => p.document.agencyId !== DEMO_AGENCIES.taskForce && ago(p) < 0).sort((a, b) => ago(a) - ago(b));
  const service = clean.filter((p) => p.document.agencyId === DEMO_AGENCIES.warrantService && p.document.events.custodyTransferredAt !== null).sort((a, b) => (a.document.preparedAt < b.document.preparedAt ? -1 : 1));
  const force = clean.find((p) => p.document.agencyId === DEMO_AGENCIES.taskForce && p.document.events.isArrestWarrantless === true && Date.parse(p.document.preparedAt) < Date.parse(now) - 2 * HOUR);
  const [atLimit, byCourt, cancelled] = late;
  const cases: readonly (readonly [DemoPacket | undefined, readonly Step[]])[] = [
    [withDetainer.find((p) => ago(p) >= 48), [['call.made', 8, { to: 'ERO duty officer (synthetic)', answer: 'No van before tomorrow morning' }], ['call.made', 3, { to: 'ERO shift supervisor (synthetic)', answer: 'Nobody answered' }]]],
    [atLimit, [['local.released', 51, LOCAL_END], ['pickup.refused', 9, { by: 'ERO duty officer (synthetic)', why: 'No officer free' }], ['limit.passed', 2.9, { note: 'SYNTHETIC: nobody came.' }], ['released', 2.8, { reason: 'limit', by: 'Jail desk (synthetic)' }]]],
    [byCourt, [['released', 5, { reason: 'court', by: 'Jail desk (synthetic)' }], ['counsel.notified', 4.5, { to: 'Counsel of record (synthetic)' }]]],
    [cancelled, [['detainer.cancelled', 6, { why: 'SYNTHETIC: issued before the warrant was signed.', toldTo: 'Jail desk (synthetic)', reissue: 'after_warrant' }]]],
    [service[0], [['transit.started', 19, { by: 'DIO', ...CARRIED }], ['ice.arrived', 17, { place: 'Example Field Office', confirmation: 'C-SYN-1' }]]],
    [force, [['transit.started', 1, { by: 'ICE', ...CARRIED }]]],
  ];
  return cases.flatMap(([packet, steps]) => (packet ? [{ packetId: packet.document.packetId, steps }] : []));
}

/** Records the cases at HQ. Throws when HQ refuses one. */
export async function seedCustody(hq: Hq, list: readonly DemoPacket[], now: string): Promise<void> {
  for (const { packetId, steps } of custodyCases(list, now)) {
    for (const [kind, hoursAgo, details] of steps) {
      await runAt(hq, 'custody.record', { packetId, event: { kind, at: new Date(Date.parse(now) - hoursAgo * HOUR).toISOString(), details } }, 'sddo', 'hq-sddo');
    }
  }
}
