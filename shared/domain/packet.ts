/**
 * The packet document: all forms and facts of one encounter, as the DIO's agency sends it to HQ.
 * One validated document per version; its RFC 8785 text is hashed and is what a PM reviews.
 * No field states the answer to a check (0.4 item 5): facts only; the checks conclude.
 */
import { z } from 'zod';
import { canonical, canonicalHash } from '../canonical.ts';
import { PACKET_TYPES } from '../rows.ts';

const text = (max = 400) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 instant with offset or Z');
const day = z.iso.date().describe('YYYY-MM-DD');
const evidenceIds = z.array(text(64)).max(50);

/** A person's identity as one form states it; PK-01 compares these across forms. */
export const identitySchema = z.strictObject({
  aNumber: z.string().max(20).nullable(), fin: z.string().max(20).nullable(), eventNumber: z.string().max(20).nullable(),
  familyName: text(200), givenName: z.string().max(200), bornOn: day.nullable(), citizenship: text(80), sex: z.enum(['M', 'F', 'X', 'U']),
});
export type Identity = z.infer<typeof identitySchema>;

/** Who issued a form: `staffId` or, for a DIO's detainer, `officerId`. Absent until it happens. */
export const issuedSchema = z.strictObject({
  byKind: z.enum(['staff', 'officer']), byId: text(64), name: text(200), title: text(200), at: instant, place: text(200),
});
/** A certificate of service: who served what on whom, when and how. */
export const servedSchema = z.strictObject({
  byKind: z.enum(['staff', 'officer']), byId: text(64), at: instant, method: z.enum(['in_person', 'mail', 'electronic']), place: text(200),
  language: text(60), interpreter: z.string().max(200).nullable(),
  /** Why it was not handed over in person, where it was mailed (NTA-13). */
  notInPersonReason: text(400).optional(),
});

/** A file by its content. The record names it; the bytes travel apart [SYN-12]. */
export const attachmentSchema = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(1), mediaType: text(60), pages: z.int().min(1).max(5000) });
export type Attachment = z.infer<typeof attachmentSchema>;

const formBase = {
  id: text(64).describe('unique in the packet, for example "i862"'), edition: text(30),
  identity: identitySchema, preparedById: text(64).describe('DIO id'), preparedAt: instant, siteId: text(64),
  issued: issuedSchema.nullable(), served: servedSchema.nullable(),
  rendition: attachmentSchema.optional().describe('the form as the agency printed it, usually a PDF; without one it is rendered from its fields'),
};

export const ALLEGATION_ELEMENTS = [
  'alienage', 'citizenship', 'entry_date', 'entry_place', 'not_admitted', 'admission', 'status_class', 'authorized_until', 'document_facts',
  'representation', 'conviction', 'offense_date', 'sentence', 'substance', 'prior_order', 'departure', 'reentry', 'violation', 'relationship', 'crime_admitted',
] as const;
export type Element = (typeof ALLEGATION_ELEMENTS)[number];

// Typed facts behind the words of a form. Optional throughout, so that versions stored before they existed stay valid:
// a check that needs one and does not find it says so; it never reads the words instead.

/** Subparagraph of INA 101(a)(43), `101(a)(43)(G)`. */
const aggravatedFelony = z.string().regex(/^101\(a\)\(43\)\([A-U]\)$/);
/** A conviction as a charge relies on it (domain 1.7). */
export const convictionSchema = z.strictObject({
  statute: text(200), court: text(200), convictedOn: day,
  offenseOn: day.nullable().optional(), maxSentenceMonths: z.int().min(0).max(1200).nullable().optional().describe('longest sentence that could be imposed'),
  aggravatedFelony: aggravatedFelony.nullable().optional(), schedule: z.enum(['I', 'II', 'III', 'IV', 'V']).nullable().optional().describe('federal schedule of the substance'),
  marijuanaGrams: z.number().min(0).nullable().optional(), isOwnUse: z.boolean().nullable().optional(),
  schemeId: text(64).optional().describe('the same for crimes of one scheme of misconduct'),
});
export type Conviction = z.infer<typeof convictionSchema>;
/** How the person last came in, as one form or statement has it (PK-24). null: unknown. */
export const lastEntrySchema = z.strictObject({ on: day.nullable(), place: z.string().max(200).nullable(), manner: z.enum(['without_inspection', 'admitted', 'paroled']).nullable() });
export type LastEntry = z.infer<typeof lastEntrySchema>;
/** The marks of a statement under oath (SW-01, ER-02). */
export const swornSchema = z.strictObject({
  oathAt: instant.nullable(), rightsAt: instant.nullable(), language: z.string().max(60).nullable(), startedAt: instant.nullable(), endedAt: instant.nullable(),
  pages: z.int().min(0).max(500), pagesInitialled: z.int().min(0).max(500), witness: z.string().max(200).nullable(),
  refusedAt: instant.nullable().describe('when the person declined to make one'),
  questions: z.int().min(0).max(2000), answers: z.int().min(0).max(2000),
  fearQuestions: z.array(z.strictObject({ number: z.int().min(1).max(4), answer: z.string().max(2000).nullable() })).max(4).optional().describe('the four protective questions of the I-867B'),
  lastEntry: lastEntrySchema.optional(),
});
export type Sworn = z.infer<typeof swornSchema>;

/** A numbered factual allegation: the elements that it asserts and the evidence that it is pinned to. */
export const allegationSchema = z.strictObject({
  number: z.int().min(1).max(60), text: text(1000), elements: z.array(z.enum(ALLEGATION_ELEMENTS)).max(6), evidenceIds,
  conviction: convictionSchema.optional(),
  admission: z.strictObject({ on: day, status: text(60).describe('class of admission'), authorizedUntil: day.nullable() }).optional(),
  representation: z.strictObject({ on: day, to: text(200), what: text(400) }).optional(),
  prior: z.strictObject({ orderOn: day.nullable(), departedOn: day.nullable(), reenteredOn: day.nullable() }).optional(),
});
export type Allegation = z.infer<typeof allegationSchema>;

const i862 = z.strictObject({
  ...formBase, kind: z.literal('I-862'),
  proceeding: z.enum(['removal_240']).nullable().describe('nature of the proceedings'), legalAuthority: z.string().max(200).nullable(),
  boxes: z.array(z.enum(['arriving', 'present_without_admission', 'admitted'])).max(3).describe('classification boxes ticked: 1, 2, 3'),
  allegations: z.array(allegationSchema).max(60),
  charges: z.array(z.strictObject({ section: text(60).describe('as typed, for example "212(a)(6)(A)(i)"'), allegationNumbers: z.array(z.int().min(1)).max(60) })).max(20),
  hearing: z.strictObject({
    on: z.string().max(40).nullable(), time: z.string().max(40).nullable().describe('as printed: HH:MM local, or what stands there instead'),
    place: z.string().max(300).nullable(), zone: z.string().max(60).nullable(),
  }),
  earlierHearingRequest: z.strictObject({ evidenceId: text(64), at: instant }).nullable(),
  court: z.strictObject({ id: text(40).describe('id in the pack\'s list of courts'), address: text(300) }).optional().describe('where the notice is filed'),
  freeLegalList: z.strictObject({ listDate: day, givenAt: instant }).optional().describe('the note on the form that the list was given'),
  oralNotice: z.strictObject({ at: instant, language: text(60) }).optional(),
  protectedLocation: z.strictObject({ certifiedById: text(64), at: instant, ground: text(400) }).optional().describe('certification under INA 239(e)'),
  oplaReview: z.strictObject({ byId: text(64), name: text(200), at: instant }).optional(),
  lastEntry: lastEntrySchema.optional(),
});
const i200 = z.strictObject({
  ...formBase, kind: z.literal('I-200'),
  bases: z.array(z.enum(['charging_document', 'pending_proceedings', 'failed_to_establish_admissibility', 'biometric_match', 'statements_or_evidence'])).max(5),
  decision: z.strictObject({ outcome: z.enum(['serve', 'do_not_serve']), at: instant }).optional(), cancelledAt: instant.nullable().optional(),
});
const i205 = z.strictObject({
  ...formBase, kind: z.literal('I-205'), finalOrder: z.strictObject({ madeBy: text(200), on: day, section: text(60), evidenceId: text(64) }).nullable(),
  finality: z.strictObject({
    finalOn: day.nullable(), appeal: z.enum(['none_taken', 'waived', 'dismissed', 'pending']), staySearchedAt: instant.nullable(),
    stays: z.array(z.strictObject({ orderedBy: text(200), on: day, liftedOn: day.nullable() })).max(20),
  }).optional(),
});
const i247a = z.strictObject({
  ...formBase, kind: z.literal('I-247A'),
  box1: z.array(z.enum(['final_order', 'pending_proceedings', 'biometric_match', 'statements_or_evidence'])).max(4).describe('probable cause bases ticked in Box 1'),
  box2: z.boolean().describe('Box 2, transfer for a proceeding or investigation'),
  probableCause: z.array(z.strictObject({ basis: z.enum(['final_order', 'pending_proceedings', 'biometric_match', 'record_check', 'statement', 'document', 'foreign_birth', 'no_match', 'investigation']), evidenceIds })).max(20),
  iceNotifiedAt: instant.nullable().describe('when ICE was told of a DIO detainer (K5)'),
  toInstitution: text(200).optional(), fromOffice: text(200).optional(), callbackNumber: text(40).optional(),
  leaBlock: z.strictObject({ returnedAt: instant, byName: text(200) }).optional().describe('the block that the institution fills in and sends back'),
  victimWitness: z.strictObject({ askedAt: instant, answer: z.enum(['yes', 'no']) }).optional().describe('whether the person may be the victim of, or witness to, a crime'),
});
const i286 = z.strictObject({
  ...formBase, kind: z.literal('I-286'), determination: z.enum(['detain', 'bond', 'recognizance']), bondUsd: z.number().int().nullable(), authority: z.enum(['235(b)', '236(a)', '236(c)', '241']),
  judgeReview: z.strictObject({ choice: z.enum(['requested', 'declined']), at: instant, acknowledged: z.enum(['signed', 'refused']) }).optional(),
});
const fact = z.strictObject({ value: z.string().max(2000), source: z.enum(['statement', 'document', 'database', 'observation', 'unknown']), evidenceIds });
const i213 = z.strictObject({
  ...formBase, kind: z.literal('I-213'),
  facts: z.strictObject({
    citizenship: fact.nullable(), entry: fact.nullable(), encounter: fact.nullable(), arrest: fact.nullable(), criminalHistory: fact.nullable(),
    immigrationHistory: fact.nullable(), family: fact.nullable(), property: fact.nullable(), health: fact.nullable(), advisals: fact.nullable(), disposition: fact.nullable(),
  }),
  narrative: z.string().max(20000),
  narrativeById: text(64).optional().describe('DIO who speaks as "I" in the narrative'),
  lastEntry: lastEntrySchema.optional(), communicationPrivileges: z.strictObject({ advisedAt: instant, language: text(60) }).optional(),
});
/** A form whose words are listed by name; the facts that checks need stand beside them, typed. */
const listed = <K extends string, Facts extends z.ZodRawShape>(kind: K, facts: Facts) =>
  z.strictObject({ ...formBase, kind: z.literal(kind), fields: z.record(z.string().max(60), z.string().max(4000)), ...facts });

const i851 = listed('I-851', {
  conviction: convictionSchema.extend({ evidenceId: text(64), finalOn: day.nullable(), appeal: z.enum(['none_taken', 'waived', 'dismissed', 'pending']) }).optional(),
  immigrationStatus: z.strictObject({ status: z.enum(['none', 'conditional_resident', 'permanent_resident', 'nonimmigrant', 'parolee', 'other', 'unknown']), evidenceIds }).optional(),
  responseWaiver: z.strictObject({ at: instant, evidenceId: text(64) }).optional().describe('written waiver of the time to respond'),
});
const i851a = listed('I-851A', { stayWaiver: z.strictObject({ at: instant, evidenceId: text(64) }).optional().describe('written waiver of the 14 days before removal') });
const i871 = listed('I-871', {
  priorOrder: z.strictObject({ on: day, madeBy: text(200), evidenceId: text(64) }).optional(),
  departure: z.strictObject({ on: day, evidenceId: text(64) }).optional(),
  reentry: z.strictObject({ on: day.nullable(), manner: z.enum(['without_inspection', 'by_fraud', 'lawful']), evidenceIds }).optional(),
  identification: z.strictObject({ isContested: z.boolean(), evidenceIds }).optional(),
  notice: z.strictObject({ givenAt: instant, statementOfferedAt: instant.nullable(), answer: z.enum(['made', 'declined']).nullable(), evidenceId: z.string().max(64).nullable(), consideredAt: instant.nullable() }).optional(),
});
const i860 = listed('I-860', { concurrence: z.strictObject({ byId: text(64), name: text(200), title: text(200), at: instant }).optional().describe('the supervisor\'s, before the order is final') });
const i867 = listed('I-867', { sworn: swornSchema.optional() });
const i215b = listed('I-215B', { sworn: swornSchema.optional() });
const i877 = listed('I-877', { sworn: swornSchema.optional() });
const i826 = listed('I-826', { choice: z.strictObject({ choice: z.enum(['hearing', 'fear', 'return']), at: instant, language: text(60), acknowledged: z.enum(['signed', 'refused']) }).optional() });
const i210 = listed('I-210', {
  permission: z.strictObject({ byId: text(64), name: text(200), title: text(200), at: instant }).optional(),
  explained: z.strictObject({ at: instant, language: text(60), interpreter: z.string().max(200).nullable() }).optional(), acknowledgedAt: instant.nullable().optional(),
});
const freeLegalList = listed('FREE-LEGAL-LIST', { list: z.strictObject({ court: text(200), listDate: day }).optional() });
const handOff = listed('CUSTODY-HANDOFF', { iceTold: z.strictObject({ at: instant, name: text(200) }).optional() });
const plain = z.strictObject({
  ...formBase,
  kind: z.enum(['I-214', 'I-247G', 'I-770', 'I-264', 'I-203', 'I-216', 'I-831', 'I-294', 'I-296', 'ENCOUNTER-NOTE']),
  fields: z.record(z.string().max(60), z.string().max(4000)),
});

export const formSchema = z.discriminatedUnion('kind', [
  i862, i200, i205, i247a, i286, i213, i851, i851a, i871, i860, i867, i215b, i877, i826, i210, freeLegalList, handOff, plain,
]);
export type Form = z.infer<typeof formSchema>;
export type FormKind = Form['kind'];
export type FormOf<K extends FormKind> = Extract<Form, { kind: K }>;

export const evidenceSchema = z.strictObject({
  id: text(64), title: text(200), sha256: z.string().regex(/^[0-9a-f]{64}$/), mediaType: text(60), pages: z.int().min(1).max(5000), bytes: z.int().min(1),
  kind: z.enum(['fingerprint_match', 'photo', 'booking_sheet', 'rap_sheet', 'database_printout', 'birth_document', 'identity_document', 'passport', 'conviction_record', 'prior_order', 'departure_proof', 'sworn_statement', 'subject_statement', 'written_request', 'free_legal_list', 'other']),
  obtainedAt: instant, source: z.enum(['subject', 'lea', 'ice', 'court', 'consulate', 'third_party']),
  conviction: z.strictObject({
    recordType: z.enum(['judgment', 'plea_verdict_sentence', 'docket', 'minutes', 'abstract', 'certificate', 'other']).describe('types of 8 CFR 1003.41(a), or other'),
    statute: text(200), court: text(200), convictedOn: day,
  }).optional().describe('what a conviction record says'),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/**
 * Where the DIO says that a required element stands. Bounds of page and region are judged against the evidence, not here: one wrong pin must not keep a packet
 * out of the queue of the person who has to look at it.
 */
export const pinSchema = z.strictObject({
  element: text(160).describe('id of a required element, for example "identity.name" or "i862.allegations.1"'), evidenceId: text(64), page: z.int().describe('from 1'),
  region: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }).nullable().describe('fractions of the page as it is shown, from the top left; null: the whole page'),
  quote: z.string().max(1000).describe('the words that stand there'),
});

export const packetSchema = z.strictObject({
  schema: z.literal('packet/1'), isSynthetic: z.boolean(),
  packetId: text(64), number: z.int().min(1).max(999).describe('version of the packet, counted by the agency from 1'), changeReason: z.string().max(400).nullable(),
  type: z.enum(PACKET_TYPES), agencyId: text(64), siteId: text(64), zone: text(60).describe('IANA zone of the site'),
  preparerId: text(64).describe('DIO who submits the packet'), preparedAt: instant, submittedAt: instant,
  eventNumber: z.string().max(20), isDetained: z.boolean(),
  subject: z.strictObject({
    subjectId: text(64), identity: identitySchema, aliases: z.array(text(200)).max(40), languages: z.array(text(60)).max(10), dobBasis: z.string().max(200).nullable(),
    citizenshipIndicia: z.array(z.strictObject({ kind: z.enum(['claim', 'us_birth_record', 'usc_parent', 'parent_naturalised', 'military_service', 'us_passport', 'prior_finding']), at: instant, source: text(200) })).max(20),
    minorIndicia: z.array(z.strictObject({ kind: z.enum(['claim', 'document', 'appearance', 'guardian_statement']), at: instant, source: text(200) })).max(20),
    competencyIndicia: z.array(z.strictObject({ kind: z.enum(['medical_record', 'observation', 'counsel_statement']), at: instant, source: text(200) })).max(20),
    counsel: z.strictObject({ name: text(200), g28At: instant, servedAt: instant.nullable() }).nullable(),
    address: z.string().max(400).nullable().optional(),
    earlierNotices: z.strictObject({
      searchedAt: instant, notices: z.array(z.strictObject({ reference: text(64), issuedAt: instant, endedAt: instant.nullable().describe('cancelled, dismissed or decided') })).max(20),
    }).optional().describe('other Notices to Appear of this person, as a search found them'),
  }),
  events: z.strictObject({
    lastEntryOn: day.nullable(), bookedAt: instant.nullable(), localReleaseAt: instant.nullable().describe('scheduled or actual end of local custody (K4; starts K2 and K2B)'),
    immigrationArrestAt: instant.nullable(), isArrestWarrantless: z.boolean().nullable(), custodyTransferredAt: instant.nullable().describe('service of the warrant = custody to ICE (K3)'), iceCustodyAt: instant.nullable(),
    interviewAt: instant.nullable(), interviewById: z.string().max(64).nullable(),
    // Optional: starts and ends of K6 to K8, K10 and K30. Documents stored before these fields existed stay valid, with the same hash.
    claimToldToIceAt: instant.nullish().describe('ICE was told of the citizenship claim (ends K6, starts K7)'), claimMemoSentAt: instant.nullish().describe('memorandum to OPLA (ends K7)'),
    minorSuspectedAt: instant.nullish().describe('first suspicion of minority, when no indicium says it (K8)'), hhsToldAt: instant.nullish().describe('HHS was told of a minor (ends K8)'),
    foundAdultAt: instant.nullish().describe('the person was found to be an adult (ends K8)'), unaccompaniedAt: instant.nullish().describe('determination as an unaccompanied child (starts the transfer of K8)'),
    hhsTransferAt: instant.nullish().describe('transfer to HHS'), i851AnsweredAt: instant.nullish().describe('the person answered the I-851 (ends K10)'),
    transferredAt: instant.nullish().describe('transfer to another ICE facility (K30)'), counselToldOfTransferAt: instant.nullish().describe('counsel was told of that transfer (ends K30)'),
  }),
  underlyingArrest: z.strictObject({
    offense: text(200), statute: text(100), at: instant, agency: text(200),
    category: z.enum(['burglary', 'theft', 'larceny', 'shoplifting', 'assault_on_officer', 'death_or_serious_injury', 'other']).optional().describe('kind of offense, for CUS-02'),
  }).nullable(),
  arrest: z.strictObject({
    place: z.enum(['jail', 'street', 'residence', 'workplace', 'courthouse', 'shelter', 'crisis_center', 'visitation_center', 'victim_services', 'other']).nullable(),
    byId: text(64), examinedById: text(64), sameOfficerReason: z.string().max(400).nullable(),
    reasonToBelieve: z.strictObject({ text: text(2000), evidenceIds }).nullable(), likelyToEscape: z.strictObject({ text: text(2000), evidenceIds }).nullable(),
    iceContact: z.strictObject({ at: instant, name: text(200) }).nullable(), extraordinary: z.strictObject({ at: instant, note: text(2000) }).nullable().optional(),
  }).optional().describe('the immigration arrest, where one was made before this packet'),
  noAction: z.strictObject({ reason: z.enum(['citizen', 'lawful_status', 'no_probable_cause', 'discretion']), at: instant }).optional().describe('why a P-NONE ends here'),
  interpreter: z.strictObject({ askedAt: instant.nullable(), answer: z.enum(['needed', 'not_needed']).nullable(), language: z.string().max(60).nullable(), nameOrId: z.string().max(200).nullable(), qualified: z.boolean().nullable() }),
  recordChecks: z.array(z.strictObject({ system: z.enum(['biometric', 'ncic', 'immigration_status', 'state_criminal']), at: instant, operatorId: text(64), result: text(300), evidenceId: z.string().max(64).nullable() })).max(20),
  alienage: z.array(z.strictObject({ basis: z.enum(['own_statement', 'foreign_passport', 'birth_document', 'immigration_record', 'prior_order', 'foreign_birth', 'no_match']), evidenceIds })).max(20),
  fear: z.strictObject({ askedAt: instant.nullable(), answer: z.enum(['yes', 'no']).nullable(), referredAt: instant.nullable(), referredTo: z.string().max(200).nullable() }),
  consular: z.strictObject({ nationality: text(80), advisedAt: instant.nullable(), notifiedAt: instant.nullable() }),
  forms: z.array(formSchema).max(40), evidence: z.array(evidenceSchema).max(200),
  pins: z.array(pinSchema).max(400).optional(),
}).describe('Fieldbook packet document, version 1');

export type PacketDocument = z.infer<typeof packetSchema>;

/** RFC 8785 text of a document and its SHA-256: what is stored, compared and signed. */
export function sealContent(document: PacketDocument): { readonly content: string; readonly contentHash: string } {
  return { content: canonical(document), contentHash: canonicalHash(document) };
}

const opened = new Map<string, PacketDocument>();
const OPENED_MAX = 32;
/**
 * Reads stored content. Throws when it is not a packet document: stored content was validated at HQ, so that is corruption.
 * Keeps the last few: one ceremony asks for the same text several times, and a document is never changed.
 */
export function openContent(content: string): PacketDocument {
  const known = opened.get(content);
  if (known) return known;
  const document = packetSchema.parse(JSON.parse(content));
  keepOpened(content, document);
  return document;
}
function keepOpened(content: string, document: PacketDocument): void {
  if (opened.size >= OPENED_MAX) opened.delete(opened.keys().next().value ?? '');
  opened.set(content, document);
}
/**
 * Tells `openContent` that this text is the one that was validated when it was sealed: the caller has compared its SHA-256 with the one stored
 * then. Reading it is then a plain `JSON.parse`. For HQ, which opens thousands in a row.
 */
export function trustContent(content: string): void {
  if (!opened.has(content)) keepOpened(content, JSON.parse(content) as PacketDocument);
}

/** SHA-256 of one form's canonical text: what one signature covers. */
export const formHash = (form: Form): string => canonicalHash(form);

/** The family name and given name as the screen shows them: `ORTEGA, Luis`. */
export const displayName = (identity: Identity): string => identity.givenName ? `${identity.familyName}, ${identity.givenName}` : identity.familyName;

/** Digits of an A-number, left-padded to nine (domain 1.5), or null when it is not one. */
export function normalANumber(value: string | null): string | null {
  if (value === null) return null;
  const digits = /^A?[- ]?(\d{3}[- ]?\d{3}[- ]?\d{3}|\d{7,8})$/i.exec(value.trim())?.[1]?.replace(/[- ]/g, '');
  return digits ? digits.padStart(9, '0') : null;
}

/** `A 012 345 678`, or the event number when none was assigned yet. */
export function displayANumber(value: string | null): string {
  const n = normalANumber(value);
  return n ? `A ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}` : 'No A-number';
}

/** Forms that a PM can sign in a packet, in the order of the ceremony (architecture section 6). */
export const SIGNABLE: readonly FormKind[] = ['ENCOUNTER-NOTE', 'I-213', 'I-862', 'I-851', 'I-851A', 'I-871', 'I-860', 'I-200', 'I-205', 'I-286', 'I-247A'];

/** Every kind of form, for lists that data outside code may name. */
export const FORM_KINDS = [
  'I-862', 'I-200', 'I-205', 'I-247A', 'I-247G', 'I-286', 'I-213', 'I-851', 'I-851A', 'I-871', 'I-860', 'I-867', 'I-215B', 'I-877', 'I-826', 'I-210', 'FREE-LEGAL-LIST', 'CUSTODY-HANDOFF',
  'I-214', 'I-770', 'I-264', 'I-203', 'I-216', 'I-831', 'I-294', 'I-296', 'ENCOUNTER-NOTE',
] as const satisfies readonly FormKind[];
