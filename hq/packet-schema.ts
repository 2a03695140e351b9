/**
 * Example documents for `/schemas/packet.json`: one per packet type, valid by the schema that they illustrate.
 * Invented throughout and marked `isSynthetic`. Must never hold a real person's data.
 */
import { PACKET_TYPES, type PacketType } from '../shared/rows.ts';
import { packetSchema, type Form, type FormKind, type PacketDocument } from '../shared/domain/packet.ts';

const AT = '2026-11-23T15:30:00.000Z';
const identity = { aNumber: 'A099000001', fin: '1000000001', eventNumber: 'EXA2611000001', familyName: 'EXAMPLE', givenName: 'Person', bornOn: '1990-01-02', citizenship: 'Exampleland',
  sex: 'M' } as const;
const base = (id: string) => ({ id, edition: '2024-01', identity, preparedById: 'dio-example', preparedAt: AT, siteId: 'example-jail', issued: null, served: null });
const evidence: PacketDocument['evidence'] = [{
  id: 'ev-1', title: 'Biometric match', sha256: '0'.repeat(64), mediaType: 'application/pdf', pages: 1, bytes: 1024, kind: 'fingerprint_match', obtainedAt: AT, source: 'ice',
}];
const fact = (value: string) => ({ value, source: 'database' as const, evidenceIds: ['ev-1'] });

const i213 = (): Form => ({
  ...base('i213'), kind: 'I-213', narrative: 'Invented narrative of an invented encounter at an invented jail.',
  facts: {
    citizenship: fact('Exampleland'), entry: fact('Unknown date and place'), encounter: fact('Booked into the jail'), arrest: fact('Local arrest'), criminalHistory: null,
      immigrationHistory: fact('None found'),
    family: null, property: null, health: null, advisals: fact('Advised of rights'), disposition: fact('See forms'),
  },
});
const i862 = (): Form => ({
  ...base('i862'), kind: 'I-862', proceeding: 'removal_240', legalAuthority: null, boxes: ['present_without_admission'],
  allegations: [{ number: 1, text: 'You are not a citizen or national of the United States.', elements: ['alienage'], evidenceIds: ['ev-1'] }],
  charges: [{ section: '212(a)(6)(A)(i)', allegationNumbers: [1] }],
  hearing: { on: '2027-02-01', time: '09:00', place: 'Example Immigration Court, 1 Example Street', zone: 'America/Chicago' }, earlierHearingRequest: null,
});
const i200 = (): Form => ({ ...base('i200'), kind: 'I-200', bases: ['biometric_match'] });
const i205 = (): Form => ({ ...base('i205'), kind: 'I-205', finalOrder: { madeBy: 'Example Immigration Court', on: '2020-03-04', section: '241(a)', evidenceId: 'ev-1' } });
const i247a = (): Form => ({ ...base('i247a'), kind: 'I-247A', box1: ['biometric_match'], box2: false, probableCause: [{ basis: 'biometric_match', evidenceIds: ['ev-1'] }], iceNotifiedAt: AT });
const plain = (kind: FormKind): Form => ({ ...base(kind.toLowerCase().replace(/[^a-z0-9]/g, '')), kind, fields: { note: 'invented' } } as unknown as Form);

const FORMS: Readonly<Record<PacketType, () => readonly Form[]>> = {
  'P-NTA': () => [i862(), i213(), i200(), { ...base('i286'), kind: 'I-286', determination: 'detain', bondUsd: null, authority: '236(a)' }],
  'P-REIN': () => [plain('I-871'), i213(), i205()],
  'P-FARO': () => [plain('I-851'), i213(), i200()],
  'P-ER': () => [plain('I-860'), plain('I-867'), i213()],
  'P-FINAL': () => [i205(), i213()],
  'P-DET': () => [i247a(), i200(), i213()],
  'P-WSO': () => [i200(), plain('CUSTODY-HANDOFF')],
  'P-NONE': () => [plain('ENCOUNTER-NOTE')],
  'P-VR': () => [plain('I-826'), plain('I-210'), i213()],
};

/** One invented document per packet type. Throws when an example no longer fits the schema, so that the page cannot go stale. */
export function packetExamples(): readonly PacketDocument[] {
  return PACKET_TYPES.map((type, n): PacketDocument => packetSchema.parse({
    schema: 'packet/1', isSynthetic: true, packetId: `example-${n + 1}`, number: 1, changeReason: null, type, agencyId: 'example-agency', siteId: 'example-jail', zone: 'America/Chicago',
    preparerId: 'dio-example', preparedAt: AT, submittedAt: AT, eventNumber: identity.eventNumber, isDetained: true,
    subject: { subjectId: `example-subject-${n + 1}`, identity, aliases: [], languages: ['English'], dobBasis: null, citizenshipIndicia: [], minorIndicia: [], competencyIndicia: [], counsel: null },
    events: { lastEntryOn: null, bookedAt: AT, localReleaseAt: null, immigrationArrestAt: null, isArrestWarrantless: null, custodyTransferredAt: null, iceCustodyAt: null, interviewAt: AT,
      interviewById: 'dio-example' },
    underlyingArrest: { offense: 'Example offense', statute: 'Example Code 1.01', at: AT, agency: 'Example Agency' },
    interpreter: { askedAt: AT, answer: 'not_needed', language: null, nameOrId: null, qualified: null },
    recordChecks: [{ system: 'biometric', at: AT, operatorId: 'dio-example', result: 'match', evidenceId: 'ev-1' }],
    alienage: [{ basis: 'immigration_record', evidenceIds: ['ev-1'] }],
    fear: { askedAt: AT, answer: 'no', referredAt: null, referredTo: null }, consular: { nationality: 'Exampleland', advisedAt: AT, notifiedAt: null },
    forms: FORMS[type](), evidence,
  } satisfies Record<keyof PacketDocument, unknown>));
}
