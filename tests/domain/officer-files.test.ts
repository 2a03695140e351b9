/** Authority and training of a DIO: due days, standings, the state machine of domain 3.3, and the fold against a slow replay, half day by half day. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockFrom } from '../../shared/domain/clocks.ts';
import { cardAt, cardStanding, intervalsOf, isValidState, liveOfficerEvents, OFFICER_EVENTS, OFFICER_EVENT_KINDS, officerEventSpec, type OfficerFact, type OfficerFile, spellsOf, stateAt, trainingFile } from '../../shared/domain/officer-events.ts';
import { dueAfter, fiscalYear, lookAhead, lookAheadOf, planBy, REQUIREMENTS, type RequirementId, requirementsOf, standingOf } from '../../shared/domain/training.ts';
import type { AuthorityState, CourseWaiverRow, TrainingRow } from '../../shared/rows.ts';
import { siteDay } from '../../shared/time.ts';

const ZONE = 'America/Chicago';
const placed = { stream: 'agency:ag-07' as const, version: 1, changedBy: 'hq', agencyId: 'ag-07' };
const done = (requirement: string, completedOn: string, over: Partial<TrainingRow> = {}): TrainingRow => ({
  id: `${requirement}/${completedOn}`, ...placed, officerId: 'dio-1', requirement, title: requirement, completedOn, verifiedBy: 'pm-1', verifiedAt: `${completedOn}T20:00:00.000Z`, evidence: 'x', provider: 'PALMS', importId: null,
  recordedBy: 'pm-1', recordedAt: `${completedOn}T20:00:00.000Z`, withdrawnBy: null, withdrawnAt: null, withdrawnReason: null, ...over,
});
const waiver = (requirement: string, over: Partial<CourseWaiverRow> = {}): CourseWaiverRow => ({
  id: `w/${requirement}`, ...placed, officerId: null, requirement, reason: 'withdrawn by its provider', evidence: 'x', filedBy: 'pm-1', filedAt: '2026-01-05T00:00:00.000Z', substitute: null,
  grantedBy: null, grantedAt: null, validFrom: null, expiresOn: null, endedBy: null, endedAt: null, ...over,
});
let n = 0;
const event = (kind: string, at: string, details: OfficerFact['details'] = {}, over: Partial<OfficerFact> = {}): OfficerFact => ({ id: `e${String((n += 1)).padStart(4, '0')}`, kind, at, recordedAt: at, details, ...over });
const certified = (at: string): OfficerFact => event('roster.opened', at, { intervalId: 'int-1', model: 'JEM' });
const fileWith = (over: Partial<OfficerFile> = {}): OfficerFile => ({ agencyId: 'ag-07', officerId: 'dio-1', zone: ZONE, model: 'JEM', completions: [], waivers: [], events: [], ...over });
const on = (day: string): string => `${day}T18:00:00.000Z`;

describe('due days', () => {
  const none = { zone: ZONE, anchorOn: null };
  it.each([
    ['K18', 'palms-1', '2026-02-28', 'rolling', null, '2027-02-28', '2027-03-01T06:00:00.000Z'],
    ['K18', 'palms-1', '2024-02-29', 'rolling', null, '2025-02-28', '2025-03-01T06:00:00.000Z'],
    // The day of a clock change ends an hour later in UTC.
    ['K18', 'palms-2', '2025-03-08', 'rolling', null, '2026-03-08', '2026-03-09T05:00:00.000Z'],
    ['K18', 'palms-1', '2025-10-01', 'fixed_window', null, '2027-09-30', '2027-10-01T05:00:00.000Z'],
    ['K18', 'palms-1', '2025-09-30', 'fixed_window', null, '2026-09-30', '2026-10-01T05:00:00.000Z'],
    ['K18', 'palms-1', '2026-04-20', 'anchored', '2024-05-10', '2027-05-10', '2027-05-11T05:00:00.000Z'],
    ['K18', 'palms-1', '2026-05-10', 'anchored', '2024-05-10', '2028-05-10', '2028-05-11T05:00:00.000Z'],
    ['K19', 'refresher', '2026-06-15', 'rolling', null, '2028-06-15', '2028-06-16T05:00:00.000Z'],
    ['K20', 'authorization', '2026-06-15', 'rolling', null, '2028-06-14', '2028-06-15T05:00:00.000Z'],
    ['K17', 'card', '2026-11-01', 'rolling', null, '2026-12-01', '2026-12-02T06:00:00.000Z'],
  ] as const)('[%s] %s done %s, %s from %s: counts until %s', (_clock, id, completedOn, courses, anchorOn, dueOn, endsAt) => {
    expect(dueAfter(id, completedOn, { ...none, anchorOn, policy: { courses, refresher: 'rolling' } })).toEqual({ dueOn, endsAt });
  });
  it('initial training never falls due again', () => expect(dueAfter('initial', '2020-01-01', none)).toBeNull());
  it('[AUT-6] a refresher of October to December is planned for 30 September', () => {
    expect([planBy('refresher', '2026-10-01'), planBy('refresher', '2026-12-31'), planBy('refresher', '2026-09-15'), planBy('palms-1', '2026-11-01')]).toEqual(['2026-09-30', '2026-09-30', '2026-09-15', '2026-11-01']);
    const file = trainingFile(fileWith({ completions: [done('refresher', '2024-11-20')] }));
    expect([standingOf('refresher', file, on('2026-03-01')).standing, standingOf('refresher', file, on('2026-04-10')).standing]).toEqual(['current', 'due_soon']);
  });
  it.each([['2025-12-31', 2026], ['2026-09-30', 2026], ['2026-10-01', 2027]] as const)('fiscal year of %s', (day, year) => expect(fiscalYear(day)).toBe(year));
  it.each([[null, 'unknown'], ['2026-11-23', 'overdue'], ['2026-11-24', 'days'], ['2026-12-24', 'days'], ['2026-12-25', 'months_3'], ['2027-02-24', 'months_6'], ['2027-06-01', 'months_12'], ['2027-12-01', 'later']] as const)('look-ahead of %s is %s', (dueOn, part) =>
    expect(lookAhead(dueOn, '2026-11-24')).toBe(part));
});

describe('how a requirement stands', () => {
  const at = on('2026-11-24');
  const stands = (completions: readonly TrainingRow[], waivers: readonly CourseWaiverRow[] = [], when = at, knownAt: string | null = null) => standingOf('palms-1', trainingFile(fileWith({ completions, waivers })), when, knownAt);
  it('without data is unknown, never current, and no lapse', () => {
    expect(stands([]).standing).toBe('unknown');
    expect(spellsOf(fileWith({ events: [certified('2020-01-01T00:00:00.000Z')] })).map((s) => [s.state, s.to])).toEqual([['CERTIFIED', null]]);
  });
  it('an unverified completion does not count, and is told', () => {
    const s = stands([done('palms-1', '2025-11-01'), done('palms-1', '2026-11-01', { verifiedBy: null, verifiedAt: null })]);
    expect([s.standing, s.dueOn, s.unverified?.completedOn]).toEqual(['overdue', '2026-11-01', '2026-11-01']);
  });
  it('is answered for any day, and for what was known at another', () => {
    const late = done('palms-1', '2026-10-20', { recordedAt: '2026-11-10T15:00:00.000Z', verifiedAt: '2026-11-10T15:00:00.000Z' });
    const all = [done('palms-1', '2025-11-01'), late];
    expect(stands(all, [], on('2026-11-05')).standing).toBe('current');
    expect(stands(all, [], on('2026-11-05'), on('2026-11-05')).standing).toBe('overdue');
    expect(stands(all, [], on('2026-10-25'), on('2026-10-25')).standing).toBe('due_soon');
    expect(stands([...all.slice(0, 1), { ...late, withdrawnAt: '2026-11-20T00:00:00.000Z', withdrawnBy: 'pm-1' }]).standing).toBe('overdue');
  });
  it('[3.4] what was filed extends nothing; a waiver in force does, to its day; a substitute counts when it was done', () => {
    const old = [done('palms-1', '2025-11-01')];
    const filed = waiver('palms-1');
    const granted = { ...filed, grantedBy: 'npm', grantedAt: '2026-10-01T00:00:00.000Z', validFrom: '2026-10-01T00:00:00.000Z', expiresOn: '2026-12-31' };
    expect([stands(old, [filed]).standing, stands(old, [filed]).unavailable?.id]).toEqual(['overdue', filed.id]);
    expect([stands(old, [granted]).standing, stands(old, [granted], on('2027-01-02')).standing]).toEqual(['waived', 'overdue']);
    expect(stands(old, [{ ...granted, officerId: 'dio-2' }]).standing).toBe('overdue');
    expect(stands(old, [{ ...granted, agencyId: '*' }]).standing).toBe('waived');
    expect(stands(old, [{ ...granted, endedAt: '2026-11-10T00:00:00.000Z', endedBy: 'npm' }]).standing).toBe('overdue');
    const substitute = { ...granted, substitute: 'palms-2' };
    expect(stands(old, [substitute]).standing).toBe('overdue');
    expect(stands([...old, done('palms-2', '2026-10-15')], [substitute]).standing).toBe('current');
    expect(stands([...old, done('palms-2', '2026-09-15')], [substitute]).standing).toBe('overdue');
  });
  it('asks of a model what is asked of it', () => {
    expect(requirementsOf('WSO')).toEqual(['initial']);
    expect([requirementsOf('JEM').includes('authorization'), requirementsOf('TFM').includes('authorization'), requirementsOf('TFM').includes('refresher')]).toEqual([false, true, false]);
    expect(standingOf('refresher', trainingFile(fileWith({ model: 'TFM' })), at).standing).toBe('not_required');
  });
  it('first due days count from initial training that was watched, and are unknown where nobody watched', () => {
    const passed = event('passed', '2025-11-20T00:00:00.000Z', { completedOn: '2025-11-20' });
    expect(standingOf('palms-1', trainingFile(fileWith({ events: [passed] })), at).standing).toBe('overdue');
    expect(standingOf('palms-1', trainingFile(fileWith({ completions: [done('initial', '2021-03-01', { recordedAt: on('2026-11-01') })] })), at).standing).toBe('unknown');
    expect(standingOf('initial', trainingFile(fileWith({ events: [passed] })), at).standing).toBe('current');
    // What was verified, or withdrawn, only later was not known before.
    const late = fileWith({ completions: [done('initial', '2026-03-01', { verifiedAt: on('2026-05-01') }), done('initial', '2026-01-15', { withdrawnAt: on('2026-06-01'), withdrawnBy: 'pm-1' })] });
    expect([on('2026-04-01'), on('2026-07-01'), null].map((k) => trainingFile(late, k).anchorOn)).toEqual(['2026-01-15', '2026-03-01', '2026-03-01']);
  });
});

describe('states of authority', () => {
  const open = certified('2025-06-01T00:00:00.000Z');
  it('[AUT-6] [AUT-7] [AUT-8] certified, due soon, lapsed by the clock alone; a verified renewal in time moves the end', () => {
    const file = fileWith({ events: [open], completions: [done('palms-1', '2025-11-20')] });
    expect(['2026-09-01', '2026-10-01', '2026-11-20', '2026-11-21'].map((d) => stateAt(file, on(d)))).toEqual(['CERTIFIED', 'DUE_SOON', 'DUE_SOON', 'LAPSED']);
    expect(intervalsOf(file)).toMatchObject([{ id: 'int-1', endAt: '2026-11-21T06:00:00.000Z', endReason: 'Training past due: Immigration and Nationality Act overview' }]);
    expect(intervalsOf({ ...file, completions: [...file.completions, done('palms-1', '2026-11-20')] })).toMatchObject([{ endAt: '2027-11-21T06:00:00.000Z' }]);
  });
  it('[AUT-11] what is done too late opens nothing by itself; evidence of the right day, learned late, closes the gap', () => {
    const file = fileWith({ events: [open], completions: [done('palms-1', '2025-11-20'), done('palms-1', '2026-12-01')] });
    expect(stateAt(file, on('2026-12-10'))).toBe('LAPSED');
    const found = done('palms-1', '2026-11-15', { recordedAt: on('2026-12-05'), verifiedAt: on('2026-12-05') });
    const later = { ...file, completions: [...file.completions, found] };
    expect([stateAt(later, on('2026-12-03')), stateAt(later, on('2026-12-03'), on('2026-12-04'))]).toEqual(['CERTIFIED', 'LAPSED']);
    const back = { ...file, events: [open, event('reinstated', '2026-12-15T00:00:00.000Z', { answers: '' })] };
    expect(intervalsOf(back).map((i) => [i.startAt.slice(0, 10), i.endAt?.slice(0, 10)])).toEqual([['2025-06-01', '2026-11-21'], ['2026-12-15', '2027-12-02']]);
    expect(stateAt(back, on('2026-12-20'))).toBe('REINSTATED');
  });
  it('[AUT-9] the stricter stands until HQ answers it: a reinstatement counts only against the suspensions that it knew', () => {
    const known = event('suspended', '2026-01-10T00:00:00.000Z', { ground: 'complaint' });
    const unknown = event('suspended', '2026-01-12T00:00:00.000Z', { ground: 'safety' });
    const back = event('reinstated', '2026-02-01T00:00:00.000Z', { answers: known.id });
    expect(stateAt(fileWith({ events: [open, known, back] }), on('2026-02-02'))).toBe('REINSTATED');
    expect(stateAt(fileWith({ events: [open, known, back, unknown] }), on('2026-02-02'))).toBe('SUSPENDED');
    const again = event('reinstated', '2026-02-05T00:00:00.000Z', { answers: `${known.id} ${unknown.id}` });
    expect(stateAt(fileWith({ events: [again, unknown, back, known, open] }), on('2026-02-06'))).toBe('REINSTATED');
    // HQ's roster does not answer a suspension either.
    expect(stateAt(fileWith({ events: [open, known, event('roster.opened', '2026-03-01T00:00:00.000Z', { intervalId: 'int-2', model: 'JEM' })] }), on('2026-03-02'))).toBe('SUSPENDED');
  });
  it('at one instant what ends authority comes last', () => {
    const both = '2026-01-10T00:00:00.000Z';
    expect(stateAt(fileWith({ events: [event('suspended', both, { ground: 'safety' }), certified(both)] }), on('2026-01-11'))).toBe('SUSPENDED');
  });
  it('[AUT-10] [AUT-12] [AUT-13] a correction takes an event back, from when it was known', () => {
    const gone = event('separated', '2026-01-10T00:00:00.000Z');
    const wrong = event('corrected', '2026-02-01T00:00:00.000Z', { eventId: gone.id, why: 'another officer of that name' });
    const file = fileWith({ events: [open, gone, wrong] });
    expect([stateAt(file, on('2026-01-15')), stateAt(file, on('2026-01-15'), on('2026-01-20'))]).toEqual(['CERTIFIED', 'SEPARATED']);
    const revoked = event('revoked', '2026-01-10T00:00:00.000Z');
    expect(stateAt(fileWith({ events: [open, revoked, event('nominated', '2026-03-01T00:00:00.000Z')] }), on('2026-03-02'))).toBe('NOMINATED');
  });
  it('[AUT-1] [AUT-2] [AUT-2X] [AUT-3] [AUT-4] [AUT-4X] [AUT-5] every transition of the table is one row with an id, a label and somebody who may record it', () => {
    expect([...new Set(OFFICER_EVENT_KINDS.map((k) => OFFICER_EVENTS[k].id).filter((id) => id.startsWith('AUT')))].sort()).toEqual(['AUT-1', 'AUT-10', 'AUT-11', 'AUT-13', 'AUT-2', 'AUT-2X', 'AUT-3', 'AUT-4', 'AUT-4X', 'AUT-5', 'AUT-9']);
    for (const kind of OFFICER_EVENT_KINDS) expect([kind, OFFICER_EVENTS[kind].label.length > 3, OFFICER_EVENTS[kind].actors.length > 0]).toEqual([kind, true, true]);
    // Only the FOD's letter revokes, certifies or reinstates.
    for (const kind of ['revoked', 'certified', 'reinstated'] as const) expect(OFFICER_EVENTS[kind].actors).toEqual(['fod']);
  });
});

describe('the card [K17]', () => {
  const roster = { cardState: 'CARD_ACTIVE' as const, lastCardLoginAt: '2026-10-20T15:00:00.000Z' };
  it.each([['2026-11-10', 'CARD_ACTIVE'], ['2026-11-13', 'CARD_DUE'], ['2026-11-19', 'CARD_DUE'], ['2026-11-20', 'CARD_DEACTIVATED']] as const)('on %s is %s', (day, state) => expect(cardAt([], roster, ZONE, on(day)).state).toBe(state));
  it('a login keeps it alive, a reactivation brings it back, a request is told, and authority does not move', () => {
    expect(cardAt([event('card.login', on('2026-11-15'))], roster, ZONE, on('2026-11-24')).state).toBe('CARD_ACTIVE');
    const asked = event('card.asked', on('2026-11-22'));
    expect(cardAt([asked], roster, ZONE, on('2026-11-24')).state).toBe('REACTIVATION_REQUESTED');
    expect(cardAt([asked, event('card.reactivated', on('2026-11-23'))], roster, ZONE, on('2026-11-24')).state).toBe('CARD_ACTIVE');
    expect(stateAt(fileWith({ events: [certified('2025-06-01T00:00:00.000Z'), asked] }), on('2026-12-24'))).toBe('CERTIFIED');
  });
  it('without a known login the roster\'s word stands', () => expect(cardAt([], { cardState: 'CARD_DUE', lastCardLoginAt: null }, ZONE, on('2026-11-24'))).toEqual({ state: 'CARD_DUE', lastLoginAt: null, diesAt: null }));
});

// ---- the fold against a replay of every half day ----

const HALF = 43_200_000;
const START = Date.parse('2026-01-01T06:00:00.000Z');
const step = (k: number): string => new Date(START + k * HALF).toISOString();
const STEPS = 120;

/** The slow oracle: walks every half day, applies what happens at it in order, then asks each requirement by brute force whether it counts. */
function replay(file: OfficerFile, knownAt: string | null): readonly string[] {
  let state: AuthorityState | 'NONE' = 'NONE';
  const open = new Set<string>();
  const events = liveOfficerEvents(file.events, knownAt);
  const authority = requirementsOf(file.model).filter((id) => REQUIREMENTS[id].isAuthority);
  const known = (c: TrainingRow) => (knownAt === null || (c.recordedAt ?? '') <= knownAt) && (c.withdrawnAt === null || (knownAt !== null && c.withdrawnAt > knownAt));
  const counts = (c: TrainingRow) => known(c) && c.verifiedBy !== null && (knownAt === null || (c.verifiedAt ?? '') <= knownAt);
  const covered = (id: RequirementId, at: string): boolean => {
    const own = file.completions.filter((c) => c.requirement === id && counts(c));
    const waived = file.waivers.filter((w) => w.requirement === id && w.grantedAt !== null && (knownAt === null || w.grantedAt <= knownAt));
    if (own.length === 0 && waived.length === 0) return true;
    const day = siteDay(at, file.zone);
    if (own.every((c) => (c.completedOn as string) > day) && waived.every((w) => (w.validFrom as string) > at)) return true;
    return own.some((c) => (c.completedOn as string) <= day && day <= (dueAfter(id, c.completedOn as string, { zone: file.zone, anchorOn: null })?.dueOn ?? '9'))
      || waived.some((w) => (w.validFrom as string) <= at && day <= (w.expiresOn as string));
  };
  const states: string[] = [];
  for (let k = 0; k < STEPS; k += 1) {
    const at = step(k);
    const lapse = () => { if (isValidState(state) && !authority.every((id) => covered(id, at))) state = 'LAPSED'; };
    lapse();
    for (const e of events.filter((x) => x.at === at)) {
      if (e.kind === 'suspended') open.add(e.id);
      const spec = officerEventSpec(e.kind);
      if (!spec?.from.includes(state)) continue;
      if (e.kind === 'reinstated') for (const id of String(e.details.answers).split(' ')) open.delete(id);
      if ((e.kind === 'reinstated' || e.kind === 'roster.opened') && open.size > 0) continue;
      state = e.kind === 'roster.closed' ? (e.details.state as AuthorityState) : (spec.to ?? state);
      if (state === 'CERTIFIED') open.clear();
    }
    lapse();
    states.push(state);
  }
  return states;
}

describe('the fold', () => {
  const when = fc.integer({ min: 0, max: STEPS - 1 });
  const made = fc.array(fc.record({ kind: fc.constantFrom('roster.opened', 'roster.closed', 'suspended', 'reinstated', 'revoked', 'separated', 'nominated', 'corrected'), at: when, late: fc.integer({ min: 0, max: 30 }), which: fc.nat(5) }), { maxLength: 9 })
    // Most begin with authority, so that there is something to lose.
    .chain((events) => fc.boolean().map((isOpen) => (isOpen ? [{ kind: 'roster.opened' as const, at: 2, late: 0, which: 0 }, ...events] : events)));
  // Completions of a year before, so that their due days fall into the stretch that is walked.
  const courses = fc.array(fc.record({ requirement: fc.constantFrom('palms-1', 'palms-2', 'refresher'), day: fc.integer({ min: -20, max: 60 }), isOld: fc.boolean(), isVerified: fc.boolean(), late: fc.integer({ min: 0, max: 40 }), withdrawn: fc.option(when) }), { maxLength: 8 });
  const waived = fc.array(fc.record({ requirement: fc.constantFrom('palms-1', 'refresher'), from: when, days: fc.integer({ min: 0, max: 20 }) }), { maxLength: 2 });
  const fileOf = (events: typeof made extends fc.Arbitrary<infer T> ? T : never, completions: typeof courses extends fc.Arbitrary<infer T> ? T : never, waivers: typeof waived extends fc.Arbitrary<infer T> ? T : never): OfficerFile => {
    const facts = events.map((e, k): OfficerFact => ({
      id: `ev-${k}`, kind: e.kind, at: step(e.at), recordedAt: step(e.at + e.late),
      details: e.kind === 'roster.opened' ? { intervalId: `int-${k}`, model: 'JEM' } : e.kind === 'roster.closed' ? { state: 'LAPSED', why: 'roster' } : e.kind === 'reinstated' ? { answers: `ev-${e.which} ev-${(e.which + 1) % 9}` } : e.kind === 'corrected' ? { eventId: `ev-${e.which}`, why: 'wrong' } : {},
    }));
    const dayOf = (k: number): string => siteDay(new Date(START + k * 86_400_000).toISOString(), ZONE);
    return fileWith({
      events: facts,
      completions: completions.map((c, k) => {
        const day = dayOf(c.day);
        const completedOn = c.isOld ? `${Number(day.slice(0, 4)) - (c.requirement === 'refresher' ? 2 : 1)}${day.slice(4)}` : day;
        const recordedAt = c.isOld ? step(0) : new Date(Date.parse(`${day}T18:00:00.000Z`) + c.late * HALF).toISOString();
        return done(c.requirement, completedOn, { id: `c-${k}`, recordedAt, verifiedAt: c.isVerified ? recordedAt : null, verifiedBy: c.isVerified ? 'pm' : null, withdrawnAt: c.withdrawn === null ? null : step(c.withdrawn), withdrawnBy: c.withdrawn === null ? null : 'pm' });
      }),
      waivers: waivers.map((w, k) => waiver(w.requirement, { id: `w-${k}`, grantedBy: 'npm', grantedAt: step(w.from), validFrom: step(w.from), expiresOn: siteDay(step(w.from + 2 * w.days), ZONE) })),
    });
  };
  it('equals the replay for random events, late arrivals, corrections and any state of knowledge', () => {
    let moved = 0;
    fc.assert(fc.property(made, courses, waived, fc.option(when), (events, completions, waivers, knownStep) => {
      const file = fileOf(events, completions, waivers);
      const knownAt = knownStep === null ? null : step(knownStep);
      const spells = spellsOf(file, knownAt);
      const slow = replay(file, knownAt);
      const intervals = intervalsOf(file, knownAt);
      for (let k = 0; k < STEPS; k += 1) {
        const at = step(k);
        const fast = spells.findLast((s) => s.from <= at)?.state ?? 'NONE';
        expect([at, fast]).toEqual([at, slow[k]]);
        expect([at, intervals.some((i) => i.startAt <= at && (i.endAt === null || at < i.endAt))]).toEqual([at, isValidState(fast)]);
      }
      if (new Set(slow).size > 2) moved += 1;
    }), { numRuns: 600, seed: 20 });
    expect(moved).toBeGreaterThan(150);
  });
  it('does not look at the order in which two devices learned the same facts', () => {
    fc.assert(fc.property(made, courses, waived, fc.infiniteStream(fc.nat(1000)), (events, completions, waivers, order) => {
      const file = fileOf(events, completions, waivers);
      const shuffled = <T>(rows: readonly T[]): readonly T[] => rows.map((row) => ({ row, key: order.next().value as number })).sort((a, b) => a.key - b.key).map((x) => x.row);
      expect(spellsOf({ ...file, events: shuffled(file.events), completions: shuffled(file.completions), waivers: shuffled(file.waivers) })).toEqual(spellsOf(file));
    }), { numRuns: 300, seed: 4 });
  });
});

describe('the card in the matrix', () => {
  const at = on('2026-11-24');
  const roster = { cardState: 'CARD_ACTIVE', lastCardLoginAt: null } as const;
  const login = (when: string, recordedAt = when): OfficerFact => event('card.login', when, { source: 'report' }, { recordedAt });
  const standing = (file: OfficerFile, knownAt: string | null = null) => cardStanding(file, roster, at, knownAt);
  it('[K17] dies when its clock runs out, in any zone and over a clock change', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 800 * 24 * 60 }), fc.constantFrom('America/Chicago', 'America/Phoenix', 'America/New_York', 'Pacific/Honolulu'), (minutes, zone) => {
      const start = new Date(Date.parse('2025-01-01T00:00:00.000Z') + minutes * 60_000).toISOString();
      expect(cardAt([login(start)], roster, zone, start).diesAt).toBe(clockFrom('K17', { start, zone })?.deadlineAt);
    }), { numRuns: 300 });
  });
  it('is unknown without a login on record, whatever the roster says, and not asked of a WSO', () => {
    expect(standing(fileWith())).toMatchObject({ standing: 'unknown', dueOn: null });
    expect(standing(fileWith({ model: 'WSO' })).standing).toBe('not_required');
  });
  it.each([['2026-11-20', 'current', '2026-12-20'], ['2026-10-30', 'due_soon', '2026-11-29'], ['2026-10-01', 'overdue', '2026-10-31']] as const)('after a login on %s it is %s', (day, expected, dueOn) =>
    expect(standing(fileWith({ events: [login(on(day))] }))).toMatchObject({ standing: expected, dueOn }));
  it('by what was known then, a login recorded later does not count, nor does one of the roster', () => {
    const file = fileWith({ events: [login(on('2026-10-01')), login(on('2026-11-20'), on('2026-11-25'))] });
    expect(standing(file, at)).toMatchObject({ standing: 'overdue' });
    expect(standing(file)).toMatchObject({ standing: 'current' });
    expect(cardStanding(fileWith(), { cardState: 'CARD_ACTIVE', lastCardLoginAt: on('2026-11-20') }, at, at).standing).toBe('unknown');
  });
});

describe('the part of the look-ahead of a cell', () => {
  it.each([['not_required', null, null], ['unknown', null, 'unknown'], ['current', null, 'later'], ['overdue', '2027-05-01', 'overdue'], ['waived', '2026-12-10', 'days'], ['due_soon', '2027-01-10', 'months_3']] as const)('%s until %s is %s', (standing, dueOn, part) =>
    expect(lookAheadOf({ standing, dueOn }, '2026-11-24')).toBe(part));
});
