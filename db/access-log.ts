/** Which packets were opened or exported and that a search was made (domain 0.4 item 9): ids and times only, never what was typed. */
import { transact, type Store } from './open.ts';

export type AccessNote = { readonly id: string; readonly at: string; readonly what: 'packet' | 'search' | 'export'; readonly packetId: string | null };

/** Notes one access. `at`: instant; `id` is the host's. */
export function noteAccess(store: Store, note: AccessNote): void {
  transact(store, () => store.prepare('INSERT INTO access_log ("id", "at", "what", "packetId") VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(note.id, note.at, note.what, note.packetId));
}

/** Notes that HQ does not have yet, oldest first. */
export const unsentAccess = (store: Store, limit = 1000): readonly AccessNote[] =>
  store.prepare('SELECT "id", "at", "what", "packetId" FROM access_log WHERE "sentAt" IS NULL ORDER BY "at" LIMIT ?').all(limit) as AccessNote[];

/** Marks notes as received by HQ. */
export function accessSent(store: Store, ids: readonly string[], now: string): void {
  transact(store, () => { for (const id of ids) store.prepare('UPDATE access_log SET "sentAt" = ? WHERE "id" = ?').run(now, id); });
}
