/** A return that waits, on a real encrypted store: taken back whole, made once, and never lost to a lock, a quit, kill -9, a later decision or practice [ADR 0011]. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call, WaitingReturnView } from '../../shared/api.ts';
import { GRACE_SECONDS, returnDraftKey } from '../../shared/domain/waiting-return.ts';
import { createWorld, must, PASSPHRASE, type Laptop, type World } from '../support/world.ts';

const DIALOG = JSON.stringify({ items: [{ key: 'NTA-01', rule: 'NTA-01', field: 'forms.i862.hearing.place', note: 'The courtroom is missing.' }], note: 'Please call me.' });
const input = (packetId: string) => ({
  packetId, version: 1, note: 'Please call me.', deficiencies: [{ rule: 'NTA-01', field: 'forms.i862.hearing.place', note: 'The courtroom is missing.' }],
});
let world: World;
let laptop: Laptop;
let packetId = '';
let made = 0;
beforeAll(async () => {
  world = await createWorld({ packets: 1 });
  laptop = world.laptop();
  await laptop.enrol();
}, 120_000);
afterAll(async () => { await world.close(); });
/** A packet of its own for each test, and nothing that an earlier one left. */
beforeEach(async () => {
  made += 1;
  packetId = `pk-return-${made}`;
  await world.receive(packetId);
  await laptop.sync();
  must(await laptop.act('return.dismiss', {}));
});

const waitFor = async (id = packetId, seconds: (typeof GRACE_SECONDS)[number] = 10) => {
  const { base } = await laptop.read('packet.open', { packetId: id, number: null });
  return laptop.act('return.wait', { input: input(id), base, seconds, dialog: DIALOG });
};
const waiting = (): Promise<WaitingReturnView | null> => laptop.read('return.waiting', {});
const returns = async (id = packetId) => (await laptop.read('packet.open', { packetId: id, number: null })).returns;
const dialog = async (id = packetId) => (await laptop.read('draft.get', { key: returnDraftKey(id) }))?.body ?? null;
const acts = async (id = packetId) => (await laptop.items()).filter((i) => i.packetId === id).map((i) => i.name).reverse();
const unlock = async () => { must(await laptop.act('session.unlock', { passphrase: PASSPHRASE })); await new Promise((next) => setImmediate(next)); };

describe('within its seconds', () => {
  it('is stored, shown with its end, and nothing of it is an act yet', async () => {
    must(await waitFor());
    const told = await waiting();
    expect(told).toMatchObject({ packetId, number: 1, deficiencies: 1, outcome: { state: 'waiting' } });
    expect(Date.parse(told?.dueAt ?? '') - Date.parse(told?.decidedAt ?? '')).toBe(10_000);
    await laptop.sync();
    expect(await acts()).toEqual([]);
    expect((await laptop.read('packet.open', { packetId, number: null })).packet.state).toBe('in_review');
  });
  it('undo leaves no act, and the content of the dialog whole; it works once', async () => {
    must(await waitFor());
    must(await laptop.act('return.undo', { packetId }));
    expect(await waiting()).toBeNull();
    expect(await dialog()).toBe(DIALOG);
    world.clock.advance(60_000);
    expect(await acts()).toEqual([]);
    expect(await laptop.act('return.undo', { packetId })).toMatchObject({ problem: { code: 'return/not-waiting' } });
  });
  it('"Return now" makes it at once, and HQ receives it; then there is no undo', async () => {
    must(await waitFor());
    must(await laptop.act('return.now', { packetId }));
    await laptop.sync();
    expect((await laptop.items()).find((i) => i.packetId === packetId)).toMatchObject({ name: 'signoff.return', state: 'received' });
    expect(await laptop.act('return.undo', { packetId })).toMatchObject({ problem: { code: 'return/not-waiting' } });
    expect(await waiting()).toMatchObject({ outcome: { state: 'returned', by: 'person' } });
    expect(await dialog()).toBeNull();
    must(await laptop.act('return.dismiss', {}));
    expect(await waiting()).toBeNull();
  });
  it.each(GRACE_SECONDS)('is made after %i seconds, once, against what the person had looked at', async (seconds) => {
    must(await waitFor(packetId, seconds));
    world.clock.advance(seconds * 1000 - 500);
    expect(await acts()).toEqual([]);
    world.clock.advance(1000);
    expect(await acts()).toEqual(['signoff.return']);
    expect(await waiting()).toMatchObject({ outcome: { state: 'returned', by: 'time' } });
    world.clock.advance(300_000);
    await laptop.sync();
    expect(await returns()).toHaveLength(1);
  });
  it('decided again for the same packet, the new text stands in for the old one', async () => {
    must(await waitFor());
    const { base } = await laptop.read('packet.open', { packetId, number: null });
    must(await laptop.act('return.wait', { input: { ...input(packetId), note: 'The second text.' }, base, seconds: 10, dialog: DIALOG }));
    world.clock.advance(11_000);
    expect((await returns()).map((r) => r.note)).toEqual(['The second text.']);
  });
  it('a return that would be refused is refused at once, and nothing waits', async () => {
    expect(await laptop.act('return.wait', { input: input('no-such-packet'), base: {}, seconds: 10, dialog: DIALOG })).toMatchObject({ problem: { code: 'packet/unknown' } });
    expect(await waiting()).toBeNull();
  });
});

describe('a later decision', () => {
  it('is never delayed, and comes after the return in the ledger: a hold on the same packet', async () => {
    must(await waitFor());
    must(await laptop.hold(packetId));
    expect(await acts()).toEqual(['signoff.return', 'hold.place']);
    expect(await waiting()).toMatchObject({ outcome: { state: 'returned', by: 'decision' } });
  });
  it('a signature ends it, is sealed at once and has no undo', async () => {
    const other = `${packetId}-b`;
    await world.receive(other);
    await laptop.sync();
    must(await waitFor());
    must(await laptop.sign(other));
    expect(await acts()).toEqual(['signoff.return']);
    expect((await laptop.read('packet.open', { packetId: other, number: null })).packet.state).toBe('signed');
    expect(await laptop.act('return.undo', { packetId: other })).toMatchObject({ problem: { code: 'return/not-waiting' } });
  });
  it('a refused signature does not end it', async () => {
    must(await waitFor());
    expect((await laptop.sign(packetId, 'not the passphrase')).ok).toBe(false);
    expect(await waiting()).toMatchObject({ outcome: { state: 'waiting' } });
  });
  it('another return makes the first one, and waits itself', async () => {
    const other = `${packetId}-b`;
    await world.receive(other);
    await laptop.sync();
    must(await waitFor());
    must(await waitFor(other));
    expect(await acts()).toEqual(['signoff.return']);
    expect(await acts(other)).toEqual([]);
    expect(await waiting()).toMatchObject({ packetId: other, outcome: { state: 'waiting' } });
  });
});

describe('what stops the laptop', () => {
  it('a lock makes it, and says so after the unlock', async () => {
    must(await waitFor());
    must(await laptop.act('session.lock', {}));
    await unlock();
    expect(await waiting()).toMatchObject({ packetId, outcome: { state: 'returned', by: 'lock' } });
    await laptop.sync();
    expect(await returns()).toHaveLength(1);
    expect(await dialog()).toBeNull();
  });
  it('a quit makes it', async () => {
    must(await waitFor());
    laptop = await laptop.restart();
    await unlock();
    expect(await waiting()).toMatchObject({ outcome: { state: 'returned', by: 'lock' } });
    expect(await acts()).toEqual(['signoff.return']);
  });

  type Answer = { readonly ok: boolean; readonly value?: unknown };
  /** A laptop in a process of its own, over a folder; killed with -9 by the caller. */
  function processOver(folder: string): { readonly child: ChildProcess; readonly call: (call: Call) => Promise<Answer> } {
    const child = fork('tests/support/laptop-process.ts', [folder, world.proxy.url, world.clock.now()], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    let asked = 0;
    const ready = new Promise<void>((resolve) => { child.once('message', () => resolve()); });
    const send = async (message: object): Promise<Answer> => {
      await ready;
      asked += 1;
      const id = asked;
      return new Promise((resolve) => {
        child.on('message', (reply: { readonly id?: number; readonly result?: unknown }) => { if (reply.id === id) resolve(reply.result as Answer); });
        child.send({ id, ...message });
      });
    };
    return { child, call: async (call) => { const answer = await send({ call }); await send({ settle: true }); return answer; } };
  }
  it.each([['when its seconds are over, at the unlock', 60_000], ['within what was left of them', 2_000]] as const)('after kill -9 it is made once: %s', async (_when, away) => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldbook-return-killed-'));
    const { child, call } = processOver(folder);
    expect((await call({ act: 'session.enrol', input: { code: await world.enrolmentCode() } })).ok).toBe(true);
    expect((await call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } })).ok).toBe(true);
    expect((await call({ act: 'return.wait', input: { input: input(packetId), base: {}, seconds: 30, dialog: DIALOG } })).ok).toBe(true);
    const gone = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGKILL');
    await gone;
    world.clock.advance(away);
    const again = world.laptop({ folder });
    must(await again.act('session.unlock', { passphrase: PASSPHRASE }));
    await new Promise((next) => setImmediate(next));
    if (away < 30_000) {
      // Its seconds are not over: it can still be taken back.
      expect(await again.read('return.waiting', {})).toMatchObject({ outcome: { state: 'waiting' } });
      expect((await again.read('draft.get', { key: returnDraftKey(packetId) }))?.body).toBe(DIALOG);
    }
    world.clock.advance(31_000);
    expect(await again.read('return.waiting', {})).toMatchObject({ packetId, outcome: { state: 'returned', by: 'restart' } });
    await again.sync();
    expect((await again.items()).map((i) => [i.name, i.state])).toEqual([['signoff.return', 'received']]);
    await again.close();
  }, 60_000);
});

describe('practice', () => {
  it('starting it makes a real return first; one of the room stays in the room', async () => {
    must(await waitFor());
    const started = must(await laptop.act('practice.start', { caseId: '5' }));
    if (started.phase !== 'open' || !started.practice) throw new Error('practice did not start');
    const { room, packetId: practised } = started.practice;
    const call = async <T>(what: { read: string; input: unknown } | { act: string; input: unknown }): Promise<T> => must(await laptop.backend.call({ ...what, room })) as T;
    expect(await call({ read: 'return.waiting', input: {} })).toBeNull();
    await call({ act: 'return.wait', input: { input: input(practised), base: {}, seconds: 10, dialog: DIALOG } });
    expect(await call<WaitingReturnView>({ read: 'return.waiting', input: {} })).toMatchObject({ packetId: practised, outcome: { state: 'waiting' } });
    // The answer key judges what was decided, also when it was decided a second ago.
    await call({ act: 'practice.reveal', input: {} });
    expect(await call<WaitingReturnView>({ read: 'return.waiting', input: {} })).toMatchObject({ outcome: { state: 'returned', by: 'decision' } });
    must(await laptop.act('practice.leave', {}));
    expect(await waiting()).toMatchObject({ packetId, outcome: { state: 'returned', by: 'decision' } });
    expect(await acts()).toEqual(['signoff.return']);
    world.clock.advance(60_000);
    expect((await laptop.items()).filter((i) => i.packetId === practised)).toEqual([]);
  });
});
