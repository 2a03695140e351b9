/**
 * Full-text search over packets: subject name, A-number, event number, agency and preparer name. Filled per pulled page.
 * A document's rowid is its packet's rowid. Must never index narratives, holds or reasons (restricted handling), nor run in a trigger.
 */
import { normalANumber } from '../shared/domain/packet.ts';
import type { Store } from './open.ts';

const TEXT = `SELECT p.rowid AS docId, p."eventNumber", s."name", s."aNumber", a."name" AS agency, o."name" AS preparer FROM packets p
  LEFT JOIN subjects s ON s."id" = p."subjectId" LEFT JOIN agencies a ON a."id" = p."agencyId" LEFT JOIN officers o ON o."id" = p."preparerId"`;
type Found = { readonly docId: number; readonly eventNumber: string; readonly name: string | null; readonly aNumber: string | null; readonly agency: string | null; readonly preparer: string | null };

const textOf = (f: Found): string => {
  const digits = normalANumber(f.aNumber);
  const number = digits ? [digits, digits.replace(/^0+/, ''), digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)].join(' ') : f.aNumber ?? '';
  const words = [f.name, f.agency, f.preparer].filter((w) => w !== null).join(' ');
  // O'Brien is found by `obrien` too.
  const joined = [...words.matchAll(/\S+['’ʼ]\S+/g)].map((m) => m[0].replace(/['’ʼ]/g, '')).join(' ');
  return `${words} ${joined} ${number} ${f.eventNumber}`.normalize('NFC');
};

/** Indexes these packets again from their rows; a packet that is gone is skipped. */
export function indexPackets(store: Store, packetIds: Iterable<string>): void {
  const find = store.prepare(`${TEXT} WHERE p."id" = ?`);
  const write = store.prepare('INSERT OR REPLACE INTO packet_search (rowid, text) VALUES (?, ?)');
  for (const id of packetIds) {
    const found = find.get(id) as Found | undefined;
    if (found) write.run(found.docId, textOf(found));
  }
}

/** Removes a packet's document; call before the packet's row goes. */
export function unindexPacket(store: Store, packetId: string): void {
  store.prepare('DELETE FROM packet_search WHERE rowid = (SELECT rowid FROM packets WHERE "id" = ?)').run(packetId);
}

/** Builds the whole index again: after a copy that may have renumbered rows. */
export function rebuildSearch(store: Store): void {
  store.sqlite.exec("INSERT INTO packet_search (packet_search) VALUES ('delete-all')");
  indexPackets(store, store.prepare('SELECT "id" FROM packets').pluck().all() as string[]);
}

/** The FTS5 expression for what a person typed: every word must begin a word of the document (a single letter must be one). Null when nothing searchable is left. */
export function matchOf(typed: string): string | null {
  const words = typed.normalize('NFC').replace(/\bA[-#:]?(?=\d)/gi, '').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const isANumber = /^\s*A[-\s]?\d{3}/i.test(typed);
  const kept = words.filter((w, n) => !(isANumber && n === 0 && /^a$/i.test(w))).slice(0, 12);
  return kept.length === 0 ? null : kept.map((w) => (w.length === 1 ? `"${w}"` : `"${w}"*`)).join(' ');
}
