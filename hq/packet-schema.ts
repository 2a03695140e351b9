/**
 * Example documents for `/schemas/packet.json`: one per packet type, valid by the schema that they illustrate.
 * Invented throughout and marked `isSynthetic`. Must never hold a real person's data.
 */
import { PACKET_TYPES, type PacketType } from '../shared/rows.ts';
import { packetSchema, type Form, type FormOf, type PacketDocument } from '../shared/domain/packet.ts';

const AT = '2026-11-23T15:30:00.000Z';
const identity = { aNumber: 'A099000001', fin: '1000000001', eventNumber: 'EXA2611000001', familyName: 'EXAMPLE', givenName: 'Person', bornOn: '1990-01-02', citizenship: 'Exampleland',
  sex: 'M' } as const;
const base = (id: string) => ({ id, edition: '2024-01', identity, preparedById: 'dio-example', preparedAt: AT, siteId: 'example-jail', issued: null, served: null });
const record = { sha256: '0'.repeat(64), mediaType: 'application/pdf', pages: 1, bytes: 1024, obtainedAt: AT } as const;
const evidence: PacketDocument['evidence'] = [
  { ...record, id: 'ev-1', title: 'Biometric match', kind: 'fingerprint_match', source: 'ice' },
  { ...record, id: 'ev-2', title: 'Order of removal', kind: 'prior_order', source: 'court' },
  {
    ...record, id: 'ev-3', title: 'Judgment of conviction', kind: 'conviction_record', source: 'court',
    conviction: { recordType: 'judgment', statute: 'Example Code 2.02', court: 'Example District Court', convictedOn: '2025-06-02' },
  },
  { ...record, id: 'ev-4', title: 'Departure verification', kind: 'departure_proof', source: 'ice' },
];
const fact = (value: string) => ({ value, source: 'database' as const, evidenceIds: ['ev-1'] });

const lastEntry = { on: '2019-03-04', place: null, manner: 'without_inspection' as const };
const i213 = (): Form => ({
  ...base('i213'), kind: 'I-213', narrative: 'Invented narrative of an invented encounter at an invented jail. '.repeat(8), narrativeById: 'dio-example', lastEntry,
  communicationPrivileges: { advisedAt: AT, language: 'English' },
  facts: {
    citizenship: fact('Exampleland'), entry: fact('4 March 2019, place unknown'), encounter: fact('Booked into the jail'), arrest: fact('Local arrest'), criminalHistory: null,
      immigrationHistory: fact('None found'),
    family: null, property: null, health: null, advisals: fact('Advised of rights'), disposition: fact('See forms'),
  },
});
const i862 = (): Form => ({
  ...base('i862'), kind: 'I-862', proceeding: 'removal_240', legalAuthority: null, boxes: ['present_without_admission'],
  allegations: [{ number: 1, text: 'You are not a citizen or national of the United States.', elements: ['alienage'], evidenceIds: ['ev-1'] }],
  charges: [{ section: '212(a)(6)(A)(i)', allegationNumbers: [1] }],
  hearing: { on: '2027-02-01', time: '09:00', place: 'Example Immigration Court, 1 Example Street', zone: 'America/Chicago' }, earlierHearingRequest: null,
  court: { id: 'EX-TX', address: '100 Example St, Example City, TX' }, freeLegalList: { listDate: '2026-10-01', givenAt: AT }, lastEntry,
});
const i200 = (): Form => ({ ...base('i200'), kind: 'I-200', bases: ['biometric_match'] });
const i205 = (): Form => ({
  ...base('i205'), kind: 'I-205', finalOrder: { madeBy: 'Example Immigration Court', on: '2020-03-04', section: '241(a)', evidenceId: 'ev-2' },
  finality: { finalOn: '2020-04-03', appeal: 'none_taken', staySearchedAt: AT, stays: [] },
});
const i247a = (): FormOf<'I-247A'> => ({
  ...base('i247a'), kind: 'I-247A', box1: ['biometric_match'], box2: false, probableCause: [{ basis: 'biometric_match', evidenceIds: ['ev-1'] }], iceNotifiedAt: AT,
  toInstitution: 'Example County Jail', fromOffice: 'Example Field Office', callbackNumber: '555-0100', victimWitness: { askedAt: AT, answer: 'no' },
});
const i286 = (): Form => ({ ...base('i286'), kind: 'I-286', determination: 'detain', bondUsd: null, authority: '236(a)' });
const sworn = {
  oathAt: AT, rightsAt: AT, language: 'English', startedAt: AT, endedAt: '2026-11-23T16:00:00.000Z', pages: 2, pagesInitialled: 2, witness: 'Second officer', refusedAt: null, questions: 20, answers: 20, lastEntry,
} as const;
const fields = { note: 'invented' };
const i867 = (): Form => ({ ...base('i867'), kind: 'I-867', fields, sworn: { ...sworn, fearQuestions: [1, 2, 3, 4].map((number) => ({ number, answer: 'No' })) } });
const i877 = (): Form => ({ ...base('i877'), kind: 'I-877', fields, sworn: { ...sworn } });
const i851 = (): Form => ({
  ...base('i851'), kind: 'I-851', fields, immigrationStatus: { status: 'none', evidenceIds: ['ev-1'] },
  conviction: { statute: 'Example Code 2.02', court: 'Example District Court', convictedOn: '2025-06-02', aggravatedFelony: '101(a)(43)(G)', evidenceId: 'ev-3', finalOn: '2025-07-02', appeal: 'none_taken' },
});
const i871 = (): Form => ({
  ...base('i871'), kind: 'I-871', fields, priorOrder: { on: '2015-02-03', madeBy: 'Example immigration judge', evidenceId: 'ev-2' }, departure: { on: '2015-03-01', evidenceId: 'ev-4' },
  reentry: { on: '2019-03-04', manner: 'without_inspection', evidenceIds: ['ev-1'] }, identification: { isContested: false, evidenceIds: ['ev-1'] },
  notice: { givenAt: AT, statementOfferedAt: AT, answer: 'declined', evidenceId: null, consideredAt: null },
});
const i860 = (): Form => ({ ...base('i860'), kind: 'I-860', fields, concurrence: { byId: 'staff-example', name: 'Example supervisor', title: 'Supervisory Deportation Officer', at: AT } });
const i826 = (): Form => ({ ...base('i826'), kind: 'I-826', fields, choice: { choice: 'return', at: AT, language: 'English', acknowledged: 'signed' } });
const i210 = (): Form => ({
  ...base('i210'), kind: 'I-210', fields, permission: { byId: 'staff-example', name: 'Example officer', title: 'Supervisory Deportation Officer', at: AT },
  explained: { at: AT, language: 'English', interpreter: null }, acknowledgedAt: AT,
});
const handOff = (): Form => ({ ...base('handoff'), kind: 'CUSTODY-HANDOFF', fields, iceTold: { at: AT, name: 'Example duty officer' } });
const note = (): Form => ({ ...base('note'), kind: 'ENCOUNTER-NOTE', fields });

const FORMS: Readonly<Record<PacketType, () => readonly Form[]>> = {
  'P-NTA': () => [i862(), i213(), i200(), i286()],
  'P-REIN': () => [i871(), i213(), i205(), i877()],
  'P-FARO': () => [i851(), i213(), i200()],
  'P-ER': () => [i860(), i867(), i213()],
  'P-FINAL': () => [i205(), i213(), { ...i247a(), box1: ['final_order'], probableCause: [{ basis: 'final_order', evidenceIds: ['ev-2'] }] }],
  'P-DET': () => [i247a(), i200(), i213()],
  'P-WSO': () => [i200(), handOff()],
  'P-NONE': () => [note()],
  'P-VR': () => [i826(), i210(), i213()],
};

/** One invented document per packet type. Throws when an example no longer fits the schema, so that the page cannot go stale. */
export function packetExamples(): readonly PacketDocument[] {
  return PACKET_TYPES.map((type, n): PacketDocument => packetSchema.parse({
    schema: 'packet/1', isSynthetic: true, packetId: `example-${n + 1}`, number: 1, changeReason: null, type, agencyId: 'example-agency', siteId: 'example-jail', zone: 'America/Chicago',
    preparerId: 'dio-example', preparedAt: AT, submittedAt: AT, eventNumber: identity.eventNumber, isDetained: true,
    subject: { subjectId: `example-subject-${n + 1}`, identity, aliases: [], languages: ['English'], dobBasis: null, citizenshipIndicia: [], minorIndicia: [], competencyIndicia: [], counsel: null, address: '100 Example St',
      earlierNotices: { searchedAt: AT, notices: [] } },
    events: { lastEntryOn: null, bookedAt: AT, localReleaseAt: null, immigrationArrestAt: null, isArrestWarrantless: null, custodyTransferredAt: null, iceCustodyAt: null, interviewAt: AT,
      interviewById: 'dio-example' },
    underlyingArrest: { offense: 'Example offense', statute: 'Example Code 1.01', at: AT, agency: 'Example Agency', category: 'other' },
    arrest: undefined, noAction: type === 'P-NONE' ? { reason: 'no_probable_cause', at: AT } : undefined,
    interpreter: { askedAt: AT, answer: 'not_needed', language: null, nameOrId: null, qualified: null },
    recordChecks: [{ system: 'biometric', at: AT, operatorId: 'dio-example', result: 'match', evidenceId: 'ev-1' }],
    alienage: [{ basis: 'immigration_record', evidenceIds: ['ev-1'] }],
    fear: { askedAt: AT, answer: 'no', referredAt: null, referredTo: null }, consular: { nationality: 'Exampleland', advisedAt: AT, notifiedAt: null },
    forms: FORMS[type](), evidence,
    // The P-NTA example is an agency's that makes no pins: its evidence is named by item.
    pins: type === 'P-NTA' ? undefined : [{ element: 'identity.name', evidenceId: 'ev-1', page: 1, region: { x: 0.1, y: 0.1, w: 0.4, h: 0.02 }, quote: `${identity.familyName} ${identity.givenName}` }],
  } satisfies Record<keyof PacketDocument, unknown>));
}
