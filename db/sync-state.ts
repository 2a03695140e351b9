/** Small named facts of this laptop's sync: who it is, HQ's key, generation, anchor and times. Plain text values in the encrypted store. */
import { transact, type Store } from './open.ts';

export const SYNC_KEYS = ['device', 'pm', 'hqJwk', 'issuer', 'generation', 'anchor', 'lastHqTime', 'skewMs', 'lastPullAt', 'lastReceivedAt', 'epoch', 'sweep', 'searchEdition'] as const;
export type SyncKey = (typeof SYNC_KEYS)[number];

/** The value, or null when it was never set. */
export function get(store: Store, key: SyncKey): string | null {
  return (store.prepare('SELECT "value" FROM sync_state WHERE "key" = ?').pluck().get(key) as string | undefined) ?? null;
}

/** Stores the value (null removes it). Inside an open transaction it joins that one. */
export function set(store: Store, key: SyncKey, value: string | null): void {
  const write = (): void => {
    if (value === null) store.prepare('DELETE FROM sync_state WHERE "key" = ?').run(key);
    else store.prepare('INSERT INTO sync_state ("key", "value") VALUES (?, ?) ON CONFLICT ("key") DO UPDATE SET "value" = excluded."value"').run(key, value);
    store.touch('sync_state');
  };
  if (store.sqlite.inTransaction) write();
  else transact(store, write);
}
