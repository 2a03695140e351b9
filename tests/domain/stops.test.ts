/** Claims, calls and the holds that they place: decided in every state, at the site's own time, unioned whatever the order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELD_COMMANDS, COMMANDS } from '../../shared/api.ts';
import { callClocks, isCarried } from '../../shared/domain/calls.ts';
import { CLAIM_KIND_IDS, CLAIM_KINDS, claimClocks, claimRecord, sourcesOf } from '../../shared/domain/claims.ts';
import type { AnyCommand, Envelope, Put } from '../../shared/command.ts';
import { FAVOURABLE_BY_KIND, FAVOURABLE_COMMANDS } from '../../shared/domain/favourable.ts';
import { custodyRecord } from '../../shared/domain/custody.ts';
import { sealContent } from '../../shared/domain/packet.ts';
import { requiredElements } from '../../shared/domain/pins.ts';
import { HOLD_RULES, holdPlace, holdRelease, isOpen, laneOf, type HoldRule } from '../../shared/domain/holds.ts';
import { comparableANumber, comparableFin, FOLLOWED_BY, followerId, isSamePerson, samePersons } from '../../shared/domain/person.ts';
import { deriveId } from '../../shared/ids.ts';
import type { Role } from '../../shared/roles.ts';
import type { ClaimRow, HoldRow, PacketRow, PacketState, SiteCallRow } from '../../shared/rows.ts';
import { siteInput, instantAtSite, siteTime } from '../../shared/time.ts';
import { AGENCY, cleanAgency, cleanFacts, cleanPacket, PM } from './clean-packets.ts';
import { evaluate } from '../../shared/domain/sufficiency.ts';

const NIGHT = '2026-11-24T08:10:00.000Z'; // 02:10 at a site in Texas.
const env = (over: Partial<Envelope> = {}): Envelope => ({
  id: 'e'.repeat(32), ledger: 'l', epoch: 'e', seq: 1, prev: '', device: 'dev-1', actor: PM, role: 'pm', at: NIGHT, zone: 'America/Chicago', mono: 1, bootId: 'b', anchor: '', base: {}, packs: [], tz: '', salt: 's', ...over,
});
const stream = `agency:${AGENCY}` as const;
const packet = (over: Partial<PacketRow> = {}): PacketRow => ({
  id: 'pk-1', stream, version: 1, changedBy: 'hq', agencyId: AGENCY, subjectId: 'su-1', preparerId: 'dio-1', type: 'P-NTA', state: 'in_review', currentVersion: 1, eventNumber: 'EXC1', isDetained: true, isResubmitted: false,
  receivedAt: NIGHT, deadlineAt: null, deadlineClock: null, custodyLimitAt: null, lane: 1, blockCount: 0, holdCount: 0, warnCount: 0, openHolds: 0, nextAt: null, nextClock: null, ...over,
});
const hold = (id: string, rule: HoldRule, over: Partial<HoldRow> = {}): HoldRow => ({
  id, stream, version: 1, changedBy: 'hq', agencyId: AGENCY, packetId: 'pk-1', subjectId: 'su-1', rule, reason: 'A reason for it', placedBy: 'dio-1', placedAt: NIGHT, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null, ...over,
});
const claim = (over: Partial<ClaimRow> = {}): ClaimRow => ({
  id: 'cl-1', stream, version: 1, changedBy: 'hq', agencyId: AGENCY, subjectId: 'su-1', packetId: 'pk-1', kind: 'citizenship', source: 'own_statement', statement: 'Says that he is a citizen', reportedAt: NIGHT,
  zone: 'America/Chicago', recordedBy: PM, recordedAt: NIGHT, consultedAt: null, outcome: null, outcomeNote: null, closedBy: null, closedAt: null, ...over,
});
const record = (over: Record<string, unknown> = {}, state: Record<string, unknown> = {}, at: Partial<Envelope> = {}) => claimRecord.decide(
  { packet: packet(), holds: [], statements: [], reviews: [], claims: [], runs: [], packs: [], agency: cleanAgency(), ...state } as never, claimRecord.input.parse({ packetId: 'pk-1', kind: 'citizenship', source: 'own_statement', statement: 'Says: born in Texas', reportedAt: NIGHT, ...over }), env(at));
const putsOf = (result: ReturnType<typeof record>): readonly Put[] => {
  if (!result.ok) throw new Error(result.problem.code);
  return result.value;
};
const rowOf = <T>(puts: readonly Put[], table: string): T => puts.find((p) => p.table === table)?.row as T;

describe('a claim', () => {
  it.each(CLAIM_KIND_IDS.filter((k) => k !== 'restricted_tip'))('%s places its hold in the same act, for the person and the packet', (kind) => {
    const puts = putsOf(record({ kind, source: sourcesOf(kind)[0] }));
    expect(puts.map((p) => p.table)).toEqual(['claims', 'holds', 'packets']);
    expect(rowOf<HoldRow>(puts, 'holds')).toMatchObject({ rule: CLAIM_KINDS[kind].rule, packetId: 'pk-1', subjectId: 'su-1', releasedAt: null });
    expect(rowOf<HoldRow>(puts, 'holds').reason).not.toContain('Texas');
    expect(rowOf<PacketRow>(puts, 'packets')).toMatchObject({ openHolds: 1, holdCount: 1 });
  });
  it('[PK-10] a tip goes into the restricted stream alone and changes nothing else', () => {
    const puts = putsOf(record({ kind: 'restricted_tip', source: 'household_or_family' }));
    expect(puts.map((p) => `${p.table} ${p.row.stream}`)).toEqual([`claims restricted:${AGENCY}`]);
    expect(claimRecord.stream({ packet: packet(), holds: [], statements: [], claims: [] } as never, { kind: 'restricted_tip' } as never, env())).toBe(`restricted:${AGENCY}`);
  });
  it('told twice by the same person in the same words is one claim', () => {
    const same = claim({ statement: 'Says: born in Texas' });
    expect(record({}, { claims: [same] })).toEqual({ ok: true, value: [] });
    expect(putsOf(record({}, { claims: [{ ...same, recordedBy: 'pm-2' }] })).length).toBe(3);
  });
  it('is refused for a time that has not come, and for a packet that is not there', () => {
    expect(record({ reportedAt: '2026-11-24T09:00:00.000Z' })).toMatchObject({ problem: { code: 'claim/not-yet' } });
    expect(record({}, { packet: null })).toMatchObject({ problem: { code: 'packet/unknown' } });
  });
  it('[K6] [K7] runs from the claim at the site\'s time, one hour and one business day', () => {
    const clocks = claimClocks(claim(), null);
    expect(clocks.map((c) => [c.id, siteTime(c.startsAt, c.zone), siteTime(c.deadlineAt, c.zone), c.stoppedAt])).toEqual([
      ['K6', 'Tue 24 Nov 02:10 CST', 'Tue 24 Nov 03:10 CST', null], ['K7', 'Tue 24 Nov 02:10 CST', 'Wed 25 Nov 02:10 CST', null],
    ]);
  });
  it('[K6] [K7] stops when ICE is told and when the memorandum is sent, each on its own', () => {
    const told = claimClocks(claim({ consultedAt: '2026-11-24T08:40:00.000Z' }), null);
    expect(told.map((c) => c.stoppedAt)).toEqual(['2026-11-24T08:40:00.000Z', null]);
    expect(claimClocks(claim(), '2026-11-24T20:00:00.000Z').map((c) => c.stoppedAt)).toEqual([null, '2026-11-24T20:00:00.000Z']);
    expect(claimClocks(claim({ closedAt: '2026-11-25T20:00:00.000Z' }), null).map((c) => c.stoppedAt)).toEqual(['2026-11-25T20:00:00.000Z', '2026-11-25T20:00:00.000Z']);
    expect(claimClocks(claim({ kind: 'fear' }), null)).toEqual([]);
    expect(claimClocks(claim({ kind: 'minor' }), null).map((c) => c.id)).toEqual(['K8']);
  });
  it('[K7] a claim on a holiday counts from the next business day and over the weekend', () => {
    const [, k7] = claimClocks(claim({ reportedAt: '2026-11-26T08:10:00.000Z' }), null); // Thanksgiving
    expect(siteTime(k7?.deadlineAt ?? '', 'America/Chicago')).toBe('Mon 30 Nov 00:00 CST');
  });
  it('takes a time as the site reads it, over both changes of the clock', () => {
    expect(instantAtSite('2026-11-24T02:10', 'America/Chicago')).toBe(NIGHT);
    expect(siteInput(NIGHT, 'America/Chicago')).toBe('2026-11-24T02:10');
    // The hour that comes twice: the first, which ends sooner.
    expect(instantAtSite('2026-11-01T01:30', 'America/Chicago')).toBe('2026-11-01T06:30:00.000Z');
    expect(instantAtSite('2026-03-08T02:30', 'America/Chicago')).not.toBeNull();
    expect(instantAtSite('tonight', 'America/Chicago')).toBeNull();
  });
});

describe('a call', () => {
  const row: SiteCallRow = {
    id: 'ca-1', stream: `pm:${PM}`, version: 0, changedBy: 'dev-1', agencyId: '', calledAt: NIGHT, zone: 'America/Denver', caller: 'Night desk', about: 'A man', action: 'Told to wait', kind: 'citizenship', subjectId: null, packetId: null,
    recordedBy: PM, recordedAt: NIGHT, closedAt: null,
  };
  it('[K6] starts the clocks of a claim in the site\'s zone until it is closed', () => {
    expect(callClocks(row).map((c) => [c.id, siteTime(c.deadlineAt, c.zone)])).toEqual([['K6', 'Tue 24 Nov 02:10 MST'], ['K7', 'Wed 25 Nov 01:10 MST']]);
    expect(callClocks({ ...row, closedAt: NIGHT }).every((c) => c.stoppedAt !== null)).toBe(true);
    expect(callClocks({ ...row, kind: 'other' })).toEqual([]);
  });
  it('hands its clocks to the claim of the same packet, kind and moment, and to no other', () => {
    expect(isCarried({ ...row, packetId: 'pk-1' }, [claim()])).toBe(true);
    expect(isCarried({ ...row, packetId: 'pk-2' }, [claim()])).toBe(false);
    expect(isCarried(row, [claim()])).toBe(false);
    expect(isCarried({ ...row, packetId: 'pk-1', calledAt: '2026-11-24T08:11:00.000Z' }, [claim()])).toBe(false);
  });
});

describe('[PK-00] what is in a person\'s favour', () => {
  const states: readonly PacketState[] = ['in_review', 'returned', 'part_signed', 'signed', 'closed'];
  const rules = Object.keys(HOLD_RULES) as HoldRule[];
  const pinned = cleanPacket();
  const served = { by: 'Jail desk', toldTo: 'Jail desk', why: 'Something that protects the person' };
  /** The details of each kind of custody event in a person's favour. */
  const custody: Readonly<Record<string, Record<string, unknown>>> = {
    'pickup.refused': { by: served.by, why: served.why }, 'call.made': { to: 'ERO', answer: 'no van' }, 'ice.notified': { to: 'ERO', about: 'release' }, 'counsel.notified': { to: 'Counsel' },
    'detainer.cancelled': { why: served.why, toldTo: served.toldTo, reissue: 'after_warrant' }, 'detainer.fulfilled': { toldTo: served.toldTo }, 'release.ordered': served, released: { reason: 'limit', by: served.by },
    'limit.passed': { note: served.why },
  };
  const inputs: Readonly<Record<(typeof FAVOURABLE_COMMANDS)[number], Record<string, unknown>>> = {
    'hold.place': { packetId: 'pk-1', rule: 'OTHER', reason: 'Something that protects the person' }, 'hold.follow': { holdId: 'h-other', packetId: 'pk-1' },
    'signoff.return': { packetId: 'pk-1', version: 1, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms', note: 'Missing' }] },
    'claim.record': { packetId: 'pk-1', kind: 'citizenship', source: 'us_passport', statement: 'Shows a passport card', reportedAt: NIGHT },
    'claim.consult': { claimId: 'cl-1', at: NIGHT }, 'claim.memo': { claimId: 'cl-1', at: NIGHT, note: 'Sent to the duty attorney' },
    'call.log': { kind: 'citizenship', caller: 'Desk', about: 'A man', action: 'Told to wait', calledAt: NIGHT, zone: 'America/Chicago', agencyId: null, packetId: null, subjectId: null },
    'call.close': { callId: 'ca-1', note: 'The duty officer goes on' },
    'pin.add': { packetId: 'pk-1', version: 1, element: requiredElements(pinned)[0]?.id ?? '', evidenceId: pinned.evidence[0]?.id ?? '', page: 1, region: null, quote: '' },
  };
  it('is a command that a laptop may run, for the field roles', () => {
    for (const name of [...FAVOURABLE_COMMANDS, ...Object.keys(FAVOURABLE_BY_KIND) as (keyof typeof FAVOURABLE_BY_KIND)[]]) for (const role of ['pm', 'acting_pm'] as const) expect((FIELD_COMMANDS[name] as AnyCommand).roles, name).toContain(role);
  });
  it('is accepted in every state, under every hold, block, lapse, review, old pack and old base', () => {
    fc.assert(fc.property(
      fc.record({
        state: fc.constantFrom(...states), lane: fc.constantFrom<PacketRow['lane']>(0, 1, 5, 9), currentVersion: fc.integer({ min: 1, max: 9 }), blockCount: fc.nat(40), isResubmitted: fc.boolean(), isDetained: fc.boolean(),
        held: fc.subarray(rules), released: fc.subarray(rules), reviewed: fc.boolean(), hasRun: fc.boolean(), closedClaim: fc.boolean(), hasAgency: fc.boolean(), acting: fc.boolean(), packs: fc.constantFrom<readonly string[]>([], ['core-2020.01'], ['unknown']),
      }),
      (x) => {
        const holds = [...x.held.map((r, n) => hold(`h-${n}`, r)), ...x.released.map((r, n) => hold(`r-${n}`, r, { releasedAt: NIGHT, releasedBy: 'hq', releasedRole: 'opla' }))];
        const state = {
          packet: packet({ state: x.state, lane: x.lane, currentVersion: x.currentVersion, blockCount: x.blockCount, isResubmitted: x.isResubmitted, isDetained: x.isDetained, openHolds: x.held.length }),
          holds, statements: x.reviewed ? [{ id: 'st', effect: 'under_review', signerId: PM, formId: 'i862' }] : [], agency: x.hasAgency ? { ...cleanAgency(), moaStatus: 'terminated' } : null, made: null, claims: [claim()], reviews: x.reviewed ? [{ closedAt: null }] : [],
          runs: x.hasRun ? [{ id: 'run-1', number: x.currentVersion, results: evaluate(cleanPacket(), { ...cleanFacts(), intervals: [] }), evaluatedAt: NIGHT }] : [], source: hold('h-other', 'PK-08', { packetId: 'pk-0' }),
          claim: claim(x.closedClaim ? { closedAt: NIGHT, outcome: 'no_evidence' } : {}), version: { number: 1, content: sealContent(pinned).content },
        };
        const at = env({ role: x.acting ? 'acting_pm' : 'pm', packs: x.packs, base: { [stream]: 0 } });
        for (const name of FAVOURABLE_COMMANDS) {
          const command = COMMANDS[name] as AnyCommand & { kind: 'plain' };
          const call: SiteCallRow | null = name === 'call.log' ? null : ({ id: 'ca-1', stream: `pm:${PM}`, action: 'x', closedAt: null } as unknown as SiteCallRow);
          const decided = command.decide({ ...state, call }, command.input.parse(inputs[name]), at);
          expect(decided.ok, `${name} in ${x.state}`).toBe(true);
          expect(command.conflict, name).toBe('merge');
        }
        const whole = { ...state, events: [], intervals: [], moa: [], agency: cleanAgency() };
        for (const kind of FAVOURABLE_BY_KIND['custody.record']) {
          const decided = custodyRecord.decide(whole as never, custodyRecord.input.parse({ packetId: 'pk-1', event: { kind, at: NIGHT, details: custody[kind] } }), at);
          expect(decided.ok, `${kind} in ${x.state}`).toBe(true);
        }
      },
    ), { numRuns: 300 });
  });
});

describe('holds of two devices', () => {
  const releasers: Readonly<Record<string, Role>> = Object.fromEntries(Object.entries(HOLD_RULES).map(([rule, r]) => [rule, r.releasers[0]]));
  type Act = { readonly kind: 'place' | 'release'; readonly device: 0 | 1; readonly rule: HoldRule; readonly which: number; readonly asSigner: boolean };
  it('are unioned in whatever order they come; each is released on its own, by its office; the stricter wins', () => {
    const act = fc.record<Act>({ kind: fc.constantFrom('place', 'place', 'release'), device: fc.constantFrom<0 | 1>(0, 1), rule: fc.constantFrom(...(Object.keys(HOLD_RULES) as HoldRule[])), which: fc.nat(20), asSigner: fc.boolean() });
    fc.assert(fc.property(fc.array(act, { maxLength: 24 }), (acts) => {
      let head: Omit<PacketRow, 'version' | 'changedBy'> = packet();
      const holds = new Map<string, HoldRow>();
      const model = new Map<string, HoldRule>();
      for (const [n, a] of acts.entries()) {
        const id = `c${n}`.padEnd(32, '0');
        const at = new Date(Date.parse(NIGHT) + n * 1000).toISOString();
        const all = [...holds.values()];
        if (a.kind === 'place') {
          const decided = holdPlace.decide({ packet: head as PacketRow, holds: all, statements: [], reviews: [], runs: [] }, { packetId: 'pk-1', rule: a.rule, reason: 'Something that protects' }, env({ id, at, device: `dev-${a.device}` }));
          const puts = putsOf(decided);
          const row = rowOf<HoldRow>(puts, 'holds');
          expect(holds.has(row.id)).toBe(false);
          holds.set(row.id, row);
          model.set(row.id, a.rule);
          head = rowOf(puts, 'packets');
        } else {
          const target = all[a.which % Math.max(1, all.length)];
          if (!target) continue;
          const role = a.asSigner ? 'pm' : (releasers[target.rule] as Role);
          const decided = holdRelease.decide({ hold: target, packet: head as PacketRow, holds: all, statements: [], reviews: [], runs: [] }, { holdId: target.id, note: 'Looked at and released' }, env({ id, at, role, actor: `hq-${role}` }));
          expect(decided.ok).toBe(!a.asSigner && isOpen(target));
          if (!decided.ok) continue;
          const row = rowOf<HoldRow>(decided.value, 'holds');
          holds.set(row.id, row);
          model.delete(row.id);
          head = rowOf(decided.value, 'packets');
        }
        expect(new Set([...holds.values()].filter(isOpen).map((h) => h.id))).toEqual(new Set(model.keys()));
        expect(head.openHolds).toBe(model.size);
        expect(head.holdCount).toBe(new Set(model.values()).size);
        expect(head.lane).toBe(laneOf('in_review', [...holds.values()]));
        expect(head.lane === 0).toBe([...model.values()].some((r) => HOLD_RULES[r].isTierZero));
      }
    }), { numRuns: 200 });
  });
  it('[PK-10] a restricted hold says the same whoever placed it and for whatever cause', () => {
    const rows = (['pm', 'juvenile_coordinator', 'restricted_officer'] as const).map((role) => rowOf<HoldRow>(putsOf(holdPlace.decide(
      { packet: packet(), holds: [], statements: [], reviews: [], runs: [] }, { packetId: 'pk-1', rule: 'RESTRICTED', reason: `The cause as ${role} knows it` }, env({ role, actor: `x-${role}` }))), 'holds'));
    expect(new Set(rows.map((r) => JSON.stringify(r))).size).toBe(1);
    expect(JSON.stringify(rows)).not.toContain('knows it');
  });
});

describe('the same person', () => {
  it('is found by A-number or FIN however it was typed, and through a third row', () => {
    expect(comparableANumber('A 012-345-678')).toBe(comparableANumber('12345678'));
    expect([comparableANumber(''), comparableANumber('000'), comparableFin(' - ')]).toEqual([null, null, null]);
    expect(isSamePerson({ aNumber: null, fin: '' }, { aNumber: null, fin: null })).toBe(false);
    const all = [{ id: 's1', aNumber: 'A1', fin: null }, { id: 's2', aNumber: '1', fin: 'f-9' }, { id: 's3', aNumber: null, fin: 'F9' }, { id: 's4', aNumber: '2', fin: null }];
    expect(samePersons({ id: 's1', aNumber: 'A1', fin: null }, all).map((s) => s.id)).toEqual(['s2', 's3']);
  });
  it('gets a hold whose id says from which it came, and that does not follow further', () => {
    expect(followerId('h1', 'p1')).toBe(deriveId('h1', 'p1'));
    const follower = COMMANDS['hold.follow'] as AnyCommand & { kind: 'plain' };
    const state = { packet: packet({ id: 'pk-2' }), source: hold('h1', 'PK-08', { placedBy: FOLLOWED_BY }), made: null, holds: [], statements: [], reviews: [], runs: [] };
    expect(follower.decide(state, { holdId: 'h1', packetId: 'pk-2' }, env())).toEqual({ ok: true, value: [] });
    expect(follower.decide({ ...state, source: hold('h1', 'OTHER') }, { holdId: 'h1', packetId: 'pk-2' }, env())).toEqual({ ok: true, value: [] });
    expect(follower.decide({ ...state, source: hold('h1', 'PK-08'), made: hold('x', 'PK-08') }, { holdId: 'h1', packetId: 'pk-2' }, env())).toEqual({ ok: true, value: [] });
  });
});
