/**
 * Predicates PK-01 to PK-25: what every packet must show, whatever its forms (domain 1.6, 0.4).
 * No predicate reads a field that states its own answer; none decides on words in prose.
 */
import { z } from 'zod';
import type { PacketType } from '../../rows.ts';
import { msOf } from '../../time.ts';
import { canDo, intervalAt, isSiteAllowed, moaAt, type DioAct } from '../authority.ts';
import { type Evidence, type Form, type FormKind, type Identity, normalANumber, type PacketDocument } from '../packet.ts';
import type { Finding } from '../sufficiency.ts';
import {
  actAt, ageAtEncounter, dayAt, encounteredAt, finding, formsOf, hasForm, type Indicium, knownPins, modelOf, path, type Predicate, protective, signatureOf, tuned,
} from './answer.ts';
import { identityDifferences, isSameName } from './identity.ts';
import { hasTitle, SIGNING_TITLES } from './titles.ts';

/** [PK-01] */
const sameIdentity: Predicate = ({ subject, forms }) => {
  const found: Finding[] = [];
  const own = subject.identity;
  if (own.aNumber !== null && own.aNumber.trim() !== '' && normalANumber(own.aNumber) === null) found.push(finding('subject.identity.aNumber', own.aNumber, 'an A-number of 7 to 9 digits'));
  if (own.aNumber === null || own.aNumber.trim() === '') {
    // Absent only before assignment: then event number and FIN stand in (domain 1.5).
    for (const key of ['fin', 'eventNumber'] as const) if (!own[key]?.trim()) found.push(finding(`subject.identity.${key}`, own[key], 'a value while no A-number is assigned'));
  }
  for (const form of forms) {
    for (const key of identityDifferences(own, form.identity, subject.aliases)) found.push(finding(path(form, `identity.${key}`), form.identity[key as keyof Identity], String(own[key] ?? 'nothing')));
  }
  return found;
};

type Need = {
  readonly label: string; readonly forms?: readonly FormKind[]; readonly evidence?: readonly Evidence['kind'][];
  /** Needed only then; absent: always. */
  readonly when?: (document: PacketDocument) => boolean;
};
const DETAINER: Need = { label: 'I-247A while in local custody', forms: ['I-247A', 'I-247G'], when: (d) => d.isDetained && d.events.iceCustodyAt === null };
const JUVENILE: Need = { label: 'I-770 for a person who may be a minor', forms: ['I-770'], when: (d) => minorIndicia(d).length > 0 };
const isPending = (d: PacketDocument): boolean => formsOf(d, 'I-247A').some((f) => f.box1.includes('pending_proceedings')) || formsOf(d, 'I-200').some((f) => f.bases.includes('pending_proceedings'));
const I213: Need = { label: 'I-213', forms: ['I-213'] };
const FINGERPRINTS: Need = { label: 'fingerprint match', evidence: ['fingerprint_match'] };
const PRIOR_ORDER: Need = { label: 'copy of the order', evidence: ['prior_order'] };

/** Mandatory contents per packet type (domain 1.3), with what some packets of the type need besides: any one of the named forms or evidence kinds meets a need. */
export const MANDATORY: Readonly<Record<PacketType, readonly Need[]>> = {
  'P-NTA': [
    I213, { label: 'I-862', forms: ['I-862'] }, { label: 'I-200', forms: ['I-200'] }, { label: 'I-286', forms: ['I-286'] }, DETAINER,
    { label: 'rights advisal (I-826 or I-214)', forms: ['I-826', 'I-214'] }, { label: 'list of free legal services', forms: ['FREE-LEGAL-LIST'], evidence: ['free_legal_list'] },
    FINGERPRINTS, { label: 'photo', evidence: ['photo'] }, JUVENILE,
    { label: 'conviction record for a criminal charge', evidence: ['conviction_record'], when: (d) => formsOf(d, 'I-862').some((f) => f.allegations.some((a) => a.elements.includes('conviction'))) },
  ],
  'P-REIN': [
    I213, { label: 'I-871', forms: ['I-871'] }, { label: 'I-205', forms: ['I-205'] }, DETAINER, PRIOR_ORDER, { label: 'proof of departure', forms: ['I-296'], evidence: ['departure_proof'] }, FINGERPRINTS,
    { label: 'sworn statement or its refusal', forms: ['I-215B', 'I-877'], evidence: ['sworn_statement'] },
  ],
  'P-FARO': [
    I213, { label: 'I-851', forms: ['I-851'] }, { label: 'certified conviction record', evidence: ['conviction_record'] }, { label: 'I-200', forms: ['I-200'] }, DETAINER,
    { label: 'I-205 with the final order', forms: ['I-205'], when: (d) => formsOf(d, 'I-851A').some((f) => f.issued !== null) },
  ],
  'P-ER': [I213, { label: 'I-867', forms: ['I-867'] }, { label: 'I-860', forms: ['I-860'] }],
  'P-FINAL': [I213, { label: 'I-205', forms: ['I-205'] }, PRIOR_ORDER, DETAINER],
  'P-DET': [
    { label: 'I-247A', forms: ['I-247A', 'I-247G'] }, { label: 'I-200 or I-205', forms: ['I-200', 'I-205'] },
    { label: 'proof of pending proceedings', evidence: ['database_printout', 'prior_order'], when: isPending },
  ],
  'P-WSO': [{ label: 'I-200 or I-205', forms: ['I-200', 'I-205'] }, { label: 'custody hand-off record', forms: ['CUSTODY-HANDOFF'] }],
  'P-NONE': [{ label: 'I-213 or encounter note', forms: ['I-213', 'ENCOUNTER-NOTE'] }],
  'P-VR': [I213, { label: 'I-826', forms: ['I-826'] }, { label: 'I-210', forms: ['I-210'] }],
};

/** [PK-02] @2 adds what only some packets of a type need, and the recorded reason of a packet without action. */
const mandatoryForms: Predicate = (document) => {
  const { forms, evidence } = document;
  const found: Finding[] = [];
  for (const need of MANDATORY[document.type]) {
    if (need.when && !need.when(document)) continue;
    const has = hasForm(document, ...(need.forms ?? [])) || evidence.some((e) => need.evidence?.includes(e.kind));
    if (!has) found.push(finding(need.forms ? 'forms' : 'evidence', null, need.label));
  }
  if (document.type === 'P-NONE' && document.noAction === undefined) found.push(finding('noAction', null, 'the reason why no action is taken'));
  const twice = forms.map((f) => f.id).filter((id, n, all) => all.indexOf(id) !== n);
  for (const id of new Set(twice)) found.push(finding(`forms.${id}`, 'the id twice', 'one form per id'));
  return found;
};

/** What preparing each kind of form takes (domain 3.5). */
const ACT_OF_FORM: Readonly<Partial<Record<FormKind, DioAct>>> = {
  'I-862': 'prepare_charging', 'I-851': 'prepare_charging', 'I-851A': 'prepare_charging', 'I-871': 'prepare_charging', 'I-860': 'prepare_charging', 'I-286': 'prepare_charging',
  'I-200': 'prepare_warrant', 'I-205': 'prepare_warrant', 'I-247A': 'issue_detainer', 'I-213': 'issue_i213',
  'I-867': 'take_statement', 'I-215B': 'take_statement', 'I-877': 'take_statement', 'CUSTODY-HANDOFF': 'hand_off',
};
/** One act of a DIO in a packet. `field`: where its time stands in the document. */
export type OfficerAct = { readonly officerId: string; readonly act: DioAct | null; readonly at: string; readonly siteId: string; readonly field: string };

/** Every act that a DIO did in this packet, with its own time and site (0.4 item 3). `act` null: any valid authority will do. */
export function officerActs(document: PacketDocument): readonly OfficerAct[] {
  const acts: OfficerAct[] = [{ officerId: document.preparerId, act: null, at: document.preparedAt, siteId: document.siteId, field: 'preparedAt' }];
  const { events } = document;
  if (events.interviewAt !== null && events.interviewById !== null) acts.push({ officerId: events.interviewById, act: 'interrogate', at: events.interviewAt, siteId: document.siteId, field: 'events.interviewAt' });
  for (const form of document.forms) {
    acts.push({ officerId: form.preparedById, act: ACT_OF_FORM[form.kind] ?? null, at: form.preparedAt, siteId: form.siteId, field: path(form, 'preparedAt') });
    if (form.kind === 'I-247A' && form.issued?.byKind === 'officer') acts.push({ officerId: form.issued.byId, act: 'issue_detainer', at: form.issued.at, siteId: form.siteId, field: path(form, 'issued.at') });
    if (form.served?.byKind === 'officer') acts.push({ officerId: form.served.byId, act: form.kind === 'I-200' || form.kind === 'I-205' ? 'serve_warrant' : null, at: form.served.at, siteId: form.siteId, field: path(form, 'served.at') });
  }
  return acts;
}

/** [PK-03] */
const authorityOnDate: Predicate = (document, facts) =>
  officerActs(document).flatMap(({ officerId, act, at, field }) => {
    const interval = intervalAt(facts.intervals, officerId, at);
    if (!interval) return [finding(field, `${at}, no authority of ${officerId}`, 'a date inside an authority interval of the officer')];
    return act !== null && !canDo(interval.model, act) ? [finding(field, `${act} under ${interval.model}`, 'an act that the model allows')] : [];
  });

/** [PK-04] */
const moaInForce: Predicate = (document, facts) =>
  officerActs(document).flatMap(({ at, field }) => {
    const status = moaAt(facts.moa, facts.agency.id, at)?.status ?? 'none recorded';
    return status === 'in_force' ? [] : [finding(field, `${at}, MOA ${status}`, 'a date on which the MOA is in force')];
  });

/** [PK-05] */
const ownSite: Predicate = (document, facts) =>
  officerActs(document).flatMap(({ officerId, at, siteId, field }) =>
    isSiteAllowed(facts.agency, modelOf(facts, officerId, at), siteId) ? [] : [finding(field.replace(/[^.]*At$|issued\.at$|served\.at$/, 'siteId'), siteId, 'a facility of the agency at which its model may act')]);

/** [PK-06] The proposed signer, or everybody who has signed: never somebody who prepared the form or the packet. */
const twoPersons: Predicate = (document, facts) => {
  const preparers = (form: Form | undefined): readonly string[] => [document.preparerId, ...(form ? [form.preparedById] : [])];
  const p = facts.proposed;
  if (p?.act.startsWith('sign:')) {
    const form = document.forms.find((f) => f.id === p.formId);
    return p.signer && preparers(form).includes(p.signer.id) ? [finding(`forms.${p.formId}.preparedById`, p.signer.id, 'a signer who did not prepare it')] : [];
  }
  const signed = facts.statements.filter((s) => s.number === document.number);
  if (signed.length === 0) return null;
  return signed.filter((s) => preparers(document.forms.find((f) => f.id === s.formId)).includes(s.signerId)).map((s) => finding(`forms.${s.formId}.preparedById`, s.signerId, 'a signer who did not prepare it'));
};

/** [PK-07] @2 adds the I-851A and the encounter note to the forms that are signed. */
const titleListed: Predicate = (document, facts) => {
  const check = (form: Form | undefined, title: string): readonly Finding[] => {
    const list = form ? SIGNING_TITLES[form.kind] : undefined;
    if (!form || !list) return [finding(`forms.${form?.id ?? '?'}`, form?.kind ?? 'no form', 'a form that a PM signs')];
    return hasTitle(list, title) ? [] : [finding(path(form, 'issued.title'), title, `a title of ${list.source}`)];
  };
  const p = facts.proposed;
  if (p?.act.startsWith('sign:')) {
    if (!p.signer) return [finding('signer', null, 'a signer on the staff list')];
    const { activeFrom, activeTo } = p.signer;
    const active = msOf(activeFrom) <= msOf(p.at) && (activeTo === null || msOf(p.at) < msOf(activeTo));
    return [...check(document.forms.find((f) => f.id === p.formId), p.signer.legalTitle), ...(active ? [] : [finding('signer.activeTo', activeTo ?? activeFrom, `authority that covers ${p.at}`)])];
  }
  const signed = facts.statements.filter((s) => s.number === document.number);
  return signed.length === 0 ? null : signed.flatMap((s) => check(document.forms.find((f) => f.id === s.formId), s.legalTitle));
};

/** [PK-08] */
const noCitizenshipClaim: Predicate = ({ subject }, { holds }) =>
  protective('PK-08', subject.citizenshipIndicia.map((x, n) => ({ field: `subject.citizenshipIndicia.${n}`, kind: x.kind, at: x.at })), holds, 'no open claim: a hold placed and released after it');

/** Indicia of minority: those recorded, and the date of birth itself. Also read by intake, which places the hold. */
export function minorIndicia(document: PacketDocument): readonly Indicium[] {
  const { subject } = document;
  const found: Indicium[] = subject.minorIndicia.map((x, n) => ({ field: `subject.minorIndicia.${n}`, kind: x.kind, at: x.at }));
  const years = ageAtEncounter(document);
  const born = subject.identity.bornOn;
  if (years !== null && years < 18) found.push({ field: 'subject.identity.bornOn', kind: `${born}, ${years} years`, at: encounteredAt(document) });
  if (born === null && !subject.dobBasis?.trim()) found.push({ field: 'subject.identity.bornOn', kind: 'nothing', at: encounteredAt(document) });
  return found;
}
/** [PK-09] */
const notMinor: Predicate = (document, { holds }) => protective('PK-09', minorIndicia(document), holds, '18 years or more and no sign of minority: a hold placed and released after it');

/** [PK-10] Sees one generic open hold and never why (8.2). */
const notRestricted: Predicate = (_document, { holds }) => (holds.some((h) => h.rule === 'RESTRICTED' && h.releasedAt === null) ? [finding('holds', 'restricted handling', 'released by the restricted path')] : []);

/** [PK-11] */
const interpreterAsked: Predicate = ({ interpreter: i }) => {
  const found: Finding[] = [];
  if (i.askedAt === null) found.push(finding('interpreter.askedAt', null, 'when the need was asked'));
  if (i.answer === null) found.push(finding('interpreter.answer', null, 'needed or not needed'));
  if (i.answer === 'needed') {
    if (!i.language?.trim()) found.push(finding('interpreter.language', i.language, 'the language'));
    if (!i.nameOrId?.trim()) found.push(finding('interpreter.nameOrId', i.nameOrId, 'the interpreter'));
    if (i.qualified === null) found.push(finding('interpreter.qualified', null, 'yes or no'));
  }
  return found;
};

/** A WSO processes nobody and a P-NONE packet takes no action: neither carries the findings of a case. */
const isCase = (document: PacketDocument): boolean => document.type !== 'P-WSO' && document.type !== 'P-NONE';

/** [PK-12] */
const recordChecksLogged: Predicate = (document) => {
  if (!isCase(document)) return null;
  return (['biometric', 'ncic', 'immigration_status'] as const)
    .filter((system) => !document.recordChecks.some((c) => c.system === system && msOf(c.at) <= msOf(document.submittedAt)))
    .map((system) => finding('recordChecks', null, `${system} check with time, operator and result`));
};

/** [PK-13] */
const alienageShown: Predicate = (document) => {
  if (!isCase(document)) return null;
  const enough = document.alienage.some((a) => a.basis !== 'foreign_birth' && a.basis !== 'no_match' && knownPins(document, a.evidenceIds).length > 0);
  return enough ? [] : [finding('alienage', document.alienage.map((a) => a.basis).join(', '), 'evidence beyond foreign birth and a database "no match"', document.alienage.flatMap((a) => a.evidenceIds))];
};

/** [PK-14] */
const underlyingArrest: Predicate = (document, facts) => {
  const detainer = formsOf(document, 'I-247A')[0];
  const isJail = modelOf(facts, document.preparerId, document.preparedAt) !== 'TFM';
  if (document.type === 'P-NONE' || (!isJail && !detainer)) return null;
  const arrest = document.underlyingArrest;
  if (!arrest) return [finding('underlyingArrest', null, 'offense, statute, date and agency of the criminal arrest')];
  const issuedAt = detainer ? signatureOf(document, detainer, facts)?.at : undefined;
  return issuedAt !== undefined && msOf(arrest.at) > msOf(issuedAt) ? [finding('underlyingArrest.at', arrest.at, `an arrest before the detainer of ${issuedAt}`)] : [];
};

/** [PK-15] Asked where the form requires it; a yes needs a recorded referral and a hold released after it. */
const fearAsked: Predicate = (document, { holds }) => {
  const { fear } = document;
  const mustAsk = hasForm(document, 'I-860', 'I-867', 'I-851', 'I-871') || document.type === 'P-ER' || document.type === 'P-FARO' || document.type === 'P-REIN';
  if (!mustAsk && fear.answer === null && !holds.some((h) => h.rule === 'PK-15')) return null;
  if (mustAsk && (fear.askedAt === null || fear.answer === null)) return [finding('fear.answer', fear.answer, 'asked and answered')];
  const indicia: Indicium[] = fear.answer === 'yes' ? [{ field: 'fear.answer', kind: 'yes', at: fear.askedAt ?? document.preparedAt }] : [];
  const found = [...protective('PK-15', indicia, holds, 'a hold placed and released after the referral')];
  if (fear.answer === 'yes' && fear.referredAt === null) found.push(finding('fear.referredAt', null, 'the referral'));
  return found;
};

/** Countries whose consulate must be told whatever the person says (State Department list, shortened) [K]: counsel completes it. */
export const MANDATORY_CONSULAR = [
  'Antigua and Barbuda', 'Armenia', 'Azerbaijan', 'Bahamas', 'Barbados', 'Belarus', 'Belize', 'Brunei', 'Bulgaria', 'China', 'Costa Rica', 'Cyprus', 'Czech Republic', 'Dominica', 'Fiji',
  'Gambia', 'Georgia', 'Ghana', 'Grenada', 'Guyana', 'Hungary', 'Jamaica', 'Kazakhstan', 'Kiribati', 'Kuwait', 'Kyrgyzstan', 'Malaysia', 'Malta', 'Mauritius', 'Moldova', 'Mongolia', 'Nigeria',
  'Philippines', 'Poland', 'Romania', 'Russia', 'Saint Kitts and Nevis', 'Saint Lucia', 'Saint Vincent and the Grenadines', 'Seychelles', 'Sierra Leone', 'Singapore', 'Slovakia', 'Tajikistan',
  'Tanzania', 'Tonga', 'Trinidad and Tobago', 'Tunisia', 'Turkmenistan', 'Tuvalu', 'Ukraine', 'United Kingdom', 'Uzbekistan', 'Zambia', 'Zimbabwe',
] as const;
const isMandatoryConsular = (nationality: string): boolean => MANDATORY_CONSULAR.some((c) => c.toLowerCase() === nationality.trim().toLowerCase());

/** [PK-16] */
const consularAdvised: Predicate = ({ isDetained, consular }) => (!isDetained ? null : consular.advisedAt === null ? [finding('consular.advisedAt', null, 'when the person was told of the right to contact the consulate')] : []);
/** [PK-16M] */
const consularNotified: Predicate = ({ isDetained, consular }) =>
  !isDetained || !isMandatoryConsular(consular.nationality) ? null : consular.notifiedAt === null ? [finding('consular.notifiedAt', null, `when the consulate of ${consular.nationality} was notified`)] : [];

/** [PK-17] Pairs that must not run backwards. Days are compared on the site's calendar; five minutes of clock error are allowed against now. */
const dateOrder: Predicate = (document, facts) => {
  const { events, subject, underlyingArrest: arrest, zone } = document;
  const found: Finding[] = [];
  const inOrder = (earlier: string | null | undefined, field: string, later: string | null | undefined, laterField: string): void => {
    if (earlier && later && msOf(earlier) > msOf(later)) found.push(finding(laterField, later, `not before ${field} ${earlier}`));
  };
  const now = new Date(msOf(actAt(facts)) + 5 * 60_000).toISOString();
  const firstArrest = arrest?.at ?? events.immigrationArrestAt;
  const born = subject.identity.bornOn;
  if (born !== null && events.lastEntryOn !== null && born >= events.lastEntryOn) found.push(finding('events.lastEntryOn', events.lastEntryOn, `after the birth on ${born}`));
  if (firstArrest && events.lastEntryOn !== null && events.lastEntryOn > dayAt(firstArrest, zone)) found.push(finding('events.lastEntryOn', events.lastEntryOn, `not after the arrest of ${firstArrest}`));
  inOrder(arrest?.at, 'underlyingArrest.at', events.bookedAt, 'events.bookedAt');
  inOrder(firstArrest, 'the arrest', events.interviewAt, 'events.interviewAt');
  for (const i213 of formsOf(document, 'I-213')) {
    inOrder(events.interviewAt, 'events.interviewAt', i213.preparedAt, path(i213, 'preparedAt'));
    for (const form of document.forms) if (form.kind !== 'I-213') inOrder(i213.preparedAt, path(i213, 'preparedAt'), form.issued?.at, path(form, 'issued.at'));
  }
  for (const form of document.forms) {
    const signature = signatureOf(document, form, facts);
    inOrder(form.preparedAt, path(form, 'preparedAt'), signature?.at, path(form, 'issued.at'));
    inOrder(signature?.at, path(form, 'issued.at'), form.served?.at, path(form, 'served.at'));
    inOrder(form.preparedAt, path(form, 'preparedAt'), now, 'now');
    inOrder(form.issued?.at, path(form, 'issued.at'), now, 'now');
    inOrder(form.served?.at, path(form, 'served.at'), now, 'now');
  }
  inOrder(document.preparedAt, 'preparedAt', document.submittedAt, 'submittedAt');
  inOrder(document.submittedAt, 'submittedAt', now, 'now');
  inOrder(events.immigrationArrestAt, 'events.immigrationArrestAt', events.iceCustodyAt, 'events.iceCustodyAt');
  inOrder(events.custodyTransferredAt, 'events.custodyTransferredAt', events.iceCustodyAt, 'events.iceCustodyAt');
  return found;
};

/** [PK-18] */
const counselServed: Predicate = ({ subject }) => (subject.counsel === null ? null : subject.counsel.servedAt === null ? [finding('subject.counsel.servedAt', null, 'when counsel was served')] : []);

/** [PK-19] */
const competency: Predicate = (document, { holds }) => {
  const years = ageAtEncounter(document);
  const indicia: Indicium[] = document.subject.competencyIndicia.map((x, n) => ({ field: `subject.competencyIndicia.${n}`, kind: x.kind, at: x.at }));
  if (years !== null && years < 14) indicia.push({ field: 'subject.identity.bornOn', kind: `${years} years`, at: encounteredAt(document) });
  return protective('PK-19', indicia, holds, 'service on a custodian settled: a hold placed and released after it');
};

/** [PK-20] The newest look at the posters of each site that was used. HQ and the PM's visits supply it. */
const complaintPoster: Predicate = (document, { compliance }) => {
  if (compliance === undefined) return null;
  const sites = new Set([document.siteId, ...document.forms.map((f) => f.siteId)]);
  return [...sites].flatMap((siteId) => {
    const newest = compliance.filter((c) => c.siteId === siteId && c.item === 'complaint_poster').sort((a, b) => msOf(b.checkedAt) - msOf(a.checkedAt))[0];
    return newest && msOf(newest.dueAt) > msOf(document.preparedAt) ? [] : [finding('siteId', newest ? `${siteId}, due ${newest.dueAt}` : siteId, 'complaint posters seen in place and not overdue')];
  });
};

/** [PK-21] Later versions say why; nothing in a version is younger than its submission. */
const changesExplained: Predicate = (document) => {
  const found: Finding[] = [];
  if (document.number > 1 && !document.changeReason?.trim()) found.push(finding('changeReason', document.changeReason, `the reason for version ${document.number}`));
  const submitted = msOf(document.submittedAt);
  for (const form of document.forms) if (msOf(form.preparedAt) > submitted) found.push(finding(path(form, 'preparedAt'), form.preparedAt, `not after submission at ${document.submittedAt}: a change is a new version`));
  document.evidence.forEach((e, n) => {
    if (msOf(e.obtainedAt) > submitted) found.push(finding(`evidence.${n}.obtainedAt`, e.obtainedAt, `not after submission at ${document.submittedAt}: a change is a new version`));
  });
  return found;
};

/** [PK-22] */
const noDuplicate: Predicate = ({ packetId }, { duplicates }) =>
  duplicates === undefined ? null : duplicates.filter((d) => d.packetId !== packetId).map((d) => finding(`subject.identity.${d.basis}`, `also in ${d.packetId} (${d.asOf})`, 'no other open packet for the same person'));

/** [PK-23] `threshold`: similarity from which two narratives count as the same. */
const ownNarrative = tuned(z.strictObject({ threshold: z.number().min(0.5).max(1) }), ({ packetId }, { similarNarratives }, { threshold }) =>
  similarNarratives === undefined ? null : similarNarratives.filter((s) => s.packetId !== packetId && s.similarity >= threshold)
    .map((s) => finding(`forms.${s.formId}.narrative`, `${Math.round(s.similarity * 100)} % the same as ${s.packetId} (${s.asOf})`, 'a narrative of this encounter')));

/** [PK-24] Every two statements of the last entry agree where both say something. */
const entryAgrees: Predicate = (document) => {
  const claims = document.forms.flatMap((form) => {
    if (form.kind === 'I-213' || form.kind === 'I-862') return form.lastEntry ? [{ field: path(form, 'lastEntry'), entry: form.lastEntry }] : [];
    if (form.kind === 'I-215B' || form.kind === 'I-877' || form.kind === 'I-867') return form.sworn?.lastEntry ? [{ field: path(form, 'sworn.lastEntry'), entry: form.sworn.lastEntry }] : [];
    return [];
  });
  const silent = document.forms.filter((f) => (f.kind === 'I-213' || f.kind === 'I-862') && f.lastEntry === undefined);
  const isNta = hasForm(document, 'I-213') && hasForm(document, 'I-862');
  // An NTA rests on the I-213: both say when, where and how, or that it is unknown.
  if (isNta && silent.length > 0) return silent.map((f) => finding(path(f, 'lastEntry'), null, 'date, place and manner of the last entry, or that they are unknown'));
  const known = document.events.lastEntryOn === null ? [] : [{ field: 'events.lastEntryOn', entry: { on: document.events.lastEntryOn, place: null, manner: null } }];
  const all = [...known, ...claims];
  const first = all[0];
  if (all.length < 2 || first === undefined) return null;
  const found: Finding[] = [];
  const compare = (key: 'on' | 'place' | 'manner', isSame: (a: string, b: string) => boolean): void => {
    const stated = all.filter((c) => c.entry[key] !== null);
    const base = stated[0];
    for (const c of stated.slice(1)) if (base && !isSame(String(base.entry[key]), String(c.entry[key]))) found.push(finding(`${c.field}.${key}`, c.entry[key], `as in ${base.field}: ${base.entry[key]}`));
  };
  compare('on', (a, b) => a === b);
  compare('place', isSameName);
  compare('manner', (a, b) => a === b);
  return found;
};

/** [PK-25] Valid when the work was done, lapsed since: the work stands, the signer is told. */
const lapsedSince: Predicate = (document, facts) => {
  const { preparerId, preparedAt } = document;
  if (!intervalAt(facts.intervals, preparerId, preparedAt)) return null;
  const at = actAt(facts);
  if (msOf(at) < msOf(preparedAt) || intervalAt(facts.intervals, preparerId, at)) return [];
  const ended = facts.intervals.filter((i) => i.officerId === preparerId && i.endAt !== null).map((i) => i.endAt).sort().at(-1);
  return [finding('preparerId', `${preparerId}, authority ended ${ended}`, 'authority that is still in force')];
};

export const PACKET_PREDICATES = {
  'PK-01@1': sameIdentity, 'PK-02@2': mandatoryForms, 'PK-03@1': authorityOnDate, 'PK-04@1': moaInForce, 'PK-05@1': ownSite, 'PK-06@1': twoPersons, 'PK-07@2': titleListed,
  'PK-08@1': noCitizenshipClaim, 'PK-09@1': notMinor, 'PK-10@1': notRestricted, 'PK-11@1': interpreterAsked, 'PK-12@1': recordChecksLogged, 'PK-13@1': alienageShown,
  'PK-14@1': underlyingArrest, 'PK-15@1': fearAsked, 'PK-16@1': consularAdvised, 'PK-16M@1': consularNotified, 'PK-17@1': dateOrder, 'PK-18@1': counselServed, 'PK-19@1': competency,
  'PK-20@1': complaintPoster, 'PK-21@1': changesExplained, 'PK-22@1': noDuplicate, 'PK-23@1': ownNarrative, 'PK-24@1': entryAgrees, 'PK-25@1': lapsedSince,
} as const satisfies Readonly<Record<string, Predicate>>;
