/**
 * Full-text search over packets, in two indexes whose rowid is the packet's: who it is about (name, A-number, event number, agency, preparer), and what its
 * papers and notes say. Brought up to date before every commit that wrote such rows (`transact`), never by a trigger. A packet under any open hold has no
 * papers in it, whatever the hold is for: so that one under restricted handling is like all of them (8 U.S.C. 1367). Never reads a `restricted:` stream.
 */
import { normalANumber } from '../shared/domain/packet.ts';
import { packetTexts, type PacketText } from '../shared/domain/packet-texts.ts';
import { indexed, paperWords, type SearchWord, searchWords } from '../shared/domain/search-words.ts';
import type { TableName } from '../shared/rows.ts';
import { memoised, type Store } from './open.ts';
import { get, set } from './sync-state.ts';

/** Tables whose words belong to the packet that their row names. */
export const PAPER_TABLES = ['packet_versions', 'holds', 'returns', 'claims', 'custody_events', 'lookback_reviews', 'pins'] as const satisfies readonly TableName[];
const PAPERS: ReadonlySet<TableName> = new Set(PAPER_TABLES);
export const isPaper = (table: TableName): boolean => PAPERS.has(table);
/** All that a search reads: what it found stands until one of them changes. */
export const SEARCHED_TABLES = ['packets', 'subjects', 'agencies', 'officers', ...PAPER_TABLES] as const satisfies readonly TableName[];

/** Goes up when the same rows would be indexed otherwise: stores of an older one are indexed again as they are opened. */
const EDITION = '3';
/** All that indexing asks of one packet, at once: it runs for every packet that is pulled. */
const PACKET = `SELECT p.rowid AS docId, p."eventNumber", p."agencyId", p."preparerId", s."name", s."aNumber", p."openHolds" > 0 OR EXISTS (SELECT 1 FROM holds h WHERE h."packetId" = p."id" AND h."releasedAt" IS NULL) AS isHeld,
  v."content" FROM packets p LEFT JOIN subjects s ON s."id" = p."subjectId" LEFT JOIN packet_versions v ON v."id" = p."id" || '.' || p."currentVersion" WHERE p."id" = ?`;
type Found = {
  readonly docId: number; readonly eventNumber: string; readonly agencyId: string; readonly preparerId: string; readonly name: string | null; readonly aNumber: string | null; readonly isHeld: number; readonly content: string | null;
};
/** What was written about the packet: returns, released holds but restricted handling, and what every reader of the packet sees of claims, custody, look-back reviews and pins. */
const NOTES = `SELECT 'return' AS path, "note" AS text, "deficiencies" AS more FROM returns WHERE "packetId" = ? UNION ALL SELECT 'hold', "reason", "releaseNote" FROM holds WHERE "packetId" = ? AND "rule" <> 'RESTRICTED'
  UNION ALL SELECT 'claim', "statement", "outcomeNote" FROM claims WHERE "packetId" = ? AND "stream" NOT LIKE 'restricted:%'
  UNION ALL SELECT 'custody', '', "details" FROM custody_events WHERE "packetId" = ? AND "stream" NOT LIKE 'restricted:%'
  UNION ALL SELECT 'look-back', coalesce("outcomeNote", ''), NULL FROM lookback_reviews WHERE "packetId" = ? AND "stream" NOT LIKE 'restricted:%'
  UNION ALL SELECT 'pin', "quote", NULL FROM pins WHERE "packetId" = ? AND "stream" NOT LIKE 'restricted:%'`;
type Note = { readonly path: string; readonly text: string; readonly more: string | null };

/** The words that a packet is known by. */
export type Names = { readonly name: string; readonly aNumber: string | null; readonly eventNumber: string; readonly agency: string; readonly preparer: string };
type Known = ReadonlyMap<string, string>;
/** Names of agencies and officers by id: few, and asked for by every packet. */
const known = (store: Store): { readonly agencies: Known; readonly officers: Known } => {
  const of = (table: 'agencies' | 'officers'): Known => memoised(store, `search.${table}`, [table], '', () => new Map(store.prepare(`SELECT "id", "name" FROM ${table}`).raw().all() as [string, string][]));
  return { agencies: of('agencies'), officers: of('officers') };
};
const namesIn = ({ agencies, officers }: ReturnType<typeof known>, f: Found): Names =>
  ({ name: f.name ?? '', aNumber: f.aNumber, eventNumber: f.eventNumber, agency: agencies.get(f.agencyId) ?? '', preparer: officers.get(f.preparerId) ?? '' });
/** The A-number as people type it: whole, without its zeros, and in groups. */
export function numberText(aNumber: string | null): string {
  const digits = normalANumber(aNumber);
  return digits ? [digits, digits.replace(/^0+/, ''), digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)].join(' ') : aNumber ?? '';
}
/** What somebody wrote in a custody event; ids, codes and times are no words. */
const wordsOfDetails = (details: string): readonly string[] =>
  Object.values(JSON.parse(details) as Readonly<Record<string, unknown>>).filter((v): v is string => typeof v === 'string' && /[\p{L}]{2}/u.test(v) && !/^\d{4}-\d{2}-\d{2}T/.test(v));
/** The texts that may be searched: the current version's and the notes. None while the packet is under a hold. */
function textsIn(store: Store, packetId: string, { isHeld, content }: Found): readonly PacketText[] {
  if (isHeld === 1) return [];
  const found = content === null ? [] : [...packetTexts(content)];
  for (const { path, text, more } of store.prepare(NOTES).all(...Array<string>(6).fill(packetId)) as Note[]) {
    const others = path === 'return' ? (JSON.parse(more ?? '[]') as { readonly note: string }[]).map((d) => d.note) : path === 'custody' ? wordsOfDetails(more ?? '{}') : [more ?? ''];
    for (const words of [text, ...others]) if (words !== '') found.push({ where: 'note', path: `/${path}`, text: words });
  }
  return found;
}
/** What the search knows of one packet; null when it is gone. `texts` is asked for only where names do not do. */
export function searchable(store: Store, packetId: string): { readonly names: Names; readonly texts: () => readonly PacketText[] } | null {
  const found = store.prepare(PACKET).get(packetId) as Found | undefined;
  return found ? { names: namesIn(known(store), found), texts: () => textsIn(store, packetId, found) } : null;
}

/** Indexes what is due; a packet that is gone is skipped. Inside the transaction that wrote the rows. */
export function indexDue(store: Store): void {
  const find = store.prepare(PACKET);
  const names = known(store);
  const writeNames = store.prepare('INSERT OR REPLACE INTO packet_search (rowid, text) VALUES (?, ?)');
  const writePapers = store.prepare('INSERT OR REPLACE INTO packet_search_papers (rowid, text) VALUES (?, ?)');
  const dropPapers = store.prepare('DELETE FROM packet_search_papers WHERE rowid = ?');
  for (const [id, due] of store.searchDue) {
    const found = find.get(id) as Found | undefined;
    if (!found) continue;
    const { name, agency, preparer, aNumber, eventNumber } = namesIn(names, found);
    writeNames.run(found.docId, `${indexed(`${name} ${agency} ${preparer}`)} ${numberText(aNumber)} ${eventNumber}`);
    if (due === 'names') continue;
    const texts = textsIn(store, id, found);
    if (texts.length > 0) writePapers.run(found.docId, indexed(texts.map((t) => t.text).join('\n')));
    else dropPapers.run(found.docId);
  }
  store.searchDue.clear();
}

/** Removes packets from both indexes; call before their rows go. `where`: a condition on `packets`. */
export function unindex(store: Store, where: string, ...values: readonly string[]): void {
  for (const table of ['packet_search', 'packet_search_papers']) store.prepare(`DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM packets WHERE ${where})`).run(...values);
}

/** Builds both indexes again: after a copy that may have renumbered rows. Inside a transaction. */
export function rebuildSearch(store: Store): void {
  for (const table of ['packet_search', 'packet_search_papers']) store.sqlite.exec(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`);
  for (const id of store.prepare('SELECT "id" FROM packets').pluck().all() as string[]) store.searchDue.set(id, 'all');
  indexDue(store);
  set(store, 'searchEdition', EDITION);
}
/** True when the indexes are not what this program makes of the rows. */
export const isSearchOld = (store: Store): boolean => get(store, 'searchEdition') !== EDITION;

/** One word as the index is asked for it: letters and digits in quotes, so that nothing typed is query language. */
const expressionOf = ({ text, begins, run }: SearchWord): string => (run ? run.map((pair) => `"${pair}"${begins ? '*' : ''}`).join(' ') : `"${text}"${begins ? '*' : ''}`);
/** The FTS5 expression for what a person typed, all words asked for. Null when nothing searchable is left. */
export const matchOf = (words: readonly SearchWord[]): string | null => (words.length === 0 ? null : words.map(expressionOf).join(' '));

const rowids = (store: Store, table: string, match: string): ReadonlySet<number> => new Set(store.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`).pluck().all(match) as number[]);
const union = (a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> => (a.size < b.size ? union(b, a) : b.size === 0 ? a : new Set([...a, ...b]));

/** Rowids of the packets that have every word, each in names or papers. Null when nothing searchable was typed. */
export function searchPackets(store: Store, typed: string): ReadonlySet<number> | null {
  const words = searchWords(typed);
  const all = matchOf(words);
  if (all === null) return null;
  const inPapers = paperWords(words);
  if (inPapers === null) return rowids(store, 'packet_search', all);
  const each = words.map((word, n) => union(rowids(store, 'packet_search', expressionOf(word)), rowids(store, 'packet_search_papers', expressionOf(inPapers[n] ?? word))));
  const [first = new Set<number>(), ...others] = each.sort((a, b) => a.size - b.size);
  return others.length === 0 ? first : new Set([...first].filter((n) => others.every((o) => o.has(n))));
}
