/**
 * Encrypted copies of the open store, checked before they count, and putting one back. SQLite's own online backup does not work on
 * encrypted files, and copying the open file from outside would drop its lock: `VACUUM INTO` it is. Must never delete what a restore replaces.
 */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { assertNotPlain, openStore, type Store, transact } from './open.ts';
import { rebuildSearch } from './search.ts';
import { StoreError } from './store-error.ts';
import { set } from './sync-state.ts';

function sync(file: string): void {
  const fd = openSync(file, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes a verified copy under the same key to `target`. Throws `store/backup-failed`; an older copy at `target` then stays. */
export function backup(store: Store, key: Buffer, target: string): void {
  const part = `${target}.part`;
  for (const tail of ['', '-wal', '-shm']) rmSync(part + tail, { force: true });
  store.prepare('VACUUM INTO ?').run(part);
  assertNotPlain(part);
  const copy = openStore({ file: part, key });
  try {
    // The copy may have numbered its rows anew.
    transact(copy, () => rebuildSearch(copy));
    if (copy.sqlite.pragma('integrity_check(1)', { simple: true }) !== 'ok') throw new StoreError('store/backup-failed');
  } finally {
    copy.close();
  }
  sync(part);
  renameSync(part, target);
}

/** Puts a backup in place of a closed store; what was there is kept as `<file>.replaced`. The next act opens a new epoch [SYN-2]. Throws what `openStore` throws. */
export function restoreBackup(from: string, file: string, key: Buffer): void {
  for (const tail of ['', '-wal', '-shm']) if (existsSync(file + tail)) renameSync(file + tail, `${file}.replaced${tail}`);
  copyFileSync(from, file);
  sync(file);
  const store = openStore({ file, key });
  try {
    set(store, 'epoch', null);
  } finally {
    store.close();
  }
}
