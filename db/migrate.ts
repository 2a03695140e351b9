/**
 * Our own migration runner: a journal by name and SHA-256, strict order, all pending migrations in one transaction.
 * 1. refuse unknown, edited, out of order, newer  2. foreign keys off outside the transaction  3. run, count rows, check, record  4. commit or nothing.
 * Must never lose a row of a table that a migration does not name in its `-- changes: a, b` line. The backup before is `open.ts`'s.
 */
import type SqliteDatabase from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asStoreError, StoreError } from './store-error.ts';

export type Migration = { readonly name: string; readonly sql: string; readonly hash: string; readonly changes: readonly string[] };
type Sqlite = SqliteDatabase.Database;

const JOURNAL = 'CREATE TABLE IF NOT EXISTS "migrations" ("n" INTEGER PRIMARY KEY NOT NULL, "name" TEXT NOT NULL UNIQUE, "hash" TEXT NOT NULL, "appliedAt" TEXT NOT NULL)';

/** The migrations of a folder, ordered. Throws `store/migration-numbering` unless they count 0001, 0002, ... without a hole. */
export function readMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder).filter((name) => name.endsWith('.sql')).sort().map((file, n) => {
    const name = file.slice(0, -4);
    if (!name.startsWith(`${String(n + 1).padStart(4, '0')}_`)) throw new StoreError('store/migration-numbering', { name, expected: n + 1 });
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    const changes = [...sql.matchAll(/^-- changes: *(.+)$/gm)].flatMap((m) => (m[1] ?? '').split(',').map((t) => t.trim()).filter(Boolean));
    return { name, sql, hash: createHash('sha256').update(sql).digest('hex'), changes };
  });
}

/** Migrations still to apply. Throws store/newer, store/migration-unknown, store/migration-edited or store/migration-order; writes nothing. */
export function pending(sqlite: Sqlite, known: readonly Migration[]): readonly Migration[] {
  const schema = Number(sqlite.pragma('user_version', { simple: true }));
  const hasJournal = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").get() !== undefined;
  const applied = hasJournal ? sqlite.prepare('SELECT name, hash FROM migrations ORDER BY n').all() as { readonly name: string; readonly hash: string }[] : [];
  if (schema > known.length) throw new StoreError('store/newer', { schema, known: known.length });
  for (const [n, { name, hash }] of applied.entries()) {
    const ours = known.find((m) => m.name === name);
    if (!ours) throw new StoreError('store/migration-unknown', { name });
    if (known[n] !== ours) throw new StoreError('store/migration-order', { name, expected: known[n]?.name ?? null });
    if (ours.hash !== hash) throw new StoreError('store/migration-edited', { name });
  }
  if (schema !== applied.length) throw new StoreError('store/migration-order', { schema, journal: applied.length });
  return known.slice(applied.length);
}

const tablesOf = (sqlite: Sqlite): readonly string[] =>
  (sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'packet_search%' AND name <> 'migrations'").pluck().all() as string[]);
const countsOf = (sqlite: Sqlite, tables: readonly string[]): ReadonlyMap<string, number> =>
  new Map(tables.map((t) => [t, sqlite.prepare(`SELECT count(*) FROM "${t}" NOT INDEXED`).pluck().get() as number]));

/** Applies what is pending and returns the names. Throws `StoreError`; the store is then exactly as before. */
export function migrate(sqlite: Sqlite, folder: string): readonly string[] {
  const known = readMigrations(folder);
  const open = pending(sqlite, known);
  if (open.length === 0) return [];
  // Does nothing inside a transaction; with keys on, a table rebuild would cascade.
  sqlite.pragma('foreign_keys=OFF');
  let current = '';
  try {
    sqlite.exec('BEGIN EXCLUSIVE');
    sqlite.exec(JOURNAL);
    for (const migration of open) {
      current = migration.name;
      if (/ON\s+DELETE\s+CASCADE/i.test(migration.sql)) throw new StoreError('store/migration-cascade', { name: current });
      if (/(^|;)\s*(COMMIT|ROLLBACK)\b/im.test(migration.sql)) throw new StoreError('store/migration-ended-transaction', { name: current });
      const tables = tablesOf(sqlite);
      const before = countsOf(sqlite, tables);
      sqlite.exec(migration.sql);
      if (!sqlite.inTransaction) throw new StoreError('store/migration-ended-transaction', { name: current });
      const left = new Set(tablesOf(sqlite));
      for (const [table, count] of before) {
        if (migration.changes.includes(table)) continue;
        const found = left.has(table) ? countsOf(sqlite, [table]).get(table) : 0;
        if (found !== count) throw new StoreError('store/migration-lost-rows', { name: current, table, before: count, after: found });
      }
      sqlite.prepare("INSERT INTO migrations (n, name, hash, appliedAt) VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))").run(known.indexOf(migration) + 1, current, migration.hash);
      current = migration.name;
    }
    const broken = sqlite.pragma('foreign_key_check') as readonly unknown[];
    if (broken.length > 0) throw new StoreError('store/migration-broken-keys', { name: current, count: broken.length });
    const integrity = sqlite.pragma('integrity_check(1)', { simple: true });
    if (integrity !== 'ok') throw new StoreError('store/migration-damaged', { name: current });
    sqlite.pragma(`user_version=${known.length}`);
    sqlite.exec('COMMIT');
  } catch (error) {
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
    const known = asStoreError(error);
    throw known instanceof StoreError ? known : new StoreError('store/migration-failed', { name: current }, error);
  } finally {
    if (!sqlite.inTransaction) sqlite.pragma('foreign_keys=ON');
  }
  return open.map((m) => m.name);
}
