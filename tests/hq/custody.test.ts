/** Custody at HQ: recorded without network, pushed, and found there as the laptop has it; what comes later from an agency does not move its limit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyHead, custodyState, documentEvents } from '../../shared/domain/custody.ts';
import { openContent } from '../../shared/domain/packet.ts';
import type { CustodyEventRow, PacketRow, Rows, TableName } from '../../shared/rows.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { agencyLine, AGENCIES, fillDesk, Laptop, openDesk, packetFor, staffLine, START, type Desk } from './desk.ts';

const hours = (n: number): string => new Date(Date.parse(START) + n * 3_600_000).toISOString();

describe.each(HQ_DATABASES)('custody on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  let next = 300;
  const arrive = async (number = 1, id = `pk-${++next}`): Promise<string> => {
    await desk.must('packet.receive', { document: { ...packetFor(id, AGENCIES.mine, number), submittedAt: '2026-11-23T12:30:00.000Z' } });
    return id;
  };
  const event = (packetId: string, kind: string, at: string, details: object) => laptop.item('custody.record', { packetId, event: { kind, at, details } });
  const pulled = async <T extends TableName>(table: T, packetId: string): Promise<readonly Rows[T][]> =>
    (await laptop.pull()).rows.filter((r) => r.table === table && (r.row.packetId ?? r.row.id) === packetId).map((r) => r.row) as unknown as readonly Rows[T][];
  const head = async (packetId: string): Promise<PacketRow> => {
    const [row] = await pulled('packets', packetId);
    if (!row) throw new Error(`${packetId} was not pulled`);
    return row;
  };
  const events = async (packetId: string): Promise<readonly CustodyEventRow[]> => [...await pulled('custody_events', packetId)].sort((a, b) => (a.at < b.at ? -1 : 1));

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('staff.receive', staffLine('hq-sddo', 'sddo'));
    laptop = await Laptop.enrol(desk);
  });
  afterAll(async () => { await desk.close(); });

  it('[K2B] a chain recorded offline gives the events, the breach and the head that the laptop computed', async () => {
    const id = await arrive();
    const [local, limit] = [hours(-60), hours(-12)];
    const made = [
      event(id, 'local.released', local, { toldBy: 'Jail desk' }), event(id, 'call.made', hours(-20), { to: 'ERO duty officer', answer: 'No van' }), event(id, 'pickup.refused', hours(-14), { by: 'ERO', why: 'No officer' }),
      event(id, 'limit.passed', hours(-11), { note: 'Nobody came' }),
    ];
    const { receipts } = await laptop.push(made);
    expect(receipts.map((r) => [r.outcome, r.hash])).toEqual(made.map((m) => ['in_effect', m.hash]));
    const rows = await events(id);
    expect(rows.map((r) => [r.kind, r.at, r.recordedBy])).toEqual([['local.released', local, laptop.pmId], ['call.made', hours(-20), laptop.pmId], ['pickup.refused', hours(-14), laptop.pmId], ['limit.passed', hours(-11), laptop.pmId]]);
    expect(rows.at(-1)?.details).toMatchObject({ limit: 'K2B', limitAt: limit, calls: 2, callList: `${hours(-20)} ERO duty officer: No van\n${hours(-14)} ERO: No officer`, words: 'Release or notify required' });
    const [version] = await pulled('packet_versions', id);
    const document = openContent(version?.content ?? '');
    const now = await head(id);
    expect(now).toMatchObject({ custodyLimitAt: limit, deadlineAt: limit, deadlineClock: 'K2B', isDetained: true });
    expect(now).toMatchObject(custodyHead(document, agencyLine(AGENCIES.mine), rows, desk.time.at));
    await laptop.push([event(id, 'released', hours(-10), { reason: 'limit', by: 'Jail desk' })]);
    expect(custodyState([...documentEvents(document), ...await events(id)])).toBe('RELEASED_LIMIT');
    expect(await head(id)).toMatchObject({ custodyLimitAt: null, deadlineAt: null, isDetained: false });
  });
  it('[SYN-2] a resend records nothing twice', async () => {
    const id = await arrive();
    const made = [event(id, 'call.made', hours(-1), { to: 'ERO', answer: 'Van at 18:00' })];
    const first = await laptop.push(made);
    const second = await laptop.push(made);
    expect(second.receipts).toEqual(first.receipts);
    expect(await events(id)).toHaveLength(1);
  });
  it('[K2B] a return, a hold and the corrected version keep the limit; the release too', async () => {
    const id = await arrive();
    await laptop.push([event(id, 'local.released', hours(-10), { toldBy: 'Jail desk' })]);
    const limit = { custodyLimitAt: hours(38), deadlineAt: hours(38), deadlineClock: 'K2B', isDetained: true };
    expect(await head(id)).toMatchObject(limit);
    await laptop.push([laptop.hold(id)]);
    expect(await head(id)).toMatchObject({ ...limit, openHolds: 1 });
    await laptop.push([laptop.item('signoff.return', { packetId: id, version: 1, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms', note: 'Missing' }] })]);
    expect(await head(id)).toMatchObject({ ...limit, state: 'returned' });
    await arrive(2, id);
    expect(await head(id)).toMatchObject({ ...limit, state: 'in_review', currentVersion: 2 });
    await laptop.push([event(id, 'released', hours(-1), { reason: 'court', by: 'Jail desk' })]);
    await laptop.push([laptop.item('signoff.return', { packetId: id, version: 2, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms', note: 'Missing' }] })]);
    await arrive(3, id);
    expect(await head(id)).toMatchObject({ custodyLimitAt: null, deadlineAt: null, isDetained: false, currentVersion: 3 });
  });
  it('[PK-00] under a hold at HQ a release counts and a pickup is refused, each by its own receipt', async () => {
    const id = await arrive();
    await desk.must('hold.place', { packetId: id, rule: 'PK-08', reason: 'Says that he was born in Texas.' }, 'sddo', 'hq-sddo');
    const { receipts } = await laptop.push([event(id, 'detainer.cancelled', hours(-3), { why: 'A claim of citizenship', toldTo: 'Jail desk', reissue: 'none' }), event(id, 'released', hours(-2), { reason: 'citizenship', by: 'Jail desk' })]);
    expect(receipts.map((r) => r.outcome)).toEqual(['in_effect', 'in_effect']);
    const held = await arrive();
    await laptop.push([event(held, 'local.released', hours(-4), { toldBy: 'Jail desk' })]);
    await desk.must('hold.place', { packetId: held, rule: 'PK-08', reason: 'Says that he was born in Texas.' }, 'sddo', 'hq-sddo');
    const refused = await laptop.push([event(held, 'warrant.served', hours(-3), {
      form: 'I-200', place: 'Example jail', manner: 'in_person', servedBy: 'ERO officer', dioId: null, language: 'English', interpreter: null, subjectCopy: 'given',
    })]);
    expect(refused.receipts.map((r) => [r.outcome, r.problem?.code])).toEqual([['refused', 'custody/held']]);
    expect((await events(held)).map((e) => e.kind)).toEqual(['local.released']);
    expect(await head(id)).toMatchObject({ isDetained: false, openHolds: 1 });
  });
  it('HQ records by the same command, in a role of the case', async () => {
    const id = await arrive();
    await desk.must('custody.record', { packetId: id, event: { kind: 'ice.notified', at: hours(-1), details: { to: 'ERO', about: 'arrest' } } }, 'sddo', 'hq-sddo');
    expect(await events(id)).toMatchObject([{ kind: 'ice.notified', recordedBy: 'hq-sddo' }]);
    expect((await desk.command('custody.record', { packetId: id, event: { kind: 'call.made', at: hours(-1), details: { to: 'ERO', answer: 'none' } } }, 'service')).status).not.toBe(200);
  });
});
