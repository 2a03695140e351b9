/**
 * The rows of one HQ transaction: loaded in bulk, changed in memory, written as sets at the end. A batch of commands thus costs a few statements,
 * not a few per command, and each command still sees what the ones before it wrote. Lives inside one transaction and under the locks of its
 * streams; must never outlive either, and never gives a command a row of a filter that it did not load whole.
 */
import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { Put, Read } from '../shared/command.ts';
import type { StreamId } from '../shared/ids.ts';
import { TABLE_KEYS, TABLE_NAMES, type TableName } from '../shared/rows.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { TABLES } from './schema.ts';

/** Any stored row, as the generic runner sees it. */
export type AnyRow = Readonly<Record<string, unknown>> & { readonly id: string; readonly stream: StreamId; readonly version: number; readonly changedBy: string };
export type Written = { readonly table: TableName; readonly row: AnyRow };
export type Loaded = AnyRow | null | readonly AnyRow[];

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
/** The long text of a row, by table: read as it stands, not escaped into the row's JSON and back. */
const LONG: Partial<Record<TableName, string>> = { packet_versions: 'content' };
type Shape = {
  /** Whole rows as JSON under their TypeScript names, with the long text beside: `row`, `long`. */ readonly select: SQL;
  readonly table: SQL;
  readonly columns: SQL; readonly record: SQL; readonly set: SQL; /** No key column moves. */ readonly isSameKey: SQL;
};
const shapeOf = (name: TableName): Shape => {
  const columns = Object.keys(getTableColumns(TABLES[name]));
  const keys = ['stream', ...TABLE_KEYS[name]];
  const list = columns.map((c) => `"${snake(c)}"`).join(', ');
  const long = LONG[name];
  const short = columns.filter((c) => c !== long).map((c) => (name === 'rule_packs' && c === 'document' ? `'' AS "document"` : `t."${snake(c)}" AS "${c}"`));
  return {
    select: sql.raw(`'${name}' AS tbl, row_to_json((SELECT r FROM (SELECT ${short.join(', ')}) r))::text AS row, ${long ? `t."${snake(long)}"` : 'NULL'} AS long FROM "${name}" t`),
    table: sql.raw(`"${name}"`),
    columns: sql.raw(list),
    record: sql.raw(`NULL::"${name}"`),
    set: sql.raw(columns.filter((c) => c !== 'id').map((c) => `"${snake(c)}" = excluded."${snake(c)}"`).join(', ')),
    isSameKey: sql.raw(keys.map((k) => `"${name}"."${snake(k)}" = excluded."${snake(k)}"`).join(' AND ')),
  };
};
/** Texts of rule packs by their SHA-256: long, never changed, and asked for by each signature and packet. Rows come without theirs. */
const packTexts = new Map<string, string>();
async function withTexts(db: HqConnection, rows: readonly AnyRow[]): Promise<readonly AnyRow[]> {
  const lacks = rows.map((r) => String(r.documentHash)).filter((hash) => !packTexts.has(hash));
  if (lacks.length > 0) {
    if (packTexts.size > 200) packTexts.clear();
    for (const { hash, document } of await rowsOf<{ hash: string; document: string }>(db, sql`SELECT document_hash AS hash, document FROM rule_packs WHERE id = ANY(${sql.param(rows.map((r) => r.id))}::text[])`)) {
      packTexts.set(hash, document);
    }
  }
  return rows.map((r) => ({ ...r, document: packTexts.get(String(r.documentHash)) ?? '' }));
}

const SHAPES = Object.fromEntries(TABLE_NAMES.map((name) => [name, shapeOf(name)])) as Readonly<Record<TableName, Shape>>;

/** The equal conditions of a `many` read. Throws when one is not a key of the table; null: it can match nothing. */
function filterOf(read: Extract<Read, { kind: 'many' }>): readonly (readonly [string, string])[] | null {
  const where = Object.entries(read.where).filter((e): e is [string, string] => e[1] !== undefined);
  const keys: readonly string[] = TABLE_KEYS[read.table];
  if (where.length === 0 || where.some(([key]) => !keys.includes(key))) throw new Error(`many(${read.table}) by ${where.map(([k]) => k).join()}: not a key`);
  return where.some(([, value]) => value === '') ? null : where;
}

export type WorkingSet = {
  /** Loads what these reads need and is not here yet, in one round trip. Rows that are here already stay as they are. */
  readonly load: (reads: readonly Read[]) => Promise<void>;
  readonly has: (read: Read) => boolean;
  /** The row, or the rows in the order of their ids. The read must have been loaded. */
  readonly get: (read: Read) => Loaded;
  /** Takes the whole rows of one command at `version`. Throws, and takes none, when they leave the stream or move a key. */
  readonly put: (stream: StreamId, version: number, puts: readonly Put[], changedBy: string) => readonly Written[];
  /** True while every row read is as the database has it, and no other has joined them. Asked under the streams' locks, it makes what was read before them good. */
  readonly isCurrent: (tx: HqConnection) => Promise<boolean>;
  /** Moves what was put on heads of 0 after the true heads. */
  readonly rebase: (heads: ReadonlyMap<StreamId, number>) => void;
  /** Writes everything that was put: rows, feed lines, stream heads. In the set's own transaction, or in the one that a set read ahead is written in. */
  readonly flush: (tx?: HqConnection) => Promise<void>;
};

/** An empty set over a transaction. */
export function workingSet(db: HqConnection): WorkingSet {
  const tables = new Map<TableName, Map<string, AnyRow | null>>();
  const filters = new Set<string>();
  const dirty = new Map<string, Written>();
  const heads = new Map<StreamId, number>();
  /** What was asked for, and the versions of the rows that came. */
  const asked: { readonly table: TableName; readonly match: SQL }[] = [];
  const versions = new Map<string, number>();
  const rowsIn = (table: TableName): Map<string, AnyRow | null> => {
    const known = tables.get(table);
    if (known) return known;
    const made = new Map<string, AnyRow | null>();
    tables.set(table, made);
    return made;
  };
  const filterKey = (table: TableName, where: readonly (readonly [string, string])[]): string =>
    where.length === 1 && where[0] ? JSON.stringify([table, where[0]]) : JSON.stringify([table, ...[...where].sort()]);
  /** Ids by table, key column and value. Keys never change, so a row is entered once. */
  const byKey = new Map<string, Set<string>>();
  const keyed = (table: TableName, column: string, value: unknown): Set<string> => {
    const key = `${table}.${column}=${String(value)}`;
    const known = byKey.get(key);
    if (known) return known;
    const made = new Set<string>();
    byKey.set(key, made);
    return made;
  };
  const hold = (table: TableName, row: AnyRow): void => {
    rowsIn(table).set(row.id, row);
    for (const column of TABLE_KEYS[table]) keyed(table, column, row[column]).add(row.id);
  };

  const has: WorkingSet['has'] = (read) => {
    if (read.kind === 'one') return read.id === null || rowsIn(read.table).has(read.id);
    const where = filterOf(read);
    return where === null || filters.has(filterKey(read.table, where));
  };

  const load: WorkingSet['load'] = async (reads) => {
    const ids = new Map<TableName, Set<string>>();
    /** Values asked for, per table and set of columns. */
    const wanted = new Map<string, { readonly table: TableName; readonly columns: readonly string[]; readonly values: Map<string, readonly string[]> }>();
    for (const read of reads) {
      if (has(read)) continue;
      if (read.kind === 'one') {
        if (read.id === null) continue;
        const set = ids.get(read.table);
        if (set) set.add(read.id);
        else ids.set(read.table, new Set([read.id]));
        continue;
      }
      const where = filterOf(read);
      if (where === null) continue;
      const sorted = [...where].sort();
      const columns = sorted.map(([key]) => key);
      const group = JSON.stringify([read.table, columns]);
      const entry = wanted.get(group) ?? { table: read.table, columns, values: new Map() };
      entry.values.set(filterKey(read.table, where), sorted.map(([, value]) => value));
      wanted.set(group, entry);
    }
    const questions: { readonly table: TableName; readonly match: SQL }[] = [];
    for (const [table, set] of ids) questions.push({ table, match: sql`id = ANY(${sql.param([...set])}::text[])` });
    for (const { table, columns, values } of wanted.values()) {
      const lists = columns.map((_, n) => [...values.values()].map((v) => v[n] ?? ''));
      const [column] = columns;
      const match = columns.length === 1 && column
        ? sql`${sql.raw(`"${snake(column)}"`)} = ANY(${sql.param(lists[0])}::text[])`
        : sql`(${sql.raw(columns.map((c) => `"${snake(c)}"`).join(', '))}) IN (SELECT * FROM unnest(${sql.join(lists.map((l) => sql`${sql.param(l)}::text[]`), sql`, `)}))`;
      questions.push({ table, match });
    }
    if (questions.length > 0) {
      asked.push(...questions);
      const parts = questions.map(({ table, match }) => sql`SELECT ${SHAPES[table].select} WHERE ${match}`);
      const found = (await rowsOf<{ tbl: TableName; row: string; long: string | null }>(db, sql.join(parts, sql` UNION ALL `))).map(({ tbl, row, long }) => {
        const short = JSON.parse(row) as AnyRow;
        const column = LONG[tbl];
        return { tbl, whole: column ? { ...short, [column]: long } : short };
      });
      const packs = new Map((await withTexts(db, found.filter((f) => f.tbl === 'rule_packs').map((f) => f.whole))).map((r) => [r.id, r]));
      for (const { tbl, whole: bare } of found) {
        const whole = tbl === 'rule_packs' ? (packs.get(bare.id) ?? bare) : bare;
        // What a command of this transaction wrote, or read, is not replaced by what the table says.
        if (rowsIn(tbl).get(whole.id)) continue;
        hold(tbl, whole);
        versions.set(`${tbl}/${whole.id}`, whole.version);
      }
    }
    for (const [table, set] of ids) for (const id of set) if (!rowsIn(table).has(id)) rowsIn(table).set(id, null);
    for (const { values } of wanted.values()) for (const key of values.keys()) filters.add(key);
  };

  const get: WorkingSet['get'] = (read) => {
    if (!has(read)) throw new Error(`${read.table} was not loaded`);
    if (read.kind === 'one') return read.id === null ? null : (rowsIn(read.table).get(read.id) ?? null);
    const where = filterOf(read);
    if (where === null) return [];
    const found: AnyRow[] = [];
    const own = rowsIn(read.table);
    const [first] = where;
    for (const id of first ? keyed(read.table, first[0], first[1]) : []) {
      const row = own.get(id);
      if (row && where.every(([key, value]) => row[key] === value)) found.push(row);
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  };

  const put: WorkingSet['put'] = (stream, version, puts, changedBy) => {
    // Two puts of one row: the last one counts.
    const last = new Map(puts.map((p) => [`${p.table}/${p.row.id}`, p]));
    const written: Written[] = [];
    for (const { table, row } of last.values()) {
      if (row.stream !== stream) throw new Error(`a command of ${stream} wrote ${table} in ${row.stream}`);
      const whole: AnyRow = { ...row, version, changedBy };
      const before = rowsIn(table).get(row.id);
      const moved = before ? ['stream', ...TABLE_KEYS[table]].find((key) => whole[key] !== before[key]) : undefined;
      if (moved) throw new Error(`${table}.${moved} is fixed when the row is made`);
      written.push({ table, row: whole });
    }
    for (const w of written) {
      hold(w.table, w.row);
      dirty.set(`${w.table}/${w.row.id}`, w);
    }
    if (written.length > 0) heads.set(stream, version);
    return written;
  };

  const isCurrent: WorkingSet['isCurrent'] = async (tx) => {
    if (asked.length === 0) return true;
    const parts = asked.map(({ table, match }) => sql`SELECT ${table}::text AS tbl, id, version FROM ${SHAPES[table].table} WHERE ${match}`);
    const found = await rowsOf<{ tbl: TableName; id: string; version: number }>(tx, sql.join(parts, sql` UNION `));
    return found.length === versions.size && found.every((f) => versions.get(`${f.tbl}/${f.id}`) === f.version);
  };
  const rebase: WorkingSet['rebase'] = (locked) => {
    const after = (stream: StreamId, version: number): number => (locked.get(stream) ?? 0) + version;
    for (const [key, { table, row }] of dirty) {
      const moved: AnyRow = { ...row, version: after(row.stream, row.version) };
      hold(table, moved);
      dirty.set(key, { table, row: moved });
    }
    for (const [stream, version] of heads) heads.set(stream, after(stream, version));
  };

  const flush: WorkingSet['flush'] = async (tx = db) => {
    if (dirty.size === 0) return;
    const byTable = new Map<TableName, AnyRow[]>();
    for (const { table, row } of dirty.values()) {
      const list = byTable.get(table);
      if (list) list.push(row);
      else byTable.set(table, [row]);
    }
    for (const [table, rows] of byTable) {
      const { columns, record, set, isSameKey } = SHAPES[table];
      const text = JSON.stringify(rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [snake(key), value]))));
      const stored = await rowsOf<{ id: string }>(tx, sql`INSERT INTO ${sql.identifier(table)} (${columns}) SELECT ${columns} FROM json_populate_recordset(${record}, ${text}::json)
        ON CONFLICT (id) DO UPDATE SET ${set} WHERE ${isSameKey} RETURNING id`);
      if (stored.length !== rows.length) await explainMoved(tx, table, rows, new Set(stored.map((s) => s.id)));
    }
    // The line goes as JSON, not as a text of it: PostgreSQL keeps the text of a JSON value as it came, and neither side escapes it.
    const lines = [...dirty.values()].map(({ table, row }) => `${JSON.stringify({ stream: row.stream, version: row.version, tbl: table, row_id: row.id }).slice(0, -1)},"line":${JSON.stringify({ t: 'row', table, row })}}`);
    const at = JSON.stringify([...heads].map(([id, head]) => ({ id, head })));
    await tx.execute(sql`WITH moved AS (UPDATE streams SET head = h.head FROM json_to_recordset(${at}::json) AS h(id text, head int) WHERE streams.id = h.id)
      INSERT INTO feed (stream, version, tbl, row_id, line) SELECT stream, version, tbl, row_id, line FROM json_populate_recordset(NULL::feed, ${`[${lines.join(',')}]`}::json)
      ON CONFLICT (stream, tbl, row_id) DO UPDATE SET version = excluded.version, line = excluded.line`);
    dirty.clear();
    heads.clear();
  };
  /** A row that was not read stands under another stream or key: names the column that would have moved. */
  async function explainMoved(tx: HqConnection, table: TableName, rows: readonly AnyRow[], stored: ReadonlySet<string>): Promise<never> {
    const row = rows.find((r) => !stored.has(r.id));
    const [found] = await rowsOf<{ row: string }>(tx, sql`SELECT ${SHAPES[table].select} WHERE id = ${row?.id ?? ''}`);
    const before = found ? (JSON.parse(found.row) as AnyRow) : undefined;
    const moved = ['stream', ...TABLE_KEYS[table]].find((key) => row?.[key] !== before?.[key]);
    throw new Error(`${table}.${moved ?? 'id'} is fixed when the row is made`);
  }

  return { load, has, get, put, isCurrent, rebase, flush };
}
