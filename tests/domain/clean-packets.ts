/**
 * One clean packet document per packet type, and the facts under which every signature in it is possible.
 * Everything is invented. Tests change one field of these; they must never be changed in place.
 */
import type { AgencyRow, AuthorityIntervalRow, HoldRow, LookbackReviewRow, MoaIntervalRow, OfficerRow, PacketRow, PacketType, PacketVersionRow, StaffRow, StatementRow, SubjectRow } from '../../shared/rows.ts';
import { versionId } from '../../shared/rows.ts';
import { packetSchema, sealContent, type Evidence, type Form, type FormKind, type FormOf, type Identity, type PacketDocument, type Sworn } from '../../shared/domain/packet.ts';
import type { CheckFacts } from '../../shared/domain/sufficiency.ts';

export const NOW = '2026-11-24T20:10:00.000Z';
export const AGENCY = 'ag-07';
export const DIO = 'dio-1';
export const PM = 'pm-1';
const ZONE = 'America/Chicago';
const STREAM = `agency:${AGENCY}` as const;
const placed = { stream: STREAM, version: 1, changedBy: 'hq' } as const;

export type Mutable<T> = T extends readonly (infer I)[] ? Mutable<I>[] : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
export type MutableFacts = Mutable<CheckFacts>;

const identity: Identity = { aNumber: 'A000 012 345', fin: '0000123456', eventNumber: 'EXC2611000007', familyName: 'Ortega Diaz', givenName: 'Luis', bornOn: '1990-05-06', citizenship: 'Examplia', sex: 'M' };
const LAST_ENTRY = { on: '2019-03-04', place: null, manner: 'without_inspection' as const };
const base = (id: string, preparedAt = '2026-11-23T17:30:00.000Z') => ({ id, edition: '2024-01', identity: { ...identity }, preparedById: DIO, preparedAt, siteId: 'site-jail', issued: null, served: null });
const evidence = (id: string, kind: Evidence['kind'], source: Evidence['source'] = 'lea'): Evidence => ({ id, title: `Synthetic ${kind}`, sha256: 'a'.repeat(64), mediaType: 'application/pdf', pages: 1, bytes: 1000, kind, obtainedAt: '2026-11-23T15:40:00.000Z', source });

const i213 = (): FormOf<'I-213'> => {
  const fact = (value: string) => ({ value, source: 'statement' as const, evidenceIds: ['e-statement'] });
  return {
    ...base('i213', '2026-11-23T17:00:00.000Z'), kind: 'I-213', narrative: 'Synthetic narrative of an invented encounter, long enough to be an account. '.repeat(6), narrativeById: DIO, lastEntry: { ...LAST_ENTRY },
    communicationPrivileges: { advisedAt: '2026-11-23T16:10:00.000Z', language: 'Spanish' },
    facts: {
      citizenship: fact('Examplia'), entry: fact('unknown place, 2019-03-04'), encounter: fact('booked at the jail'), arrest: fact('arrested by the county'), criminalHistory: fact('none known'),
      immigrationHistory: fact('none known'), family: fact('none stated'), property: fact('held by the jail'), health: fact('no complaint'), advisals: fact('given in Spanish'), disposition: fact('NTA'),
    },
  };
};
const i862 = (): FormOf<'I-862'> => ({
  ...base('i862'), kind: 'I-862', proceeding: 'removal_240', legalAuthority: 'INA 240', boxes: ['present_without_admission'],
  allegations: [
    { number: 1, text: 'You are not a citizen or national of the United States.', elements: ['alienage'], evidenceIds: ['e-statement'] },
    { number: 2, text: 'You are a native and citizen of Examplia.', elements: ['citizenship'], evidenceIds: ['e-statement'] },
    { number: 3, text: 'You entered at an unknown place on or about March 4, 2019.', elements: ['entry_date', 'entry_place'], evidenceIds: ['e-statement'] },
    { number: 4, text: 'You were not then admitted or paroled after inspection.', elements: ['not_admitted'], evidenceIds: ['e-statement'] },
  ],
  charges: [{ section: '212(a)(6)(A)(i)', allegationNumbers: [1, 2, 3, 4] }],
  hearing: { on: '2027-01-12', time: '09:30', place: 'Example Immigration Court, 100 Example St', zone: ZONE }, earlierHearingRequest: null,
  court: { id: 'EX-TX', address: '100 Example St, Example City, TX' }, freeLegalList: { listDate: '2026-10-01', givenAt: '2026-11-23T16:40:00.000Z' }, lastEntry: { ...LAST_ENTRY },
});
const i200 = (bases: FormOf<'I-200'>['bases']): FormOf<'I-200'> => ({ ...base('i200'), kind: 'I-200', bases });
const i205 = (): FormOf<'I-205'> => ({ ...base('i205'), kind: 'I-205', finalOrder: { madeBy: 'Example immigration judge', on: '2015-02-03', section: '212(a)(6)(A)(i)', evidenceId: 'e-order' },
  finality: { finalOn: '2015-03-05', appeal: 'none_taken', staySearchedAt: '2026-11-23T17:10:00.000Z', stays: [] } });
const i286 = (): FormOf<'I-286'> => ({ ...base('i286'), kind: 'I-286', determination: 'bond', bondUsd: 5000, authority: '236(a)' });
const i247a = (box1: FormOf<'I-247A'>['box1']): FormOf<'I-247A'> => ({
  ...base('i247a'), kind: 'I-247A', box1, box2: false, iceNotifiedAt: null,
  probableCause: [{ basis: box1.includes('final_order') ? 'final_order' : 'statement', evidenceIds: [box1.includes('final_order') ? 'e-order' : 'e-statement'] }],
  toInstitution: 'Example County Jail', fromOffice: 'Example Field Office', callbackNumber: '555-0100', victimWitness: { askedAt: '2026-11-23T16:35:00.000Z', answer: 'no' },
});
const fields = { note: 'synthetic' };
const CONVICTION = { statute: 'Example Code 2.02', court: 'Example District Court', convictedOn: '2025-06-02' };
const i851 = (): FormOf<'I-851'> => ({
  ...base('i851'), kind: 'I-851', fields, immigrationStatus: { status: 'none', evidenceIds: ['e-print'] },
  conviction: { ...CONVICTION, aggravatedFelony: '101(a)(43)(G)', evidenceId: 'e-conviction', finalOn: '2025-07-02', appeal: 'none_taken' },
});
const i871 = (): FormOf<'I-871'> => ({
  ...base('i871'), kind: 'I-871', fields, priorOrder: { on: '2015-02-03', madeBy: 'Example immigration judge', evidenceId: 'e-order' }, departure: { on: '2015-04-01', evidenceId: 'e-departure' },
  reentry: { on: '2019-03-04', manner: 'without_inspection', evidenceIds: ['e-statement'] }, identification: { isContested: true, evidenceIds: ['e-print'] },
  notice: { givenAt: '2026-11-23T16:40:00.000Z', statementOfferedAt: '2026-11-23T16:42:00.000Z', answer: 'declined', evidenceId: null, consideredAt: null },
});
const sworn = (): Sworn => ({
  oathAt: '2026-11-23T16:02:00.000Z', rightsAt: '2026-11-23T16:03:00.000Z', language: 'Spanish', startedAt: '2026-11-23T16:02:00.000Z', endedAt: '2026-11-23T16:34:00.000Z', pages: 4, pagesInitialled: 4,
  witness: 'Second officer', refusedAt: null, questions: 24, answers: 24, lastEntry: { ...LAST_ENTRY },
});
const i877 = (): FormOf<'I-877'> => ({ ...base('i877'), kind: 'I-877', fields, sworn: sworn() });
const i867 = (): FormOf<'I-867'> => ({ ...base('i867'), kind: 'I-867', fields, sworn: { ...sworn(), fearQuestions: [1, 2, 3, 4].map((number) => ({ number, answer: 'No.' })) } });
const i860 = (): FormOf<'I-860'> => ({ ...base('i860'), kind: 'I-860', fields, concurrence: { byId: 'hq-sddo', name: 'Example supervisor', title: 'Supervisory Deportation Officer', at: '2026-11-23T17:40:00.000Z' } });
const i826 = (choice: 'hearing' | 'return' = 'hearing'): FormOf<'I-826'> => ({ ...base('i-826'), kind: 'I-826', fields, choice: { choice, at: '2026-11-23T16:36:00.000Z', language: 'Spanish', acknowledged: 'signed' } });
const i210 = (): FormOf<'I-210'> => ({
  ...base('i210'), kind: 'I-210', fields, permission: { byId: 'hq-sddo', name: 'Example supervisor', title: 'Supervisory Deportation Officer', at: '2026-11-23T15:50:00.000Z' },
  explained: { at: '2026-11-23T16:30:00.000Z', language: 'Spanish', interpreter: 'INT-0007' }, acknowledgedAt: '2026-11-23T16:35:00.000Z',
});
const legalList = (): FormOf<'FREE-LEGAL-LIST'> => ({ ...base('free-legal-list'), kind: 'FREE-LEGAL-LIST', fields, list: { court: 'Example Immigration Court', listDate: '2026-10-01' } });
const handOff = (): FormOf<'CUSTODY-HANDOFF'> => ({ ...base('custody-handoff'), kind: 'CUSTODY-HANDOFF', fields });
const note = (): Form => ({ ...base('encounter-note'), kind: 'ENCOUNTER-NOTE', fields });

const FORMS: Readonly<Record<PacketType, () => Form[]>> = {
  'P-NTA': () => [i213(), i862(), i200(['charging_document', 'statements_or_evidence']), i286(), i247a(['statements_or_evidence']), i826(), legalList()],
  'P-REIN': () => [i213(), i871(), i205(), i247a(['final_order']), i877()],
  'P-FARO': () => [i213(), i851(), i200(['charging_document', 'statements_or_evidence']), i247a(['statements_or_evidence'])],
  'P-ER': () => [i213(), i867(), i860()],
  'P-FINAL': () => [i213(), i205(), i247a(['final_order'])],
  'P-DET': () => [i200(['pending_proceedings']), { ...i247a(['pending_proceedings']), probableCause: [{ basis: 'pending_proceedings', evidenceIds: ['e-order'] }] }],
  'P-WSO': () => [i200(['pending_proceedings']), handOff()],
  'P-NONE': () => [note()],
  'P-VR': () => [i213(), i826('return'), i210()],
};

/** A fresh clean packet of this type, validated. Nothing in it is signed, issued or served. */
export function cleanPacket(type: PacketType = 'P-NTA'): PacketDocument {
  const isWso = type === 'P-WSO';
  const asksFear = type === 'P-REIN' || type === 'P-FARO' || type === 'P-ER';
  return packetSchema.parse({
    schema: 'packet/1', isSynthetic: true, packetId: `pk-${type.toLowerCase()}`, number: 1, changeReason: null, type, agencyId: AGENCY, siteId: 'site-jail', zone: ZONE, preparerId: DIO,
    preparedAt: '2026-11-23T18:00:00.000Z', submittedAt: type === 'P-NONE' ? '2026-11-23T20:15:00.000Z' : '2026-11-23T18:05:00.000Z', eventNumber: 'EXC2611000007', isDetained: true,
    subject: { subjectId: 'su-1', identity: { ...identity }, aliases: [], languages: ['Spanish'], dobBasis: null, citizenshipIndicia: [], minorIndicia: [], competencyIndicia: [], counsel: null,
      address: '100 Example St', earlierNotices: { searchedAt: '2026-11-23T15:35:00.000Z', notices: [] } },
    events: {
      lastEntryOn: '2019-03-04', bookedAt: '2026-11-23T15:00:00.000Z', localReleaseAt: '2026-11-27T15:00:00.000Z', immigrationArrestAt: null, isArrestWarrantless: null, custodyTransferredAt: null,
      iceCustodyAt: null, interviewAt: isWso ? null : '2026-11-23T16:00:00.000Z', interviewById: isWso ? null : DIO,
    },
    underlyingArrest: { offense: 'Example offense', statute: 'Example Code 1.01', at: '2026-11-23T14:00:00.000Z', agency: 'Example County SO TX-07', category: 'other' },
    ...(type === 'P-NONE' ? { noAction: { reason: 'no_probable_cause' as const, at: '2026-11-23T17:50:00.000Z' } } : {}),
    interpreter: { askedAt: '2026-11-23T15:55:00.000Z', answer: 'needed', language: 'Spanish', nameOrId: 'INT-0007', qualified: true },
    recordChecks: (['biometric', 'ncic', 'immigration_status'] as const).map((system) => ({ system, at: '2026-11-23T15:30:00.000Z', operatorId: DIO, result: 'see evidence', evidenceId: 'e-print' })),
    alienage: [{ basis: 'own_statement', evidenceIds: ['e-statement'] }],
    fear: asksFear ? { askedAt: '2026-11-23T16:20:00.000Z', answer: 'no', referredAt: null, referredTo: null } : { askedAt: null, answer: null, referredAt: null, referredTo: null },
    consular: { nationality: 'Examplia', advisedAt: '2026-11-23T16:30:00.000Z', notifiedAt: null },
    forms: FORMS[type](),
    evidence: [
      evidence('e-statement', 'subject_statement', 'subject'), evidence('e-print', 'fingerprint_match'), evidence('e-photo', 'photo'), evidence('e-order', 'prior_order', 'court'),
      evidence('e-departure', 'departure_proof', 'ice'), { ...evidence('e-conviction', 'conviction_record', 'court'), conviction: { recordType: 'judgment' as const, ...CONVICTION } },
    ],
  });
}

export const cleanAgency = (type: PacketType = 'P-NTA'): AgencyRow => ({
  id: AGENCY, ...placed, name: 'Example County SO TX-07', state: 'TX', county: 'Example', model: type === 'P-WSO' ? 'WSO' : 'JEM', fieldOffice: 'Example Field Office', zone: ZONE, lat: 31.5, lon: -97.5,
  moaSignedOn: '2025-03-04', moaStatus: 'in_force', isSynthetic: true,
  sites: [{ id: 'site-jail', name: 'Example County Jail', kind: 'jail' }, { id: 'site-office', name: 'Example annex', kind: 'office' }],
});
export const cleanMoa = (): MoaIntervalRow => ({ id: `${AGENCY}.moa.1`, ...placed, agencyId: AGENCY, status: 'in_force', startAt: '2025-03-04T00:00:00.000Z', endAt: null, recordedAt: '2025-03-04T00:00:00.000Z' });
export const cleanInterval = (type: PacketType = 'P-NTA'): AuthorityIntervalRow => ({
  id: 'ai-1', ...placed, agencyId: AGENCY, officerId: DIO, model: type === 'P-WSO' ? 'WSO' : 'JEM', startAt: '2025-06-01T00:00:00.000Z', endAt: null, endReason: null, recordedAt: '2025-06-01T00:00:00.000Z',
});
export const cleanOfficer = (): OfficerRow => ({ id: DIO, ...placed, agencyId: AGENCY, name: 'Mira Tolan', badge: 'X-001', authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: null, isSeparated: false, isSynthetic: true });
export const cleanSigner = (): StaffRow => ({
  id: PM, stream: 'program', version: 1, changedBy: 'hq', name: 'Sela Marin', role: 'pm', legalTitle: 'Supervisory Detention and Deportation Officer', fieldOffice: 'Example Field Office', signerKid: 'kid-1', signerJwk: null,
  activeFrom: '2024-01-01T00:00:00.000Z', activeTo: null,
});

/** Facts under which the clean packet of this type is clean. */
export const cleanFacts = (type: PacketType = 'P-NTA'): CheckFacts => ({ agency: cleanAgency(type), moa: [cleanMoa()], intervals: [cleanInterval(type)], statements: [], now: NOW,
  // Expedited removal is held by default: it is clean only once OPLA has confirmed the designation.
  holds: type === 'P-ER' ? [cleanHold('ER-01', { releasedBy: 'hq-opla', releasedRole: 'opla', releasedAt: '2026-11-24T12:00:00.000Z', releaseNote: 'synthetic confirmation' })] : [],
});

/** The same facts while this PM is about to sign the form of this kind. */
export function signingFacts(document: PacketDocument, kind: FormKind, facts: CheckFacts = cleanFacts(document.type)): CheckFacts {
  return { ...facts, proposed: { act: `sign:${kind}`, formId: formOf(document, kind).id, at: NOW, signer: cleanSigner() } };
}

/** The first form of a kind, typed; throws when the packet has none. */
export function formOf<K extends FormKind>(document: PacketDocument, kind: K): FormOf<K> {
  const form = document.forms.find((f): f is FormOf<K> => (f.kind as FormKind) === kind);
  if (!form) throw new Error(`no ${kind} in the packet`);
  return form;
}

export const cleanHold = (rule: string, over: Partial<HoldRow> = {}): HoldRow => ({
  id: `hold-${rule}`, ...placed, agencyId: AGENCY, packetId: 'pk-p-nta', subjectId: 'su-1', rule, reason: 'synthetic reason', placedBy: PM, placedAt: '2026-11-23T19:00:00.000Z',
  releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null, ...over,
});
/** A statement row over one form, as sealed by the PM. */
export const cleanStatement = (formId: string, over: Partial<StatementRow> = {}): StatementRow => ({
  id: `st-${formId}`, ...placed, agencyId: AGENCY, packetId: 'pk-p-nta', number: 1, formId, formHash: 'b'.repeat(64), signerId: PM, legalTitle: 'Supervisory Detention and Deportation Officer', capacity: 'Issuing officer',
  signedAt: '2026-11-24T19:00:00.000Z', zone: ZONE, jws: 'x.y.z', effect: 'provisional', reviewReasons: [], ...over,
});

/** A look-back review over the packet, open since this morning. */
export const cleanReview = (over: Partial<LookbackReviewRow> = {}): LookbackReviewRow => ({
  id: 'rev-1', ...placed, agencyId: AGENCY, packetId: 'pk-p-nta', statementId: 'st-i862', cause: 'facts-changed', reasons: [], isDetained: true, openedAt: '2026-11-24T19:30:00.000Z', dueAt: '2026-11-25T19:30:00.000Z',
  ownerId: null, outcome: null, outcomeNote: null, notices: [], closedBy: null, closedAt: null, ...over,
});

/** The rows that HQ holds for a document. */
export function rowsOf(document: PacketDocument): { readonly packet: PacketRow; readonly version: PacketVersionRow; readonly subject: SubjectRow } {
  const { content, contentHash } = sealContent(document);
  return {
    packet: {
      id: document.packetId, ...placed, agencyId: AGENCY, subjectId: document.subject.subjectId, preparerId: document.preparerId, type: document.type, state: 'in_review', currentVersion: document.number,
      eventNumber: document.eventNumber, isDetained: document.isDetained, isResubmitted: document.number > 1, receivedAt: '2026-11-23T18:06:00.000Z', deadlineAt: null, deadlineClock: null, custodyLimitAt: null,
      lane: 1, blockCount: 0, holdCount: 0, warnCount: 0, openHolds: 0, nextAt: null, nextClock: null,
    },
    version: { id: versionId(document.packetId, document.number), ...placed, agencyId: AGENCY, packetId: document.packetId, number: document.number, preparerId: document.preparerId, content, contentHash, preparedAt: document.preparedAt, receivedAt: '2026-11-23T18:06:00.000Z' },
    subject: { id: document.subject.subjectId, ...placed, agencyId: AGENCY, name: 'ORTEGA DIAZ, Luis', aNumber: identity.aNumber, fin: identity.fin, bornOn: identity.bornOn, isSynthetic: true },
  };
}
