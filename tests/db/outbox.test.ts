/** What HQ's answers do to the laptop's rows: nothing twice, nothing lost, a refusal undone exactly. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncItem } from '../../shared/api.ts';
import { sha256Hex } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/sync.ts';
import type { Store } from '../../db/open.ts';
import { applyReply, epochState, failAttempt, markSending, nextBatch, openEpoch, requeue } from '../../db/outbox.ts';
import { applyPage, cursors, dropStream, purgeOldStatements, resetForGeneration, sweepUnseen } from '../../db/pull.ts';
import { read } from '../../db/read.ts';
import { rowById, rowsWhere } from '../../db/rows.ts';
import { get } from '../../db/sync-state.ts';
import { msOf, utcInstant } from '../../shared/time.ts';
import { AGENCY, cleanRows, filledStore, giveBack, hold, must, NOW, PACKET, packetOf, PM, pullRows, receiptsFor, signForm, STREAM, type Fixture } from './fixture.ts';

let f: Fixture;
let store: Store;
beforeEach(() => { f = filledStore(); store = f.store; });
afterEach(() => f.close());
const batch = () => nextBatch(store, { maxItems: 200, maxBytes: 1e6, now: NOW });
const reply = (receipts: readonly Receipt[], checkpointJws: string | null = null) => applyReply(store, { receipts: [...receipts], checkpointJws }, NOW);
const refused = { code: 'hold/refused-by-hq', details: { why: 'test' } };
const items = (filter = 'all') => must(read(store, 'sync.items', { filter }, { now: NOW, pmId: PM, status: {} })) as readonly SyncItem[];
const dumpAll = () => JSON.stringify(['packets', 'holds', 'statements', 'returns', 'outbox', 'receipts', 'quarantine', 'pending_rows', 'waiting_rows', 'ledger_entries', 'checkpoints',
  'sync_state'].map((t) => store.sqlite.prepare(`SELECT * FROM ${t} ORDER BY rowid`).all()));
const jws = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

describe('batches', () => {
  it('come in seq order, within items and bytes, but always one', () => {
    for (let n = 0; n < 5; n += 1) must(hold(store));
    expect(batch().map((i) => i.envelope.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(nextBatch(store, { maxItems: 2, maxBytes: 1e6, now: NOW })).toHaveLength(2);
    expect(nextBatch(store, { maxItems: 9, maxBytes: 10, now: NOW }).map((i) => i.envelope.seq)).toEqual([1]);
  });
  it('never mix epochs [SYN-2]', () => {
    must(hold(store));
    openEpoch(store, 'epoch-2');
    must(hold(store));
    expect(batch().map((i) => i.envelope.seq)).toEqual([1]);
    reply(receiptsFor(store, 'in_effect'));
    expect(batch().map((i) => [i.envelope.epoch, i.envelope.seq, i.envelope.prev])).toEqual([['epoch-2', 1, '']]);
  });
  it('show what is on its way, and are ready again after a failed try', () => {
    must(hold(store));
    markSending(store, [1], NOW);
    expect(items('unsent')).toMatchObject([{ state: 'sending', attempts: 1, lastAttemptAt: NOW }]);
    failAttempt(store, [1], { code: 'sync/unreachable', details: {} }, '2026-11-24T20:12:00.000Z');
    expect(items('unsent')).toMatchObject([{ state: 'ready', attempts: 1, nextAttemptAt: '2026-11-24T20:12:00.000Z', reason: { code: 'sync/unreachable' } }]);
    expect(batch()).toHaveLength(1);
  });
});

describe('receipts', () => {
  it('make an item received only with our id and our hash [SYN-10]', () => {
    must(hold(store));
    const [good] = receiptsFor(store, 'in_effect') as [Receipt];
    const before = dumpAll();
    reply([{ ...good, hash: 'f'.repeat(64) }, { ...good, commandId: 'someone-else' }, { ...good, seq: 9 }]);
    expect(dumpAll()).toBe(before);
    reply([good]);
    expect(items()).toMatchObject([{ state: 'received', receipt: { code: 'R-1', hash: good.hash } }]);
    expect(batch()).toEqual([]);
  });
  it('are harmless a second time, even when they say something else', () => {
    must(hold(store));
    must(hold(store));
    const receipts = receiptsFor(store, 'in_effect');
    reply(receipts);
    const before = dumpAll();
    reply(receipts);
    reply(receipts.map((r) => ({ ...r, outcome: 'refused' as const, problem: refused })));
    failAttempt(store, [1, 2], { code: 'sync/late', details: {} }, null);
    expect(dumpAll()).toBe(before);
  });
  it('put a sealed act under review without undoing it [SYN-17]', () => {
    must(signForm(store));
    reply(receiptsFor(store, 'under_review'));
    expect(items()).toMatchObject([{ state: 'under_review' }]);
    expect(rowsWhere(store, 'statements', { packetId: PACKET })).toHaveLength(1);
  });
  it('anchor later acts to HQ\'s countersignature over our own head, and never to an older or foreign one', () => {
    must(hold(store));
    const { epoch, head } = epochState(store);
    const first = jws({ ledger: 'ledger-1', epoch, seq: 1, head, serverTime: '2026-11-24T20:11:00.000Z', nonce: 'n' });
    reply(receiptsFor(store, 'in_effect'), first);
    expect(get(store, 'anchor')).toBe(sha256Hex(first));
    must(hold(store));
    expect(batch()[0]?.envelope.anchor).toBe(sha256Hex(first));
    reply([], jws({ ledger: 'ledger-1', epoch, seq: 1, head, serverTime: '2026-11-24T20:00:00.000Z', nonce: 'old' }));
    reply([], jws({ ledger: 'ledger-1', epoch, seq: 2, head: 'a'.repeat(64), serverTime: '2026-11-24T22:00:00.000Z', nonce: 'fork' }));
    reply([], 'nonsense');
    expect(get(store, 'anchor')).toBe(sha256Hex(first));
  });
});

describe('refusals', () => {
  it('restore the row exactly and are quarantined with their reason [SYN-3]', () => {
    const before = packetOf(store);
    must(hold(store, {}, 'PK-08'));
    reply(receiptsFor(store, 'refused', refused));
    expect(packetOf(store)).toEqual(before);
    expect(rowsWhere(store, 'holds', { packetId: PACKET })).toEqual([]);
    expect(items('attention')).toMatchObject([{ state: 'refused', reason: refused }]);
    expect(must(read(store, 'sync.status', {}, { now: NOW, pmId: PM, status: {} }))).toMatchObject({ attention: 1, ready: 0 });
    expect(epochState(store).seq).toBe(1);
  });
  it('wait for later commands on the row, then restore what was before all of them', () => {
    const before = packetOf(store);
    must(hold(store, {}, 'PK-08'));
    must(giveBack(store));
    const [first, second] = receiptsFor(store, 'refused', refused) as [Receipt, Receipt];
    reply([first]);
    expect(packetOf(store).state).toBe('returned');
    reply([second]);
    expect(packetOf(store)).toEqual(before);
  });
  it('of a later command restore the row as the earlier one left it', () => {
    must(hold(store, {}, 'PK-08'));
    const held = packetOf(store);
    must(giveBack(store));
    const [first, second] = receiptsFor(store, 'in_effect') as [Receipt, Receipt];
    reply([{ ...second, outcome: 'refused', problem: refused }]);
    expect(packetOf(store)).toEqual(held);
    reply([first]);
    expect(packetOf(store)).toEqual(held);
    expect(rowsWhere(store, 'returns', { packetId: PACKET })).toEqual([]);
  });
  it('give way to what HQ sent meanwhile', () => {
    must(hold(store, {}, 'PK-08'));
    pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), eventNumber: 'FROM-HQ', openHolds: 0, lane: 1 } }]);
    expect(packetOf(store)).toMatchObject({ openHolds: 1, eventNumber: 'EXC2611000007' });
    reply(receiptsFor(store, 'refused', refused));
    expect(packetOf(store)).toMatchObject({ openHolds: 0, eventNumber: 'FROM-HQ', version: 2 });
    expect(store.sqlite.prepare('SELECT count(*) FROM waiting_rows').pluck().get()).toBe(0);
  });
});

describe('requeue', () => {
  it('makes a new command at the end that names the refused one, once [SYN-3]', () => {
    const first = must(hold(store));
    must(hold(store, {}, 'PK-15'));
    const receipts = receiptsFor(store, 'in_effect');
    reply([{ ...(receipts[0] as Receipt), outcome: 'refused', problem: refused }]);
    const again = must(requeue(store, first.commandId));
    expect(again.commandId).not.toBe(first.commandId);
    expect(again.seq).toBe(3);
    expect(items().find((i) => i.seq === 3)).toMatchObject({ state: 'ready', replaces: first.commandId, name: 'hold.place' });
    expect(items().find((i) => i.seq === 1)).toMatchObject({ state: 'refused' });
    expect(items('attention')).toEqual([]);
    expect(rowsWhere(store, 'holds', { packetId: PACKET }).map((h) => h.rule).sort()).toEqual(['OTHER', 'PK-15']);
    expect(requeue(store, first.commandId)).toMatchObject({ ok: false, problem: { code: 'outbox/not-refused' } });
    expect(requeue(store, 'nothing')).toMatchObject({ ok: false, problem: { code: 'outbox/unknown' } });
  });
  it('never takes a sealed act: it must be signed again', () => {
    const signed = must(signForm(store));
    expect(requeue(store, signed.commandId)).toMatchObject({ ok: false, problem: { code: 'outbox/not-refused' } });
    reply(receiptsFor(store, 'refused', refused));
    const before = dumpAll();
    expect(requeue(store, signed.commandId)).toMatchObject({ ok: false, problem: { code: 'outbox/sealed-must-be-signed-again' } });
    expect(dumpAll()).toBe(before);
  });
});

describe('pull', () => {
  it('applies a page once, and a stale or early one not at all [SYN-8]', () => {
    const page = { stream: STREAM, from: 1, to: 2, receivedAt: NOW, rows: [{ table: 'packets', row: { ...packetOf(store), eventNumber: 'TWO', version: 2 } }] };
    expect(applyPage(store, page)).toBe('applied');
    pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), eventNumber: 'THREE' } }]);
    expect(applyPage(store, page)).toBe('stale');
    expect(applyPage(store, { ...page, from: 9, to: 10 })).toBe('stale');
    expect(packetOf(store).eventNumber).toBe('THREE');
    expect(cursors(store)).toEqual({ [STREAM]: 3, program: 1 });
  });
  it('refuses a page with a row of another stream, whole', () => {
    const rows = [{ table: 'packets', row: { ...packetOf(store), eventNumber: 'X' } }, { table: 'packets', row: { ...packetOf(store), id: 'p2', stream: 'agency:other' } }];
    expect(() => applyPage(store, { stream: STREAM, from: 1, to: 2, receivedAt: NOW, rows })).toThrow(/agency:other/);
    expect(packetOf(store).eventNumber).toBe('EXC2611000007');
    expect(cursors(store)[STREAM]).toBe(1);
  });
  it('lets a row with a pending command wait, then applies the newest [SYN-8]', () => {
    must(hold(store, {}, 'PK-08'));
    const mine = packetOf(store);
    for (const eventNumber of ['A', 'B']) pullRows(store, STREAM, [{ table: 'packets', row: { ...mine, eventNumber, lane: 1 } }]);
    expect(packetOf(store)).toEqual(mine);
    reply(receiptsFor(store, 'in_effect'));
    expect(packetOf(store)).toMatchObject({ eventNumber: 'B', version: 3, changedBy: 'hq' });
  });
  it('takes rows from a newer HQ with columns that this program does not know', () => {
    pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), eventNumber: 'NEW', laterColumn: { a: 1 } } }]);
    expect(packetOf(store)).toMatchObject({ eventNumber: 'NEW' });
    expect(packetOf(store)).not.toHaveProperty('laterColumn');
  });
  it('drops a lost stream but keeps one\'s own statements, and not before the outbox has its answers [SYN-7]', () => {
    must(signForm(store));
    expect(dropStream(store, STREAM)).toBe(false);
    expect(packetOf(store).state).toBe('part_signed');
    reply(receiptsFor(store, 'in_effect'));
    expect(dropStream(store, STREAM)).toBe(true);
    expect(rowById(store, 'packets', PACKET)).toBeNull();
    expect(rowsWhere(store, 'officers', { agencyId: AGENCY })).toEqual([]);
    expect(rowsWhere(store, 'statements', { packetId: PACKET })).toMatchObject([{ signerId: PM }]);
    expect(store.sqlite.prepare('SELECT count(*) FROM receipts').pluck().get()).toBe(1);
    expect(cursors(store)).toEqual({ program: 1 });
    const found = must(read(store, 'queue.list', { split: 'all', search: 'ortega', offset: 0, limit: 9 }, { now: NOW, pmId: PM, status: {} }));
    expect(found).toMatchObject({ total: 0, items: [] });
  });
  it('removes one\'s own statements of a lost stream after 90 days, not before, and never those of a stream still pulled [SYN-7]', () => {
    must(signForm(store));
    reply(receiptsFor(store, 'in_effect'));
    const after = (days: number): string => utcInstant(msOf(NOW) + days * 86_400_000);
    expect(purgeOldStatements(store, after(400))).toBe(0);
    dropStream(store, STREAM);
    expect(purgeOldStatements(store, after(89))).toBe(0);
    expect(rowsWhere(store, 'statements', { packetId: PACKET })).toHaveLength(1);
    expect(purgeOldStatements(store, after(91))).toBe(1);
    expect(rowsWhere(store, 'statements', { packetId: PACKET })).toEqual([]);
    expect(store.sqlite.prepare('SELECT count(*) FROM receipts').pluck().get()).toBe(1);
    expect(store.sqlite.prepare('SELECT count(*) FROM ledger_entries').pluck().get()).toBe(1);
  });
  it('takes another answer only for what was sent again to a restored HQ, and keeps the first receipt', () => {
    must(hold(store));
    const again = receiptsFor(store, 'refused', refused);
    reply(receiptsFor(store, 'in_effect'));
    reply(again);
    expect(items()[0]?.state).toBe('received');
    applyReply(store, { receipts: again, checkpointJws: null }, NOW, { isResend: true });
    expect(items()[0]).toMatchObject({ state: 'refused', reason: { code: 'sync/answer-changed', details: { was: 'in_effect', now: 'refused', code: refused.code } }, receipt: { code: 'R-1' } });
  });
  it('after the whole answer of another generation, what HQ no longer has is gone, what waits for HQ is not', () => {
    must(hold(store));
    expect(sweepUnseen(store)).toBe(false);
    resetForGeneration(store, 'generation-2');
    const rows = cleanRows().filter((r) => r.table !== 'officers').map(({ table, row }) => ({ table, row: { ...row, version: 7 } }));
    expect(applyPage(store, { stream: STREAM, from: 0, to: 7, receivedAt: NOW, rows })).toBe('applied');
    expect(rowsWhere(store, 'officers', { agencyId: AGENCY }).length).toBeGreaterThan(0);
    expect(sweepUnseen(store)).toBe(true);
    expect(rowsWhere(store, 'officers', { agencyId: AGENCY })).toEqual([]);
    expect(packetOf(store).openHolds).toBe(1);
    expect(sweepUnseen(store)).toBe(false);
  });
  it('starts over against another generation without losing what is on screen or unsent', () => {
    must(hold(store));
    resetForGeneration(store, 'generation-2');
    expect(cursors(store)).toEqual({});
    expect(get(store, 'generation')).toBe('generation-2');
    expect(packetOf(store).openHolds).toBe(1);
    expect(batch()).toHaveLength(1);
    expect(applyPage(store, { stream: STREAM, from: 0, to: 7, receivedAt: NOW, rows: cleanRows().map(({ table, row }) => ({ table, row: { ...row, version: 7 } })) })).toBe('applied');
    expect(packetOf(store).openHolds).toBe(1);
  });
});
