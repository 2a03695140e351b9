/**
 * Predicates over the detainer beyond its boxes, its cause and its warrant (domain 1.9, DET-06 to DET-12).
 * What happens after issue (service, the notice to ICE, the institution's answer) gates the detainer's effect, not its signature.
 */
import { z } from 'zod';
import { msOf, utcInstant } from '../../time.ts';
import type { Finding } from '../sufficiency.ts';
import { actAt, finding, formsOf, type Indicium, onEach, onEachTuned, path, type Predicate, protective, signatureOf } from './answer.ts';

const HOUR = 3_600_000;

/** [DET-06] The signature itself is what the act makes; where one is there already, it carries a name and a title. */
const detainerAddressed = onEach('I-247A', (form) => {
  const found: Finding[] = [];
  if (!form.toInstitution) found.push(finding(path(form, 'toInstitution'), null, 'the institution that it goes to'));
  if (!form.fromOffice) found.push(finding(path(form, 'fromOffice'), null, 'the DHS office that it comes from'));
  if ((form.callbackNumber?.replace(/\D/g, '').length ?? 0) < 7) found.push(finding(path(form, 'callbackNumber'), form.callbackNumber, 'a telephone number that is answered'));
  for (const key of ['name', 'title'] as const) if (form.issued?.[key].trim() === '') found.push(finding(path(form, `issued.${key}`), null, `the ${key} of the issuing officer`));
  return found;
});

/** [DET-07] "Served copy": a detainer does not take effect before the person has it. */
const detainerServed = onEach('I-247A', (form, document, facts) => {
  const signature = signatureOf(document, form, facts);
  if (!signature) return [finding(path(form, 'issued'), null, 'a signature before service')];
  if (!form.served) return [finding(path(form, 'served'), null, 'manner, date and server of service on the person')];
  return msOf(form.served.at) >= msOf(signature.at) ? [] : [finding(path(form, 'served.at'), form.served.at, `not before issue at ${signature.at}`)];
});

/** [DET-08] Only a DIO's own detainer. Told late stays late: HQ's release says what follows. `hours` after issue. */
const detainerTold = onEachTuned('I-247A', z.strictObject({ hours: z.number().min(1).max(72) }), (form, { hours }, _document, facts) => {
  if (form.issued?.byKind !== 'officer') return null;
  const limit = msOf(form.issued.at) + hours * HOUR;
  const told = form.iceNotifiedAt ?? null;
  const late = told === null ? msOf(actAt(facts)) > limit : msOf(told) > limit;
  const indicia: readonly Indicium[] = late ? [{ field: path(form, 'iceNotifiedAt'), kind: told ?? 'nothing', at: utcInstant(limit) }] : [];
  return protective('DET-08', indicia, facts.holds, `ICE told within ${hours} hours of issue at ${form.issued.at}`);
});

/** [DET-09] */
const detainerRelease = onEach('I-247A', (form, { events }) => [
  ...(events.localReleaseAt === null ? [finding('events.localReleaseAt', null, 'the expected date and time of local release')] : []),
  ...(form.leaBlock ? [] : [finding(path(form, 'leaBlock'), null, 'the block that the institution sends back')]),
]);

/** [DET-10] Asked again with every new indicium: after issue the way is to cancel, not to go on. */
const detainerCitizen = onEach('I-247A', (form, document, facts) => {
  const { citizenshipIndicia } = document.subject;
  const issued = signatureOf(document, form, { ...facts, proposed: undefined });
  const indicia = citizenshipIndicia.map((x, n) => ({ field: `subject.citizenshipIndicia.${n}`, kind: x.kind, at: x.at }));
  const isLater = issued !== null && indicia.some((i) => msOf(i.at) > msOf(issued.at));
  return protective(['DET-10', 'PK-08'], indicia, facts.holds, isLater ? 'the detainer cancelled, or confirmed by a hold placed and released after the claim' : 'no open claim: a hold placed and released after it');
});

/** [DET-11] In jurisdictions whose row is in the pack, the I-247A is not used at all. */
const detainerNotHere: Predicate = (document) => {
  const detainers = formsOf(document, 'I-247A');
  return detainers.length === 0 && formsOf(document, 'I-247G').length === 0 ? null : detainers.map((f) => finding(path(f, 'kind'), 'I-247A', 'an I-247G: a request for notice, without a hold'));
};

/** [DET-12] */
const detainerVictim = onEach('I-247A', (form) =>
  !form.victimWitness
    ? [finding(path(form, 'victimWitness'), null, 'whether the person may be the victim of, or witness to, a crime')]
    : form.victimWitness.answer === 'yes' ? [finding(path(form, 'victimWitness.answer'), 'yes', 'the note read, and its consequences weighed')] : []);

export const DETAINER_PREDICATES = {
  'DET-06@1': detainerAddressed, 'DET-07@1': detainerServed, 'DET-08@1': detainerTold, 'DET-09@1': detainerRelease, 'DET-10@1': detainerCitizen, 'DET-11@1': detainerNotHere, 'DET-12@1': detainerVictim,
} as const satisfies Readonly<Record<string, Predicate>>;
