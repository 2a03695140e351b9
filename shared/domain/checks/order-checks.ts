/**
 * Predicates over warrants' afterlife, removal warrants, custody notices, and the three orders without a judge: I-851/I-851A, I-871, I-860 (domain 1.9).
 * An order is never executed on this page: the checks say what stands in the way of signing, issuing or serving it.
 */
import { z } from 'zod';
import { msOf } from '../../time.ts';
import { parseSection } from '../charges.ts';
import { isHoliday } from '../calendar.ts';
import type { Evidence, FormOf, PacketDocument, Sworn } from '../packet.ts';
import type { Finding } from '../sufficiency.ts';
import { actAt, type Answer, dayAt, dayPlus, finding, formsOf, hasForm, type Indicium, knownPins, onEach, onEachTuned, path, type Predicate, protective, signatureOf } from './answer.ts';
import { isSameName } from './identity.ts';
import { hasTitle, TITLES_241_2 } from './titles.ts';

const evidenceOf = (document: PacketDocument, id: string | null, ...kinds: readonly Evidence['kind'][]): boolean => document.evidence.some((e) => e.id === id && kinds.includes(e.kind));

/** [W200-04] */
const warrantCancelled = onEach('I-200', (form) =>
  form.decision?.outcome !== 'do_not_serve' ? (form.decision ? [] : null) : form.cancelledAt ? [] : [finding(path(form, 'cancelledAt'), null, `cancelled after the decision of ${form.decision.at} not to serve it`)]);

/** [W205-01] Who made the order and under what, that it is final, and that no stay stands in its way. */
const removalOrderFinal = onEach('I-205', (form, document, facts) => {
  const { finalOrder, finality } = form;
  if (!finalOrder) return [finding(path(form, 'finalOrder'), null, 'the final order: who made it, when, under which section')];
  const found: Finding[] = [];
  const on = dayAt(signatureOf(document, form, facts)?.at ?? actAt(facts), document.zone);
  // Without a judge the order is a form of this packet.
  const isHere = document.forms.some((f) => f.id === finalOrder.evidenceId && (f.kind === 'I-851A' || f.kind === 'I-871'));
  if (!isHere && !evidenceOf(document, finalOrder.evidenceId, 'prior_order')) found.push(finding(path(form, 'finalOrder.evidenceId'), finalOrder.evidenceId, 'a copy of the order in the packet'));
  if (finalOrder.on > on) found.push(finding(path(form, 'finalOrder.on'), finalOrder.on, `not after ${on}`));
  if (!finality) return [...found, finding(path(form, 'finality'), null, 'the day on which the order became final, the appeal, and a search for stays')];
  if (finality.appeal === 'pending') found.push(finding(path(form, 'finality.appeal'), finality.appeal, 'no appeal that is still open'));
  if (finality.finalOn === null || finality.finalOn < finalOrder.on || finality.finalOn > on) found.push(finding(path(form, 'finality.finalOn'), finality.finalOn, `a day from ${finalOrder.on} to ${on}`));
  if (finality.staySearchedAt === null) found.push(finding(path(form, 'finality.staySearchedAt'), null, 'when somebody looked for stays'));
  finality.stays.forEach((s, n) => {
    if (s.liftedOn === null || s.liftedOn > on) found.push(finding(path(form, `finality.stays.${n}`), `stay of ${s.on} by ${s.orderedBy}`, 'lifted'));
  });
  return found;
});

/** [W205-02] */
const removalIssuer = onEach('I-205', (form, document, facts) => {
  const signature = signatureOf(document, form, facts);
  if (!signature) return null;
  return signature.byKind === 'staff' && hasTitle(TITLES_241_2, signature.title) ? [] : [finding(path(form, 'issued.title'), signature.title, `a title of ${TITLES_241_2.source}`)];
});

/** [CUS-01] */
const custodyBond = onEachTuned('I-286', z.strictObject({ minimumUsd: z.int().min(0) }), (form, { minimumUsd }) => {
  if (form.determination === 'bond') return form.bondUsd !== null && form.bondUsd >= minimumUsd ? [] : [finding(path(form, 'bondUsd'), form.bondUsd, `${minimumUsd} or more`)];
  return form.bondUsd === null ? [] : [finding(path(form, 'bondUsd'), form.bondUsd, `no amount with "${form.determination}"`)];
});

const AUTHORITIES = ['235(b)', '236(a)', '236(c)', '241'] as const;
/** Charges of the first condition of Pub. L. 119-1. */
const isLakenRileyCharge = (section: string): boolean => /^212\(a\)\((6\)\(A\)|6\)\(C\)|7\))/.test(section);
const LAKEN_RILEY: readonly string[] = ['burglary', 'theft', 'larceny', 'shoplifting', 'assault_on_officer', 'death_or_serious_injury'];
/**
 * [CUS-02] Parameters, because courts differ on it: the authorities that may stand with each situation. `mandatory`: with a charge and an offense of Pub. L. 119-1.
 */
const custodyAuthority = onEachTuned(
  'I-286',
  z.strictObject({
    presentWithoutAdmission: z.array(z.enum(AUTHORITIES)).min(1), arriving: z.array(z.enum(AUTHORITIES)).min(1), admitted: z.array(z.enum(AUTHORITIES)).min(1),
    finalOrder: z.array(z.enum(AUTHORITIES)).min(1), mandatory: z.array(z.enum(AUTHORITIES)).min(1),
  }),
  (form, p, document) => {
    const field = path(form, 'authority');
    const fits = (allowed: readonly string[], why: string): readonly Finding[] => (allowed.includes(form.authority) ? [] : [finding(field, form.authority, `${allowed.join(' or ')}: ${why}`)]);
    if (hasForm(document, 'I-205', 'I-871')) return fits(p.finalOrder, 'a final order');
    const nta = formsOf(document, 'I-862')[0];
    const box = nta?.boxes[0];
    if (!nta || box === undefined) return form.authority === '241' ? [finding(field, form.authority, 'no 241 without a final order')] : [];
    const sections = nta.charges.map((c) => parseSection(c.section) ?? '');
    if (sections.some(isLakenRileyCharge)) {
      const category = document.underlyingArrest?.category;
      if (category === undefined) return [finding('underlyingArrest.category', null, 'the kind of offense, for detention under Pub. L. 119-1')];
      if (LAKEN_RILEY.includes(category)) return [...fits(p.mandatory, 'Pub. L. 119-1'), ...(form.determination === 'detain' ? [] : [finding(path(form, 'determination'), form.determination, 'detention under Pub. L. 119-1')])];
    }
    return box === 'admitted' ? fits(p.admitted, 'admitted') : box === 'arriving' ? fits(p.arriving, 'arriving') : fits(p.presentWithoutAdmission, 'present without admission');
  },
);

/** [CUS-03] The person chooses after the determination: asked of its effect, not of its signature. */
const custodyReview = onEach('I-286', (form, document, facts) => {
  const found: Finding[] = [];
  const issued = signatureOf(document, form, facts);
  if (!form.judgeReview) found.push(finding(path(form, 'judgeReview'), null, 'the choice of review by an immigration judge, signed or its refusal noted'));
  else if (issued && msOf(form.judgeReview.at) < msOf(issued.at)) found.push(finding(path(form, 'judgeReview.at'), form.judgeReview.at, `not before the determination at ${issued.at}`));
  if (!form.served) found.push(finding(path(form, 'served'), null, 'the certificate of service'));
  return found;
});

/** [FARO-01] Conditional residents are covered; permanent residents never are. */
const faroNotResident = onEach('I-851', (form, document) => {
  const own = form.immigrationStatus;
  if (!own) return [finding(path(form, 'immigrationStatus'), null, 'the immigration status, with what shows it')];
  if (own.status === 'permanent_resident' || own.status === 'unknown') return [finding(path(form, 'immigrationStatus.status'), own.status, 'a status that is known and not permanent residence', own.evidenceIds)];
  return knownPins(document, own.evidenceIds).length > 0 ? [] : [finding(path(form, 'immigrationStatus.evidenceIds'), own.evidenceIds.join(', '), 'evidence of the status in the packet')];
});

/** [FARO-02] */
const faroConviction = onEach('I-851', (form, document) => {
  const own = form.conviction;
  if (!own) return [finding(path(form, 'conviction'), null, 'the conviction: statute, court, date, finality')];
  const found: Finding[] = [];
  if (own.finalOn === null || own.finalOn < own.convictedOn || own.appeal === 'pending') found.push(finding(path(form, 'conviction.finalOn'), own.appeal === 'pending' ? 'appeal pending' : own.finalOn, 'a conviction that is final'));
  if (!own.aggravatedFelony) found.push(finding(path(form, 'conviction.aggravatedFelony'), own.aggravatedFelony, 'the subparagraph of INA 101(a)(43)'));
  const record = document.evidence.find((e) => e.id === own.evidenceId);
  const says = record?.kind === 'conviction_record' ? record.conviction : undefined;
  if (!says || says.recordType === 'other' || says.convictedOn !== own.convictedOn || !isSameName(says.statute, own.statute) || !isSameName(says.court, own.court)) {
    found.push(finding(path(form, 'conviction.evidenceId'), own.evidenceId, 'a conviction record of 8 CFR 1003.41 with the same statute, court and date', [own.evidenceId]));
  }
  return found;
});

/** [FARO-03] Two officers: one issues the notice, another decides. Both signatures in one ceremony would be one officer. */
const faroTwoOfficers = onEach('I-851A', (form, document, facts) => {
  const decider = signatureOf(document, form, facts);
  if (!decider) return null;
  return formsOf(document, 'I-851').flatMap((notice) => {
    const issuer = signatureOf(document, notice, facts);
    const isSameCeremony = decider.from === 'proposed' && facts.proposed?.alongside?.includes(notice.id);
    if (!issuer && !isSameCeremony) return [finding(path(notice, 'issued'), null, 'the signature of the officer who issued the notice')];
    return isSameCeremony || issuer?.byId === decider.byId ? [finding(path(form, 'issued.byId'), decider.byId, 'another officer than the one who issued the notice')] : [];
  });
});

/** The last day of a period of `n` calendar days after `day`; a last day that is a weekend or federal holiday moves on (8 CFR 1.2). */
function lastDay(day: string, n: number): string {
  let last = dayPlus(day, n);
  while ([0, 6].includes(new Date(`${last}T00:00:00Z`).getUTCDay()) || isHoliday(last)) last = dayPlus(last, 1);
  return last;
}
const isWritten = (document: PacketDocument, waiver: { readonly evidenceId: string } | undefined): boolean => waiver !== undefined && evidenceOf(document, waiver.evidenceId, 'written_request');

/** [FARO-04] */
const faroResponseTime = onEachTuned('I-851A', z.strictObject({ days: z.int().min(1), daysIfMailed: z.int().min(1) }), (form, { days, daysIfMailed }, document, facts) => {
  const on = dayAt(signatureOf(document, form, facts)?.at ?? actAt(facts), document.zone);
  return formsOf(document, 'I-851').flatMap((notice) => {
    if (!notice.served) return [finding(path(notice, 'served'), null, 'service of the notice before it is decided')];
    if (isWritten(document, notice.responseWaiver)) return [];
    const last = lastDay(dayAt(notice.served.at, document.zone), notice.served.method === 'mail' ? daysIfMailed : days);
    return on > last ? [] : [finding(path(form, 'issued.at'), on, `after ${last}, when the time to respond ends, or a written waiver`)];
  });
});

/** [FARO-05] Removal is not carried out while 14 days from the order run. */
const faroStay = onEachTuned('I-851A', z.strictObject({ days: z.int().min(1) }), (form, { days }, document, facts) => {
  const ordered = signatureOf(document, form, facts);
  if (!ordered) return null;
  if (isWritten(document, form.stayWaiver)) return [];
  const first = dayPlus(dayAt(ordered.at, document.zone), days);
  const at = formsOf(document, 'I-205').map((w) => w.served?.at).find((x) => x !== undefined) ?? actAt(facts);
  const on = dayAt(at, document.zone);
  return on > first ? [] : [finding(path(form, 'issued.at'), on, `after ${first}, ${days} days from the order, or a written waiver`)];
});

/** [REIN-01] The three determinations of 8 CFR 241.8(a), each with its evidence. */
const reinstated = onEach('I-871', (form, document) => {
  const { priorOrder, departure, reentry, identification } = form;
  const found: Finding[] = [];
  if (!priorOrder || !evidenceOf(document, priorOrder.evidenceId, 'prior_order')) found.push(finding(path(form, 'priorOrder'), priorOrder?.evidenceId, 'the prior order, with its copy in the packet'));
  const isDepartureShown = departure !== undefined && (evidenceOf(document, departure.evidenceId, 'departure_proof') || document.forms.some((f) => f.id === departure.evidenceId && f.kind === 'I-296'));
  if (!isDepartureShown) found.push(finding(path(form, 'departure'), departure?.evidenceId, 'the departure, with its proof in the packet'));
  if (!reentry || reentry.manner === 'lawful' || knownPins(document, reentry.evidenceIds).length === 0) found.push(finding(path(form, 'reentry'), reentry?.manner, 'an unlawful re-entry, with evidence'));
  if (!identification) found.push(finding(path(form, 'identification'), null, 'how it is known that this is the same person'));
  else {
    const pins = knownPins(document, identification.evidenceIds);
    const byPrint = pins.some((id) => evidenceOf(document, id, 'fingerprint_match'));
    if (identification.isContested ? !byPrint : pins.length === 0) found.push(finding(path(form, 'identification.evidenceIds'), identification.evidenceIds.join(', '), identification.isContested ? 'a fingerprint match, because identity is contested' : 'evidence of identity'));
  }
  if (priorOrder && departure && departure.on < priorOrder.on) found.push(finding(path(form, 'departure.on'), departure.on, `not before the order of ${priorOrder.on}`));
  if (departure && reentry?.on && reentry.on < departure.on) found.push(finding(path(form, 'reentry.on'), reentry.on, `not before the departure of ${departure.on}`));
  return found;
});

/** [REIN-02] */
const reinstatementHeard = onEach('I-871', (form, document) => {
  const own = form.notice;
  if (!own) return [finding(path(form, 'notice'), null, 'notice given, a statement offered, and the answer')];
  const found: Finding[] = [];
  if (own.statementOfferedAt === null || msOf(own.statementOfferedAt) < msOf(own.givenAt)) found.push(finding(path(form, 'notice.statementOfferedAt'), own.statementOfferedAt, `a statement offered after notice at ${own.givenAt}`));
  if (own.answer === null) found.push(finding(path(form, 'notice.answer'), null, 'made or declined'));
  if (own.answer === 'made') {
    if (own.evidenceId === null || knownPins(document, [own.evidenceId]).length === 0) found.push(finding(path(form, 'notice.evidenceId'), own.evidenceId, 'the statement in the packet'));
    if (own.consideredAt === null || (own.statementOfferedAt !== null && msOf(own.consideredAt) < msOf(own.statementOfferedAt))) found.push(finding(path(form, 'notice.consideredAt'), own.consideredAt, 'when the statement was considered'));
  }
  return found;
});

/** [REIN-03] Fear stops the reinstatement and its execution until the referral is made and the hold is released (PK-15 stands for it). */
const reinstatementFear: Predicate = (document, { holds }) => {
  const { fear } = document;
  if (document.type !== 'P-REIN' && !hasForm(document, 'I-871')) return null;
  const indicia: readonly Indicium[] = fear.answer === 'yes' ? [{ field: 'fear.answer', kind: 'yes', at: fear.askedAt ?? document.preparedAt }] : [];
  const found = [...protective(['REIN-03', 'PK-15'], indicia, holds, 'a hold placed and released after the referral to a reasonable-fear interview')];
  if (fear.answer === 'yes' && fear.referredAt === null) found.push(finding('fear.referredAt', null, 'the referral to a reasonable-fear interview'));
  return found;
};

/** [ER-01] Held from receipt: what OPLA has to confirm is outside every packet. */
const expeditedHeld: Predicate = (document, { holds }) => {
  if (document.type !== 'P-ER' && !hasForm(document, 'I-860')) return null;
  return protective('ER-01', [{ field: 'type', kind: document.type, at: document.submittedAt }], holds, 'OPLA\'s confirmation that the designation applies: its hold released');
};

/** What is missing of a statement under oath; shared by ER-02 and SW-01. A refusal needs its time and a witness, nothing else. */
export function swornGaps(form: FormOf<'I-867' | 'I-215B' | 'I-877'>, sworn: Sworn | undefined): readonly Finding[] {
  const at = (name: string): string => path(form, `sworn.${name}`);
  if (!sworn) return [finding(path(form, 'sworn'), null, 'oath, rights, language, initials, times and witness of the statement, or its refusal')];
  const found: Finding[] = [];
  if (!sworn.witness?.trim()) found.push(finding(at('witness'), sworn.witness, 'the witness'));
  if (sworn.refusedAt !== null) return found;
  if (sworn.oathAt === null) found.push(finding(at('oathAt'), null, 'when the oath was given'));
  if (sworn.rightsAt === null) found.push(finding(at('rightsAt'), null, 'when the rights were read'));
  if (!sworn.language?.trim()) found.push(finding(at('language'), sworn.language, 'the language of the statement'));
  if (sworn.pages === 0 || sworn.pagesInitialled !== sworn.pages) found.push(finding(at('pagesInitialled'), sworn.pagesInitialled, `initials on every page of ${sworn.pages || 'the statement'}`));
  if (sworn.startedAt === null) found.push(finding(at('startedAt'), null, 'when it began'));
  if (sworn.endedAt === null || (sworn.startedAt !== null && msOf(sworn.endedAt) <= msOf(sworn.startedAt))) found.push(finding(at('endedAt'), sworn.endedAt, 'when it ended, after it began'));
  return found;
}

/** [ER-02] */
const expeditedStatement: Predicate = (document, facts) => {
  const [statements, orders] = [formsOf(document, 'I-867'), formsOf(document, 'I-860')];
  if (statements.length === 0 && orders.length === 0) return null;
  const spoken = statements.flatMap((form): readonly Finding[] => {
    const { sworn } = form;
    const found = [...swornGaps(form, sworn)];
    if (!sworn || sworn.refusedAt !== null) return found;
    if (sworn.questions === 0 || sworn.answers < sworn.questions) found.push(finding(path(form, 'sworn.answers'), sworn.answers, `an answer to each of ${sworn.questions || 'the'} questions`));
    for (const n of [1, 2, 3, 4]) if (!sworn.fearQuestions?.find((q) => q.number === n)?.answer?.trim()) found.push(finding(path(form, 'sworn.fearQuestions'), null, `an answer to protective question ${n}`));
    return found;
  });
  const agreed = orders.flatMap((form): Answer & object => {
    const own = form.concurrence;
    if (!own) return [finding(path(form, 'concurrence'), null, 'the supervisor\'s concurrence, with name and time')];
    const ordered = signatureOf(document, form, { ...facts, proposed: undefined });
    return ordered && ordered.byId === own.byId ? [finding(path(form, 'concurrence.byId'), own.byId, 'another officer than the one who signs the order')] : [];
  });
  return [...spoken, ...agreed];
};

export const ORDER_PREDICATES = {
  'W200-04@1': warrantCancelled, 'W205-01@1': removalOrderFinal, 'W205-02@1': removalIssuer, 'CUS-01@1': custodyBond, 'CUS-02@1': custodyAuthority, 'CUS-03@1': custodyReview,
  'FARO-01@1': faroNotResident, 'FARO-02@1': faroConviction, 'FARO-03@1': faroTwoOfficers, 'FARO-04@1': faroResponseTime, 'FARO-05@1': faroStay,
  'REIN-01@1': reinstated, 'REIN-02@1': reinstatementHeard, 'REIN-03@1': reinstatementFear, 'ER-01@1': expeditedHeld, 'ER-02@1': expeditedStatement,
} as const satisfies Readonly<Record<string, Predicate>>;
