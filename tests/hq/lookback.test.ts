/** Look-back reviews at HQ, through real pushes whose facts had changed: opened in the same transaction, listed, assigned, closed; and what the laptops then pull. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReason, type ChangedFact } from '../../shared/domain/lookback.ts';
import { rowsOf } from '../../hq/open.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, DIO, fillDesk, Laptop, officerLine, openDesk, packetFor, PM, PM_TWO, SERVICE, staffLine, type Desk } from './desk.ts';

const later = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3600_000).toISOString();
type Row = { readonly id: string; readonly packetId: string; readonly reasons: readonly string[]; readonly outcome: string | null; readonly statementId: string | null; readonly openedAt: string; readonly dueAt: string };
type Listed = { readonly id: string; readonly packetId: string; readonly isDetained: boolean; readonly isOverdue: boolean; readonly facts: readonly ChangedFact[]; readonly ownerId: string | null; readonly signerId: string | null };

describe.each(HQ_DATABASES)('look-back reviews on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  let next = 500;
  const packet = async (agencyId: string = AGENCIES.mine): Promise<string> => {
    const id = `pk-${++next}`;
    await desk.must('packet.receive', { document: packetFor(id, agencyId) });
    return id;
  };
  const reviewOf = async (packetId: string): Promise<Row> => {
    const rows = await rowsOf<Row>(desk.db.db, sql`SELECT id, packet_id AS "packetId", reasons, outcome, statement_id AS "statementId", opened_at AS "openedAt", due_at AS "dueAt" FROM lookback_reviews WHERE packet_id = ${packetId}`);
    expect(rows).toHaveLength(1);
    return rows[0] as Row;
  };
  const list = async (as: string, actor: string, more = '') =>
    desk.hq.app.inject({ method: 'GET', url: `/lookback-reviews?as=${as}&actor=${actor}${more}`, headers: { authorization: `Bearer ${SERVICE}` } });
  const closing = (reviewId: string, over: Record<string, unknown> = {}) => ({
    reviewId, outcome: 'stands', note: 'Looked at the record: the act was right.', isServed: false, notices: [{ to: 'opla', at: desk.time.at, what: 'Disclosed by mail' }], releasedAt: null, ...over,
  });
  const headOf = async (id: string) => (await rowsOf<{ state: string; lane: number }>(desk.db.db, sql`SELECT state, lane FROM packets WHERE id = ${id}`))[0];

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('officer.receive', officerLine('dio-ok-2', AGENCIES.other));
    await desk.must('staff.receive', staffLine('hq-sddo', 'sddo'));
    await desk.must('staff.receive', staffLine('hq-fod', 'fod'));
    laptop = await Laptop.enrol(desk);
  });
  afterAll(async () => {
    await desk.close();
  });

  it('[SYN-17] authority revoked while the laptop was away: the review opens with the act and says what each side had', async () => {
    const id = await packet();
    await laptop.push([laptop.hold(await packet())]);
    const item = await laptop.sign(id, ['i213', 'i862']);
    desk.time.at = later(desk.time.at, 2);
    const revokedAt = later(desk.time.at, -1);
    const ended = officerLine(DIO, AGENCIES.mine);
    await desk.must('officer.receive', { ...ended, intervals: [{ ...ended.intervals[0], endAt: revokedAt, endReason: 'revoked' }] });
    const reply = await laptop.push([item]);
    expect(reply.receipts[0]?.outcome).toBe('under_review');
    const review = await reviewOf(id);
    expect(review).toMatchObject({ openedAt: desk.time.at, outcome: null });
    expect(review.reasons.map(openReason).find((f) => f.reason === 'authority')).toMatchObject({ about: DIO, by: 'hq', since: desk.time.at, hq: expect.stringContaining('(revoked)') });
    expect(await headOf(id)).toMatchObject({ lane: 0 });
    // One review answers for both forms of the ceremony, and a resend opens no second one.
    await laptop.push([item]);
    expect((await reviewOf(id)).id).toBe(review.id);
    await desk.must('officer.receive', ended);
  });

  it('an act in effect opens none', async () => {
    const id = await packet();
    await laptop.push([laptop.hold(await packet())]);
    expect((await laptop.push([await laptop.sign(id, ['i213'])])).receipts[0]?.outcome).toBe('in_effect');
    expect(await rowsOf(desk.db.db, sql`SELECT id FROM lookback_reviews WHERE packet_id = ${id}`)).toEqual([]);
  });

  it('[SYN-17] two devices: a hold placed on another one; both pull the review, and the hold\'s author is named', async () => {
    const id = await packet();
    await desk.must('assignment.set', { id: 'as-relief', pmId: PM_TWO, agencyId: AGENCIES.mine, kind: 'delegated', startAt: '2025-01-01T00:00:00.000Z', endAt: null });
    const second = await Laptop.enrol(desk, PM_TWO);
    const item = await laptop.sign(id, ['i213']);
    await second.push([second.hold(id)]);
    await laptop.push([item]);
    const facts = (await reviewOf(id)).reasons.map(openReason);
    expect(facts).toEqual([{ reason: 'holds', signed: 'no such hold', hq: 'a protective hold, open', since: desk.time.at, by: PM_TWO, about: null }]);
    for (const each of [laptop, second]) expect((await each.pull()).rows.some((r) => r.table === 'lookback_reviews' && r.row.packetId === id)).toBe(true);
  });

  it('[SYN-17] an agreement suspended meanwhile', async () => {
    const id = await packet(AGENCIES.other);
    const other = await Laptop.enrol(desk, PM_TWO);
    await other.push([other.hold(await packet(AGENCIES.other))]);
    const item = await other.sign(id, ['i213']);
    desk.time.at = later(desk.time.at, 1);
    await desk.must('moa.set', { agencyId: AGENCIES.other, status: 'suspended', at: desk.time.at }, 'fod', 'hq-fod');
    await other.push([item]);
    expect((await reviewOf(id)).reasons.map(openReason).filter((f) => f.reason === 'moa').map((f) => f.hq)).toEqual([expect.stringContaining('until'), expect.stringContaining('suspended from')]);
  });

  it('lists them for HQ roles, detained first, then due, the overdue marked; nobody else asks', async () => {
    const now = desk.time.at;
    await desk.db.db.execute(sql`UPDATE lookback_reviews SET is_detained = FALSE WHERE id = (SELECT min(id) FROM lookback_reviews)`);
    desk.time.at = later(now, 80);
    const reply = await list('sddo', 'hq-sddo');
    expect(reply.statusCode).toBe(200);
    const body = reply.json() as { readonly open: number; readonly overdue: number; readonly reviews: readonly Listed[] };
    expect(body.open).toBe(3);
    expect(body.overdue).toBeGreaterThan(0);
    expect(body.reviews.map((r) => r.isDetained)).toEqual([true, true, false]);
    expect(body.reviews[0]?.signerId).not.toBeNull();
    desk.time.at = now;
    expect(((await list('sddo', 'hq-sddo')).json() as { overdue: number }).overdue).toBe(0);
    expect((await list('pm', PM)).statusCode).toBe(400);
    expect((await list('sddo', PM)).statusCode).toBe(403);
    expect((await desk.hq.app.inject({ method: 'GET', url: '/lookback-reviews?as=sddo&actor=hq-sddo' })).statusCode).toBe(401);
    const audited = await rowsOf<{ outcome: string }>(desk.db.db, sql`SELECT outcome FROM audit WHERE what = 'lookback.list' ORDER BY at`);
    expect(audited.map((a) => a.outcome)).toContain('roles/not-allowed');
    const api = (await desk.hq.app.inject({ method: 'GET', url: '/openapi.json' })).json() as { readonly paths: Record<string, unknown> };
    expect(Object.keys(api.paths)).toContain('/lookback-reviews');
  });

  it('assigned, told and closed by two persons, each step the next entry of HQ\'s own ledger', async () => {
    const id = await packet();
    const item = await laptop.sign(id, ['i213']);
    await desk.must('hold.place', { packetId: id, rule: 'OTHER', reason: 'Something came to light at HQ' }, 'sddo', 'hq-sddo');
    await laptop.push([item]);
    const { id: reviewId } = await reviewOf(id);
    const code = async (name: string, input: unknown, as = 'sddo', actor = 'hq-sddo') => (await desk.command(name, input, as, actor)).body.problem?.code ?? 'ok';
    expect(await code('lookback.assign', { reviewId, ownerId: PM })).toBe('lookback/wrong-owner');
    expect(await code('lookback.assign', { reviewId, ownerId: 'hq-fod' })).toBe('ok');
    expect(await code('lookback.close', closing(reviewId, { notices: [] }))).toBe('lookback/notice-missing');
    expect(await code('lookback.close', closing(reviewId), 'opla', 'hq-opla')).toBe('roles/not-allowed');
    expect(await code('lookback.close', closing(reviewId), 'sddo', PM)).toBe('roles/not-allowed');
    expect(await code('lookback.notice', { reviewId, notices: [{ to: 'counsel', at: desk.time.at, what: 'Called' }] }, 'opla', 'hq-opla')).toBe('ok');
    expect(await code('lookback.close', closing(reviewId, { isServed: true }), 'fod', 'hq-fod')).toBe('ok');
    expect(await code('lookback.close', closing(reviewId), 'fod', 'hq-fod')).toBe('lookback/closed');
    expect(await rowsOf(desk.db.db, sql`SELECT effect FROM statements WHERE packet_id = ${id}`)).toEqual([{ effect: 'under_review' }]);
    // An open hold of that kind is no tier-zero one: the packet leaves the top.
    expect(await headOf(id)).toMatchObject({ state: 'part_signed', lane: 1 });
    const entries = await rowsOf<{ name: string }>(desk.db.db, sql`SELECT command::json->>'name' AS name FROM ledger_entries WHERE ledger = 'hq' AND command LIKE ${`%${reviewId}%`} ORDER BY seq`);
    expect(entries.map((e) => e.name)).toEqual(['lookback.assign', 'lookback.notice', 'lookback.close']);
    const closed = (await list('sddo', 'hq-sddo', '&closed=yes')).json() as { readonly reviews: readonly Listed[] };
    expect(closed.reviews.at(-1)).toMatchObject({ id: reviewId, ownerId: 'hq-fod' });
  });

  it('correct and re-serve sends the packet back, and the next version is reviewed and signed like any other', async () => {
    const id = await packet();
    const item = await laptop.sign(id, ['i213']);
    await desk.must('packet.receive', { document: packetFor(id, AGENCIES.mine, 2) });
    await laptop.push([item]);
    const { id: reviewId } = await reviewOf(id);
    // While it is open nothing more is signed on it, and what protects the person passes.
    await expect(laptop.sign(id, ['i862'])).rejects.toThrow('signoff/under-review');
    expect((await laptop.push([laptop.item('signoff.return', { packetId: id, version: 1, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms', note: 'time' }] })])).receipts[0]?.outcome).toBe('in_effect');
    await desk.must('lookback.close', closing(reviewId, { outcome: 'reissued' }), 'sddo', 'hq-sddo');
    expect(await headOf(id)).toEqual({ state: 'returned', lane: 5 });
    await desk.must('packet.receive', { document: packetFor(id, AGENCIES.mine, 3) });
    expect(await headOf(id)).toEqual({ state: 'in_review', lane: 1 });
    expect((await laptop.push([await laptop.sign(id, ['i213'])])).receipts[0]?.outcome).toBe('in_effect');
  });
});
