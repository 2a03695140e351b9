/**
 * Breaks exactly one thing in a good packet, as domain 9.2 and the scenarios of 9.3 list them. Each takes a document and returns a new one
 * that still fits the schema: a defect is something for the checks to find, never malformed data.
 */
import type { Form, FormKind, FormOf, PacketDocument } from '../shared/domain/packet.ts';
import { sha256Hex } from '../shared/ids.ts';
import { DAY, dayAfter, HOUR, localDay, localInstant, MINUTE, plus } from './instants.ts';

/** What every kind of form has. */
const bare = ({ id, edition, identity, preparedById, preparedAt, siteId, issued, served }: Form) => ({ id, edition, identity, preparedById, preparedAt, siteId, issued, served });

export type Change = (document: PacketDocument) => PacketDocument;

const withForm = <K extends FormKind>(kind: K, change: (form: FormOf<K>) => Form): Change => (document) =>
  ({ ...document, forms: document.forms.map((form) => (form.kind === kind ? change(form as FormOf<K>) : form)) });
const without = (...kinds: readonly FormKind[]): Change => (document) => ({ ...document, forms: document.forms.filter((form) => !kinds.includes(form.kind)) });

/** [NTA-06] Scenario 6: no time, and a place that is no court. */
export const noHearing: Change = withForm('I-862', (form) => ({ ...form, hearing: { ...form.hearing, on: 'TBD', time: 'to be set', place: null } }));
/** [PK-01] One form carries another date of birth and a name with two letters changed places. */
export const identityMismatch: Change = (document) => {
  const last = document.forms.findLast((f) => f.kind === 'I-862' || f.kind === 'I-205' || f.kind === 'I-200');
  return { ...document, forms: document.forms.map((f) => (f === last ? { ...f, identity: { ...f.identity, bornOn: f.identity.bornOn ? dayAfter(`${f.identity.bornOn}T12:00:00.000Z`, 9) : null, familyName: f.identity.familyName.slice(0, -2) + [...f.identity.familyName.slice(-2)].reverse().join('') } } : f)) };
};
/** [PK-11] The interpreter question was left blank. */
export const interpreterBlank: Change = (document) => ({ ...document, interpreter: { askedAt: null, answer: null, language: null, nameOrId: null, qualified: null } });
/** [DET-03] Scenario 7: a DIO issued the detainer, and no warrant goes with it. */
export const noWarrant: Change = (document) => {
  const bare = without('I-200', 'I-205')(document);
  return withForm('I-247A', (form) => ({
    // ICE was told in time (DET-08): only the warrant is missing.
    ...form, iceNotifiedAt: document.submittedAt, issued: { byKind: 'officer', byId: document.preparerId, name: 'Designated immigration officer', title: 'Designated Immigration Officer', at: document.preparedAt, place: 'Example County Jail' },
  }))(bare);
};
/** [NTA-03] An element of the charge has no allegation. */
export const allegationGap: Change = withForm('I-862', (form) => ({
  ...form, allegations: form.allegations.filter((a) => a.number !== 4).map((a) => (a.number === 3 ? { ...a, elements: a.elements.filter((e) => e !== 'authorized_until') } : a)),
  charges: form.charges.map((c) => ({ ...c, allegationNumbers: c.allegationNumbers.filter((n) => n !== 4) })),
}));
/** [W200-03] The warrant's certificate says that it was served before anybody issued it. */
export const servedBeforeIssue: Change = (document) => withForm('I-200', (form) => ({
  ...form, served: { byKind: 'officer', byId: document.preparerId, at: document.preparedAt, method: 'in_person', place: 'Example County Jail', language: document.subject.languages[0] ?? 'English', interpreter: null },
}))(document);
/** [PK-17] The interview is dated after the I-213 that reports it. */
export const dateOrder: Change = (document) => ({ ...document, events: { ...document.events, interviewAt: document.events.interviewAt ? plus(document.events.interviewAt, 2 * DAY) : null } });

/** [PK-08] Scenario 8: the person claims to be a US citizen, at 02:10 at the site. */
export const citizenshipClaim: Change = (document) => {
  const day = localDay(document.preparedAt, document.zone);
  const at = localInstant(day, '02:10', document.zone);
  return { ...document, subject: { ...document.subject, citizenshipIndicia: [{ kind: 'claim', at: at <= document.submittedAt ? at : plus(at, -DAY), source: 'statement to the booking officer' }, { kind: 'us_birth_record', at: document.preparedAt, source: 'family member, copy not yet seen' }] } };
};
/** [PK-09] Signs that the person may be under 18; the juvenile's notice of rights (I-770) is there. */
export const possibleMinor: Change = (document) => ({ ...document, forms: document.forms.flatMap((f): readonly Form[] => (f.kind === 'I-826' ? [f, { ...bare(f), id: 'i770', kind: 'I-770' as const, fields: f.fields }] : [f])), subject: { ...document.subject, minorIndicia: [{ kind: 'claim', at: plus(document.preparedAt, -40 * MINUTE), source: 'statement of age at interview' }, { kind: 'guardian_statement', at: plus(document.preparedAt, -20 * MINUTE), source: 'telephone call' }] } });
/** [PK-15] Fear of return was voiced and no referral made. */
export const fearVoiced: Change = (document) => ({ ...document, fear: { ...document.fear, answer: 'yes', referredAt: null, referredTo: null } });
/** [PK-18] Counsel of record who was not served. */
export const counselUnserved: Change = (document) => ({ ...document, subject: { ...document.subject, counsel: { name: 'Example Legal Aid', g28At: plus(document.preparedAt, -5 * HOUR), servedAt: null } } });
/** [WSO-01] Scenario 10: a warrant service officer filed an I-213 and typed a charging document. */
export const fromWarrantService = (wso: { readonly agencyId: string; readonly officerId: string; readonly siteId: string }): Change => (document) => ({
  ...document, agencyId: wso.agencyId, preparerId: wso.officerId, siteId: wso.siteId, events: { ...document.events, interviewById: wso.officerId },
  recordChecks: document.recordChecks.map((c) => ({ ...c, operatorId: wso.officerId })), forms: document.forms.map((f) => ({ ...f, preparedById: wso.officerId, siteId: wso.siteId, ...(f.kind === 'I-213' ? { narrativeById: wso.officerId } : {}) })),
});
/** [FARO-03] Scenario 11: the officer who issued the notice is the one who decided the order. */
export const issuerDecides = (staffId: string, title: string): Change => (document) => {
  const notice = document.forms.find((f) => f.kind === 'I-851');
  if (notice?.kind !== 'I-851') return document;
  const issued = { byKind: 'staff' as const, byId: staffId, name: 'Issuing officer', title, place: 'Example Field Office' };
  const noticeAt = plus(document.preparedAt, -15 * MINUTE);
  const orderAt = plus(noticeAt, 10 * MINUTE);
  const server = { byKind: 'officer' as const, byId: document.preparerId, method: 'in_person' as const, place: 'Example County Jail', language: document.subject.languages[0] ?? 'English', interpreter: null };
  const waiver = { at: plus(noticeAt, 6 * MINUTE), evidenceId: 'ev-waiver' };
  const fields = { banner: 'SYNTHETIC' };
  return {
    ...document,
    evidence: [...document.evidence, {
      id: 'ev-waiver', title: 'Written waiver of the time to respond', kind: 'written_request', source: 'subject', obtainedAt: waiver.at, pages: 1, mediaType: 'application/pdf', bytes: 60_000, sha256: sha256Hex(`synthetic/${document.packetId}/ev-waiver`),
    }],
    forms: [
      ...document.forms.map((f) => (f === notice ? { ...notice, issued: { ...issued, at: noticeAt }, served: { ...server, at: plus(noticeAt, 5 * MINUTE) }, responseWaiver: waiver } : f)),
      { ...bare(notice), id: 'i851a', kind: 'I-851A' as const, preparedAt: plus(noticeAt, 8 * MINUTE), issued: { ...issued, at: orderAt }, served: null, fields },
      {
        ...bare(notice), id: 'i205', kind: 'I-205' as const, preparedAt: plus(noticeAt, 12 * MINUTE), issued: null, served: null,
        finalOrder: { madeBy: 'Issuing officer, Example Field Office', on: localDay(orderAt, document.zone), section: 'INA 238(b)', evidenceId: 'i851a' },
        finality: { finalOn: localDay(orderAt, document.zone), appeal: 'none_taken', staySearchedAt: plus(noticeAt, 11 * MINUTE), stays: [] },
      },
    ],
  };
};

/** The defects of domain 9.2 with their share of all packets, in percent: 22 in all. */
export const SHARES: readonly { readonly name: string; readonly percent: number; readonly change: Change; readonly types: readonly PacketDocument['type'][] }[] = [
  { name: 'no-hearing', percent: 5, change: noHearing, types: ['P-NTA'] },
  { name: 'identity', percent: 3, change: identityMismatch, types: ['P-NTA', 'P-REIN', 'P-FINAL', 'P-FARO'] },
  { name: 'interpreter', percent: 4, change: interpreterBlank, types: ['P-NTA', 'P-REIN', 'P-FINAL', 'P-FARO', 'P-VR'] },
  { name: 'no-warrant', percent: 3, change: noWarrant, types: ['P-NTA', 'P-REIN', 'P-FINAL'] },
  { name: 'allegation-gap', percent: 3, change: allegationGap, types: ['P-NTA'] },
  { name: 'service', percent: 2, change: servedBeforeIssue, types: ['P-NTA', 'P-FARO'] },
  { name: 'date-order', percent: 2, change: dateOrder, types: ['P-NTA', 'P-REIN', 'P-FARO'] },
];
