/** Laptop and HQ over a network that misbehaves: real HQ, real store, scripted faults. Every saved command ends with exactly one receipt. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call, SyncItem } from '../../shared/api.ts';
import type { Result } from '../../shared/result.ts';
import { BACKOFF_CAP_MS, backoffMs } from '../../host/sync-loop.ts';
import { AGENCY, createWorld, must, PASSPHRASE, PM, type Laptop, type World } from '../support/world.ts';

let world: World;
let laptop: Laptop;
beforeAll(async () => { world = await createWorld({ packets: 4 }); }, 120_000);
afterAll(async () => { await world.close(); });
beforeEach(async () => {
  laptop = world.laptop();
  await laptop.enrol();
  world.proxy.seen.length = 0;
});
afterEach(async () => {
  world.proxy.clear();
  await laptop.close();
});

const paths = (): string[] => world.proxy.seen.map((s) => s.path);
const status = (of = laptop) => of.read('sync.status', {});
/** Every outbox item has one receipt, and HQ recorded exactly these commands once each. */
async function allReceivedOnce(of: Laptop): Promise<void> {
  const items = await of.items();
  expect(items.map((i) => [i.seq, i.state])).toEqual(items.map((i) => [i.seq, i.receipt ? i.state : 'a receipt']));
  for (const item of items) expect(['received', 'under_review']).toContain(item.state);
  const recorded = await world.recorded(of);
  expect(recorded.map((r) => r.commandId).sort()).toEqual(items.map((i) => i.commandId).sort());
  expect(recorded.map((r) => r.seq)).toEqual(recorded.map((_r, n) => n + 1));
}
const holds = async (of: Laptop, packetId: string): Promise<number> => (await of.read('packet.open', { packetId, number: null })).holds.length;

describe('push and pull', () => {
  it('[SYN-8] pushes before it pulls', async () => {
    world.proxy.down();
    must(await laptop.hold('pk-1'));
    await laptop.backend.settled();
    world.proxy.seen.length = 0;
    world.proxy.up();
    await laptop.sync();
    const order = paths().filter((p) => p.startsWith('/sync/'));
    expect(order[0]).toBe('/sync/push');
    expect(order.at(-1)).toBe('/sync/pull');
    await allReceivedOnce(laptop);
  });
  it('[SYN-1] saves without network, says what waits, and sends it later by itself', async () => {
    world.proxy.down();
    must(await laptop.hold('pk-1'));
    must(await laptop.hold('pk-2'));
    await laptop.sync();
    expect(await status()).toMatchObject({ link: 'offline', ready: 2, stallReason: { code: 'sync/unreachable' } });
    expect((await laptop.items()).every((i) => i.receipt === null)).toBe(true);
    world.proxy.up();
    await laptop.sync();
    expect(await status()).toMatchObject({ link: 'online', ready: 0, stallReason: null, stalledUntil: null });
    await allReceivedOnce(laptop);
  });
  it('[SYN-11] hands in heartbeat and access log without an act, and says nothing twice', async () => {
    must(await laptop.act('access.note', { what: 'packet', packetId: 'pk-2' }));
    await laptop.sync();
    const pushes = () => world.proxy.seen.filter((s) => s.path === '/sync/push').map((s) => JSON.parse(s.body) as { items: unknown[]; access: { what: string; packetId: string }[]; heartbeat: { unsent: number } });
    expect(pushes()).toMatchObject([{ items: [], access: [{ what: 'packet', packetId: 'pk-2' }], heartbeat: { unsent: 0 } }]);
    await laptop.sync();
    expect(pushes()).toHaveLength(1);
    world.clock.advance(16 * 60_000);
    await laptop.sync();
    expect(pushes().slice(1)).toMatchObject([{ items: [], access: [] }]);
  });
  it('shows the other laptop what one laptop did', async () => {
    const other = world.laptop();
    await other.enrol();
    const before = await holds(other, 'pk-3');
    must(await laptop.hold('pk-3'));
    await laptop.sync();
    await other.sync();
    expect(await holds(other, 'pk-3')).toBe(before + 1);
    await other.close();
  });
  it('[SYN-10] takes a batch without all its receipts as partly received, and sends the rest again', async () => {
    world.proxy.down();
    for (const id of ['pk-1', 'pk-2', 'pk-3']) must(await laptop.hold(id));
    await laptop.backend.settled();
    world.proxy.up();
    world.proxy.next('/sync/push', { kind: 'rewrite', change: (body) => { const reply = JSON.parse(body); return JSON.stringify({ ...reply, receipts: reply.receipts.slice(0, 2) }); } });
    await laptop.sync();
    expect((await laptop.items()).filter((i) => i.receipt !== null)).toHaveLength(2);
    expect(await status()).toMatchObject({ ready: 1, stallReason: { code: 'sync/partly-received', details: { received: 2, of: 3 } } });
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
  it('[SYN-10] believes no receipt for something else', async () => {
    world.proxy.down();
    must(await laptop.hold('pk-1'));
    await laptop.backend.settled();
    world.proxy.up();
    world.proxy.next('/sync/push', { kind: 'rewrite', change: (body) =>
      { const reply = JSON.parse(body); return JSON.stringify({ ...reply, receipts: reply.receipts.map((r: object) => ({ ...r, hash: 'f'.repeat(64) })) }); } });
    await laptop.sync();
    expect((await laptop.items()).every((i) => i.receipt === null)).toBe(true);
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
});

describe('faults', () => {
  const threeWaiting = async (): Promise<void> => {
    world.proxy.down();
    for (const id of ['pk-1', 'pk-2', 'pk-3']) must(await laptop.hold(id));
    await laptop.backend.settled();
    world.proxy.up();
  };
  it.each([
    ['HQ answers 500 before its work', { kind: 'status', status: 500 }], ['HQ answers 500 after its work', { kind: 'status', status: 500, after: true }], ['the reply is lost', { kind: 'lose-reply' }],
    ['the reply breaks off', { kind: 'cut', bytes: 40 }], ['the request arrives twice', { kind: 'duplicate' }], ['the network is slow', { kind: 'slow', ms: 300 }],
      ['HQ is too busy', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }],
    ['a sign-in page answers', { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome to the hotel</html>' }],
  ] as const)('[SYN-2] %s: nothing is lost and nothing is done twice', async (_name, fault) => {
    await threeWaiting();
    world.proxy.next('/sync/push', fault);
    await laptop.sync();
    await laptop.sync();
    await allReceivedOnce(laptop);
    expect((await status()).ready).toBe(0);
  });
  it('[SYN-2] a reply that is replayed changes nothing', async () => {
    await threeWaiting();
    let first = '';
    world.proxy.next('/sync/push', { kind: 'rewrite', change: (body) => { first = body; return body; } });
    await laptop.sync();
    const before = await laptop.items();
    world.proxy.down();
    must(await laptop.hold('pk-4'));
    await laptop.backend.settled();
    world.proxy.up();
    world.proxy.next('/sync/push', { kind: 'rewrite', change: () => first });
    await laptop.sync();
    expect((await laptop.items()).filter((i) => before.some((b) => b.seq === i.seq)).map((i) => i.receipt)).toEqual(before.map((b) => b.receipt));
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
  it('[SYN-2] 500 in the middle of a long queue: what has receipts keeps them, the rest follows', async () => {
    world.proxy.down();
    for (let n = 0; n < 230; n += 1) must(await laptop.run('hold.place', { packetId: `pk-${1 + (n % 4)}`, rule: 'OTHER', reason: `Protective concern number ${n}` }));
    await laptop.backend.settled();
    world.proxy.up();
    let batches = 0;
    world.proxy.next('/sync/push', { kind: 'rewrite', change: (body) => { batches += 1; return body; } });
    world.proxy.next('/sync/push', { kind: 'status', status: 500, after: true });
    await laptop.sync();
    expect(batches).toBe(1);
    const received = (await laptop.items()).filter((i) => i.receipt !== null).length;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(230);
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
  it('[SYN-8] a pull that breaks off keeps whole pages and goes on from there', async () => {
    for (const bytes of [1, 400, 900, 2000, 4000]) {
      const fresh = world.laptop();
      world.proxy.next('/sync/pull', { kind: 'cut', bytes });
      await fresh.enrol();
      expect(await status(fresh)).toMatchObject({ stallReason: { code: 'sync/unreachable' } });
      await fresh.sync();
      expect((await fresh.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 })).total).toBe(world.packets.length);
      expect(await status(fresh)).toMatchObject({ stallReason: null });
      await fresh.close();
    }
  });
  it('honours Retry-After, and waits at most five minutes otherwise', async () => {
    await threeWaiting();
    world.proxy.next('/sync/push', { kind: 'status', status: 503, headers: { 'retry-after': '90' } });
    await laptop.sync();
    const { stalledUntil, now } = await status();
    expect(Date.parse(stalledUntil ?? '') - Date.parse(now)).toBeGreaterThan(80_000);
    for (let failures = 0; failures < 40; failures += 1) {
      for (const random of [0, 0.5, 0.999]) {
        expect(backoffMs(failures, random)).toBeLessThanOrEqual(BACKOFF_CAP_MS);
        expect(backoffMs(failures, random)).toBeGreaterThanOrEqual(0);
      }
    }
    expect(backoffMs(3, 0.5)).toBe(4000);
  });
  it('does not repeat what HQ refused', async () => {
    await threeWaiting();
    const pushes = () => paths().filter((p) => p === '/sync/push').length;
    world.proxy.next('/sync/push', { kind: 'status', status: 403, body: JSON.stringify({ ok: false, problem: { code: 'sync/device-revoked', details: {} } }) }, 9);
    await laptop.sync();
    const after = pushes();
    world.clock.advance(10 * 60_000);
    await laptop.backend.settled();
    expect(pushes()).toBe(after);
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/device-revoked' }, ready: 3 });
    world.proxy.clear();
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
});

describe('sign-in', () => {
  it('asks for a new token when the old one ran out', async () => {
    await laptop.sync();
    world.proxy.seen.length = 0;
    await laptop.sync();
    expect(paths()).not.toContain('/token');
    world.clock.advance(24 * 60 * 60_000);
    await laptop.backend.settled();
    world.proxy.seen.length = 0;
    await laptop.sync();
    expect(paths().filter((p) => p === '/token').length).toBeLessThanOrEqual(1);
    expect(await status()).toMatchObject({ link: 'online', stallReason: null });
  });
  it('on 401 asks for a token once and goes on', async () => {
    world.proxy.next('/sync/pull', { kind: 'status', status: 401, body: JSON.stringify({ ok: false, problem: { code: 'sync/token-expired', details: {} } }) });
    await laptop.sync();
    expect(paths()).toEqual(['/sync/pull', '/token', '/sync/pull']);
    expect(await status()).toMatchObject({ stallReason: null });
  });
  it('a second 401 is an answer, not a loop', async () => {
    world.proxy.next('/sync/pull', { kind: 'status', status: 401, body: JSON.stringify({ ok: false, problem: { code: 'sync/foreign-token', details: {} } }) }, 5);
    await laptop.sync();
    expect(paths()).toEqual(['/sync/pull', '/token', '/sync/pull']);
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/foreign-token' } });
  });
  it('[SYN-15] after six weeks offline signs in again by itself and sends everything', async () => {
    world.proxy.down();
    must(await laptop.hold('pk-1'));
    world.clock.advance(42 * 24 * 60 * 60_000);
    must(await laptop.hold('pk-2'));
    await laptop.backend.settled();
    world.proxy.up();
    await laptop.sync();
    expect(paths()).toContain('/token');
    await allReceivedOnce(laptop);
  });
});

describe('[SYN-13] wake-ups', () => {
  const waiting = async (): Promise<void> => {
    world.proxy.down();
    must(await laptop.hold('pk-1'));
    await laptop.sync();
    expect((await status()).ready).toBe(1);
    world.proxy.up();
  };
  it('the timer', async () => {
    await waiting();
    world.clock.advance(BACKOFF_CAP_MS);
    await laptop.backend.settled();
    await allReceivedOnce(laptop);
  });
  it('connectivity', async () => {
    await waiting();
    laptop.backend.wake('connectivity');
    await laptop.backend.settled();
    await allReceivedOnce(laptop);
  });
  it('unlock', async () => {
    await waiting();
    must(await laptop.act('session.lock', {}));
    must(await laptop.act('session.unlock', { passphrase: PASSPHRASE }));
    await laptop.backend.settled();
    await allReceivedOnce(laptop);
  });
  it('the user', async () => {
    await waiting();
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
  it('each drains the queue alone, also after twenty failures', async () => {
    await waiting();
    world.proxy.next('/', { kind: 'status', status: 503 }, 20);
    for (let n = 0; n < 21; n += 1) {
      world.clock.advance(BACKOFF_CAP_MS);
      await laptop.backend.settled();
    }
    await allReceivedOnce(laptop);
  });
  it('pause stops all but the user', async () => {
    must(await laptop.act('sync.pause', { isPaused: true }));
    must(await laptop.hold('pk-2'));
    world.proxy.seen.length = 0;
    laptop.backend.wake('connectivity');
    world.clock.advance(BACKOFF_CAP_MS);
    await laptop.backend.settled();
    expect([paths(), (await status()).isPaused]).toEqual([[], true]);
    await laptop.sync();
    await allReceivedOnce(laptop);
  });
});

describe('scope and generation', () => {
  it('[SYN-7] a lost agency leaves the laptop only after the outbox has its answers', async () => {
    const own = await createWorld({ packets: 2 });
    const here = own.laptop();
    await here.enrol();
    own.proxy.down();
    must(await here.hold('pk-1'));
    await here.backend.settled();
    const endAt = own.clock.now();
    await own.command('assignment.set', { id: 'as-1', pmId: PM, agencyId: AGENCY, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt });
    own.clock.advance(60_000);
    await here.backend.settled();
    own.proxy.up();
    own.proxy.next('/sync/push', { kind: 'status', status: 500 });
    await here.sync();
    expect((await here.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 })).total).toBe(2);
    await here.sync();
    expect((await here.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 })).total).toBe(0);
    const items = await here.items();
    expect(items.map((i) => i.receipt !== null)).toEqual([true]);
    await own.close();
  });
  it('another generation of HQ is pulled whole again', async () => {
    let changed = false;
    world.proxy.next('/sync/pull', { kind: 'rewrite', change: (body) =>
      { changed = true; return body.split('\n').slice(0, 1).map((l) => JSON.stringify({ ...JSON.parse(l), generation: 'restored-from-backup' })).join('\n').concat('\n'); } });
    await laptop.sync();
    expect(changed).toBe(true);
    await laptop.sync();
    expect((await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 })).total).toBe(world.packets.length);
  });
});

describe('hostile HQ', () => {
  const rewritten = async (change: (lines: Record<string, unknown>[]) => (Record<string, unknown> | string)[]): Promise<void> => {
    must(await laptop.hold('pk-1'));
    await laptop.sync();
    await world.receive(`pk-new-${Math.floor(performance.now())}`);
    world.proxy.next('/sync/pull', {
      kind: 'rewrite', change: (body) => change(body.split('\n').filter(Boolean).map((l) => JSON.parse(l))).map((l) => (typeof l === 'string' ? l : JSON.stringify(l))).join('\n').concat('\n'),
    });
    await laptop.sync();
  };
  const total = async (): Promise<number> => (await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 500 })).total;
  it('a cursor that goes back is refused', async () => {
    await rewritten((lines) => lines.map((l) => (l.t === 'cursor' ? { ...l, to: 0 } : l)));
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/cursor-back' } });
  });
  it('rows of another stream are refused', async () => {
    const before = await total();
    await rewritten((lines) => lines.map((l) => (l.t === 'row' ? { ...l, row: { ...(l.row as object), stream: 'agency:someone-else' } } : l)));
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/malformed' } });
    expect(await total()).toBe(before);
  });
  it('a table that does not exist is refused', async () => {
    await rewritten((lines) => lines.map((l) => (l.t === 'row' ? { ...l, table: 'outbox' } : l)));
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/malformed' } });
  });
  it('a line without end is refused', async () => {
    await rewritten((lines) => [lines[0] ?? {}, `{"t":"row","x":"${'x'.repeat(9 * 1024 * 1024)}"`]);
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/line-too-long' } });
  });
  it('a redirect is not followed', async () => {
    world.proxy.next('/sync/pull', { kind: 'status', status: 307, headers: { location: 'http://evil.example/' } });
    await laptop.sync();
    expect(await status()).toMatchObject({ stallReason: { code: 'sync/unreachable' } });
  });
  it('a checkpoint under another key is not kept', async () => {
    const before = (await laptop.act('session.state', {}));
    world.proxy.next('/sync/push', { kind: 'rewrite', change: (body) => JSON.stringify({ ...JSON.parse(body), checkpointJws: 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA' }) });
    must(await laptop.hold('pk-2'));
    await laptop.sync();
    expect(laptop.log.filter((l) => l.event === 'sync/bad-checkpoint')).toHaveLength(1);
    expect(before.ok).toBe(true);
    await allReceivedOnce(laptop);
  });
});

describe('connection test', () => {
  it('names the step that fails', async () => {
    expect(must(await laptop.act('sync.test', {})).map((s) => [s.step, s.ok])).toEqual([['network', true], ['hq', true], ['protocol', true], ['sign-in', true]]);
    world.proxy.down();
    expect(must(await laptop.act('sync.test', {}))).toMatchObject([{ step: 'network', ok: false }]);
    world.proxy.up();
    world.proxy.next('/health', { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' });
    expect(must(await laptop.act('sync.test', {}))).toMatchObject([{ step: 'network', ok: true }, { step: 'hq', ok: false }]);
    world.proxy.next('/token', { kind: 'status', status: 401, body: JSON.stringify({ ok: false, problem: { code: 'sync/device-revoked', details: {} } }) });
    expect(must(await laptop.act('sync.test', {})).at(-1)).toMatchObject({ step: 'sign-in', ok: false });
  });
});

describe('kill -9', () => {
  /** A laptop in a process of its own. */
  class Process {
    readonly child: ChildProcess;
    readonly ready: Promise<void>;
    readonly waiting = new Map<number, (result: unknown) => void>();
    next = 1;
    constructor(folder: string) {
      this.child = fork('tests/support/laptop-process.ts', [folder, world.proxy.url, world.clock.now()], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
      this.ready = new Promise((resolve) => {
        this.child.on('message', (message: { ready?: true; id?: number; result?: unknown }) => {
          if (message.ready) resolve();
          else if (message.id !== undefined) this.waiting.get(message.id)?.(message.result);
        });
      });
    }
    ask<T>(message: { call: Call } | { settle: true }): Promise<T> {
      const id = this.next++;
      return new Promise((resolve) => {
        this.waiting.set(id, (result) => resolve(result as T));
        this.child.send({ id, ...message });
      });
    }
    async call<T>(call: Call): Promise<T> { return must(await this.ask<Result<T>>({ call })); }
    async sync(): Promise<void> {
      await this.call({ act: 'sync.now', input: {} });
      await this.ask({ settle: true });
    }
    kill(): Promise<void> {
      return new Promise((resolve) => {
        this.child.on('exit', () => resolve());
        this.child.kill('SIGKILL');
      });
    }
  }
  const hold = (n: number): Call => ({ run: 'hold.place', input: { packetId: 'pk-1', rule: 'OTHER', reason: `Protective concern before the kill ${n}` }, base: {} });
  async function started(folder: string): Promise<Process> {
    const process = new Process(folder);
    await process.ready;
    return process;
  }
  it.each([['before it was sent', null], ['while HQ had done its work and the answer was on its way',
    { kind: 'lose-reply' }]] as const)('[SYN-1][SYN-2] %s: the same command gets exactly one receipt', async (_when, fault) => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldbook-killed-'));
    const first = await started(folder);
    await first.call({ act: 'session.enrol', input: { code: await world.enrolmentCode() } });
    await first.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
    await first.ask({ settle: true });
    let arrived: Promise<void> | null = null;
    if (fault) {
      world.proxy.next('/sync/push', fault);
      arrived = (async () => {
        while (!paths().includes('/sync/push')) await new Promise((r) => { setTimeout(r, 5); });
        await new Promise((r) => { setTimeout(r, 300); });
      })();
    } else {
      world.proxy.down();
    }
    const saved = await first.call<{ commandId: string }>(hold(1));
    await arrived;
    await first.kill();
    world.proxy.clear();

    const second = await started(folder);
    await second.call({ act: 'session.unlock', input: { passphrase: PASSPHRASE } });
    await second.ask({ settle: true });
    await second.sync();
    const items = await second.call<readonly SyncItem[]>({ read: 'sync.items', input: { filter: 'all' } });
    expect(items.map((i) => [i.commandId, i.state])).toEqual([[saved.commandId, 'received']]);
    expect(items[0]?.receipt?.code).toMatch(/^R-/);
    const state = await second.call<{ deviceId: string }>({ act: 'session.state', input: {} });
    const file = await (await fetch(`${world.hqUrl}/ledger/${state.deviceId}`,
      { headers: { authorization: 'Bearer service-token-of-the-tests' } })).json() as { epochs: readonly { entries: readonly unknown[] }[] };
    expect(file.epochs.flatMap((e) => e.entries)).toHaveLength(1);
    const view = await second.call<{ holds: readonly { reason: string }[] }>({ read: 'packet.open', input: { packetId: 'pk-1', number: null } });
    expect(view.holds.filter((h) => h.reason === 'Protective concern before the kill 1').length).toBeGreaterThan(0);
    await second.kill();
  });
  it('[SYN-1] what was answered as saved is there after the kill, in order and without gap', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldbook-killed-'));
    const first = await started(folder);
    await first.call({ act: 'session.enrol', input: { code: await world.enrolmentCode() } });
    await first.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
    await first.ask({ settle: true });
    world.proxy.down();
    const saved: string[] = [];
    const killed = new Promise<void>((resolve) => { setTimeout(() => void first.kill().then(resolve), 400); });
    void (async () => {
      for (let n = 0; n < 10_000; n += 1) saved.push((await first.call<{ commandId: string }>(hold(n))).commandId);
    })();
    await killed;
    const answered = [...saved];
    expect(answered.length).toBeGreaterThan(3);
    world.proxy.up();
    const second = await started(folder);
    await second.call({ act: 'session.unlock', input: { passphrase: PASSPHRASE } });
    await second.ask({ settle: true });
    await second.sync();
    const items = [...await second.call<readonly SyncItem[]>({ read: 'sync.items', input: { filter: 'all' } })].sort((a, b) => a.seq - b.seq);
    expect(items.map((i) => i.seq)).toEqual(items.map((_i, n) => n + 1));
    expect(items.slice(0, answered.length).map((i) => i.commandId)).toEqual(answered);
    expect(items.every((i) => i.state === 'received')).toBe(true);
    await second.kill();
  });
});
