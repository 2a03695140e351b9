/** Evidence pins at HQ: a signature that looked at all of them, one of a laptop that knew none, and one that missed a pin which HQ has. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { openReason } from '../../shared/domain/lookback.ts';
import { rowsOf } from '../../hq/open.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { fillDesk, Laptop, openDesk, packetFor, PM_TWO, type Desk } from './desk.ts';

const FORMS = ['i213', 'i862'] as const;
/** The same packet with a pin for each allegation and for the person's name. */
function pinnedPacket(id: string): PacketDocument {
  const document = packetFor(id);
  const pin = (element: string, evidenceId: string, y: number) => ({ element, evidenceId, page: 1, region: { x: 0.1, y, w: 0.4, h: 0.02 }, quote: '' });
  return { ...document, pins: [...[1, 2, 3, 4].map((n) => pin(`i862.allegations.${n}`, 'ev-statement', n / 10)), pin('identity.name', 'ev-booking', 0.3)] };
}

describe.each(HQ_DATABASES)('pins on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  let next = 700;
  const packet = async (): Promise<string> => {
    const id = `pk-${++next}`;
    await desk.must('packet.receive', { document: pinnedPacket(id) });
    return id;
  };
  const reasonsOf = async (packetId: string): Promise<readonly string[]> =>
    (await rowsOf<{ reasons: readonly string[] }>(desk.db.db, sql`SELECT reasons FROM lookback_reviews WHERE packet_id = ${packetId}`)).flatMap((r) => r.reasons.map((x) => openReason(x).reason));
  const statementsOf = async (packetId: string) => rowsOf<{ effect: string; jws: string }>(desk.db.db, sql`SELECT effect, jws FROM statements WHERE packet_id = ${packetId}`);

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    laptop = await Laptop.enrol(desk);
  });
  afterAll(async () => {
    await desk.close();
  });

  it('stands in effect when every pin was on screen, and the seal says for how long', async () => {
    const id = await packet();
    const reply = await laptop.push([await laptop.sign(id, FORMS)]);
    expect(reply.receipts[0]).toMatchObject({ outcome: 'in_effect' });
    const [statement] = await statementsOf(id);
    const says = JSON.parse(Buffer.from(statement?.jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as { pins: { count: number; pins: readonly { element: string; seconds: number }[] } };
    expect(says.pins.pins.map((p) => [p.element, p.seconds])).toContainEqual(['identity.name', 2]);
  });

  it('[SYN-14] [SYN-17] is recorded under review when the laptop knew no pins, never dropped', async () => {
    const id = await packet();
    const reply = await laptop.push([await laptop.sign(id, FORMS, { isBeforePins: true })]);
    expect(reply.receipts[0]).toMatchObject({ outcome: 'under_review' });
    expect((await statementsOf(id)).map((s) => s.effect)).toEqual(['under_review', 'under_review']);
    expect(await reasonsOf(id)).toContain('signoff/pins-not-shown');
  });

  it('[SYN-17] is recorded under review when HQ had another pin that the signer never saw', async () => {
    const id = await packet();
    const item = await laptop.sign(id, FORMS);
    // The acting PM's pin came to HQ first, and was made before the signature.
    await desk.must('assignment.set', { id: `as-${id}`, pmId: PM_TWO, agencyId: 'ag-tx-01', kind: 'delegated', startAt: '2026-11-01T00:00:00.000Z', endAt: null });
    const other = await Laptop.enrol(desk, PM_TWO);
    const added = other.item('pin.add', { packetId: id, version: 1, element: 'identity.name', evidenceId: 'ev-identity', page: 1, region: null, quote: 'SAMPLE, Person' }, { base: (await other.pull()).cursors });
    expect((await other.push([added])).receipts[0]).toMatchObject({ outcome: 'in_effect' });
    expect((await laptop.push([item])).receipts[0]).toMatchObject({ outcome: 'under_review' });
    expect(await reasonsOf(id)).toContain('signoff/pins-not-shown');
  });

  it('[PK-00] lets a return and a pin pass, whatever was on screen', async () => {
    const id = await packet();
    const { cursors } = await laptop.pull();
    const back = laptop.item('signoff.return', { packetId: id, version: 1, note: '', deficiencies: [{ rule: 'NTA-03', field: 'forms.i862.allegations', note: 'Pin the entry.' }] }, { base: cursors });
    const pin = laptop.item('pin.add', { packetId: id, version: 1, element: 'alienage', evidenceId: 'ev-statement', page: 2, region: null, quote: '' }, { base: cursors });
    expect((await laptop.push([back, pin])).receipts.map((r) => r.outcome)).toEqual(['in_effect', 'in_effect']);
  });

  it('refuses a pin outside the page, and says where', async () => {
    const id = await packet();
    const bad = laptop.item('pin.add', { packetId: id, version: 1, element: 'alienage', evidenceId: 'ev-statement', page: 99, region: null, quote: '' }, { base: (await laptop.pull()).cursors });
    expect((await laptop.push([bad])).receipts[0]).toMatchObject({ outcome: 'refused', problem: { code: 'pin/outside-page' } });
  });
});
