/** Unfinished work of the person, as encrypted rows: what survives a lock or a crash. Never sent to HQ. */
import type { Draft } from '../shared/api.ts';
import { transact, type Store } from './open.ts';

/** Stores a draft under its key. `now`: instant. Throws `store/disk-full`. */
export function saveDraft(store: Store, key: string, body: string, now: string): void {
  transact(store, () => store.prepare(`INSERT INTO drafts ("key", "body", "savedAt") VALUES (?, ?, ?)
    ON CONFLICT ("key") DO UPDATE SET "body" = excluded."body", "savedAt" = excluded."savedAt"`).run(key, body, now));
  store.touch('drafts');
}

/** The draft under this key, or null. */
export function getDraft(store: Store, key: string): Draft | null {
  return (store.prepare('SELECT "key", "body", "savedAt" FROM drafts WHERE "key" = ?').get(key) as Draft | undefined) ?? null;
}

/** Forgets a draft; nothing happens when there is none. */
export function dropDraft(store: Store, key: string): void {
  transact(store, () => store.prepare('DELETE FROM drafts WHERE "key" = ?').run(key));
  store.touch('drafts');
}

/** Keys of all drafts: few, as each is one open screen. */
export const draftKeys = (store: Store): readonly string[] => store.prepare('SELECT "key" FROM drafts').pluck().all() as string[];
