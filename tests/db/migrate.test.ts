/** The migration runner: one test per way in which a migration loses data or is skipped without a word. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MIGRATIONS, openStore } from '../../db/open.ts';
import { readMigrations } from '../../db/migrate.ts';
import { COLUMNS } from '../../db/schema.ts';
import { rowById } from '../../db/rows.ts';
import { TABLE_NAMES } from '../../shared/rows.ts';
import { codeOf, filledStore, hold, KEY, must, PACKET, receiptsFor, type Fixture } from './fixture.ts';
import { applyReply } from '../../db/outbox.ts';
import { NOW } from '../domain/clean-packets.ts';

/** How many migrations there are, and the number of the next one: tests add theirs behind the real ones. */
const KNOWN = readMigrations(MIGRATIONS).length;
const NEXT = String(KNOWN + 1).padStart(4, '0');

let f: Fixture;
afterEach(() => f.close());
/** A closed store with a hold and its receipt, and a private copy of the migrations. */
function setUp(): { readonly folder: string; readonly add: (name: string, sql: string) => void; readonly open: () => ReturnType<typeof openStore> } {
  f = filledStore();
  must(hold(f.store));
  applyReply(f.store, { receipts: receiptsFor(f.store, 'in_effect'), checkpointJws: null }, NOW);
  must(hold(f.store, {}, 'PK-15'));
  f.store.close();
  const folder = join(f.folder, 'migrations');
  cpSync(MIGRATIONS, folder, { recursive: true });
  return { folder, add: (name, sql) => writeFileSync(join(folder, `${name}.sql`), sql), open: () => openStore({ file: f.file, key: KEY, migrations: folder }) };
}
const counts = (store: ReturnType<typeof openStore>) => TABLE_NAMES.map((t) => [t, store.sqlite.prepare(`SELECT count(*) FROM ${t}`).pluck().get()]);

/** As drizzle-kit rebuilds a table: pragmas inside, drop, rename. */
const REBUILD = `PRAGMA foreign_keys=OFF;
--> statement-breakpoint
CREATE TABLE __new_outbox AS SELECT * FROM outbox;
--> statement-breakpoint
DROP TABLE outbox;
--> statement-breakpoint
ALTER TABLE __new_outbox RENAME TO outbox;
--> statement-breakpoint
CREATE UNIQUE INDEX outbox_command ON outbox (commandId);
--> statement-breakpoint
PRAGMA foreign_keys=ON;`;

describe('migrations', () => {
  it('make every shared column, nothing cascades, and the journal names them', () => {
    f = filledStore();
    for (const table of TABLE_NAMES) expect((f.store.sqlite.pragma(`table_info(${table})`) as { name: string }[]).map((c) => c.name)).toEqual(COLUMNS[table]);
    for (const { sql } of readMigrations(MIGRATIONS)) expect(sql).not.toMatch(/CASCADE/i);
    expect(f.store.sqlite.prepare('SELECT name FROM migrations ORDER BY n').pluck().all()).toEqual(readMigrations(MIGRATIONS).map((m) => m.name));
  });

  it('are never edited once released: a laptop that has one would be refused', () => {
    const released = {
      '0001_tables': '492958ad4075dbd73956c0520ea3c753e1cc846d9f940ce8c46563b14d00f788', '0002_search_and_ledger': '579d7bbb58458439746a17baaa33ec80a757e2825dc6dea7234b41ec70425931',
      '0003_sign_off_desk': '9259e0bcdefea856ce18f0e78d6627b35c1c0c88be4320f3d8102732ba984cda',
      '0004_rule_pack_stream': '6a9e177e059231dcb88c9b3c0af8caee6ac9a207da82abeb1a0e2efd827b76b9', '0005_search_papers': '151042513bcdd68ba17b79acb234cddae01f6fcd39b42389082c78b79e5d8697',
    };
    const now = Object.fromEntries(readMigrations(MIGRATIONS).map((m) => [m.name, m.hash]));
    expect(Object.fromEntries(Object.keys(released).map((name) => [name, now[name]]))).toEqual(released);
  });

  it('refuse an edited one', () => {
    const { folder, open } = setUp();
    const path = join(folder, '0001_tables.sql');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n-- later thought\n`);
    expect(codeOf(open)).toBe('store/migration-edited');
  });

  it('refuse one in the journal that this program does not know', () => {
    const { folder, open } = setUp();
    rmSync(join(folder, '0002_search_and_ledger.sql'));
    writeFileSync(join(folder, '0002_other.sql'), 'SELECT 1;');
    expect(codeOf(open)).toBe('store/migration-unknown');
  });

  it('refuse one that was slipped in before an applied one, and a hole in the numbers', () => {
    const { folder, open, add } = setUp();
    cpSync(join(folder, '0002_search_and_ledger.sql'), join(folder, `${NEXT}_search_and_ledger.sql`));
    rmSync(join(folder, '0002_search_and_ledger.sql'));
    expect(codeOf(open)).toBe('store/migration-numbering');
    add('0002_between', 'SELECT 1;');
    expect(codeOf(open)).toMatch(/^store\/migration-(unknown|order)$/);
  });

  it('refuse an applied one out of its place', () => {
    const { open } = setUp();
    const store = openStore({ file: f.file, key: KEY });
    store.sqlite.exec("UPDATE migrations SET n = n + 10; UPDATE migrations SET n = 1 WHERE name = '0002_search_and_ledger'; UPDATE migrations SET n = 2 WHERE name = '0001_tables'");
    store.close();
    expect(codeOf(open)).toBe('store/migration-order');
  });

  it('refuse a newer store', () => {
    const { open, add, folder } = setUp();
    add(`${NEXT}_next`, 'CREATE TABLE next (a);');
    open().close();
    rmSync(join(folder, `${NEXT}_next.sql`));
    expect(codeOf(open)).toBe('store/newer');
  });

  it('keep the children when a parent table is rebuilt', () => {
    const { add, open } = setUp();
    add(`${NEXT}_rebuild`, REBUILD);
    const store = open();
    expect(store.sqlite.prepare('SELECT count(*) FROM receipts').pluck().get()).toBe(1);
    expect(store.sqlite.prepare('SELECT count(*) FROM outbox').pluck().get()).toBe(2);
    expect(store.sqlite.prepare('SELECT count(*) FROM pending_rows').pluck().get()).toBe(2);
    expect(store.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(store.sqlite.pragma('user_version', { simple: true })).toBe(KNOWN + 1);
    store.close();
    expect(readdirSync(f.folder)).toContain(`fieldbook.db.before-${NEXT}_rebuild.bak`);
  });

  it.each([
    ['fails half way', 'CREATE TABLE half (a); DELETE FROM packets; SELECT no_such_function();', 'store/migration-failed'],
    ['loses rows of a table that it does not name', 'DELETE FROM holds;', 'store/migration-lost-rows'],
    ['drops a table that it does not name', 'DROP TABLE holds;', 'store/migration-lost-rows'],
    ['leaves a child without parent', '-- changes: outbox\nDELETE FROM outbox WHERE n = 1;', 'store/migration-broken-keys'],
    ['cascades', 'CREATE TABLE kid (a TEXT REFERENCES outbox (commandId) ON DELETE CASCADE);', 'store/migration-cascade'],
    ['ends its transaction', 'COMMIT; CREATE TABLE outside (a);', 'store/migration-ended-transaction'],
    ['ends its transaction in other words', 'END TRANSACTION; CREATE TABLE outside (a);', 'store/migration-ended-transaction'],
  ])('leave the store as it was when one %s', (_what, sql, code) => {
    const { folder, add, open } = setUp();
    const before = openStore({ file: f.file, key: KEY });
    const had = counts(before);
    before.close();
    add(`${NEXT}_bad`, sql);
    expect(codeOf(open)).toBe(code);
    rmSync(join(folder, `${NEXT}_bad.sql`));
    const store = open();
    expect(counts(store)).toEqual(had);
    expect(store.sqlite.pragma('user_version', { simple: true })).toBe(KNOWN);
    for (const table of ['half', 'outside', 'kid']) expect([table, store.sqlite.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table)]).toEqual([table, undefined]);
    expect(rowById(store, 'packets', PACKET)?.openHolds).toBe(2);
    store.close();
    expect(existsSync(`${f.file}.before-${NEXT}_bad.bak`)).toBe(true);
  });

  it('may change the tables that they name', () => {
    const { add, open } = setUp();
    add(`${NEXT}_tidy`, '-- changes: holds, packets\nDELETE FROM holds;');
    const store = open();
    expect(store.sqlite.prepare('SELECT count(*) FROM holds').pluck().get()).toBe(0);
    store.close();
  });
});
