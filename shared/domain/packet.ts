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
});

const formBase = {
  id: text(64).describe('unique in the packet, for example "i862"'), edition: text(30),
  identity: identitySchema, preparedById: text(64).describe('DIO id'), preparedAt: instant, siteId: text(64),
  issued: issuedSchema.nullable(), served: servedSchema.nullable(),
};

export const ALLEGATION_ELEMENTS = [
  'alienage', 'citizenship', 'entry_date', 'entry_place', 'not_admitted', 'admission', 'status_class', 'authorized_until', 'document_facts',
  'representation', 'conviction', 'offense_date', 'sentence', 'substance', 'prior_order', 'departure', 'reentry', 'violation', 'relationship',
] as const;
export type Element = (typeof ALLEGATION_ELEMENTS)[number];

/** A numbered factual allegation: the elements that it asserts and the evidence that it is pinned to. */
export const allegationSchema = z.strictObject({
  number: z.int().min(1).max(60), text: text(1000), elements: z.array(z.enum(ALLEGATION_ELEMENTS)).max(6), evidenceIds,
});

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
});
const i200 = z.strictObject({
  ...formBase, kind: z.literal('I-200'),
  bases: z.array(z.enum(['charging_document', 'pending_proceedings', 'failed_to_establish_admissibility', 'biometric_match', 'statements_or_evidence'])).max(5),
});
const i205 = z.strictObject({ ...formBase, kind: z.literal('I-205'), finalOrder: z.strictObject({ madeBy: text(200), on: day, section: text(60), evidenceId: text(64) }).nullable() });
const i247a = z.strictObject({
  ...formBase, kind: z.literal('I-247A'),
  box1: z.array(z.enum(['final_order', 'pending_proceedings', 'biometric_match', 'statements_or_evidence'])).max(4).describe('probable cause bases ticked in Box 1'),
  box2: z.boolean().describe('Box 2, transfer for a proceeding or investigation'),
  probableCause: z.array(z.strictObject({ basis: z.enum(['final_order', 'pending_proceedings', 'biometric_match', 'record_check', 'statement', 'document', 'foreign_birth', 'no_match', 'investigation']), evidenceIds })).max(20),
  iceNotifiedAt: instant.nullable().describe('when ICE was told of a DIO detainer (K5)'),
});
const i286 = z.strictObject({
  ...formBase, kind: z.literal('I-286'), determination: z.enum(['detain', 'bond', 'recognizance']), bondUsd: z.number().int().nullable(), authority: z.enum(['235(b)', '236(a)', '236(c)', '241']),
});
const fact = z.strictObject({ value: z.string().max(2000), source: z.enum(['statement', 'document', 'database', 'observation', 'unknown']), evidenceIds });
const i213 = z.strictObject({
  ...formBase, kind: z.literal('I-213'),
  facts: z.strictObject({
    citizenship: fact.nullable(), entry: fact.nullable(), encounter: fact.nullable(), arrest: fact.nullable(), criminalHistory: fact.nullable(),
    immigrationHistory: fact.nullable(), family: fact.nullable(), property: fact.nullable(), health: fact.nullable(), advisals: fact.nullable(), disposition: fact.nullable(),
  }),
  narrative: z.string().max(20000),
});
const plain = z.strictObject({
  ...formBase,
  kind: z.enum(['I-851', 'I-851A', 'I-871', 'I-860', 'I-867', 'I-215B', 'I-877', 'I-214', 'I-826', 'I-210', 'I-770', 'I-264', 'I-203', 'I-216', 'I-831', 'I-294', 'I-296', 'FREE-LEGAL-LIST', 'ENCOUNTER-NOTE', 'CUSTODY-HANDOFF']),
  fields: z.record(z.string().max(60), z.string().max(4000)),
});

export const formSchema = z.discriminatedUnion('kind', [i862, i200, i205, i247a, i286, i213, plain]);
export type Form = z.infer<typeof formSchema>;
export type FormKind = Form['kind'];
export type FormOf<K extends FormKind> = Extract<Form, { kind: K }>;

export const evidenceSchema = z.strictObject({
  id: text(64), title: text(200), sha256: z.string().regex(/^[0-9a-f]{64}$/), mediaType: text(60), pages: z.int().min(1).max(5000), bytes: z.int().min(1),
  kind: z.enum(['fingerprint_match', 'photo', 'booking_sheet', 'rap_sheet', 'database_printout', 'birth_document', 'identity_document', 'passport', 'conviction_record', 'prior_order', 'departure_proof', 'sworn_statement', 'subject_statement', 'written_request', 'free_legal_list', 'other']),
  obtainedAt: instant, source: z.enum(['subject', 'lea', 'ice', 'court', 'consulate', 'third_party']),
});
export type Evidence = z.infer<typeof evidenceSchema>;

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
  }),
  events: z.strictObject({
    lastEntryOn: day.nullable(), bookedAt: instant.nullable(), localReleaseAt: instant.nullable().describe('scheduled or actual end of local custody (K4; starts K2 and K2B)'),
    immigrationArrestAt: instant.nullable(), isArrestWarrantless: z.boolean().nullable(), custodyTransferredAt: instant.nullable().describe('service of the warrant = custody to ICE (K3)'), iceCustodyAt: instant.nullable(),
    interviewAt: instant.nullable(), interviewById: z.string().max(64).nullable(),
  }),
  underlyingArrest: z.strictObject({ offense: text(200), statute: text(100), at: instant, agency: text(200) }).nullable(),
  interpreter: z.strictObject({ askedAt: instant.nullable(), answer: z.enum(['needed', 'not_needed']).nullable(), language: z.string().max(60).nullable(), nameOrId: z.string().max(200).nullable(), qualified: z.boolean().nullable() }),
  recordChecks: z.array(z.strictObject({ system: z.enum(['biometric', 'ncic', 'immigration_status', 'state_criminal']), at: instant, operatorId: text(64), result: text(300), evidenceId: z.string().max(64).nullable() })).max(20),
  alienage: z.array(z.strictObject({ basis: z.enum(['own_statement', 'foreign_passport', 'birth_document', 'immigration_record', 'prior_order', 'foreign_birth', 'no_match']), evidenceIds })).max(20),
  fear: z.strictObject({ askedAt: instant.nullable(), answer: z.enum(['yes', 'no']).nullable(), referredAt: instant.nullable(), referredTo: z.string().max(200).nullable() }),
  consular: z.strictObject({ nationality: text(80), advisedAt: instant.nullable(), notifiedAt: instant.nullable() }),
  forms: z.array(formSchema).max(40), evidence: z.array(evidenceSchema).max(200),
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
export const SIGNABLE: readonly FormKind[] = ['I-213', 'I-862', 'I-851', 'I-871', 'I-860', 'I-200', 'I-205', 'I-286', 'I-247A'];
