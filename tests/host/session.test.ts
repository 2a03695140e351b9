/** One laptop from its code to its lock, against a real HQ: phases, lock, drafts, nothing readable on disk. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKeyPair, verifyJws } from '../../host/jws.ts';
import { AGENCY, createWorld, must, PASSPHRASE, PM, type Laptop, type World } from '../support/world.ts';

const MARKER = 'Marker sentence of a draft that must never be readable 7f3a';
let world: World;
beforeAll(async () => { world = await createWorld({ packets: 3 }); }, 120_000);
afterAll(async () => { await world.close(); });

const filesUnder = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name));
/** Files that contain `text`, as UTF-8 or UTF-16. */
const filesWith = (folder: string, text: string): string[] => filesUnder(folder).filter((f) => {
  const bytes = readFileSync(f);
  return bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'));
});
async function enrolledLaptop(): Promise<Laptop> {
  const laptop = world.laptop();
  await laptop.enrol();
  return laptop;
}
const phase = async (laptop: Laptop): Promise<string> => must(await laptop.act('session.state', {})).phase;

describe('enrolment', () => {
  it('goes from code to passphrase to open, and the first pull fills the queue', async () => {
    const laptop = world.laptop({ demoCode: 'DEMO-CODE' });
    expect(await laptop.act('session.state', {})).toEqual({ ok: true, value: { phase: 'enrol', demoCode: 'DEMO-CODE', hq: world.proxy.url, isDemo: true } });
    const entered = must(await laptop.act('session.enrol', { code: await world.enrolmentCode() }));
    expect(entered).toMatchObject({ phase: 'passphrase', pmName: 'Sela Marin' });
    expect(entered.phase === 'passphrase' && entered.suggestion).toMatch(/^([a-z]{4}-){4}[a-z]{4}$/);
    const open = must(await laptop.act('session.choosePassphrase', { passphrase: PASSPHRASE }));
    expect(open).toMatchObject({ phase: 'open', me: { id: PM, name: 'Sela Marin', role: 'pm' }, about: { cipher: 'sqlcipher' } });
    await laptop.backend.settled();
    expect((await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 })).total).toBe(3);
  });
  it('says what was wrong with the code and stays at the first screen', async () => {
    const laptop = world.laptop();
    expect((await laptop.act('session.enrol', { code: 'WRONG-CODE-1' })).ok).toBe(false);
    expect(await phase(laptop)).toBe('enrol');
    expect(existsSync(join(laptop.folder, 'keyfile.json'))).toBe(false);
  });
  it('says when HQ cannot be reached', async () => {
    const laptop = world.laptop();
    world.proxy.down();
    expect(await laptop.act('session.enrol', { code: 'ANY-CODE-1' })).toMatchObject({ ok: false, problem: { code: 'sync/unreachable' } });
    world.proxy.up();
  });
  it('leaves nothing on disk between code and passphrase: a kill there asks for a code again', async () => {
    const laptop = world.laptop();
    must(await laptop.act('session.enrol', { code: await world.enrolmentCode() }));
    expect(filesUnder(laptop.folder)).toEqual([]);
    const again = await laptop.restart();
    expect(await phase(again)).toBe('enrol');
    must(await again.act('session.enrol', { code: await world.enrolmentCode() }));
    expect(await phase(again)).toBe('passphrase');
    await again.close();
  });
  it('refuses a short passphrase and a second enrolment', async () => {
    const laptop = world.laptop();
    must(await laptop.act('session.enrol', { code: await world.enrolmentCode() }));
    expect(await laptop.act('session.choosePassphrase', { passphrase: 'eleven char' })).toMatchObject({ ok: false, problem: { code: 'call/bad-input' } });
    must(await laptop.act('session.choosePassphrase', { passphrase: PASSPHRASE }));
    expect(await laptop.act('session.enrol', { code: 'ANY-CODE-1' })).toMatchObject({ ok: false, problem: { code: 'session/already-enrolled' } });
    expect(await laptop.act('session.choosePassphrase', { passphrase: PASSPHRASE })).toMatchObject({ ok: false, problem: { code: 'session/already-enrolled' } });
  });
  it('refuses an HQ beyond this machine without TLS', async () => {
    const laptop = world.laptop({ hqUrl: 'http://hq.example' });
    expect(await laptop.act('session.enrol', { code: 'ANY-CODE-1' })).toMatchObject({ ok: false, problem: { code: 'sync/insecure-hq' } });
  });
});

describe('lock', () => {
  it('answers session acts only, and opens again with the passphrase alone, without network', async () => {
    const laptop = await enrolledLaptop();
    must(await laptop.act('session.lock', {}));
    world.proxy.down();
    for (const answer of [
      await laptop.backend.call({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 1 } }), await laptop.backend.call({ run: 'hold.place', input: {}, base: {} }),
      await laptop.act('draft.save', { key: 'a', body: 'b' }), await laptop.act('sync.now', {}), await laptop.act('sync.test', {}), await laptop.act('access.note', { what: 'search', packetId: null }),
    ]) expect(answer).toMatchObject({ ok: false, problem: { code: 'session/locked' } });
    expect(must(await laptop.act('session.unlock', { passphrase: PASSPHRASE })).phase).toBe('open');
    expect((await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 })).total).toBe(3);
    await laptop.backend.settled();
    world.proxy.up();
  });
  it('a restart is locked; a wrong passphrase is an answer that counts down', async () => {
    const laptop = await (await enrolledLaptop()).restart();
    expect(must(await laptop.act('session.state', {}))).toMatchObject({ phase: 'locked', pmName: 'Sela Marin', protection: 'passphrase only', retryAt: null, problem: null });
    expect(await laptop.act('session.unlock', { passphrase: 'not the passphrase' })).toMatchObject({ ok: false, problem: { code: 'session/wrong-passphrase', details: { triesLeft: 4 } } });
    expect(await phase(laptop)).toBe('locked');
    const again = await laptop.restart();
    expect(await again.act('session.unlock', { passphrase: 'not the passphrase' })).toMatchObject({ problem: { details: { triesLeft: 3 } } });
    expect(must(await again.act('session.unlock', { passphrase: PASSPHRASE })).phase).toBe('open');
    await again.close();
  });
  it('waits after five wrong tries, also for the right passphrase', async () => {
    const laptop = await (await enrolledLaptop()).restart();
    for (let n = 0; n < 5; n += 1) await laptop.act('session.unlock', { passphrase: 'not the passphrase' });
    const locked = must(await laptop.act('session.state', {}));
    expect(locked.phase === 'locked' && locked.retryAt).toMatch(/^2026-/);
    expect(await laptop.act('session.unlock', { passphrase: PASSPHRASE })).toMatchObject({ ok: false, problem: { code: 'session/locked-out' } });
    world.clock.advance(61_000);
    expect(must(await laptop.act('session.unlock', { passphrase: PASSPHRASE })).phase).toBe('open');
    await laptop.close();
  });
  it('says that a computer secret protects it too, and does not open without', async () => {
    const laptop = world.laptop({ computerSecret: Buffer.alloc(32, 5) });
    await laptop.enrol();
    expect(must(await laptop.act('session.lock', {}))).toMatchObject({ protection: 'passphrase and this computer' });
    const moved = await laptop.restart({ computerSecret: null });
    expect(await moved.act('session.unlock', { passphrase: PASSPHRASE })).toMatchObject({ ok: false, problem: { code: 'session/computer-secret-missing' } });
    await moved.close();
  });
  it('keeps times, site codes and clock ids in memory while locked, and nothing else', async () => {
    const laptop = await enrolledLaptop();
    const locked = must(await laptop.act('session.lock', {}));
    if (locked.phase !== 'locked') throw new Error('not locked');
    expect(locked.alarms.length).toBeGreaterThan(0);
    expect(locked.alarms.flatMap((a) => Object.keys(a).sort())).toEqual(locked.alarms.flatMap(() => ['clock', 'deadlineAt', 'site']));
    expect(new Set(locked.alarms.map((a) => a.site))).toEqual(new Set([AGENCY]));
    expect(locked.alarms.every((a) => a.deadlineAt > world.clock.now())).toBe(true);
    expect([...locked.alarms].sort((a, b) => (a.deadlineAt < b.deadlineAt ? -1 : 1))).toEqual(locked.alarms);
    expect(new Set(locked.alarms.map((a) => a.clock))).toEqual(new Set(['K4', 'K2B']));
    expect(locked.rung).toEqual([]);
  });
  it('two unlocks at once open one session', async () => {
    const laptop = await (await enrolledLaptop()).restart();
    const answers = await Promise.all([1, 2].map(() => laptop.act('session.unlock', { passphrase: PASSPHRASE })));
    expect(answers.filter((a) => a.ok)).toHaveLength(1);
    expect(answers.find((a) => !a.ok)).toMatchObject({ problem: { code: 'session/busy' } });
    await laptop.close();
  });
});

describe('drafts', () => {
  it('survive lock and restart', async () => {
    const laptop = await enrolledLaptop();
    must(await laptop.act('draft.save', { key: 'packet/pk-1', body: MARKER }));
    const again = await laptop.restart();
    must(await again.act('session.unlock', { passphrase: PASSPHRASE }));
    expect(await again.read('draft.get', { key: 'packet/pk-1' })).toMatchObject({ body: MARKER });
    must(await again.act('draft.drop', { key: 'packet/pk-1' }));
    expect(await again.read('draft.get', { key: 'packet/pk-1' })).toBeNull();
    await again.close();
  });
});

describe('on disk', () => {
  it('nothing is readable, open or locked, and no file opens as SQLite', async () => {
    const laptop = await enrolledLaptop();
    const { items } = await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 });
    must(await laptop.act('draft.save', { key: 'packet/pk-1', body: MARKER }));
    must(await laptop.hold('pk-1', MARKER));
    for (const when of ['open', 'locked']) {
      if (when === 'locked') must(await laptop.act('session.lock', {}));
      for (const text of [MARKER, items[0]?.subjectName ?? MARKER, AGENCY, 'SQLite format 3', PASSPHRASE, 'Example County SO', 'BEGIN PRIVATE KEY']) expect([when, text,
        filesWith(laptop.folder, text)]).toEqual([when, text, []]);
    }
    const files = filesUnder(laptop.folder);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      expect(() => {
        const db = new Database(file, { readonly: true });
        try {
          db.prepare('select count(*) from sqlite_master').get();
        } finally {
          db.close();
        }
      }, file).toThrow();
    }
  });
});

describe('calls', () => {
  it('answers what it does not know, and never throws', async () => {
    const laptop = await enrolledLaptop();
    const { call } = laptop.backend;
    for (const [asked, code] of [
      [{ read: 'nothing.here', input: {} }, 'call/unknown'], [{ run: 'packet.receive', input: {}, base: {} }, 'call/unknown'], [{ run: 'hold.release', input: {}, base: {} }, 'call/unknown'],
        [{ act: 'constructor', input: {} }, 'call/unknown'],
      [{ read: '__proto__', input: {} }, 'call/unknown'], [{ read: 'queue.list', input: { split: 'x' } }, 'call/bad-input'],
        [{ run: 'hold.place', input: { packetId: '' }, base: {} }, 'call/bad-input'],
      [null, 'call/malformed'], [{}, 'call/malformed'], [{ run: 'hold.place' }, 'call/malformed'], [{ act: 'session.state', input: {}, extra: 1 }, 'call/malformed'],
    ] as const) expect([asked, await call(asked as never)]).toMatchObject([asked, { ok: false, problem: { code } }]);
  });
  it('does not repeat the input in a refusal', async () => {
    const laptop = await enrolledLaptop();
    const answer = await laptop.backend.call({ run: 'hold.place', input: { packetId: 1, rule: MARKER, reason: MARKER }, base: {} });
    expect(JSON.stringify(answer)).not.toContain(MARKER);
  });
  it('turns a bug into internal/<id>, logged once', async () => {
    const laptop = await enrolledLaptop();
    const cyclic: Record<string, unknown> = {};
    Object.defineProperty(cyclic, 'packetId', { enumerable: true, get: () => { throw new Error('broken getter'); } });
    const answer = await laptop.backend.call({ read: 'packet.open', input: cyclic });
    if (answer.ok) throw new Error('expected a problem');
    expect(answer.problem.code).toMatch(/^internal\/[0-9a-f]{8}$/);
    expect(laptop.log.filter((l) => l.event === answer.problem.code)).toHaveLength(1);
  });
});

describe('signing', () => {
  it('[SYN-1] asks for the passphrase, seals with the signer key of this laptop, and says how long the save took', async () => {
    const laptop = await enrolledLaptop();
    expect(await laptop.run('signoff.sign', { packetId: 'pk-2', version: 1, forms: [{ formId: 'f', contentHash: '0'.repeat(64), capacity: 'SDDO' }], shown: [],
      warnReasons: [] })).toMatchObject({ ok: false, problem: { code: 'session/passphrase-needed' } });
    expect(await laptop.sign('pk-2', 'not the passphrase')).toMatchObject({ ok: false, problem: { code: 'session/wrong-passphrase', details: { triesLeft: 4 } } });
    const saved = must(await laptop.sign('pk-2'));
    expect(saved.ms).toBeGreaterThan(0);
    const { statements, signer } = await laptop.read('packet.open', { packetId: 'pk-2', number: null });
    expect(statements.length).toBeGreaterThan(0);
    for (const s of statements) {
      expect(verifyJws(JSON.parse(signer?.signerJwk ?? '{}'), s.jws)).toMatchObject({ packetId: 'pk-2', formId: s.formId });
      expect(verifyJws(newKeyPair().jwk, s.jws)).toBeNull();
    }
    const { jws } = statements[0] ?? { jws: '' };
    expect(filesWith(laptop.folder, jws.slice(0, 60))).toEqual([]);
  });
  it('[SYN-9] does not sign with a clock earlier than its own last entry, and signs again when it is right', async () => {
    const laptop = await enrolledLaptop();
    must(await laptop.hold('pk-3'));
    await laptop.sync();
    world.clock.advance(-2 * 60 * 60_000);
    expect(await laptop.sign('pk-3')).toMatchObject({ ok: false, problem: { code: 'clock/behind' } });
    world.clock.advance(2 * 60 * 60_000 + 1000);
    const answer = await laptop.sign('pk-3');
    expect(answer.ok || answer.problem.code !== 'clock/behind').toBe(true);
  });
});
