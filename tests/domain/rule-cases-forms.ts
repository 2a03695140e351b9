/** Rule cases of what HQ computes, of charges and their needs, and of every form after the first five (domain 1.6 to 1.9). */
import type { Allegation, FormOf, PacketDocument } from '../../shared/domain/packet.ts';
import { cleanHold, cleanInterval, cleanStatement, formOf, type MutableFacts } from './clean-packets.ts';
import { type Change, claim, fails, fearYes, issuedBy, NOTHING, nth, passes, proposedOf, released, type RuleCase, SDDO, served, signNta, signerOf, skips } from './rule-case-parts.ts';

const AT = '2026-11-24T12:00:00.000Z';
const both = (...changes: readonly Change[]): Change => (d, f) => { for (const change of changes) change(d, f); };
/** A fact that a test has put there. */
function has<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('nothing there');
  return value;
}
const holds = (...h: readonly ReturnType<typeof cleanHold>[]): Change => (_d, f) => { f.holds = [...h] as MutableFacts['holds']; };
const statements = (...ids: readonly string[]): Change => (_d, f) => { f.statements = ids.map((id) => cleanStatement(id)) as MutableFacts['statements']; };
const poster = (siteId: string, checkedAt: string, dueAt: string) => ({ siteId, item: 'complaint_poster', checkedAt, dueAt });
const seen = poster('site-jail', '2026-11-01T12:00:00.000Z', '2027-02-01T12:00:00.000Z');

// ---- charges ----

const CONVICTED = { statute: 'Example Code 2.02', court: 'Example District Court', convictedOn: '2025-06-02' };
/** The NTA of a person who was admitted and has one conviction; allegation 4 is the conviction. */
const admittedWith = (section: string, over: Partial<Allegation['conviction']> = {}): Change => (d) => {
  const nta = formOf(d, 'I-862');
  nta.boxes = ['admitted'];
  nta.allegations = [
    ...nta.allegations.slice(0, 2),
    { number: 3, text: 'You were admitted.', elements: ['admission', 'status_class', 'authorized_until'], evidenceIds: ['e-statement'], admission: { on: '2021-01-10', status: 'B-2', authorizedUntil: '2021-07-09' } },
    { number: 4, text: 'You were convicted.', elements: ['conviction', 'offense_date', 'sentence', 'substance', 'relationship'], evidenceIds: ['e-conviction'], conviction: { ...CONVICTED, offenseOn: '2025-01-15', maxSentenceMonths: 24, ...over } },
  ];
  nta.charges = [{ section, allegationNumbers: [1, 2, 3, 4] }];
};
const convictionOf = (d: PacketDocument): NonNullable<Allegation['conviction']> => has(nth(formOf(d, 'I-862').allegations, 3).conviction);
const admissionOf = (d: PacketDocument): NonNullable<Allegation['admission']> => has(nth(formOf(d, 'I-862').allegations, 2).admission);
/** The clean NTA with another charge and one allegation of these elements. */
const chargedWith = (section: string, allegation: Omit<Allegation, 'number' | 'text' | 'evidenceIds'>): Change => (d) => {
  const nta = formOf(d, 'I-862');
  nta.allegations.push({ number: 5, text: 'Further.', evidenceIds: ['e-statement'], ...allegation });
  nta.charges = [{ section, allegationNumbers: [1, 2, 3, 4, 5] }];
};
const CITED = 'forms.i862.charges.0.allegationNumbers';
const need = (section: string, given: Change, change: Change): RuleCase => fails('NTA-03', `${section}: a need of the charge is not shown`, change, { given, field: CITED });
const personal: Change = (d) => { Object.assign(convictionOf(d), { schedule: 'I', isOwnUse: true, marijuanaGrams: 20 }); };

const CHARGE_CASES: readonly RuleCase[] = [
  passes('NTA-03', 'an overstay', undefined, { given: admittedWith('237(a)(1)(B)') }),
  need('237(a)(1)(B)', admittedWith('237(a)(1)(B)'), (d) => { admissionOf(d).authorizedUntil = '2027-07-09'; }),
  passes('NTA-03', 'a crime within five years', undefined, { given: admittedWith('237(a)(2)(A)(i)') }),
  need('237(a)(2)(A)(i)', admittedWith('237(a)(2)(A)(i)'), (d) => { convictionOf(d).maxSentenceMonths = 6; }),
  fails('NTA-03', 'an offense more than five years after admission', (d) => { admissionOf(d).on = '2019-01-10'; }, { given: admittedWith('237(a)(2)(A)(i)'), field: CITED }),
  passes('NTA-03', 'an offense five years after admission to the day', (d) => { admissionOf(d).on = '2020-01-15'; }, { given: admittedWith('237(a)(2)(A)(i)') }),
  need('237(a)(2)(A)(ii)', admittedWith('237(a)(2)(A)(ii)'), NOTHING),
  passes('NTA-03', 'two crimes of two schemes', (d) => {
    formOf(d, 'I-862').allegations.push({ number: 5, text: 'And again.', elements: ['conviction'], evidenceIds: ['e-conviction'], conviction: { ...CONVICTED, schemeId: 'b' } });
  }, { given: both(admittedWith('237(a)(2)(A)(ii)', { schemeId: 'a' }), (d) => { nth(formOf(d, 'I-862').charges, 0).allegationNumbers.push(5); }) }),
  passes('NTA-03', 'an aggravated felony that is named', undefined, { given: admittedWith('237(a)(2)(A)(iii)', { aggravatedFelony: '101(a)(43)(G)' }) }),
  need('237(a)(2)(A)(iii)', admittedWith('237(a)(2)(A)(iii)', { aggravatedFelony: '101(a)(43)(G)' }), (d) => { convictionOf(d).aggravatedFelony = null; }),
  passes('NTA-03', 'a scheduled substance', undefined, { given: admittedWith('237(a)(2)(B)(i)', { schedule: 'II', marijuanaGrams: null, isOwnUse: true }) }),
  need('237(a)(2)(B)(i)', both(admittedWith('237(a)(2)(B)(i)'), personal), NOTHING),
  passes('NTA-03', '31 g of marijuana', (d) => { convictionOf(d).marijuanaGrams = 31; }, { given: both(admittedWith('237(a)(2)(B)(i)'), personal) }),
  fails('NTA-03', 'a substance of no schedule', (d) => { convictionOf(d).schedule = null; }, { given: admittedWith('237(a)(2)(B)(i)', { schedule: 'II', marijuanaGrams: null }), field: CITED }),
  need('237(a)(2)(C)', admittedWith('237(a)(2)(C)'), (d) => { delete nth(formOf(d, 'I-862').allegations, 3).conviction; }),
  passes('NTA-03', 'a false claim with what, when and to whom', undefined, { given: chargedWith('212(a)(6)(C)(ii)', { elements: ['representation'], representation: { on: '2020-05-06', to: 'an employer', what: 'to be a citizen' } }) }),
  need('212(a)(6)(C)(ii)', chargedWith('212(a)(6)(C)(ii)', { elements: ['representation'] }), NOTHING),
  passes('NTA-03', 'prior removal with its dates', undefined, { given: chargedWith('212(a)(9)(A)(ii)', { elements: ['prior_order', 'departure', 'reentry'], prior: { orderOn: '2015-02-03', departedOn: '2015-04-01', reenteredOn: '2019-03-04' } }) }),
  need('212(a)(9)(A)(ii)', chargedWith('212(a)(9)(A)(ii)', { elements: ['prior_order', 'departure', 'reentry'], prior: { orderOn: '2015-02-03', departedOn: '2015-04-01', reenteredOn: '2014-03-04' } }), NOTHING),
  passes('NTA-03', 'a crime that is admitted, without a conviction', undefined, { given: chargedWith('212(a)(2)(A)(i)(I)', { elements: ['crime_admitted'] }) }),
];

// ---- every packet ----

const bare = ({ id, edition, identity, preparedById, preparedAt, siteId, issued, served: s }: PacketDocument['forms'][number]) => ({ id, edition, identity, preparedById, preparedAt, siteId, issued, served: s });
const withoutDetainer: Change = (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-247A'); };
const notice247G: Change = (d) => { d.forms.push({ ...bare(formOf(d, 'I-213')), id: 'i247g', kind: 'I-247G', fields: {} }); };

const PACKET_CASES: readonly RuleCase[] = [
  fails('PK-02', 'a minor without an I-770', NOTHING, { given: (d) => { d.subject.identity.bornOn = '2009-11-24'; }, field: 'forms' }),
  fails('PK-02', 'a criminal charge without a conviction record', (d) => { d.evidence = d.evidence.filter((e) => e.kind !== 'conviction_record'); }, { given: admittedWith('237(a)(2)(C)'), field: 'evidence' }),
  fails('PK-02', 'no action, and no reason', (d) => { delete d.noAction; }, { type: 'P-NONE', field: 'noAction' }), passes('PK-02', 'no action, with its reason', undefined, { type: 'P-NONE' }),
  fails('PK-02', 'no proof of pending proceedings', (d) => { d.evidence = d.evidence.filter((e) => e.kind !== 'prior_order'); }, { type: 'P-DET', field: 'evidence' }),
  passes('PK-02', 'an I-247G in place of the I-247A', notice247G, { given: withoutDetainer }),
  passes('PK-02', 'every form of a P-FINAL', undefined, { type: 'P-FINAL' }), passes('PK-02', 'every form of a P-VR', undefined, { type: 'P-VR' }), passes('PK-02', 'every form of a P-FARO', undefined, { type: 'P-FARO' }),
  fails('PK-02', 'a final administrative order without an I-205', NOTHING, { type: 'P-FARO', given: (d) => { decided(d, 'hq-deputy'); }, field: 'forms' }),
  fails('PK-02', 'no I-210', (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-210'); }, { type: 'P-VR', field: 'forms' }),
  passes('PK-07', 'a deportation officer reviews a packet without action', (_d, f) => { signerOf(f).legalTitle = 'Deportation Officer'; }, { type: 'P-NONE', signs: 'ENCOUNTER-NOTE' }),
  skips('PK-20', 'nobody has told this laptop'), passes('PK-20', 'posters seen', (_d, f) => { f.compliance = [seen]; }),
  fails('PK-20', 'the next look is overdue', (_d, f) => { f.compliance = [poster('site-jail', '2026-08-01T12:00:00.000Z', '2026-11-01T12:00:00.000Z')]; }, { field: 'siteId' }),
  fails('PK-20', 'another site', (_d, f) => { f.compliance = [poster('site-office', '2026-11-01T12:00:00.000Z', '2027-02-01T12:00:00.000Z')]; }, { field: 'siteId' }),
  passes('PK-21', 'the first version'), fails('PK-21', 'a second version without a reason', (d) => { d.number = 2; }, { field: 'changeReason' }),
  passes('PK-21', 'a second version with its reason', (d) => { d.changeReason = 'hearing time added'; }, { given: (d) => { d.number = 2; } }),
  fails('PK-21', 'a form younger than the submission', (d) => { formOf(d, 'I-862').preparedAt = '2026-11-23T18:06:00.000Z'; }, { field: 'forms.i862.preparedAt' }),
  fails('PK-21', 'evidence younger than the submission', (d) => { nth(d.evidence, 2).obtainedAt = '2026-11-23T18:06:00.000Z'; }, { field: 'evidence.2.obtainedAt' }),
  skips('PK-22', 'HQ has not said'), passes('PK-22', 'HQ found none', (_d, f) => { f.duplicates = []; }),
  fails('PK-22', 'another open packet', (_d, f) => { f.duplicates = [{ packetId: 'pk-other', basis: 'fin', asOf: AT }]; }, { field: 'subject.identity.fin' }),
  passes('PK-22', 'the packet itself is no duplicate', (_d, f) => { f.duplicates = [{ packetId: 'pk-p-nta', basis: 'fin', asOf: AT }]; }),
  skips('PK-23', 'HQ has not said'), passes('PK-23', 'HQ found none', (_d, f) => { f.similarNarratives = []; }),
  fails('PK-23', 'nearly the same as another', (_d, f) => { f.similarNarratives = [{ packetId: 'pk-other', formId: 'i213', similarity: 0.95, asOf: AT }]; }, { field: 'forms.i213.narrative' }),
  passes('PK-23', 'alike, below the threshold', (_d, f) => { f.similarNarratives = [{ packetId: 'pk-other', formId: 'i213', similarity: 0.949, asOf: AT }]; }),
  passes('PK-24', 'the same entry everywhere'), fails('PK-24', 'another date on the NTA', (d) => { has(formOf(d, 'I-862').lastEntry).on = '2019-04-03'; }, { field: 'forms.i862.lastEntry.on' }),
  fails('PK-24', 'another manner in the statement', (d) => { has(has(formOf(d, 'I-877').sworn).lastEntry).manner = 'admitted'; }, { type: 'P-REIN', field: 'forms.i877.sworn.lastEntry.manner' }),
  fails('PK-24', 'another place', (d) => { has(formOf(d, 'I-862').lastEntry).place = 'Sample Wells'; }, { given: (d) => { has(formOf(d, 'I-213').lastEntry).place = 'Example Crossing'; }, field: 'forms.i862.lastEntry.place' }),
  passes('PK-24', 'one is silent on the place', (d) => { has(formOf(d, 'I-862').lastEntry).place = 'Sample Wells'; }),
  fails('PK-24', 'the NTA says nothing', (d) => { delete formOf(d, 'I-862').lastEntry; }, { field: 'forms.i862.lastEntry' }), skips('PK-24', 'a detainer alone', undefined, { type: 'P-DET', given: (d) => { d.events.lastEntryOn = null; } }),
];

// ---- Notice to Appear ----

const issuedNta: Change = (d) => { formOf(d, 'I-862').issued = issuedBy('staff', SDDO); };
const servedNta: Change = (d) => { formOf(d, 'I-862').served = served('2026-11-24T19:00:00.000Z'); };
const arrestedAt = (place: NonNullable<PacketDocument['arrest']>['place'], at = '2026-11-23T15:10:00.000Z'): Change => (d) => {
  d.events.immigrationArrestAt = at;
  d.events.isArrestWarrantless = true;
  d.arrest = {
    place, byId: 'dio-1', examinedById: 'dio-2', sameOfficerReason: null, reasonToBelieve: { text: 'Own statement.', evidenceIds: ['e-statement'] }, likelyToEscape: { text: 'No address.', evidenceIds: ['e-statement'] },
    iceContact: { at: '2026-11-23T15:20:00.000Z', name: 'Duty supervisor' },
  };
};
const CERTIFIED = { certifiedById: 'pm-1', at: '2026-11-23T17:30:00.000Z', ground: 'synthetic' };

const asksOpla = { parameters: { fieldOffices: ['Example Field Office'] } };
const reviewedAt = (at: string): Change => (d) => { formOf(d, 'I-862').oplaReview = { byId: 'opla-1', name: 'Synthetic attorney', at }; };

const NTA_CASES: readonly RuleCase[] = [
  passes('NTA-01', 'stated'), fails('NTA-01', 'no address', (d) => { d.subject.address = null; }, { field: 'subject.address' }), fails('NTA-01', 'no language', (d) => { d.subject.languages = []; }, { field: 'subject.languages' }),
  fails('NTA-01', 'no A-number', (d) => { formOf(d, 'I-862').identity.aNumber = null; }, { field: 'forms.i862.identity.aNumber' }),
  passes('NTA-08', 'a Tuesday'), fails('NTA-08', 'a Saturday', (d) => { formOf(d, 'I-862').hearing.on = '2027-01-16'; }, { field: 'forms.i862.hearing.on' }),
  fails('NTA-08', 'a federal holiday', (d) => { formOf(d, 'I-862').hearing.on = '2027-01-18'; }, { field: 'forms.i862.hearing.on' }),
  fails('NTA-08', 'a day on which this court does not sit', (d) => { formOf(d, 'I-862').hearing.on = '2027-01-15'; }, { field: 'forms.i862.hearing.on' }),
  fails('NTA-08', 'six in the morning', (d) => { formOf(d, 'I-862').hearing.time = '06:00'; }, { field: 'forms.i862.hearing.time' }), fails('NTA-08', 'nine years away', (d) => { formOf(d, 'I-862').hearing.on = '2035-01-16'; }, { field: 'forms.i862.hearing.on' }),
  skips('NTA-08', 'no date (NTA-06 says so)', (d) => { formOf(d, 'I-862').hearing.on = null; }),
  passes('NTA-09', 'a known court'), fails('NTA-09', 'no court', (d) => { delete formOf(d, 'I-862').court; }, { field: 'forms.i862.court' }), fails('NTA-09', 'a court that nobody knows', (d) => { has(formOf(d, 'I-862').court).id = 'EX-ZZ'; }, { field: 'forms.i862.court.id' }),
  fails('NTA-09', 'another address', (d) => { has(formOf(d, 'I-862').court).address = '1 Sample Road'; }, { field: 'forms.i862.court.address' }),
  passes('NTA-10', 'a list of this quarter'), fails('NTA-10', 'not noted', (d) => { delete formOf(d, 'I-862').freeLegalList; }, { field: 'forms.i862.freeLegalList' }),
  fails('NTA-10', 'a list of last winter', (d) => { has(formOf(d, 'I-862').freeLegalList).listDate = '2026-02-01'; }, { given: (d) => { has(formOf(d, 'FREE-LEGAL-LIST').list).listDate = '2026-02-01'; }, field: 'forms.i862.freeLegalList.listDate' }),
  fails('NTA-10', 'another list than noted', (d) => { has(formOf(d, 'FREE-LEGAL-LIST').list).listDate = '2026-07-01'; }, { field: 'forms.free-legal-list.list.listDate' }),
  fails('NTA-10', 'no list in the packet', (d) => { d.forms = d.forms.filter((f) => f.kind !== 'FREE-LEGAL-LIST'); }, { field: 'forms' }), fails('NTA-10', 'an edition without the advisal', (d) => { formOf(d, 'I-862').edition = '1997-04'; }, { field: 'forms.i862.edition' }),
  passes('NTA-11', 'a listed edition'), fails('NTA-11', 'an old edition', (d) => { formOf(d, 'I-862').edition = '1997-04'; }, { field: 'forms.i862.edition' }),
  fails('NTA-13', 'not served', NOTHING, { field: 'forms.i862.served' }), passes('NTA-13', 'in person after issue', servedNta, { given: issuedNta }),
  fails('NTA-13', 'served before anybody signed', servedNta, { field: 'forms.i862.issued' }), fails('NTA-13', 'served before issue', (d) => { has(formOf(d, 'I-862').served).at = '2026-11-24T17:00:00.000Z'; }, { given: both(issuedNta, servedNta), field: 'forms.i862.served.at' }),
  fails('NTA-13', 'by mail, without a reason', (d) => { has(formOf(d, 'I-862').served).method = 'mail'; }, { given: both(issuedNta, servedNta), field: 'forms.i862.served.notInPersonReason' }),
  passes('NTA-13', 'by mail, with the reason', (d) => { has(formOf(d, 'I-862').served).notInPersonReason = 'released to a distant address'; }, { given: both(issuedNta, servedNta, (d) => { has(formOf(d, 'I-862').served).method = 'mail'; }) }),
  fails('NTA-13', 'electronically', (d) => { has(formOf(d, 'I-862').served).method = 'electronic'; }, { given: both(issuedNta, servedNta), field: 'forms.i862.served.method' }),
  fails('NTA-14', 'not recorded', NOTHING, { field: 'forms.i862.oralNotice' }), passes('NTA-14', 'in Spanish', (d) => { formOf(d, 'I-862').oralNotice = { at: '2026-11-24T19:00:00.000Z', language: 'Spanish' }; }),
  fails('NTA-14', 'in a language that is not the person\'s', (d) => { formOf(d, 'I-862').oralNotice = { at: '2026-11-24T19:00:00.000Z', language: 'English' }; }, { field: 'forms.i862.oralNotice.language' }),
  skips('NTA-15', 'no conviction is alleged'), passes('NTA-15', 'the judgment says the same', undefined, { given: admittedWith('237(a)(2)(C)') }),
  fails('NTA-15', 'another date', (d) => { convictionOf(d).convictedOn = '2025-06-03'; }, { given: admittedWith('237(a)(2)(C)'), field: 'forms.i862.allegations.3.evidenceIds' }),
  fails('NTA-15', 'another statute', (d) => { convictionOf(d).statute = 'Example Code 3.03'; }, { given: admittedWith('237(a)(2)(C)'), field: 'forms.i862.allegations.3.evidenceIds' }),
  fails('NTA-15', 'a record of no listed type', (d) => { has(nth(d.evidence, 5).conviction).recordType = 'other'; }, { given: admittedWith('237(a)(2)(C)'), field: 'forms.i862.allegations.3.evidenceIds' }),
  fails('NTA-15', 'only the word of it', (d) => { delete nth(formOf(d, 'I-862').allegations, 3).conviction; }, { given: admittedWith('237(a)(2)(C)'), field: 'forms.i862.allegations.3.conviction' }),
  skips('NTA-16', 'no immigration arrest'), passes('NTA-16', 'on the street', undefined, { given: arrestedAt('street') }),
  fails('NTA-16', 'in a courthouse', (d) => { has(d.arrest).place = 'courthouse'; }, { given: arrestedAt('street'), field: 'arrest.place' }), fails('NTA-16', 'nobody says where', (d) => { delete d.arrest; }, { given: arrestedAt('street'), field: 'arrest.place' }),
  passes('NTA-16', 'certified, and the hold released', (d) => { formOf(d, 'I-862').protectedLocation = CERTIFIED; }, { given: both(arrestedAt('shelter'), holds(released('NTA-16', AT))) }),
  fails('NTA-16', 'released without a certification', NOTHING, { given: both(arrestedAt('shelter'), holds(released('NTA-16', AT))), field: 'forms.i862.protectedLocation' }),
  fails('NTA-16', 'certified without a release', (d) => { formOf(d, 'I-862').protectedLocation = CERTIFIED; }, { given: arrestedAt('shelter'), field: 'arrest.place' }),
  skips('NTA-17', 'no warrantless arrest'), passes('NTA-17', 'within 48 hours', undefined, { ...signNta, given: arrestedAt('street') }),
  fails('NTA-17', 'after 48 hours', (d) => { d.events.immigrationArrestAt = '2026-11-22T20:09:00.000Z'; }, { ...signNta, given: arrestedAt('street'), field: 'arrest.extraordinary' }),
  passes('NTA-17', 'after 48 hours, with the circumstance', (d) => { has(d.arrest).extraordinary = { at: '2026-11-23T15:30:00.000Z', note: 'synthetic flood' }; }, { ...signNta, given: arrestedAt('street', '2026-11-22T20:09:00.000Z') }),
  passes('NTA-18', 'none found'), fails('NTA-18', 'nobody looked', (d) => { delete d.subject.earlierNotices; }, { field: 'subject.earlierNotices' }),
  fails('NTA-18', 'one is outstanding', (d) => { has(d.subject.earlierNotices).notices = [{ reference: 'NTA-1', issuedAt: '2024-01-02T12:00:00.000Z', endedAt: null }]; }, { field: 'subject.earlierNotices.notices.0' }),
  passes('NTA-18', 'one was cancelled', (d) => { has(d.subject.earlierNotices).notices = [{ reference: 'NTA-1', issuedAt: '2024-01-02T12:00:00.000Z', endedAt: '2024-02-02T12:00:00.000Z' }]; }),
  skips('NTA-19', 'an office that does not ask for it'),
  passes('NTA-19', 'reviewed', reviewedAt('2026-11-24T15:00:00.000Z'), { ...signNta, row: asksOpla }), fails('NTA-19', 'reviewed after issue', reviewedAt('2026-11-24T20:11:00.000Z'), { ...signNta, row: asksOpla, field: 'forms.i862.oplaReview.at' }),
  fails('NTA-19', 'not reviewed', NOTHING, { row: asksOpla, field: 'forms.i862.oplaReview' }),
];

// ---- detainer ----

const byDio: Change = (d) => { formOf(d, 'I-247A').issued = issuedBy('officer', 'DIO', '2026-11-23T18:00:00.000Z'); };
const toldAt = (at: string): Change => (d) => { formOf(d, 'I-247A').iceNotifiedAt = at; };
const here = { jurisdiction: { fieldOffices: ['Example Field Office'], states: null } };
const DETAINER_CASES: readonly RuleCase[] = [
  passes('DET-06', 'addressed'), fails('DET-06', 'no institution', (d) => { delete formOf(d, 'I-247A').toInstitution; }, { field: 'forms.i247a.toInstitution' }), fails('DET-06', 'no office', (d) => { delete formOf(d, 'I-247A').fromOffice; }, { field: 'forms.i247a.fromOffice' }),
  fails('DET-06', 'no number to call', (d) => { formOf(d, 'I-247A').callbackNumber = 'desk'; }, { field: 'forms.i247a.callbackNumber' }),
  fails('DET-07', 'not signed', NOTHING, { field: 'forms.i247a.issued' }), fails('DET-07', 'not served', NOTHING, { given: statements('i247a'), field: 'forms.i247a.served' }),
  passes('DET-07', 'served after issue', (d) => { formOf(d, 'I-247A').served = served('2026-11-24T19:30:00.000Z'); }, { given: statements('i247a') }),
  fails('DET-07', 'served before issue', (d) => { formOf(d, 'I-247A').served = served('2026-11-24T18:30:00.000Z'); }, { given: statements('i247a'), field: 'forms.i247a.served.at' }),
  skips('DET-08', 'not issued by a DIO'), passes('DET-08', 'told after 24 hours to the minute', toldAt('2026-11-24T18:00:00.000Z'), { given: byDio }), fails('DET-08', 'told a minute later', toldAt('2026-11-24T18:01:00.000Z'), { given: byDio, field: 'forms.i247a.iceNotifiedAt' }),
  fails('DET-08', 'never told', NOTHING, { given: byDio, field: 'forms.i247a.iceNotifiedAt' }), passes('DET-08', 'told late, and the hold released', holds(released('DET-08', '2026-11-24T19:00:00.000Z')), { given: byDio }),
  skips('DET-08W', 'not issued by a DIO'), passes('DET-08W', 'told after 12 hours', toldAt('2026-11-24T06:00:00.000Z'), { given: byDio }), fails('DET-08W', 'told after 13 hours', toldAt('2026-11-24T07:00:00.000Z'), { given: byDio, field: 'forms.i247a.iceNotifiedAt' }),
  fails('DET-09', 'no block sent back', NOTHING, { field: 'forms.i247a.leaBlock' }), passes('DET-09', 'sent back', (d) => { formOf(d, 'I-247A').leaBlock = { returnedAt: '2026-11-24T19:40:00.000Z', byName: 'Jail sergeant' }; }),
  fails('DET-09', 'no release date', (d) => { d.events.localReleaseAt = null; }, { given: (d) => { formOf(d, 'I-247A').leaBlock = { returnedAt: '2026-11-24T19:40:00.000Z', byName: 'Jail sergeant' }; }, field: 'events.localReleaseAt' }),
  passes('DET-10', 'no claim'), fails('DET-10', 'a claim', claim, { field: 'subject.citizenshipIndicia.0' }), fails('DET-10', 'an open hold', holds(cleanHold('DET-10')), { field: 'holds' }),
  passes('DET-10', 'a claim that HQ answered', holds(released('PK-08', AT)), { given: claim }), fails('DET-10', 'a claim after issue', claim, { given: byDio, field: 'subject.citizenshipIndicia.0' }),
  fails('DET-11', 'an I-247A where only the I-247G is used', NOTHING, { row: here, field: 'forms.i247a.kind' }),
  passes('DET-11', 'an I-247G', notice247G, { given: withoutDetainer, row: here }), skips('DET-11', 'no detainer at all', undefined, { type: 'P-VR', row: here }),
  passes('DET-12', 'asked, no'), fails('DET-12', 'yes', (d) => { has(formOf(d, 'I-247A').victimWitness).answer = 'yes'; }, { field: 'forms.i247a.victimWitness.answer' }), fails('DET-12', 'not asked', (d) => { delete formOf(d, 'I-247A').victimWitness; }, { field: 'forms.i247a.victimWitness' }),
];

// ---- warrants, custody, orders ----

const decision = (outcome: 'serve' | 'do_not_serve'): Change => (d) => { formOf(d, 'I-200').decision = { outcome, at: '2026-11-24T19:00:00.000Z' }; };
const finality = (d: PacketDocument): NonNullable<FormOf<'I-205'>['finality']> => has(formOf(d, 'I-205').finality);
const rein = { type: 'P-REIN' as const };
const faro = { type: 'P-FARO' as const };
const er = { type: 'P-ER' as const };
/** Adds the I-851A of this officer, on 20 December 2026 unless said otherwise, with the notice issued and served on 24 November. */
function decided(d: PacketDocument, by: string, at = '2026-12-20T18:00:00.000Z', how: 'in_person' | 'mail' = 'in_person'): void {
  const notice = formOf(d, 'I-851');
  notice.issued = { ...issuedBy('staff', SDDO), byId: 'hq-sddo' };
  notice.served = { ...served('2026-11-24T19:00:00.000Z'), method: how };
  d.forms.push({ ...bare(notice), id: 'i851a', kind: 'I-851A', fields: {}, served: null, issued: { ...issuedBy('staff', SDDO, at), byId: by } });
}
const order = (by = 'hq-deputy', at?: string, how?: 'in_person' | 'mail'): Change => (d) => decided(d, by, at, how);
const WRITTEN: Change = (d) => { nth(d.evidence, 2).kind = 'written_request'; };
const waiver = { at: '2026-11-24T19:30:00.000Z', evidenceId: 'e-photo' };
/** An unsigned I-851A beside a notice that nobody signed either, with this form about to be signed. */
const unsignedOrder: Change = (d) => { d.forms.push({ ...bare(formOf(d, 'I-851')), id: 'i851a', kind: 'I-851A', fields: {} }); };
const propose = (formId: string, act: 'sign:I-851A' | 'sign:I-851'): Change => (_d, f) => { Object.assign(proposedOf(f), { formId, act }); };
const mandatory: Change = (d) => { has(d.underlyingArrest).category = 'theft'; };
const detain: Change = (d) => { Object.assign(formOf(d, 'I-286'), { determination: 'detain', bondUsd: null, authority: '236(c)' }); };
const swornOf = (d: PacketDocument, kind: 'I-877' | 'I-867') => has(formOf(d, kind).sworn);

const ORDER_CASES: readonly RuleCase[] = [
  skips('W200-04', 'no decision yet'), passes('W200-04', 'to be served', decision('serve')), fails('W200-04', 'not to be served, not cancelled', decision('do_not_serve'), { field: 'forms.i200.cancelledAt' }),
  passes('W200-04', 'not to be served, and cancelled', (d) => { formOf(d, 'I-200').cancelledAt = '2026-11-24T19:30:00.000Z'; }, { given: decision('do_not_serve') }),
  passes('W205-01', 'a final order without a stay', undefined, rein), fails('W205-01', 'no order', (d) => { formOf(d, 'I-205').finalOrder = null; }, { ...rein, field: 'forms.i205.finalOrder' }),
  fails('W205-01', 'no copy of the order', (d) => { has(formOf(d, 'I-205').finalOrder).evidenceId = 'e-photo'; }, { ...rein, field: 'forms.i205.finalOrder.evidenceId' }), fails('W205-01', 'an appeal is open', (d) => { finality(d).appeal = 'pending'; }, { ...rein, field: 'forms.i205.finality.appeal' }),
  fails('W205-01', 'not final yet', (d) => { finality(d).finalOn = null; }, { ...rein, field: 'forms.i205.finality.finalOn' }), fails('W205-01', 'nobody looked for stays', (d) => { finality(d).staySearchedAt = null; }, { ...rein, field: 'forms.i205.finality.staySearchedAt' }),
  fails('W205-01', 'a stay stands', (d) => { finality(d).stays = [{ orderedBy: 'Example court', on: '2026-01-02', liftedOn: null }]; }, { ...rein, field: 'forms.i205.finality.stays.0' }),
  passes('W205-01', 'a stay was lifted', (d) => { finality(d).stays = [{ orderedBy: 'Example court', on: '2026-01-02', liftedOn: '2026-03-04' }]; }, rein), fails('W205-01', 'nothing on finality', (d) => { delete formOf(d, 'I-205').finality; }, { ...rein, field: 'forms.i205.finality' }),
  skips('W205-01', 'no I-205'), skips('W205-02', 'not signed', undefined, rein), passes('W205-02', 'a listed officer', undefined, { ...rein, signs: 'I-205' }),
  fails('W205-02', 'a special agent', (_d, f) => { signerOf(f).legalTitle = 'Special Agent in Charge'; }, { ...rein, signs: 'I-205', field: 'forms.i205.issued.title' }), fails('W205-02', 'a DIO', (d) => { formOf(d, 'I-205').issued = issuedBy('officer', SDDO); }, { ...rein, field: 'forms.i205.issued.title' }),
  passes('CUS-01', 'a bond of 5,000'), passes('CUS-01', 'a bond of 1,500', (d) => { formOf(d, 'I-286').bondUsd = 1500; }), fails('CUS-01', 'a bond of 1,499', (d) => { formOf(d, 'I-286').bondUsd = 1499; }, { field: 'forms.i286.bondUsd' }),
  fails('CUS-01', 'detained, with an amount', (d) => { formOf(d, 'I-286').determination = 'detain'; }, { field: 'forms.i286.bondUsd' }), skips('CUS-01', 'no I-286', undefined, { type: 'P-DET' }),
  passes('CUS-02', '236(a) for one who is present without admission'), fails('CUS-02', '241 without an order', (d) => { formOf(d, 'I-286').authority = '241'; }, { field: 'forms.i286.authority' }),
  fails('CUS-02', '235(b) for one who was admitted', (d) => { formOf(d, 'I-286').authority = '235(b)'; }, { given: admittedWith('237(a)(1)(B)'), field: 'forms.i286.authority' }), fails('CUS-02', 'theft, and a bond', mandatory, { field: 'forms.i286.determination' }),
  passes('CUS-02', 'theft, detained under 236(c)', mandatory, { given: detain }), fails('CUS-02', 'nobody says what kind of offense', (d) => { delete has(d.underlyingArrest).category; }, { field: 'underlyingArrest.category' }),
  passes('CUS-02', 'theft, where the charge is an overstay', mandatory, { given: admittedWith('237(a)(1)(B)') }),
  fails('CUS-02', '236(a) where the field office holds that 235(b) applies', NOTHING, {
    row: { parameters: { presentWithoutAdmission: ['235(b)'], arriving: ['235(b)'], admitted: ['236(a)'], finalOrder: ['241'], mandatory: ['236(c)'] } }, field: 'forms.i286.authority',
  }),
  fails('CUS-03', 'no choice yet', NOTHING, { given: (d) => { formOf(d, 'I-286').served = served('2026-11-24T19:30:00.000Z'); }, field: 'forms.i286.judgeReview' }),
  passes('CUS-03', 'chosen and served', (d) => { formOf(d, 'I-286').judgeReview = { choice: 'requested', at: '2026-11-24T19:30:00.000Z', acknowledged: 'refused' }; }, { given: both(statements('i286'), (d) => { formOf(d, 'I-286').served = served('2026-11-24T19:30:00.000Z'); }) }),
  fails('CUS-03', 'chosen before the determination', (d) => { formOf(d, 'I-286').judgeReview = { choice: 'requested', at: '2026-11-24T18:30:00.000Z', acknowledged: 'signed' }; }, { given: both(statements('i286'), (d) => { formOf(d, 'I-286').served = served('2026-11-24T19:30:00.000Z'); }), field: 'forms.i286.judgeReview.at' }),
  passes('FARO-01', 'no status', undefined, faro), fails('FARO-01', 'a permanent resident', (d) => { has(formOf(d, 'I-851').immigrationStatus).status = 'permanent_resident'; }, { ...faro, field: 'forms.i851.immigrationStatus.status' }),
  passes('FARO-01', 'a conditional resident', (d) => { has(formOf(d, 'I-851').immigrationStatus).status = 'conditional_resident'; }, faro), fails('FARO-01', 'status unknown', (d) => { has(formOf(d, 'I-851').immigrationStatus).status = 'unknown'; }, { ...faro, field: 'forms.i851.immigrationStatus.status' }),
  fails('FARO-01', 'no evidence of it', (d) => { has(formOf(d, 'I-851').immigrationStatus).evidenceIds = ['e-none']; }, { ...faro, field: 'forms.i851.immigrationStatus.evidenceIds' }), fails('FARO-01', 'not stated', (d) => { delete formOf(d, 'I-851').immigrationStatus; }, { ...faro, field: 'forms.i851.immigrationStatus' }),
  passes('FARO-02', 'final, named, shown', undefined, faro), fails('FARO-02', 'an appeal is open', (d) => { has(formOf(d, 'I-851').conviction).appeal = 'pending'; }, { ...faro, field: 'forms.i851.conviction.finalOn' }),
  fails('FARO-02', 'no subparagraph', (d) => { has(formOf(d, 'I-851').conviction).aggravatedFelony = null; }, { ...faro, field: 'forms.i851.conviction.aggravatedFelony' }), fails('FARO-02', 'another court', (d) => { has(formOf(d, 'I-851').conviction).court = 'Sample Court'; }, { ...faro, field: 'forms.i851.conviction.evidenceId' }),
  fails('FARO-02', 'not stated', (d) => { delete formOf(d, 'I-851').conviction; }, { ...faro, field: 'forms.i851.conviction' }),
  skips('FARO-03', 'no order yet', undefined, faro), passes('FARO-03', 'two officers', undefined, { ...faro, given: order() }), fails('FARO-03', 'the officer who issued the notice decides', (d) => { has(formOf(d, 'I-851A').issued).byId = 'hq-sddo'; }, { ...faro, given: order(), field: 'forms.i851a.issued.byId' }),
  fails('FARO-03', 'a notice that nobody signed', (d) => { formOf(d, 'I-851').issued = null; }, { ...faro, given: order(), field: 'forms.i851.issued' }),
  fails('FARO-03', 'both in one ceremony', (_d, f) => { proposedOf(f).alongside = ['i851', 'i851a']; }, { ...faro, signs: 'I-851', given: both(unsignedOrder, propose('i851a', 'sign:I-851A')), field: 'forms.i851a.issued.byId' }),
  skips('FARO-04', 'no order yet', undefined, faro), passes('FARO-04', 'after eleven days', undefined, { ...faro, given: order('hq-deputy', '2026-12-05T18:00:00.000Z') }), fails('FARO-04', 'on the tenth day', NOTHING, { ...faro, given: order('hq-deputy', '2026-12-04T18:00:00.000Z'), field: 'forms.i851a.issued.at' }),
  fails('FARO-04', 'after eleven days, by mail', NOTHING, { ...faro, given: order('hq-deputy', '2026-12-05T18:00:00.000Z', 'mail'), field: 'forms.i851a.issued.at' }),
  fails('FARO-04', 'the thirteenth day falls on the Monday after', NOTHING, { ...faro, given: order('hq-deputy', '2026-12-07T18:00:00.000Z', 'mail'), field: 'forms.i851a.issued.at' }),
  passes('FARO-04', 'at once, with a written waiver', (d) => { formOf(d, 'I-851').responseWaiver = waiver; }, { ...faro, given: both(order('hq-deputy', '2026-11-24T20:00:00.000Z'), WRITTEN) }),
  fails('FARO-04', 'a waiver that is not in the packet', (d) => { formOf(d, 'I-851').responseWaiver = waiver; }, { ...faro, given: order('hq-deputy', '2026-11-24T20:00:00.000Z'), field: 'forms.i851a.issued.at' }), fails('FARO-04', 'the notice was never served', (d) => { formOf(d, 'I-851').served = null; }, { ...faro, given: order(), field: 'forms.i851.served' }),
  skips('FARO-05', 'no order yet', undefined, faro), fails('FARO-05', 'now, before the order is a day old', NOTHING, { ...faro, given: order('hq-deputy', '2026-11-24T20:00:00.000Z'), field: 'forms.i851a.issued.at' }),
  passes('FARO-05', 'fifteen days later', (_d, f) => { f.now = '2026-12-09T18:00:00.000Z'; }, { ...faro, given: order('hq-deputy', '2026-11-24T20:00:00.000Z') }), fails('FARO-05', 'fourteen days later', (_d, f) => { f.now = '2026-12-08T18:00:00.000Z'; }, { ...faro, given: order('hq-deputy', '2026-11-24T20:00:00.000Z'), field: 'forms.i851a.issued.at' }),
  passes('FARO-05', 'with a written waiver', (d) => { formOf(d, 'I-851A').stayWaiver = waiver; }, { ...faro, given: both(order('hq-deputy', '2026-11-24T20:00:00.000Z'), WRITTEN) }),
  passes('REIN-01', 'order, identity, departure, re-entry', undefined, rein), fails('REIN-01', 'no order', (d) => { delete formOf(d, 'I-871').priorOrder; }, { ...rein, field: 'forms.i871.priorOrder' }), fails('REIN-01', 'a departure without proof', (d) => { has(formOf(d, 'I-871').departure).evidenceId = 'e-photo'; }, { ...rein, field: 'forms.i871.departure' }),
  fails('REIN-01', 'a lawful re-entry', (d) => { has(formOf(d, 'I-871').reentry).manner = 'lawful'; }, { ...rein, field: 'forms.i871.reentry' }), fails('REIN-01', 'contested, without fingerprints', (d) => { has(formOf(d, 'I-871').identification).evidenceIds = ['e-photo']; }, { ...rein, field: 'forms.i871.identification.evidenceIds' }),
  passes('REIN-01', 'not contested, by a photo', (d) => { has(formOf(d, 'I-871').identification).isContested = false; }, { ...rein, given: (d) => { has(formOf(d, 'I-871').identification).evidenceIds = ['e-print', 'e-photo']; } }),
  fails('REIN-01', 'departed before the order', (d) => { has(formOf(d, 'I-871').departure).on = '2014-04-01'; }, { ...rein, field: 'forms.i871.departure.on' }), fails('REIN-01', 'came back before leaving', (d) => { has(formOf(d, 'I-871').reentry).on = '2015-03-30'; }, { ...rein, field: 'forms.i871.reentry.on' }),
  passes('REIN-02', 'a statement declined', undefined, rein), fails('REIN-02', 'no notice', (d) => { delete formOf(d, 'I-871').notice; }, { ...rein, field: 'forms.i871.notice' }), fails('REIN-02', 'no answer', (d) => { has(formOf(d, 'I-871').notice).answer = null; }, { ...rein, field: 'forms.i871.notice.answer' }),
  fails('REIN-02', 'not offered', (d) => { has(formOf(d, 'I-871').notice).statementOfferedAt = null; }, { ...rein, field: 'forms.i871.notice.statementOfferedAt' }),
  fails('REIN-02', 'a statement that nobody considered', (d) => { has(formOf(d, 'I-871').notice).answer = 'made'; }, { ...rein, given: (d) => { has(formOf(d, 'I-871').notice).evidenceId = 'e-statement'; }, field: 'forms.i871.notice.consideredAt' }),
  passes('REIN-02', 'a statement that was considered', (d) => { has(formOf(d, 'I-871').notice).answer = 'made'; }, { ...rein, given: (d) => { Object.assign(has(formOf(d, 'I-871').notice), { evidenceId: 'e-statement', consideredAt: '2026-11-23T17:00:00.000Z' }); } }),
  passes('REIN-03', 'no fear', undefined, rein), fails('REIN-03', 'fear', (d) => { d.fear.answer = 'yes'; }, { ...rein, field: 'fear.answer' }), fails('REIN-03', 'referred, the hold not released', NOTHING, { ...rein, given: fearYes, field: 'fear.answer' }),
  passes('REIN-03', 'referred, and the hold released', holds(released('REIN-03', AT)), { ...rein, given: fearYes }), fails('REIN-03', 'an open hold by hand', holds(cleanHold('REIN-03')), { ...rein, field: 'holds' }), skips('REIN-03', 'no reinstatement'),
  passes('ER-01', 'OPLA has confirmed', undefined, er), fails('ER-01', 'held by default', holds(), { ...er, field: 'type' }), fails('ER-01', 'the hold is open', holds(cleanHold('ER-01')), { ...er, given: holds(), field: 'holds' }), skips('ER-01', 'no expedited removal'),
  fails('ER-01', 'released before this version came', holds(released('ER-01', '2026-11-23T18:00:00.000Z')), { ...er, given: holds(), field: 'type' }),
  passes('ER-02', 'complete, with concurrence', undefined, er), fails('ER-02', 'a protective question without an answer', (d) => { nth(has(swornOf(d, 'I-867').fearQuestions), 2).answer = null; }, { ...er, field: 'forms.i867.sworn.fearQuestions' }), skips('ER-02', 'no expedited removal'),
  fails('ER-02', 'a question without an answer', (d) => { swornOf(d, 'I-867').answers = 23; }, { ...er, field: 'forms.i867.sworn.answers' }), fails('ER-02', 'a page without initials', (d) => { swornOf(d, 'I-867').pagesInitialled = 3; }, { ...er, field: 'forms.i867.sworn.pagesInitialled' }),
  fails('ER-02', 'no concurrence', (d) => { delete formOf(d, 'I-860').concurrence; }, { ...er, field: 'forms.i860.concurrence' }), fails('ER-02', 'the signer concurs', (d) => { has(formOf(d, 'I-860').concurrence).byId = 'pm-1'; }, { ...er, given: statements('i860'), field: 'forms.i860.concurrence.byId' }),
];

// ---- the record ----

const taskForce: Change = (d, f) => {
  arrestedAt('street')(d, f);
  f.agency.model = 'TFM';
  f.intervals = [{ ...cleanInterval(), model: 'TFM' }];
};
const arrestOf = (d: PacketDocument) => has(d.arrest);
const wso = { type: 'P-WSO' as const };
const served200: Change = (d) => { formOf(d, 'I-200').served = served('2026-11-24T19:00:00.000Z'); };
const wsoServed = both((d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); }, served200);
const told = (at: string): Change => (d) => { formOf(d, 'CUSTODY-HANDOFF').iceTold = { at, name: 'Duty officer' }; };
const vr = { type: 'P-VR' as const };
const later: Change = (_d, f) => { f.now = '2026-11-26T12:00:00.000Z'; };
const none = { type: 'P-NONE' as const };

const RECORD_CASES: readonly RuleCase[] = [
  passes('213-02', 'statements, pinned'), fails('213-02', 'an observation of citizenship', (d) => { has(formOf(d, 'I-213').facts.citizenship).source = 'observation'; }, { field: 'forms.i213.facts.citizenship.source' }),
  fails('213-02', 'an entry of unknown source', (d) => { has(formOf(d, 'I-213').facts.entry).source = 'unknown'; }, { field: 'forms.i213.facts.entry.source' }), fails('213-02', 'a source that is not in the packet', (d) => { has(formOf(d, 'I-213').facts.entry).evidenceIds = []; }, { field: 'forms.i213.facts.entry.evidenceIds' }),
  passes('213-03', 'advised'), fails('213-03', 'not advised', (d) => { delete formOf(d, 'I-213').communicationPrivileges; }, { field: 'forms.i213.communicationPrivileges' }),
  passes('213-04', 'an account by the officer'), fails('213-04', 'one sentence', (d) => { formOf(d, 'I-213').narrative = 'Short.'; }, { field: 'forms.i213.narrative' }), fails('213-04', 'told by another officer', (d) => { formOf(d, 'I-213').narrativeById = 'dio-2'; }, { field: 'forms.i213.narrativeById' }),
  skips('SW-01', 'no sworn statement'), passes('SW-01', 'in form', undefined, rein), fails('SW-01', 'no oath', (d) => { swornOf(d, 'I-877').oathAt = null; }, { ...rein, field: 'forms.i877.sworn.oathAt' }), fails('SW-01', 'no witness', (d) => { swornOf(d, 'I-877').witness = null; }, { ...rein, field: 'forms.i877.sworn.witness' }),
  fails('SW-01', 'three of four pages', (d) => { swornOf(d, 'I-877').pagesInitialled = 3; }, { ...rein, field: 'forms.i877.sworn.pagesInitialled' }), fails('SW-01', 'ended before it began', (d) => { swornOf(d, 'I-877').endedAt = '2026-11-23T16:00:00.000Z'; }, { ...rein, field: 'forms.i877.sworn.endedAt' }),
  passes('SW-01', 'refused, with a witness', (d) => { swornOf(d, 'I-877').refusedAt = '2026-11-23T16:05:00.000Z'; }, { ...rein, given: (d) => { swornOf(d, 'I-877').oathAt = null; } }), fails('SW-01', 'nothing on it', (d) => { delete formOf(d, 'I-877').sworn; }, { ...rein, field: 'forms.i877.sworn' }),
  skips('ARR-01', 'a jail agency'), passes('ARR-01', 'both beliefs', undefined, { given: taskForce }), fails('ARR-01', 'no likelihood of escape', (d) => { arrestOf(d).likelyToEscape = null; }, { given: taskForce, field: 'arrest.likelyToEscape' }),
  fails('ARR-01', 'no evidence', (d) => { has(arrestOf(d).reasonToBelieve).evidenceIds = []; }, { given: taskForce, field: 'arrest.reasonToBelieve.evidenceIds' }), fails('ARR-01', 'nothing on the arrest', (d) => { delete d.arrest; }, { given: taskForce, field: 'arrest' }),
  skips('ARR-01', 'on a warrant', (d) => { d.events.isArrestWarrantless = false; }, { given: taskForce }),
  passes('ARR-02', 'two officers', undefined, { given: taskForce }), fails('ARR-02', 'the same officer', (d) => { arrestOf(d).examinedById = 'dio-1'; }, { given: taskForce, field: 'arrest.examinedById' }),
  passes('ARR-02', 'the same officer, with the reason', (d) => { arrestOf(d).examinedById = 'dio-1'; }, { given: both(taskForce, (d) => { arrestOf(d).sameOfficerReason = 'only officer within reach'; }) }), skips('ARR-02', 'a jail agency'),
  passes('ARR-03', 'told within minutes', undefined, { given: taskForce }), fails('ARR-03', 'nobody was told', (d) => { arrestOf(d).iceContact = null; }, { given: taskForce, field: 'arrest.iceContact' }), skips('ARR-03', 'a jail agency'),
  fails('ARR-03', 'told after three hours', (d) => { has(arrestOf(d).iceContact).at = '2026-11-23T18:10:00.000Z'; }, { given: taskForce, field: 'arrest.iceContact.at' }),
  skips('WSO-02', 'not served yet', undefined, wso), passes('WSO-02', 'served after the signature', served200, { ...wso, given: (d) => { formOf(d, 'I-200').issued = issuedBy('staff', SDDO); } }), fails('WSO-02', 'served, and nobody had signed', served200, { ...wso, field: 'forms.i200.served.at' }),
  fails('WSO-02', 'a signature after the service', (d) => { has(formOf(d, 'I-200').issued).at = '2026-11-24T19:30:00.000Z'; }, { ...wso, given: wsoServed, field: 'forms.i200.served.at' }), fails('WSO-02', 'the signature that is about to be made', served200, { ...wso, signs: 'I-200', field: 'forms.i200.served.at' }),
  skips('WSO-02H', 'not served yet', undefined, wso), passes('WSO-02H', 'told within the hour', told('2026-11-24T19:20:00.000Z'), { ...wso, given: wsoServed }), fails('WSO-02H', 'told after two hours', told('2026-11-24T21:00:00.000Z'), { ...wso, given: wsoServed, field: 'forms.i200.served.at' }),
  fails('WSO-02H', 'not told', NOTHING, { ...wso, given: wsoServed, field: 'forms.i200.served.at' }), passes('WSO-02H', 'told late, and the hold released', holds(released('WSO-02', '2026-11-24T20:05:00.000Z')), { ...wso, given: wsoServed }),
  skips('VR-01', 'no voluntary return'), passes('VR-01', 'permitted, explained, chosen', undefined, vr), fails('VR-01', 'nobody permitted it', (d) => { delete formOf(d, 'I-210').permission; }, { ...vr, field: 'forms.i210.permission' }),
  fails('VR-01', 'explained in another language', (d) => { has(formOf(d, 'I-210').explained).language = 'English'; }, { ...vr, field: 'forms.i210.explained.language' }), fails('VR-01', 'no interpreter', (d) => { has(formOf(d, 'I-210').explained).interpreter = null; }, { ...vr, field: 'forms.i210.explained.interpreter' }),
  fails('VR-01', 'signed before it was explained', (d) => { formOf(d, 'I-210').acknowledgedAt = '2026-11-23T16:29:00.000Z'; }, { ...vr, field: 'forms.i210.acknowledgedAt' }), fails('VR-01', 'the person chose a hearing', (d) => { has(formOf(d, 'I-826').choice).choice = 'hearing'; }, { ...vr, field: 'forms.i-826.choice' }),
  skips('NONE-01', 'an NTA'), passes('NONE-01', 'the day is not over', undefined, none), fails('NONE-01', 'nobody within a day', (_d, f) => { f.now = '2026-11-24T20:16:00.000Z'; }, { ...none, field: 'submittedAt' }),
  passes('NONE-01', 'reviewed in time', NOTHING, { ...none, given: both(statements('encounter-note'), later) }),
  fails('NONE-01', 'reviewed late', (_d, f) => { nth(f.statements, 0).signedAt = '2026-11-24T20:16:00.000Z'; }, { ...none, given: both(statements('encounter-note'), later), field: 'submittedAt' }),
];

export const FORM_CASES: readonly RuleCase[] = [...CHARGE_CASES, ...PACKET_CASES, ...NTA_CASES, ...DETAINER_CASES, ...ORDER_CASES, ...RECORD_CASES];
