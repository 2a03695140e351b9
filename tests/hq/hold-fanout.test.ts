/** A person's hold reaches every packet of the person at HQ: under other agencies, once, after a restart too, and without a word about the cause. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { FOLLOW_REASON, FOLLOWED_BY, followerId } from '../../shared/domain/person.ts';
import { missingFollowers } from '../../hq/hold-fanout.ts';
import { rowsOf } from '../../hq/open.ts';
import { createHq } from '../../hq/server.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, PM, PM_TWO, SERVICE, type Desk } from './desk.ts';

type Hold = { readonly id: string; readonly packet_id: string; readonly rule: string; readonly reason: string; readonly placed_by: string; readonly released_at: string | null };

describe.each(HQ_DATABASES)('holds that follow a person on $kind', (database) => {
  let desk: Desk;
  /** The same person with differently typed numbers; `stranger` has none of them. */
  const person = (packetId: string, agencyId: string, aNumber: string | null, fin: string | null) => {
    const document = packetFor(packetId, agencyId);
    return { ...document, subject: { ...document.subject, identity: { ...document.subject.identity, aNumber, fin } }, forms: document.forms.map((f) => ({ ...f, identity: { ...f.identity, aNumber, fin } })) };
  };
  const holds = async (): Promise<readonly Hold[]> => {
    await desk.hq.holdsReached();
    return rowsOf<Hold>(desk.db.db, sql`SELECT id, packet_id, rule, reason, placed_by, released_at FROM holds ORDER BY packet_id, rule, id`);
  };
  const heldBy = async (rule: string): Promise<readonly string[]> => (await holds()).filter((h) => h.rule === rule && h.released_at === null).map((h) => h.packet_id);

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('packet.receive', { document: person('pk-1', AGENCIES.mine, 'A 200-100-300', null) });
    await desk.must('packet.receive', { document: person('pk-2', AGENCIES.other, 'A200100300', '5550001') });
    await desk.must('packet.receive', { document: person('pk-3', AGENCIES.other, null, '5550001') });
    await desk.must('packet.receive', { document: person('pk-4', AGENCIES.other, 'A 200-100-301', '5550002') });
  });
  afterAll(async () => { await desk.close(); });

  it('[PK-08] a claim pushed by one laptop holds every packet of the person, also through a third row, and no other', async () => {
    const laptop = await Laptop.enrol(desk, PM);
    const { receipts } = await laptop.push([laptop.item('claim.record', { packetId: 'pk-1', kind: 'citizenship', source: 'own_statement', statement: 'Says: born in El Paso, Texas.', reportedAt: desk.time.at })]);
    expect(receipts.map((r) => r.outcome)).toEqual(['in_effect']);
    const found = await holds();
    expect(await heldBy('PK-08')).toEqual(['pk-1', 'pk-2', 'pk-3']);
    const [first] = found.filter((h) => h.packet_id === 'pk-1');
    for (const h of found.filter((x) => x.packet_id !== 'pk-1')) expect(h).toMatchObject({ id: followerId(first?.id ?? '', h.packet_id), placed_by: FOLLOWED_BY, reason: FOLLOW_REASON });
    expect(JSON.stringify(found)).not.toContain('El Paso');
    const other = await Laptop.enrol(desk, PM_TWO);
    const pulled = await other.pull();
    expect(pulled.rows.filter((r) => r.table === 'packets' && r.row.openHolds === 1).map((r) => r.row.id).sort()).toEqual(['pk-2', 'pk-3']);
    expect(pulled.text).not.toContain('El Paso');
  });
  it('a repeat makes nothing, and a released one is not placed again', async () => {
    const before = await holds();
    const follower = before.find((h) => h.packet_id === 'pk-2');
    await desk.must('hold.release', { holdId: follower?.id, note: 'Looked at this packet on its own.' }, 'opla', 'hq-opla');
    const source = before.find((h) => h.packet_id === 'pk-1');
    await desk.must('hold.follow', { holdId: source?.id, packetId: 'pk-2' });
    expect(await missingFollowers(desk.db.db)).toEqual([]);
    expect(await heldBy('PK-08')).toEqual(['pk-1', 'pk-3']);
  });
  it('a packet that arrives later is held too, and a hold that is not the person\'s stays where it is', async () => {
    await desk.must('packet.receive', { document: person('pk-5', AGENCIES.mine, '200100300', null) });
    expect(await heldBy('PK-08')).toEqual(['pk-1', 'pk-3', 'pk-5']);
    await desk.must('hold.place', { packetId: 'pk-1', rule: 'OTHER', reason: 'Only about this packet and its papers.' }, 'sddo', 'hq-sddo');
    expect(await heldBy('OTHER')).toEqual(['pk-1']);
  });
  it('what a crash left out is found by the next start', async () => {
    await desk.hq.holdsReached();
    // Rows as a process leaves them that ended between the commit and the fan-out.
    await desk.db.db.execute(sql`DELETE FROM holds WHERE packet_id = 'pk-5'`);
    expect((await missingFollowers(desk.db.db)).map((m) => m.packetId)).toEqual(['pk-5']);
    const again = await createHq({ db: { ...desk.db, close: async () => undefined }, isDemo: false, serviceToken: SERVICE, now: () => desk.time.at });
    await again.holdsReached();
    expect(await missingFollowers(desk.db.db)).toEqual([]);
    await again.close();
  });
  it('[PK-10] restricted handling follows in the same words and the same shape as any other cause', async () => {
    await desk.must('packet.receive', { document: person('pk-6', AGENCIES.mine, 'A300000001', null), isRestricted: true });
    await desk.must('packet.receive', { document: person('pk-7', AGENCIES.other, 'A300000001', null) });
    await desk.must('packet.receive', { document: person('pk-8', AGENCIES.mine, 'A300000002', null) });
    await desk.must('packet.receive', { document: person('pk-9', AGENCIES.other, 'A300000002', null) });
    await desk.must('hold.place', { packetId: 'pk-8', rule: 'PK-09', reason: 'Looks much younger than the papers say.' }, 'sddo', 'hq-sddo');
    const found = await holds();
    const [restricted, minor] = ['pk-7', 'pk-9'].map((id) => found.find((h) => h.packet_id === id));
    expect(Object.keys(restricted ?? {})).toEqual(Object.keys(minor ?? {}));
    expect({ ...restricted, id: '', packet_id: '', rule: '' }).toEqual({ ...minor, id: '', packet_id: '', rule: '' });
    // HQ's own ledger names neither the rule nor the cause.
    const entries = await rowsOf<{ entry: string }>(desk.db.db, sql`SELECT entry FROM ledger_entries WHERE entry LIKE '%hold.follow%'`);
    expect(entries.length).toBeGreaterThan(3);
    expect(entries.map((e) => e.entry).join()).not.toMatch(/RESTRICTED|PK-09|U\.S\.C|younger/);
  });
  it('[PK-10] a tip is written by who hears of it and pulled by nobody', async () => {
    const laptop = await Laptop.enrol(desk, PM);
    const input = { packetId: 'pk-8', kind: 'restricted_tip', source: 'household_or_family', statement: 'The caller is the husband of the person.', reportedAt: desk.time.at };
    const { receipts } = await laptop.push([laptop.item('claim.record', input)]);
    expect(receipts.map((r) => r.outcome)).toEqual(['in_effect']);
    expect((await laptop.pull()).text).not.toContain('husband');
    const foreign = await laptop.push([laptop.item('claim.record', { ...input, packetId: 'pk-9' })]);
    expect(foreign.receipts.map((r) => r.problem?.code)).toEqual(['sync/out-of-scope']);
  });
  it('[PK-00] a call about an agency that is not the officer\'s is accepted', async () => {
    const laptop = await Laptop.enrol(desk, PM);
    const call = { kind: 'citizenship', caller: 'Night desk of another jail', about: 'A man who says that he is a citizen', action: 'Told to stop and to wait', calledAt: desk.time.at, zone: 'America/Denver', agencyId: AGENCIES.other, packetId: 'pk-2', subjectId: null };
    const { receipts } = await laptop.push([laptop.item('call.log', call)]);
    expect(receipts.map((r) => r.outcome)).toEqual(['in_effect']);
    expect((await laptop.pull()).rows.filter((r) => r.table === 'site_calls').map((r) => r.row.stream)).toEqual([`pm:${PM}`]);
    expect((await (await Laptop.enrol(desk, PM_TWO)).pull()).rows.filter((r) => r.table === 'site_calls')).toEqual([]);
  });
});
