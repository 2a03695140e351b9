/** Commands on the laptop: one transaction or nothing, a gapless chain, and never an act that cannot be placed in time. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, many, one, put } from '../../shared/command.ts';
import { firstBreak } from '../../shared/domain/ledger.ts';
import { no, ok } from '../../shared/result.ts';
import type { LedgerEntry } from '../../shared/sync.ts';
import { z } from 'zod';
import { openStore, type Store } from '../../db/open.ts';
import { epochState } from '../../db/outbox.ts';
import { rowsWhere } from '../../db/rows.ts';
import { run } from '../../db/run.ts';
import { set } from '../../db/sync-state.ts';
import { AGENCY, filledStore, giveBack, hold, KEY, must, NOW, PACKET, packetOf, runInput, signForm, STREAM, type Fixture } from './fixture.ts';

let f: Fixture;
beforeEach(() => { f = filledStore(); });
afterEach(() => f.close());
const TABLES = ['packets', 'holds', 'returns', 'statements', 'outbox', 'ledger_entries', 'pending_rows', 'sync_state'];
const dump = (store: Store) => JSON.stringify(TABLES.map((t) => store.sqlite.prepare(`SELECT * FROM ${t} ORDER BY rowid`).all()));
const chainOf = (store: Store) => (store.sqlite.prepare('SELECT "entry", "hash" FROM ledger_entries ORDER BY "n"').all() as { entry: string; hash: string }[]).map((e) => ({
  entry: JSON.parse(e.entry) as LedgerEntry, hash: e.hash }));

/** A command that writes what the test says. */
const probe = (decide: Parameters<typeof command>[0]['decide']) => command({
  name: 'probe.write', conflict: 'merge', roles: ['pm'], input: z.object({ packetId: z.string() }), reads: [(i: { packetId: string }) => ({ packet: one('packets', i.packetId),
    holds: many('holds', { packetId: i.packetId }) })],
  stream: () => STREAM, decide: decide as never,
});

describe('run', () => {
  it('writes rows, ledger entry and outbox together [SYN-1]', () => {
    const saved = must(hold(f.store, {}, 'PK-08'));
    expect(packetOf(f.store)).toMatchObject({ lane: 0, openHolds: 1, version: 1, changedBy: 'dev-1' });
    expect(rowsWhere(f.store, 'holds', { packetId: PACKET })).toMatchObject([{ rule: 'PK-08', version: 0, changedBy: 'dev-1' }]);
    const { epoch, ...head } = epochState(f.store);
    expect(head).toMatchObject({ ledger: 'ledger-1', seq: 1, lastAt: NOW });
    expect(epoch).not.toBe('');
    expect(f.store.sqlite.prepare('SELECT "commandId", "state", "packetId", "stream" FROM outbox').all()).toEqual([{ commandId: saved.commandId, state: 'ready', packetId: PACKET, stream: STREAM }]);
  });

  it('keeps a gapless chain over every kind of act [SYN-2]', () => {
    must(signForm(f.store));
    must(hold(f.store));
    must(giveBack(f.store));
    const chain = chainOf(f.store);
    expect(chain.map((c) => [c.entry.seq, c.entry.type])).toEqual([[1, 'signoff.sign'], [2, 'hold.place'], [3, 'signoff.return']]);
    expect(firstBreak(chain)).toBeNull();
    expect(JSON.stringify(chain)).not.toMatch(/ORTEGA|synthetic/i);
  });

  it('seals statements and records them as provisional [SYN-17]', () => {
    must(signForm(f.store));
    const [row] = rowsWhere(f.store, 'statements', { packetId: PACKET });
    expect(row).toMatchObject({ formId: 'i862', effect: 'provisional', number: 1, version: 0 });
    const envelope = JSON.parse(f.store.sqlite.prepare('SELECT "envelope" FROM outbox').pluck().get() as string) as { seal: string[] };
    expect(envelope.seal).toEqual([row?.jws]);
    expect(packetOf(f.store).state).toBe('part_signed');
  });

  it('writes nothing when anything throws or refuses', () => {
    const before = dump(f.store);
    const row = (n: number, stream: typeof STREAM | 'program' = STREAM, agencyId = AGENCY) => put('holds', { id: `h${n}`, stream, agencyId, packetId: PACKET, subjectId: 'su-1',
      rule: 'OTHER', reason: '', placedBy: '', placedAt: NOW, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null });
    const broken = [
      () => { throw new Error('bug'); },
      () => ok([row(1), put('holds', { ...row(2).row, reason: Symbol('not a value') } as never)]),
      () => ok([row(1), row(2, 'program')]),
    ];
    for (const decide of broken) expect(() => run(f.store, runInput(probe(decide), { packetId: PACKET }))).toThrow();
    expect(() => run(f.store, runInput(probe((state) => ok([put('packets', { ...(state as unknown as { packet: object }).packet, agencyId: 'other' } as never)])), {
      packetId: PACKET }))).toThrow(/fixed column/);
    expect(run(f.store, runInput(probe(() => no('probe/no')), { packetId: PACKET }))).toMatchObject({ ok: false, problem: { code: 'probe/no' } });
    expect(() => signForm(f.store, 'i862', { sign: () => { throw new Error('card removed'); } })).toThrow('card removed');
    expect(dump(f.store)).toBe(before);
  });

  it('gives equal puts when the same command runs twice on the same state', () => {
    const fixed = () => {
      let n = 0;
      return { newId: () => { n += 1; return `fixed-${n}`; } };
    };
    const other = filledStore();
    try {
      for (const store of [f.store, other.store]) {
        must(hold(store, fixed(), 'PK-09'));
        must(giveBack(store, { newId: () => 'fixed-9' }));
      }
      expect(dump(other.store)).toBe(dump(f.store));
    } finally {
      other.close();
    }
  });

  it('refuses to sign with a clock behind the ledger or HQ, but never to hold or return [SYN-9, SYN-18, PK-00]', () => {
    const earlier = { at: '2026-11-24T20:09:59.999Z' };
    must(hold(f.store, {}, 'OTHER'));
    must(hold(f.store, earlier));
    set(f.store, 'lastHqTime', '2026-11-24T21:00:00.000Z');
    expect(signForm(f.store)).toMatchObject({ ok: false, problem: { code: 'clock/behind' } });
    must(hold(f.store));
    must(giveBack(f.store));
    set(f.store, 'lastHqTime', '2026-11-24T20:10:00.001Z');
    expect(signForm(f.store)).toMatchObject({ ok: false, problem: { code: 'clock/behind', details: { latest: '2026-11-24T20:10:00.001Z' } } });
    set(f.store, 'lastHqTime', null);
    expect(signForm(f.store, 'i862', earlier)).toMatchObject({ ok: false, problem: { code: 'clock/behind' } });
  });

  it('never lets the ledger be changed [SYN-16]', () => {
    must(hold(f.store));
    expect(() => f.store.sqlite.exec("UPDATE ledger_entries SET hash = 'x'")).toThrow(/append only/);
    expect(() => f.store.sqlite.exec('DELETE FROM ledger_entries')).toThrow(/append only/);
    expect(() => f.store.sqlite.exec("INSERT OR REPLACE INTO ledger_entries SELECT n, ledger, epoch, seq, commandId, at, entry, 'x' FROM ledger_entries")).toThrow();
    expect(firstBreak(chainOf(f.store))).toBeNull();
  });
});

describe('kill -9', () => {
  it('keeps every acknowledged command over 60 kills, once each, in one unbroken chain [SYN-1]', async () => {
    f.store.close();
    const acknowledged: string[] = [];
    let seed = 42;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    for (let round = 0; round < 60; round += 1) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'run-forever.ts'), f.file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const wanted = 1 + Math.floor(random() * 12);
      let seen = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        seen += 1;
        // Killed in the middle of whatever comes next; lines already in the pipe are read on.
        if (seen === wanted) setTimeout(() => child.kill('SIGKILL'), Math.floor(random() * 4));
      }
    }
    const store = openStore({ file: f.file, key: KEY });
    const stored = store.sqlite.prepare('SELECT "commandId" FROM outbox ORDER BY "n"').pluck().all() as string[];
    expect(acknowledged.length).toBeGreaterThan(60);
    expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    // At most one command per kill was committed without its acknowledgement.
    expect(stored.length - acknowledged.length).toBeLessThanOrEqual(60);
    expect(firstBreak(chainOf(store))).toBeNull();
    expect(chainOf(store).length).toBe(stored.length);
    expect(packetOf(store).openHolds).toBe(stored.length);
    expect(store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    store.close();
  }, 480_000);
});
