/**
 * Reading and writing shared rows: the codec between a row and its SQL columns, and the only upsert.
 * Every write goes through `writeRow` or `removeRow`, so that caches see it. Must never use REPLACE: a row keeps its rowid, by which it is searched.
 */
import { BOOLEAN_COLUMNS, JSON_COLUMNS, type Rows, type TableName } from '../shared/rows.ts';
import type { Store } from './open.ts';
import { isPaper } from './search.ts';
import { COLUMNS } from './schema.ts';

type Raw = Readonly<Record<string, unknown>>;
type Coding = { readonly columns: readonly string[]; readonly json: ReadonlySet<string>; readonly bool: ReadonlySet<string>; readonly upsert: string; readonly byId: string;
  readonly removeById: string };

const codingOf = (table: TableName): Coding => {
  const columns = COLUMNS[table];
  const names = columns.map((c) => `"${c}"`);
  return {
    columns, json: new Set<string>(JSON_COLUMNS[table]), bool: new Set<string>(BOOLEAN_COLUMNS[table]),
    upsert: `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT ("id") DO UPDATE SET ${names.filter((n) => n !== '"id"').map((n) => `${n} = excluded.${n}`).join(', ')}`,
    byId: `SELECT * FROM "${table}" WHERE "id" = ?`, removeById: `DELETE FROM "${table}" WHERE "id" = ?`,
  };
};
const CODING = Object.fromEntries(Object.keys(COLUMNS).map((t) => [t, codingOf(t as TableName)])) as unknown as Readonly<Record<TableName, Coding>>;


/** A row as the rest of the program knows it, from SQLite's columns. */
export function decode<T extends TableName>(table: T, raw: unknown): Rows[T] {
  const { json, bool } = CODING[table];
  const row = { ...(raw as Raw) } as Record<string, unknown>;
  for (const column of json) row[column] = JSON.parse(row[column] as string);
  for (const column of bool) row[column] = row[column] === 1;
  return row as unknown as Rows[T];
}

/** Inserts or updates one whole row. Unknown columns (a newer HQ) are left out, missing ones are null. */
export function writeRow(store: Store, table: TableName, row: Raw): void {
  noteWords(store, table, row);
  const { columns, json, bool, upsert } = CODING[table];
  const values = columns.map((column) => {
    const value = row[column];
    // Missing is an older HQ's row; null is a value (a pin to the whole page).
    if (json.has(column)) return JSON.stringify(value === undefined ? [] : value);
    if (bool.has(column)) return value ? 1 : 0;
    return value === undefined ? null : value;
  });
  store.prepare(upsert).run(...values);
  store.touch(table);
  if (table === 'packets') store.changedPackets.add(row.id as string);
}

/** Marks what this row changes of a packet's words, before it is written. A head that only moved (checks, clocks) changes none. */
function noteWords(store: Store, table: TableName, row: Raw): void {
  if (isPaper(table)) {
    store.searchDue.set(row.packetId as string, 'all');
    return;
  }
  if (table !== 'packets') return;
  const before = store.prepare('SELECT "currentVersion", "openHolds" > 0 AS isHeld, "subjectId", "agencyId", "preparerId", "eventNumber" FROM packets WHERE "id" = ?').get(row.id) as Raw | undefined;
  const id = row.id as string;
  if (!before || before.currentVersion !== row.currentVersion || (before.isHeld === 1) !== (row.openHolds as number) > 0) store.searchDue.set(id, 'all');
  else if (!store.searchDue.has(id) && ['subjectId', 'agencyId', 'preparerId', 'eventNumber'].some((c) => before[c] !== row[c])) store.searchDue.set(id, 'names');
}

/** Deletes one row; nothing happens when it is not there. */
export function removeRow(store: Store, table: TableName, id: string): void {
  const packet = isPaper(table) ? (store.prepare(`SELECT "packetId" FROM "${table}" WHERE "id" = ?`).pluck().get(id) as string | undefined) : undefined;
  if (packet !== undefined) store.searchDue.set(packet, 'all');
  store.prepare(CODING[table].removeById).run(id);
  store.touch(table);
  if (table === 'packets') store.changedPackets.add(id);
}

/** One row, or null. */
export function rowById<T extends TableName>(store: Store, table: T, id: string | null): Rows[T] | null {
  if (id === null) return null;
  const raw = store.prepare(CODING[table].byId).get(id);
  return raw === undefined ? null : decode(table, raw);
}

/** All rows that equal `where`, ordered by id so that a decision never depends on storage order. */
export function rowsWhere<T extends TableName>(store: Store, table: T, where: Readonly<Record<string, string>>): readonly Rows[T][] {
  const keys = Object.keys(where);
  const test = keys.map((k) => {
    if (!CODING[table].columns.includes(k)) throw new Error(`no column ${k} in ${table}`);
    return `"${k}" = ?`;
  });
  const sql = `SELECT * FROM "${table}"${keys.length > 0 ? ` WHERE ${test.join(' AND ')}` : ''} ORDER BY "id"`;
  return store.prepare(sql).all(...keys.map((k) => where[k])).map((raw) => decode(table, raw));
}
