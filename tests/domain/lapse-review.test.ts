/** Late lapses as pure rules: acts outside authority (as PK-03 sees them), packets split by what has to be done, and what was known when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actsOutside, lapseFindings, losesAuthority, revocationTask, revocationWords, type Span, splitByLapse, wasAuthorised } from '../../shared/domain/lapse-review.ts';
import { openReason } from '../../shared/domain/lookback.ts';
import { officerActs } from '../../shared/domain/checks/packet-checks.ts';
import type { OfficerFact, OfficerFile } from '../../shared/domain/officer-events.ts';
import { canonical } from '../../shared/canonical.ts';
import { authorityAt, intervalAt } from '../../shared/domain/authority.ts';
import { AGENCY, cleanAgency, cleanFacts, cleanInterval, cleanMoa, cleanPacket, cleanReview, cleanStatement, DIO, rowsOf } from './clean-packets.ts';
import { evaluate } from '../../shared/domain/sufficiency.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import type { AuthorityIntervalRow } from '../../shared/rows.ts';

const ZONE = 'America/Chicago';
const document = cleanPacket();
const ended = (endAt: string, over: object = {}) => [{ ...cleanInterval(), endAt, endReason: 'Suspended: complaint', recordedAt: '2026-11-24T18:00:00.000Z', ...over }];

describe('acts outside authority', () => {
  it('none while the DIO has authority; those from the gap on after it ended; the interval decides at its own edge', () => {
    expect(actsOutside(document, DIO, [cleanInterval()])).toEqual([]);
    const outside = actsOutside(document, DIO, ended('2026-11-23T17:30:00.000Z'));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.every((a) => a.at >= '2026-11-23T17:30:00.000Z')).toBe(true);
    expect(outside.length).toBe(officerActs(document).filter((a) => a.officerId === DIO && a.at >= '2026-11-23T17:30:00.000Z').length);
    expect(actsOutside(document, DIO, []).length).toBe(officerActs(document).filter((a) => a.officerId === DIO).length);
    expect(actsOutside(document, 'dio-none', [])).toEqual([]);
  });
  it('[PK-03] says the same as the check, for any end of authority and any model', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 200 }), fc.constantFrom('JEM' as const, 'WSO' as const, 'TFM' as const), (tenths, model) => {
      const intervals = ended(new Date(Date.parse('2026-11-23T06:00:00.000Z') + tenths * 360_000).toISOString(), { model });
      const found = evaluate(document, { ...cleanFacts(), intervals }, CORE_PACK).find((r) => r.rule === 'PK-03')?.findings ?? [];
      expect(actsOutside(document, DIO, intervals).map((a) => a.field)).toEqual(found.map((f) => f.field));
    }), { numRuns: 60 });
  });
  it('authority is lost where some moment with it has none, or another model\'s', () => {
    const span = (startAt: string, endAt: string | null, model: Span['model'] = 'JEM'): Span => ({ startAt: `2026-${startAt}T00:00:00.000Z`, endAt: endAt === null ? null : `2026-${endAt}T00:00:00.000Z`, model });
    const one = [span('01-01', '06-01')];
    expect([losesAuthority(one, one), losesAuthority(one, [span('01-01', null)]), losesAuthority(one, [span('01-01', '03-01'), span('03-01', '07-01')]), losesAuthority([], one)]).toEqual([false, false, false, false]);
    expect([losesAuthority(one, []), losesAuthority(one, [span('01-01', '05-31')]), losesAuthority(one, [span('01-02', null)]), losesAuthority(one, [span('01-01', '03-01'), span('03-02', null)]), losesAuthority(one, [span('01-01', null, 'WSO')])]).toEqual([true, true, true, true, true]);
  });
});

describe('findings of one signed packet', () => {
  const gap = ended('2026-11-23T17:30:00.000Z');
  const events = [{ id: 'e2', stream: `agency:${AGENCY}` as const, version: 1, changedBy: 'hq', agencyId: AGENCY, officerId: DIO, kind: 'suspended', at: '2026-11-23T17:30:00.000Z', details: { ground: 'complaint' }, recordedBy: 'pm-9', recordedRole: 'pm' as const, recordedAt: '2026-11-24T18:00:00.000Z' }];
  const look = (intervals: readonly AuthorityIntervalRow[] = gap, reviews: Parameters<typeof lapseFindings>[1] = []) => lapseFindings([{ document }], reviews, DIO, intervals, ZONE, events);
  const reviewWith = (facts: readonly object[], over: object = {}) => cleanReview({ cause: 'late-lapse', reasons: facts.map((f) => canonical(f)), openedAt: '2026-11-24T19:00:00.000Z', ...over });
  it('names each act with its time at the site, why, since when and by whom', () => {
    const { opened } = look();
    expect(opened.find((f) => f.act?.startsWith('forms.i862.preparedAt'))).toEqual({
      reason: 'authority', signed: 'I-862 prepared Mon 23 Nov 11:30 CST', hq: 'no authority from Mon 23 Nov 11:30 CST (Suspended: complaint)', since: '2026-11-24T18:00:00.000Z', by: 'pm-9', about: DIO, act: 'forms.i862.preparedAt 2026-11-23T17:30:00.000Z',
    });
  });
  it('opens nothing for acts that a review named, whatever came of it', () => {
    const { opened } = look();
    for (const over of [{}, { closedAt: '2026-11-24T20:00:00.000Z', outcome: 'stands' }]) expect(look(gap, [reviewWith(opened, over)])).toEqual({ opened: [], closed: [] });
    // Another act that fell outside later is another finding.
    expect(look(ended('2026-11-23T16:59:00.000Z'), [reviewWith(opened)]).opened.map((f) => f.act)).toEqual(look(ended('2026-11-23T16:59:00.000Z')).opened.map((f) => f.act).filter((a) => !opened.some((o) => o.act === a)));
  });
  it('a closed gap is said once in the open review, never in a closed one; a gap that opens again after it is new', () => {
    const { opened } = look();
    const said = look([cleanInterval()], [reviewWith(opened)]).closed;
    expect(said.map((c) => c.facts.map((f) => [f.reason, f.act]))).toEqual([opened.map((f) => ['authority-again', f.act])]);
    const noted = reviewWith([...opened, ...(said[0]?.facts ?? [])]);
    expect(look([cleanInterval()], [noted])).toEqual({ opened: [], closed: [] });
    expect(look([cleanInterval()], [reviewWith(opened, { closedAt: '2026-11-24T20:00:00.000Z' })])).toEqual({ opened: [], closed: [] });
    expect(look(gap, [{ ...noted, closedAt: '2026-11-24T20:00:00.000Z' }]).opened).toHaveLength(opened.length);
    expect((noted.reasons ?? []).map(openReason).every((f) => f.about === DIO)).toBe(true);
  });
  it('a review by hand, or of a signature that HQ found under review for it, answers for a gap that was on record then, and for no later one', () => {
    const note = [{ reason: 'note', signed: null, hq: 'Told by the jail', since: null, by: 'hq-sddo', about: null }];
    const found = [{ reason: 'PK-03', signed: null, hq: null, since: null, by: null, about: null }];
    expect(look(gap, [reviewWith(note)]).opened).toEqual([]);
    expect(look(gap, [reviewWith(found, { cause: 'facts-changed' })]).opened).toEqual([]);
    expect(look(gap, [reviewWith(note, { openedAt: '2026-11-24T17:00:00.000Z' })]).opened.length).toBeGreaterThan(0);
    expect(look(gap, [reviewWith(note, { cause: 'report' })]).opened.length).toBeGreaterThan(0);
  });
});

describe('packets touched by a lapse', () => {
  const gap = ended('2026-11-23T17:30:00.000Z');
  const packet = (id: string, over: object, isServed = false, isSigned = true) => ({
    packet: { ...rowsOf(document).packet, id, isDetained: false, state: 'signed' as const, ...over },
    statements: isSigned ? [cleanStatement('i862', { number: document.number })] : [],
    documents: [isServed ? { ...document, forms: document.forms.map((f) => (f.id === 'i862' ? { ...f, served: { byId: 'ice-1', byKind: 'ice' as const, at: '2026-11-23T18:00:00.000Z', manner: 'in_person' as const, language: 'Spanish', interpreter: null } } : f)) as typeof document.forms } : document],
  });
  it('each stands in one place: in custody first, then served, then signed; what is in order or nobody\'s is nowhere', () => {
    const list = [packet('p-signed', {}), packet('p-served', {}, true), packet('p-held', { isDetained: true, state: 'in_review' }, false, false), packet('p-open', { state: 'in_review' }, false, false), packet('p-gone', { isDetained: true, state: 'closed' })];
    const names = (split: ReturnType<typeof splitByLapse>) => [split.inCustody, split.served, split.signed].map((l) => l.map((t) => t.packet.id));
    expect(names(splitByLapse(list, DIO, gap, ZONE))).toEqual([['p-held'], ['p-served'], ['p-gone', 'p-signed']]);
    expect(names(splitByLapse(list, DIO, [cleanInterval()], ZONE))).toEqual([[], [], []]);
    expect(splitByLapse(list, DIO, gap, ZONE).signed[1]?.acts[0]).toMatchObject({ why: 'no authority from Mon 23 Nov 11:30 CST (Suspended: complaint)' });
  });
});

describe('was this DIO authorised, and what did we know then', () => {
  const agency = cleanAgency();
  const at = '2026-11-23T17:30:00.000Z';
  const opened: OfficerFact = { id: 'e1', kind: 'roster.opened', at: '2025-01-01T00:00:00.000Z', recordedAt: '2025-01-01T00:00:00.000Z', details: { intervalId: 'int-1', model: 'JEM' } };
  const late: OfficerFact = { id: 'e2', kind: 'suspended', at: '2026-11-22T00:00:00.000Z', recordedAt: '2026-11-24T18:00:00.000Z', details: { ground: 'complaint' } };
  const file = (events: readonly OfficerFact[]): OfficerFile => ({ agencyId: AGENCY, officerId: DIO, zone: ZONE, model: 'JEM', completions: [], waivers: [], events });
  const ask = (events: readonly OfficerFact[], knownAt: string, moa = [cleanMoa()]) => wasAuthorised(file(events), moa, agency, { act: 'prepare_charging', at, siteId: 'site-jail', knownAt });
  const code = (r: { readonly ok: boolean; readonly problem?: { readonly code: string } }): string => (r.ok ? 'yes' : (r.problem?.code ?? ''));
  it.each([
    ['nothing changed', [opened], at, 'yes', 'yes'],
    ['a suspension learned a day later', [opened, late], at, 'authority/no-interval', 'yes'],
    ['and once it was known', [opened, late], '2026-11-24T18:00:00.000Z', 'authority/no-interval', 'authority/no-interval'],
    ['a suspension that was taken back', [opened, late, { ...late, id: 'e3', kind: 'corrected', at: '2026-11-25T00:00:00.000Z', recordedAt: '2026-11-25T00:00:00.000Z', details: { eventId: 'e2' } }], '2026-11-24T19:00:00.000Z', 'yes', 'authority/no-interval'],
  ] as const)('%s', (_what, events, knownAt, now, then) => {
    const answer = ask(events, knownAt);
    expect([code(answer.now), code(answer.asKnown)]).toEqual([now, then]);
  });
  it('an agreement suspended mid-shift and recorded later was in force by what was known', () => {
    const moa = [{ ...cleanMoa(), endAt: '2026-11-23T15:00:00.000Z', recordedAt: '2026-11-23T20:00:00.000Z' }, { ...cleanMoa(), id: 'm2', status: 'suspended' as const, startAt: '2026-11-23T15:00:00.000Z', recordedAt: '2026-11-23T20:00:00.000Z' }];
    const answer = ask([opened], at, moa);
    expect([code(answer.now), code(answer.asKnown)]).toEqual(['authority/moa-not-in-force', 'yes']);
    expect(code(ask([opened], '2026-11-23T20:00:00.000Z', moa).asKnown)).toBe('authority/moa-not-in-force');
  });
  it('asks for any authority where no act is named', () => {
    expect(code(authorityAt([cleanInterval()], [cleanMoa()], agency, null, at, 'site-jail'))).toBe('yes');
    expect(intervalAt([cleanInterval()], DIO, at)).not.toBeNull();
  });
});

describe('the revocation that a lapse asks for', () => {
  const event = (id: string, kind: string, at: string, details: OfficerFact['details'] = {}): OfficerFact => ({ id, kind, at, recordedAt: at, details });
  const opened = event('e1', 'roster.opened', '2025-01-01T00:00:00.000Z', { intervalId: 'int-1', model: 'JEM' });
  // Tuesday before Thanksgiving, 09:00 at the site.
  const lapsed = event('e2', 'roster.closed', '2026-11-24T15:00:00.000Z', { state: 'LAPSED', why: 'Training past due' });
  const now = '2026-11-25T15:00:00.000Z';
  const task = (events: readonly OfficerFact[], at = now) => revocationTask({ agencyId: AGENCY, officerId: DIO, zone: ZONE, model: 'JEM', completions: [], waivers: [], events }, at);
  it('[AUT-8] is due five business days after the lapse: the holiday and the weekend do not count', () => {
    expect(task([opened, lapsed])).toEqual({ lapsedAt: lapsed.at, why: 'Training past due', dueAt: '2026-12-02T15:00:00.000Z', askedAt: null });
    expect(task([opened, lapsed], '2026-11-24T14:59:59.999Z')).toBeNull();
  });
  it.each([
    ['a valid DIO', [opened]],
    ['one who was revoked', [opened, lapsed, event('e3', 'revoked', '2026-11-25T14:00:00.000Z')]],
    ['one who left', [opened, lapsed, event('e3', 'separated', '2026-11-25T14:00:00.000Z')]],
    ['one who came back', [opened, lapsed, event('e3', 'reinstated', '2026-11-25T14:00:00.000Z', { answers: '' })]],
    ['one who was suspended without a lapse', [opened, event('e3', 'suspended', '2026-11-24T15:00:00.000Z', { ground: 'moa' })]],
  ])('nothing is asked of %s', (_who, events) => expect(task(events)).toBeNull());
  it('stays while the DIO is suspended or back in training, says when the FOD was asked last, and that it is overdue', () => {
    const later = [opened, lapsed, event('e3', 'suspended', '2026-11-24T18:00:00.000Z', { ground: 'moa' }), event('e4', 'training.started', '2026-11-25T12:00:00.000Z', {})];
    expect(task(later)?.lapsedAt).toBe(lapsed.at);
    const asked = task([...later, event('e5', 'revocation.asked', '2026-11-25T13:00:00.000Z', {})]);
    expect(asked?.askedAt).toBe('2026-11-25T13:00:00.000Z');
    const open = task(later);
    if (!asked || !open) throw new Error('no task');
    expect([revocationWords(open, ZONE, now), revocationWords(asked, ZONE, '2026-12-02T15:00:00.000Z')]).toEqual(['Revocation due 2026-12-02, not asked of the FOD yet', 'Revocation due 2026-12-02, overdue, asked of the FOD on 2026-11-25']);
  });
});
