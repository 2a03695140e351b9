/** Files at HQ: taken by hash, refused with a reason, and given only in the name of a packet that the device may read. */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../shared/attachments.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { receiveAttachment } from '../../hq/attachments.ts';
import { rowsOf } from '../../hq/open.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, PM_TWO, SERVICE, type Desk } from './desk.ts';

const hashOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const bytes = (length: number, seed: string): Buffer => Buffer.from(`SYNTHETIC ${seed} `.repeat(Math.ceil(length / 12))).subarray(0, length);
type Reply = { readonly status: number; readonly body: { readonly ok?: boolean; readonly already?: boolean; readonly bytes?: number; readonly problem?: { readonly code: string; readonly details: Record<string, unknown> } } };

/** A packet that names this file as evidence, and another as the rendition of its first form. */
function naming(packetId: string, agencyId: string, evidence: Buffer, rendition?: Buffer): PacketDocument {
  const document = packetFor(packetId, agencyId);
  const [first, ...rest] = document.forms;
  if (!first) throw new Error('no form');
  return {
    ...document, forms: [rendition ? { ...first, rendition: { sha256: hashOf(rendition), bytes: rendition.length, mediaType: 'application/pdf', pages: 1 } } : first, ...rest],
    evidence: document.evidence.map((e, n) => (n === 0 ? { ...e, sha256: hashOf(evidence), bytes: evidence.length } : e)),
  };
}

describe.each(HQ_DATABASES)('attachments on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  let other: Laptop;
  const mine = bytes(2 * CHUNK_BYTES + 123, 'mine');
  const form = bytes(3000, 'form');
  const theirs = bytes(5000, 'theirs');
  const upload = async (sha256: string, data: Buffer, headers: Record<string, string> = {}): Promise<Reply> => {
    const reply = await desk.hq.app.inject({ method: 'PUT', url: `/ingest/attachments/${sha256}`, headers: { authorization: `Bearer ${SERVICE}`, 'content-type': 'application/pdf', ...headers }, payload: data });
    return { status: reply.statusCode, body: reply.json() };
  };
  const ask = async (from: Laptop, path: string, payload: object) =>
    desk.hq.app.inject({ method: 'POST', url: path, headers: { authorization: `Bearer ${await from.fresh()}` }, payload });
  const held = async (from: Laptop, items: readonly { packetId: string; sha256: string }[]) => {
    const found = (await ask(from, '/attachments/held', { items })).json() as { held: readonly { sha256: string; bytes: number }[] };
    return found.held.map((h) => h.sha256).sort();
  };
  const chunks = (from: Laptop, packetId: string, sha256: string, first = 0, count = 16) => ask(from, '/attachments/chunks', { packetId, sha256, from: first, count });

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    laptop = await Laptop.enrol(desk);
    other = await Laptop.enrol(desk, PM_TWO);
    await desk.must('packet.receive', { document: naming('pk-1', AGENCIES.mine, mine, form) });
    await desk.must('packet.receive', { document: naming('pk-2', AGENCIES.other, theirs) });
    await desk.must('packet.receive', { document: naming('pk-3', AGENCIES.mine, bytes(700, 'restricted')), isRestricted: true });
    for (const data of [mine, form, theirs, bytes(700, 'restricted')]) expect((await upload(hashOf(data), data)).body.already).toBe(false);
  });
  afterAll(() => desk.close());

  it('[SYN-12] takes a file by its hash, in chunks, and the same again is already here', async () => {
    expect(await upload(hashOf(mine), mine)).toEqual({ status: 200, body: { sha256: hashOf(mine), bytes: mine.length, already: true } });
    const rows = await rowsOf<{ n: number; size: number }>(desk.db.db, sql`SELECT n, length(data) AS size FROM attachment_chunks WHERE sha256 = ${hashOf(mine)} ORDER BY n`);
    expect(rows).toEqual([{ n: 0, size: CHUNK_BYTES }, { n: 1, size: CHUNK_BYTES }, { n: 2, size: 123 }]);
    const known = await desk.hq.app.inject({ method: 'GET', url: `/ingest/attachments/${hashOf(mine)}`, headers: { authorization: `Bearer ${SERVICE}` } });
    expect([known.statusCode, known.json()]).toEqual([200, { sha256: hashOf(mine), bytes: mine.length, already: true }]);
  });
  it('refuses what is not the file that was named, says both hashes, and keeps nothing of it', async () => {
    const data = bytes(4000, 'wrong');
    const name = 'b'.repeat(64);
    expect(await upload(name, data)).toEqual({ status: 422, body: { ok: false, problem: { code: 'attachment/hash-mismatch', details: { expected: name, found: hashOf(data), bytes: 4000 } } } });
    expect(await rowsOf(desk.db.db, sql`SELECT 1 FROM attachment_chunks WHERE sha256 IN (${name}, ${hashOf(data)})`)).toEqual([]);
  });
  it('refuses an empty file, a name that is no hash, a foreign type, and anybody without the service token', async () => {
    expect((await upload(hashOf(Buffer.alloc(0)), Buffer.alloc(0))).status).toBeGreaterThanOrEqual(400);
    expect((await upload('../../etc/passwd', mine)).status).toBe(404);
    expect((await upload('A'.repeat(64), mine)).body.problem?.code).toBe('attachment/bad-name');
    expect((await upload(hashOf(mine), mine, { 'content-type': 'text/html' })).status).toBe(415);
    expect((await upload(hashOf(mine), mine, { authorization: `Bearer ${await laptop.fresh()}` })).status).toBe(401);
    expect((await upload(hashOf(mine), mine, { authorization: '' })).status).toBe(401);
  });
  it('refuses what is too large, by its declared length before a byte is read, and by its bytes', async () => {
    let wasRead = false;
    const source = async function* many() { for (let n = 0; n < 10; n += 1) { wasRead = true; yield Buffer.alloc(1000); } };
    const limited = { db: desk.db.db, now: () => desk.time.at, maxBytes: 5000 };
    await expect(receiveAttachment(limited, 'c'.repeat(64), 'application/pdf', source(), 5001)).rejects.toMatchObject({ status: 413, problem: { code: 'attachment/too-large', details: { limit: 5000 } } });
    expect(wasRead).toBe(false);
    await expect(receiveAttachment(limited, 'c'.repeat(64), 'application/pdf', source(), null)).rejects.toMatchObject({ status: 413, problem: { code: 'attachment/too-large' } });
    expect((await upload('c'.repeat(64), Buffer.alloc(10), { 'content-length': String(300 * 1024 * 1024) })).body.problem?.code).toBe('attachment/too-large');
  });
  it('finishes an upload that was stopped in the middle', async () => {
    const data = bytes(3 * CHUNK_BYTES, 'stopped');
    await desk.db.db.execute(sql`INSERT INTO attachment_chunks (sha256, n, data) VALUES (${hashOf(data)}, 0, ${data.subarray(0, CHUNK_BYTES)})`);
    expect((await upload(hashOf(data), data)).body).toEqual({ sha256: hashOf(data), bytes: data.length, already: false });
    expect(await rowsOf(desk.db.db, sql`SELECT count(*)::int AS n FROM attachment_chunks WHERE sha256 = ${hashOf(data)}`)).toEqual([{ n: 3 }]);
  });
  it('gives chunks by number, as one run of bytes', async () => {
    const whole = await chunks(laptop, 'pk-1', hashOf(mine));
    expect([whole.statusCode, whole.headers['content-type'], whole.headers['x-content-type-options']]).toEqual([200, 'application/octet-stream', 'nosniff']);
    expect(whole.rawPayload.equals(mine)).toBe(true);
    expect((await chunks(laptop, 'pk-1', hashOf(mine), 1, 1)).rawPayload.equals(mine.subarray(CHUNK_BYTES, 2 * CHUNK_BYTES))).toBe(true);
    expect((await chunks(laptop, 'pk-1', hashOf(mine), 2, 9)).rawPayload.equals(mine.subarray(2 * CHUNK_BYTES))).toBe(true);
    expect((await chunks(laptop, 'pk-1', hashOf(mine), 3)).statusCode).toBe(404);
    expect((await chunks(laptop, 'pk-1', hashOf(form))).rawPayload.equals(form)).toBe(true);
  });
  it('[SYN-7] gives nothing of an agency that the PM does not answer for, and does not say that it exists', async () => {
    expect(await held(laptop, [{ packetId: 'pk-1', sha256: hashOf(mine) }, { packetId: 'pk-1', sha256: hashOf(form) }])).toEqual([hashOf(mine), hashOf(form)].sort());
    expect(await held(laptop, [{ packetId: 'pk-2', sha256: hashOf(theirs) }, { packetId: 'pk-1', sha256: hashOf(theirs) }, { packetId: 'pk-1', sha256: 'd'.repeat(64) }])).toEqual([]);
    const refused = await chunks(laptop, 'pk-2', hashOf(theirs));
    const unknown = await chunks(laptop, 'pk-2', 'd'.repeat(64));
    expect([refused.statusCode, refused.body]).toEqual([404, unknown.body]);
    expect((await chunks(laptop, 'pk-1', hashOf(theirs))).statusCode).toBe(404);
    expect((await chunks(other, 'pk-2', hashOf(theirs))).rawPayload.equals(theirs)).toBe(true);
    expect((await chunks(other, 'pk-1', hashOf(mine))).statusCode).toBe(404);
  });
  it('handles a restricted packet the same: to its own PM only', async () => {
    const sha256 = hashOf(bytes(700, 'restricted'));
    expect((await chunks(laptop, 'pk-3', sha256)).statusCode).toBe(200);
    expect((await chunks(other, 'pk-3', sha256)).body).toBe((await chunks(other, 'pk-3', 'd'.repeat(64))).body);
  });
  it('gives no more once the assignment has ended', async () => {
    await desk.must('assignment.set', { id: 'as-2', pmId: PM_TWO, agencyId: AGENCIES.other, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt: desk.time.at });
    expect((await chunks(other, 'pk-2', hashOf(theirs))).statusCode).toBe(404);
    expect(await held(other, [{ packetId: 'pk-2', sha256: hashOf(theirs) }])).toEqual([]);
  });
  it('answers malformed questions as such, and none without a device token', async () => {
    for (const [path, body] of [['/attachments/held', { items: [] }], ['/attachments/held', { items: [{ packetId: 'x', sha256: "'; DROP" }] }], ['/attachments/chunks', { packetId: 'pk-1', sha256: 'z', from: 0, count: 1 }],
      ['/attachments/chunks', { packetId: 'pk-1', sha256: hashOf(mine), from: -1, count: 1 }], ['/attachments/chunks', { packetId: 'pk-1', sha256: hashOf(mine), from: 0, count: 17 }]] as const) {
      expect((await ask(laptop, path, body)).statusCode, JSON.stringify(body)).toBe(400);
      expect((await desk.hq.app.inject({ method: 'POST', url: path, payload: body as object })).statusCode).toBe(401);
    }
  });
});
