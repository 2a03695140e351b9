/** The table of rule cases: each changes one thing of a clean packet or of its facts. Shared by the rule tests, the meta-test and the golden corpus. */
import type { FormKind, PacketDocument } from '../../shared/domain/packet.ts';
import type { CheckFacts } from '../../shared/domain/sufficiency.ts';
import type { PacketType } from '../../shared/rows.ts';
import { cleanFacts, cleanHold, cleanPacket, cleanStatement, formOf, type MutableFacts, signingFacts } from './clean-packets.ts';

export type Outcome = 'pass' | 'fail' | 'not_applicable';
export type Change = (d: PacketDocument, f: MutableFacts) => void;
export type RuleCase = {
  readonly rule: string; readonly name: string; readonly outcome: Outcome; readonly type: PacketType; readonly signs: FormKind | null;
  /** Where a case needs a start other than clean: applied to both sides of the comparison. */
  readonly given?: Change;
  readonly change?: Change;
  /** What the first finding's field starts with, for failing cases. */
  readonly field?: string;
};

/** The document and facts of a case; `before` is the same without the one change. */
export function build(c: RuleCase): { readonly document: PacketDocument; readonly facts: CheckFacts; readonly before: { readonly document: PacketDocument; readonly facts: CheckFacts } } {
  const make = (changes: readonly (Change | undefined)[]) => {
    const document = cleanPacket(c.type);
    const facts = structuredClone(c.signs ? signingFacts(document, c.signs) : cleanFacts(c.type)) as MutableFacts;
    for (const change of changes) change?.(document, facts);
    return { document, facts: facts as CheckFacts };
  };
  return { ...make([c.given, c.change]), before: make([c.given]) };
}

type Options = { readonly type?: PacketType; readonly signs?: FormKind; readonly given?: Change; readonly field?: string };
const fails = (rule: string, name: string, change: Change, o: Options = {}): RuleCase => ({ rule, name, outcome: 'fail', type: o.type ?? 'P-NTA', signs: o.signs ?? null, given: o.given, change, field: o.field });
const passes = (rule: string, name: string, change?: Change, o: Options = {}): RuleCase => ({ rule, name, outcome: 'pass', type: o.type ?? 'P-NTA', signs: o.signs ?? null, given: o.given, change });
const skips = (rule: string, name: string, change?: Change, o: Options = {}): RuleCase => ({ ...passes(rule, name, change, o), outcome: 'not_applicable' });
/** The clean packet itself fails: what the rule awaits has not happened yet. */
const NOTHING: Change = () => undefined;
const signNta: Options = { signs: 'I-862' };

/** The n-th item, which the fixture must have. */
function nth<T>(items: readonly T[], n: number): T {
  const item = items[n];
  if (item === undefined) throw new Error(`no item ${n}`);
  return item;
}
function proposedOf(f: MutableFacts): NonNullable<MutableFacts['proposed']> {
  if (!f.proposed) throw new Error('no proposed act');
  return f.proposed;
}
function signerOf(f: MutableFacts): NonNullable<NonNullable<MutableFacts['proposed']>['signer']> {
  const { signer } = proposedOf(f);
  if (!signer) throw new Error('no signer');
  return signer;
}
const released = (rule: string, releasedAt: string) => cleanHold(rule, { releasedAt, releasedBy: 'hq-1', releasedRole: 'opla', releaseNote: 'synthetic ground' });
const served = (at: string, byId = 'dio-1', interpreter: string | null = 'INT-0007') => ({ byKind: 'officer' as const, byId, at, method: 'in_person' as const, place: 'Example County Jail', language: 'Spanish', interpreter });
const issuedBy = (byKind: 'staff' | 'officer', title: string, at = '2026-11-24T18:00:00.000Z') => ({ byKind, byId: byKind === 'staff' ? 'pm-1' : 'dio-1', name: 'Synthetic', title, at, place: 'Example' });
const SDDO = 'Supervisory Detention and Deportation Officer';
const claim: Change = (d) => { d.subject.citizenshipIndicia = [{ kind: 'claim', at: '2026-11-23T16:05:00.000Z', source: 'interview' }]; };
const fearYes: Change = (d) => { d.fear = { askedAt: '2026-11-23T16:20:00.000Z', answer: 'yes', referredAt: '2026-11-23T19:00:00.000Z', referredTo: 'asylum office' }; };

export const RULE_CASES: readonly RuleCase[] = [
  passes('PK-01', 'the same person on every form'),
  passes('PK-01', 'accents and order of names are no difference', (d) => { formOf(d, 'I-862').identity.familyName = 'DÍAZ-ORTEGA'; }),
  passes('PK-01', 'an alias of the subject is no difference', (d) => { formOf(d, 'I-862').identity.givenName = 'Lucho'; }, { given: (d) => { d.subject.aliases = ['Lucho Ortega Diaz']; } }),
  passes('PK-01', 'an A-number written otherwise', (d) => { formOf(d, 'I-862').identity.aNumber = '000-012-345'; }),
  fails('PK-01', 'another date of birth on one form', (d) => { formOf(d, 'I-200').identity.bornOn = '1990-06-05'; }, { field: 'forms.i200.identity.bornOn' }),
  fails('PK-01', 'another A-number on one form', (d) => { formOf(d, 'I-862').identity.aNumber = 'A000 012 346'; }, { field: 'forms.i862.identity.aNumber' }),
  fails('PK-01', 'another name on one form', (d) => { formOf(d, 'I-862').identity.familyName = 'Ortiz'; }, { field: 'forms.i862.identity.familyName' }),
  fails('PK-01', 'another sex on one form', (d) => { formOf(d, 'I-213').identity.sex = 'F'; }, { field: 'forms.i213.identity.sex' }),
  fails('PK-01', 'another citizenship on one form', (d) => { formOf(d, 'I-213').identity.citizenship = 'Otherland'; }, { field: 'forms.i213.identity.citizenship' }),
  passes('PK-02', 'every form of a P-NTA'), passes('PK-02', 'every form of a P-REIN', undefined, { type: 'P-REIN' }), passes('PK-02', 'every form of a P-WSO', undefined, { type: 'P-WSO' }),
  passes('PK-02', 'no detainer needed once in ICE custody', (d) => { d.events.iceCustodyAt = '2026-11-23T19:00:00.000Z'; }, { given: (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-247A'); } }),
  fails('PK-02', 'no I-286', (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-286'); }, { field: 'forms' }),
  fails('PK-02', 'no photo', (d) => { d.evidence = d.evidence.filter((e) => e.kind !== 'photo'); }, { field: 'evidence' }),
  fails('PK-02', 'one form id twice', (d) => { formOf(d, 'I-286').id = 'i200'; }, { field: 'forms.i200' }),
  passes('PK-03', 'authority on every date'),
  passes('PK-03', 'lapsed after the work was done', (_d, f) => { nth(f.intervals, 0).endAt = '2026-11-24T00:00:00.000Z'; }),
  fails('PK-03', 'lapsed before the packet was prepared', (_d, f) => { nth(f.intervals, 0).endAt = '2026-11-23T17:45:00.000Z'; }, { field: 'preparedAt' }),
  fails('PK-03', 'one form by an officer without authority', (d) => { formOf(d, 'I-862').preparedById = 'dio-9'; }, { field: 'forms.i862.preparedAt' }),
  fails('PK-03', 'a model that does not allow the form', (_d, f) => { nth(f.intervals, 0).model = 'WSO'; }, { field: 'events.interviewAt' }),
  passes('PK-04', 'the MOA is in force'),
  fails('PK-04', 'the MOA was suspended', (_d, f) => { nth(f.moa, 0).status = 'suspended'; }, { field: 'preparedAt' }),
  fails('PK-04', 'the MOA ended before the work', (_d, f) => { nth(f.moa, 0).endAt = '2026-11-23T00:00:00.000Z'; }, { field: 'preparedAt' }),
  passes('PK-05', 'in the jail'),
  fails('PK-05', 'a form prepared outside the jail', (d) => { formOf(d, 'I-862').siteId = 'site-office'; }, { field: 'forms.i862.siteId' }),
  fails('PK-05', 'a site of nobody', (d) => { d.siteId = 'site-elsewhere'; }, { field: 'siteId' }),
  skips('PK-06', 'nobody has signed'), passes('PK-06', 'preparer and signer differ', undefined, signNta),
  fails('PK-06', 'the preparer would sign', (_d, f) => { signerOf(f).id = 'dio-1'; }, { ...signNta, field: 'forms.i862.preparedById' }),
  fails('PK-06', 'the preparer has signed', (_d, f) => { nth(f.statements, 0).signerId = 'dio-1'; }, { given: (_d, f) => { f.statements = [cleanStatement('i862')] as MutableFacts['statements']; }, field: 'forms.i862.preparedById' }),
  skips('PK-07', 'nobody has signed'), passes('PK-07', 'a listed title', undefined, signNta),
  fails('PK-07', 'a title that is not listed', (_d, f) => { signerOf(f).legalTitle = 'Management and Program Analyst'; }, { ...signNta, field: 'forms.i862.issued.title' }),
  fails('PK-07', 'the working title', (_d, f) => { signerOf(f).legalTitle = '287(g) Program Manager'; }, { signs: 'I-200', field: 'forms.i200.issued.title' }),
  fails('PK-07', 'a deportation officer on an NTA', (_d, f) => { signerOf(f).legalTitle = 'Deportation Officer'; }, { ...signNta, field: 'forms.i862.issued.title' }),
  fails('PK-07', 'authority ended', (_d, f) => { signerOf(f).activeTo = '2026-11-24T20:10:00.000Z'; }, { ...signNta, field: 'signer.activeTo' }),
  passes('PK-08', 'no claim'), fails('PK-08', 'a claim of citizenship', claim, { field: 'subject.citizenshipIndicia.0' }),
  passes('PK-08', 'a claim, and a hold released after it', (_d, f) => { f.holds = [released('PK-08', '2026-11-24T12:00:00.000Z')] as MutableFacts['holds']; }, { given: claim }),
  fails('PK-08', 'a claim newer than the release', (_d, f) => { f.holds = [released('PK-08', '2026-11-23T12:00:00.000Z')] as MutableFacts['holds']; }, { given: claim, field: 'subject.citizenshipIndicia.0' }),
  fails('PK-08', 'a hold of another rule was released', (_d, f) => { f.holds = [released('PK-09', '2026-11-24T12:00:00.000Z')] as MutableFacts['holds']; }, { given: claim, field: 'subject.citizenshipIndicia.0' }),
  fails('PK-08', 'an open hold by hand', (_d, f) => { f.holds = [cleanHold('PK-08')] as MutableFacts['holds']; }, { field: 'holds' }),
  passes('PK-09', 'an adult'),
  fails('PK-09', '17 years by date of birth', (d) => { d.subject.identity.bornOn = '2008-11-24'; }, { field: 'subject.identity.bornOn' }),
  passes('PK-09', '18 on the day of the encounter', (d) => { d.subject.identity.bornOn = '2008-11-23'; }),
  fails('PK-09', 'an appearance of minority', (d) => { d.subject.minorIndicia = [{ kind: 'appearance', at: '2026-11-23T16:00:00.000Z', source: 'observation' }]; }, { field: 'subject.minorIndicia.0' }),
  fails('PK-09', 'no date of birth and no basis for that', (d) => { d.subject.identity.bornOn = null; }, { field: 'subject.identity.bornOn' }),
  passes('PK-10', 'no restricted hold'), fails('PK-10', 'an open restricted hold', (_d, f) => { f.holds = [cleanHold('RESTRICTED')] as MutableFacts['holds']; }, { field: 'holds' }),
  passes('PK-10', 'a restricted hold that was released', (_d, f) => { f.holds = [released('RESTRICTED', '2026-11-24T12:00:00.000Z')] as MutableFacts['holds']; }),
  passes('PK-11', 'asked, needed, named'), fails('PK-11', 'never asked', (d) => { d.interpreter.askedAt = null; }, { field: 'interpreter.askedAt' }),
  fails('PK-11', 'no answer', (d) => { d.interpreter.answer = null; }, { field: 'interpreter.answer' }), fails('PK-11', 'no interpreter named', (d) => { d.interpreter.nameOrId = null; }, { field: 'interpreter.nameOrId' }),
  fails('PK-11', 'qualification left open', (d) => { d.interpreter.qualified = null; }, { field: 'interpreter.qualified' }),
  passes('PK-12', 'three systems'), fails('PK-12', 'no NCIC check', (d) => { d.recordChecks = d.recordChecks.filter((c) => c.system !== 'ncic'); }, { field: 'recordChecks' }),
  fails('PK-12', 'a check after submission', (d) => { nth(d.recordChecks, 0).at = '2026-11-24T01:00:00.000Z'; }, { field: 'recordChecks' }), skips('PK-12', 'a WSO packet', undefined, { type: 'P-WSO' }),
  passes('PK-13', 'own statement, pinned'), fails('PK-13', 'foreign birth alone', (d) => { nth(d.alienage, 0).basis = 'foreign_birth'; }, { field: 'alienage' }),
  fails('PK-13', 'no match alone', (d) => { nth(d.alienage, 0).basis = 'no_match'; }, { field: 'alienage' }), fails('PK-13', 'no pin', (d) => { nth(d.alienage, 0).evidenceIds = []; }, { field: 'alienage' }),
  fails('PK-13', 'a pin to nothing', (d) => { nth(d.alienage, 0).evidenceIds = ['e-none']; }, { field: 'alienage' }),
  passes('PK-14', 'arrested on a charge'), fails('PK-14', 'no arrest', (d) => { d.underlyingArrest = null; }, { field: 'underlyingArrest' }),
  fails('PK-14', 'an arrest after the detainer', (d) => { formOf(d, 'I-247A').issued = issuedBy('officer', 'DIO', '2026-11-23T13:00:00.000Z'); }, { field: 'underlyingArrest.at' }),
  skips('PK-14', 'no action', undefined, { type: 'P-NONE' }),
  skips('PK-15', 'an NTA where nobody raised fear'), passes('PK-15', 'asked, no', undefined, { type: 'P-REIN' }),
  fails('PK-15', 'not asked where required', (d) => { d.fear.answer = null; }, { type: 'P-REIN', field: 'fear.answer' }),
  fails('PK-15', 'yes', (d) => { d.fear.answer = 'yes'; }, { type: 'P-REIN', field: 'fear.answer' }),
  passes('PK-15', 'yes, referred, and the hold released', (_d, f) => { f.holds = [released('PK-15', '2026-11-24T12:00:00.000Z')] as MutableFacts['holds']; }, { type: 'P-REIN', given: fearYes }),
  fails('PK-15', 'released without a referral', (d) => { d.fear.referredAt = null; }, { type: 'P-REIN', given: (d, f) => { fearYes(d, f); f.holds = [released('PK-15', '2026-11-24T12:00:00.000Z')] as MutableFacts['holds']; }, field: 'fear.referredAt' }),
  passes('PK-16', 'told'), fails('PK-16', 'not told', (d) => { d.consular.advisedAt = null; }, { field: 'consular.advisedAt' }), skips('PK-16', 'not detained', (d) => { d.isDetained = false; }),
  skips('PK-16M', 'not a mandatory country'), fails('PK-16M', 'a mandatory country, not notified', (d) => { d.consular.nationality = 'Ghana'; }, { field: 'consular.notifiedAt' }),
  passes('PK-16M', 'a mandatory country, notified', (d) => { d.consular.notifiedAt = '2026-11-23T17:00:00.000Z'; }, { given: (d) => { d.consular.nationality = 'Ghana'; } }),
  passes('PK-17', 'dates run forward'), fails('PK-17', 'entered before birth', (d) => { d.events.lastEntryOn = '1989-01-01'; }, { field: 'events.lastEntryOn' }),
  fails('PK-17', 'entered after the arrest', (d) => { d.events.lastEntryOn = '2026-11-24'; }, { field: 'events.lastEntryOn' }),
  fails('PK-17', 'interviewed before the arrest', (d) => { d.events.interviewAt = '2026-11-23T13:00:00.000Z'; }, { field: 'events.interviewAt' }),
  fails('PK-17', 'an I-213 before the interview', (d) => { formOf(d, 'I-213').preparedAt = '2026-11-23T15:59:00.000Z'; }, { field: 'forms.i213.preparedAt' }),
  fails('PK-17', 'served before issue', (d) => { formOf(d, 'I-200').served = served('2026-11-24T17:00:00.000Z'); }, { given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); }, field: 'forms.i200.served.at' }),
  fails('PK-17', 'a date six minutes in the future', (d) => { d.submittedAt = '2026-11-24T20:16:00.000Z'; }, { field: 'now' }),
  passes('PK-17', 'five minutes of clock error', (d) => { d.submittedAt = '2026-11-24T20:15:00.000Z'; }),
  skips('PK-18', 'no counsel'), fails('PK-18', 'counsel not served', (d) => { d.subject.counsel = { name: 'Synthetic counsel', g28At: '2026-11-23T16:00:00.000Z', servedAt: null }; }, { field: 'subject.counsel.servedAt' }),
  passes('PK-18', 'counsel served', (d) => { d.subject.counsel = { name: 'Synthetic counsel', g28At: '2026-11-23T16:00:00.000Z', servedAt: '2026-11-24T16:00:00.000Z' }; }),
  passes('PK-19', 'no sign'), fails('PK-19', 'a medical record', (d) => { d.subject.competencyIndicia = [{ kind: 'medical_record', at: '2026-11-23T16:00:00.000Z', source: 'jail clinic' }]; }, { field: 'subject.competencyIndicia.0' }),
  fails('PK-19', 'under 14', (d) => { d.subject.identity.bornOn = '2012-11-24'; }, { field: 'subject.identity.bornOn' }),
  passes('PK-25', 'still in force'), fails('PK-25', 'lapsed since', (_d, f) => { nth(f.intervals, 0).endAt = '2026-11-24T00:00:00.000Z'; }, { field: 'preparerId' }),
  skips('PK-25', 'never in force (PK-03 says so)', (_d, f) => { f.intervals = []; }),
  passes('NTA-02', 'stated'), fails('NTA-02', 'no proceeding', (d) => { formOf(d, 'I-862').proceeding = null; }, { field: 'forms.i862.proceeding' }), fails('NTA-02', 'a blank authority', (d) => { formOf(d, 'I-862').legalAuthority = ' '; }, { field: 'forms.i862.legalAuthority' }),
  skips('NTA-02', 'no NTA in the packet', undefined, { type: 'P-DET' }),
  passes('NTA-03', 'covered and pinned'), fails('NTA-03', 'no allegation', (d) => { formOf(d, 'I-862').allegations = []; }, { field: 'forms.i862.allegations' }),
  fails('NTA-03', 'alienage not pinned', (d) => { nth(formOf(d, 'I-862').allegations, 0).evidenceIds = []; }, { field: 'forms.i862.allegations' }),
  fails('NTA-03', 'alienage pinned to nothing', (d) => { nth(formOf(d, 'I-862').allegations, 0).evidenceIds = ['e-none']; }, { field: 'forms.i862.allegations' }),
  fails('NTA-03', 'an element of the charge not alleged', (d) => { nth(formOf(d, 'I-862').allegations, 3).elements = []; }, { field: 'forms.i862.charges.0.allegationNumbers' }),
  fails('NTA-03', 'the charge does not cite the allegation', (d) => { nth(formOf(d, 'I-862').charges, 0).allegationNumbers = [1, 2, 3]; }, { field: 'forms.i862.charges.0.allegationNumbers' }),
  fails('NTA-03', 'a gap in the numbers', (d) => { nth(formOf(d, 'I-862').allegations, 3).number = 5; }, { field: 'forms.i862.allegations.3.number' }),
  passes('NTA-04', 'a listed charge'), fails('NTA-04', 'no charge', (d) => { formOf(d, 'I-862').charges = []; }, { field: 'forms.i862.charges' }),
  fails('NTA-04', 'a charge that does not parse', (d) => { nth(formOf(d, 'I-862').charges, 0).section = 'overstay'; }, { field: 'forms.i862.charges.0.section' }),
  fails('NTA-04', 'a section that is not in the table', (d) => { nth(formOf(d, 'I-862').charges, 0).section = '212(a)(1)(A)(i)'; }, { field: 'forms.i862.charges.0.section' }),
  passes('NTA-05', 'box and charge fit'), fails('NTA-05', 'two boxes', (d) => { formOf(d, 'I-862').boxes = ['arriving', 'present_without_admission']; }, { field: 'forms.i862.boxes' }),
  fails('NTA-05', 'no box', (d) => { formOf(d, 'I-862').boxes = []; }, { field: 'forms.i862.boxes' }), fails('NTA-05', 'admitted, with a 212 charge', (d) => { formOf(d, 'I-862').boxes = ['admitted']; }, { field: 'forms.i862.charges.0.section' }),
  fails('NTA-05', 'arriving, with a charge of presence', (d) => { formOf(d, 'I-862').boxes = ['arriving']; }, { field: 'forms.i862.charges.0.section' }),
  passes('NTA-06', 'date, time and place'), fails('NTA-06', 'no date', (d) => { formOf(d, 'I-862').hearing.on = null; }, { field: 'forms.i862.hearing.on' }), fails('NTA-06', 'a date to be set', (d) => { formOf(d, 'I-862').hearing.on = 'a date to be set'; }, { field: 'forms.i862.hearing.on' }),
  fails('NTA-06', 'a day that does not exist', (d) => { formOf(d, 'I-862').hearing.on = '2027-02-30'; }, { field: 'forms.i862.hearing.on' }), fails('NTA-06', 'time TBD', (d) => { formOf(d, 'I-862').hearing.time = 'TBD'; }, { field: 'forms.i862.hearing.time' }),
  fails('NTA-06', 'time 00:00', (d) => { formOf(d, 'I-862').hearing.time = '00:00'; }, { field: 'forms.i862.hearing.time' }), fails('NTA-06', 'no time', (d) => { formOf(d, 'I-862').hearing.time = null; }, { field: 'forms.i862.hearing.time' }),
  fails('NTA-06', 'a place to be determined', (d) => { formOf(d, 'I-862').hearing.place = 'To be determined'; }, { field: 'forms.i862.hearing.place' }), fails('NTA-06', 'no zone', (d) => { formOf(d, 'I-862').hearing.zone = null; }, { field: 'forms.i862.hearing.zone' }),
  passes('NTA-07', 'seven weeks'), fails('NTA-07', 'nine days', (d) => { formOf(d, 'I-862').hearing.on = '2026-12-03'; }, { ...signNta, field: 'forms.i862.hearing.on' }),
  passes('NTA-07', 'ten days', (d) => { formOf(d, 'I-862').hearing.on = '2026-12-04'; }, signNta),
  passes('NTA-07', 'nine days at the person\'s written request', (d) => { formOf(d, 'I-862').earlierHearingRequest = { evidenceId: 'e-photo', at: '2026-11-23T17:00:00.000Z' }; }, { given: (d) => { formOf(d, 'I-862').hearing.on = '2026-12-03'; nth(d.evidence, 2).kind = 'written_request'; } }),
  fails('NTA-07', 'a request that is not in the packet', (d) => { formOf(d, 'I-862').earlierHearingRequest = { evidenceId: 'e-none', at: '2026-11-23T17:00:00.000Z' }; }, { given: (d) => { formOf(d, 'I-862').hearing.on = '2026-12-03'; }, field: 'forms.i862.hearing.on' }),
  skips('NTA-07', 'no date to count to (NTA-06 says so)', (d) => { formOf(d, 'I-862').hearing.on = null; }),
  passes('NTA-12', 'the signature that is about to be made', undefined, signNta), fails('NTA-12', 'not signed', (_d, f) => { f.proposed = undefined; }, { ...signNta, field: 'forms.i862.issued' }),
  passes('NTA-12', 'sealed here', (_d, f) => { f.statements = [cleanStatement('i862')] as MutableFacts['statements']; }),
  fails('NTA-12', 'a statement over another version', (_d, f) => { f.statements = [cleanStatement('i862', { number: 2 })] as MutableFacts['statements']; }, { field: 'forms.i862.issued' }),
  fails('NTA-12', 'issued by a DIO', (d) => { formOf(d, 'I-862').issued = issuedBy('officer', 'DIO'); }, { field: 'forms.i862.issued.title' }),
  passes('DET-01', 'Box 1 alone'), fails('DET-01', 'both boxes', (d) => { formOf(d, 'I-247A').box2 = true; }, { field: 'forms.i247a.box1' }), fails('DET-01', 'no box', (d) => { formOf(d, 'I-247A').box1 = []; }, { field: 'forms.i247a.box1' }),
  passes('DET-02', 'a basis'), fails('DET-02', 'no basis', (d) => { formOf(d, 'I-247A').box1 = []; }, { field: 'forms.i247a.box1' }),
  fails('DET-02', 'a biometric match without a record check', (d) => { formOf(d, 'I-247A').box1 = ['biometric_match']; }, { field: 'forms.i247a.probableCause' }),
  skips('DET-02', 'Box 2', (d) => { formOf(d, 'I-247A').box1 = []; }, { given: (d) => { formOf(d, 'I-247A').box2 = true; } }),
  fails('DET-03', 'no warrant signed', NOTHING, { field: 'forms.i247a.issued' }),
  passes('DET-03', 'a warrant signed before', (_d, f) => { f.statements = [cleanStatement('i200')] as MutableFacts['statements']; }),
  fails('DET-03', 'a warrant for another person', (d) => { formOf(d, 'I-200').identity.bornOn = '1991-01-01'; }, { given: (_d, f) => { f.statements = [cleanStatement('i200')] as MutableFacts['statements']; }, field: 'forms.i247a.identity' }),
  fails('DET-03', 'issued by a DIO before the warrant', (d) => { formOf(d, 'I-247A').issued = issuedBy('officer', 'DIO', '2026-11-23T18:00:00.000Z'); }, { given: (_d, f) => { f.statements = [cleanStatement('i200')] as MutableFacts['statements']; }, field: 'forms.i247a.issued.at' }),
  passes('DET-04', 'I-200 for statements'), fails('DET-04', 'a final order without an I-205', (d) => { formOf(d, 'I-247A').box1 = ['final_order']; }, { field: 'forms.i247a.box1' }), passes('DET-04', 'I-205 for a final order', undefined, { type: 'P-REIN' }),
  passes('DET-05', 'a pinned statement'), fails('DET-05', 'investigation alone', (d) => { nth(formOf(d, 'I-247A').probableCause, 0).basis = 'investigation'; }, { field: 'forms.i247a.probableCause' }),
  fails('DET-05', 'no match alone', (d) => { nth(formOf(d, 'I-247A').probableCause, 0).basis = 'no_match'; }, { field: 'forms.i247a.probableCause' }), fails('DET-05', 'no pin', (d) => { nth(formOf(d, 'I-247A').probableCause, 0).evidenceIds = []; }, { field: 'forms.i247a.probableCause' }),
  fails('DET-05', 'evidence from after issue', (d) => { nth(d.evidence, 0).obtainedAt = '2026-11-24T19:00:00.000Z'; }, { given: (d) => { formOf(d, 'I-247A').issued = issuedBy('officer', 'DIO'); }, field: 'forms.i247a.probableCause' }),
  skips('W200-01', 'not signed'), passes('W200-01', 'a listed officer', undefined, { signs: 'I-200' }), fails('W200-01', 'issued by a DIO', (d) => { formOf(d, 'I-200').issued = issuedBy('officer', SDDO); }, { field: 'forms.i200.issued.title' }),
  fails('W200-01', 'a title that is not listed', (_d, f) => { signerOf(f).legalTitle = 'Deportation Officer'; }, { signs: 'I-200', field: 'forms.i200.issued.title' }),
  passes('W200-02', 'a basis that fits'), fails('W200-02', 'no basis', (d) => { formOf(d, 'I-200').bases = []; }, { field: 'forms.i200.bases' }),
  fails('W200-02', 'another basis than the detainer', (d) => { formOf(d, 'I-200').bases = ['pending_proceedings']; }, { field: 'forms.i200.bases' }),
  fails('W200-02', 'charging document without one', (d) => { formOf(d, 'I-200').bases = ['charging_document']; }, { type: 'P-DET', field: 'forms.i200.bases' }),
  passes('W200-02', 'the NTA is signed in the same ceremony', (_d, f) => { proposedOf(f).alongside = ['i862', 'i200']; }, { signs: 'I-200' }),
  fails('W200-02', 'the NTA is neither signed nor in the ceremony', (_d, f) => { proposedOf(f).alongside = ['i200']; }, { signs: 'I-200', field: 'forms.i200.issued.at' }),
  fails('W200-02', 'the NTA was signed later', (_d, f) => { nth(f.statements, 0).signedAt = '2026-11-24T19:30:00.000Z'; }, { given: (_d, f) => { f.statements = [cleanStatement('i862'), cleanStatement('i200')] as MutableFacts['statements']; }, field: 'forms.i200.issued.at' }),
  fails('W200-03', 'not signed', NOTHING, { field: 'forms.i200.issued' }), passes('W200-03', 'signed, not served yet', undefined, { given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); } }),
  passes('W200-03', 'served after issue', (d) => { formOf(d, 'I-200').served = served('2026-11-24T19:00:00.000Z'); }, { given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); } }),
  fails('W200-03', 'served before issue', (d) => { formOf(d, 'I-200').served = served('2026-11-24T17:00:00.000Z'); }, { given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); }, field: 'forms.i200.served.at' }),
  fails('W200-03', 'served by an officer without authority', (d) => { formOf(d, 'I-200').served = served('2026-11-24T19:00:00.000Z', 'dio-9'); }, { given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); }, field: 'forms.i200.served.byId' }),
  fails('W200-03', 'no interpreter on the certificate', (d) => { formOf(d, 'I-200').served = served('2026-11-24T19:00:00.000Z', 'dio-1', null); }, { given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); }, field: 'forms.i200.served.interpreter' }),
  passes('WSO-01', 'a warrant and a hand-off', undefined, { type: 'P-WSO' }), skips('WSO-01', 'a jail agency'),
  fails('WSO-01', 'an I-213 by a WSO', (_d, f) => { nth(f.intervals, 0).model = 'WSO'; }, { field: 'forms.i213.preparedById' }),
  fails('WSO-01', 'an interview by a WSO', (d) => { d.events.interviewById = 'dio-1'; }, { type: 'P-WSO', given: (d) => { d.events.interviewAt = '2026-11-23T16:00:00.000Z'; }, field: 'events.interviewById' }),
  passes('213-01', 'every fact'), fails('213-01', 'no health', (d) => { formOf(d, 'I-213').facts.health = null; }, { field: 'forms.i213.facts.health' }), fails('213-01', 'a blank entry', (d) => { formOf(d, 'I-213').facts.entry = { value: ' ', source: 'statement', evidenceIds: ['e-statement'] }; }, { field: 'forms.i213.facts.entry' }),
  skips('213-01', 'no I-213', undefined, { type: 'P-DET' }),
];
