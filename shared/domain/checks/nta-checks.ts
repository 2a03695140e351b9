/**
 * Predicates over the I-862 beyond its allegations, charges and hearing: what is printed, filed, served and reviewed (domain 1.8).
 * What only service creates is asked of service, never of the signature that comes before it (0.4 item 2).
 */
import { z } from 'zod';
import { msOf } from '../../time.ts';
import { isHoliday } from '../calendar.ts';
import type { Evidence, FormOf, PacketDocument } from '../packet.ts';
import type { Finding } from '../sufficiency.ts';
import { actAt, type CheckFacts, dayAt, daysBetween, finding, formsOf, type Indicium, onEach, onEachTuned, path, type Predicate, protective, signatureOf, yearsAfter } from './answer.ts';
import { dayOf } from './form-checks.ts';
import { isSameName } from './identity.ts';

const HOUR = 3_600_000;
/** The moment of issue: the signature made, or about to be made. */
const issueAt = (document: PacketDocument, form: FormOf<'I-862'>, facts: CheckFacts): string => signatureOf(document, form, facts)?.at ?? actAt(facts);

/** [NTA-01] */
const ntaRespondent = onEach('I-862', (form, { subject }) => {
  const found: Finding[] = [];
  const { identity } = form;
  if (identity.givenName.trim() === '') found.push(finding(path(form, 'identity.givenName'), identity.givenName, 'the given name'));
  if (!identity.aNumber?.trim()) found.push(finding(path(form, 'identity.aNumber'), identity.aNumber, 'the A-number'));
  if (!subject.address?.trim()) found.push(finding('subject.address', subject.address, 'the address, or that of the place of detention'));
  if (subject.languages.length === 0) found.push(finding('subject.languages', null, 'the language of the person'));
  return found;
});

/** A court as a rule row lists it: weekdays 1 Monday to 7 Sunday, local times of its sessions. */
const courtSchema = z.strictObject({
  id: z.string().min(1).max(40), name: z.string().min(1).max(200), address: z.string().min(1).max(300),
  sits: z.array(z.int().min(1).max(7)).min(1).max(7), from: z.string().regex(/^\d{2}:\d{2}$/), to: z.string().regex(/^\d{2}:\d{2}$/),
});
export type Court = z.infer<typeof courtSchema>;
const courtParameters = z.strictObject({ courts: z.array(courtSchema).max(400) });

/** [NTA-08] NTA-06 says when there is no date or time at all. */
const ntaCourtSits = onEachTuned('I-862', courtParameters.extend({ yearsAhead: z.int().min(1).max(20) }), (form, { courts, yearsAhead }, document, facts) => {
  const on = form.hearing.on === null ? null : dayOf(form.hearing.on.trim());
  if (on === null) return null;
  const found: Finding[] = [];
  const weekday = new Date(`${on}T00:00:00Z`).getUTCDay() || 7;
  const court = courts.find((c) => c.id === form.court?.id);
  if (weekday > 5 || isHoliday(on)) found.push(finding(path(form, 'hearing.on'), on, 'a day that is no weekend and no federal holiday'));
  else if (court && !court.sits.includes(weekday)) found.push(finding(path(form, 'hearing.on'), on, `a day on which ${court.name} sits`));
  const time = form.hearing.time?.trim() ?? '';
  if (court && /^\d{2}:\d{2}$/.test(time) && (time < court.from || time > court.to)) found.push(finding(path(form, 'hearing.time'), time, `a time from ${court.from} to ${court.to}`));
  const issued = dayAt(issueAt(document, form, facts), document.zone);
  if (on > yearsAfter(issued, yearsAhead)) found.push(finding(path(form, 'hearing.on'), on, `a date within ${yearsAhead} years`));
  return found;
});

/** [NTA-09] */
const ntaCourtKnown = onEachTuned('I-862', courtParameters, (form, { courts }) => {
  const own = form.court;
  if (!own) return [finding(path(form, 'court'), null, 'the immigration court where the notice is filed, with its address')];
  const court = courts.find((c) => c.id === own.id);
  if (!court) return [finding(path(form, 'court.id'), own.id, 'a court of the list')];
  return isSameName(court.address, own.address) ? [] : [finding(path(form, 'court.address'), own.address, court.address)];
});

/** [NTA-10] `editions`: printings of the I-862 that carry the advisal of the right to counsel; `maxDays`: how old the list may be when it is given. */
const ntaLegalList = onEachTuned('I-862', z.strictObject({ editions: z.array(z.string().min(1)).min(1).max(60), maxDays: z.int().min(1).max(400) }), (form, { editions, maxDays }, document) => {
  const found: Finding[] = [];
  if (!editions.includes(form.edition)) found.push(finding(path(form, 'edition'), form.edition, 'an edition with the advisal of the right to counsel'));
  const lists = formsOf(document, 'FREE-LEGAL-LIST');
  const hasList = lists.length > 0 || document.evidence.some((e) => e.kind === 'free_legal_list');
  if (!hasList) found.push(finding('forms', null, 'the list of free legal services in the packet'));
  const noted = form.freeLegalList;
  if (!noted) return [...found, finding(path(form, 'freeLegalList'), null, 'the note that the list was given, with its date')];
  const given = dayAt(noted.givenAt, document.zone);
  if (noted.listDate > given || daysBetween(noted.listDate, given) > maxDays) found.push(finding(path(form, 'freeLegalList.listDate'), noted.listDate, `a list not older than ${maxDays} days on ${given}`));
  for (const list of lists) if (list.list && list.list.listDate !== noted.listDate) found.push(finding(path(list, 'list.listDate'), list.list.listDate, `the list that the I-862 notes: ${noted.listDate}`));
  return found;
});

/** [NTA-11] Decided by the edition, which is printed on the form: no field says "present". */
const ntaAddressDuty = onEachTuned('I-862', z.strictObject({ editions: z.array(z.string().min(1)).min(1).max(60) }), (form, { editions }) =>
  editions.includes(form.edition) ? [] : [finding(path(form, 'edition'), form.edition, 'an edition with the address duty and the consequences of failing to appear')]);

/** [NTA-13] */
const ntaServed = onEach('I-862', (form, document, facts) => {
  const { served } = form;
  if (!served) return [finding(path(form, 'served'), null, 'the certificate of service: method, date, place, server')];
  const signature = signatureOf(document, form, facts);
  const found: Finding[] = [];
  if (!signature) found.push(finding(path(form, 'issued'), null, 'a signature before service'));
  else if (msOf(served.at) < msOf(signature.at)) found.push(finding(path(form, 'served.at'), served.at, `not before issue at ${signature.at}`));
  if (served.method === 'electronic') found.push(finding(path(form, 'served.method'), served.method, 'in person, or by mail where that is not practicable'));
  if (served.method === 'mail' && !served.notInPersonReason?.trim()) found.push(finding(path(form, 'served.notInPersonReason'), served.notInPersonReason, 'why it was not served in person'));
  return found;
});

/** [NTA-14] */
const ntaOralNotice = onEach('I-862', (form, { subject }) => {
  const notice = form.oralNotice;
  if (!notice) return [finding(path(form, 'oralNotice'), null, 'when and in which language the notice was given by word of mouth')];
  return subject.languages.some((l) => isSameName(l, notice.language)) ? [] : [finding(path(form, 'oralNotice.language'), notice.language, `a language of the person: ${subject.languages.join(', ')}`)];
});

/** True when this record is of a type of 8 CFR 1003.41 and says the same statute, court and date. */
const proves = (record: Evidence, alleged: { readonly statute: string; readonly court: string; readonly convictedOn: string }): boolean =>
  record.kind === 'conviction_record' && record.conviction !== undefined && record.conviction.recordType !== 'other'
  && isSameName(record.conviction.statute, alleged.statute) && isSameName(record.conviction.court, alleged.court) && record.conviction.convictedOn === alleged.convictedOn;

/** [NTA-15] */
const ntaConviction = onEach('I-862', (form, document) => {
  const alleged = form.allegations.map((a, n) => ({ a, n })).filter(({ a }) => a.elements.includes('conviction'));
  if (alleged.length === 0) return null;
  return alleged.flatMap(({ a, n }) => {
    const { conviction } = a;
    if (!conviction) return [finding(path(form, `allegations.${n}.conviction`), null, 'statute, court and date of the conviction')];
    const pinned = document.evidence.filter((e) => a.evidenceIds.includes(e.id));
    return pinned.some((e) => proves(e, conviction))
      ? [] : [finding(path(form, `allegations.${n}.evidenceIds`), a.evidenceIds.join(', '), 'a conviction record of 8 CFR 1003.41 with the same statute, court and date', a.evidenceIds)];
  });
});

const PROTECTED_PLACES: readonly NonNullable<PacketDocument['arrest']>['place'][] = ['courthouse', 'shelter', 'crisis_center', 'visitation_center', 'victim_services'];
/** [NTA-16] An arrest at a place of INA 239(e): certified on the form, and a hold released by the field office director after it. */
const ntaProtectedPlace: Predicate = (document, { holds }) => {
  const { arrest, events } = document;
  const forms = formsOf(document, 'I-862');
  const isHeld = holds.some((h) => h.rule === 'NTA-16' && h.releasedAt === null);
  if (forms.length === 0 || (!arrest && events.immigrationArrestAt === null && !isHeld)) return null;
  if (events.immigrationArrestAt !== null && !arrest?.place) return [finding('arrest.place', arrest?.place, 'the kind of place of the immigration arrest')];
  const at = events.immigrationArrestAt ?? document.preparedAt;
  const indicia: readonly Indicium[] = arrest && PROTECTED_PLACES.includes(arrest.place) ? [{ field: 'arrest.place', kind: String(arrest.place), at }] : [];
  const uncertified = indicia.length === 0 ? [] : forms.filter((f) => !f.protectedLocation).map((f) => finding(path(f, 'protectedLocation'), null, 'the certification of INA 239(e)'));
  return [...protective('NTA-16', indicia, holds, 'a hold placed and released by the field office director'), ...uncertified];
};

/** [NTA-17] `hours`: from a warrantless arrest to the decision to charge. */
const ntaInTime = onEachTuned('I-862', z.strictObject({ hours: z.number().min(1).max(240) }), (form, { hours }, document, facts) => {
  const { immigrationArrestAt, isArrestWarrantless } = document.events;
  if (immigrationArrestAt === null || isArrestWarrantless === false) return null;
  const at = issueAt(document, form, facts);
  if (msOf(at) <= msOf(immigrationArrestAt) + hours * HOUR || document.arrest?.extraordinary) return [];
  return [finding('arrest.extraordinary', null, `a note of the extraordinary circumstance: issued at ${at}, arrested at ${immigrationArrestAt}`)];
});

/** [NTA-18] */
const ntaEarlier: Predicate = (document) => {
  if (formsOf(document, 'I-862').length === 0) return null;
  const earlier = document.subject.earlierNotices;
  if (!earlier) return [finding('subject.earlierNotices', null, 'a search for other Notices to Appear of this person')];
  return earlier.notices.flatMap((n, i) => (n.endedAt === null ? [finding(`subject.earlierNotices.notices.${i}`, `${n.reference}, issued ${n.issuedAt}`, 'cancelled, dismissed or decided')] : []));
};

/** [NTA-19] `fieldOffices`: those that want OPLA's review before issue. The core pack names none: each office sets its own. */
const ntaReviewed = onEachTuned('I-862', z.strictObject({ fieldOffices: z.array(z.string().min(1)).max(100) }), (form, { fieldOffices }, document, facts) => {
  if (!fieldOffices.includes(facts.agency.fieldOffice)) return null;
  if (!form.oplaReview) return [finding(path(form, 'oplaReview'), null, 'the review by OPLA, with name and time')];
  const at = issueAt(document, form, facts);
  return msOf(form.oplaReview.at) <= msOf(at) ? [] : [finding(path(form, 'oplaReview.at'), form.oplaReview.at, `not after issue at ${at}`)];
});

export const NTA_PREDICATES = {
  'NTA-01@1': ntaRespondent, 'NTA-08@1': ntaCourtSits, 'NTA-09@1': ntaCourtKnown, 'NTA-10@1': ntaLegalList, 'NTA-11@1': ntaAddressDuty, 'NTA-13@1': ntaServed, 'NTA-14@1': ntaOralNotice,
  'NTA-15@1': ntaConviction, 'NTA-16@1': ntaProtectedPlace, 'NTA-17@1': ntaInTime, 'NTA-18@1': ntaEarlier, 'NTA-19@1': ntaReviewed,
} as const satisfies Readonly<Record<string, Predicate>>;
