/** Documents over a network that misbehaves: order after commands and rows, resume after a kill, forged bytes, lock in the middle, nothing readable on disk. */
import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { CHUNK_BYTES, type AttachmentState } from '../../shared/attachments.ts';
import type { Evidence } from '../../shared/domain/packet.ts';
import type { Result } from '../../shared/result.ts';
import { ATTACHMENTS_FILE } from '../../db/attachments.ts';
import { ASK_AGAIN_MS } from '../../host/attachment-sync.ts';
import { cleanPacket } from '../domain/clean-packets.ts';
import { createWorld, must, PASSPHRASE, SERVICE_TOKEN, type Laptop, type World } from '../support/world.ts';

const MARK = 'SYNTHETIC SENTENCE OF A DOCUMENT ';
const bytes = (length: number, seed: string): Buffer => Buffer.from(`${MARK}${seed} `.repeat(Math.ceil(length / 30))).subarray(0, length);
const hashOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const scan = bytes(6 * CHUNK_BYTES + 11, 'scan');
const page = bytes(900, 'page');

let world: World;
let laptop: Laptop;
const upload = async (data: Buffer): Promise<void> => {
  const reply = await fetch(`${world.hqUrl}/ingest/attachments/${hashOf(data)}`, { method: 'PUT', headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'content-type': 'application/pdf' }, body: new Uint8Array(data) });
  if (!reply.ok) throw new Error(await reply.text());
};
async function receive(packetId: string, files: readonly Buffer[]): Promise<void> {
  const clean = cleanPacket('P-NTA');
  const evidence = clean.evidence.map((e, n): Evidence => ({ ...e, sha256: hashOf(files[n] ?? page), bytes: (files[n] ?? page).length }));
  await world.command('packet.receive', { document: { ...clean, packetId, subject: { ...clean.subject, subjectId: `su-${packetId}` }, evidence } });
}
beforeAll(async () => {
  world = await createWorld({ packets: 0 });
  await receive('pk-1', [scan, page]);
  await upload(scan);
  await upload(page);
}, 120_000);
afterAll(() => world.close());
beforeEach(() => { laptop = world.laptop(); });
afterEach(async () => {
  world.proxy.clear();
  world.proxy.seen.length = 0;
  await laptop.close();
});
const states = async (of = laptop, packetId = 'pk-1'): Promise<ReadonlyMap<string, AttachmentState>> => new Map((await of.read('document.states', { packetId, number: null })).map((s) => [s.sha256, s]));
const place = async (data: Buffer, of = laptop) => (await states(of)).get(hashOf(data))?.place;
const whole = async (data: Buffer, of = laptop): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1_000_000) parts.push(Buffer.from(must(await of.backend.blob({ sha256: hashOf(data), start: at, length: 1_000_000 })).bytes));
  return Buffer.concat(parts);
};
const asked = () => world.proxy.seen.filter((s) => s.path === '/attachments/chunks').map((s) => JSON.parse(s.body) as { sha256: string; from: number });
const ofScan = () => asked().filter((a) => a.sha256 === hashOf(scan)).map((a) => a.from);

describe('[SYN-12] documents', () => {
  it('arrive after the rows, verified, small ones first', async () => {
    await laptop.enrol();
    const order = world.proxy.seen.map((s) => s.path);
    expect(order.indexOf('/attachments/held')).toBeGreaterThan(order.indexOf('/sync/pull'));
    expect(asked().map((a) => a.sha256)).toEqual([hashOf(page), hashOf(scan)]);
    expect((await whole(scan)).equals(scan)).toBe(true);
    expect((await whole(page)).equals(page)).toBe(true);
    expect(await place(scan)).toBe('here');
  });
  it('[SYN-11] never go before commands and rows, and let them pass in the middle of a fetch', async () => {
    let go: () => void = () => undefined;
    world.proxy.next('/attachments/chunks', { kind: 'wait', until: new Promise((resolve) => { go = resolve; }) });
    const enrolling = laptop.enrol();
    while (!world.proxy.seen.some((s) => s.path === '/attachments/chunks')) await new Promise((r) => { setTimeout(r, 5); });
    must(await laptop.hold('pk-1'));
    go();
    await enrolling;
    const paths = world.proxy.seen.map((s) => s.path);
    // The push that carries the command; a heartbeat without one came with the enrolment.
    const push = world.proxy.seen.findIndex((s) => s.path === '/sync/push' && (JSON.parse(s.body) as { items: unknown[] }).items.length > 0);
    expect(push).toBeGreaterThan(paths.indexOf('/attachments/chunks'));
    // The scan was not asked for before the command had its receipt.
    const scanAt = world.proxy.seen.findIndex((s) => s.path === '/attachments/chunks' && s.body.includes(hashOf(scan)));
    expect(scanAt).toBeGreaterThan(push);
    expect((await laptop.items()).map((i) => i.state)).toEqual(['received']);
    expect(await place(scan)).toBe('here');
  });
  it('keep every whole chunk of a cut connection and go on after it', async () => {
    world.proxy.next('/attachments/held', { kind: 'down' });
    await laptop.enrol();
    world.proxy.next('/attachments/chunks', { kind: 'slow', ms: 1 });
    world.proxy.next('/attachments/chunks', { kind: 'cut', bytes: 2 * CHUNK_BYTES + 500 });
    await laptop.sync();
    expect(await laptop.read('sync.status', {})).toMatchObject({ stallReason: { code: 'sync/unreachable' } });
    expect((await states()).get(hashOf(scan))).toMatchObject({ place: 'fetching', have: 2, of: 7 });
    await laptop.sync();
    expect(ofScan()).toEqual([0, 2]);
    expect((await whole(scan)).equals(scan)).toBe(true);
  });
  it('that were changed on the way are thrown away and fetched again, and are never shown', async () => {
    world.proxy.next('/attachments/held', { kind: 'down' });
    await laptop.enrol();
    world.proxy.next('/attachments/chunks', { kind: 'slow', ms: 1 });
    world.proxy.next('/attachments/chunks', { kind: 'rewrite', change: (body) => `x${body.slice(1)}` }, 3);
    await laptop.sync();
    expect(laptop.log.filter((l) => l.event === 'documents/damaged').length).toBe(3);
    expect([await place(page), await place(scan)]).toEqual(['here', 'failed']);
    expect(await laptop.backend.blob({ sha256: hashOf(scan), start: 0, length: 9 })).toMatchObject({ ok: false, problem: { code: 'document/not-here' } });
    must(await laptop.act('document.want', { packetId: 'pk-1' }));
    await laptop.backend.settled();
    expect((await whole(scan)).equals(scan)).toBe(true);
  });
  it('that HQ does not have are asked for again after a while, not at every contact', async () => {
    const late = bytes(5000, 'late');
    await receive('pk-late', [late]);
    await laptop.enrol();
    const held = () => world.proxy.seen.filter((s) => s.path === '/attachments/held').length;
    expect((await states(laptop, 'pk-late')).get(hashOf(late))?.place).toBe('not_at_hq');
    const before = held();
    await laptop.sync();
    await laptop.sync();
    expect(held()).toBe(before);
    await upload(late);
    world.clock.advance(ASK_AGAIN_MS + 1000);
    await laptop.sync();
    expect((await states(laptop, 'pk-late')).get(hashOf(late))?.place).toBe('here');
  });
  it('answer "locked" while locked and are there again after unlock; a lock in the middle stops the fetch', async () => {
    let go: () => void = () => undefined;
    world.proxy.next('/attachments/chunks', { kind: 'wait', until: new Promise((resolve) => { go = resolve; }) });
    const enrolling = laptop.enrol();
    while (!world.proxy.seen.some((s) => s.path === '/attachments/chunks')) await new Promise((r) => { setTimeout(r, 5); });
    must(await laptop.act('session.lock', {}));
    go();
    await enrolling;
    expect(await laptop.backend.blob({ sha256: hashOf(page), start: 0, length: 9 })).toMatchObject({ problem: { code: 'session/locked' } });
    must(await laptop.act('session.unlock', { passphrase: PASSPHRASE }));
    await laptop.backend.settled();
    expect(await place(scan)).toBe('here');
  });
  it('leave nothing readable on the disk', async () => {
    await laptop.enrol();
    expect(await place(scan)).toBe('here');
    const names = readdirSync(laptop.folder);
    expect(names).toContain(ATTACHMENTS_FILE);
    for (const name of names) expect(readFileSync(join(laptop.folder, name)).includes(MARK), name).toBe(false);
  });
  it('do not stop the sync when this HQ has none of it', async () => {
    world.proxy.next('/attachments/held', { kind: 'status', status: 404, body: '{"ok":false,"problem":{"code":"sync/unknown-path","details":{}}}' }, 9);
    await laptop.enrol();
    expect(await laptop.read('sync.status', {})).toMatchObject({ link: 'online', stallReason: null });
    expect(await place(scan)).toBe('not_at_hq');
  });
});

describe('kill -9 in the middle of a document', () => {
  let child: ChildProcess | null = null;
  let n = 0;
  afterEach(() => { child?.kill('SIGKILL'); });
  /** A laptop in its own process on this folder. */
  async function start(folder: string): Promise<(message: { call?: Call; settle?: boolean }) => Promise<Result<unknown>>> {
    const started = fork('tests/support/laptop-process.ts', [folder, world.proxy.url, world.clock.now()]);
    child = started;
    await new Promise((resolve) => { started.once('message', resolve); });
    return (message) => new Promise((resolve) => {
      n += 1;
      const id = n;
      const listen = (reply: { id: number; result: Result<unknown> }): void => {
        if (reply.id !== id) return;
        started.off('message', listen);
        resolve(reply.result);
      };
      started.on('message', listen);
      started.send({ id, ...message });
    });
  }
  it('goes on from the last whole chunk, and verifies before it counts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldbook-kill-'));
    const first = await start(folder);
    world.proxy.next('/attachments/chunks', { kind: 'slow', ms: 1 });
    world.proxy.next('/attachments/chunks', { kind: 'cut', bytes: 3 * CHUNK_BYTES + 9 });
    must(await first({ call: { act: 'session.enrol', input: { code: await world.enrolmentCode() } } }));
    must(await first({ call: { act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } } }));
    await first({ settle: true });
    const killed = new Promise((resolve) => { child?.once('exit', resolve); });
    child?.kill('SIGKILL');
    await killed;
    world.proxy.clear();
    world.proxy.seen.length = 0;
    const second = await start(folder);
    must(await second({ call: { act: 'session.unlock', input: { passphrase: PASSPHRASE } } }));
    await second({ settle: true });
    expect(ofScan()[0]).toBe(3);
    const found = must(await second({ call: { read: 'document.states', input: { packetId: 'pk-1', number: null } } })) as readonly AttachmentState[];
    expect(new Set(found.map((s) => s.place))).toEqual(new Set(['here']));
  }, 120_000);
});
