/**
 * Opens the laptop's encrypted store: cipher, key, every pragma set and asserted, migrations. Fails closed.
 * Must never make or accept a plaintext file, write to a file whose key or schema is not ours, or load the native module on a Node.js
 * that it crashes (before 22.14). Opening or closing the file by other means drops the lock that SQLite holds: never do it while open.
 */
import type SqliteDatabase from 'better-sqlite3';
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { migrate, pending, readMigrations } from './migrate.ts';
import { indexDue, isSearchOld, rebuildSearch } from './search.ts';
import { asStoreError, StoreError } from './store-error.ts';

export { StoreError } from './store-error.ts';
export type Sqlite = SqliteDatabase.Database;
export type Prepared = SqliteDatabase.Statement<unknown[], unknown>;

/** One open store. Single connection, exclusive lock; statements are prepared once. */
export type Store = {
  readonly sqlite: Sqlite; readonly file: string;
  /** A prepared statement, cached for the life of the store. */
  readonly prepare: (sql: string) => Prepared;
  /** Goes up with every write to the table through this store: what caches compare. */
  readonly revision: (table: string) => number;
  readonly touch: (table: string) => void;
  /** Ids of packets written since the queue's columns were read (`queue-index.ts`). */
  readonly changedPackets: Set<string>;
  /** The officer of each row of a DIO's file written since the files were read (`queries/officer-files.ts`): one entry a write, and no more of them than are worth reading one by one. */
  readonly changedOfficers: string[];
  /** Packets whose words are to be indexed before the next commit: their names, or their papers and notes too. */
  readonly searchDue: Map<string, 'names' | 'all'>;
  /** Values derived from rows, with the revision they were derived at. */
  readonly memo: Map<string, { readonly at: string; readonly value: unknown }>;
  readonly close: () => void;
};

/** 'FBK1': marks a file as Fieldbook's. */
export const APPLICATION_ID = 0x46424b31;
/** 16 KiB pages: half the time of 4 KiB ones on a bulk pull with this cipher. The cipher needs the size before the first read. */
export const PAGE_SIZE = 16_384;
export const MIGRATIONS = join(import.meta.dirname, 'migrations');
const PLAIN = 'SQLite format 3\0';

/** What must hold on every open; `synchronous` silently falls back to NORMAL otherwise, temp files would be plaintext. */
export const PRAGMAS: readonly (readonly [name: string, set: string | number, expect: string | number])[] = [
  ['synchronous', 'FULL', 2], ['temp_store', 'MEMORY', 2], ['foreign_keys', 'ON', 1],
  // Without it INSERT OR REPLACE removes a ledger row without firing its trigger.
  ['recursive_triggers', 'ON', 1], ['trusted_schema', 'OFF', 0], ['cell_size_check', 'ON', 1], ['secure_delete', 'ON', 1],
  ['cache_size', -65_536, -65_536], ['wal_autocheckpoint', 1000, 1000], ['journal_size_limit', 67_108_864, 67_108_864], ['mmap_size', 0, 0],
  ['fullfsync', process.platform === 'darwin' ? 1 : 0, process.platform === 'darwin' ? 1 : 0],
  ['checkpoint_fullfsync', process.platform === 'darwin' ? 1 : 0, process.platform === 'darwin' ? 1 : 0],
];

/** Throws `store/node-too-old` where the native module would crash the process. */
export function assertNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 14)) return;
  throw new StoreError('store/node-too-old', { needs: '22.14', found: version });
}

/** Throws `store/plaintext` when the file starts like an unencrypted database. Call with no connection open on it. */
export function assertNotPlain(file: string): void {
  const head = Buffer.alloc(16);
  const fd = openSync(file, 'r');
  try {
    readSync(fd, head, 0, 16, 0);
  } finally {
    closeSync(fd);
  }
  if (head.toString('latin1') === PLAIN) throw new StoreError('store/plaintext');
}

/** A keyed connection that has proved its key: `sqlcipher`, legacy 4, raw 32-byte key, exclusive. Throws `store/wrong-key` and leaves the file untouched. */
export function connect(file: string, key: Buffer): Sqlite {
  assertNode();
  if (key.length !== 32) throw new StoreError('store/bad-key', { bytes: key.length });
  // Loaded here and not at the top: an import would run before the check above.
  const Database = createRequire(import.meta.url)('better-sqlite3') as typeof SqliteDatabase;
  const sqlite = new Database(file, { timeout: 250 });
  const phrase = Buffer.from(`x'${key.toString('hex')}'`);
  try {
    sqlite.pragma("cipher='sqlcipher'");
    sqlite.pragma('legacy=4');
    sqlite.pragma(`legacy_page_size=${PAGE_SIZE}`);
    (sqlite as unknown as { readonly key: (raw: Buffer) => number }).key(phrase);
    sqlite.pragma('locking_mode=EXCLUSIVE');
    sqlite.prepare('SELECT count(*) FROM sqlite_master').get();
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw asStoreError(error);
  } finally {
    phrase.fill(0);
  }
}

/** Sets every pragma and asserts it. Throws `store/pragma` naming the one that did not hold. */
export function setPragmas(sqlite: Sqlite): void {
  const value = (name: string): unknown => sqlite.pragma(name, { simple: true });
  const assert = (name: string, expect: unknown): void => {
    const found = value(name);
    if (found !== expect) throw new StoreError('store/pragma', { name, expected: expect, found });
  };
  assert('cipher', 'sqlcipher');
  assert('locking_mode', 'exclusive');
  sqlite.pragma('journal_mode=WAL');
  assert('journal_mode', 'wal');
  assert('page_size', PAGE_SIZE);
  for (const [name, set, expect] of PRAGMAS) {
    sqlite.pragma(`${name}=${set}`);
    assert(name, expect);
  }
}

/** Makes the empty encrypted file with our id, and looks at its first bytes. */
export function createFile(file: string, key: Buffer, applicationId = APPLICATION_ID): void {
  const sqlite = connect(file, key);
  try {
    sqlite.pragma(`page_size=${PAGE_SIZE}`);
    setPragmas(sqlite);
    sqlite.pragma(`application_id=${applicationId}`);
  } finally {
    sqlite.close();
  }
  try {
    assertNotPlain(file);
  } catch (error) {
    for (const tail of ['', '-wal', '-shm']) rmSync(file + tail, { force: true });
    throw error;
  }
}

/**
 * Opens the store, or makes it with `isNew`. Throws `StoreError`: store/missing, store/exists, store/plaintext, store/wrong-key, store/in-use,
 * store/not-ours, store/newer, store/damaged, store/pragma, store/migration-*, store/node-too-old. `key`: 32 raw bytes, not kept.
 */
export function openStore({ file, key, isNew = false, migrations = MIGRATIONS }: { readonly file: string; readonly key: Buffer; readonly isNew?: boolean; readonly migrations?: string }): Store {
  assertNode();
  const isThere = existsSync(file) && statSync(file).size > 0;
  if (isNew && isThere) throw new StoreError('store/exists');
  // SQLite would silently make a new, empty store of a missing or emptied file.
  if (!isNew && !isThere) throw new StoreError('store/missing');
  if (isNew) createFile(file, key);
  assertNotPlain(file);
  const known = readMigrations(migrations);
  // A clean close removes the write-ahead log.
  const wasUnclean = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
  let sqlite = connect(file, key);
  try {
    const id = sqlite.pragma('application_id', { simple: true });
    if (id !== APPLICATION_ID) throw new StoreError('store/not-ours', { found: id });
    const schema = Number(sqlite.pragma('user_version', { simple: true }));
    if (schema > known.length) throw new StoreError('store/newer', { schema, known: known.length });
    const open = pending(sqlite, known);
    setPragmas(sqlite);
    if (open.length > 0) {
      let backup: string | null = null;
      if (schema > 0) {
        // Copied while closed: opening the file beside SQLite would drop its lock.
        sqlite.pragma('wal_checkpoint(TRUNCATE)');
        sqlite.close();
        backup = copyBeside(file, `${file}.before-${open[0]?.name ?? 'migration'}.bak`);
        sqlite = connect(file, key);
        setPragmas(sqlite);
      }
      try {
        migrate(sqlite, migrations);
      } catch (error) {
        const isWhole = !sqlite.inTransaction && sqlite.pragma('quick_check', { simple: true }) === 'ok';
        sqlite.close();
        const hasLeftOver = error instanceof StoreError && error.problem.code === 'store/migration-ended-transaction';
        if ((!isWhole || hasLeftOver) && backup) restoreCopy(backup, file);
        throw error;
      }
    }
    if (wasUnclean && sqlite.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new StoreError('store/damaged');
    // Nothing is in flight right after an open: what was being sent is ready again.
    sqlite.exec("UPDATE outbox SET state = 'ready' WHERE state = 'sending'");
  } catch (error) {
    if (sqlite.open) sqlite.close();
    throw asStoreError(error);
  }
  const store = storeOver(sqlite, file);
  try {
    if (isSearchOld(store)) transact(store, () => rebuildSearch(store));
  } catch (error) {
    store.close();
    throw asStoreError(error);
  }
  return store;
}

/** Copies a closed store beside itself: written, synced, then renamed. Returns the copy's path. */
function copyBeside(file: string, target: string): string {
  copyFileSync(file, `${target}.part`);
  const fd = openSync(`${target}.part`, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${target}.part`, target);
  return target;
}
/** Puts a copy back; what stood there is kept under another name, never deleted. */
function restoreCopy(backup: string, file: string): void {
  for (const tail of ['', '-wal', '-shm']) if (existsSync(file + tail)) renameSync(file + tail, `${file}.failed-migration${tail}`);
  copyFileSync(backup, file);
}

/** Statements of one connection, each prepared once. */
export function statementsOf(sqlite: Sqlite): { readonly prepare: (sql: string) => Prepared; readonly clear: () => void } {
  const prepared = new Map<string, Prepared>();
  return {
    prepare: (sql) => {
      let statement = prepared.get(sql);
      if (!statement) {
        statement = sqlite.prepare(sql) as Prepared;
        prepared.set(sql, statement);
      }
      return statement;
    },
    clear: () => prepared.clear(),
  };
}

function storeOver(sqlite: Sqlite, file: string): Store {
  const statements = statementsOf(sqlite);
  const revisions = new Map<string, number>();
  const memo = new Map<string, { readonly at: string; readonly value: unknown }>();
  return {
    sqlite, file, memo, changedPackets: new Set(), changedOfficers: [], searchDue: new Map(), prepare: statements.prepare,
    revision: (table) => revisions.get(table) ?? 0,
    touch: (table) => { revisions.set(table, (revisions.get(table) ?? 0) + 1); },
    close: () => {
      statements.clear();
      memo.clear();
      if (sqlite.open) sqlite.close();
    },
  };
}

/** `compute()` once per revision of `tables` (and per `extra`). */
export function memoised<T>(store: Store, name: string, tables: readonly string[], extra: string, compute: () => T): T {
  const at = `${tables.map((t) => store.revision(t)).join('.')}|${extra}`;
  const found = store.memo.get(name);
  if (found?.at === at) return found.value as T;
  const value = compute();
  store.memo.set(name, { at, value });
  return value;
}

/** Runs `work` in one BEGIN IMMEDIATE transaction; a throw rolls everything back and comes out as a `StoreError` when SQLite was the cause. */
export function transact<T>(store: Store, work: () => T, shouldKeep: (value: T) => boolean = () => true): T {
  const { sqlite } = store;
  try {
    sqlite.exec('BEGIN IMMEDIATE');
    const value = work();
    const isKept = shouldKeep(value);
    // What is due after a rollback is indexed again with the next commit: from rows, so that it cannot be wrong.
    if (isKept && store.searchDue.size > 0) indexDue(store);
    sqlite.exec(isKept ? 'COMMIT' : 'ROLLBACK');
    return value;
  } catch (error) {
    // SQLite itself may have rolled back already (disk full).
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
    throw asStoreError(error);
  }
}
