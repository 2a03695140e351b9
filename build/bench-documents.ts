/** Whole, signable P-NTA documents for the push benchmark: the demo's packet builder on one benchmark agency. */
import type { PacketDocument } from '../shared/domain/packet.ts';
import { sha256Hex } from '../shared/ids.ts';
import { BENCH_AGENCIES } from './bench-seed.ts';
import { isHoliday } from '../shared/domain/calendar.ts';
import { addDays, DAY, dayAfter, HOUR, plus, weekday } from '../synthetic/instants.ts';
import { buildPacket } from '../synthetic/packet-builder.ts';

/** The n-th document, prepared two hours before `now`. */
export function benchDocument(n: number, now: string, packetId = `sign-${n}`, agencyId: string = BENCH_AGENCIES[0]): PacketDocument {
  const preparerId = `dio-${agencyId.slice(3)}-01`;
  const preparedAt = plus(now, -2 * HOUR);
  // A Tuesday on which the court sits: no warning that would ask for a reason (NTA-08).
  let hearingOn = dayAfter(now, 40);
  while (weekday(hearingOn) !== 2 || isHoliday(hearingOn)) hearingOn = addDays(hearingOn, 1);
  return buildPacket({
    packetId, serial: 500_000 + n, number: 1, changeReason: null, type: 'P-NTA', preparerId, examinerId: preparerId, charge: 'entry', isDetained: true,
    agency: { id: agencyId, model: 'JEM', zone: 'America/Phoenix', state: 'AZ', name: 'Example County SO AZ-01', sites: [{ id: `${agencyId}.jail`, name: 'Example County Jail AZ-01', kind: 'jail' }] },
    person: {
      subjectId: `${packetId}.s`, familyName: 'Bamor', givenName: 'Kelan', bornOn: '1988-04-12', sex: 'M', needsInterpreter: false,
      country: { name: 'Kenya', language: 'Swahili' }, aNumber: `A0000${String(n % 100_000).padStart(5, '0')}`, fin: `9${String(n).padStart(8, '0')}`,
    },
    bookedAt: plus(now, -12 * HOUR), interviewAt: plus(now, -4 * HOUR), preparedAt, submittedAt: plus(now, -HOUR), localReleaseAt: plus(now, 3 * DAY), hearingOn, hearingTime: '09:00',
    offense: { offense: 'Trespass', statute: 'Example Penal Code 30.05' }, story: ['The interview was held in the room beside the booking desk.', 'I read the statement back and the subject had no correction.',
      // Words of its own, as real narratives have: else each would be a copy of all others (PK-23).
      Array.from({ length: 40 }, (_, k) => sha256Hex(`${n}/${k}`).replace(/\d/g, '').slice(0, 8)).join(' ')],
  });
}
