/** The laptop's second file: chunks, verification, order of fetching, what goes with a lost stream, and what lies on the disk. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, chunkCount } from '../../shared/attachments.ts';
import type { Evidence } from '../../shared/domain/packet.ts';
import {
  ATTACHMENTS_FILE, beginBlob, distrust, forgive, MAX_FAILURES, missing, nextChunk, openAttachments, placeOf, putChunk, readBlob, reconcile, verifyBlob, type Attachments,
} from '../../db/attachments.ts';
import { assertNotPlain } from '../../db/open.ts';
import { dropStream } from '../../db/pull.ts';
import { read } from '../../db/read.ts';
import { cleanPacket, rowsOf } from '../domain/clean-packets.ts';
import { KEY, newStore, NOW, pullRows, STREAM, type Fixture } from './fixture.ts';

const open: (() => void)[] = [];
afterEach(() => { for (const close of open.splice(0).reverse()) close(); });

function laptop(): { readonly made: Fixture; readonly a: Attachments } {
  const made = newStore();
  const a = openAttachments(made.folder, KEY);
  open.push(() => { a.close(); made.close(); });
  return { made, a };
}
const MARK = 'SYNTHETIC MARKER SENTENCE THAT MUST NOT BE READABLE ';
const file = (bytes: number, seed = 'x'): Buffer => Buffer.from((MARK + seed).repeat(Math.ceil(bytes / (MARK.length + seed.length)))).subarray(0, bytes);
const hashOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
/** A packet whose evidence is exactly these files. */
function packet(made: Fixture, id: string, files: readonly Buffer[], over: { readonly deadlineAt?: string | null; readonly lane?: 0 | 1 | 5 | 9; readonly rendition?: Buffer } = {}): void {
  const clean = cleanPacket();
  const evidence: Evidence[] = files.map((f, n) => ({ ...(clean.evidence[0] as Evidence), id: `ev-${n}`, sha256: hashOf(f), bytes: f.length }));
  const [first, ...rest] = clean.forms;
  if (!first) throw new Error('a clean packet without forms');
  const form = over.rendition ? { ...first, rendition: { sha256: hashOf(over.rendition), bytes: over.rendition.length, mediaType: 'application/pdf', pages: 1 } } : first;
  const { packet: row, version, subject } = rowsOf({ ...clean, packetId: id, forms: [form, ...rest], evidence });
  pullRows(made.store, STREAM, [
    { table: 'subjects', row: subject }, { table: 'packet_versions', row: version },
    { table: 'packets', row: { ...row, ...(over.deadlineAt === undefined ? {} : { deadlineAt: over.deadlineAt }), ...(over.lane === undefined ? {} : { lane: over.lane }) } },
  ]);
}
function put(a: Attachments, data: Buffer, from = 0, to = chunkCount(data.length), sha256 = hashOf(data)): void {
  beginBlob(a, sha256, data.length);
  for (let n = from; n < to; n += 1) putChunk(a, sha256, n, data.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES));
}
function verify(a: Attachments, sha256: string): string {
  const steps = verifyBlob(a, sha256, NOW);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

describe('[SYN-12] a document on the laptop', () => {
  it('counts only when every chunk is here and the hash is right', () => {
    const { made, a } = laptop();
    const data = file(2 * CHUNK_BYTES + 77);
    const sha256 = hashOf(data);
    packet(made, 'pk-a', [data]);
    expect(reconcile(made.store, a)).toBe(false);
    put(a, data, 0, 2);
    expect([readBlob(a, sha256, 0, 10), verify(a, sha256), placeOf(a, sha256, data.length)]).toEqual([null, 'part', { place: 'fetching', have: 2, of: 3 }]);
    put(a, data, 2);
    expect(readBlob(a, sha256, 0, 10)).toBeNull();
    expect(verify(a, sha256)).toBe('whole');
    expect(readBlob(a, sha256, CHUNK_BYTES - 5, 10)?.bytes).toEqual(data.subarray(CHUNK_BYTES - 5, CHUNK_BYTES + 5));
    expect(readBlob(a, sha256, 0, data.length + 99)).toEqual({ bytes: data, total: data.length, mediaType: 'application/pdf' });
  });
  it('is listed for every packet but one that this program cannot read, and in short steps', () => {
    const { made, a } = laptop();
    for (let n = 0; n < 7; n += 1) packet(made, `pk-${n}`, [file(100, String(n))]);
    const { packet: row, version, subject } = rowsOf({ ...cleanPacket(), packetId: 'pk-newer' });
    pullRows(made.store, STREAM, [{ table: 'subjects', row: subject }, { table: 'packet_versions', row: { ...version, content: '{"schema":"of a later year"}' } }, { table: 'packets', row }]);
    let steps = 1;
    while (reconcile(made.store, a, 3)) steps += 1;
    expect(steps).toBe(3);
    expect(missing(made.store, a, { limit: 99 }).map((w) => w.packetId).sort()).toEqual(Array.from({ length: 7 }, (_, n) => `pk-${n}`));
    expect(reconcile(made.store, a)).toBe(false);
    // A closed packet goes; a new one comes; nothing is read twice.
    packet(made, 'pk-7', [file(100, '7')]);
    dropStream(made.store, STREAM);
    expect(reconcile(made.store, a)).toBe(false);
    expect(missing(made.store, a, { limit: 99 })).toEqual([]);
  });
  it('goes on after a kill where it stopped', () => {
    const { made, a } = laptop();
    const data = file(5 * CHUNK_BYTES);
    put(a, data, 0, 3);
    a.sqlite.close();
    const again = openAttachments(made.folder, KEY);
    open.push(() => again.close());
    expect(nextChunk(again, hashOf(data))).toBe(3);
    put(again, data, 3);
    expect(verify(again, hashOf(data))).toBe('whole');
  });
  it('throws away what was something else, fetches it again, and gives up after three times until somebody asks', () => {
    const { made, a } = laptop();
    const data = file(CHUNK_BYTES + 10);
    const sha256 = hashOf(data);
    packet(made, 'pk-a', [data]);
    reconcile(made.store, a);
    const forged = Buffer.from(data);
    forged[CHUNK_BYTES + 3] = (forged[CHUNK_BYTES + 3] ?? 0) ^ 1;
    for (let n = 1; n <= MAX_FAILURES; n += 1) {
      expect(missing(made.store, a, { limit: 9 }).map((w) => w.sha256)).toEqual([sha256]);
      put(a, forged, 0, 2, sha256);
      expect([verify(a, sha256), nextChunk(a, sha256), readBlob(a, sha256, 0, 1)]).toEqual(['bad', 0, null]);
    }
    expect([placeOf(a, sha256, data.length).place, missing(made.store, a, { limit: 9 })]).toEqual(['failed', []]);
    forgive(a, sha256);
    expect(missing(made.store, a, { limit: 9 })).toHaveLength(1);
    put(a, data);
    expect(verify(a, sha256)).toBe('whole');
  });
  it('takes no chunk of another length, and starts over when HQ names another size', () => {
    const { a } = laptop();
    const data = file(CHUNK_BYTES + 10);
    const sha256 = hashOf(data);
    beginBlob(a, sha256, data.length);
    expect(() => putChunk(a, sha256, 0, data.subarray(0, 5))).toThrow('chunk 0');
    expect(() => putChunk(a, sha256, 2, data.subarray(0, 5))).toThrow('chunk 2');
    put(a, data, 0, 1);
    beginBlob(a, sha256, 99);
    expect(nextChunk(a, sha256)).toBe(0);
    expect(() => beginBlob(a, sha256, 300 * 1024 * 1024)).toThrow('attachment/too-large');
  });
  it('[SYN-11] is fetched by the earliest clock; renditions first, then small before large; an opened packet before all', () => {
    const { made, a } = laptop();
    const [one, two, three, big, form] = [file(100, 'one'), file(200, 'two'), file(300, 'three'), file(9 * 1024 * 1024, 'big'), file(5000, 'form')];
    packet(made, 'pk-late', [three], { deadlineAt: '2026-11-26T00:00:00.000Z' });
    packet(made, 'pk-none', [file(10, 'none')], { deadlineAt: null });
    packet(made, 'pk-done', [file(11, 'done')], { deadlineAt: '2026-11-20T00:00:00.000Z', lane: 9 });
    packet(made, 'pk-soon', [big, two, one], { deadlineAt: '2026-11-24T00:00:00.000Z', rendition: form });
    reconcile(made.store, a);
    const order = (first: string | null = null) => missing(made.store, a, { limit: 50, first }).map((w) => `${w.packetId} ${w.bytes}`);
    expect(order()).toEqual(['pk-soon 5000', 'pk-soon 100', 'pk-soon 200', 'pk-late 300', 'pk-none 10', 'pk-done 11', `pk-soon ${big.length}`]);
    expect(order('pk-none')[0]).toBe('pk-none 10');
    expect(missing(made.store, a, { limit: 2 })).toHaveLength(2);
    expect(missing(made.store, a, { limit: 50, skip: (h) => h === hashOf(one) }).map((w) => w.bytes)).not.toContain(100);
  });
  it('[SYN-7] goes when its stream is lost; one that another packet names too stays', () => {
    const { made, a } = laptop();
    const [own, shared] = [file(400, 'own'), file(500, 'shared')];
    packet(made, 'pk-a', [own, shared]);
    const other = cleanPacket();
    const rows = rowsOf({ ...other, packetId: 'pk-b', agencyId: 'ag-other', evidence: [{ ...(other.evidence[0] as Evidence), sha256: hashOf(shared), bytes: shared.length }] });
    pullRows(made.store, 'agency:ag-other', [{ table: 'packet_versions', row: rows.version }, { table: 'packets', row: rows.packet }]);
    reconcile(made.store, a);
    for (const f of [own, shared]) {
      put(a, f);
      expect(verify(a, hashOf(f))).toBe('whole');
    }
    expect(dropStream(made.store, STREAM)).toBe(true);
    reconcile(made.store, a);
    expect([readBlob(a, hashOf(own), 0, 1), readBlob(a, hashOf(shared), 0, 4)?.total]).toEqual([null, 500]);
    expect(a.prepare('SELECT count(*) FROM chunks').pluck().get()).toBe(1);
  });
  it('is listed per packet version with where it stands', () => {
    const { made, a } = laptop();
    const [here, absent] = [file(100, 'here'), file(CHUNK_BYTES * 2, 'absent')];
    packet(made, 'pk-a', [here, absent, here]);
    put(a, here);
    verify(a, hashOf(here));
    const ask = () => read(made.store, 'document.states', { packetId: 'pk-a', number: null }, { now: NOW, pmId: 'pm-1', status: {}, attachments: a });
    expect(ask()).toEqual({ ok: true, value: [{ sha256: hashOf(here), bytes: 100, place: 'here', have: 1, of: 1 }, { sha256: hashOf(absent), bytes: CHUNK_BYTES * 2, place: 'waiting', have: 0, of: 2 }] });
    a.notAtHq.set(hashOf(absent), { until: 0, tries: 1 });
    expect(ask()).toMatchObject({ value: [{}, { place: 'not_at_hq' }] });
    expect(read(made.store, 'document.states', { packetId: 'none', number: null }, { now: NOW, pmId: 'pm-1', status: {} })).toMatchObject({ problem: { code: 'packet/unknown' } });
  });
});

describe('the second file', () => {
  it('has no plaintext, no content hash and no packet id that can be read, while open and after', () => {
    const { made, a } = laptop();
    const data = file(3 * CHUNK_BYTES);
    packet(made, 'pk-a', [data]);
    reconcile(made.store, a);
    put(a, data);
    verify(a, hashOf(data));
    const look = (): void => {
      const names = readdirSync(made.folder).filter((n) => n.startsWith(ATTACHMENTS_FILE));
      expect(names).toContain(ATTACHMENTS_FILE);
      for (const name of names) {
        const raw = readFileSync(join(made.folder, name));
        for (const text of [MARK.slice(0, 20), hashOf(data), 'pk-a', 'CREATE TABLE']) expect(raw.includes(text), `${text} in ${name}`).toBe(false);
        expect(raw.includes(Buffer.from(hashOf(data), 'hex'))).toBe(false);
      }
    };
    look();
    a.close();
    look();
    assertNotPlain(join(made.folder, ATTACHMENTS_FILE));
  });
  it('keeps rows by another name under another data key', () => {
    const { a } = laptop();
    const { folder, close } = newStore();
    const b = openAttachments(folder, Buffer.alloc(32, 9));
    open.push(() => { b.close(); close(); });
    const sha256 = 'a'.repeat(64);
    expect(a.name(sha256).equals(b.name(sha256))).toBe(false);
    expect(a.name(sha256)).toEqual(a.name(sha256));
  });
  it.each(['damaged in the middle', 'of another key', 'no database at all', 'plain'])('is set aside and made anew when it is %s', (what) => {
    const made = newStore();
    open.push(made.close);
    const path = join(made.folder, ATTACHMENTS_FILE);
    const data = file(3 * CHUNK_BYTES);
    const before = openAttachments(made.folder, what === 'of another key' ? Buffer.alloc(32, 1) : KEY);
    put(before, data);
    before.close();
    const raw = readFileSync(path);
    if (what === 'damaged in the middle') raw.fill(0x55, 0, 40_000);
    if (what === 'no database at all') raw.fill(0x41);
    if (what === 'plain') raw.write('SQLite format 3\0', 0, 'latin1');
    writeFileSync(path, raw);
    const after = openAttachments(made.folder, KEY);
    open.push(() => after.close());
    expect(nextChunk(after, hashOf(data))).toBe(0);
    expect(readdirSync(made.folder).filter((n) => n === `damaged-1-${ATTACHMENTS_FILE}`)).toHaveLength(1);
    put(after, data);
    expect(verify(after, hashOf(data))).toBe('whole');
  });
  it('says that the file is damaged when a page of a document was changed on disk, and never shows it', () => {
    const made = newStore();
    open.push(made.close);
    const data = file(20 * CHUNK_BYTES);
    const first = openAttachments(made.folder, KEY);
    put(first, data);
    expect(verify(first, hashOf(data))).toBe('whole');
    first.close();
    const path = join(made.folder, ATTACHMENTS_FILE);
    const raw = readFileSync(path);
    const at = Math.floor(raw.length / 2);
    raw[at] = (raw[at] ?? 0) ^ 1;
    writeFileSync(path, raw);
    const second = openAttachments(made.folder, KEY);
    open.push(() => second.close());
    expect(() => readBlob(second, hashOf(data), 0, data.length)).toThrow('store/damaged');
    // Thrown away at once, or the file set aside at the next unlock: either way it is fetched again.
    distrust(second, hashOf(data));
    second.close();
    const third = openAttachments(made.folder, KEY);
    open.push(() => third.close());
    expect([readBlob(third, hashOf(data), 0, 1), nextChunk(third, hashOf(data))]).toEqual([null, 0]);
    put(third, data);
    expect(verify(third, hashOf(data))).toBe('whole');
  });
});
