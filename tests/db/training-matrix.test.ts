/** The training matrix against a slow oracle that asks `standingOf` cell by cell, and the file of one DIO, both read from a real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../db/open.ts';
import { dropStream } from '../../db/pull.ts';
import { officerFile } from '../../db/queries/officer-file.ts';
import { officerFiles } from '../../db/queries/officer-files.ts';
import { trainingMatrix } from '../../db/queries/training-matrix.ts';
import { removeRow, rowById, rowsWhere, writeRow } from '../../db/rows.ts';
import { run } from '../../db/run.ts';
import { endOfDay } from '../../shared/domain/calendar.ts';
import { cardStanding, hasLeft, trainingFile } from '../../shared/domain/officer-events.ts';
import { trainingRecord, trainingVerify, trainingWithdraw } from '../../shared/domain/officer-commands.ts';
import { COURSE_IDS, LOOK_AHEAD, lookAheadOf, REQUIREMENT_IDS, type RequirementId, type RequirementStanding, standingOf } from '../../shared/domain/training.ts';
import { siteDay } from '../../shared/time.ts';
import { CELL_STATES, type MatrixInput, type MatrixPage } from '../../shared/training-views.ts';
import { random } from '../../synthetic/prng.ts';
import { type Fixture, must, newStore, NOW, PM, type PageRow, pullRows, runInput } from './fixture.ts';

const context = { now: NOW, pmId: PM, status: {} };
const PLAIN: MatrixInput = { agencyId: null, requirement: null, state: null, part: null, search: '', sort: 'due', asOf: null, offset: 0, limit: 200 };
const AGENCIES = [['ag-1', 'JEM', 'America/Chicago'], ['ag-2', 'TFM', 'America/Phoenix'], ['ag-3', 'WSO', 'America/New_York']] as const;
const dayBefore = (days: number): string => new Date(Date.parse(NOW) - days * 86_400_000).toISOString().slice(0, 10);

/** Three agencies of each model; completions, late recordings, withdrawals, waivers, substitutes, logins and departures at random. */
function rowsOfAgency([id, model, zone]: (typeof AGENCIES)[number], seed: number): readonly PageRow[] {
  const r = random(seed);
  const own = { agencyId: id };
  const rows: PageRow[] = [{ table: 'agencies', row: { id, name: `Example County SO ${id}`, state: 'TX', county: 'Example', model, fieldOffice: 'Dallas', zone, lat: 32, lon: -97, moaSignedOn: null, moaStatus: 'in_force', sites: [], isSynthetic: true } }];
  const waiver = (n: number, over: object): PageRow => ({ table: 'course_waivers', row: { id: `${id}.w${n}`, ...own, officerId: null, requirement: r.pick(COURSE_IDS), reason: 'withdrawn', evidence: 'notice', filedBy: PM, filedAt: `${dayBefore(r.int(1, 300))}T15:00:00.000Z`, ...over } });
  rows.push(waiver(0, {}), waiver(1, { substitute: 'palms-8', requirement: 'palms-1', grantedBy: 'hq-n', grantedAt: `${dayBefore(200)}T15:00:00.000Z`, validFrom: `${dayBefore(200)}T15:00:00.000Z`, expiresOn: dayBefore(-100) }),
    waiver(2, { requirement: 'palms-3', grantedBy: 'hq-n', grantedAt: `${dayBefore(90)}T15:00:00.000Z`, validFrom: `${dayBefore(90)}T15:00:00.000Z`, expiresOn: dayBefore(-200), endedBy: 'hq-n', endedAt: `${dayBefore(5)}T15:00:00.000Z` }),
    waiver(3, { requirement: 'palms-5', grantedBy: 'hq-n', grantedAt: `${dayBefore(60)}T15:00:00.000Z`, validFrom: `${dayBefore(60)}T15:00:00.000Z`, expiresOn: dayBefore(-60) }));
  for (let n = 0; n < 25; n += 1) {
    const officerId = `${id}.dio-${n}`;
    rows.push({ table: 'officers', row: { id: officerId, ...own, name: `${r.pick(['Ada', 'Bo', 'Cy'])} ${n}`, badge: `B-${n}`, authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: r.int(0, 2) === 0 ? null : `${dayBefore(r.int(0, 40))}T18:00:00.000Z`, isSeparated: false, isSynthetic: true } });
    const event = (k: string, kind: string, days: number, details: object): PageRow => ({ table: 'officer_events', row: { id: `${officerId}.${k}`, ...own, officerId, kind, at: `${dayBefore(days)}T12:00:00.000Z`, details, recordedBy: PM, recordedRole: 'pm', recordedAt: `${dayBefore(days - r.int(0, 20))}T12:00:00.000Z` } });
    rows.push(event('open', 'roster.opened', 900, { intervalId: `${officerId}.i`, model }), event('login', 'card.login', r.int(25, 90), { source: 'report' }));
    if (n % 9 === 0) rows.push(event('gone', 'separated', r.int(22, 60), { credentials: 'collected', toldBy: 'sheriff' }));
    for (const requirement of COURSE_IDS) for (let k = r.int(0, 2); k > 0; k -= 1) {
      const days = r.int(1, 800);
      const late = r.int(0, 30);
      rows.push({ table: 'training', row: { id: `${officerId}.${requirement}.${days}`, ...own, officerId, requirement, title: requirement, completedOn: dayBefore(days), verifiedBy: r.int(0, 3) === 0 ? null : PM, verifiedAt: `${dayBefore(days - late)}T20:00:00.000Z`, evidence: 'x', provider: 'PALMS', importId: null,
        recordedBy: PM, recordedAt: `${dayBefore(days - Math.min(late, 3))}T20:00:00.000Z`, withdrawnBy: r.int(0, 6) === 0 ? PM : null, withdrawnAt: null, withdrawnReason: null } });
      const last = rows.at(-1)?.row as Record<string, unknown>;
      if (last.withdrawnBy) last.withdrawnAt = `${dayBefore(Math.max(0, days - 40))}T20:00:00.000Z`;
      if (last.verifiedBy === null) last.verifiedAt = null;
    }
  }
  return rows;
}

let f: Fixture;
let store: Store;
beforeEach(() => {
  f = newStore();
  store = f.store;
  for (const [n, a] of AGENCIES.entries()) pullRows(store, `agency:${a[0]}`, rowsOfAgency(a, 100 + n));
});
afterEach(() => f.close());
const ask = (over: Partial<MatrixInput> = {}): MatrixPage => must(trainingMatrix(store, { ...PLAIN, ...over }, context));

type Cell = RequirementStanding & { readonly part: ReturnType<typeof lookAheadOf> };
type Known = { readonly officerId: string; readonly name: string; readonly agencyId: string; readonly agencyName: string; readonly badge: string; readonly cells: readonly Cell[] };
/** The rules asked one cell at a time, with nothing kept. */
function oracle(asOf: MatrixInput['asOf']): readonly Known[] {
  return officerFiles(store, null).flatMap(({ officer, agency, file }): readonly Known[] => {
    const at = asOf === null ? NOW : new Date(Math.min(Date.parse(NOW), Date.parse(endOfDay(asOf.day, agency.zone)) - 1)).toISOString();
    const knownAt = asOf?.known === 'then' ? at : null;
    if (hasLeft({ events: file.events.filter((e) => knownAt === null || e.recordedAt <= knownAt) }, at)) return [];
    const cells = REQUIREMENT_IDS.map((id): Cell => {
      const s = id === 'card' ? cardStanding(file, officer, at, knownAt) : standingOf(id, trainingFile(file, knownAt), at, knownAt);
      return { ...s, part: lookAheadOf(s, siteDay(at, agency.zone)) };
    });
    return [{ officerId: officer.id, name: officer.name, agencyId: agency.id, agencyName: agency.name, badge: officer.badge, cells }];
  });
}
const isIn = (c: Cell, state: MatrixInput['state']): boolean => (state === null ? true : state === 'unverified' ? c.unverified !== null : state === 'unavailable' ? c.unavailable !== null : c.standing === state);
const looked = (k: Known, requirement: RequirementId | null): readonly Cell[] => k.cells.filter((c) => (requirement === null ? c.requirement !== 'card' : c.requirement === requirement) && c.part !== null);
const matching = (k: Known, i: MatrixInput): readonly Cell[] => looked(k, i.requirement).filter((c) => isIn(c, i.state) && (i.part === null || c.part === i.part));

describe('the training matrix', () => {
  it.each([null, { day: dayBefore(30), known: 'now' }, { day: dayBefore(30), known: 'then' }, { day: dayBefore(400), known: 'then' }, { day: NOW.slice(0, 10), known: 'then' }] as const)('answers each cell as the rules do, as of %o', (asOf) => {
    const page = ask({ asOf });
    const known = new Map(oracle(asOf).map((k) => [k.officerId, k]));
    expect(page.rows.map((r) => r.officerId).sort()).toEqual([...known.keys()].sort());
    for (const row of page.rows) {
      expect(row.cells, row.officerId).toEqual(known.get(row.officerId)?.cells.map((c) => ({ standing: c.standing, dueOn: c.dueOn, unverifiedOn: c.unverified?.completedOn ?? null, isUnavailable: c.unavailable !== null })));
    }
    // The material has everything that the matrix can say.
    if (asOf === null) expect(CELL_STATES.filter((s) => ![...known.values()].some((k) => k.cells.some((c) => isIn(c, s))))).toEqual([]);
  });
  it('filters, counts and sorts as a plain walk over the cells does', () => {
    const r = random(9);
    const all = oracle(null);
    const maybe = <T>(values: readonly T[]): T | null => (r.int(0, 2) === 0 ? null : r.pick(values));
    let found = 0;
    for (let n = 0; n < 300; n += 1) {
      const input: MatrixInput = { ...PLAIN, agencyId: maybe(AGENCIES.map((a) => a[0])), requirement: maybe(REQUIREMENT_IDS), state: maybe(CELL_STATES), part: maybe(LOOK_AHEAD), search: r.pick(['', 'ada', 'so ag-2 bo', 'b-1']), sort: r.pick(['due', 'name']) };
      const inScope = all.filter((k) => (input.agencyId === null || k.agencyId === input.agencyId) && input.search.split(' ').every((w) => `${k.name} ${k.badge} ${k.agencyName}`.toLowerCase().includes(w)));
      const isPlain = input.requirement === null && input.state === null && input.part === null;
      const day = (k: Known): string => matching(k, input).map((c) => (c.standing === 'overdue' && (c.dueOn ?? '9') >= NOW.slice(0, 10) ? dayBefore(1) : (c.dueOn ?? '9999'))).sort()[0] ?? '9999';
      const expected = inScope.filter((k) => isPlain || matching(k, input).length > 0).sort((a, b) => {
        const key = (k: Known): string => `${input.sort === 'due' ? day(k) : ''}\u0000${k.agencyName}\u0000${k.name}\u0000${k.officerId}`;
        return key(a) < key(b) ? -1 : 1;
      });
      const page = ask(input);
      expect(page.rows.map((x) => x.officerId), JSON.stringify(input)).toEqual(expected.map((k) => k.officerId));
      expect(page.total).toBe(expected.length);
      expect(page.counts).toEqual(Object.fromEntries(LOOK_AHEAD.map((p) => [p, inScope.filter((k) => looked(k, input.requirement).some((c) => isIn(c, input.state) && c.part === p)).length])));
      found += expected.length;
    }
    expect(found).toBeGreaterThan(300);
  });
  it('after each kind of change answers as a store that reads everything anew', () => {
    const r = random(17);
    const ids = officerFiles(store, null).map((i) => i.officer.id);
    const wholeFresh = () => {
      const page = ask();
      store.memo.clear();
      expect(ask()).toEqual(page);
    };
    const someTraining = () => rowsWhere(store, 'training', { officerId: r.pick(ids) })[0];
    for (let n = 0; n < 40; n += 1) {
      ask();
      const t = someTraining();
      const o = rowById(store, 'officers', r.pick(ids));
      switch (n % 8) {
        case 0: if (t) writeRow(store, 'training', { ...t, verifiedBy: PM, verifiedAt: NOW, completedOn: dayBefore(3) }); break;
        case 1: if (o) writeRow(store, 'officers', { ...o, name: `Renamed ${n}` }); break;
        case 2: if (t) removeRow(store, 'training', t.id); break;
        case 3: if (o) writeRow(store, 'officer_events', { id: `gone-${n}`, stream: o.stream, version: 2, changedBy: 'hq', agencyId: o.agencyId, officerId: o.id, kind: 'separated', at: `${dayBefore(1)}T12:00:00.000Z`, details: { credentials: 'x', toldBy: 'x' }, recordedBy: PM, recordedRole: 'pm', recordedAt: NOW }); break;
        case 4: writeRow(store, 'course_waivers', { id: `w-${n}`, stream: 'agency:ag-1', version: 2, changedBy: 'hq', agencyId: 'ag-1', officerId: null, requirement: 'palms-2', reason: 'r', evidence: 'e', filedBy: PM, filedAt: `${dayBefore(2)}T12:00:00.000Z`, substitute: null, grantedBy: 'n', grantedAt: `${dayBefore(2)}T12:00:00.000Z`, validFrom: `${dayBefore(2)}T12:00:00.000Z`, expiresOn: dayBefore(-20), endedBy: null, endedAt: null }); break;
        case 5: if (o) writeRow(store, 'officers', { ...o, id: `new-${n}`, name: `New ${n}` }); break;
        case 6: if (t && o) { writeRow(store, 'training', { ...t, withdrawnBy: PM, withdrawnAt: NOW, withdrawnReason: 'wrong' }); writeRow(store, 'officers', { ...o, lastCardLoginAt: `${dayBefore(1)}T12:00:00.000Z` }); } break;
        default: for (let k = 0; k < 1_200; k += 1) if (t) writeRow(store, 'training', { ...t, evidence: `${k}`, completedOn: dayBefore(k % 300) });
      }
      wholeFresh();
    }
    dropStream(store, 'agency:ag-2');
    expect(ask().rows.filter((x) => x.agencyId === 'ag-2')).toEqual([]);
    wholeFresh();
  });
  it('pages join without a gap', () => {
    const whole = ask().rows.map((r) => r.officerId);
    expect([0, 20, 40, 60].flatMap((offset) => ask({ offset, limit: 20 }).rows.map((r) => r.officerId))).toEqual(whole.slice(0, 80));
    expect(ask({ offset: 10_000 }).rows).toEqual([]);
  });
  it('lists nobody who has left, says how many, and lists them on a day before they left', () => {
    const { total, left } = ask();
    expect(left).toBeGreaterThan(0);
    expect(ask({ asOf: { day: dayBefore(100), known: 'now' } })).toMatchObject({ total: total + left, left: 0 });
  });
  it('refuses a day that has not come, and names the field', () => {
    expect(trainingMatrix(store, { ...PLAIN, asOf: { day: dayBefore(-2), known: 'now' } }, context)).toMatchObject({ ok: false, problem: { code: 'training/as-of-future', details: { field: 'asOf' } } });
  });
  it('shows what was recorded, verified and withdrawn at once', () => {
    const officerId = 'ag-1.dio-1';
    const cellNow = () => ask().rows.find((r) => r.officerId === officerId)?.cells[REQUIREMENT_IDS.indexOf('palms-4')];
    const today = siteDay(NOW, 'America/Chicago');
    const base = { 'agency:ag-1': 1 };
    must(run(store, runInput(trainingRecord, { agencyId: 'ag-1', completions: [{ officerId, requirement: 'palms-4', completedOn: today, evidence: 'Transcript', provider: 'PALMS', isVerified: false }], source: null }, { base })));
    expect(cellNow()).toMatchObject({ unverifiedOn: today });
    const completionIds = officerFiles(store, 'ag-1').find((i) => i.officer.id === officerId)?.rows.training.filter((t) => t.requirement === 'palms-4' && t.completedOn === today).map((t) => t.id) ?? [];
    must(run(store, runInput(trainingVerify, { agencyId: 'ag-1', completionIds }, { base })));
    expect(cellNow()).toMatchObject({ standing: 'current', dueOn: '2027-11-24', unverifiedOn: null });
    must(run(store, runInput(trainingWithdraw, { agencyId: 'ag-1', which: { completionIds }, reason: 'The transcript names another person.' }, { base })));
    expect(cellNow()?.dueOn).not.toBe('2027-11-24');
    expect(must(officerFile(store, { officerId }, context)).completions.find((t) => t.id === completionIds[0])).toMatchObject({ withdrawnReason: 'The transcript names another person.', verifiedBy: PM });
  });
});

describe('the file of a DIO', () => {
  it('has everything on record, the newest first, and the same standings as the matrix', () => {
    const row = ask().rows[0];
    const file = must(officerFile(store, { officerId: row?.officerId ?? '' }, context));
    const stored = store.prepare('SELECT count(*) FROM training WHERE "officerId" = ?').pluck().get(file.officer.id);
    expect([file.completions.length, file.events.length]).toEqual([stored, 2]);
    expect(file.completions.map((t) => t.completedOn)).toEqual(file.completions.map((t) => t.completedOn).sort().reverse());
    expect(file.standings.map((s) => [s.requirement, s.standing, s.dueOn])).toEqual(REQUIREMENT_IDS.map((id, n) => [id, row?.cells[n]?.standing, row?.cells[n]?.dueOn]).filter(([, standing]) => standing !== 'not_required'));
    expect(file).toMatchObject({ period: 'FY2027', packets: { open: 0, done: 0 }, base: { [`agency:${file.agency.id}`]: 1 } });
  });
  it('refuses an officer who is not here', () => expect(officerFile(store, { officerId: 'nobody' }, context)).toMatchObject({ ok: false, problem: { code: 'officer/unknown' } }));
});
