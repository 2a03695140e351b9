/** The plain way that a pull is compared with: the same rows, file settings, indexes and words to search, one prepared statement a table, 500 rows a transaction. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type SqliteDatabase from 'better-sqlite3';
import { MIGRATIONS, openStore, PAGE_SIZE, type Sqlite } from '../db/open.ts';
import { COLUMNS } from '../db/schema.ts';
import { numberText } from '../db/search.ts';
import { packetTexts } from '../shared/domain/packet-texts.ts';
import { indexed } from '../shared/domain/search-words.ts';
import { BOOLEAN_COLUMNS, JSON_COLUMNS, type TableName, versionId } from '../shared/rows.ts';
import type { BenchRow } from './bench-seed.ts';

/** `names` and `papers`: what a packet has in the two search indexes, made ahead so that only its insert counts. */
export type Values = { readonly table: TableName; readonly values: readonly unknown[]; readonly names: string | null; readonly papers: string | null };

/** Rows as bound values, in their order. */
export function prepareRows(rows: readonly BenchRow[]): readonly Values[] {
  const of = <T>(table: TableName): ReadonlyMap<string, T> => new Map(rows.filter((r) => r.table === table).map((r) => [r.row.id, r.row as unknown as T]));
  const subjects = of<{ readonly name: string; readonly aNumber: string | null }>('subjects');
  const named = [of<{ readonly name: string }>('agencies'), of<{ readonly name: string }>('officers')] as const;
  const versions = of<{ readonly content: string }>('packet_versions');
  return rows.map(({ table, row }): Values => {
    const raw = row as unknown as Readonly<Record<string, unknown>>;
    const json: readonly string[] = JSON_COLUMNS[table];
    const bool: readonly string[] = BOOLEAN_COLUMNS[table];
    const values = COLUMNS[table].map((c) => (json.includes(c) ? JSON.stringify(raw[c]) : bool.includes(c) ? (raw[c] ? 1 : 0) : raw[c] ?? null));
    if (table !== 'packets') return { table, values, names: null, papers: null };
    const subject = subjects.get(String(raw.subjectId));
    const names = `${subject?.name ?? ''} ${named[0].get(String(raw.agencyId))?.name ?? ''} ${named[1].get(String(raw.preparerId))?.name ?? ''}`;
    const texts = packetTexts(versions.get(versionId(row.id, Number(raw.currentVersion)))?.content ?? '');
    return { table, values, names: `${indexed(names)} ${numberText(subject?.aNumber ?? null)} ${String(raw.eventNumber)}`, papers: texts.length === 0 ? null : indexed(texts.map((t) => t.text).join('\n')) };
  });
}

function insertPlainly(sqlite: Sqlite, prepared: readonly Values[]): number {
  const from = performance.now();
  const statements = Object.fromEntries([...new Set(prepared.map((p) => p.table))].map((name) => [name, sqlite.prepare(`INSERT INTO "${name}" VALUES (${COLUMNS[name].map(() => '?').join(', ')})`)]));
  const searchNames = sqlite.prepare('INSERT INTO packet_search (rowid, text) VALUES (?, ?)');
  const searchPapers = sqlite.prepare('INSERT INTO packet_search_papers (rowid, text) VALUES (?, ?)');
  for (let n = 0; n < prepared.length; n += 500) {
    sqlite.exec('BEGIN IMMEDIATE');
    for (const { table, values, names, papers } of prepared.slice(n, n + 500)) {
      const { lastInsertRowid } = statements[table]?.run(...values) ?? { lastInsertRowid: 0 };
      if (names) searchNames.run(lastInsertRowid, names);
      if (papers) searchPapers.run(lastInsertRowid, papers);
    }
    sqlite.exec('COMMIT');
  }
  return performance.now() - from;
}
/** Into a store as the product makes it. Milliseconds. */
export function insertEncrypted(file: string, prepared: readonly Values[]): number {
  const store = openStore({ file, key: randomBytes(32), isNew: true });
  const took = insertPlainly(store.sqlite, prepared);
  store.close();
  rmSync(store.file);
  return took;
}
/** Into the same tables without a cipher. Milliseconds. */
export function insertUnencrypted(file: string, prepared: readonly Values[]): number {
  const Database = createRequire(import.meta.url)('better-sqlite3') as typeof SqliteDatabase;
  const sqlite = new Database(file);
  for (const pragma of [`page_size=${PAGE_SIZE}`, 'journal_mode=WAL', 'synchronous=FULL', 'temp_store=MEMORY', 'cache_size=-65536', 'locking_mode=EXCLUSIVE']) sqlite.pragma(pragma);
  for (const name of readdirSync(MIGRATIONS).filter((f) => f.endsWith('.sql')).sort()) sqlite.exec(readFileSync(join(MIGRATIONS, name), 'utf8').replaceAll('--> statement-breakpoint', ''));
  const took = insertPlainly(sqlite, prepared);
  sqlite.close();
  rmSync(file);
  return took;
}
