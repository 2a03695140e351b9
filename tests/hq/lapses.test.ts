/** A lapse that HQ learns of late: signed packets with an act in the gap get one look-back review, once, after a crash too; evidence that closes the gap is said in it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { openReason } from '../../shared/domain/lookback.ts';
import { changedOfficers } from '../../hq/lapses.ts';
import { rowsOf } from '../../hq/open.ts';
import { createHq } from '../../hq/server.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, DIO, fillDesk, Laptop, officerLine, openDesk, packetFor, SERVICE, staffLine, type Desk } from './desk.ts';

type Review = { readonly id: string; readonly packetId: string; readonly cause: string; readonly reasons: readonly string[]; readonly openedAt: string; readonly dueAt: string; readonly closedAt: string | null };
const later = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3600_000).toISOString();

describe.each(HQ_DATABASES)('late lapses on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  const reviews = async (packetId?: string): Promise<readonly Review[]> => {
    await desk.hq.lapsesCompared();
    const all = await rowsOf<Review>(desk.db.db, sql`SELECT id, packet_id AS "packetId", cause, reasons, opened_at AS "openedAt", due_at AS "dueAt", closed_at AS "closedAt" FROM lookback_reviews ORDER BY opened_at, packet_id`);
    return packetId === undefined ? all : all.filter((r) => r.packetId === packetId);
  };
  const lines = (review: Review | undefined) => (review?.reasons ?? []).map(openReason);
  const suspend = (at: string) => laptop.item('officer.record', { officerId: DIO, event: { kind: 'suspended', at, details: { ground: 'complaint', why: 'A complaint was made', orderedBy: 'Sheriff' } } });
  const correct = (eventId: string) => laptop.item('officer.record', { officerId: DIO, event: { kind: 'corrected', at: desk.time.at, details: { eventId, why: 'It was another officer' } } });
  const eventId = async (kind: string): Promise<string> => (await rowsOf<{ id: string }>(desk.db.db, sql`SELECT id FROM officer_events WHERE kind = ${kind} ORDER BY recorded_at DESC, version DESC LIMIT 1`))[0]?.id ?? '';
  const accepted = async (...items: Parameters<Laptop['push']>[0]): Promise<void> => {
    const { receipts } = await laptop.push(items);
    expect(receipts.map((r) => [r.outcome, r.problem])).toEqual(items.map(() => ['in_effect', null]));
  };
  const ledgerEntries = async (): Promise<number> => (await rowsOf<{ n: number }>(desk.db.db, sql`SELECT count(*)::int AS n FROM ledger_entries WHERE entry LIKE '%lookback.lapse%'`))[0]?.n ?? 0;

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('staff.receive', staffLine('hq-sddo', 'sddo'));
    for (const id of ['pk-1', 'pk-2', 'pk-3']) await desk.must('packet.receive', { document: packetFor(id) });
    laptop = await Laptop.enrol(desk);
    await accepted(await laptop.sign('pk-1', ['i213']));
    await accepted(await laptop.sign('pk-2', ['i213']));
  });
  afterAll(async () => { await desk.close(); });

  it('nothing is opened while nothing lapsed, and what is in order leaves no entry in HQ\'s ledger', async () => {
    expect(await reviews()).toEqual([]);
    expect(await changedOfficers(desk.db.db)).toEqual([]);
    expect(await ledgerEntries()).toBe(0);
  });
  it('a suspension from after the acts touches nothing', async () => {
    desk.time.at = later(desk.time.at, 1);
    await accepted(suspend(later(desk.time.at, -0.1)));
    expect(await reviews()).toEqual([]);
    await accepted(correct(await eventId('suspended')));
    expect(await reviews()).toEqual([]);
  });
  it('[0.4 item 7] a suspension learned late opens a review of each signed packet with an act in the gap, and of no other', async () => {
    desk.time.at = later(desk.time.at, 1);
    await accepted(suspend('2026-11-23T11:00:00.000Z'));
    const found = await reviews();
    expect(found.map((r) => [r.packetId, r.cause, r.openedAt, r.closedAt])).toEqual([['pk-1', 'late-lapse', desk.time.at, null], ['pk-2', 'late-lapse', desk.time.at, null]]);
    const acts = lines(found[0]);
    expect(acts.length).toBeGreaterThan(1);
    for (const act of acts) expect(act).toMatchObject({ reason: 'authority', about: DIO, hq: expect.stringContaining('(Suspended: complaint)'), since: desk.time.at });
    // The interview by the other DIO at ten, and what this one did before eleven, stay out of it.
    expect(acts.every((a) => (a.act?.split(' ')[1] ?? '') >= '2026-11-23T11:00')).toBe(true);
    expect(await rowsOf(desk.db.db, sql`SELECT id FROM packets WHERE lane = 0 ORDER BY id`)).toEqual([{ id: 'pk-1' }, { id: 'pk-2' }]);
    expect((await laptop.pull()).rows.filter((r) => r.table === 'lookback_reviews')).toHaveLength(2);
  });
  it('the same again, from another command or the worker itself, opens no second one', async () => {
    const [first] = await reviews('pk-1');
    await desk.must('lookback.lapse', { packetId: 'pk-1', officerId: DIO });
    await desk.must('officer.reproject', { agencyId: AGENCIES.mine });
    expect(await reviews('pk-1')).toEqual([first]);
  });
  it('a review that was closed as "stands" is not opened again for the same gap', async () => {
    const [first] = await reviews('pk-1');
    await desk.must('lookback.close', { reviewId: first?.id, outcome: 'stands', note: 'The work was done under supervision.', isServed: false, notices: [{ to: 'opla', at: desk.time.at, what: 'Disclosed by mail' }], releasedAt: null }, 'sddo', 'hq-sddo');
    await desk.must('lookback.lapse', { packetId: 'pk-1', officerId: DIO });
    // The gap begins earlier than was thought: the acts are those that the review named.
    desk.time.at = later(desk.time.at, 0.1);
    await accepted(correct(await eventId('suspended')), suspend('2026-11-23T10:30:00.000Z'));
    expect(await rowsOf(desk.db.db, sql`SELECT id FROM authority_intervals WHERE officer_id = ${DIO} AND end_at = '2026-11-23T10:30:00.000Z'`)).toHaveLength(1);
    expect(await reviews('pk-1')).toHaveLength(1);
  });
  it('evidence that closes the gap is written into the open review, opens nothing, and leaves the close to a role of HQ', async () => {
    desk.time.at = later(desk.time.at, 1);
    await accepted(correct(await eventId('suspended')));
    const found = await reviews();
    expect(found).toHaveLength(2);
    const open = found.find((r) => r.packetId === 'pk-2');
    expect(open?.closedAt).toBeNull();
    const [outside, inside] = ['authority', 'authority-again'].map((reason) => lines(open).filter((l) => l.reason === reason));
    expect(inside?.map((l) => l.act)).toEqual(outside?.map((l) => l.act));
    // The closed one stays as it was closed.
    expect(lines(found.find((r) => r.packetId === 'pk-1')).some((l) => l.reason === 'authority-again')).toBe(false);
    await desk.must('lookback.lapse', { packetId: 'pk-2', officerId: DIO });
    expect((await reviews('pk-2'))[0]).toEqual(open);
  });
  it('what a crash left out is found by the next start', async () => {
    desk.time.at = later(desk.time.at, 1);
    await accepted(await laptop.sign('pk-3', ['i213']));
    await desk.hq.lapsesCompared();
    // Rows as a process leaves them that ended between the commit and the comparison.
    await accepted(suspend('2026-11-23T11:30:00.000Z'));
    await desk.hq.lapsesCompared();
    await desk.db.db.execute(sql`DELETE FROM lookback_reviews WHERE packet_id = 'pk-3'`);
    await desk.db.db.execute(sql`UPDATE hq_state SET value = '{"version":1,"spans":[{"startAt":"2025-01-01T00:00:00.000Z","endAt":null,"model":"JEM"}]}' WHERE key = ${`authority-seen/${DIO}`}`);
    expect((await changedOfficers(desk.db.db)).map((c) => c.officerId)).toEqual([DIO]);
    const again = await createHq({ db: { ...desk.db, close: async () => undefined }, isDemo: false, serviceToken: SERVICE, now: () => desk.time.at });
    await again.lapsesCompared();
    expect(await changedOfficers(desk.db.db)).toEqual([]);
    expect((await reviews('pk-3')).map((r) => r.cause)).toEqual(['late-lapse']);
    await again.close();
  });
  it('a signature that HQ itself found under review for the lapse gets no second review', async () => {
    await desk.must('packet.receive', { document: packetFor('pk-4') });
    await accepted(correct(await eventId('suspended')));
    const item = await laptop.sign('pk-4', ['i213']);
    const other = await Laptop.enrol(desk);
    await other.push([other.item('officer.record', { officerId: DIO, event: { kind: 'suspended', at: '2026-11-23T11:40:00.000Z', details: { ground: 'safety', why: 'Told by the jail', orderedBy: 'Sheriff' } } })]);
    await desk.hq.lapsesCompared();
    expect((await laptop.push([item])).receipts.map((r) => r.outcome)).toEqual(['under_review']);
    await desk.must('officer.receive', { ...officerLine(DIO, AGENCIES.mine), badge: 'B-3' });
    await desk.must('lookback.lapse', { packetId: 'pk-4', officerId: DIO });
    expect((await reviews('pk-4')).map((r) => r.cause)).toEqual(['facts-changed']);
  });
  it('[3.4] a waiver for every agency reaches the intervals of each', async () => {
    const due = { ...officerLine('dio-ok-9', AGENCIES.other), training: [{ id: 'c-1', requirement: 'palms-2', title: 'Course', completedOn: '2025-12-01', verifiedBy: 'pm-2', verifiedAt: '2025-12-02T00:00:00.000Z' }] };
    await desk.must('officer.receive', due);
    const endOf = async () => {
      await desk.hq.lapsesCompared();
      return (await rowsOf<{ end_at: string | null }>(desk.db.db, sql`SELECT end_at FROM authority_intervals WHERE officer_id = 'dio-ok-9'`))[0]?.end_at;
    };
    expect(await endOf()).toBe('2026-12-02T06:00:00.000Z');
    await desk.must('staff.receive', staffLine('hq-npm', 'national_pm'));
    await desk.must('course.waive_all', { requirement: 'palms-2', substitute: null, reason: 'The course is gone everywhere', validFrom: desk.time.at, expiresOn: '2027-03-31' }, 'national_pm', 'hq-npm');
    expect(await endOf()).toBe('2027-04-01T05:00:00.000Z');
  });
});
