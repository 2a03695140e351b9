/**
 * Builds one synthetic packet document of each type from a person, an agency and a timeline: complete, consistent and in order, so
 * that every check for signing passes; `defects.ts` then breaks exactly one thing. Pure: no clock, no randomness. Used by the demo and by tests.
 */
import { sha256Hex } from '../shared/ids.ts';
import type { Evidence, Form, FormKind, FormOf, Identity, PacketDocument, Sworn } from '../shared/domain/packet.ts';
import type { PacketType } from '../shared/rows.ts';
import { DAY, dayAfter, HOUR, localDay, MINUTE, plus } from './instants.ts';
import type { Country } from './names.ts';
import { type AgencyLine, siteCode } from './programme.ts';

export type Person = {
  readonly subjectId: string; readonly familyName: string; readonly givenName: string; readonly bornOn: string; readonly sex: 'M' | 'F';
  readonly country: Country; readonly aNumber: string; readonly fin: string; readonly needsInterpreter: boolean;
};

/** Everything that a packet's content follows from. Instants ISO UTC; `localReleaseAt` null when no release is scheduled. */
export type PacketSpec = {
  readonly packetId: string; readonly serial: number; readonly number: number; readonly changeReason: string | null; readonly type: PacketType;
  readonly agency: Pick<AgencyLine, 'id' | 'model' | 'zone' | 'state' | 'sites' | 'name'>; readonly preparerId: string; readonly examinerId: string;
  readonly person: Person; readonly isDetained: boolean;
  readonly charge: 'entry' | 'overstay';
  readonly bookedAt: string; readonly interviewAt: string; readonly preparedAt: string; readonly submittedAt: string; readonly localReleaseAt: string | null;
  /** Day and time of the hearing, at least ten days after service. */
  readonly hearingOn: string; readonly hearingTime: string;
  readonly offense: { readonly offense: string; readonly statute: string };
  /** Sentences that make this narrative its own (PK-23). */
  readonly story: readonly string[];
};

type PlainKind = Exclude<FormKind, 'I-862' | 'I-200' | 'I-205' | 'I-247A' | 'I-286' | 'I-213'>;

const EDITIONS: Readonly<Record<string, string>> = { 'I-862': '2024-11', 'I-247A': '2017-03', 'I-200': '2016-09' };
const WITH_DETAINER: readonly PacketType[] = ['P-NTA', 'P-REIN', 'P-FARO', 'P-FINAL', 'P-DET'];

const evidence = (spec: PacketSpec, id: string, kind: Evidence['kind'], title: string, source: Evidence['source'], obtainedAt: string, pages = 1): Evidence => ({
  id, kind, title, source, obtainedAt, pages, sha256: sha256Hex(`synthetic/${spec.packetId}/${id}`), mediaType: 'application/pdf', bytes: 48_000 + pages * 21_000,
});

/** Who was removed before, or ordered removed, came without inspection: the order stands on that. */
const isPriorType = (type: PacketType): boolean => type === 'P-REIN' || type === 'P-FINAL';
const chargeOf = (spec: PacketSpec): PacketSpec['charge'] => (isPriorType(spec.type) ? 'entry' : spec.charge);
/** The conviction of a P-FARO, as the notice and the judgment both have it. */
const convictionOf = (spec: PacketSpec) => ({ statute: spec.offense.statute, court: 'Example District Court', convictedOn: dayAfter(spec.bookedAt, -300) });
const INTERPRETER = 'Telephone interpreter 1042';

/** What proves the packet: the common set, then what the type needs. */
function evidenceOf(spec: PacketSpec): readonly Evidence[] {
  const { bookedAt, interviewAt } = spec;
  const before = (minutes: number) => plus(interviewAt, -minutes * MINUTE);
  const common = [
    evidence(spec, 'ev-booking', 'booking_sheet', 'Booking sheet', 'lea', plus(bookedAt, 5 * MINUTE), 2),
    evidence(spec, 'ev-photo', 'photo', 'Booking photograph', 'lea', plus(bookedAt, 10 * MINUTE)),
    evidence(spec, 'ev-prints', 'fingerprint_match', 'Biometric match report', 'ice', before(40), 2),
    evidence(spec, 'ev-rap', 'rap_sheet', 'NCIC and state criminal history', 'lea', before(35), 3),
    evidence(spec, 'ev-status', 'database_printout', 'Immigration status query', 'ice', before(30), 2),
    evidence(spec, 'ev-statement', 'subject_statement', 'Statement of the subject on nationality and entry', 'subject', plus(interviewAt, 25 * MINUTE), 3),
    evidence(spec, 'ev-identity', chargeOf(spec) === 'overstay' ? 'passport' : 'birth_document', chargeOf(spec) === 'overstay' ? 'Passport, biographic page' : 'Foreign birth certificate, copy', 'subject', plus(interviewAt, -10 * MINUTE)),
  ];
  const prior = [
    evidence(spec, 'ev-order', 'prior_order', 'Removal order, certified copy', 'ice', before(28), 4),
    evidence(spec, 'ev-departure', 'departure_proof', 'Warrant of removal, executed, with departure print', 'ice', before(27), 2),
  ];
  const list = evidence(spec, 'ev-legal-list', 'free_legal_list', 'List of free legal services, current quarter', 'court', plus(spec.preparedAt, -DAY), 2);
  switch (spec.type) {
    case 'P-NTA': return [...common, list, evidence(spec, 'ev-sworn', 'sworn_statement', 'Record of sworn statement', 'ice', plus(interviewAt, 30 * MINUTE), 4)];
    case 'P-REIN': return [...common, ...prior, evidence(spec, 'ev-sworn', 'sworn_statement', 'Record of sworn statement', 'ice', plus(interviewAt, 30 * MINUTE), 4)];
    case 'P-FARO': return [...common, { ...evidence(spec, 'ev-conviction', 'conviction_record', 'Judgment of conviction, certified copy', 'court', before(26), 6), conviction: { recordType: 'judgment', ...convictionOf(spec) } }, list];
    case 'P-FINAL': return [...common, ...prior.slice(0, 1)];
    case 'P-WSO': return common.slice(0, 2);
    case 'P-DET': return [...common, evidence(spec, 'ev-docket', 'database_printout', 'Immigration court docket, proceedings pending', 'court', before(20))];
    default: return common;
  }
}

/** A task force's own arrest without a warrant: who, where, on what belief, and who at ICE was told. */
const arrestOf = (spec: PacketSpec, at: string): NonNullable<PacketDocument['arrest']> => ({
  place: 'street', byId: spec.preparerId, examinedById: spec.examinerId, sameOfficerReason: spec.preparerId === spec.examinerId ? 'No other officer within reach of the office that day' : null,
  reasonToBelieve: { text: 'The subject said to be a citizen of another country without permission to stay.', evidenceIds: ['ev-statement'] },
  likelyToEscape: { text: 'The subject gave no address and was about to leave the county.', evidenceIds: ['ev-statement'] },
  iceContact: { at: plus(at, 15 * MINUTE), name: 'Duty supervisor, Example Field Office' },
});

/** All facts of the encounter as one validated shape; `buildPacket` is total for every packet type. */
export function buildPacket(spec: PacketSpec): PacketDocument {
  const { agency, person, interviewAt, preparedAt } = spec;
  const site = agency.sites.find((s) => s.kind === 'jail') ?? agency.sites[0];
  const siteId = agency.model === 'TFM' ? (agency.sites.find((s) => s.kind === 'office') ?? site)?.id ?? agency.id : site?.id ?? agency.id;
  const eventNumber = `${siteCode(agency.id)}${preparedAt.slice(2, 4)}${preparedAt.slice(5, 7)}${String(spec.serial % 1_000_000).padStart(6, '0')}`;
  const identity: Identity = {
    aNumber: person.aNumber, fin: person.fin, eventNumber, familyName: person.familyName.toUpperCase(), givenName: person.givenName,
    bornOn: person.bornOn, citizenship: person.country.name, sex: person.sex,
  };
  const language = person.country.language;
  const isTaskForce = agency.model === 'TFM';
  const arrestAt = plus(spec.bookedAt, -90 * MINUTE);
  const immigrationArrestAt = isTaskForce ? plus(interviewAt, -3 * HOUR) : null;
  // Before the order where it stands, after the departure where it was carried out and the person came back.
  const enteredOn = dayAfter(spec.bookedAt, -(spec.type === 'P-FINAL' ? 1800 + (spec.serial % 60) * 20 : spec.type === 'P-REIN' ? 400 + (spec.serial % 60) * 15 : 400 + (spec.serial % 60) * 41));
  const untilOn = dayAfter(spec.bookedAt, -(200 + (spec.serial % 90)));
  const orderOn = dayAfter(spec.bookedAt, -(1500 + (spec.serial % 200)));
  const departedOn = dayAfter(spec.bookedAt, -1400);
  const isPrior = isPriorType(spec.type);
  // Each form a minute after the one before, the I-213 first: the order in which a DIO types them.
  let minute = -20;
  const base = (id: string) => ({
    id, edition: EDITIONS[id.toUpperCase().replace(/^I/, 'I-')] ?? '2024-01', identity, preparedById: spec.preparerId, preparedAt: plus(preparedAt, Math.min(0, ++minute) * MINUTE), siteId, issued: null, served: null,
  });
  const plain = <K extends PlainKind>(id: string, kind: K, fields: Readonly<Record<string, string>>) => ({ ...base(id), kind, fields: { ...fields, banner: 'SYNTHETIC' } });
  const interpreter = person.needsInterpreter ? INTERPRETER : null;
  const lastEntry = { on: enteredOn, place: chargeOf(spec) === 'overstay' ? 'an airport' : null, manner: chargeOf(spec) === 'overstay' ? 'admitted' : 'without_inspection' } as const;
  const listOn = localDay(plus(preparedAt, -20 * DAY), agency.zone);
  const statement = (): Sworn => ({
    oathAt: interviewAt, rightsAt: plus(interviewAt, MINUTE), language, startedAt: interviewAt, endedAt: plus(interviewAt, 30 * MINUTE), pages: 4, pagesInitialled: 4, witness: 'Second officer on duty', refusedAt: null,
    questions: 24, answers: 24, lastEntry,
  });

  const i213 = (): Form => ({
    ...base('i213'), kind: 'I-213',
    facts: {
      citizenship: { value: `Native and citizen of ${person.country.name}`, source: 'statement', evidenceIds: ['ev-statement', 'ev-identity'] },
      entry: chargeOf(spec) === 'overstay'
        ? { value: `Admitted on ${enteredOn} at an airport as a visitor (B-2) until ${untilOn}`, source: 'database', evidenceIds: ['ev-status'] }
        : { value: `Entered on or about ${enteredOn} at an unknown place, without inspection`, source: 'statement', evidenceIds: ['ev-statement'] },
      encounter: { value: `Encountered in custody at ${site?.name ?? agency.name} after a local arrest`, source: 'document', evidenceIds: ['ev-booking'] },
      arrest: { value: `${spec.offense.offense}, ${spec.offense.statute}`, source: 'document', evidenceIds: ['ev-booking'] },
      criminalHistory: { value: spec.type === 'P-FARO' ? 'One conviction, final; see the certified judgment' : 'No conviction on record', source: 'database', evidenceIds: spec.type === 'P-FARO' ? ['ev-conviction', 'ev-rap'] : ['ev-rap'] },
      immigrationHistory: { value: isPrior ? `Ordered removed on ${orderOn}${spec.type === 'P-REIN' ? '; departed; entered again without permission' : ''}` : 'No earlier proceedings on record', source: 'database', evidenceIds: isPrior ? ['ev-order'] : ['ev-status'] },
      family: { value: 'States no children in the United States', source: 'statement', evidenceIds: ['ev-statement'] },
      property: { value: 'Held by the jail with the booking property', source: 'document', evidenceIds: ['ev-booking'] },
      health: { value: 'Good; medical screening at booking', source: 'observation', evidenceIds: ['ev-booking'] },
      advisals: { value: `Communication privileges and rights advised in ${language} on ${localDay(interviewAt, agency.zone)}`, source: 'observation', evidenceIds: ['ev-statement'] },
      disposition: { value: 'Presented to the field program manager for review', source: 'observation', evidenceIds: [] },
    },
    narrative: [
      'SYNTHETIC RECORD. Every person and event in it is invented.', `I am a designated immigration officer of ${agency.name}.`,
      `On ${localDay(interviewAt, agency.zone)} I interviewed ${person.givenName} ${person.familyName.toUpperCase()} at ${site?.name ?? 'the jail'}. I named myself and my authority, and asked whether an interpreter was needed.`,
      ...spec.story,
      `The subject stated to be a citizen of ${person.country.name}. I asked about fear of return and the subject answered no. Record checks were made in the biometric, NCIC and immigration status systems and are attached.`,
    ].join(' '),
    narrativeById: spec.preparerId, lastEntry, communicationPrivileges: { advisedAt: plus(interviewAt, 12 * MINUTE), language },
  });

  const i862 = (): Form => ({
    ...base('i862'), kind: 'I-862', proceeding: 'removal_240', legalAuthority: 'INA section 240', boxes: [chargeOf(spec) === 'overstay' ? 'admitted' : 'present_without_admission'],
    allegations: [
      { number: 1, text: 'You are not a citizen or national of the United States.', elements: ['alienage'], evidenceIds: ['ev-statement', 'ev-identity'] },
      { number: 2, text: `You are a native of ${person.country.name} and a citizen of ${person.country.name}.`, elements: ['citizenship'], evidenceIds: ['ev-identity'] },
      ...(chargeOf(spec) === 'overstay'
        ? [
          { number: 3, text: `You were admitted to the United States on ${enteredOn} as a nonimmigrant visitor (B-2) with permission to stay until ${untilOn}.`, elements: ['admission', 'status_class', 'authorized_until'] as const, evidenceIds: ['ev-status', 'ev-identity'], admission: { on: enteredOn, status: 'B-2', authorizedUntil: untilOn } },
          { number: 4, text: `You remained in the United States beyond ${untilOn} without permission.`, elements: ['violation'] as const, evidenceIds: ['ev-status'] },
        ]
        : [
          { number: 3, text: `You entered the United States at an unknown place on or about ${enteredOn}.`, elements: ['entry_date', 'entry_place'] as const, evidenceIds: ['ev-statement'] },
          { number: 4, text: 'You were not then admitted or paroled after inspection by an immigration officer.', elements: ['not_admitted'] as const, evidenceIds: ['ev-statement', 'ev-status'] },
        ]).map((a) => ({ ...a, elements: [...a.elements] })),
    ],
    charges: [{ section: chargeOf(spec) === 'overstay' ? '237(a)(1)(B)' : '212(a)(6)(A)(i)', allegationNumbers: [1, 2, 3, 4] }],
    hearing: { on: spec.hearingOn, time: spec.hearingTime, place: `Example Immigration Court, 100 Example St, Example City, ${agency.state}`, zone: agency.zone },
    earlierHearingRequest: null, lastEntry, court: { id: `EX-${agency.state}`, address: `100 Example St, Example City, ${agency.state}` },
    freeLegalList: { listDate: listOn, givenAt: plus(interviewAt, 40 * MINUTE) },
  });
  const i200 = (bases: FormOf<'I-200'>['bases']): Form => ({ ...base('i200'), kind: 'I-200', bases });
  const i205 = (): Form => ({
    ...base('i205'), kind: 'I-205', finalOrder: { madeBy: 'Immigration judge, Example Immigration Court', on: orderOn, section: '212(a)(6)(A)(i)', evidenceId: 'ev-order' },
    finality: { finalOn: dayAfter(`${orderOn}T12:00:00.000Z`, 30), appeal: 'none_taken', staySearchedAt: plus(interviewAt, -25 * MINUTE), stays: [] },
  });
  const i286 = (authority: FormOf<'I-286'>['authority']): Form => ({ ...base('i286'), kind: 'I-286', determination: 'detain', bondUsd: null, authority });
  const i247a = (basis: 'final_order' | 'biometric_match' | 'pending_proceedings'): Form => ({
    ...base('i247a'), kind: 'I-247A', box1: [basis], box2: false, iceNotifiedAt: null,
    toInstitution: site?.name ?? agency.name, fromOffice: 'Example Field Office', callbackNumber: '555-0142', victimWitness: { askedAt: plus(interviewAt, 24 * MINUTE), answer: 'no' },
    probableCause: basis === 'biometric_match'
      ? [{ basis: 'biometric_match', evidenceIds: ['ev-prints'] }, { basis: 'record_check', evidenceIds: ['ev-status'] }, { basis: 'statement', evidenceIds: ['ev-statement'] }]
      : basis === 'final_order' ? [{ basis: 'final_order', evidenceIds: ['ev-order'] }, { basis: 'biometric_match', evidenceIds: ['ev-prints'] }] : [{ basis: 'pending_proceedings', evidenceIds: ['ev-docket'] }],
  });
  const rights = (choice: 'hearing' | 'return' = 'hearing'): Form => ({
    ...plain('i826', 'I-826', { language, choice, readTo: 'subject', signedAt: plus(interviewAt, 35 * MINUTE) }), choice: { choice, at: plus(interviewAt, 35 * MINUTE), language, acknowledged: 'signed' },
  });
  const sworn = (): Form => ({
    ...plain('i215b', 'I-215B', {
      oathAt: interviewAt, startedAt: interviewAt, endedAt: plus(interviewAt, 30 * MINUTE), language, rights: 'read and understood', witness: 'Second officer on duty', pages: '4', pagesInitialled: '4',
    }),
    sworn: statement(),
  });
  const list = (): Form => ({
    ...plain('legal-list', 'FREE-LEGAL-LIST', { court: 'Example Immigration Court', listDate: listOn, givenAt: plus(interviewAt, 40 * MINUTE) }), list: { court: 'Example Immigration Court', listDate: listOn },
  });
  const consul = (): Form => plain('i264', 'I-264', { nationality: person.country.name, notifiedAt: plus(interviewAt, 45 * MINUTE) });
  const hasDetainer = spec.isDetained && WITH_DETAINER.includes(spec.type);
  const detainer = (basis: 'final_order' | 'biometric_match' | 'pending_proceedings'): readonly Form[] => (hasDetainer ? [i247a(basis)] : []);

  const forms = (): readonly Form[] => {
    switch (spec.type) {
      case 'P-NTA': return [i213(), i862(), i200(['charging_document', 'biometric_match']), i286(chargeOf(spec) === 'overstay' ? '236(a)' : '235(b)'), ...detainer('biometric_match'), rights(), sworn(), list(), ...(spec.serial % 3 === 0 ? [consul()] : [])];
      case 'P-REIN': return [
        i213(),
        {
          ...plain('i871', 'I-871', { priorOrderOn: orderOn, priorOrderEvidence: 'ev-order', departedOn, departureEvidence: 'ev-departure', reenteredOn: enteredOn, identityEvidence: 'ev-prints', noticeAt: plus(interviewAt, 32 * MINUTE), statement: 'wishes to make no statement' }),
          priorOrder: { on: orderOn, madeBy: 'Immigration judge, Example Immigration Court', evidenceId: 'ev-order' }, departure: { on: departedOn, evidenceId: 'ev-departure' },
          reentry: { on: enteredOn, manner: 'without_inspection', evidenceIds: ['ev-statement'] }, identification: { isContested: false, evidenceIds: ['ev-prints'] },
          notice: { givenAt: plus(interviewAt, 32 * MINUTE), statementOfferedAt: plus(interviewAt, 33 * MINUTE), answer: 'declined', evidenceId: null, consideredAt: null },
        },
        i205(), ...detainer('final_order'), sworn(), rights(),
      ];
      case 'P-FARO': return [
        i213(),
        {
          ...plain('i851', 'I-851', { convictionOn: convictionOf(spec).convictedOn, court: 'Example District Court', statute: spec.offense.statute, aggravatedFelony: '101(a)(43)(G)', convictionEvidence: 'ev-conviction', statusEvidence: 'ev-status' }),
          conviction: { ...convictionOf(spec), aggravatedFelony: '101(a)(43)(G)', evidenceId: 'ev-conviction', finalOn: dayAfter(spec.bookedAt, -270), appeal: 'none_taken' },
          immigrationStatus: { status: chargeOf(spec) === 'overstay' ? 'nonimmigrant' : 'none', evidenceIds: ['ev-status'] },
        },
        i200(['biometric_match']), ...detainer('biometric_match'), rights(), list(),
      ];
      case 'P-FINAL': return [i213(), i205(), ...detainer('final_order')];
      case 'P-DET': return [i200(['pending_proceedings']), ...detainer('pending_proceedings')];
      case 'P-WSO': return [
        {
          ...base('i200'), kind: 'I-200', bases: ['biometric_match'], preparedAt: plus(preparedAt, -6 * HOUR),
          issued: { byKind: 'staff', byId: 'hq-sddo', name: 'Issuing officer', title: 'Supervisory Detention and Deportation Officer', at: plus(preparedAt, -5 * HOUR), place: 'Example Field Office' },
          served: { byKind: 'officer', byId: spec.preparerId, at: plus(preparedAt, -30 * MINUTE), method: 'in_person', place: site?.name ?? agency.name, language, interpreter: person.needsInterpreter ? INTERPRETER : null },
        },
        {
          ...plain('handoff', 'CUSTODY-HANDOFF', { servedAt: plus(preparedAt, -30 * MINUTE), iceToldAt: plus(preparedAt, -25 * MINUTE), custodyOf: site?.name ?? agency.name }),
          iceTold: { at: plus(preparedAt, -25 * MINUTE), name: 'Duty officer, Example Field Office' },
        },
      ];
      case 'P-NONE': return [plain('note', 'ENCOUNTER-NOTE', { reason: spec.serial % 2 === 0 ? 'lawful status found' : 'no probable cause', note: 'SYNTHETIC: no action taken; record kept for review.' })];
      case 'P-VR': return [
        i213(), rights('return'),
        {
          ...plain('i210', 'I-210', { permittedBy: 'field office', explainedIn: language, departBy: dayAfter(preparedAt, 30) }),
          permission: { byId: 'hq-sddo', name: 'Issuing officer', title: 'Supervisory Detention and Deportation Officer', at: plus(interviewAt, 10 * MINUTE) },
          explained: { at: plus(interviewAt, 31 * MINUTE), language, interpreter }, acknowledgedAt: plus(interviewAt, 34 * MINUTE),
        },
      ];
      case 'P-ER': return [
        i213(), { ...plain('i867', 'I-867', { language }), sworn: { ...statement(), fearQuestions: [1, 2, 3, 4].map((number) => ({ number, answer: 'No' })) } },
        { ...plain('i860', 'I-860', { language }), concurrence: { byId: 'hq-sddo', name: 'Issuing officer', title: 'Supervisory Detention and Deportation Officer', at: plus(preparedAt, -5 * MINUTE) } },
      ];
    }
  };

  return {
    schema: 'packet/1', isSynthetic: true, packetId: spec.packetId, number: spec.number, changeReason: spec.changeReason, type: spec.type, agencyId: agency.id, siteId, zone: agency.zone,
    preparerId: spec.preparerId, preparedAt, submittedAt: spec.submittedAt, eventNumber, isDetained: spec.isDetained,
    subject: {
      subjectId: person.subjectId, identity, aliases: [], languages: [language], dobBasis: null, citizenshipIndicia: [], minorIndicia: [], competencyIndicia: [], counsel: null,
      address: '100 Example St', earlierNotices: { searchedAt: plus(interviewAt, -30 * MINUTE), notices: [] },
    },
    events: {
      lastEntryOn: enteredOn, bookedAt: spec.bookedAt, localReleaseAt: spec.localReleaseAt, immigrationArrestAt, isArrestWarrantless: immigrationArrestAt ? true : null,
      custodyTransferredAt: spec.type === 'P-WSO' ? plus(preparedAt, -30 * MINUTE) : null, iceCustodyAt: null, interviewAt: spec.type === 'P-WSO' ? null : interviewAt, interviewById: spec.type === 'P-WSO' ? null : spec.examinerId,
    },
    underlyingArrest: { offense: spec.offense.offense, statute: spec.offense.statute, at: arrestAt, agency: agency.name, category: 'other' },
    ...(immigrationArrestAt === null ? {} : { arrest: arrestOf(spec, immigrationArrestAt) }),
    ...(spec.type === 'P-NONE' ? { noAction: { reason: spec.serial % 2 === 0 ? 'lawful_status' as const : 'no_probable_cause' as const, at: plus(preparedAt, -10 * MINUTE) } } : {}),
    interpreter: {
      askedAt: plus(interviewAt, -5 * MINUTE), answer: person.needsInterpreter ? 'needed' : 'not_needed', language: person.needsInterpreter ? language : null,
      nameOrId: person.needsInterpreter ? INTERPRETER : null, qualified: person.needsInterpreter ? true : null,
    },
    recordChecks: [
      { system: 'biometric', at: plus(interviewAt, -40 * MINUTE), operatorId: spec.preparerId, result: 'match', evidenceId: evidenceOf(spec).some((e) => e.id === 'ev-prints') ? 'ev-prints' : null },
      { system: 'ncic', at: plus(interviewAt, -35 * MINUTE), operatorId: spec.preparerId, result: 'no open warrant', evidenceId: evidenceOf(spec).some((e) => e.id === 'ev-rap') ? 'ev-rap' : null },
      { system: 'immigration_status', at: plus(interviewAt, -30 * MINUTE), operatorId: spec.preparerId, result: 'record found', evidenceId: evidenceOf(spec).some((e) => e.id === 'ev-status') ? 'ev-status' : null },
    ],
    alienage: spec.type === 'P-WSO' ? [] : [{ basis: 'own_statement', evidenceIds: ['ev-statement'] }, { basis: chargeOf(spec) === 'overstay' ? 'foreign_passport' : 'birth_document', evidenceIds: ['ev-identity'] }],
    fear: { askedAt: plus(interviewAt, 20 * MINUTE), answer: 'no', referredAt: null, referredTo: null },
    consular: { nationality: person.country.name, advisedAt: plus(interviewAt, 22 * MINUTE), notifiedAt: plus(interviewAt, 45 * MINUTE) },
    forms: [...forms()], evidence: [...evidenceOf(spec)],
  };
}
