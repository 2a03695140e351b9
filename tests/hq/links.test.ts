/** HQ's links: the same person and the same story are found both ways, never from or to what is restricted, and withdrawn when they no longer hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { duePackets, linkDue } from '../../hq/links.ts';
import { rowsOf } from '../../hq/open.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import type { PacketLinkRow } from '../../shared/rows.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, PM, type Desk } from './desk.ts';

type Loose = { -readonly [K in keyof PacketDocument]: PacketDocument[K] };
const narrative = (d: PacketDocument): string => {
  const form = d.forms.find((f) => f.kind === 'I-213');
  return form?.kind === 'I-213' ? form.narrative : '';
};
/** `document` with the person of another packet, or its story told of another person. */
const withPerson = (document: PacketDocument, of: PacketDocument): PacketDocument => {
  const { aNumber, fin } = of.subject.identity;
  const own = { aNumber, fin };
  return { ...document, subject: { ...document.subject, identity: { ...document.subject.identity, ...own } }, forms: document.forms.map((f) => ({ ...f, identity: { ...f.identity, ...own } })) } satisfies Loose;
};
const withStory = (document: PacketDocument, of: PacketDocument): PacketDocument =>
  ({ ...document, forms: document.forms.map((f) => (f.kind === 'I-213' ? { ...f, narrative: `${narrative(of)} Told again on 4 May.` } : f)) });

describe.each(HQ_DATABASES)('links on $kind', (database) => {
  let desk: Desk;
  const failed: string[] = [];
  const look = async (): Promise<void> => {
    while ((await linkDue(desk.db.db, desk.time.at, 3, (id) => failed.push(id))) > 0) expect(failed).toEqual([]);
  };
  const links = async (packetId: string): Promise<readonly string[]> =>
    (await rowsOf<PacketLinkRow>(desk.db.db, sql`SELECT other_packet_id AS "otherPacketId", kind, score FROM packet_links WHERE packet_id = ${packetId} AND score > 0 ORDER BY kind, other_packet_id`))
      .map((l) => `${l.kind} ${l.otherPacketId}`);
  const receive = (document: PacketDocument, isRestricted = false) => desk.must('packet.receive', { document, isRestricted });
  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    const [one, two, three] = [packetFor('pk-1'), packetFor('pk-2', AGENCIES.other), packetFor('pk-3', AGENCIES.other)];
    await receive(one);
    await receive(withPerson(two, one));
    await receive(withStory(three, one));
    await receive(packetFor('pk-4'));
    await receive(withStory(withPerson(packetFor('pk-5', AGENCIES.other), packetFor('pk-4')), packetFor('pk-4')), true);
    await desk.hq.holdsReached();
    await look();
  });
  afterAll(() => desk.close());

  it('finds the same person and the same story across agencies, both ways, and nothing else', async () => {
    expect(await links('pk-1')).toEqual(['duplicate pk-2', 'similar pk-3']);
    expect(await links('pk-2')).toEqual(['duplicate pk-1']);
    expect(await links('pk-3')).toEqual(['similar pk-1']);
  });
  it('keeps a packet under restricted handling from being the other side', async () => {
    expect(await links('pk-4')).toEqual([]);
    expect(await rowsOf(desk.db.db, sql`SELECT 1 FROM packet_links WHERE other_packet_id = 'pk-5'`)).toEqual([]);
    expect(await rowsOf(desk.db.db, sql`SELECT 1 FROM feed WHERE tbl = 'packet_links' AND stream = ${`agency:${AGENCIES.mine}`} AND line LIKE '%pk-5%'`)).toEqual([]);
  });
  it('puts no name or number into the excerpt that leaves the agency', async () => {
    const [link] = await rowsOf<{ excerpt: string; score: number }>(desk.db.db, sql`SELECT excerpt, score FROM packet_links WHERE packet_id = 'pk-1' AND kind = 'similar'`);
    expect(link?.score).toBeGreaterThan(0.95);
    expect(link?.excerpt.split(' ').length).toBeGreaterThan(10);
    expect(link?.excerpt).not.toMatch(/sample|person|\d/i);
  });
  it('has nothing left to do, and does nothing twice', async () => {
    expect(await duePackets(desk.db.db, 10)).toEqual([]);
    const head = () => rowsOf<{ head: number }>(desk.db.db, sql`SELECT head FROM streams WHERE id = ${`agency:${AGENCIES.mine}`}`);
    const before = await head();
    await desk.db.db.execute(sql`DELETE FROM link_looks`);
    await look();
    expect(await head()).toEqual(before);
  });
  it('withdraws what no longer holds once the other side asks for restricted handling', async () => {
    await desk.must('packet.receive', { document: { ...withPerson(packetFor('pk-2', AGENCIES.other, 2), packetFor('pk-1')), number: 2 }, isRestricted: true });
    await desk.hq.holdsReached();
    await look();
    // The wish is the person's: it has reached pk-1 too, so neither names the other, and pk-3 no longer names pk-1.
    expect(await links('pk-1')).toEqual(['similar pk-3']);
    expect(await links('pk-2')).toEqual([]);
    expect(await links('pk-3')).toEqual([]);
  });
  it('travels in the stream of the packet to the laptop that may read it', async () => {
    const laptop = await Laptop.enrol(desk, PM);
    const { rows } = await laptop.pull();
    expect(rows.filter((r) => r.table === 'packet_links').map((r) => r.row.packetId)).toEqual(expect.arrayContaining(['pk-1']));
    expect(rows.filter((r) => r.table === 'packet_links' && r.row.packetId !== 'pk-1')).toEqual([]);
  });
});
