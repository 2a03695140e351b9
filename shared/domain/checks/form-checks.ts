/**
 * Predicates over single forms: I-862 (NTA), I-247A (DET), I-200 (W200), I-213, and the WSO limit (domain 1.8, 1.9).
 * Each answers null when the packet has no such form.
 */
import { msOf, isZone } from '../../time.ts';
import { ALWAYS_COVERED, chargeOf, parseSection, type Proof } from '../charges.ts';
import { canDo, intervalAt, isSiteAllowed } from '../authority.ts';
import type { Allegation, Element, Form, FormOf, PacketDocument } from '../packet.ts';
import { allegationElement, chargeElement, isPinned } from '../pins.ts';
import type { Finding } from '../sufficiency.ts';
import { actAt, type CheckFacts, dayAt, daysBetween, finding, formsOf, knownPins, modelOf, onEach, path, type Predicate, signatureOf, yearsAfter } from './answer.ts';
import { identityDifferences } from './identity.ts';
import { hasTitle, TITLES_239_1, TITLES_287_5_E_2 } from './titles.ts';

/** [NTA-02] */
const ntaNature = onEach('I-862', (form) => {
  const found: Finding[] = [];
  if (form.proceeding === null) found.push(finding(path(form, 'proceeding'), null, 'the nature of the proceedings'));
  if (!form.legalAuthority?.trim()) found.push(finding(path(form, 'legalAuthority'), form.legalAuthority, 'the legal authority'));
  return found;
});

/**
 * What is missing of one need of a charge in the allegations that it cites, in words; null when nothing is. `on` is the day of the act.
 * A typed fact that is absent is missing, whatever the words of the allegation say.
 */
function missingProof(proof: Proof, cited: readonly Allegation[], on: string): string | null {
  const convicted = cited.filter((a) => a.elements.includes('conviction'));
  const convictions = cited.flatMap((a) => (a.conviction ? [a.conviction] : []));
  const admissions = cited.flatMap((a) => (a.admission ? [a.admission] : []));
  switch (proof) {
    case 'conviction':
      return convicted.every((a) => a.conviction) ? null : 'statute, court and date of the conviction';
    case 'two_convictions': {
      const schemes = new Set(convictions.map((c, n) => c.schemeId ?? `of its own ${n}`));
      return schemes.size >= 2 ? null : 'two convictions that are not of one scheme';
    }
    case 'within_five_years':
      return convictions.some((c) => c.offenseOn && admissions.some((a) => c.offenseOn && a.on <= c.offenseOn && c.offenseOn <= yearsAfter(a.on, 5))) ? null : 'an offense within five years after admission';
    case 'year_possible':
      return convictions.some((c) => (c.maxSentenceMonths ?? 0) >= 12) ? null : 'an offense for which a year or more may be imposed';
    case 'felony_named':
      return convictions.some((c) => c.aggravatedFelony) ? null : 'the subparagraph of INA 101(a)(43)';
    case 'scheduled':
      return convictions.some((c) => c.schedule) || convicted.length === 0 ? null : 'the federal schedule of the substance';
    case 'not_own_use':
      return convictions.length > 1 || convictions.some((c) => c.isOwnUse === false || (c.marijuanaGrams !== undefined && (c.marijuanaGrams === null || c.marijuanaGrams > 30))) ? null : 'more than one offense of 30 g of marijuana or less for own use';
    case 'stay_over':
      return admissions.some((a) => a.authorizedUntil !== null && a.authorizedUntil < on) ? null : 'class, admission and an authorised stay that has ended';
    case 'representation':
      return cited.some((a) => a.representation) ? null : 'what was said, when and to whom';
    case 'prior_dates':
      return cited.some(({ prior: p }) => p?.departedOn && p.reenteredOn && (p.orderOn === null || p.orderOn <= p.departedOn) && p.departedOn <= p.reenteredOn) ? null : 'dates of departure and re-entry, after any order';
  }
}

/** Whether an allegation is pinned, for the n-th charge (null: for none) and the elements of which one must be shown. */
type IsPinned = (document: PacketDocument, facts: CheckFacts, form: FormOf<'I-862'>, allegation: Allegation, charge: number | null, any: readonly Element[]) => boolean;
/** [NTA-03] An element is covered by an allegation that asserts it and is pinned to evidence in the packet (0.4 item 5). @2 adds the needs of domain 1.7 on typed facts. */
const ntaAllegations = (isCoveredBy: IsPinned): Predicate => onEach('I-862', (form, document, facts) => {
  if (form.allegations.length === 0) return [finding(path(form, 'allegations'), null, 'at least one numbered allegation')];
  const found: Finding[] = [];
  form.allegations.forEach((a, n) => {
    if (a.number !== n + 1) found.push(finding(path(form, `allegations.${n}.number`), a.number, String(n + 1)));
  });
  const covers = (element: Element, numbers: readonly number[] | null, charge: number | null, any: readonly Element[]): boolean =>
    form.allegations.some((a) => (numbers === null || numbers.includes(a.number)) && a.elements.includes(element) && isCoveredBy(document, facts, form, a, charge, any));
  for (const any of ALWAYS_COVERED) if (!any.some((e) => covers(e, null, null, any))) found.push(finding(path(form, 'allegations'), null, `an allegation of ${any.join(' or ')}, pinned to evidence`));
  form.charges.forEach((charge, n) => {
    const field = path(form, `charges.${n}.allegationNumbers`);
    for (const number of charge.allegationNumbers) if (!form.allegations.some((a) => a.number === number)) found.push(finding(field, number, 'the number of an allegation'));
    for (const any of chargeOf(charge.section)?.elements ?? []) {
      if (!any.some((e) => covers(e, charge.allegationNumbers, n, any))) found.push(finding(field, charge.allegationNumbers.join(', '), `an allegation of ${any.join(' or ')}, pinned to evidence, for ${charge.section}`));
    }
    const cited = form.allegations.filter((a) => charge.allegationNumbers.includes(a.number));
    for (const proof of chargeOf(charge.section)?.proofs ?? []) {
      const missing = missingProof(proof, cited, dayAt(signatureOf(document, form, facts)?.at ?? actAt(facts), document.zone));
      if (missing !== null) found.push(finding(field, charge.allegationNumbers.join(', '), `${missing}, for ${charge.section}`));
    }
  });
  return found;
});
/** @2: an allegation is pinned when it names an evidence item of the packet. */
const ntaByItem = ntaAllegations((document, _facts, _form, a) => knownPins(document, a.evidenceIds).length > 0);
/** @3: by a pin to a page, the DIO's or the signer's; by the item alone only where the packet brings no pins. The same function as the list of pins (`pins.ts`). */
const ntaByPage = ntaAllegations((document, facts, form, a, charge, any) =>
  isPinned(document, facts.pins ?? [], [allegationElement(form.id, a.number), ...(charge === null ? [] : [chargeElement(form.id, charge, any)])], a.evidenceIds));

/** [NTA-04] */
const ntaCharges = onEach('I-862', (form) =>
  form.charges.length === 0
    ? [finding(path(form, 'charges'), null, 'at least one charge')]
    : form.charges.flatMap((c, n) => (chargeOf(c.section) ? [] : [finding(path(form, `charges.${n}.section`), c.section, 'a section of the charge table')])));

/** [NTA-05] */
const ntaBox = onEach('I-862', (form) => {
  const box = form.boxes[0];
  if (form.boxes.length !== 1 || box === undefined) return [finding(path(form, 'boxes'), form.boxes.join(', '), 'exactly one classification')];
  return form.charges.flatMap((c, n) => {
    const section = parseSection(c.section);
    if (section === null) return [];
    const family = box === 'admitted' ? '237(a)' : '212(a)';
    const boxes = chargeOf(c.section)?.boxes;
    const fits = section.startsWith(family) && (boxes === undefined || boxes.includes(box));
    return fits ? [] : [finding(path(form, `charges.${n}.section`), c.section, `a charge that stands under "${box}"`)];
  });
});

/** What is printed instead of a date, time or place. A whole value, never a word in prose. */
const isPlaceholder = (value: string): boolean => /^(tbd|t\.b\.d\.|tba|n\/?a|none|unknown|-+|to be (set|determined|announced|scheduled|advised)|a (date|time|place) to be (set|determined))\.?$/i.test(value.trim());
/** A calendar day as written, or null: `2026-02-30` is not one. */
export function dayOf(value: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? value : null;
}

/** [NTA-06] Date, time and place in this same document: *Pereira*, *Niz-Chavez*, *Matter of Fernandes*. */
const ntaHearing = onEach('I-862', (form) => {
  const { on, time, place, zone } = form.hearing;
  const found: Finding[] = [];
  if (on === null || dayOf(on.trim()) === null) found.push(finding(path(form, 'hearing.on'), on, 'a date'));
  if (time === null || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time.trim()) || time.trim() === '00:00') found.push(finding(path(form, 'hearing.time'), time, 'a time of day'));
  if (place === null || place.trim() === '' || isPlaceholder(place)) found.push(finding(path(form, 'hearing.place'), place, 'a court and its address'));
  if (zone === null || !isZone(zone)) found.push(finding(path(form, 'hearing.zone'), zone, 'the time zone of the court'));
  return found;
});

/** [NTA-07] Ten days between service and hearing, counted on the court's calendar; an earlier date only on the person's written request. */
const ntaTenDays = onEach('I-862', (form, document, facts) => {
  const on = form.hearing.on === null ? null : dayOf(form.hearing.on.trim());
  // NTA-06 says that there is no date; here there is nothing to count to.
  if (on === null) return null;
  const request = form.earlierHearingRequest;
  if (request && document.evidence.some((e) => e.id === request.evidenceId && e.kind === 'written_request')) return [];
  const servedOn = dayAt(form.served?.at ?? actAt(facts), form.hearing.zone !== null && isZone(form.hearing.zone) ? form.hearing.zone : document.zone);
  return daysBetween(servedOn, on) >= 10 ? [] : [finding(path(form, 'hearing.on'), on, `10 days or more after service on ${servedOn}`)];
});

/** [NTA-12] */
const ntaIssued = onEach('I-862', (form, document, facts) => {
  const signature = signatureOf(document, form, facts);
  if (!signature) return [finding(path(form, 'issued'), null, 'the signature of an issuing officer')];
  return signature.byKind === 'staff' && hasTitle(TITLES_239_1, signature.title) ? [] : [finding(path(form, 'issued.title'), signature.title, `a title of ${TITLES_239_1.source}`)];
});

/** [DET-01] */
const detainerOneBox = onEach('I-247A', (form) => {
  const [first, second] = [form.box1.length > 0, form.box2];
  return first !== second ? [] : [finding(path(form, 'box1'), first ? 'Box 1 and Box 2' : null, 'exactly one of Box 1 and Box 2')];
});

/** [DET-02] */
const detainerBasis = onEach('I-247A', (form) => {
  if (form.box2 && form.box1.length === 0) return null;
  if (form.box1.length === 0) return [finding(path(form, 'box1'), null, 'one of the four bases')];
  // Box 1's third basis is a biometric match *and* a record check.
  const stated = form.probableCause.map((p) => p.basis);
  return form.box1.includes('biometric_match') && !(stated.includes('biometric_match') && stated.includes('record_check'))
    ? [finding(path(form, 'probableCause'), stated.join(', '), 'biometric match and record check')]
    : [];
});

const warrantsOf = (document: PacketDocument): readonly Form[] => document.forms.filter((f) => f.kind === 'I-200' || f.kind === 'I-205');

/** [DET-03] A detainer takes effect only with a signed warrant for the same person, signed no later than the detainer was issued. */
const detainerWarrant = onEach('I-247A', (form, document, facts) => {
  const signed = warrantsOf(document).map((warrant) => ({ warrant, signature: signatureOf(document, warrant, facts) })).filter((w) => w.signature?.byKind === 'staff');
  if (signed.length === 0) return [finding(path(form, 'issued'), 'no signed warrant', 'a signed I-200 or I-205 with the detainer')];
  const same = signed.filter((w) => identityDifferences(form.identity, w.warrant.identity, document.subject.aliases).length === 0);
  if (same.length === 0) return [finding(path(form, 'identity'), 'another person than the warrant', 'the same person on both')];
  const issuedAt = signatureOf(document, form, facts)?.at;
  if (issuedAt === undefined || same.some((w) => w.signature && msOf(w.signature.at) <= msOf(issuedAt))) return [];
  return [finding(path(form, 'issued.at'), issuedAt, `not before the warrant of ${same[0]?.signature?.at}`)];
});

/** [DET-04] */
const detainerWarrantKind = onEach('I-247A', (form, document) => {
  if (form.box1.length === 0) return null;
  const kind = form.box1.includes('final_order') ? 'I-205' : 'I-200';
  return document.forms.some((f) => f.kind === kind) ? [] : [finding(path(form, 'box1'), form.box1.join(', '), `an ${kind} in the packet`)];
});

/** [DET-05] */
const detainerCause = onEach('I-247A', (form, document, facts) => {
  if (form.box2 && form.box1.length === 0) return null;
  const issuedAt = form.issued?.at ?? signatureOf(document, form, facts)?.at ?? actAt(facts);
  const enough = form.probableCause.some((p) => p.basis !== 'foreign_birth' && p.basis !== 'no_match' && p.basis !== 'investigation'
    && knownPins(document, p.evidenceIds).some((id) => document.evidence.some((e) => e.id === id && msOf(e.obtainedAt) <= msOf(issuedAt))));
  return enough ? [] : [finding(path(form, 'probableCause'), form.probableCause.map((p) => p.basis).join(', '), 'a basis of removability with evidence from before issue', form.probableCause.flatMap((p) => p.evidenceIds))];
});

/** [W200-01] */
const warrantIssuer = onEach('I-200', (form, document, facts) => {
  const signature = signatureOf(document, form, facts);
  if (!signature) return null;
  return signature.byKind === 'staff' && hasTitle(TITLES_287_5_E_2, signature.title) ? [] : [finding(path(form, 'issued.title'), signature.title, `a title of ${TITLES_287_5_E_2.source}`)];
});

const PAIRED: Readonly<Record<FormOf<'I-200'>['bases'][number], readonly FormOf<'I-247A'>['box1'][number][]>> = {
  charging_document: [], pending_proceedings: ['pending_proceedings'], failed_to_establish_admissibility: ['biometric_match', 'statements_or_evidence'],
  biometric_match: ['biometric_match'], statements_or_evidence: ['statements_or_evidence'],
};

/** [W200-02] */
const warrantBasis = onEach('I-200', (form, document, facts) => {
  if (form.bases.length === 0) return [finding(path(form, 'bases'), null, 'a basis')];
  const found: Finding[] = [];
  if (form.bases.includes('charging_document')) found.push(...ntaBeforeWarrant(form, document, facts));
  const boxes = formsOf(document, 'I-247A').flatMap((d) => d.box1).filter((b): b is Exclude<typeof b, 'final_order'> => b !== 'final_order');
  const paired: readonly string[] = form.bases.flatMap((b) => PAIRED[b]);
  if (boxes.length > 0 && paired.length > 0 && !boxes.some((b) => paired.includes(b))) found.push(finding(path(form, 'bases'), form.bases.join(', '), `a basis that matches the detainer: ${boxes.join(', ')}`));
  return found;
});

/** "At the time of issuance of the notice to appear, or at any time thereafter" (8 CFR 236.1(b)(1)). */
function ntaBeforeWarrant(form: FormOf<'I-200'>, document: PacketDocument, facts: CheckFacts): readonly Finding[] {
  const charging = document.forms.filter((f) => f.kind === 'I-862' || f.kind === 'I-851');
  if (charging.length === 0) return [finding(path(form, 'bases'), 'charging_document', 'a charging document in the packet')];
  const warrantAt = signatureOf(document, form, facts)?.at;
  const isEarlyEnough = charging.some((nta) => {
    const issuedAt = signatureOf(document, nta, facts)?.at;
    if (issuedAt !== undefined) return warrantAt === undefined || msOf(issuedAt) <= msOf(warrantAt);
    // Not signed yet: fine while the warrant is not signed either, or when both are in this ceremony (the ceremony signs the NTA first).
    const alongside = facts.proposed?.alongside;
    return warrantAt === undefined || (facts.proposed?.formId === form.id && (alongside === undefined || alongside.includes(nta.id)));
  });
  return isEarlyEnough ? [] : [finding(path(form, 'issued.at'), warrantAt ?? null, 'not before the charging document is signed')];
}

/** [W200-03] */
const warrantServed = onEach('I-200', (form, document, facts) => {
  const signature = signatureOf(document, form, facts);
  if (!signature) return [finding(path(form, 'issued'), null, 'a signature before service')];
  const { served } = form;
  if (!served) return [];
  const found: Finding[] = [];
  if (msOf(served.at) < msOf(signature.at)) found.push(finding(path(form, 'served.at'), served.at, `not before issue at ${signature.at}`));
  if (served.byKind === 'officer') {
    const interval = intervalAt(facts.intervals, served.byId, served.at);
    if (!interval || !canDo(interval.model, 'serve_warrant') || !isSiteAllowed(facts.agency, interval.model, form.siteId)) found.push(finding(path(form, 'served.byId'), served.byId, 'an officer who may serve there and then'));
  }
  if (document.interpreter.answer === 'needed' && !served.interpreter?.trim()) found.push(finding(path(form, 'served.interpreter'), served.interpreter, 'the interpreter on the certificate'));
  return found;
});

const WSO_FORBIDDEN: readonly Form['kind'][] = ['I-213', 'I-247A', 'I-862', 'I-851', 'I-851A', 'I-871', 'I-860', 'I-867', 'I-215B', 'I-877', 'I-286'];

/** [WSO-01] Looks at the model under which each officer acted, not at what the packet calls itself. */
const wsoLimit: Predicate = (document, facts) => {
  const isWso = (officerId: string, at: string): boolean => modelOf(facts, officerId, at) === 'WSO';
  const { interviewAt, interviewById } = document.events;
  const concerned = facts.agency.model === 'WSO' || document.type === 'P-WSO' || isWso(document.preparerId, document.preparedAt) || document.forms.some((f) => isWso(f.preparedById, f.preparedAt));
  if (!concerned) return null;
  const found = document.forms.filter((f) => WSO_FORBIDDEN.includes(f.kind) && isWso(f.preparedById, f.preparedAt)).map((f) => finding(path(f, 'preparedById'), `${f.kind} by a WSO`, 'an existing I-200 or I-205, served only'));
  if (interviewAt !== null && interviewById !== null && isWso(interviewById, interviewAt)) found.push(finding('events.interviewById', 'interview by a WSO', 'no interview'));
  return found;
};

/** [213-01] */
const i213Complete = onEach('I-213', (form) =>
  Object.entries(form.facts).filter(([, fact]) => fact === null || fact.value.trim() === '').map(([name]) => finding(path(form, `facts.${name}`), null, 'a value and its source, "unknown" where it is')));

export const FORM_PREDICATES = {
  'NTA-02@1': ntaNature, 'NTA-03@2': ntaByItem, 'NTA-03@3': ntaByPage, 'NTA-04@1': ntaCharges, 'NTA-05@1': ntaBox, 'NTA-06@1': ntaHearing, 'NTA-07@1': ntaTenDays, 'NTA-12@1': ntaIssued,
  'DET-01@1': detainerOneBox, 'DET-02@1': detainerBasis, 'DET-03@1': detainerWarrant, 'DET-04@1': detainerWarrantKind, 'DET-05@1': detainerCause,
  'W200-01@1': warrantIssuer, 'W200-02@1': warrantBasis, 'W200-03@1': warrantServed, 'WSO-01@1': wsoLimit, '213-01@1': i213Complete,
} as const satisfies Readonly<Record<string, Predicate>>;
