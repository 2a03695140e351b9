/**
 * Predicates over the record itself: the I-213, sworn statements, arrests of a task force, warrant service officers, voluntary return,
 * and packets in which nothing is done (domain 1.3, 1.9). Length of a text is looked at, never its words.
 */
import { z } from 'zod';
import { msOf, utcInstant } from '../../time.ts';
import { canDo, intervalAt } from '../authority.ts';
import type { Form, PacketDocument } from '../packet.ts';
import type { Finding } from '../sufficiency.ts';
import { actAt, type CheckFacts, finding, formsOf, type Indicium, knownPins, modelOf, onEach, onEachTuned, path, type Predicate, protective, signatureOf, together, tuned } from './answer.ts';
import { isSameName } from './identity.ts';
import { swornGaps } from './order-checks.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** [213-02] The facts on which alienage rests: citizenship and entry. An observation is no source of either. */
const sourcesNamed = onEach('I-213', (form, document) =>
  (['citizenship', 'entry'] as const).flatMap((name): readonly Finding[] => {
    const fact = form.facts[name];
    // 213-01 says that it is missing.
    if (fact === null) return [];
    if (fact.source === 'unknown' || fact.source === 'observation') return [finding(path(form, `facts.${name}.source`), fact.source, 'a statement, a document or a database')];
    return knownPins(document, fact.evidenceIds).length > 0 ? [] : [finding(path(form, `facts.${name}.evidenceIds`), fact.evidenceIds.join(', '), `the ${fact.source} in the packet`)];
  }));

/** [213-03] */
const privilegesAdvised = onEach('I-213', (form) => (form.communicationPrivileges ? [] : [finding(path(form, 'communicationPrivileges'), null, 'when the privileges of communication were advised')]));

/** [213-04] Long enough to be an account, and told by the officer who made the form. */
const narrativeOwn = onEachTuned('I-213', z.strictObject({ minimum: z.int().min(1).max(5000) }), (form, { minimum }) => {
  const length = form.narrative.trim().length;
  const found: Finding[] = [];
  if (length < minimum) found.push(finding(path(form, 'narrative'), `${length} characters`, `${minimum} characters or more`));
  if (form.narrativeById !== form.preparedById) found.push(finding(path(form, 'narrativeById'), form.narrativeById, `the officer of the form: ${form.preparedById}`));
  return found;
});

/** [SW-01] */
const swornFormal: Predicate = (document) => together([...formsOf(document, 'I-215B'), ...formsOf(document, 'I-877')].map((form) => swornGaps(form, form.sworn)));

type Arrest = NonNullable<PacketDocument['arrest']>;
/** Runs a check on a task force's arrest. A packet that says nothing of the arrest has nothing to show. */
const onArrest = (isOnlyWarrantless: boolean, check: (arrest: Arrest, at: string, document: PacketDocument) => readonly Finding[]): Predicate => (document, facts) => {
  const { immigrationArrestAt: at, isArrestWarrantless } = document.events;
  if (at === null || (isOnlyWarrantless && isArrestWarrantless === false) || modelOf(facts, document.preparerId, document.preparedAt) !== 'TFM') return null;
  return document.arrest ? check(document.arrest, at, document) : [finding('arrest', null, 'who arrested, where, on what belief, and who at ICE was told')];
};

/** [ARR-01] Both beliefs stated and pinned: INA 287(a)(2). */
const arrestBelief = onArrest(true, (arrest, _at, document) =>
  (['reasonToBelieve', 'likelyToEscape'] as const).flatMap((key) => {
    const own = arrest[key];
    if (own === null) return [finding(`arrest.${key}`, null, key === 'reasonToBelieve' ? 'the reason to believe that the person is removable' : 'why a warrant could not be waited for')];
    return knownPins(document, own.evidenceIds).length > 0 ? [] : [finding(`arrest.${key}.evidenceIds`, own.evidenceIds.join(', '), 'evidence in the packet')];
  }));

/** [ARR-02] */
const arrestExamined = onArrest(false, (arrest) =>
  arrest.byId !== arrest.examinedById || arrest.sameOfficerReason?.trim() ? [] : [finding('arrest.examinedById', arrest.examinedById, 'another officer than the one who arrested, or the reason why not')]);

/** [ARR-03] `hours`: how long after the arrest still counts as soon after. */
const arrestReported = tuned(z.strictObject({ hours: z.number().min(0.25).max(24) }), (document, facts, { hours }) =>
  onArrest(false, (arrest, at) => {
    if (!arrest.iceContact) return [finding('arrest.iceContact', null, 'when the ICE supervisor was told, and who it was')];
    return msOf(arrest.iceContact.at) <= msOf(at) + hours * HOUR ? [] : [finding('arrest.iceContact.at', arrest.iceContact.at, `within ${hours} hours of the arrest at ${at}`)];
  })(document, facts));

/** Warrants that a warrant service officer has served in this packet. */
function wsoServed(document: PacketDocument, facts: CheckFacts): readonly { readonly form: Form; readonly at: string }[] {
  return document.forms.flatMap((form) => {
    if ((form.kind !== 'I-200' && form.kind !== 'I-205') || form.served?.byKind !== 'officer') return [];
    const interval = intervalAt(facts.intervals, form.served.byId, form.served.at);
    return document.type === 'P-WSO' || (interval?.model ?? facts.agency.model) === 'WSO' ? [{ form, at: form.served.at }] : [];
  });
}

/** [WSO-02] */
const wsoSignedFirst: Predicate = (document, facts) => {
  const served = wsoServed(document, facts);
  if (served.length === 0) return null;
  return served.flatMap(({ form, at }): readonly Finding[] => {
    // A signature that is only being made now came after the service.
    const signature = signatureOf(document, form, { ...facts, proposed: undefined });
    const interval = form.served ? intervalAt(facts.intervals, form.served.byId, at) : null;
    const found: Finding[] = [];
    if (!signature || msOf(signature.at) > msOf(at)) found.push(finding(path(form, 'served.at'), at, signature ? `not before the signature at ${signature.at}` : 'a warrant signed before service'));
    if (!interval || !canDo(interval.model, 'serve_warrant')) found.push(finding(path(form, 'served.byId'), form.served?.byId, 'an officer who may serve there and then'));
    return found;
  });
};

/** [WSO-02H] `minutes`: how long after service still counts as at once. */
const wsoIceTold = tuned(z.strictObject({ minutes: z.int().min(1).max(1440) }), (document, facts, { minutes }) => {
  const served = wsoServed(document, facts);
  if (served.length === 0) return null;
  const told = formsOf(document, 'CUSTODY-HANDOFF').map((f) => f.iceTold?.at).find((at) => at !== undefined);
  const indicia = served.flatMap(({ form, at }): readonly Indicium[] => {
    const limit = msOf(at) + minutes * MINUTE;
    return msOf(told ?? actAt(facts)) > limit ? [{ field: path(form, 'served.at'), kind: `${at}, ICE told ${told ?? 'not yet'}`, at: utcInstant(limit) }] : [];
  });
  return protective('WSO-02', indicia, facts.holds, `ICE told within ${minutes} minutes of service`);
});

/** [VR-01] Permitted by a named officer of ICE, explained in a language of the person, and chosen by the person after that. */
const returnKnowing: Predicate = (document) => {
  if (document.type !== 'P-VR') return null;
  const { languages } = document.subject;
  const permitted = formsOf(document, 'I-210').flatMap((form): readonly Finding[] => {
    const { permission, explained, acknowledgedAt } = form;
    const found: Finding[] = [];
    if (!permission) found.push(finding(path(form, 'permission'), null, 'the ICE officer who permits it, with title and time'));
    if (!explained) found.push(finding(path(form, 'explained'), null, 'when and in which language it was explained'));
    else {
      if (!languages.some((l) => isSameName(l, explained.language))) found.push(finding(path(form, 'explained.language'), explained.language, `a language of the person: ${languages.join(', ')}`));
      if (document.interpreter.answer === 'needed' && !explained.interpreter?.trim()) found.push(finding(path(form, 'explained.interpreter'), explained.interpreter, 'the interpreter'));
      if (!acknowledgedAt || msOf(acknowledgedAt) < msOf(explained.at)) found.push(finding(path(form, 'acknowledgedAt'), acknowledgedAt, `the person's signature after ${explained.at}`));
    }
    return found;
  });
  const chosen = formsOf(document, 'I-826').flatMap((form) =>
    form.choice?.choice === 'return' && form.choice.acknowledged === 'signed' ? [] : [finding(path(form, 'choice'), form.choice ? `${form.choice.choice}, ${form.choice.acknowledged}` : null, 'return, chosen and signed by the person')]);
  return [...permitted, ...chosen];
};

/** [NONE-01] A decision to do nothing is looked at too. `hours` after the packet was submitted. */
const noActionReviewed = tuned(z.strictObject({ hours: z.number().min(1).max(240) }), (document, facts, { hours }) => {
  if (document.type !== 'P-NONE') return null;
  const reviews = document.forms.flatMap((f) => (f.kind === 'ENCOUNTER-NOTE' || f.kind === 'I-213' ? [signatureOf(document, f, facts)?.at] : [])).filter((at) => at !== undefined);
  const at = reviews.sort((a, b) => msOf(a) - msOf(b))[0] ?? actAt(facts);
  const limit = msOf(document.submittedAt) + hours * HOUR;
  return msOf(at) <= limit ? [] : [finding('submittedAt', `${document.submittedAt}, reviewed ${reviews.length > 0 ? at : 'not yet'}`, `a review by ${utcInstant(limit)}`)];
});

export const RECORD_PREDICATES = {
  '213-02@1': sourcesNamed, '213-03@1': privilegesAdvised, '213-04@1': narrativeOwn, 'SW-01@1': swornFormal, 'ARR-01@1': arrestBelief, 'ARR-02@1': arrestExamined, 'ARR-03@1': arrestReported,
  'WSO-02@1': wsoSignedFirst, 'WSO-02H@1': wsoIceTold, 'VR-01@1': returnKnowing, 'NONE-01@1': noActionReviewed,
} as const satisfies Readonly<Record<string, Predicate>>;
