/** Push: receipts, resend, gap, fork, poison, seals, scope and brackets, spoken to HQ over its own wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { entryHash, ledgerEntry, type PushItem } from '../../shared/sync.ts';
import { sha256Hex } from '../../shared/ids.ts';
import { deviceById, type Device } from '../../hq/auth.ts';
import { newPrivateJwk, signJws, verifyJws } from '../../hq/jws.ts';
import { rowsOf } from '../../hq/open.ts';
import { push } from '../../hq/push.ts';
import { sealContent } from '../../shared/domain/packet.ts';
import { sentence } from '../../shared/text.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, DIO, fillDesk, Laptop, officerLine, openDesk, packetFor, PM, PM_TWO, SERVICE, staffLine, START, type Desk } from './desk.ts';

const later = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3600_000).toISOString();

describe.each(HQ_DATABASES)('push on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  let next = 100;
  /** A fresh packet of the laptop's own agency. */
  const packet = async (agencyId: string = AGENCIES.mine): Promise<string> => {
    const id = `pk-${++next}`;
    await desk.must('packet.receive', { document: packetFor(id, agencyId) });
    return id;
  };
  const count = async (table: 'holds' | 'statements' | 'quarantine' | 'push_results' | 'checkpoints', where = sql`TRUE`): Promise<number> =>
    (await rowsOf<{ n: number }>(desk.db.db, sql`SELECT count(*)::int AS n FROM ${sql.raw(table)} WHERE ${where}`))[0]?.n ?? -1;

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    laptop = await Laptop.enrol(desk);
  });
  afterAll(async () => {
    await desk.close();
  });

  it('[SYN-2] answers a resend with the same receipts and does the work once', async () => {
    const id = await packet();
    const items = [laptop.hold(id), laptop.hold(id)];
    const first = await laptop.push(items);
    expect(first.receipts.map((r) => [r.seq, r.outcome, r.hash])).toEqual(items.map((i) => [i.envelope.seq, 'in_effect', i.hash]));
    expect(first.receipts[0]?.code).toMatch(/^R-[0-9A-F]{6}$/);
    desk.time.at = later(desk.time.at, 0.5);
    const second = await laptop.push(items);
    expect(second.receipts).toEqual(first.receipts);
    expect(await count('holds', sql`packet_id = ${id}`)).toBe(2);
    expect(second.expectSeq).toBe(laptop.seq + 1);
  });

  it("countersigns the head with HQ's key", async () => {
    const item = laptop.hold(await packet());
    const reply = await laptop.push([item]);
    const checkpoint = verifyJws(laptop.hqJwk, reply.checkpointJws ?? '') as Record<string, unknown>;
    expect(checkpoint).toMatchObject({ ledger: laptop.ledger, epoch: 'epoch-1', seq: item.envelope.seq, head: item.hash });
    expect(verifyJws(newPrivateJwk(), reply.checkpointJws ?? '')).toBeNull();
  });

  it('[SYN-2] refuses a gap with the seq that it expects, and stores nothing of it', async () => {
    const lost = await Laptop.enrol(desk);
    const id = await packet();
    lost.hold(id);
    const item = lost.hold(id);
    const reply = await lost.send([item]);
    expect(reply.statusCode).toBe(409);
    expect(reply.json()).toEqual({ ok: false, problem: { code: 'sync/gap', details: { expectSeq: 1 } } });
    expect(await count('push_results', sql`ledger = ${lost.ledger}`)).toBe(0);
  });

  it('[SYN-10] a hole inside a batch answers only what came before it', async () => {
    const other = await Laptop.enrol(desk);
    const id = await packet();
    const first = other.hold(id);
    other.hold(id);
    const third = other.hold(id);
    const reply = await other.push([first, third]);
    expect(reply.receipts.map((r) => r.seq)).toEqual([1]);
    expect(reply.expectSeq).toBe(2);
  });

  it('[SYN-2] keeps both of a fork, answers it once and for all, and goes on with the true chain', async () => {
    const id = await packet();
    const before = { seq: laptop.seq, head: laptop.head };
    const ours = laptop.hold(id);
    await laptop.push([ours]);
    const after = { seq: laptop.seq, head: laptop.head };
    Object.assign(laptop, before);
    const theirs = laptop.hold(id);
    const reply = await laptop.push([theirs]);
    expect(reply.receipts).toHaveLength(1);
    expect(reply.receipts[0]).toMatchObject({ outcome: 'refused', hash: theirs.hash, problem: { code: 'sync/fork' } });
    expect((await laptop.push([theirs])).receipts).toEqual(reply.receipts);
    const kept = await rowsOf<{ item: string }>(desk.db.db, sql`SELECT item FROM quarantine WHERE hash = ${theirs.hash}`);
    expect((JSON.parse(kept[0]?.item ?? '{}') as PushItem).envelope.id).toBe(theirs.envelope.id);
    expect(await count('push_results', sql`hash = ${ours.hash}`)).toBe(1);
    expect(await count('holds', sql`packet_id = ${id}`)).toBe(1);
    Object.assign(laptop, after);
    expect((await laptop.push([laptop.hold(id)])).receipts[0]?.outcome).toBe('in_effect');
  });

  it("[SYN-2] a next seq on another past than HQ's is a fork", async () => {
    const item = laptop.hold(await packet(), { prev: '0'.repeat(64) });
    const reply = await laptop.push([item]);
    expect(reply.receipts[0]?.problem?.code).toBe('sync/fork');
    const stored = reply.expectSeq - 1;
    const head = (await rowsOf<{ head: string }>(desk.db.db, sql`SELECT head FROM ledger_heads WHERE ledger = ${laptop.ledger} AND epoch = ${laptop.epoch}`))[0]?.head ?? '';
    Object.assign(laptop, { seq: stored, head });
    expect((await laptop.push([laptop.hold(await packet())])).receipts[0]?.outcome).toBe('in_effect');
  });

  it('[SYN-3] a poison item is refused with a reason, consumes its seq, and never blocks the next', async () => {
    const id = await packet();
    const items = [
      laptop.item('no.such-command', {}),
      laptop.item('hold.place', { packetId: id, rule: 'OTHER', reason: 'short' }),
      laptop.item('hold.place', { packetId: id, rule: 'OTHER', reason: 'a character that no database stores: \u0000' }),
      laptop.item('hold.place', { packetId: 'pk-nowhere', rule: 'OTHER', reason: 'A packet that HQ never had' }),
      laptop.item('hold.release', { holdId: 'x', note: 'a laptop must not release a hold' }),
      laptop.item('agency.receive', { id: 'ag-new' }),
      laptop.item('__proto__', {}),
      laptop.item('hold.place', { packetId: id, rule: 'OTHER', reason: 'The hash does not fit this one' }, {}, (i) => ({ ...i, hash: 'ab'.repeat(32) })),
      laptop.hold(id),
    ];
    const reply = await laptop.push(items);
    expect(reply.receipts.map((r) => r.problem?.code ?? r.outcome)).toEqual([
      'sync/unknown-command',
      'input/invalid',
      'sync/malformed',
      'packet/unknown',
      'roles/not-allowed',
      'roles/not-allowed',
      'sync/unknown-command',
      'sync/bad-hash',
      'in_effect',
    ]);
    expect(reply.receipts[1]?.problem?.details).toMatchObject({ field: 'reason' });
    expect(await count('holds', sql`packet_id = ${id}`)).toBe(1);
    expect(await count('quarantine', sql`ledger = ${laptop.ledger} AND hash = ${items[0]?.hash}`)).toBe(1);
    expect((await laptop.push(items)).receipts).toEqual(reply.receipts);
  });

  it('[SYN-2] the same command id under a new seq does not run again', async () => {
    const id = await packet();
    const item = laptop.hold(id);
    await laptop.push([item]);
    const reply = await laptop.push([laptop.hold(id, { id: item.envelope.id })]);
    expect(reply.receipts[0]?.problem).toMatchObject({ code: 'sync/malformed', details: { field: 'envelope.id' } });
    expect(await count('holds', sql`packet_id = ${id}`)).toBe(1);
  });

  it('refuses a whole request: malformed, wrong head signature, another ledger', async () => {
    const before = { seq: laptop.seq, head: laptop.head };
    const item = laptop.hold(await packet());
    expect((await laptop.send([item], { items: [{ ...item, hash: 'short' }] })).json()).toMatchObject({ ok: false, problem: { code: 'sync/malformed' } });
    expect((await laptop.send([item], { headJws: 'a.b.c' })).json()).toMatchObject({ problem: { code: 'sync/bad-head' } });
    expect((await laptop.send([item], { ledger: 'other-ledger' })).json()).toMatchObject({ problem: { code: 'sync/out-of-scope' } });
    Object.assign(laptop, before);
  });

  it('[SYN-14] takes a push of an older protocol, and refuses only its pull', async () => {
    const item = laptop.hold(await packet());
    expect((await laptop.send([item], { protocol: 0, schema: 0 })).statusCode).toBe(200);
    await expect(laptop.pull({}, { protocol: 0 })).rejects.toThrow('sync/client-too-old');
  });

  it('[SYN-7] refuses a command on an agency that the PM never had, and the assignments in SQL are why', async () => {
    const id = await packet(AGENCIES.other);
    const { mayWrite } = await import('../../hq/scope.ts');
    const stream = `agency:${AGENCIES.other}` as const;
    expect((await laptop.push([laptop.hold(id)])).receipts[0]?.problem?.code).toBe('sync/out-of-scope');
    expect(await count('holds', sql`packet_id = ${id}`)).toBe(0);
    expect(await mayWrite(desk.db.db, stream, PM, START, desk.time.at)).toBe(false);
    expect(await mayWrite(desk.db.db, stream, PM_TWO, START, desk.time.at)).toBe(true);
    // Control: the same statement without the actor's filter finds an assignment, so it is the filter that refuses.
    const unfiltered = await rowsOf(desk.db.db, sql`SELECT 1 FROM assignments a WHERE 'agency:' || a.agency_id = ${stream}`);
    expect(unfiltered).toHaveLength(1);
  });

  it("refuses a command in another person's name or in an HQ role", async () => {
    const id = await packet();
    const reply = await laptop.push([laptop.hold(id, { actor: PM_TWO }), laptop.hold(id, { role: 'opla' })]);
    expect(reply.receipts.map((r) => r.problem)).toEqual([
      { code: 'sync/out-of-scope', details: { field: 'actor' } },
      { code: 'sync/out-of-scope', details: { field: 'role' } },
    ]);
  });

  describe('sealed acts', () => {
    it('records a sealed act in effect and moves the packet', async () => {
      const id = await packet();
      const reply = await laptop.push([await laptop.sign(id, ['i213'])]);
      expect(reply.receipts[0]).toMatchObject({ outcome: 'in_effect', reasons: [], problem: null });
      const rows = await rowsOf<{ effect: string; state: string }>(desk.db.db, sql`SELECT s.effect, p.state FROM statements s JOIN packets p ON p.id = s.packet_id WHERE p.id = ${id}`);
      expect(rows).toEqual([{ effect: 'in_effect', state: 'part_signed' }]);
    });

    it.each([
      ['another key', { key: newPrivateJwk() }, 'signature'],
      ['another command', { tamper: (s) => ({ ...s, commandId: 'another-command' }) }, 'commandId'],
      ['another packet', { tamper: (s) => ({ ...s, packetId: 'pk-1' }) }, 'packetId'],
      ['another version', { tamper: (s) => ({ ...s, number: 7 }) }, 'number'],
      ['another form', { tamper: (s) => ({ ...s, formId: 'i862' }) }, 'formId'],
      ['other words', { tamper: (s) => ({ ...s, formHash: 'ab'.repeat(32) }) }, 'form'],
      ['another signer', { tamper: (s) => ({ ...s, signer: { ...s.signer, id: PM_TWO } }) }, 'signer'],
      ['another time', { tamper: (s) => ({ ...s, at: START }) }, 'time'],
    ] as readonly (readonly [string, NonNullable<Parameters<Laptop['sign']>[2]>, string])[])('[SYN-17] refuses and keeps a seal over %s', async (_what, options, what) => {
      const id = await packet();
      desk.time.at = later(desk.time.at, 0.01);
      const item = await laptop.sign(id, ['i213'], options);
      const reply = await laptop.push([item]);
      expect(reply.receipts[0]).toMatchObject({ outcome: 'refused', problem: { code: 'sync/bad-seal', details: { what } } });
      expect(await count('statements', sql`packet_id = ${id}`)).toBe(0);
      expect(await count('quarantine', sql`hash = ${item.hash} AND code = 'sync/bad-seal'`)).toBe(1);
    });

    it('[SYN-17] refuses a seal whose bytes were touched, and one that is missing', async () => {
      const id = await packet();
      const good = await laptop.sign(id, ['i213']);
      const [head, body, tail] = (good.envelope.seal?.[0] ?? '').split('.');
      Object.assign(laptop, { seq: good.envelope.seq - 1, head: good.envelope.prev });
      const touched = laptop.item('signoff.sign', good.input, { ...good.envelope, seal: [`${head}.${body}.${tail?.slice(0, -4)}AAAA`] });
      const bare = laptop.item('signoff.sign', good.input, {});
      expect((await laptop.push([touched, bare])).receipts.map((r) => r.problem?.details)).toEqual([{ what: 'signature' }, { what: 'count' }]);
    });

    it('[SYN-17] a hold that HQ had and the laptop did not puts the act under review; it is recorded', async () => {
      const id = await packet();
      const item = await laptop.sign(id, ['i213']);
      await desk.must('hold.place', { packetId: id, rule: 'OTHER', reason: 'Something came to light at HQ' }, 'sddo', 'hq-sddo');
      const reply = await laptop.push([item]);
      expect(reply.receipts[0]?.outcome).toBe('under_review');
      expect(reply.receipts[0]?.reasons).toContain('signoff/held');
      const rows = await rowsOf<{ effect: string; review_reasons: readonly string[]; lane: number }>(
        desk.db.db,
        sql`SELECT s.effect, s.review_reasons, p.lane FROM statements s JOIN packets p ON p.id = s.packet_id WHERE p.id = ${id}`,
      );
      expect(rows[0]).toMatchObject({ effect: 'under_review', lane: 0 });
      expect(rows[0]?.review_reasons).toContain('signoff/held');
    });

    it('[SYN-17] a new version at HQ puts an act on the old one under review', async () => {
      const id = await packet();
      const item = await laptop.sign(id, ['i213']);
      await desk.must('packet.receive', { document: packetFor(id, AGENCIES.mine, 2) });
      const reply = await laptop.push([item]);
      expect(reply.receipts[0]).toMatchObject({ outcome: 'under_review', reasons: expect.arrayContaining(['signoff/version-changed']) });
      expect(await count('statements', sql`packet_id = ${id} AND number = 1`)).toBe(1);
    });

    it('[SYN-9] authority that ended between the anchor and the receipt puts the act under review', async () => {
      const id = await packet();
      await laptop.push([laptop.hold(await packet())]);
      const item = await laptop.sign(id, ['i213']);
      desk.time.at = later(desk.time.at, 6);
      const ended = officerLine(DIO, AGENCIES.mine);
      await desk.must('officer.receive', { ...ended, intervals: [{ ...ended.intervals[0], endAt: later(desk.time.at, -3), endReason: 'training lapsed' }] });
      const reply = await laptop.push([item]);
      expect(reply.receipts[0]).toMatchObject({ outcome: 'under_review', reasons: expect.arrayContaining(['sync/authority-changed']) });
      await desk.must('officer.receive', ended);
    });

    it('[SYN-9] an act dated hours after its receipt is recorded under review', async () => {
      const id = await packet();
      await laptop.push([laptop.hold(await packet())]);
      const reply = await laptop.push([await laptop.sign(id, ['i213'], { envelope: { at: later(desk.time.at, 5) } })]);
      expect(reply.receipts[0]).toMatchObject({ outcome: 'under_review', reasons: expect.arrayContaining(['sync/clock-ahead']) });
    });

    it('[SYN-7] signed Monday, reassigned Tuesday, synced Wednesday: accepted, and the new PM sees it', async () => {
      const id = await packet();
      await laptop.push([laptop.hold(await packet())]);
      const item = await laptop.sign(id, ['i213']);
      const note = laptop.hold(await packet());
      desk.time.at = later(desk.time.at, 24);
      await desk.must('assignment.set', { id: 'as-1', pmId: PM, agencyId: AGENCIES.mine, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt: desk.time.at });
      await desk.must('assignment.set', { id: 'as-3', pmId: PM_TWO, agencyId: AGENCIES.mine, kind: 'assigned', startAt: desk.time.at, endAt: null });
      desk.time.at = later(desk.time.at, 24);
      const reply = await laptop.push([item, note]);
      expect(reply.receipts.map((r) => r.outcome)).toEqual(['under_review', 'in_effect']);
      expect(reply.receipts[0]?.reasons).toContain('sync/assignment-changed');
      const successor = await Laptop.enrol(desk, PM_TWO);
      expect((await successor.pull()).rows.some((r) => r.table === 'statements' && r.row.packetId === id)).toBe(true);
      // Anchored after the change, the scope is gone.
      expect((await laptop.push([laptop.hold(id)])).receipts[0]?.problem?.code).toBe('sync/out-of-scope');
      await desk.must('assignment.set', { id: 'as-4', pmId: PM, agencyId: AGENCIES.mine, kind: 'assigned', startAt: desk.time.at, endAt: null });
    });
  });

  it('[SYN-7] an old anchor does not reopen a bracket that the chain has left', async () => {
    const own = await Laptop.enrol(desk);
    await own.push([own.hold(await packet())]);
    const old = own.anchor;
    desk.time.at = later(desk.time.at, 2);
    await own.push([own.hold(await packet())]);
    await own.push([own.hold(await packet())]);
    const left = (await rowsOf<{ anchor_at: string }>(desk.db.db, sql`SELECT anchor_at FROM ledger_heads WHERE ledger = ${own.ledger}`))[0]?.anchor_at;
    await own.push([own.hold(await packet(), { anchor: old })]);
    expect((await rowsOf<{ anchor_at: string }>(desk.db.db, sql`SELECT anchor_at FROM ledger_heads WHERE ledger = ${own.ledger}`))[0]?.anchor_at).toBe(left);
  });

  it("[SYN-5] a merge command decides again on HQ's state and notes the drift", async () => {
    const id = await packet();
    const { cursors } = await laptop.pull();
    await desk.must('hold.place', { packetId: id, rule: 'OTHER', reason: 'Placed at HQ in the meantime' }, 'sddo', 'hq-sddo');
    const reply = await laptop.push([laptop.hold(id, { base: cursors }), laptop.hold(id, { base: cursors })]);
    expect(reply.receipts.map((r) => [r.outcome, r.reasons])).toEqual([
      ['in_effect', ['sync/merged']],
      ['in_effect', ['sync/merged']],
    ]);
    expect(await rowsOf(desk.db.db, sql`SELECT open_holds FROM packets WHERE id = ${id}`)).toEqual([{ open_holds: 3 }]);
  });

  it("[SYN-4] counts rows that another device changed after the base, and none of the device's own", async () => {
    const { staleRows } = await import('../../hq/run.ts');
    const row = (id: string, version: number, changedBy: string) => ({ id, stream: 'agency:a' as const, version, changedBy });
    const state = { packet: row('p', 5, 'hq'), holds: [row('h1', 3, 'hq'), row('h2', 6, 'dev-2'), row('h3', 9, 'dev-1')], none: null };
    expect(staleRows(state, { 'agency:a': 5 }, 'dev-1').map((r) => r.id)).toEqual(['h2']);
    expect(staleRows(state, {}, 'dev-1').map((r) => r.id)).toEqual(['p', 'h1', 'h2']);
    expect(staleRows(state, { 'agency:a': 9 }, 'dev-1')).toEqual([]);
  });

  it('[SYN-11] keeps heartbeat and access log of the request', async () => {
    const item = laptop.hold(await packet());
    await laptop.send([item], {
      access: [
        { id: 'acc-1', at: START, what: 'packet', packetId: 'pk-101' },
        { id: 'acc-1', at: START, what: 'packet', packetId: 'pk-101' },
      ],
    });
    expect(await rowsOf(desk.db.db, sql`SELECT id, what FROM access_log WHERE device = ${laptop.deviceId}`)).toEqual([{ id: 'acc-1', what: 'packet' }]);
    expect(await rowsOf(desk.db.db, sql`SELECT app_version FROM heartbeats WHERE device = ${laptop.deviceId}`)).toEqual([{ app_version: 'test' }]);
  });

  it('[SYN-11] keeps the heartbeat of a request whose items it does not take; a value that no heartbeat has refuses the request, and no item', async () => {
    const own = await Laptop.enrol(desk);
    const beats = () => rowsOf(desk.db.db, sql`SELECT unsent FROM heartbeats WHERE device = ${own.deviceId}`);
    const beat = (unsent: number) => ({ heartbeat: { unsent, oldestAt: null, clocksUnder12h: 0, appVersion: 'test' } });
    const [item, next] = [own.hold(await packet()), own.hold(await packet())];
    const outsized = await own.send([item], beat(2 ** 40));
    expect([outsized.statusCode, outsized.json()]).toEqual([400, { ok: false, problem: { code: 'sync/malformed', details: { field: 'heartbeat' } } }]);
    expect([await beats(), await count('quarantine', sql`ledger = ${own.ledger}`)]).toEqual([[], 0]);
    expect((await own.send([next], beat(7))).json()).toMatchObject({ problem: { code: 'sync/gap' } });
    expect(await beats()).toEqual([{ unsent: 7 }]);
    expect(await count('checkpoints', sql`ledger = ${own.ledger}`)).toBe(0);
    // No canonical form (half a surrogate pair): the whole request is malformed, and its transaction undone.
    const half = { ...item, input: { ...(item.input as object), reason: '\ud800' } };
    expect((await own.send([half], beat(8))).json()).toMatchObject({ problem: { code: 'sync/malformed', details: { field: 'items' } } });
    expect(await beats()).toEqual([{ unsent: 8 }]);
    expect((await own.push([item, next])).receipts.map((r) => r.outcome)).toEqual(['in_effect', 'in_effect']);
  });

  it('a laptop that an HQ role revokes is refused at sign-in, push and pull, with a sentence; the others go on', async () => {
    await desk.must('staff.receive', staffLine('pm-3'));
    const gone = await Laptop.enrol(desk, 'pm-3');
    const revoke = (device: string, as: string, actor = `hq-${as}`, reason = 'Stolen from a car, reported by phone') =>
      desk.hq.app.inject({ method: 'POST', url: `/devices/${device}/revoke`, headers: { authorization: `Bearer ${SERVICE}` }, payload: { as, actor, reason } });
    const codeOf = (reply: { readonly body: string }): string => (JSON.parse(reply.body) as { problem: { code: string } }).problem.code;
    for (const [reply, status, code] of [
      [await revoke(gone.deviceId, 'pm', 'pm-3'), 403, 'roles/not-allowed'], [await revoke(gone.deviceId, 'opla'), 403, 'roles/not-allowed'],
      [await revoke(gone.deviceId, 'fod', 'pm-3'), 403, 'roles/not-allowed'], [await revoke(gone.deviceId, 'fod', 'hq-fod', 'why'), 400, 'sync/malformed'],
      [await revoke('dev-nobody', 'fod'), 404, 'sync/unknown-device'],
    ] as const) expect([reply.statusCode, codeOf(reply)]).toEqual([status, code]);
    expect((await gone.exchange(gone.assertion())).statusCode).toBe(200);

    const done = await revoke(gone.deviceId, 'ice_security');
    expect([done.statusCode, done.json()]).toEqual([200, { ok: true, revokedAt: desk.time.at }]);
    expect((await revoke(gone.deviceId, 'fod')).json()).toEqual(done.json());
    // Its token is minutes old and would still be good.
    const refusals = [await gone.send([gone.hold('pk-1')]), await gone.exchange(gone.assertion()),
      await desk.hq.app.inject({ method: 'POST', url: '/sync/pull', headers: { authorization: `Bearer ${gone.token}` }, payload: { protocol: 1, schema: 1, generation: null, cursors: {} } })];
    for (const reply of refusals) expect([reply.statusCode, codeOf(reply)]).toEqual([403, 'sync/device-revoked']);
    expect(sentence({ code: 'sync/device-revoked', details: {} }).what).toBe('HQ has revoked this laptop.');
    expect(await count('push_results', sql`ledger = ${gone.ledger}`)).toBe(0);
    expect((await laptop.push([laptop.hold(await packet())])).receipts[0]?.outcome).toBe('in_effect');
    // In HQ's own ledger once, however often it was asked for.
    expect(await rowsOf(desk.db.db, sql`SELECT 1 FROM ledger_entries WHERE ledger = 'hq' AND command LIKE '%device.revoke%'`)).toHaveLength(1);
  });

  it('a laptop that is revoked while it pushes is refused before anything of the request is stored', async () => {
    const gone = await Laptop.enrol(desk);
    const item = gone.hold(await packet());
    const device = { ...(await deviceById(desk.db.db, gone.deviceId)) } as Device;
    await desk.db.db.execute(sql`UPDATE devices SET revoked_at = ${desk.time.at} WHERE id = ${gone.deviceId}`);
    // Signed in just before: only the lock that the push itself takes can see it.
    const context = { db: desk.db.db, device, hqKey: newPrivateJwk(), now: () => desk.time.at, onBug: () => undefined };
    const headJws = signJws(gone.deviceKey, { ledger: gone.ledger, epoch: gone.epoch, seq: 1, head: item.hash });
    const body = { protocol: 1, schema: 1, ledger: gone.ledger, epoch: gone.epoch, headJws, items: [item], heartbeat: { unsent: 1, oldestAt: null, clocksUnder12h: 0, appVersion: 'test' }, access: [] };
    await expect(push(context, body)).rejects.toMatchObject({ status: 403, problem: { code: 'sync/device-revoked' } });
    expect(await count('push_results', sql`ledger = ${gone.ledger}`)).toBe(0);
  });

  it('[SYN-11] takes a heartbeat and an access log without acts, from the laptop alone', async () => {
    const own = await Laptop.enrol(desk);
    const empty = (access: readonly unknown[], key = own.deviceKey) => own.send([], {
      epoch: own.epoch, headJws: signJws(key, { ledger: own.ledger, epoch: own.epoch, seq: own.seq, head: own.head }), access,
    });
    const line = { id: 'acc-9', at: START, what: 'search', packetId: null };
    const before = await empty([line]);
    expect([before.statusCode, before.json()]).toEqual([200, { receipts: [], checkpointJws: null, serverTime: desk.time.at, expectSeq: 1 }]);
    await own.push([own.hold(await packet())]);
    expect((await empty([line, { ...line, id: 'acc-10' }])).json()).toMatchObject({ receipts: [], expectSeq: 2, checkpointJws: expect.any(String) });
    expect(await rowsOf(desk.db.db, sql`SELECT id FROM access_log WHERE device = ${own.deviceId} ORDER BY id`)).toEqual([{ id: 'acc-10' }, { id: 'acc-9' }]);
    desk.time.at = new Date(Date.parse(desk.time.at) + 60_000).toISOString();
    expect((await empty([])).json()).toMatchObject({ receipts: [], expectSeq: 2 });
    expect(await rowsOf(desk.db.db, sql`SELECT at FROM heartbeats WHERE device = ${own.deviceId}`)).toEqual([{ at: desk.time.at }]);
    expect((await empty([line], newPrivateJwk())).json()).toMatchObject({ problem: { code: 'sync/bad-head' } });
  });

  it('[SYN-2] HQ failing in the middle of a batch keeps nothing of it, and the resend gets everything once', async () => {
    const own = await Laptop.enrol(desk);
    const id = await packet();
    const items = [own.hold(id), await own.sign(await packet(), ['i213']), own.hold(id)];
    // The disk, say: one of the last writes of the batch fails in the database.
    await desk.db.db.execute(sql`CREATE FUNCTION out_of_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$`);
    await desk.db.db.execute(sql`CREATE TRIGGER out_of_disk BEFORE INSERT ON ledger_entries FOR EACH ROW WHEN (NEW.seq = 3) EXECUTE FUNCTION out_of_disk()`);
    const failed = await own.send(items);
    expect([failed.statusCode, (failed.json() as { problem: { code: string } }).problem.code]).toEqual([500, 'sync/internal']);
    expect([await count('holds', sql`packet_id = ${id}`), await count('push_results', sql`ledger = ${own.ledger}`)]).toEqual([0, 0]);
    await desk.db.db.execute(sql`DROP TRIGGER out_of_disk ON ledger_entries`);
    const reply = await own.push(items);
    expect(reply.receipts.map((r) => [r.seq, r.outcome])).toEqual([[1, 'in_effect'], [2, 'in_effect'], [3, 'in_effect']]);
    expect(await count('holds', sql`packet_id = ${id}`)).toBe(2);
    expect((await own.push(items)).receipts).toEqual(reply.receipts);
  });

  it('a bug in one command refuses that command with an id, and the others of the batch stand', async () => {
    const own = await Laptop.enrol(desk);
    const id = await packet();
    const broken = await packet();
    // Content that is no packet document any more: opening it throws inside the command.
    const items = [await own.sign(id, ['i213']), await own.sign(broken, ['i213']), own.hold(id)];
    await desk.db.db.execute(sql`UPDATE packet_versions SET content = '{}' WHERE packet_id = ${broken}`);
    const reply = await own.push(items);
    expect(reply.receipts.map((r) => r.problem?.code ?? r.outcome)).toEqual(['in_effect', 'sync/internal', 'in_effect']);
    expect(reply.receipts[1]?.problem?.details.id).toMatch(/^[0-9a-f]{8}$/);
    expect(await count('statements', sql`packet_id = ${broken}`)).toBe(0);
    expect(await count('quarantine', sql`hash = ${items[1]?.hash}`)).toBe(1);
  });

  it('later commands of a batch see what earlier ones of it did', async () => {
    const own = await Laptop.enrol(desk);
    const id = await packet();
    const sealed = await own.sign(id, ['i213']);
    Object.assign(own, { seq: 0, head: '' });
    // The hold comes first in the chain, so HQ decides the signature on a packet that is held.
    const hold = own.hold(id);
    const after = own.item('signoff.sign', sealed.input, { ...sealed.envelope, seq: 2, prev: hold.hash });
    const twice = await own.push([hold, after, own.hold(id)]);
    expect(twice.receipts.map((r) => r.outcome)).toEqual(['in_effect', 'under_review', 'in_effect']);
    expect(twice.receipts[1]?.reasons).toContain('signoff/held');
    expect(await rowsOf(desk.db.db, sql`SELECT open_holds, state, lane FROM packets WHERE id = ${id}`)).toEqual([{ open_holds: 2, state: 'part_signed', lane: 0 }]);
    // Each command is a version of its own; the feed carries the newest of each row.
    const versions = await rowsOf<{ version: number }>(desk.db.db, sql`SELECT version FROM packets WHERE id = ${id} UNION ALL SELECT version FROM feed WHERE row_id = ${id} AND tbl = 'packets'`);
    const [head] = await rowsOf<{ head: number }>(desk.db.db, sql`SELECT head FROM streams WHERE id = ${`agency:${AGENCIES.mine}`}`);
    expect(versions.map((v) => v.version)).toEqual([head?.head, head?.head]);
  });

  it('[SYN-6] two laptops push over the same two agencies at once, in opposite order: neither waits for ever, no version is lost', async () => {
    for (const [n, pm] of [PM, PM_TWO].entries()) {
      for (const agencyId of Object.values(AGENCIES)) await desk.must('assignment.set', { id: `as-both-${n}-${agencyId}`, pmId: pm, agencyId, kind: 'delegated', startAt: '2025-01-01T00:00:00.000Z', endAt: null });
    }
    const [one, two] = [await Laptop.enrol(desk, PM), await Laptop.enrol(desk, PM_TWO)];
    const [a, b] = [await packet(AGENCIES.mine), await packet(AGENCIES.other)];
    const headOf = async (agencyId: string): Promise<number> => (await rowsOf<{ head: number }>(desk.db.db, sql`SELECT head FROM streams WHERE id = ${`agency:${agencyId}`}`))[0]?.head ?? 0;
    const before = [await headOf(AGENCIES.mine), await headOf(AGENCIES.other)];
    const ROUNDS = 6;
    const run = async (laptop: Laptop, order: readonly string[]): Promise<readonly string[]> => {
      const outcomes: string[] = [];
      for (let n = 0; n < ROUNDS; n += 1) outcomes.push(...(await laptop.push(order.map((id) => laptop.hold(id)))).receipts.map((r) => r.outcome));
      return outcomes;
    };
    const all = await Promise.all([run(one, [a, b, a]), run(two, [b, a, b])]);
    expect(all.flat()).toEqual(Array.from({ length: 6 * ROUNDS }, () => 'in_effect'));
    expect([await headOf(AGENCIES.mine), await headOf(AGENCIES.other)]).toEqual(before.map((h) => h + 3 * ROUNDS));
    for (const id of [a, b]) expect(await rowsOf(desk.db.db, sql`SELECT open_holds FROM packets WHERE id = ${id}`)).toEqual([{ open_holds: 3 * ROUNDS }]);
  });

  it('a tampered packet on a laptop: what was signed is recorded as it was, under review for its content', async () => {
    const own = await Laptop.enrol(desk);
    const id = await packet();
    const item = await own.sign(id, ['i213'], {
      edit: (state) => {
        if (!state.version) throw new Error('no version');
        const document = JSON.parse(state.version.content) as { forms: { kind: string; narrative?: string }[]; eventNumber: string };
        document.eventNumber = 'TXA2611999999';
        return { ...state, version: { ...state.version, ...sealContent(document as never) } };
      },
    });
    const reply = await own.push([item]);
    expect(reply.receipts[0]).toMatchObject({ outcome: 'under_review', reasons: ['content'] });
    expect(await rowsOf(desk.db.db, sql`SELECT effect FROM statements WHERE packet_id = ${id}`)).toEqual([{ effect: 'under_review' }]);
  });

  it('builds the entry hash that the contract names', () => {
    const item = laptop.hold('pk-1');
    expect(item.hash).toBe(entryHash(ledgerEntry(item.name, item.input, item.envelope)));
    expect(item.hash).not.toBe(sha256Hex(JSON.stringify(item)));
  });
});
