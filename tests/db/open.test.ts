/** Opening the store: every pragma holds, nothing lies in plaintext, and a file that is not ours to open stays as it was. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readMigrations } from '../../db/migrate.ts';
import { applyPage } from '../../db/pull.ts';
import { APPLICATION_ID, assertNode, MIGRATIONS, openStore, PAGE_SIZE, PRAGMAS } from '../../db/open.ts';
import { saveDraft } from '../../db/drafts.ts';
import { backup, restoreBackup } from '../../db/backup.ts';
import { read } from '../../db/read.ts';
import { get } from '../../db/sync-state.ts';
import { cleanRows, codeOf, filledStore, hold, KEY, must, newStore, NOW, packetOf, PM, type Fixture } from './fixture.ts';

const KNOWN = readMigrations(MIGRATIONS).length;
const open: Fixture[] = [];
const made = (fixture: Fixture): Fixture => { open.push(fixture); return fixture; };
afterEach(() => { for (const f of open.splice(0)) f.close(); });
/** SHA-256 of every file in the folder. */
const hashes = (folder: string): Record<string, string> => Object.fromEntries(readdirSync(folder).sort().map((n) => [n, createHash('sha256').update(readFileSync(join(folder, n))).digest('hex')]));

describe('open sequence', () => {
  it('sets and asserts every pragma, also on the second open', () => {
    const f = made(newStore());
    f.store.close();
    const store = openStore({ file: f.file, key: KEY });
    const value = (name: string) => store.sqlite.pragma(name, { simple: true });
    for (const [name, , expected] of PRAGMAS) expect([name, value(name)]).toEqual([name, expected]);
    expect(value('synchronous')).toBe(2);
    expect(value('journal_mode')).toBe('wal');
    expect(value('locking_mode')).toBe('exclusive');
    expect(value('cipher')).toBe('sqlcipher');
    expect(value('page_size')).toBe(PAGE_SIZE);
    expect(value('application_id')).toBe(APPLICATION_ID);
    expect(value('user_version')).toBe(KNOWN);
    store.close();
  });

  it('leaves no plaintext in the file, its write-ahead log or beside it', () => {
    const f = made(filledStore());
    const marker = 'PLAINTEXT-MARKER-3f9a';
    saveDraft(f.store, 'marker', marker.repeat(200), NOW);
    must(hold(f.store));
    // A sort over everything would spill to a temp file.
    f.store.sqlite.prepare('SELECT * FROM packet_versions, drafts ORDER BY body, content').all();
    const files = readdirSync(f.folder);
    expect(files).toContain('fieldbook.db-wal');
    expect(files).not.toContain('fieldbook.db-shm');
    for (const name of files) {
      const bytes = readFileSync(join(f.folder, name)).toString('latin1');
      for (const secret of [marker, 'ORTEGA', 'SQLite format 3', 'CREATE TABLE']) expect([name, secret, bytes.includes(secret)]).toEqual([name, secret, false]);
    }
  });

  it('refuses a wrong key and leaves file and log byte for byte as they were', () => {
    const f = made(newStore());
    saveDraft(f.store, 'a', 'b', NOW);
    // As a crash leaves it: a log that was never folded in.
    const [main, log] = [readFileSync(f.file), readFileSync(`${f.file}-wal`)];
    f.store.close();
    writeFileSync(f.file, main);
    writeFileSync(`${f.file}-wal`, log);
    const before = hashes(f.folder);
    expect(codeOf(() => openStore({ file: f.file, key: Buffer.alloc(32, 8) }))).toBe('store/wrong-key');
    expect(hashes(f.folder)).toEqual(before);
    const store = openStore({ file: f.file, key: KEY });
    expect(store.prepare('SELECT "body" FROM drafts').pluck().get()).toBe('b');
    store.close();
  });

  it('refuses a store that a newer program wrote, untouched', () => {
    const f = made(newStore());
    f.store.sqlite.pragma(`user_version=${KNOWN + 1}`);
    f.store.close();
    const before = hashes(f.folder);
    expect(codeOf(() => openStore({ file: f.file, key: KEY }))).toBe('store/newer');
    expect(hashes(f.folder)).toEqual(before);
  });

  it('refuses a plaintext database, a foreign one, a missing one, an emptied one and one that is there already', () => {
    const f = made(newStore());
    f.store.sqlite.pragma('application_id=7');
    f.store.close();
    expect(codeOf(() => openStore({ file: f.file, key: KEY }))).toBe('store/not-ours');
    const plain = join(f.folder, 'plain.db');
    const Database = createRequire(import.meta.url)('better-sqlite3') as new (file: string) => { exec: (sql: string) => void; close: () => void };
    const db = new Database(plain);
    db.exec('CREATE TABLE t (a)');
    db.close();
    const before = hashes(f.folder);
    expect(codeOf(() => openStore({ file: plain, key: KEY }))).toBe('store/plaintext');
    expect(codeOf(() => openStore({ file: join(f.folder, 'none.db'), key: KEY }))).toBe('store/missing');
    expect(existsSync(join(f.folder, 'none.db'))).toBe(false);
    expect(codeOf(() => openStore({ file: f.file, key: KEY, isNew: true }))).toBe('store/exists');
    expect(hashes(f.folder)).toEqual(before);
    writeFileSync(join(f.folder, 'empty.db'), '');
    expect(codeOf(() => openStore({ file: join(f.folder, 'empty.db'), key: KEY }))).toBe('store/missing');
  });

  it('lets no second process in', () => {
    const f = made(newStore());
    const script = `import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../db/open.ts'))};
      try { openStore({ file: process.argv[1], key: Buffer.alloc(32, 7) }); console.log('opened'); } catch (e) { console.log(e.problem?.code ?? e.message); }`;
    const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, f.file], { encoding: 'utf8' });
    expect([child.stdout.trim(), child.stderr.includes('Error')]).toEqual(['store/in-use', false]);
  });

  it('says so on a Node.js that the native module would crash', () => {
    for (const version of ['18.20.0', '20.20.1', '22.13.9']) expect(codeOf(() => assertNode(version))).toBe('store/node-too-old');
    for (const version of ['22.14.0', '24.21.0']) expect(codeOf(() => assertNode(version))).toBe('nothing');
  });

  it('tells damage from a wrong key where it can', () => {
    const f = made(filledStore());
    f.store.close();
    const bytes = readFileSync(f.file);
    bytes[PAGE_SIZE * 3 + 100] = (bytes[PAGE_SIZE * 3 + 100] as number) ^ 1;
    writeFileSync(f.file, bytes);
    // A log beside it is what an unclean end leaves: the check runs.
    writeFileSync(`${f.file}-wal`, Buffer.alloc(64));
    expect(codeOf(() => openStore({ file: f.file, key: KEY }))).toBe('store/damaged');
  });
});

describe('backup', () => {
  it('copies under the same key, searchable, and a restored copy opens a new epoch [SYN-2]', () => {
    const f = made(filledStore());
    must(hold(f.store));
    const epoch = get(f.store, 'epoch');
    const target = join(f.folder, 'copy.db');
    backup(f.store, KEY, target);
    must(hold(f.store, {}, 'PK-15'));
    f.store.close();
    expect(readFileSync(target).subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3');
    restoreBackup(target, f.file, KEY);
    const store = openStore({ file: f.file, key: KEY });
    const page = must(read(store, 'queue.list', { split: 'all', search: 'ortega', offset: 0, limit: 5 }, { now: NOW, pmId: PM, status: {} })) as { readonly total: number };
    expect(page.total).toBe(1);
    expect(packetOf(store).openHolds).toBe(1);
    must(hold(store));
    const entries = store.prepare('SELECT "epoch", "seq" FROM ledger_entries ORDER BY "n"').all() as { epoch: string; seq: number }[];
    expect(entries.map((e) => e.seq)).toEqual([1, 1]);
    expect(entries[1]?.epoch).not.toBe(epoch);
    expect(existsSync(`${f.file}.replaced`)).toBe(true);
    store.close();
  });
});

describe('disk full', () => {
  it('refuses with store/disk-full, loses nothing and doubles nothing [SYN-1]', () => {
    const f = made(filledStore());
    must(hold(f.store));
    const pages = Number(f.store.sqlite.pragma('page_count', { simple: true }));
    f.store.sqlite.pragma(`max_page_count=${pages + 1}`);
    let saved = 1;
    let refused = 0;
    for (let n = 0; n < 400 && refused < 3; n += 1) {
      const r = hold(f.store);
      if (r.ok) saved += 1;
      else {
        refused += 1;
        expect(r.problem.code).toBe('store/disk-full');
        expect(f.store.sqlite.inTransaction).toBe(false);
      }
    }
    expect(refused).toBe(3);
    const count = (table: string) => f.store.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect([count('holds'), count('outbox'), count('ledger_entries')]).toEqual([saved, saved, saved]);
    expect(packetOf(f.store).openHolds).toBe(saved);
    expect(codeOf(() => saveDraft(f.store, 'x', 'y'.repeat(200_000), NOW))).toBe('store/disk-full');
    expect(codeOf(() => applyPage(f.store, { stream: 'agency:x', from: 0, to: 1, receivedAt: NOW, rows: Array.from({ length: 300 }, (_, n) => ({ table: 'packet_versions', row: {
      ...cleanRows()[6]?.row, id: `v${n}`, stream: 'agency:x' } })) }))).toBe('store/disk-full');
    expect(f.store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    f.store.sqlite.pragma(`max_page_count=${pages * 4}`);
    must(hold(f.store));
    expect(count('holds')).toBe(saved + 1);
  });
});
