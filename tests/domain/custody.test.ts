/** Custody: each transition, one fold for every order, what is always accepted, what waits, and the clocks that follow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../shared/command.ts';
import {
  CUSTODY_EVENTS, CUSTODY_STATES, type CustodyFact, type CustodyKind, type CustodyRecordInput, custodyRecord, custodyState, custodyTimes, documentEvents, FAVOUR_KINDS, inOrder, isArrestedOutside, paperTask, passedLimit,
  shownState,
} from '../../shared/domain/custody.ts';
import { packetClocks } from '../../shared/domain/clocks.ts';
import type { CustodyEventRow, PacketRow } from '../../shared/rows.ts';
import { AGENCY, cleanFacts, cleanHold, cleanPacket, cleanStatement, DIO, formOf, NOW, PM, rowsOf } from './clean-packets.ts';

const at = (hours: number): string => new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
const fact = (kind: CustodyKind, hours: number, details: CustodyFact['details'] = {}): CustodyFact => ({ id: `${kind}@${hours}`, kind, at: at(hours), recordedAt: at(hours), details });
const row = (f: CustodyFact): CustodyEventRow => ({ ...f, stream: `agency:${AGENCY}`, version: 1, changedBy: 'hq', agencyId: AGENCY, packetId: 'pk-p-nta', subjectId: 'su-1', zone: 'America/Chicago', recordedBy: PM });

const served = { manner: 'in_person', servedBy: 'Example DIO', dioId: DIO, language: 'Spanish', interpreter: 'INT-0007', subjectCopy: 'given' } as const;
const DETAILS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  booked: { bookingNumber: 'B-1', offense: 'Example offense' }, screened: { language: 'Spanish', interpreter: null }, arrested: { isWarrantless: true, iceContact: 'Duty officer' }, 'release.scheduled': { releaseAt: at(20), toldBy: 'Jail desk' },
  'local.released': { toldBy: 'Jail desk' }, 'detainer.served': { ...served, agencyCopy: 'Jail desk' }, 'warrant.served': { form: 'I-200', place: 'Example jail', ...served }, 'pickup.arranged': { by: 'ERO', forAt: at(3) },
  'transit.started': { by: 'ICE', i203: 'I203-1', i216: 'I216-1', propertyReceipt: 'PR-1', medicalSummary: 'none', medication: 'none', languages: 'Spanish', accommodation: null, dependants: 'two children', counsel: null, fearClaim: null, medicalNeeds: null }, 'ice.arrived': { place: 'Example office', confirmation: 'C-1' }, 'pickup.refused': { by: 'ERO', why: 'no van' }, 'call.made': { to: 'ERO', answer: 'no van' },
  'ice.notified': { to: 'ERO', about: 'detainer' }, 'counsel.notified': { to: 'Counsel' }, 'detainer.cancelled': { why: 'no warrant', toldTo: 'Jail desk', reissue: 'none' }, 'detainer.fulfilled': { toldTo: 'Jail desk' },
  'release.ordered': { by: 'SDDO', toldTo: 'Jail desk', why: 'limit' }, released: { reason: 'limit', by: 'Jail desk' }, 'limit.passed': { note: 'nobody came' },
};
const env = (over: Partial<Envelope> = {}): Envelope => ({
  id: 'cmd-00000001', ledger: 'L1', epoch: 'E1', seq: 1, prev: '', device: 'dev-1', actor: PM, role: 'pm', at: NOW, zone: 'America/Chicago', mono: 1, bootId: 'b1', anchor: '', base: {}, packs: [], tz: '2026a', salt: 's', ...over,
});
type State = Parameters<typeof custodyRecord.decide>[0];
const signed = ['i213', 'i862', 'i200', 'i286', 'i247a'].map((id) => cleanStatement(id));
const clean = rowsOf(cleanPacket());
function record(kind: string, hours: number, o: { state?: Partial<State>; details?: Readonly<Record<string, unknown>>; env?: Partial<Envelope> } = {}) {
  const { packet, version } = clean;
  const { agency, intervals, moa } = cleanFacts();
  const state: State = { packet, version, agency, intervals, moa, holds: [], statements: signed, reviews: [], events: [], ...o.state };
  const input = custodyRecord.input.parse({ packetId: packet.id, event: { kind, at: at(hours), details: o.details ?? DETAILS[kind] } }) as CustodyRecordInput;
  return custodyRecord.decide(state, input, env(o.env));
}
const code = (r: ReturnType<typeof record>): string | null => (r.ok ? null : r.problem.code);
const headOf = (r: ReturnType<typeof record>): PacketRow => (r.ok ? r.value.find((p) => p.table === 'packets')?.row : undefined) as PacketRow;

describe('transitions', () => {
  const way: readonly (readonly [CustodyKind, string])[] = [
    ['detainer.served', 'DETAINER_ACTIVE'], ['release.scheduled', 'RELEASE_SCHEDULED'], ['warrant.served', 'WARRANT_SERVED'], ['transit.started', 'IN_TRANSIT'], ['ice.arrived', 'ICE_CUSTODY'],
  ];
  it.each(way.map(([kind, to], n) => [kind, to, n] as const))('%s leads to %s', (_kind, to, n) => expect(custodyState(way.slice(0, n + 1).map(([k], h) => fact(k, h - 9)))).toBe(to));
  it('[DET-07] a release that was known before the detainer counts once it is served', () => expect(custodyState([fact('release.scheduled', -3), fact('detainer.served', -2)])).toBe('RELEASE_SCHEDULED'));
  it('a release names its state by the reason', () => {
    expect(custodyState([fact('released', -1, { reason: 'limit' })])).toBe('RELEASED_LIMIT');
    expect(custodyState([fact('released', -1, { reason: 'citizenship' })])).toBe('RELEASED_OTHER');
  });
  it('[DET-03] cancelled, and served again after the warrant', () => {
    expect(custodyState([fact('detainer.served', -4), fact('detainer.cancelled', -3)])).toBe('CANCELLED');
    expect(custodyState([fact('detainer.served', -4), fact('detainer.cancelled', -3), fact('detainer.served', -2)])).toBe('DETAINER_ACTIVE');
  });
  it('a correction takes an event out, and the event stays in the list', () => {
    const wrong = fact('ice.arrived', -1);
    expect(custodyState([fact('warrant.served', -2), wrong, { ...fact('corrected', 0, { eventId: wrong.id }) }])).toBe('WARRANT_SERVED');
  });
  it('every state is reached by some way, or shown from the packet', () => {
    const reached = new Set<string>(Object.values(CUSTODY_EVENTS).flatMap((e) => (e.to ? [e.to] : [])));
    const shown = (['in_review', 'returned', 'signed'] as const).map((s) => shownState('SCREENED', s));
    expect(CUSTODY_STATES.filter((s) => !reached.has(s) && !(shown as readonly string[]).includes(s))).toEqual(['SCREENED', 'RELEASED_LIMIT']);
  });
  it('any order folds to the state of a slow replay', () => {
    const kinds = Object.keys(CUSTODY_EVENTS).filter((k) => k !== 'corrected') as CustodyKind[];
    const events = fc.array(fc.record({ kind: fc.constantFrom(...kinds), hours: fc.integer({ min: -20, max: 0 }), fix: fc.boolean(), limit: fc.boolean(), warrantless: fc.boolean() }), { maxLength: 12 });
    fc.assert(fc.property(events, fc.infiniteStream(fc.nat()), (list, dice) => {
      const made = list.map((e, n) => ({ ...fact(e.kind, e.hours, { reason: e.limit ? 'limit' : 'other', isWarrantless: e.warrantless, iceContact: 'Duty officer' }), id: `e${String(n).padStart(2, '0')}` }));
      const fixes = list.flatMap((e, n) => (e.fix ? [{ ...fact('corrected', 1, { eventId: made[n]?.id ?? '' }), id: `f${n}` }] : []));
      // Slow: the earliest uncorrected event again and again, each tried against the table by itself.
      let left = made.filter((_, n) => !list[n]?.fix);
      let state = 'SCREENED';
      let known = false;
      let arrested = false;
      while (left.length > 0) {
        const first = left.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.id < a.id) ? b : a));
        left = left.filter((e) => e !== first);
        const { from, to } = CUSTODY_EVENTS[first.kind as CustodyKind] as { readonly from: readonly string[]; readonly to: string | null };
        if (first.kind === 'release.scheduled' || first.kind === 'local.released') known = true;
        const isFromStreet = arrested && (state === 'SCREENED' || state === 'CANCELLED') && (first.kind === 'transit.started' || first.kind === 'ice.arrived');
        if (first.kind === 'arrested' && first.details.isWarrantless === true) arrested = true;
        if (to !== null && (from.includes(state) || isFromStreet)) state = first.kind === 'released' && first.details.reason === 'limit' ? 'RELEASED_LIMIT' : to;
        if (state === 'DETAINER_ACTIVE' && known) state = 'RELEASE_SCHEDULED';
      }
      const shuffled = [...made, ...fixes].map((e) => ({ e, n: dice.next().value })).sort((a, b) => a.n - b.n).map((x) => x.e);
      expect(custodyState(shuffled)).toBe(state);
    }));
  });
});

describe('custody.record', () => {
  it('[PK-00] [SYN-18] takes every event in the person\'s favour, in every state, under holds and blocks, by every role of the case', () => {
    const broken = cleanPacket();
    formOf(broken, 'I-862').hearing.time = 'TBD';
    const ways: readonly (readonly CustodyFact[])[] = [
      [], [fact('detainer.served', -5)], [fact('detainer.served', -5), fact('local.released', -4)], [fact('warrant.served', -5)], [fact('warrant.served', -5), fact('transit.started', -4)],
      [fact('warrant.served', -5), fact('ice.arrived', -4)], [fact('released', -5, { reason: 'limit' })], [fact('released', -5)], [fact('detainer.served', -5), fact('detainer.cancelled', -4)],
    ];
    const holds = ['PK-08', 'PK-09', 'RESTRICTED', 'OTHER'].map((rule) => cleanHold(rule));
    const { packet, version } = rowsOf(broken);
    for (const [n, events] of ways.entries()) {
      for (const [m, state] of (['in_review', 'returned', 'part_signed', 'signed', 'closed'] as const).entries()) {
        const role = (['pm', 'sddo', 'opla'] as const)[(n + m) % 3] ?? 'pm';
        const over = { events: events.map(row), holds, moa: [], intervals: [], statements: [], packet: { ...packet, state }, version };
        for (const kind of FAVOUR_KINDS) expect(code(record(kind, -1, { state: over, env: { role } })), `${kind} ${state} ${role}`).toBeNull();
      }
    }
  });
  it('a fact is taken under a hold too: it starts the clock that protects the person', () => expect(code(record('local.released', -1, { state: { holds: [cleanHold('PK-08')] } }))).toBeNull());
  it.each([['detainer.served', []], ['warrant.served', []], ['transit.started', ['warrant.served']], ['ice.arrived', ['warrant.served']]] as const)('%s goes on when nothing stands against it, and waits for a hold', (kind, before) => {
    // The clean detainer was signed at 19:00 with the warrant.
    const events = before.map((k) => row(fact(k, -0.8)));
    expect(code(record(kind, -0.2, { state: { events } }))).toBeNull();
    expect(code(record(kind, -0.2, { state: { events, holds: [cleanHold('OTHER')] } }))).toBe('custody/held');
  });
  it('[DET-03] [W200-03] nothing is served without its signature', () => {
    expect(code(record('detainer.served', -0.2, { state: { statements: [] } }))).toBe('custody/not-signed');
    expect(code(record('detainer.served', -0.2, { state: { statements: signed.filter((s) => s.formId !== 'i200') } }))).toBe('custody/blocked');
    expect(code(record('warrant.served', -5))).toBe('custody/not-signed');
    expect(code(record('warrant.served', -0.2, { details: { ...DETAILS['warrant.served'], form: 'I-205' } }))).toBe('custody/no-form');
    expect(code(record('warrant.served', -0.2, { details: { ...DETAILS['warrant.served'], interpreter: null } }))).toBe('custody/interpreter-missing');
    expect(code(record('warrant.served', -0.2, { state: { intervals: [] } }))).toBe('custody/server-not-allowed');
  });
  it('[TFM25 s.VI] a task force goes from the arrest to transport and ICE, nobody else does', () => {
    const arrest = fact('arrested', -3, { isWarrantless: true, iceContact: 'Duty officer' });
    expect(custodyState([arrest])).toBe('SCREENED');
    expect(custodyState([arrest, fact('transit.started', -2)])).toBe('IN_TRANSIT');
    expect(custodyState([arrest, fact('transit.started', -2), fact('ice.arrived', -1)])).toBe('ICE_CUSTODY');
    expect(custodyState([arrest, fact('detainer.served', -2.5), fact('transit.started', -2)])).toBe('DETAINER_ACTIVE');
    const { agency } = cleanFacts();
    const force = { agency: { ...agency, model: 'TFM' as const } as State['agency'], events: [row(arrest)] };
    expect(code(record('transit.started', -2, { state: force }))).toBeNull();
    expect(code(record('ice.arrived', -2, { state: force }))).toBeNull();
    expect(code(record('transit.started', -4, { state: force }))).toBe('custody/time-order');
    expect(code(record('transit.started', -2, { state: { ...force, events: [] } }))).toBe('custody/not-from-here');
    expect(code(record('transit.started', -2, { state: { events: [row(arrest)] } }))).toBe('custody/not-from-here');
    expect(code(record('transit.started', -2, { state: { ...force, holds: [cleanHold('PK-08')] } }))).toBe('custody/held');
    // [ARR-03] An arrest on a warrant, or one of which ICE does not know, does not go this way.
    for (const details of [{ isWarrantless: false, iceContact: 'Duty officer' }, { isWarrantless: true, iceContact: null }]) {
      expect(isArrestedOutside([{ ...arrest, details }])).toBe(false);
      expect(code(record('transit.started', -2, { state: { ...force, events: [row({ ...arrest, details })] } })), JSON.stringify(details)).toBe('custody/not-from-here');
    }
    // A detainer that was cancelled meanwhile changes nothing for a person who is not in a jail.
    expect(code(record('transit.started', -2, { state: { ...force, events: [row(arrest), row(fact('detainer.cancelled', -2.5))] } }))).toBeNull();
  });
  it('[TFM25 s.VI] the packet itself can say that the arrest was without a warrant and that ICE was reached', () => {
    const document = { ...cleanPacket(), forms: [] };
    document.events.immigrationArrestAt = at(-6);
    document.events.isArrestWarrantless = true;
    const reached = (iceContact: { at: string; name: string } | null): boolean => isArrestedOutside(documentEvents(Object.assign(document, { arrest: { iceContact } })));
    expect(reached({ at: at(-5.5), name: 'Duty officer' })).toBe(true);
    expect(reached(null)).toBe(false);
    const arrest = fact('arrested', -5, { isWarrantless: true, iceContact: 'Duty officer' });
    const clocks = (...more: readonly CustodyFact[]) => packetClocks(document, { model: 'TFM', custody: custodyTimes([arrest, ...more]) });
    expect(clocks().find((c) => c.id === 'K1')).toMatchObject({ startsAt: at(-5), deadlineAt: at(43), stoppedAt: null });
    expect(clocks().find((c) => c.id === 'K29')?.stoppedAt).toBeNull();
    expect(clocks(fact('ice.arrived', -1)).find((c) => c.id === 'K29')?.stoppedAt).toBe(at(-1));
  });
  it('[DET-07] a service says who has the copies; transport says what goes along, and has no place for restricted handling', () => {
    const without = (kind: CustodyKind, name: string) => custodyRecord.input.safeParse({ packetId: 'pk-1', event: { kind, at: at(-1), details: { ...DETAILS[kind], [name]: undefined } } }).success;
    for (const name of ['subjectCopy', 'agencyCopy', 'servedBy', 'language']) expect(without('detainer.served', name), name).toBe(false);
    for (const name of ['i203', 'i216', 'propertyReceipt', 'medicalSummary', 'medication', 'languages']) expect(without('transit.started', name), name).toBe(false);
    expect(Object.keys(CUSTODY_EVENTS['transit.started'].details.shape).join(' ')).not.toMatch(/restrict|1367/i);
    expect(custodyRecord.input.safeParse({ packetId: 'pk-1', event: { kind: 'transit.started', at: at(-1), details: { ...DETAILS['transit.started'], isRestricted: true } } }).success).toBe(false);
  });
  it('[SYN-17] waits while a signature is under review, except for what is in the person\'s favour', () => {
    const statements = signed.map((s) => ({ ...s, effect: 'under_review' as const }));
    const events = [row(fact('warrant.served', -0.8))];
    expect(code(record('transit.started', -0.2, { state: { events, statements } }))).toBe('custody/under-review');
    for (const kind of FAVOUR_KINDS) expect(code(record(kind, -0.2, { state: { events, statements } })), kind).toBeNull();
  });
  it('refuses what does not follow, what comes too early, what lies ahead, and other roles', () => {
    expect(code(record('transit.started', -1))).toBe('custody/not-from-here');
    expect(code(record('transit.started', -3, { state: { events: [row(fact('warrant.served', -1))] } }))).toBe('custody/time-order');
    expect(code(record('call.made', 1 / 60))).toBeNull();
    expect(code(record('call.made', 3 / 60))).toBe('custody/future');
    expect(code(record('detainer.served', -0.2, { env: { role: 'opla' } }))).toBe('custody/not-your-role');
    expect(code(record('call.made', -1, { state: { packet: null } }))).toBe('packet/unknown');
  });
  it('recorded twice by the same person in the same words is one event, unless the first was corrected', () => {
    const call = row(fact('call.made', -1, { answer: 'no van', to: 'ERO' }));
    expect(record('call.made', -1, { state: { events: [call] } })).toEqual({ ok: true, value: [] });
    expect(headOf(record('call.made', -1, { state: { events: [{ ...call, recordedBy: 'pm-2' }] } })).id).toBe('pk-p-nta');
    expect(headOf(record('call.made', -1, { state: { events: [call, row(fact('corrected', 0, { eventId: call.id }))] } })).id).toBe('pk-p-nta');
    const served = row(fact('detainer.served', -0.2, DETAILS['detainer.served'] as CustodyFact['details']));
    expect(record('detainer.served', -0.2, { state: { events: [served] } })).toEqual({ ok: true, value: [] });
  });
  it('corrects an event once, never a correction, and no release while a hold is open', () => {
    const release = row(fact('released', -2, { reason: 'limit' }));
    const details = { eventId: release.id, why: 'The jail named another person' };
    expect(headOf(record('released', -2)).isDetained).toBe(false);
    expect(headOf(record('corrected', 0, { details, state: { events: [release] } })).isDetained).toBe(true);
    expect(code(record('corrected', 0, { details, state: { events: [release], holds: [cleanHold('PK-08')] } }))).toBe('custody/held');
    const fix = row(fact('corrected', 0, { eventId: release.id }));
    expect(code(record('corrected', 0, { details, state: { events: [release, fix] } }))).toBe('custody/already-corrected');
    expect(code(record('corrected', 0, { details: { ...details, eventId: fix.id }, state: { events: [release, fix] } }))).toBe('custody/not-correctable');
    expect(code(record('corrected', 0, { details, state: { events: [] } }))).toBe('custody/unknown-event');
  });
  it('[DET-03] a detainer without a warrant is cancelled and planned again in one act', () => {
    const document = cleanPacket();
    formOf(document, 'I-247A').issued = { byKind: 'officer', byId: DIO, name: 'Example DIO', title: 'DIO', at: at(-20), place: 'Example' };
    expect(paperTask(document, new Set(), [])).toBe('cancel_detainer');
    expect(paperTask(document, new Set(['i200']), [])).toBeNull();
    expect(paperTask(cleanPacket(), new Set(), [])).toBeNull();
    expect([fact('reissue.planned', -1), fact('detainer.cancelled', -1), { ...fact('call.made', -1), recordedAt: at(-2) }].sort(inOrder).map((e) => e.kind)).toEqual(['call.made', 'detainer.cancelled', 'reissue.planned']);
    const done = record('detainer.cancelled', -1, { details: { ...DETAILS['detainer.cancelled'], reissue: 'after_warrant' } });
    expect(done.ok && done.value.map((p) => (p.table === 'custody_events' ? p.row.kind : p.table))).toEqual(['detainer.cancelled', 'reissue.planned', 'packets']);
    const cancelled = fact('detainer.cancelled', -2, { reissue: 'after_warrant' });
    const planned = fact('reissue.planned', -2);
    expect(paperTask(document, new Set(), [cancelled, planned])).toBe('reissue_detainer');
    expect(paperTask(document, new Set(), [fact('detainer.cancelled', -2, { reissue: 'none' })])).toBeNull();
    expect(paperTask(document, new Set(['i200']), [cancelled, planned, fact('detainer.served', -1)])).toBeNull();
    expect(paperTask(document, new Set(), [cancelled, planned, fact('released', -1)])).toBeNull();
  });
});

describe('clocks', () => {
  const clock = (id: string, ...events: readonly CustodyFact[]) => packetClocks(cleanPacket(), { custody: custodyTimes(events) }).find((c) => c.id === id);
  it('[K2] [K2B] run from the actual end of local custody, end with ICE custody, cancellation or release', () => {
    const gone = fact('local.released', -10);
    expect(clock('K2B', gone)).toMatchObject({ startsAt: at(-10), deadlineAt: at(38), stoppedAt: null });
    for (const kind of ['ice.arrived', 'detainer.cancelled', 'released'] as const) expect(clock('K2B', gone, fact(kind, -1))?.stoppedAt, kind).toBe(at(-1));
    expect(clock('K2B', gone, fact('detainer.cancelled', -2), fact('detainer.served', -1))?.stoppedAt).toBeNull();
  });
  it('a second record never makes a limit later', () => expect(clock('K2B', fact('local.released', -10), fact('local.released', -3))?.deadlineAt).toBe(at(38)));
  it('[K3] [K4] the warrant served at the release starts the hold and ends the release', () => {
    expect(clock('K3', fact('warrant.served', -1))).toMatchObject({ startsAt: at(-1), deadlineAt: at(47) });
    expect(clock('K4', fact('warrant.served', -1))?.stoppedAt).toBe(at(-1));
  });
  it('[K2B] the head follows in the same command', () => {
    expect(headOf(record('local.released', -10))).toMatchObject({ deadlineAt: at(38), deadlineClock: 'K2B', custodyLimitAt: at(38) });
    expect(headOf(record('released', -1, { state: { events: [row(fact('local.released', -10))] } }))).toMatchObject({ deadlineAt: null, custodyLimitAt: null, isDetained: false });
  });
  it('[K2B] no pickup by the limit says release, and counts the calls since the limit began', () => {
    const events = [fact('call.made', -60), fact('local.released', -50), fact('call.made', -20, { to: 'ERO', answer: 'no van' }), fact('pickup.refused', -10, { by: 'Duty desk', why: 'no officer' })];
    expect(passedLimit(packetClocks(cleanPacket(), { custody: custodyTimes(events) }), NOW)?.id).toBe('K2B');
    const done = record('limit.passed', -1, { state: { events: events.map(row) } });
    const made = done.ok ? done.value[0] : undefined;
    expect(made?.table === 'custody_events' ? made.row.details : null).toEqual({ note: 'nobody came', limit: 'K2B', limitAt: at(-2), source: 'Form I-247A and its guidance', calls: 2, callList: `${at(-20)} ERO: no van\n${at(-10)} Duty desk: no officer`, words: 'Release or notify required' });
    expect(JSON.stringify(done)).not.toMatch(/extend/i);
  });
  it('what the packet itself says of custody counts', () => {
    const document = cleanPacket();
    document.events.custodyTransferredAt = at(-3);
    expect(custodyState(documentEvents(document))).toBe('WARRANT_SERVED');
  });
});
