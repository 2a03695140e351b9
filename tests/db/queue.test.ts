/** The queue from indexes equals the slow oracle: sort every row with `compareQueue`, filter, slice. And what a screen reads beside it. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgencyItem, OfficerItem, Overview, PacketView, QueuePage, QueueSplit, SyncStatus } from '../../shared/api.ts';
import { CLOCK_BUCKETS, type QueueFilter, SEVERITY_FILTERS } from '../../shared/domain/filters.ts';
import { compareQueue, headAt, tierOf } from '../../shared/domain/queue.ts';
import { PACKET_TYPES, type PacketRow } from '../../shared/rows.ts';
import { saveDraft } from '../../db/drafts.ts';
import type { Store } from '../../db/open.ts';
import { applyReply } from '../../db/outbox.ts';
import { read } from '../../db/read.ts';
import { rowsWhere } from '../../db/rows.ts';
import { matchOf } from '../../db/search.ts';
import { searchWords } from '../../shared/domain/search-words.ts';
import { cleanRows, filledStore, hold, must, newStore, NOW, PACKET, packetOf, PM, pullRows, receiptsFor, signForm, STREAM, type Fixture, type PageRow } from './fixture.ts';

let f: Fixture;
let store: Store;
const at = (hours: number): string => new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
const context = (now = NOW) => ({ now, pmId: PM, status: {} });
const page = (over: Partial<{ split: QueueSplit; search: string; agencyId: string; filter: QueueFilter; offset: number; limit: number }> = {}, now = NOW): QueuePage =>
  must(read(store, 'queue.list', { split: 'all', search: '', offset: 0, limit: 50, ...over }, context(now))) as QueuePage;
const SPLITS: readonly QueueSplit[] = ['all', 'clock_running', 'resubmitted', 'blocked', 'returned', 'done'];

/** What each split holds, said once more and slowly. */
function oracle(rows: readonly PacketRow[], split: QueueSplit, now: string): readonly string[] {
  const isDone = (p: PacketRow) => (p.lane === 9 || p.state === 'closed') && tierOf(p, now) === 5;
  const keeps: Record<QueueSplit, (p: PacketRow) => boolean> = {
    all: () => true, clock_running: (p) => p.deadlineAt !== null, resubmitted: (p) => p.isResubmitted, blocked: (p) => p.blockCount > 0 || p.holdCount > 0 || p.openHolds > 0,
      returned: (p) => p.state === 'returned', done: () => true,
  };
  return rows.filter((p) => isDone(p) === (split === 'done') && keeps[split](p)).sort(compareQueue(now)).map((p) => p.id);
}

/** A filter, said once more and slowly, by the head that a row shows. */
function keeps(p: PacketRow, f: QueueFilter, now: string): boolean {
  const at = headAt(p, now).deadlineAt;
  const left = at === null ? null : Date.parse(at) - Date.parse(now);
  const within = { past: 0, '4h': 4, '24h': 24, '72h': 72 };
  const isHeld = p.holdCount > 0 || p.openHolds > 0;
  const severity = { block: p.blockCount > 0, hold: isHeld, warn: p.warnCount > 0, clear: p.blockCount === 0 && !isHeld && p.warnCount === 0 };
  return (f.type === undefined || p.type === f.type) && (f.custody === undefined || p.isDetained === (f.custody === 'detained')) && (f.preparerId === undefined || p.preparerId === f.preparerId)
    && (f.severity === undefined || severity[f.severity]) && (f.clock === undefined || (f.clock === 'none' ? left === null : left !== null && left <= within[f.clock] * 3_600_000));
}
const filters = fc.record({
  type: fc.constantFrom(...PACKET_TYPES), custody: fc.constantFrom('detained', 'not_detained'), clock: fc.constantFrom(...CLOCK_BUCKETS), severity: fc.constantFrom(...SEVERITY_FILTERS), preparerId: fc.constantFrom('dio-1', 'dio-none'),
}, { requiredKeys: [] });

const hours = fc.constantFrom(-100, -30, -5, -1, 0, 1, 3, 4, 5, 23, 24, 25, 71, 72, 73, 300);
const packet = fc.record({
  lane: fc.constantFrom(0, 1, 5, 9), state: fc.constantFrom('in_review', 'returned', 'part_signed', 'signed', 'closed'), deadline: fc.option(hours), limit: fc.option(hours), next: fc.option(hours),
    isDetained: fc.boolean(), isResubmitted: fc.boolean(), isK4: fc.boolean(),
  type: fc.constantFrom(...PACKET_TYPES), preparerId: fc.constantFrom('dio-1', 'dio-2'), warnCount: fc.constantFrom(0, 0, 2),
  agencyId: fc.constantFrom('ag-07', 'ag-07', 'ag-11'), received: fc.constantFrom(-3, -2, -1), blockCount: fc.constantFrom(0, 0, 1), holdCount: fc.constantFrom(0, 0, 1), openHolds: fc.constantFrom(0, 0, 1), word: fc.constantFrom('amber',
    'birch', 'cedar'),
});
type Made = typeof packet extends fc.Arbitrary<infer T> ? T : never;
const rowsOf = (made: readonly Made[]): PageRow[] => {
  const base = cleanRows().find((r) => r.table === 'packets')?.row;
  return made.flatMap(({ deadline, limit, next, received, word, isK4, ...rest }, n) => [
    { table: 'subjects', row: { id: `s${n}`, agencyId: 'ag-07', name: `${word.toUpperCase()}, Test`, aNumber: `A${100_000_000 + n}`, fin: null, bornOn: null, isSynthetic: true } },
    { table: 'packets', row: { ...base, ...rest, id: `p${(n * 7919) % 1000}-${n}`, subjectId: `s${n}`, deadlineAt: deadline === null ? null : at(deadline), deadlineClock: isK4 && deadline !== null ? 'K4' : null,
      nextAt: next === null ? null : at(next), nextClock: next === null ? null : 'K5', custodyLimitAt: limit === null ? null : at(limit), receivedAt: at(received) } },
  ]);
};

describe('queue order', () => {
  afterEach(() => f.close());
  it('equals the oracle for every split, page, moment and search, before and after changes', () => {
    f = newStore();
    store = f.store;
    fc.assert(fc.property(fc.array(packet, { minLength: 1, maxLength: 60 }), fc.array(packet, { maxLength: 8 }), hours, fc.nat(20), fc.integer({ min: 1, max: 30 }), filters, (made, later, move,
      offset, limit, filter) => {
      const all = () => rowsWhere(store, 'packets', {});
      const check = (now: string): void => {
        const rows = all();
        for (const split of SPLITS) {
          const expected = oracle(rows, split, now);
          const found = page({ split, offset, limit }, now);
          expect(found.items.map((i) => i.packet.id)).toEqual(expected.slice(offset, offset + limit));
          expect([split, found.total, found.counts[split]]).toEqual([split, expected.length, expected.length]);
          for (const item of found.items) expect(item.tier).toBe(tierOf(item.packet, now));
          const cedar = new Set((store.sqlite.prepare("SELECT p.id FROM packets p JOIN subjects s ON s.id = p.subjectId WHERE s.name LIKE 'CEDAR%'").pluck().all() as string[]));
          const hits = expected.filter((id) => cedar.has(id));
          const search = page({ split, offset, limit, search: 'ceda' }, now);
          expect(search.items.map((i) => i.packet.id)).toEqual(hits.slice(offset, offset + limit));
          expect(search.total).toBe(hits.length);
          const kept = expected.filter((id) => rows.some((p) => p.id === id && keeps(p, filter, now)));
          const narrowed = page({ split, offset, limit, filter }, now);
          expect([filter, narrowed.items.map((i) => i.packet.id)]).toEqual([filter, kept.slice(offset, offset + limit)]);
          expect([narrowed.total, narrowed.counts[split]]).toEqual([kept.length, kept.length]);
          const here = new Set(rows.filter((p) => p.agencyId === 'ag-11').map((p) => p.id));
          const ofAgency = expected.filter((id) => here.has(id));
          const filtered = page({ split, offset, limit, agencyId: 'ag-11' }, now);
          expect(filtered.items.map((i) => i.packet.id)).toEqual(ofAgency.slice(offset, offset + limit));
          expect([filtered.total, filtered.counts[split]]).toEqual([ofAgency.length, ofAgency.length]);
          expect(page({ split, offset: 0, limit: 200, agencyId: 'ag-11', search: 'ceda' }, now).items.map((i) => i.packet.id)).toEqual(ofAgency.filter((id) => cedar.has(id)));
        }
      };
      store.sqlite.exec('DELETE FROM packets; DELETE FROM packet_search; DELETE FROM packet_search_papers; DELETE FROM subjects');
      store.touch('packets');
      store.memo.clear();
      pullRows(store, STREAM, rowsOf(made));
      check(NOW);
      check(at(move));
      pullRows(store, STREAM, rowsOf(later));
      check(NOW);
    }), { numRuns: 60, seed: 7 });
  });

  it('is the same when many limits passed and a search finds much', () => {
    f = newStore();
    store = f.store;
    const made = fc.sample(packet, { numRuns: 7000, seed: 11 }).map((p): Made => ({ ...p, limit: p.limit !== null && p.limit > 3 ? 3 : p.limit }));
    pullRows(store, STREAM, rowsOf(made));
    const rows = rowsWhere(store, 'packets', {});
    for (const split of SPLITS) {
      const expected = oracle(rows, split, NOW);
      for (const offset of [0, 40, 2500, expected.length - 10]) expect(page({ split, offset: Math.max(0, offset) }).items.map((i) => i.packet.id)).toEqual(expected.slice(Math.max(0, offset),
        Math.max(0, offset) + 50));
      const hits = expected.filter((id) => made[Number(id.split('-')[1])]?.word === 'birch');
      const search = page({ split, search: 'birch' });
      expect([search.total, search.items.map((i) => i.packet.id)]).toEqual([hits.length, hits.slice(0, 50)]);
      const ofAgency = expected.filter((id) => made[Number(id.split('-')[1])]?.agencyId === 'ag-11');
      expect([split, page({ split, agencyId: 'ag-11', offset: 30 }).items.map((i) => i.packet.id)]).toEqual([split, ofAgency.slice(30, 80)]);
    }
  });

  it('walks from packet to packet as the list shows them', () => {
    f = newStore();
    store = f.store;
    pullRows(store, STREAM, [...cleanRows().filter((r) => r.table !== 'packets'), ...rowsOf(fc.sample(packet, { numRuns: 80, seed: 5 }).map((p) => ({ ...p, agencyId: 'ag-07' })))]);
    const version = cleanRows().find((r) => r.table === 'packet_versions')?.row;
    for (const split of ['all', 'done'] as const) {
      const ids = page({ split, limit: 500 }).items.map((i) => i.packet.id);
      pullRows(store, STREAM, ids.map((id) => ({ table: 'packet_versions', row: { ...version, id: `${id}.1`, packetId: id } })));
      for (const [n, id] of ids.entries()) {
        const view = must(read(store, 'packet.open', { packetId: id, number: null }, context())) as PacketView;
        expect([id, view.previousId, view.nextId]).toEqual([id, ids[n - 1] ?? null, ids[n + 1] ?? null]);
      }
    }
  });
});

describe('search', () => {
  beforeEach(() => { f = filledStore(); store = f.store; });
  afterEach(() => f.close());
  it.each(['ortega', 'ORTEGA', 'órtega', 'luis ort', 'A 000 012 345', 'A000012345', '000-012-345', 'A-000-012-345', '12345', 'EXC2611', 'tolan', 'example county',
    'TX-07'])('finds the packet by %s', (typed) => {
    expect(page({ search: typed }).items.map((i) => i.packet.id)).toEqual([PACKET]);
  });
  it.each(['garcia', 'ortega garcia', '999', '"', '* ANDES *', 'NEAR(', '-', '"ortega garcia"', 'text:ortega', '^ortega$ zz', 'alienage'])('finds nothing by %s, and never fails', (typed) => {
    expect(page({ search: typed })).toMatchObject({ items: [], total: 0 });
  });
  it('follows a changed name of subject, officer and agency, and a subject that arrives after its packet', () => {
    pullRows(store, STREAM, [{ table: 'subjects', row: { ...rowsWhere(store, 'subjects', {})[0], name: "O'BRIEN, Pat" } }]);
    pullRows(store, STREAM, [{ table: 'officers', row: { ...rowsWhere(store, 'officers', {})[0], name: 'Renamed Officer' } }]);
    pullRows(store, STREAM, [{ table: 'agencies', row: { ...rowsWhere(store, 'agencies', {})[0], name: 'Moved County' } }]);
    for (const typed of ["o'brien", 'obrien', 'renamed', 'moved']) expect([typed, page({ search: typed }).total]).toEqual([typed, 1]);
    for (const typed of ['ortega', 'tolan', 'TX-07']) expect([typed, page({ search: typed }).total]).toEqual([typed, 0]);
    pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), id: 'late', subjectId: 'su-late' } }]);
    pullRows(store, STREAM, [{ table: 'subjects', row: { ...rowsWhere(store, 'subjects', {})[0], id: 'su-late', name: 'LATER, Ann' } }]);
    expect(page({ search: 'later' }).items.map((i) => i.packet.id)).toEqual(['late']);
  });
  it('asks for every word, as the beginning of one', () => {
    expect(matchOf(searchWords("  O'Brien 012 "))).toBe('"o" "brien"* "012"*');
    expect(matchOf(searchWords('A 012 345 678'))).toBe('"012"* "345"* "678"*');
    expect(matchOf(searchWords('北京市 王'))).toBe('"北京" "京市" "王"*');
    expect(matchOf(searchWords(' . '))).toBeNull();
  });
});

describe('what screens read', () => {
  beforeEach(() => { f = filledStore(); store = f.store; });
  afterEach(() => f.close());
  const work = () => page().items[0]?.work;

  it('says what my work on a packet is doing', () => {
    expect(work()).toBe('none');
    saveDraft(store, `return:${PACKET}`, '{}', NOW);
    expect(work()).toBe('draft');
    must(signForm(store));
    expect(work()).toBe('saved');
    applyReply(store, { receipts: receiptsFor(store, 'under_review'), checkpointJws: null }, NOW);
    store.sqlite.exec('DELETE FROM drafts');
    store.touch('drafts');
    expect(work()).toBe('under_review');
    must(hold(store));
    applyReply(store, { receipts: receiptsFor(store, 'refused', { code: 'x/y', details: {} }), checkpointJws: null }, NOW);
    expect(work()).toBe('needs_attention');
  });
  it('opens a packet with the stream versions that the person looks at [SYN-4]', () => {
    pullRows(store, STREAM, [{ table: 'packets', row: packetOf(store) }]);
    const view = must(read(store, 'packet.open', { packetId: PACKET, number: null }, context())) as PacketView;
    expect(view.base).toEqual({ [STREAM]: 2, program: 1 });
    expect(view).toMatchObject({ versions: [1], subject: { name: 'ORTEGA DIAZ, Luis' }, preparer: { name: 'Mira Tolan' }, signer: { id: PM }, work: 'none', nextId: null, previousId: null });
    expect(view.intervals).toHaveLength(1);
    expect(view.moa).toHaveLength(1);
    expect(read(store, 'packet.open', { packetId: 'none', number: null }, context())).toMatchObject({ problem: { code: 'packet/unknown' } });
    expect(read(store, 'packet.open', { packetId: PACKET, number: 2 }, context())).toMatchObject({ problem: { code: 'packet/unknown-version' } });
  });
  it('names the clock at risk, with its agency, only within twelve hours', () => {
    const status = () => must(read(store, 'sync.status', {}, { ...context(), status: { link: 'offline' } })) as SyncStatus;
    expect(status()).toMatchObject({ link: 'offline', clockAtRisk: null, isClockTrusted: true, ready: 0 });
    for (const [hours, count] of [[13, null], [11, 1]] as const) {
      pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), deadlineAt: at(hours), deadlineClock: 'K2' } }]);
      expect(status().clockAtRisk?.count ?? null).toBe(count);
    }
    expect(status().clockAtRisk).toMatchObject({ clock: 'K2', agencyName: 'Example County SO TX-07', packetId: PACKET, zone: 'America/Chicago' });
  });
  it('[K4] [K2B] leaves the head to the custody limit once local release has passed, on every screen', () => {
    const released = (limit: number) => pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), deadlineAt: at(limit - 48), deadlineClock: 'K4', custodyLimitAt: at(limit) } }]);
    const read1 = () => ({
      row: page().items[0]?.packet, tier: page().items[0]?.tier, risk: (must(read(store, 'sync.status', {}, context())) as SyncStatus).clockAtRisk,
      today: (must(read(store, 'today.overview', {}, context())) as Overview).atRisk.map((i) => i.packet.deadlineClock),
      agency: (must(read(store, 'agencies.list', {}, context())) as readonly AgencyItem[])[0]?.earliestDeadlineAt,
    });
    released(50);
    expect(read1()).toMatchObject({ row: { deadlineAt: at(2), deadlineClock: 'K4' }, tier: 1, risk: { clock: 'K4', deadlineAt: at(2) }, today: ['K4'], agency: at(2) });
    released(30);
    expect(read1()).toMatchObject({ row: { deadlineAt: at(30), deadlineClock: 'K2B' }, tier: 3, risk: null, today: [], agency: at(30) });
    released(3);
    expect(read1()).toMatchObject({ row: { deadlineAt: at(3), deadlineClock: 'K2B' }, tier: 1, risk: { clock: 'K2B', deadlineAt: at(3) }, today: ['K2B'], agency: at(3) });
    released(-1);
    expect(read1()).toMatchObject({ row: { deadlineAt: at(-1), deadlineClock: 'K2B' }, tier: 0, risk: { clock: 'K2B', deadlineAt: at(-1) }, today: ['K2B'] });
  });
  it('tells the first screen what needs a person', () => {
    must(signForm(store));
    must(hold(store, {}, 'PK-08'));
    pullRows(store, STREAM, [{ table: 'training', row: { id: 't1', agencyId: 'ag-07', officerId: 'dio-1', requirement: 'palms-1', title: 'Course', completedOn: '2025-11-01',
      verifiedBy: PM, verifiedAt: at(-99), withdrawnAt: null } }]);
    pullRows(store, `pm:${PM}`, [
      { table: 'assignments', row: { id: 'as1', pmId: PM, agencyId: 'ag-07', kind: 'assigned', startAt: at(-99), endAt: null } },
      { table: 'assignments', row: { id: 'as2', pmId: PM, agencyId: 'ag-old', kind: 'assigned', startAt: at(-99), endAt: at(-1) } },
      { table: 'itinerary_stops', row: { id: 'it1', pmId: PM, agencyId: 'ag-07', arriveAt: at(5), departAt: at(9), purpose: 'visit', note: '' } },
      { table: 'itinerary_stops', row: { id: 'it0', pmId: PM, agencyId: 'ag-07', arriveAt: at(-9), departAt: at(-5), purpose: 'visit', note: '' } },
    ]);
    const today = must(read(store, 'today.overview', {}, context())) as Overview;
    expect(today.attention.map((a) => a.kind)).toEqual(['hold', 'revocation', 'training']);
    expect(today).toMatchObject({ signedToday: 1, openTotal: 1, agenciesHere: 1, agenciesAssigned: 1 });
    expect(today.unsent).toHaveLength(2);
    expect(today.nextStops.map((s) => s.stop.id)).toEqual(['it1']);
    expect(must(read(store, 'assignments.list', {}, context()))).toHaveLength(2);
  });
  it('counts who may act now, per agency and officer', () => {
    const agencies = must(read(store, 'agencies.list', {}, context())) as readonly AgencyItem[];
    expect(agencies).toMatchObject([{ openPackets: 1, officers: 1, officersValid: 1 }]);
    pullRows(store, STREAM, [{ table: 'authority_intervals', row: { ...rowsWhere(store, 'authority_intervals', {})[0], endAt: at(-1) } }]);
    expect(must(read(store, 'agencies.list', {}, context()))).toMatchObject([{ officersValid: 0 }]);
    const officers = must(read(store, 'officers.list', { agencyId: 'ag-07' }, context())) as readonly OfficerItem[];
    expect(officers).toMatchObject([{ officer: { name: 'Mira Tolan' }, interval: null, intervals: [{ id: 'ai-1' }] }]);
    expect(page().items[0]?.isPreparerValid).toBe(false);
  });
});
